# SPDX-License-Identifier: GPL-2.0-or-later
"""What a way to hang is: a record, and how one is carried out.

To add a way:
  1. write ways/<name>.py, ending in one `WAY = Way(...)`;
  2. its kernel module, if it has one, is ways/module/<name>.c, its programs are in ways/program/;
  3. list it in ways/__init__.py.

What a guest must have: /bin/sh, grep, sed, cat, sleep, mount and modprobe (busybox will do), the
lab's agent, procfs, sysfs, and where a way says so (`modules`) modules of its kernel.
"""
import dataclasses
import time
import typing

from . import agent, console, image, modules, names, way_watchdogs
from .talk import Refusal

EVIDENCE_S = 60
NO_MODULE = 77
TASKS = "tasks"  # the program of way_tasks
FOLDER = "/run/lab"  # in the guest: programs, disks; memory, and programs run from it

HUNG, PANICS, RUNS = "hung", "panics", "runs"


@dataclasses.dataclass(frozen=True)
class Way:
    name: str
    summary: str
    does: str
    start: typing.Callable  # (Hang) -> None: begins it
    seen: typing.Callable   # (Hang) -> str or None: the evidence, once it is there
    answer: typing.Callable  # (Hang) -> dict: what a report of this machine must say (`answer`)
    evidence: str           # what `seen` looks for
    cpus: int = 1           # a machine must have as many
    module: str = None      # its source in ways/module/, for Hang.insmod
    programs: tuple = ()    # their sources in ways/program/, for Hang.program
    modules: tuple = ()     # of the guest's kernel, loaded before the way begins; '?': if there is
    becomes: str = HUNG     # HUNG; PANICS: the kernel panics by itself; RUNS: nothing is wrong
    slow: bool = False      # its evidence needs a long wait


@dataclasses.dataclass(frozen=True)
class Options:
    """What `lab hang` may vary besides the seed."""
    allocated: bool = False        # locks in allocated objects, not in the module's data
    quiet_watchdogs: bool = False  # the kernel's own watchdogs say nothing
    no_kdump: bool = False         # the capture kernel is unloaded first

    def words(self):
        return [word for word in self.all_words() if getattr(self, word.replace("-", "_"))]

    @classmethod
    def all_words(cls):
        return [field.name.replace("_", "-") for field in dataclasses.fields(cls)]


class Impossible(Refusal):
    """A way that this machine cannot be hung in, through no fault of anybody's."""

    def __init__(self, what, hint=""):
        super().__init__(what, hint, Refusal.CONFLICT)


def answer(verdict, **more):
    """A right answer: the verdict's class, and what is named in it. Lists that are not given are
    empty; `also` are classes that are right as well."""
    empty = {"class_also_ok": list(more.pop("also", ())), "culprits": [], "locks": [],
             "devices": [], "cpus": [], "functions": [], "victims": [], "module": None,
             "notes": ""}
    assert set(more) <= set(empty), set(more) - set(empty)
    return {"class": verdict, **empty, **more}


class Hang:
    """One machine being hung in one way."""

    def __init__(self, run, way, seed, options=Options()):
        self.run = run
        self.way = way
        self.seed = seed
        self.options = options
        self.names = names.draw(seed)
        self.console_at = console.size(run)
        self.began = time.monotonic()
        self.functions = {}  # name -> (first address, after the last) of the module's functions
        self.locks = []      # addresses of the module's locks, as they are declared
        self.notes = {}      # what `seen` compares with

    def sh(self, script, data=b"", timeout_s=30):
        """The output of a script in the guest, which reads data; refuses when it fails."""
        status, output = agent.call(self.run, script, data, timeout_s)
        text = output.decode(errors="replace")
        if status:
            raise Refusal(f"{self.run.name}: {self.way.name}: exit status {status} of a script "
                          f"in the guest: {text.strip()}", f"lab down {self.run.name}")
        return text

    def module(self):
        """The way's module with this hang's names."""
        return modules.build(image.Image(self.run.image), self.way.module, self.names,
                             self.options.allocated)

    def insmod(self):
        """Loads the way's module."""
        module = self.module()
        path, parts = f"{FOLDER}/{module.name}.ko", f"/sys/module/{module.name}"
        found = self.sh(f"cat >{path} && insmod {path} || exit; rm {path}; "
                        f"cat {parts}/sections/.text; cat {parts}/parameters/places 2>/dev/null "
                        "|| :", module.content).split()
        self._locate(module, int(found[0], 16), found[1] if found[1:] else "0")

    def _locate(self, module, text, places):
        for name, (section, offset, size) in module.symbols.items():
            if section == ".text":
                self.functions[name] = (text + offset, text + offset + size)
        self.locks = [address for address in map(int, places.split(",")) if address]

    def lock_names(self, count):
        """As the report must name them: by symbol, or by address where there is none."""
        if self.options.allocated:
            return [f"{address:#x}" for address in self.locks[:count]]
        return self.names["locks"][:count]

    def program(self, source, name):
        """Puts a program of ways/program/ into the guest; its path there."""
        path, content = f"{FOLDER}/{name}", modules.program(image.Image(self.run.image), source)
        self.sh(f"cat >{path} && chmod 755 {path}", content)
        return path

    def behind(self, command, later_s=0):
        """Starts a command that nobody waits for, on any CPU: the agent may be kept to one."""
        mask = (1 << self.run.cpus) - 1
        self.sh(f"(sleep {later_s}; exec taskset {mask:x} {command}) >/dev/null 2>&1 </dev/null &")

    def said(self, pattern):
        """The console's line that matches, of what came since the way began, or None."""
        return console.find(self.run, pattern, self.console_at)


