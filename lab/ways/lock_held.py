# SPDX-License-Identifier: GPL-2.0-or-later
"""A rw-semaphore whose owner sleeps for ever."""
from lablib import way, way_tasks

READERS = 4


def _victims(names):
    return names["tasks"][1:2] + [f"{names['bystander']}{i}" for i in range(READERS)]


def seen(hang):
    tasks, functions = hang.names["tasks"], hang.names["functions"]
    waiting = way_tasks.stand(hang, {tasks[1]: functions[3]} |
                              dict.fromkeys(_victims(hang.names)[1:], functions[2]))
    owner = way_tasks.stand(hang, {tasks[0]: functions[1]}, state="S")
    return f"{waiting}; the owner: {owner}" if waiting and owner else None


def answer(hang):
    names = hang.names
    return way.answer("lock-held", culprits=names["tasks"][:1], locks=hang.lock_names(1),
                      functions=names["functions"][:2], victims=_victims(names),
                      module=names["module"],
                      notes="the owner of the rw-semaphore sleeps, and nothing will wake it")


WAY = way.Way(
    name="lock-held",
    summary="the owner of a rw-semaphore sleeps for ever; four readers and a writer wait for it",
    does="loads ways/module/lock_held.c",
    start=lambda hang: hang.insmod(),
    seen=seen,
    module="lock_held",
    answer=answer,
    evidence="the owner stands in state S in the function that it went to sleep in, five others "
             "in state D in those that want the lock",
)
