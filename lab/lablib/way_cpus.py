# SPDX-License-Identifier: GPL-2.0-or-later
"""Evidence about CPUs: registers as QEMU has them, and the guest's counts of timer interrupts.

QEMU writes a CPU's RIP down only when it leaves translated code, so the machine is stopped for
the moment of looking.
"""
import contextlib
import dataclasses
import re
import time

from . import agent, qmp

INTERRUPTS = 1 << 9  # RFLAGS.IF
REGISTERS = re.compile(r"RIP=(?P<rip>[0-9a-f]+) RFL=(?P<flags>[0-9a-f]+).*? CPL=(?P<cpl>\d)"
                       r".*? HLT=(?P<halted>\d)")


@dataclasses.dataclass(frozen=True)
class Cpu:
    rip: int
    flags: int
    cpl: int
    halted: bool

    @property
    def interrupts(self):
        return bool(self.flags & INTERRUPTS)

    def within(self, function):
        return function[0] <= self.rip < function[1]


def parse(text):
    return [Cpu(int(match["rip"], 16), int(match["flags"], 16), int(match["cpl"]),
                match["halted"] == "1") for match in REGISTERS.finditer(text)]


def hmp(monitor, line):
    return monitor.execute("human-monitor-command", **{"command-line": line})


def registers(hang):
    """[Cpu, ...], all of one moment."""
    with qmp.Qmp(hang.run.folder / "lab.qmp") as monitor:
        monitor.execute("stop")
        try:
            return parse(hmp(monitor, "info registers -a"))
        finally:
            monitor.execute("cont")


def holds(hang, key, condition, seconds):
    """True once a condition was found true for so long, call after call."""
    if not condition:
        hang.notes.pop(key, None)
        return False
    return time.monotonic() - hang.notes.setdefault(key, time.monotonic()) >= seconds


def timer_counts(hang):
    """Each CPU's count of local timer interrupts; None where the guest does not answer."""
    with contextlib.suppress(agent.Silent):
        line = agent.text(hang.run, "grep LOC: /proc/interrupts", timeout_s=5)
        return [int(word) for word in line.split()[1:] if word.isdigit()]
    return None