def hang(run, chosen, seed, options, progress):
    """Hangs a machine; what was seen and what a report must say, as it is kept with the machine."""
    one = Hang(run, chosen, seed, options)
    evidence = carry_out(one, progress)
    result = {"way": chosen.name, "seed": seed, "options": options.words(), "kernel": run.kernel,
              "evidence": evidence, "seconds": round(time.monotonic() - one.began, 2),
              **chosen.answer(one),
              "lock_addresses": [f"{address:#x}" for address in one.locks]}
    run.hung = {"does": chosen.does, **result}
    run.save()
    return result


def carry_out(hang, progress):
    """Starts the way and returns the evidence; refuses when there is none in time."""
    _check(hang)
    _compile(hang)
    _prepare(hang)
    hang.began = time.monotonic()
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
        time.sleep(0.2)
    raise Refusal(f"{hang.run.name}: {hang.way.name} was started, but within {EVIDENCE_S} s this "
                  f"was not seen: {hang.way.evidence}; the console's end:\n"
                  + console.tail(hang.run),
                  f"the machine may be half hung: lab down {hang.run.name}")


def _check(hang):
    run, chosen = hang.run, hang.way
    if run.hung:
        raise Refusal(f"{run.name} is hung already: {run.hung['way']}",
                      "a machine can be hung once: lab down, then up again", Refusal.CONFLICT)
    if run.cpus < chosen.cpus:
        raise Impossible(f"{chosen.name} needs {chosen.cpus} CPUs, {run.name} has {run.cpus}",
                         f"lab up NAME --cpus {chosen.cpus}")


def _compile(hang):
    """What is compiled once is kept, and is no part of a hang's time."""
    if hang.way.module:
        hang.module()
    for source in (*hang.way.programs, TASKS):
        modules.program(image.Image(hang.run.image), source)


def _prepare(hang):
    """The guest's side of it, before anything is wrong. Interrupts go to CPU 0, where the agent is:
    a way may take the others away."""
    lines = [f"[ -d {FOLDER} ] || {{ mkdir {FOLDER}; mount -t tmpfs lab {FOLDER}; }}",
             "for irq in /proc/irq/*/smp_affinity; do echo 1 >$irq || :; done 2>/dev/null"]
    lines += [f"modprobe {module} || exit {NO_MODULE}" if module[0] != "?" else
              f"modprobe -q {module[1:]} || :" for module in hang.way.modules]
    lines += way_watchdogs.lines(hang.options.quiet_watchdogs)
    if hang.options.no_kdump:
        lines.append("kexec -p -u")
    status, output = agent.call(hang.run, "set -e\n" + "\n".join(lines))
    if status == NO_MODULE:
        raise Impossible(f"{hang.way.name} needs {', '.join(hang.way.modules)}: "
                         f"{output.decode(errors='replace').strip()}")
    if status:
        raise Refusal(f"{hang.run.name}: preparing {hang.way.name}: exit status {status}: "
                      f"{output.decode(errors='replace').strip()}", f"lab down {hang.run.name}")
    hang.program(TASKS, TASKS)
