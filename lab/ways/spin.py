# SPDX-License-Identifier: GPL-2.0-or-later
"""A spinlock that is never released, and every other CPU spinning for it."""
from lablib import agent, way, way_cpus

SECONDS = 4
WAITS_IN = "native_queued_spin_lock_slowpath"


def _kernel_function(hang, name):
    """(first address, after the last) of a function of the kernel's."""
    rows = agent.text(hang.run, f"grep -A 1 ' {name}$' /proc/kallsyms", timeout_s=30).split()
    return int(rows[0], 16), int(rows[3], 16)


def start(hang):
    hang.functions[WAITS_IN] = _kernel_function(hang, WAITS_IN)
    hang.insmod()


def seen(hang):
    """No CPU is left that could answer: QEMU is asked alone."""
    last, function = hang.run.cpus - 1, hang.functions[hang.names["functions"][1]]
    cpus = way_cpus.registers(hang)
    lost = not any(cpu.interrupts for cpu in cpus) and cpus[last].within(function) and \
        all(cpu.within(hang.functions[WAITS_IN]) for cpu in cpus[:last])
    if not way_cpus.holds(hang, "lost", lost, SECONDS):
        return None
    return (f"CPU {last} in {hang.names['functions'][1]}, {last} others in {WAITS_IN}, all with "
            f"IF=0 each time they were looked at for {SECONDS} s")


def answer(hang):
    names, last = hang.names, hang.run.cpus - 1
    return way.answer("hard-lockup", culprits=names["tasks"][:1], cpus=[last],
                      locks=hang.lock_names(1), functions=names["functions"][:2],
                      victims=[f"{names['bystander']}{cpu}" for cpu in range(last)],
                      module=names["module"])


WAY = way.Way(
    name="spin",
    summary="the owner of a spinlock loops for ever, interrupts off; every other CPU spins for it",
    does="loads ways/module/spin.c",
    start=start,
    seen=seen,
    module="spin",
    answer=answer,
    evidence="registers: the last CPU in the module's loop, all others in "
             f"{WAITS_IN}, all with IF=0",
    cpus=2,
)
