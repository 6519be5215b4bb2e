# SPDX-License-Identifier: GPL-2.0-or-later
"""A recursion without end, into the guard page of a kernel stack."""
from lablib import way, way_panic


def start(hang):
    hang.sh("echo 1 >/proc/sys/kernel/panic_on_oops")
    hang.insmod()


def answer(hang):
    names = hang.names
    return way.answer("stack-overflow", also=["oops"], culprits=names["tasks"][:1],
                      functions=names["functions"][:1], module=names["module"])


WAY = way.Way(
    name="stack-overflow",
    summary="a function of a task calls itself until the stack's guard page",
    does="loads ways/module/stack_overflow.c",
    start=start,
    seen=lambda hang: way_panic.crashed(hang, r"stack guard page was hit at [0-9a-f]{16}",
                                        rf"RIP: .*{hang.names['functions'][0]}\+"),
    module="stack_overflow",
    answer=answer,
    evidence="the kernel's words 'stack guard page was hit' and the module's function, and its end",
    becomes=way.PANICS,
)
