# SPDX-License-Identifier: GPL-2.0-or-later
"""Evidence about what the CPUs' time goes into."""
import time

from . import agent


def parse(text):
    """/proc/stat's first line: user nice system idle iowait irq softirq …, in ticks."""
    words = [int(word) for word in text.split()[1:]]
    return {"user": words[0] + words[1], "system": words[2] + words[5] + words[6],
            "idle": words[3] + words[4]}


def shares(hang, seconds):
    """Percent of user, system, idle of the seconds to come, in which nothing is asked."""
    before = _ticks(hang)
    time.sleep(seconds)
    after = _ticks(hang)
    spent = {name: after[name] - before[name] for name in after}
    total = sum(spent.values()) or 1
    return {name: 100 * n / total for name, n in spent.items()}


def _ticks(hang):
    return parse(agent.text(hang.run, "head -n 1 /proc/stat", timeout_s=10))
