# SPDX-License-Identifier: GPL-2.0-or-later
"""Images in the cache: CACHE/SUITE-HASH/ with what a boot and a way need.

    root.ext4 vmlinuz initrd    the machine
    kernel                      its release
    toolchain/                  a root with its headers and a compiler

A build happens in a folder of another name, which is renamed when it is whole: nothing that was
interrupted is ever taken for an image, and the next build deletes it.
"""
import concurrent.futures
import dataclasses
import hashlib
import os
import pathlib
import shutil
import subprocess
import time

from . import places, recipe, root
from .talk import Refusal

KEEP_GUEST_S = 3600  # a disk with another dint-guest in it, since its last use
GUEST_PROGRAM = "/usr/sbin/dint-guest"


@dataclasses.dataclass(frozen=True)
class Image:
    folder: pathlib.Path

    @property
    def kernel(self):
        return (self.folder / "kernel").read_text(encoding="ascii").strip()

    @property
    def toolchain(self):
        return self.folder / "toolchain"


def get(suite_name, progress):
    """The image of a suite, made if the cache does not have it."""
    suite = recipe.SUITES.get(suite_name)
    if not suite:
        raise Refusal(f"no suite '{suite_name}'", "there are: " + ", ".join(recipe.SUITES))
    folder = places.cache() / f"{suite.name}-{recipe.digest(suite)}"
    with places.lock(places.cache() / "lock"):
        if not folder.exists():
            root.check_host(places.cache())
            _build(suite, folder, progress)
    return Image(folder)


def _build(suite, folder, progress):
    partial = folder.with_name(f"building-{folder.name}-{os.getpid()}")
    _remove_unfinished()
    partial.mkdir(parents=True)
    progress.say(f"image {folder.name}: packages (a minute or two; once)")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        jobs = [pool.submit(_make_guest_root, suite, partial),
                pool.submit(_make_toolchain, suite, partial)]
        for job in jobs:
            job.result()
    _check_same_kernel(partial)
    progress.say("image: agent, capture kernel's initrd")
    _configure(partial)
    progress.say("image: file system")
    _pack(suite, partial)
    partial.rename(folder)
    _remove_unfinished()  # what was still dying when this build began
    progress.say("image: done")


def _remove_unfinished():
    """Under the cache's lock nobody else builds, so what lies there was interrupted."""
    for left in places.cache().glob("building-*"):
        root.remove(left)


def _make_guest_root(suite, partial):
    spec = places.LAB / "image"
    root.bootstrap(suite.name, recipe.words(spec / "packages"), recipe.words(spec / "excludes"),
                   partial / "root", partial / "root.log", files=spec / "root")


def _make_toolchain(suite, partial):
    spec = places.LAB / "image"
    log = partial / "toolchain.log"
    root.bootstrap(suite.name, recipe.words(spec / "packages.toolchain"),
                   ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*"],
                   partial / "toolchain", log)
    shutil.copy(places.LAB / "agent/agent.c", partial / "toolchain/agent.c")
    root.inside(partial / "toolchain", ["gcc", "-std=gnu17", "-D_GNU_SOURCE", "-O2", "-Wall",
                "-Wextra", "-Werror", "-static", "-s", "-o", "/agent", "/agent.c"], log,
                "compiling the agent")


def _check_same_kernel(partial):
    guest = root.kernels(partial / "root")
    built_for = [path.name.removeprefix("linux-headers-")
                 for path in (partial / "toolchain/usr/src").glob("linux-headers-*")]
    if len(guest) != 1 or guest[0] not in built_for:
        raise Refusal(f"the archive gave kernel {guest} and headers for {built_for}",
                      "it is being updated: try again later")


def _configure(partial):
    log = partial / "root.log"
    agent = partial / "root/usr/libexec/lab-agent"
    agent.parent.mkdir(exist_ok=True)
    shutil.copy(partial / "toolchain/agent", agent)
    shutil.copy(places.LAB / "image/configure", partial / "root/configure")
    root.inside(partial / "root", ["/configure"], log, "configuring the guest")
    (partial / "root/configure").unlink()


def _pack(suite, partial):
    tree = partial / "root"
    kernel = root.kernels(tree)[0]
    shutil.copy(tree / f"boot/vmlinuz-{kernel}", partial / "vmlinuz")
    shutil.copy(tree / f"boot/initrd.img-{kernel}", partial / "initrd")
    (partial / "kernel").write_text(kernel + "\n", encoding="ascii")
    for name in ("initrd.img-", "System.map-"):
        (tree / f"boot/{name}{kernel}").unlink(missing_ok=True)
    root.run(["mke2fs", "-q", "-t", "ext4", "-d", str(tree), "-L", "lab", "-m", "0",
              "-N", "60000", "-J", "size=16", "-E", "lazy_itable_init=0,lazy_journal_init=0",
              str(partial / "root.ext4"), suite.size], partial / "root.log", "making the disk")
    root.remove(tree)


def with_guest(image, program, progress):
    """The disk to boot from: the image's, or a copy of it that holds the dint-guest program."""
    base = image.folder / "root.ext4"
    if not program.exists():
        progress.say(f"no {program}: the machine boots without dint-guest (./build makes it)")
        return base
    content = program.read_bytes()
    disk = image.folder / f"guest-{hashlib.sha256(content).hexdigest()[:16]}.ext4"
    with places.lock(places.cache() / "lock"):
        if not disk.exists():
            _write_guest(base, program, disk)
            progress.say(f"dint-guest put into {disk.name}")
        disk.touch()
        for old in image.folder.glob("guest-*"):
            if time.time() - old.stat().st_mtime > KEEP_GUEST_S:
                old.unlink()  # a machine that runs from it has it open
    return disk


def _write_guest(base, program, disk):
    partial = disk.with_suffix(".partial")
    subprocess.run(["cp", "--sparse=always", str(base), str(partial)], check=True)
    script = (f"write \"{program}\" {GUEST_PROGRAM}\n"
              f"set_inode_field {GUEST_PROGRAM} mode 0100755\n")
    subprocess.run(["debugfs", "-w", "-f", "/dev/stdin", str(partial)], input=script, text=True,
                   capture_output=True, check=True)
    check = subprocess.run(["debugfs", "-R", f"stat {GUEST_PROGRAM}", str(partial)],
                           capture_output=True, text=True, check=True)
    if f"Size: {program.stat().st_size}" not in check.stdout:
        raise Refusal(f"debugfs did not write {program} into the image",
                      f"lab clean, then again; it said: {check.stderr.strip()}")
    partial.rename(disk)


def clean():
    """Empties the cache; what it held, by name."""
    with places.lock(places.cache() / "lock"):
        names = []
        for path in sorted(places.cache().iterdir()):
            if path.is_dir():
                names.append(path.name)
                root.remove(path)
        return names
