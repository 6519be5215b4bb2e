# SPDX-License-Identifier: GPL-2.0-or-later
"""More to compute than there are CPUs."""
from lablib import way, way_load, way_tasks, way_watchdogs

USER_PERCENT = 90
SECONDS = 5


def start(hang):
    """A program for each CPU, kept there: a slow guest's scheduler takes its time to spread them;
    and, of another name, one more."""
    names = hang.names["programs"]
    more, each = hang.program("spin", names[1]), hang.program("spin", names[0])
    hang.sh(f"({more} & for cpu in $(seq 0 {hang.run.cpus - 1}); do {each} $cpu & done) "
            ">/dev/null 2>&1 </dev/null")


def seen(hang):
    share = way_load.shares(hang, SECONDS)
    if not share or share["user"] < USER_PERCENT or hang.said(way_watchdogs.WORDS) or \
       way_tasks.standing(hang, seconds=0.2):
        return None
    return (f"{share['user']:.0f} % of {hang.run.cpus} CPUs in user space over {SECONDS} s, no "
            "task stands in state D, no watchdog spoke")


WAY = way.Way(
    name="busy",
    summary="more programs compute than there are CPUs; the kernel is well",
    does="ways/program/spin.c",
    start=start,
    seen=seen,
    answer=lambda hang: way.answer("busy-user", also=["healthy"],
                                   culprits=hang.names["programs"][:2]),
    evidence=f"more than {USER_PERCENT} % of the CPUs' time in user space, no task standing in "
             "state D, no watchdog speaking",
    becomes=way.RUNS,
)
