# SPDX-License-Identifier: GPL-2.0-or-later
"""Three kernel threads in a ring of two mutexes and a rw-semaphore."""
from lablib import way, way_tasks

BYSTANDERS = 3


def _victims(names):
    return [f"{names['bystander']}{i}" for i in range(BYSTANDERS)]


def seen(hang):
    tasks, functions = hang.names["tasks"], hang.names["functions"]
    want = {tasks[0]: functions[1], tasks[1]: functions[3], tasks[2]: functions[5]}
    return way_tasks.stand(hang, want | dict.fromkeys(_victims(hang.names), functions[6]))


def answer(hang):
    names = hang.names
    return way.answer("deadlock", culprits=names["tasks"][:3], locks=hang.lock_names(3),
                      functions=names["functions"][:6], victims=_victims(names),
                      module=names["module"],
                      notes="mutex, rw-semaphore for writing, mutex; victims want to read")


WAY = way.Way(
    name="deadlock-cycle",
    summary="three tasks in a ring of mutex, rw-semaphore and mutex; three readers queue behind",
    does="loads ways/module/deadlock_cycle.c",
    start=lambda hang: hang.insmod(),
    seen=seen,
    module="deadlock_cycle",
    answer=answer,
    evidence="its six tasks stand in state D, each in the function that wants its lock",
)
