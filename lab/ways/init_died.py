# SPDX-License-Identifier: GPL-2.0-or-later
"""PID 1 ends."""
from lablib import way, way_panic

STATUS = 3


def start(hang):
    path = hang.program("leave", hang.names["programs"][0])
    hang.behind(f"{path} 1 {STATUS}", later_s=1)


def answer(hang):
    return way.answer("init-died", notes=f"PID 1 called exit_group({STATUS})")


WAY = way.Way(
    name="init-died",
    summary="PID 1 exits",
    does="ways/program/leave.c, which has PID 1 call exit_group by ptrace",
    start=start,
    seen=lambda hang: way_panic.crashed(
        hang, rf"Kernel panic - not syncing: Attempted to kill init! exitcode=0x{STATUS << 8:08x}"),
    programs=("leave",),
    answer=answer,
    evidence="the kernel's words 'Attempted to kill init!' with that exit code, and its end",
    becomes=way.PANICS,
)
