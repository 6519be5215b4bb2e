# SPDX-License-Identifier: GPL-2.0-or-later
"""One kernel thread and one mutex."""
from lablib import way, way_tasks

BYSTANDERS = 2


def _victims(names):
    return [f"{names['bystander']}{i}" for i in range(BYSTANDERS)]


def seen(hang):
    functions = hang.names["functions"]
    want = {hang.names["tasks"][0]: functions[2]}
    return way_tasks.stand(hang, want | dict.fromkeys(_victims(hang.names), functions[3]))


def answer(hang):
    names = hang.names
    return way.answer("deadlock", culprits=names["tasks"][:1], locks=hang.lock_names(1),
                      functions=names["functions"][:3], victims=_victims(names),
                      module=names["module"], notes="the task wants the mutex that it holds")


WAY = way.Way(
    name="self-deadlock",
    summary="a task takes a mutex that it holds already; two more queue behind",
    does="loads ways/module/self_deadlock.c",
    start=lambda hang: hang.insmod(),
    seen=seen,
    module="self_deadlock",
    answer=answer,
    evidence="its three tasks stand in state D, each in the function that wants the mutex",
)
