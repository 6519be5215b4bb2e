# SPDX-License-Identifier: GPL-2.0-or-later
"""No memory is left, and nobody is left to kill."""
from lablib import way, way_panic


def start(hang):
    path = hang.program("eat", hang.names["programs"][0])
    hang.behind(f"{path} -1000", later_s=1)


def answer(hang):
    return way.answer("out-of-memory", culprits=hang.names["programs"][:1],
                      notes="one process took all memory; it could not be killed, all others were")


WAY = way.Way(
    name="oom",
    summary="a process that the OOM killer must not touch takes all memory, until nobody is left "
            "to kill",
    does="ways/program/eat.c with oom_score_adj -1000",
    start=start,
    seen=lambda hang: way_panic.crashed(hang, "invoked oom-killer", "Out of memory: Killed process",
                                        "System is deadlocked on memory"),
    programs=("eat",),
    answer=answer,
    evidence="the kernel's words 'invoked oom-killer', 'Killed process' and 'System is deadlocked "
             "on memory', and its end",
    becomes=way.PANICS,
)
