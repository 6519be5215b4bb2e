# SPDX-License-Identifier: GPL-2.0-or-later
"""PID 1 is killed."""
from lablib import way, way_panic


def answer(hang):
    return way.answer("init-died", notes="PID 1 got SIGKILL from the kernel: exit code 9")


WAY = way.Way(
    name="init-died",
    summary="PID 1 dies of a signal",
    does="loads ways/module/init_died.c",
    start=lambda hang: hang.insmod(),
    seen=lambda hang: way_panic.crashed(hang, r"Attempted to kill init! exitcode=0x00000009"),
    answer=answer,
    evidence="the kernel's words 'Attempted to kill init!', and its end",
    becomes=way.PANICS,
)
