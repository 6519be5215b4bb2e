# SPDX-License-Identifier: GPL-2.0-or-later
"""A CPU lost to a loop with interrupts off."""
import time

from lablib import agent
from lablib.way import Way


def _local_timer(hang):
    """The last CPU's count of local timer interrupts."""
    line = agent.text(hang.run, "grep LOC: /proc/interrupts", timeout_s=10)
    counts = [int(word) for word in line.split()[1:] if word.isdigit()]
    return counts[-1] if counts else None


def seen(hang):
    """Not one timer interrupt in two seconds, on a CPU that never idles for so long."""
    before = _local_timer(hang)
    agent.call(hang.run, "sleep 2", timeout_s=10)
    after = _local_timer(hang)
    if before is None or before != after:
        return None
    hang.notes["stood_since"] = hang.notes.get("stood_since") or time.monotonic()
    if time.monotonic() - hang.notes["stood_since"] < 2:
        return None  # once more: an idle CPU may sleep that long as well
    return f"CPU {hang.run.cpus - 1} took no timer interrupt for 4 s (count {after})"


def answer(hang):
    names = hang.names
    return {"class": "hard-lockup", "culprits": [names["tasks"][0]], "locks": [], "victims": [],
            "functions": names["functions"][:1], "module": names["module"]}


WAY = Way(
    name="irqs-off",
    summary="a task spins for ever on the last CPU, interrupts off",
    does="loads ways/module/irqs_off.c",
    start=lambda hang: hang.insmod("irqs_off"),
    seen=seen,
    answer=answer,
    evidence="the last CPU's local timer count in /proc/interrupts stands still",
    cpus=2,
)
