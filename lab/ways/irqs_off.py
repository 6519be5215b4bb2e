# SPDX-License-Identifier: GPL-2.0-or-later
"""A CPU lost to a loop with interrupts off."""
from lablib import way, way_cpus

SECONDS = 4


def seen(hang):
    """The registers say that it is so now, the timer's count that it was so all the time."""
    last, function = hang.run.cpus - 1, hang.functions[hang.names["functions"][0]]
    cpu = way_cpus.registers(hang)[last]
    counts = way_cpus.timer_counts(hang)
    before, hang.notes["count"] = hang.notes.get("count"), counts and counts[last]
    lost = counts and before == counts[last] and not cpu.interrupts and cpu.within(function)
    if not way_cpus.holds(hang, "lost", lost, SECONDS):
        return None
    return (f"CPU {last} at {cpu.rip:#x} in {hang.names['functions'][0]}, IF=0, and took no timer "
            f"interrupt for {SECONDS} s (count {counts[last]})")


def answer(hang):
    names = hang.names
    return way.answer("hard-lockup", culprits=names["tasks"][:1], cpus=[hang.run.cpus - 1],
                      functions=names["functions"][:1], module=names["module"])


WAY = way.Way(
    name="irqs-off",
    summary="a task spins for ever on the last CPU, interrupts off",
    does="loads ways/module/irqs_off.c",
    start=lambda hang: hang.insmod(),
    seen=seen,
    module="irqs_off",
    answer=answer,
    evidence="the last CPU's registers in the module's function with IF=0, its local timer count "
             "in /proc/interrupts standing still",
    cpus=2,
)
