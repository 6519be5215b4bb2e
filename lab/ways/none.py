# SPDX-License-Identifier: GPL-2.0-or-later
"""Nothing: the machine that must be acquitted."""
from lablib import way, way_tasks, way_watchdogs

SECONDS = 3


def seen(hang):
    """A task may be in state D in passing; none may stand there."""
    if way_tasks.standing(hang, seconds=0.2) or hang.said(way_watchdogs.WORDS):
        return None
    if not way_tasks.lasts(hang, SECONDS):
        return None
    return f"the agent answers, for {SECONDS} s no task stood in state D, no watchdog spoke"


WAY = way.Way(
    name="none",
    summary="nothing is wrong with the machine",
    does="nothing",
    start=lambda hang: None,
    seen=seen,
    answer=lambda hang: way.answer("healthy"),
    evidence="no task stands in state D, no watchdog speaks",
    becomes=way.RUNS,
)
