# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory is so short that all that moves is its reclaim."""
import re

from lablib import agent, way

FULL_PERCENT = 30  # of the last ten seconds, nobody in the group could go on
CGROUPS = f"{way.FOLDER}/cgroup"


def start(hang):
    group, path = f"{CGROUPS}/{hang.names['volume']}", hang.program("eat", hang.names["programs"][0])
    hang.notes["group"] = group
    hang.sh(f"mkdir {CGROUPS} && mount -t cgroup2 none {CGROUPS} && "
            f"echo +memory >{CGROUPS}/cgroup.subtree_control && mkdir {group} && "
            f"echo 8M >{group}/memory.high")
    hang.behind(f"sh -c 'echo $$ >{group}/cgroup.procs; exec {path} 0'")


def seen(hang):
    group = hang.notes["group"]
    text = agent.text(hang.run, f"cat {group}/memory.pressure {group}/memory.events; "
                      f"read -r pid <{group}/cgroup.procs; cat /proc/$pid/stack", timeout_s=10)
    full = re.search(r"^full avg10=([\d.]+)", text, re.MULTILINE)
    events = dict(re.findall(r"^(high|oom) (\d+)$", text, re.MULTILINE))
    before, hang.notes["high"] = hang.notes.get("high"), int(events.get("high", 0))
    moves = before is not None and hang.notes["high"] > before
    if not (full and float(full[1]) >= FULL_PERCENT and moves and events.get("oom") == "0"):
        return None
    return (f"pressure 'full' {full[1]} % over 10 s in the group, memory.events high "
            f"{before} and then {events['high']}, oom 0")


def answer(hang):
    return way.answer("memory-pressure", culprits=hang.names["programs"][:1],
                      notes="its cgroup is at memory.high: it is throttled, and moves")


WAY = way.Way(
    name="memory-pressure",
    summary="a process at its cgroup's memory.high is throttled at each step",
    does="ways/program/eat.c in a cgroup with memory.high = 8M",
    start=start,
    seen=seen,
    programs=("eat",),
    answer=answer,
    evidence=f"the group's memory pressure 'full' above {FULL_PERCENT} % over ten seconds, its "
             "count of 'high' events rising, no OOM",
    slow=True,
)
