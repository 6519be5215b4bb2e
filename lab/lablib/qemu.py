# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU: its command line, and starting and ending its process."""
import os
import select
import signal
import subprocess

from .talk import Refusal

# panic=none: QEMU's default ends a guest that panics without kdump before its console is flushed.
MACHINE = ["-no-user-config", "-nodefaults", "-display", "none", "-machine", "pc",
           "-cpu", "max,la57=off", "-action", "panic=none", "-device", "VGA",
           "-device", "pvpanic-pci", "-device", "vmcoreinfo"]
# tb-size, MiB: QEMU's code cache is emptied only when it is full. With its default of 1 GiB the
# capture kernel's code is still in it after the reboot, each store of the next kernel to those
# pages takes a slow path, and a guest is ready 45 s after its NMI in place of 28.
ACCEL = {"tcg": "tcg,thread=multi,tb-size=128", "kvm": "kvm"}
EXIT_S = 5


def command(run, unborn=False):
    """The command line of a run: its own paths are all in run.folder. An unborn machine is one that
    is to be saved; it does not know its name."""
    place = run.folder
    name = "" if unborn else run.name

    def listen(name, path, more=""):
        return ["-chardev", f"socket,id={name},path={path},server=on,wait=off{more}"]

    disk = []
    if run.disk:
        disk = ["-drive", f"file={run.overlay},format=qcow2,if=virtio,cache=unsafe"]
    return ["qemu-system-x86_64", "-name", f"dint-lab-{name}", *MACHINE,
            "-fw_cfg", f"name=opt/org.dint.lab/name,string=-{name}",
            "-accel", ACCEL[run.accel], "-m", str(run.memory_mib), "-smp", str(run.cpus),
            "-kernel", str(run.image / "vmlinuz"), "-initrd", str(run.initrd),
            "-append", run.append, *disk,
            *listen("qmp", place / "qmp"), "-mon", "chardev=qmp,mode=control",
            *listen("labqmp", place / "lab.qmp"), "-mon", "chardev=labqmp,mode=control",
            *listen("console", place / "console",
                    f",logfile={place / 'console.log'},logappend=off"),
            "-serial", "chardev:console",
            "-device", "virtio-serial-pci",
            *listen("dint", place / "dint"),
            "-device", "virtserialport,chardev=dint,name=org.dint.guest.0,id=dintport",
            *listen("agent", place / "agent"),
            "-device", "virtserialport,chardev=agent,name=org.dint.lab.0,id=labport",
            "-daemonize", "-pidfile", str(place / "pid")]


def start(run, more=(), unborn=False):
    if run.disk:
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw",
                        "-b", str(run.disk), str(run.overlay)], check=True)
    done = subprocess.run([*command(run, unborn), *more], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refusal(f"QEMU did not start: {done.stderr.strip()}")


def pid_of(folder):
    """The process that runs in this folder, or None; a pid that was given to another process
    meanwhile is not taken for it."""
    try:
        pid = int((folder / "pid").read_text(encoding="ascii"))
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if os.fsencode(folder / "pid") in words else None


def end(folder):
    """Ends the process of a folder, if there is one, and waits until it is gone."""
    pid = pid_of(folder)
    if not pid:
        return
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            signal.pidfd_send_signal(process, number)
        except ProcessLookupError:
            break
        if select.select([process], [], [], EXIT_S)[0]:
            break
    os.close(process)
