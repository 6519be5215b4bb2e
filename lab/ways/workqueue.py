# SPDX-License-Identifier: GPL-2.0-or-later
"""A queue that does one work at a time, and a work that does not end."""
from lablib import way, way_tasks

FLUSHERS = 2


def _victims(names):
    return [f"{names['bystander']}{i}" for i in range(FLUSHERS)]


def _worker(hang):
    """The task that is in the work that waits: which worker it is, the kernel decides."""
    for task in way_tasks.standing(hang):
        if task.stack[:1] == (hang.names["functions"][1],) and \
           hang.names["functions"][0] in task.stack:
            return task
    return None


def seen(hang):
    worker = _worker(hang)
    if not worker:
        return None
    hang.notes["worker"] = worker.comm.split("+")[0].split("-")[0]
    function = hang.names["functions"][3]
    waiting = [task for task in way_tasks.standing(hang)
               if task.comm in _victims(hang.names) and function in task.stack]
    if len(waiting) < FLUSHERS:
        return None
    return (f"{worker.comm} stands in state D in {hang.names['functions'][1]}, called by the work "
            f"{hang.names['functions'][0]}; {FLUSHERS} tasks in {function}, called from there to "
            f"{waiting[0].where}")


def answer(hang):
    names = hang.names
    return way.answer("workqueue-stall", also=["device-wait"], culprits=[hang.notes.get("worker")],
                      functions=names["functions"][:2], victims=_victims(names),
                      module=names["module"],
                      notes=f"queue {names['queue']} is ordered: what is queued behind waits")


WAY = way.Way(
    name="workqueue",
    summary="a work waits for ever in an ordered queue; two tasks flush the work behind it",
    does="loads ways/module/workqueue.c",
    start=lambda hang: hang.insmod(),
    seen=seen,
    module="workqueue",
    answer=answer,
    evidence="a kworker stands in state D in the work's function, two tasks in flush_work",
)
