# SPDX-License-Identifier: GPL-2.0-or-later
"""Two kernel threads and two mutexes, crosswise."""
from lablib.way import Way

WAITING = 6  # the two, and four bystanders


def seen(hang):
    """/proc/PID/stack leaves the lock functions out: its first frame is who called mutex_lock.
    Seen twice, since a task may be there in passing."""
    ours = sorted(name for name, stack in hang.tasks() if stack[:1] and
                  stack[0] in hang.names["functions"])
    before, hang.notes["tasks"] = hang.notes.get("tasks"), ours
    if len(ours) < WAITING or ours != before:
        return None
    return f"{len(ours)} tasks in state D in the module's locking functions: {', '.join(ours)}"


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
    evidence="six of its tasks in state D, called from its locking functions (/proc/PID/stack)",
)
