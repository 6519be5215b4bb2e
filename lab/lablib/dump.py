# SPDX-License-Identifier: GPL-2.0-or-later
"""A hung machine's memory as a file, and beside it what a report of it must say.

To add a way of taking it: a function (Taking) -> None, and a row in HOWS.
"""
import dataclasses
import json
import pathlib
import shutil
import typing

from . import agent, console, elf, image, machine, qmp, root, site, tools
from .talk import Refusal

CAPTURE_S = 300
HOST_S = 300
ROOM = 1.2  # of the machine's memory: headers, tables, a rest


@dataclasses.dataclass
class Taking:
    run: machine.Run
    path: pathlib.Path
    level: int       # makedumpfile's -d, or None: as it comes
    timeout_s: float
    progress: object


@dataclasses.dataclass(frozen=True)
class How:
    name: str
    taken: str       # for FILE.expected.json
    take: typing.Callable


def take(taking, how):
    """Writes the file and its answer."""
    room = shutil.disk_usage(taking.path.parent).free
    if room < taking.run.memory_mib * ROOM * (1 << 20):
        raise Refusal(f"{taking.path.parent} has {room >> 20} MiB free, a dump of "
                      f"{taking.run.name} may need {taking.run.memory_mib}", "-o elsewhere")
    how.take(taking)
    size = taking.path.stat().st_size
    taking.progress.say(f"{taking.run.name}: {taking.path}, {size >> 20} MiB, {how.name}")
    write_expected(taking, how, size)


# through the capture kernel and dintd

def crashed_already(run):
    """A kernel says its command line when it boots; a restored one has said nothing."""
    return "elfcorehdr=" in (console.find_last(run, r"Kernel command line: ") or "")


def _kdump(taking):
    run = taking.run
    if run.guest != "small":
        raise Refusal(f"{run.name} is a Debian guest, whose kdump-tools write to its disk",
                      "dintd receives that dump; or lab up --guest small", Refusal.CONFLICT)
    if taking.level not in (None, run.filter):
        _load_kdump_anew(run, taking.level)
    with site.of(run, taking.path) as ours:
        incident = ours.incident(not crashed_already(run), taking.timeout_s)
        _check_captured(run, incident)
        ours.dump_file(incident).rename(taking.path)


def _check_captured(run, incident):
    if not incident["dumps"]:
        cause = incident["history"][-1]["cause"]
        raise Refusal(f"{run.name}: the incident ended as {incident['state']}: {cause}; the "
                      "console's end:\n" + console.tail(run), "", Refusal.UNREACHABLE)
    if incident["dumps"][0]["origin"] != "guest":
        raise Refusal(f"{run.name} panicked without its capture kernel, dintd took a dump from "
                      "outside", "--how host does that on purpose", Refusal.CONFLICT)


def _load_kdump_anew(run, level):
    try:
        status, output = agent.call(run, f"load-kdump {level}", timeout_s=10)
    except agent.Silent:
        status, output = None, b""
    if status != 0:
        raise Refusal(f"{run.name} is too hung to load its capture kernel anew, for -d {level} in "
                      f"place of {run.filter} {output.decode(errors='replace')}",
                      f"lab up NAME --filter {level}", Refusal.CONFLICT)
    run.filter = level
    run.save()


# from outside

def _by_qemu(run, path, timeout_s, **more):
    partial = path.with_name(path.name + ".partial")
    try:
        with qmp.Qmp(run.folder / "lab.qmp", timeout_s) as monitor:
            monitor.execute("dump-guest-memory", protocol=f"file:{partial.absolute()}", **more)
        partial.chmod(0o600)  # QEMU's is 0400
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def _host(taking):
    if taking.level is None:
        _by_qemu(taking.run, taking.path, taking.timeout_s, paging=False)
    else:
        _filtered(taking, ["-E", "-d", str(taking.level)])


def _host_paging(taking):
    if taking.level is not None:
        raise Refusal("makedumpfile reads no dump by virtual addresses",
                      "--how host takes a --filter", Refusal.BAD_REQUEST)
    _by_qemu(taking.run, taking.path, taking.timeout_s, paging=True)


def _host_kdump_zlib(taking):
    if taking.level is None:
        _by_qemu(taking.run, taking.path, taking.timeout_s, paging=False, format="kdump-zlib")
    else:
        _filtered(taking, ["-c", "-d", str(taking.level)])


def _filtered(taking, words):
    """By the suite's own makedumpfile, in its root; what it reads is QEMU's ELF, put right."""
    top = image.Image(taking.run.image).toolchain.resolve()
    work = top / "work" / f"dump-{taking.run.name}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        _by_qemu(taking.run, work / "whole", taking.timeout_s, paging=False)
        elf.put_right(work / "whole")
        inside = f"/work/{work.name}"
        program = tools.find(top.parent, "makedumpfile").relative_to(top)
        root.inside(top, [f"/{program}", *words, f"{inside}/whole", f"{inside}/out"],
                    work / "log", "filtering the dump")
        shutil.move(work / "out", taking.path)
    finally:
        shutil.rmtree(work, ignore_errors=True)


HOWS = {how.name: how for how in (
    How("kdump", "NMI (or the guest's own panic); capture kernel, makedumpfile, the port, dintd",
        _kdump),
    How("host", "dump-guest-memory, ELF by physical addresses", _host),
    How("host-paging", "dump-guest-memory, ELF by virtual addresses", _host_paging),
    How("host-kdump-zlib", "dump-guest-memory, kdump-compressed with zlib", _host_kdump_zlib),
)}


# the answer

def write_expected(taking, how, size):
    """FILE.expected.json: what `lab hang` printed, in the form of a list of known dumps."""
    run = taking.run
    answer = dict(run.hung or {"class": "healthy", "culprits": [], "victims": [], "locks": [],
                               "functions": [], "module": None})
    about = {key: answer.pop(key, None) for key in ("way", "seed", "options", "evidence", "does")}
    text = json.dumps({
        "file": taking.path.name, "bytes": size, **answer, "kernel": run.kernel,
        "notes": about["evidence"] or "",
        "how": {"cpus": run.cpus, "mem_mib": run.memory_mib, "taken": how.taken,
                "filter": run.filter if how.name == "kdump" else taking.level,
                "systemd": run.guest == "debian", "did": about["does"] or "nothing",
                "way": about["way"], "seed": about["seed"],
                "options": about["options"] or []},
    }, indent=1)
    expected = taking.path.with_name(taking.path.name + ".expected.json")
    expected.write_text(text + "\n", encoding="utf-8")
