# SPDX-License-Identifier: GPL-2.0-or-later
"""A crash that nobody asked for."""
from lablib import way, way_panic


def start(hang):
    hang.sh("echo 1 >/proc/sys/kernel/panic_on_oops")
    hang.insmod()


def answer(hang):
    names = hang.names
    return way.answer("oops", culprits=names["tasks"][:1], functions=names["functions"][:1],
                      module=names["module"])


WAY = way.Way(
    name="oops",
    summary="a task writes through a NULL pointer, and panic_on_oops makes that the end",
    does="loads ways/module/oops.c",
    start=start,
    seen=lambda hang: way_panic.crashed(hang, "BUG: kernel NULL pointer dereference",
                                        rf"RIP: .*{hang.names['functions'][0]}\+"),
    module="oops",
    answer=answer,
    evidence="the kernel's words 'NULL pointer dereference' with RIP in the module's function, and "
             "its end",
    becomes=way.PANICS,
)
