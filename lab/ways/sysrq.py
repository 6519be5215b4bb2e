# SPDX-License-Identifier: GPL-2.0-or-later
"""A crash that somebody asked for."""
from lablib import way, way_panic

WAY = way.Way(
    name="sysrq",
    summary="somebody asks for a crash by sysrq-c",
    does="echo c >/proc/sysrq-trigger",
    start=lambda hang: hang.behind("sh -c 'echo c >/proc/sysrq-trigger'", later_s=1),
    seen=lambda hang: way_panic.crashed(hang, "sysrq: Trigger a crash"),
    answer=lambda hang: way.answer("requested-crash", notes="sysrq-c"),
    evidence="the kernel's words 'sysrq: Trigger a crash', and its end",
    becomes=way.PANICS,
)
