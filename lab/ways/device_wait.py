# SPDX-License-Identifier: GPL-2.0-or-later
"""A driver that waits for its device under a lock that others want."""
from lablib import way, way_tasks

BYSTANDERS = 3


def _victims(names):
    return [f"{names['bystander']}{i}" for i in range(BYSTANDERS)]


def seen(hang):
    functions = hang.names["functions"]
    want = {hang.names["tasks"][0]: functions[1]}
    return way_tasks.stand(hang, want | dict.fromkeys(_victims(hang.names), functions[2]))


def answer(hang):
    names = hang.names
    return way.answer("device-wait", culprits=names["tasks"][:1], locks=hang.lock_names(1),
                      functions=names["functions"][:2], victims=_victims(names),
                      module=names["module"],
                      notes="root is the completion that does not come, not the mutex held")


WAY = way.Way(
    name="device-wait",
    summary="a driver waits under its mutex for a completion that never comes; three more want "
            "the mutex",
    does="loads ways/module/device_wait.c",
    start=lambda hang: hang.insmod(),
    seen=seen,
    module="device_wait",
    answer=answer,
    evidence="the driver's task stands in state D in the function that waits for the completion, "
             "three others in the one that wants the mutex",
)
