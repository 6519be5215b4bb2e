# SPDX-License-Identifier: GPL-2.0-or-later
"""What a way to hang is: a record, and how one is carried out.

To add a way:
  1. write ways/<name>.py, ending in one `WAY = Way(...)`;
  2. its kernel module, if it has one, is ways/module/<name>.c;
  3. list it in ways/__init__.py.
"""
import dataclasses
import time
import typing

from . import agent, console, image, modules
from .talk import Refusal

EVIDENCE_S = 60


@dataclasses.dataclass(frozen=True)
class Way:
    name: str
    summary: str
    does: str
    start: typing.Callable  # (Hang) -> None: begins it
    seen: typing.Callable   # (Hang) -> str or None: the evidence, once it is there
    answer: typing.Callable  # (Hang) -> dict: what a report of this machine must say
    evidence: str           # what `seen` looks for
    cpus: int = 1           # a machine must have as many


class Hang:
    """One machine being hung in one way."""

    def __init__(self, run, way, seed):
        self.run = run
        self.way = way
        self.seed = seed
        self.names = None   # of the module, once there is one
        self.console_at = console.size(run)
        self.notes = {}     # what `seen` compares with

    def insmod(self, source):
        """Compiles a module with this hang's names and loads it."""
        name, content, self.names = modules.build(image.Image(self.run.image), source, self.seed)
        agent.put(self.run, content, f"/run/{name}.ko")
        status, output = agent.call(self.run, f"insmod /run/{name}.ko && rm /run/{name}.ko")
        if status:
            raise Refusal(f"insmod {name}.ko: {output.decode(errors='replace').strip()}",
                          "a machine can be hung once: lab down, then up again")

    def tasks(self):
        """[(name, [function, ...])] of the tasks in state D, the innermost function first."""
        script = ("for s in /proc/[0-9]*/stat; do read -r l <$s || continue; case $l in *') D '*) "
                  "d=${s%/stat}; echo \"${d#/proc/} $(cat $d/comm)\"; sed 's/^/+/' $d/stack;; "
                  "esac; done 2>/dev/null")
        found, pid = {}, None
        for line in agent.text(self.run, script, timeout_s=20).splitlines():
            if line.startswith("+"):
                found[pid][1].append(line.split()[1].split("+")[0])
            else:
                pid, _, name = line.partition(" ")
                found[pid] = (name, [])
        return list(found.values())


def carry_out(hang, progress):
    """Starts the way and returns the evidence; refuses when there is none in time."""
    if hang.run.cpus < hang.way.cpus:
        raise Refusal(f"{hang.way.name} needs {hang.way.cpus} CPUs, {hang.run.name} has "
                      f"{hang.run.cpus}", f"lab up NAME --cpus {hang.way.cpus}")
    hang.way.start(hang)
    progress.say(f"{hang.run.name}: {hang.way.name} started")
    deadline = time.monotonic() + EVIDENCE_S
    while time.monotonic() < deadline:
        try:
            evidence = hang.way.seen(hang)
        except agent.Silent:
            evidence = None
        if evidence:
            progress.say(f"{hang.run.name}: seen: {evidence}")
            return evidence
        time.sleep(0.3)
    raise Refusal(f"{hang.run.name}: {hang.way.name} was started, but within {EVIDENCE_S} s this "
                  f"was not seen: {hang.way.evidence}; the console's end:\n"
                  + console.tail(hang.run),
                  f"the machine may be half hung: lab down {hang.run.name}")
