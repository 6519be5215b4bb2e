# SPDX-License-Identifier: GPL-2.0-or-later
"""Nothing: the machine that must be acquitted."""
from lablib.way import Way


def seen(hang):
    blocked = [name for name, _ in hang.tasks()]
    return None if blocked else "the agent answers and no task is in state D"


WAY = Way(
    name="none",
    summary="nothing is wrong with the machine",
    does="nothing",
    start=lambda hang: None,
    seen=seen,
    answer=lambda hang: {"class": "healthy", "culprits": [], "locks": [], "victims": [],
                         "functions": [], "module": None},
    evidence="no task in state D",
)
