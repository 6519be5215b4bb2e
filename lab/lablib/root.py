# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian roots in directories, made by mmdebstrap, and commands run inside them."""
import os
import re
import shutil
import subprocess

from . import archive
from .talk import Refusal

NEEDED = {"mmdebstrap": "mmdebstrap", "mke2fs": "e2fsprogs", "debugfs": "e2fsprogs",
          "depmod": "kmod", "qemu-system-x86_64": "qemu-system-x86", "qemu-img": "qemu-utils"}
SPACE_BYTES = 4 << 30  # two roots, the image, and room
EVERYWHERE = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*")


def check_tools():
    """Refuses before anything is begun."""
    for tool, package in NEEDED.items():
        if not shutil.which(tool, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            raise Refusal(f"{tool} is not installed", f"apt-get install {package}",
                          Refusal.NOT_FOUND)


def check_host(folder):
    """Refuses to make an image that could not be finished."""
    check_tools()
    if os.geteuid() != 0:
        raise Refusal("making an image needs root (a chroot, and files owned by root in it)",
                      "sudo lab/lab up NAME; machines are then run as root, too")
    free = shutil.disk_usage(folder).free
    if free < SPACE_BYTES:
        raise Refusal(f"{folder} has {free >> 20} MiB free, an image needs {SPACE_BYTES >> 20}",
                      "lab clean, or set XDG_CACHE_HOME to a larger disk")


# What a build says when it fails, what to do about it, and the lab's exit status.
CAUSES = (
    (r"Unable to locate package", "the suite has no such package: apt-cache search linux-image",
     Refusal.NOT_FOUND),
    (r"Failed to fetch|Could not resolve|onnect to", "Debian's archive is not reachable: does "
     "apt-get update work here?", Refusal.UNREACHABLE),
    (r"No space left", "lab clean, or set XDG_CACHE_HOME to a larger disk", Refusal.SYSTEM),
)

# Ends with the lab, however that ends, and with all that it began and mounted: no orphan writes
# into a folder that the next lab makes.
CONTAINED = ["setpriv", "--pdeathsig", "KILL", "--"]
CONTAINED_ROOT = [*CONTAINED, "unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--"]


def run(command, log, what, **more):
    """Runs a command with its output in a log file, whose last lines a refusal shows."""
    contained = CONTAINED if os.geteuid() else CONTAINED_ROOT
    with open(log, "a", encoding="utf-8") as file:
        done = subprocess.run([*contained, *command], stdin=subprocess.DEVNULL, stdout=file,
                              stderr=subprocess.STDOUT, check=False, **more)
    if done.returncode:
        with open(log, encoding="utf-8", errors="replace") as file:
            tail = "".join(f"  | {line}" for line in file.readlines()[-8:]).rstrip()
        raise Refusal(f"{what}: exit status {done.returncode}; the end of {log}:\n{tail}",
                      *_cause(tail))


def _cause(said):
    """What to do, and the exit status."""
    for pattern, hint, status in CAUSES:
        if re.search(pattern, said):
            return hint, status
    return "lab clean, then again; what it says is its own", Refusal.SYSTEM


def bootstrap(suite, packages, excludes, target, log, hooks=()):
    """Makes a root of minbase and packages. Hooks are mmdebstrap's own options."""
    command = ["mmdebstrap", "--variant=minbase", "--format=directory",
               "--include=" + ",".join(packages), '--aptopt=Acquire::Languages "none"']
    command += [f"--aptopt={line.rstrip(';')}" for line in archive.settings()]
    if suite.stale:
        command.append('--aptopt=Acquire::Check-Valid-Until "false"')
    command += [f"--dpkgopt=path-exclude={path}" for path in (*EVERYWHERE, *excludes)]
    command += [*hooks, suite.name, str(target)] + archive.sources(suite.name)
    run(command, log, f"making a {suite.name} root")


def inside(root, command, log, what):
    """Runs a command in a root, as root there; its /proc is gone with it."""
    clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "HOME": "/"}
    script = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'
    run(["sh", "-c", script, str(root)] + command, log, what, env=clean)


def remove(folder):
    """Deletes a root. Killed halves of builds may have mounts in them: they are taken off first."""
    _unmount_below(folder)
    subprocess.run(["rm", "-rf", "--one-file-system", str(folder)], check=False,
                   stderr=subprocess.DEVNULL)


def _unmount_below(folder):
    with open("/proc/self/mounts", encoding="utf-8", errors="replace") as file:
        places_of = [line.split()[1] for line in file]
    for place in reversed(places_of):
        if place.startswith(f"{folder}/"):
            subprocess.run(["umount", "--lazy", place], check=False, stderr=subprocess.DEVNULL)


def kernels(root):
    folder = root / "lib/modules"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []
