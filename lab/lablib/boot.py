# SPDX-License-Identifier: GPL-2.0-or-later
"""From a name to a machine that is ready: kdump loaded and the agent answering."""
import os
import time

from . import agent, console, image, machine, places, qemu
from .talk import Refusal

READY = "cat /sys/kernel/kexec_crash_loaded"
READY_S = 300  # three boots of a slow, shared host
# Lines that tell a person how far a boot is, in the order in which they come.
STAGES = ((r"Linux version", "kernel"), (r"systemd\[1\]: systemd \d", "systemd"),
          (r"kdump-tools\[", "kdump-tools"))


# Lines after which no boot gets ready.
FATAL = r"Kernel panic - not syncing|Dropping to a shell|You are in emergency mode"


def up(name, spec, progress):
    """Boots a machine; spec is suite, cpus, memory_mib, accel, append, guest, timeout_s."""
    machine.check_name(name)
    machine.clean_up()
    with places.lock(machine.lock_path(name), wait=False) as mine:
        if not mine or (places.runs() / name).exists():
            raise Refusal(f"a machine '{name}' exists already",
                          f"lab down {name} ends it; or take another name")
        try:
            return _up(name, spec, progress)
        except BaseException:
            machine.remove(name)
            raise


def _up(name, spec, progress):
    base = image.get(spec["suite"], progress)
    run = machine.new(name, image=base.folder, kernel=base.kernel,
                      disk=image.with_guest(base, spec["guest"], progress),
                      cpus=spec["cpus"], memory_mib=spec["memory_mib"], accel=spec["accel"],
                      append=spec["append"])
    progress.say(f"{name}: Linux {base.kernel}, {run.cpus} CPUs, {run.memory_mib} MiB, {run.accel}")
    qemu.start(run)
    wait_ready(run, progress, spec["timeout_s"])
    run.ready = True
    run.save()
    return run


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
                      + console.tail(run), "lab up --timeout SECONDS waits longer")


def default_guest():
    return places.PROJECT / "out/dint-guest"


def has_kvm():
    return os.access("/dev/kvm", os.R_OK | os.W_OK)
