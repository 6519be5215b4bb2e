# SPDX-License-Identifier: GPL-2.0-or-later
"""From a name to a machine that is ready: kdump loaded and the agent answering."""
import dataclasses
import os
import pathlib
import time

from . import (agent, console, debian, machine, places, qemu, recipe, root, saved, small)
from .talk import Refusal

READY = "cat /sys/kernel/kexec_crash_loaded"
READY_S = 300  # three boots of a slow, shared host
AWAKE_S = 30
# Lines that tell a person how far a boot is, in the order in which they come.
STAGES = ((r"Linux version", "kernel"), (r"systemd\[1\]: systemd \d", "systemd"),
          (r"kdump-tools\[", "kdump-tools"))


# Lines after which no boot gets ready.
FATAL = r"Kernel panic - not syncing|Dropping to a shell|You are in emergency mode"


@dataclasses.dataclass
class Spec:
    """What a machine is to be."""
    suite: str = "bookworm"
    kernel: str = recipe.KERNEL
    guest: str = "small"
    cpus: int = 2
    memory_mib: int = 512
    accel: str = "tcg"
    append: str = ""
    filter: int = None     # the suite's own, when not given
    program: pathlib.Path = None  # dint-guest
    fresh: bool = False    # booted even where a saved state could be restored
    timeout_s: float = READY_S


def up(name, spec, progress):
    """Makes a machine that is ready."""
    root.check_tools()
    machine.check_name(name)
    machine.clean_up()
    with places.lock(machine.lock_path(name), wait=False) as mine:
        if not mine or (places.runs() / name).exists():
            raise Refusal(f"a machine '{name}' exists already",
                          f"lab down {name} ends it; or take another name", Refusal.CONFLICT)
        try:
            return _up(name, spec, progress)
        except BaseException:
            machine.remove(name)
            raise


def _up(name, spec, progress):
    run = _new(name, spec, progress)
    progress.say(f"{name}: Linux {run.kernel}, {run.guest} guest, {run.cpus} CPUs, "
                 f"{run.memory_mib} MiB, {run.accel}")
    if run.guest == "debian" or spec.fresh:
        qemu.start(run)
    else:
        _restore(run, spec, progress)
        _awaken(run)
    wait_ready(run, progress, spec.timeout_s)
    run.ready = True
    run.save()
    return run


def _new(name, spec, progress):
    """The machine's folder, with all that decides its command line. (irqaffinity=0: the port's
    interrupts come to CPU 0, so that the agent answers while another CPU is lost.)"""
    suite = recipe.suite_of(spec.suite)
    level = suite.filter if spec.filter is None else spec.filter
    program = spec.program or default_program()
    kind = {"small": small, "debian": debian}[spec.guest]
    if kind is small:
        small.check_reserve(spec.memory_mib, suite)
    guest = kind.get(suite, spec.kernel, progress)
    append = kind.APPEND.format(name=name, reserve=suite.reserve, filter=level)
    boots = {"initrd": guest.folder / "initrd"}
    if kind is small:
        boots["initrd"] = small.initrd(guest, program, progress)
    else:
        boots["disk"] = str(debian.disk(guest, program, progress))
    return machine.new(name, image=guest.folder, kernel=guest.kernel, suite=suite.name,
                       guest=spec.guest, cpus=spec.cpus, memory_mib=spec.memory_mib,
                       accel=spec.accel, filter=level,
                       append=" ".join(filter(None, [append, spec.append])), **boots)


def _restore(run, spec, progress):
    """From the saved state, which is made first where there is none that QEMU takes."""
    state = saved.path(run)
    if _saved_is_good(run, state, progress):
        return
    with places.lock(state.with_suffix(".lock")):
        if not state.exists():
            progress.say(f"{run.name}: boots, to be saved (once)")
            qemu.start(run, unborn=True)
            wait_ready(run, progress, spec.timeout_s)
            saved.save(run, state)
            qemu.end(run.folder)
    saved.restore(run, state)


def _saved_is_good(run, state, progress):
    if not state.exists():
        return False
    try:
        saved.restore(run, state)
        return True
    except (Refusal, OSError) as error:
        progress.say(f"{run.name}: its saved state is of no use and deleted: {error}")
        qemu.end(run.folder)
        state.unlink(missing_ok=True)
        return False


def _awaken(run):
    status, output = agent.call(run, f"awaken {run.name} {int(time.time())}", os.urandom(64),
                                timeout_s=AWAKE_S)
    if status:
        raise Refusal(f"{run.name} did not awake: {output.decode(errors='replace').strip()}")


def wait_ready(run, progress, timeout_s=READY_S, start=0):
    """Follows the console for the person and asks the agent; start is where in the log to look."""
    deadline = time.monotonic() + timeout_s
    stages = list(STAGES)
    while True:
        while stages and console.find(run, stages[0][0], start):
            progress.say(f"{run.name}: {stages.pop(0)[1]}")
        try:
            if agent.text(run, READY, timeout_s=1).strip() == "1":
                progress.say(f"{run.name}: ready, kdump loaded")
                return
            time.sleep(0.2)
        except agent.Silent:
            pass
        _check_alive(run, deadline, timeout_s, start)


def _check_alive(run, deadline, timeout_s, start):
    fatal = console.find(run, FATAL, start)
    if fatal:
        raise Refusal(f"{run.name} will not get ready: {fatal}; the console's end:\n"
                      + console.tail(run))
    if not qemu.pid_of(run.folder):
        raise Refusal(f"{run.name}: QEMU ended during the boot; the console's end:\n"
                      + console.tail(run))
    if time.monotonic() > deadline:
        raise Refusal(f"{run.name}: not ready after {timeout_s} s; the console's end:\n"
                      + console.tail(run), "lab up --timeout SECONDS waits longer",
                      Refusal.UNREACHABLE)


def default_program():
    return places.PROJECT / "out/dint-guest"
