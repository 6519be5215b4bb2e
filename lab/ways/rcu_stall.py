# SPDX-License-Identifier: GPL-2.0-or-later
"""A grace period that cannot end."""
from lablib import way, way_cpus, way_tasks

WRITERS = 2
WAITS_IN = "synchronize_rcu"


def _victims(names):
    return [f"{names['bystander']}{i}" for i in range(WRITERS)]


def _writers_wait(hang):
    """synchronize_rcu may be a frame of its own or not: the module's function is below it."""
    function = hang.names["functions"][2]
    standing = {task.comm: task for task in way_tasks.standing(hang)}
    return all(name in standing and function in standing[name].stack
               for name in _victims(hang.names))


def seen(hang):
    last, function = hang.run.cpus - 1, hang.functions[hang.names["functions"][1]]
    hang.notes["within"] = hang.notes.get("within", 0) + \
        way_cpus.registers(hang)[last].within(function)
    message = hang.said(r"rcu: INFO: rcu_\w+ (self-)?detected stall")
    if not _writers_wait(hang) or hang.notes["within"] < 3 or \
       not (message or hang.options.quiet_watchdogs):
        return None
    said = "the kernel said 'detected stall'" if message else "its watchdogs were silent"
    return (f"{WRITERS} tasks stand in state D in {WAITS_IN} called by "
            f"{hang.names['functions'][2]}, CPU {last} is in the reader's loop "
            f"{hang.names['functions'][1]}; {said}")


def answer(hang):
    names = hang.names
    return way.answer("rcu-stall", also=["soft-lockup"], culprits=names["tasks"][:1],
                      cpus=[hang.run.cpus - 1], functions=names["functions"][:2],
                      victims=_victims(names), module=names["module"])


WAY = way.Way(
    name="rcu-stall",
    summary="an RCU reader on the last CPU never ends; two tasks wait for the grace period",
    does="loads ways/module/rcu_stall.c",
    start=lambda hang: hang.insmod(),
    seen=seen,
    module="rcu_stall",
    answer=answer,
    evidence="two tasks stand in state D in synchronize_rcu, the last CPU's registers are in the "
             "reader, and (unless the watchdogs are quiet) the kernel's words 'detected stall'",
    cpus=2,
    slow=True,
)
