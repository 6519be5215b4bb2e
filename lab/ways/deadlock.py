# SPDX-License-Identifier: GPL-2.0-or-later
"""Two kernel threads and two mutexes, crosswise."""
from lablib.way import Way

WAITING = 6  # the two, and four bystanders


def seen(hang):
    tasks = [(name, stack) for name, stack in hang.tasks()
             if any("mutex_lock" in frame for frame in stack)]
    ours = [name for name, stack in tasks if any(f in stack for f in hang.names["functions"])]
    if len(ours) < WAITING:
        return None
    return f"{len(ours)} tasks in state D in a mutex: " + ", ".join(sorted(ours))


def answer(hang):
    names = hang.names
    return {"class": "deadlock", "culprits": names["tasks"], "locks": names["locks"],
            "functions": names["functions"][:2], "module": names["module"],
            "victims": [f"{names['bystander']}{i}" for i in range(WAITING - 2)]}


WAY = Way(
    name="deadlock",
    summary="two tasks hold one mutex each and want the other's; four more queue behind",
    does="loads ways/module/deadlock.c",
    start=lambda hang: hang.insmod("deadlock"),
    seen=seen,
    answer=answer,
    evidence="six of its tasks in state D, in mutex_lock, in /proc/PID/stack",
)
