# SPDX-License-Identifier: GPL-2.0-or-later
"""A CPU that takes interrupts but never schedules."""
from lablib import way, way_cpus

SECONDS = 6


def seen(hang):
    last, function = hang.run.cpus - 1, hang.functions[hang.names["functions"][1]]
    cpu, counts = way_cpus.registers(hang)[last], way_cpus.timer_counts(hang)
    before, hang.notes["count"] = hang.notes.get("count"), counts and counts[last]
    ticks = bool(counts and before) and counts[last] > before
    # in an interrupt of its own the CPU is elsewhere for a moment; it comes back
    hang.notes["within"] = hang.notes.get("within", 0) + cpu.within(function)
    if not way_cpus.holds(hang, "lost", ticks and not cpu.halted, SECONDS):
        return None
    message = hang.said(rf"soft lockup - CPU#{last} stuck for .*{hang.names['tasks'][0]}")
    if hang.notes["within"] < 5 or not (message or hang.options.quiet_watchdogs):
        return None
    said = "the kernel's watchdog said so" if message else "its watchdogs were silent"
    return (f"CPU {last} in {hang.names['functions'][1]} with IF=1 for more than {SECONDS} s, its "
            f"timer ticking (count {counts[last]}); {said}")


def answer(hang):
    names = hang.names
    return way.answer("soft-lockup", culprits=names["tasks"][:1], cpus=[hang.run.cpus - 1],
                      functions=names["functions"][:2], module=names["module"])


WAY = way.Way(
    name="soft-lockup",
    summary="a task loops for ever on the last CPU with preemption off",
    does="loads ways/module/soft_lockup.c",
    start=lambda hang: hang.insmod(),
    seen=seen,
    module="soft_lockup",
    answer=answer,
    evidence="the last CPU's registers in the module's function while its timer ticks, and (unless "
             "the watchdogs are quiet) the kernel's words 'soft lockup'",
    cpus=2,
    slow=True,
)
