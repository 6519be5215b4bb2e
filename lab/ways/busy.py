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
    hang.behind(more)
    for cpu in range(hang.run.cpus):
        hang.behind(f"{each} {cpu}")


def seen(hang):
    share = way_load.shares(hang, SECONDS)
    if share["user"] < USER_PERCENT or hang.said(way_watchdogs.WORDS) or \
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
    programs=("spin",),
    answer=lambda hang: way.answer("busy-user", also=["healthy"],
                                   culprits=hang.names["programs"][:2]),
    evidence=f"more than {USER_PERCENT} % of the CPUs' time in user space, no task standing in "
             "state D, no watchdog speaking",
    becomes=way.RUNS,
)
