# SPDX-License-Identifier: GPL-2.0-or-later
"""The Debian guest: systemd, kdump-tools, an ext4 root.

    root.ext4       the disk, below an overlay for each machine
    guest-HASH.ext4 the disk with a dint-guest program in it
    initrd
"""
import hashlib
import shutil
import subprocess

from . import image, places, recipe, root, tools as tools_of
from .talk import Refusal

SPEC = places.LAB / "image/debian"
APPEND = "root=/dev/vda rw console=ttyS0 irqaffinity=0 crashkernel=192M systemd.hostname={name}"
PROGRAM = "/usr/sbin/dint-guest"


def get(suite, kernel, progress):
    """The image of a suite and kernel, made if the cache does not have it."""
    if "/" in kernel:
        raise Refusal("the Debian guest takes its kernel from a package",
                      "--guest small takes a .deb file, too", Refusal.BAD_REQUEST)
    tools = tools_of.get(suite, kernel, progress)
    folder = image.kept(recipe.guest_name("debian", suite, kernel),
                        lambda partial: _make(suite, tools, partial, progress), progress)
    return image.Image(folder)


def _make(suite, tools, partial, progress):
    release = image.begin(partial, tools)
    tree, log = partial / "root", partial / "log"
    progress.say(f"Debian guest of {suite.name}: packages (about a minute; once)")
    # the files come before the packages, so that an initramfs is made once and right
    root.bootstrap(suite, [f"linux-image-{release}", *recipe.words(SPEC / "packages")],
                   recipe.words(SPEC / "excludes"), tree, log,
                   [f"--essential-hook=cp -a --no-preserve=ownership '{SPEC}/root/.' \"$1/\""])
    progress.say("Debian guest: agent, capture kernel's initrd, file system")
    _configure(tools, tree, log)
    _pack(suite, release, partial)


def _configure(tools, tree, log):
    (tree / "usr/libexec").mkdir(exist_ok=True)
    shutil.copy(tools / "root/agent", tree / "usr/libexec/lab-agent")
    shutil.copy(SPEC / "configure", tree / "configure")
    root.inside(tree, ["/configure"], log, "configuring the guest")
    (tree / "configure").unlink()


def _pack(suite, release, partial):
    tree = partial / "root"
    shutil.copy(tree / f"boot/initrd.img-{release}", partial / "initrd")
    for name in ("initrd.img-", "System.map-"):
        (tree / f"boot/{name}{release}").unlink(missing_ok=True)
    root.run(["mke2fs", "-q", "-t", "ext4", "-d", str(tree), "-L", "lab", "-m", "0",
              "-N", "60000", "-J", "size=16", "-E", "lazy_itable_init=0,lazy_journal_init=0",
              str(partial / "root.ext4"), suite.disk], partial / "log", "making the disk")
    root.remove(tree)


def disk(guest, program, progress):
    """The disk to boot from: the image's, or a copy of it that holds the dint-guest program."""
    base = guest.folder / "root.ext4"
    if not program.exists():
        progress.say(f"no {program}: the machine boots without dint-guest (./build makes it)")
        return base
    content = program.read_bytes()
    path = guest.folder / f"guest-{hashlib.sha256(content).hexdigest()[:16]}.ext4"
    with image.lock(guest.folder.name):
        if not path.exists():
            _write_program(base, program, path)
            progress.say(f"dint-guest put into {path.name}")
        path.touch()
        image.prune(guest.folder.glob("guest-*"), path)
    return path


def _write_program(base, program, path):
    partial = path.with_suffix(".partial")
    subprocess.run(["cp", "--sparse=always", str(base), str(partial)], check=True)
    script = (f"write \"{program}\" {PROGRAM}\n"
              f"set_inode_field {PROGRAM} mode 0100755\n")
    subprocess.run(["debugfs", "-w", "-f", "/dev/stdin", str(partial)], input=script, text=True,
                   capture_output=True, check=True)
    check = subprocess.run(["debugfs", "-R", f"stat {PROGRAM}", str(partial)],
                           capture_output=True, text=True, check=True)
    if f"Size: {program.stat().st_size}" not in check.stdout:
        raise Refusal(f"debugfs did not write {program} into the image",
                      f"lab clean --all, then again; it said: {check.stderr.strip()}")
    partial.rename(path)
