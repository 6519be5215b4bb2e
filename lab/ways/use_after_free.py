# SPDX-License-Identifier: GPL-2.0-or-later
"""A pointer out of an object that was freed."""
from lablib import way, way_panic


def start(hang):
    hang.sh("echo 1 >/proc/sys/kernel/panic_on_oops")
    hang.insmod()


def answer(hang):
    names = hang.names
    return way.answer("memory-corruption", also=["oops"], culprits=names["tasks"][:1],
                      functions=names["functions"][1:2], module=names["module"],
                      notes=f"a freed object of cache {names['cache']} (poison 0x6b) was used")


WAY = way.Way(
    name="use-after-free",
    summary="a task follows a pointer that it finds in an object it has freed",
    does="loads ways/module/use_after_free.c, whose objects' cache poisons what is freed",
    start=start,
    seen=lambda hang: way_panic.crashed(hang, "non-canonical address 0x6b6b6b6b6b6b6b[0-9a-f]{2}",
                                        rf"RIP: .*{hang.names['functions'][1]}\+"),
    module="use_after_free",
    answer=answer,
    evidence="a general protection fault on 0x6b6b… with RIP in the module's function, and the "
             "kernel's end",
    becomes=way.PANICS,
)
