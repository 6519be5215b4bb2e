# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of ways; lablib/way.py says how to add one."""
from . import (busy, busy_kernel, deadlock, deadlock_cycle, device_wait, frozen, hardware_error,
               init_died, io_hang, irqs_off, lock_held, memory_pressure, none, oom, oops,
               rcu_stall, self_deadlock, soft_lockup, spin, stack_overflow, sysrq, use_after_free,
               workqueue)

WAYS = tuple(module.WAY for module in (
    # tasks that wait for ever
    deadlock, deadlock_cycle, self_deadlock, lock_held, device_wait, io_hang, frozen, workqueue,
    # CPUs that are lost
    irqs_off, spin, soft_lockup, rcu_stall,
    # memory
    oom, memory_pressure,
    # kernels that crash by themselves
    oops, stack_overflow, use_after_free, hardware_error, init_died, sysrq,
    # nothing is wrong
    none, busy, busy_kernel,
))


def find(name):
    """The record of that name, or None."""
    return next((way for way in WAYS if way.name == name), None)
