# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel with much to do, and well."""
from lablib import agent, way, way_disk, way_load, way_tasks, way_watchdogs

BUSY_PERCENT, SYSTEM_PERCENT = 60, 20
SECONDS = 5


def start(hang):
    way_disk.mount(hang)
    way_disk.start_writers(hang, 3)
    module = hang.module()
    path = f"{way.FOLDER}/{module.name}.ko"
    agent.put(hang.run, module.content, path)
    loops = (f"while :; do insmod {path}; rmmod {module.name}; done",
             "while :; do cat /proc/kallsyms; done",
             "while :; do (exit); done")
    for loop in loops:
        hang.behind(f"sh -c '{loop}'")


def seen(hang):
    share = way_load.shares(hang, SECONDS)
    stands = way_tasks.standing(hang)
    if share["idle"] > 100 - BUSY_PERCENT or share["system"] < SYSTEM_PERCENT or \
       hang.said(way_watchdogs.WORDS) or stands:
        return None
    return (f"CPUs {100 - share['idle']:.0f} % busy over {SECONDS} s, {share['system']:.0f} % in "
            "the kernel, no task stands in state D, no watchdog spoke")


WAY = way.Way(
    name="busy-kernel",
    summary="programs start and end, a module is loaded and unloaded, three programs write and "
            "sync; the kernel is well",
    does="shell loops; ways/module/busy_kernel.c; ways/program/write.c on an ext4 in memory",
    start=start,
    seen=seen,
    module="busy_kernel",
    programs=way_disk.PROGRAMS,
    answer=lambda hang: way.answer("healthy", also=["busy-user"]),
    evidence=f"more than {SYSTEM_PERCENT} % of the CPUs' time in the kernel, no task standing in "
             "state D, no watchdog speaking",
    modules=way_disk.MODULES,
    becomes=way.RUNS,
)
