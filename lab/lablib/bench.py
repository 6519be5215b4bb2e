# SPDX-License-Identifier: GPL-2.0-or-later
"""How long things take: each figure the median of some runs, as tables in Markdown.

A busy host makes all of it longer; the load is told with the figures.
"""
import dataclasses
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

from . import boot, dump, machine, qmp, watch
from .talk import Progress

BANNER = r"Linux version"
SMALL_STAGES = (("capture kernel's first line", BANNER),
                ("makedumpfile begins", r"lab: capture system"),
                ("dump safe at the host", r"the dump is safe at the host"),
                ("next kernel's first line", BANNER))
DEBIAN_STAGES = (("capture kernel's first line", BANNER),
                 ("its /init", r"Run /init as init process"),
                 ("its systemd", r"systemd\[1\]: systemd \d"),
                 ("kdump-tools begins", r"kdump-tools\["),
                 ("dump saved", r"saved vmcore"),
                 ("next kernel's first line", BANNER),
                 ("its systemd again", r"systemd\[1\]: systemd \d"))
READY = "kdump loaded again"
NAME = "lab-bench"


@dataclasses.dataclass
class Table:
    title: str
    stages: dict = dataclasses.field(default_factory=dict)  # stage -> {suite: [seconds]}

    def add(self, suite, times):
        for stage, seconds in times:
            self.stages.setdefault(stage, {}).setdefault(suite, []).append(seconds)

    def markdown(self, suites):
        lines = ["| " + " | ".join([self.title, *suites]) + " |", "|---" * (len(suites) + 1) + "|"]
        for stage, of in self.stages.items():
            cells = [f"{statistics.median(of[suite]):.1f}" if suite in of else "–"
                     for suite in suites]
            lines.append("| " + " | ".join([stage, *cells]) + " |")
        return "\n".join(lines)

    def json(self):
        return {"title": self.title, "seconds": self.stages}


@dataclasses.dataclass
class Result:
    runs: int
    tables: list = dataclasses.field(default_factory=list)
    loads: list = dataclasses.field(default_factory=list)  # before each run

    def host(self):
        version = subprocess.run(["qemu-system-x86_64", "--version"], capture_output=True,
                                 text=True, check=True).stdout.split("\n", maxsplit=1)[0]
        return (f"{os.cpu_count()} cores, {version}, TCG; medians of {self.runs}; load before a "
                f"run {min(self.loads):.1f} to {max(self.loads):.1f}")

    def markdown(self, suites):
        return "\n\n".join([self.host() + ".", *(table.markdown(suites) for table in self.tables)])

    def json(self):
        return {"host": self.host(), "tables": [table.json() for table in self.tables]}


def run_all(suites, kinds, runs, progress):
    """Kinds are names in KINDS."""
    result = Result(runs)
    for kind in kinds:
        title, measure = KINDS[kind]
        table = Table(title)
        result.tables.append(table)
        for suite in suites:
            _prepare(suite, kind)
            for number in range(runs):
                result.loads.append(os.getloadavg()[0])
                table.add(suite, _measured(measure, suite))
                progress.say(f"{kind}, {suite}: run {number + 1} of {runs}, load "
                             f"{os.getloadavg()[0]:.1f}")
    return result


def _prepare(suite, kind):
    """Images and saved states, which are made once, are no part of a figure."""
    guest = "debian" if kind == "debian" else "small"
    _measured(lambda suite, spec, folder: [], suite, guest)


def _measured(measure, suite, guest="small"):
    with tempfile.TemporaryDirectory(prefix="lab-bench-", dir="/var/tmp") as folder:
        try:
            return measure(suite, boot.Spec(suite=suite, guest=guest), pathlib.Path(folder))
        finally:
            machine.remove(NAME)


def _up(spec):
    began = time.monotonic()
    run = boot.up(NAME, spec, Progress(quiet=True))
    return run, time.monotonic() - began


def _host(_, spec, folder):
    """From `lab up` to dumps from outside, one machine each."""
    times = []
    for name in ("host", "host-kdump-zlib", "host-paging"):
        run, seconds = _up(spec)
        began = time.monotonic()
        taking = dump.Taking(run, folder / name, None, dump.HOST_S, Progress(quiet=True))
        dump.HOWS[name].take(taking)
        if name == "host":
            times.append(("lab up, restored", seconds))
        times.append((f"… and --how {name}", seconds + time.monotonic() - began))
        machine.remove(NAME)
    return times


def _kdump(_, spec, folder):
    run, seconds = _up(spec)
    with watch.Watch(run, SMALL_STAGES) as seen:
        began = time.monotonic()
        taking = dump.Taking(run, folder / "dump", None, dump.CAPTURE_S, Progress(quiet=True))
        dump.HOWS["kdump"].take(taking)
        whole = time.monotonic() - began
        boot.wait_ready(run, Progress(quiet=True), start=seen.at)
        seen.mark(READY)
    return [("lab up, restored", seconds), ("… and --how kdump, dintd included", seconds + whole),
            *((f"dump + {stage}", at) for stage, at in seen.times)]


def _debian(_, spec, folder):
    spec.guest = "debian"
    run, seconds = _up(spec)
    with qmp.Qmp(run.folder / "lab.qmp") as monitor, watch.Watch(run, DEBIAN_STAGES) as seen:
        monitor.execute("inject-nmi")
        _await_stages(seen)
        boot.wait_ready(run, Progress(quiet=True), start=seen.at)
        seen.mark(READY)
    return [("lab up, booted", seconds), *((f"NMI + {stage}", at) for stage, at in seen.times)]


def _await_stages(seen):
    while seen.left and seen.seconds() < dump.CAPTURE_S:
        time.sleep(watch.LOOK_S)


KINDS = {"host": ("small guest, dump from the host's side", _host),
         "kdump": ("small guest, through capture kernel and port", _kdump),
         "debian": ("Debian guest, its own kdump-tools", _debian)}
