# SPDX-License-Identifier: GPL-2.0-or-later
"""Two kernel threads and two mutexes, crosswise."""
from lablib import way, way_tasks

BYSTANDERS = 4


def _victims(names):
    return [f"{names['bystander']}{i}" for i in range(BYSTANDERS)]


def seen(hang):
    tasks, functions = hang.names["tasks"], hang.names["functions"]
    want = {tasks[0]: functions[1], tasks[1]: functions[3]}
    return way_tasks.stand(hang, want | dict.fromkeys(_victims(hang.names), functions[4]))


def answer(hang):
    names = hang.names
    return way.answer("deadlock", culprits=names["tasks"][:2], locks=hang.lock_names(2),
                      functions=names["functions"][:4], victims=_victims(names),
                      module=names["module"])


WAY = way.Way(
    name="deadlock",
    summary="two tasks hold one mutex each and want the other's; four more queue behind",
    does="loads ways/module/deadlock.c",
    start=lambda hang: hang.insmod(),
    seen=seen,
    module="deadlock",
    answer=answer,
    evidence="its six tasks stand in state D, each in the function that wants its mutex",
)
