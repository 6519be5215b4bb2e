# SPDX-License-Identifier: GPL-2.0-or-later
"""What the cache holds: folders named by their recipes, made once.

    tools-SUITE-HASH/   root/, a Debian root with a compiler, a kernel and its headers
    small-SUITE-HASH/   the small guest (small.py)
    debian-SUITE-HASH/  the Debian guest (debian.py)

A build happens in a folder of another name, which is renamed when it is whole: nothing that was
interrupted is ever taken for an image, and the next build deletes it.
"""
import contextlib
import dataclasses
import os
import pathlib
import time

from . import places, recipe, root

KEEP_S = 3600  # what was derived from an image (another dint-guest in it), since its last use


@dataclasses.dataclass(frozen=True)
class Image:
    """A guest's folder: kernel (its release), vmlinuz, modules/, and a link to its tools."""
    folder: pathlib.Path

    @property
    def kernel(self):
        return (self.folder / "kernel").read_text(encoding="ascii").strip()

    @property
    def toolchain(self):
        return self.folder / "toolchain"


def lock(name, wait=True):
    """Whoever makes, changes or deletes a folder of the cache holds its lock."""
    return places.lock(places.cache() / "locks" / name, wait)


def kept(name, make, progress):
    """The cache's folder of that name; make(partial) fills it if the cache does not have it."""
    folder = places.cache() / name
    with lock(name):
        if not folder.exists():
            root.check_host(places.cache())
            _remove_unfinished(name)
            partial = folder.with_name(f"building-{name}-{os.getpid()}")
            partial.mkdir(parents=True)
            make(partial)
            partial.rename(folder)
            progress.say(f"{name}: done")
    return folder


def begin(partial, tools):
    """What every guest's folder begins with."""
    release = root.kernels(tools / "root/kernel")[0]
    (partial / "toolchain").symlink_to(pathlib.Path("..") / tools.name / "root")
    (partial / "kernel").write_text(release + "\n", encoding="ascii")
    os.link(_vmlinuz(tools / "root/kernel", release), partial / "vmlinuz")
    return release


def _vmlinuz(kernel, release):
    """Packages have it beside the modules from 7.x on."""
    places_of = (kernel / f"boot/vmlinuz-{release}", kernel / f"lib/modules/{release}/vmlinuz")
    return next(path for path in places_of if path.exists())


def prune(files, keep):
    """Deletes derived files that nobody used for a while; who runs from one has it open."""
    for path in files:
        if path != keep and time.time() - path.stat().st_mtime > KEEP_S:
            path.unlink(missing_ok=True)


def _remove_unfinished(mine=None):
    """Deletes builds that nobody is at any more: their names' locks are free, or the caller's."""
    removed = []
    for left in places.cache().glob("building-*"):
        name = left.name.removeprefix("building-").rpartition("-")[0]
        with contextlib.nullcontext(True) if name == mine else lock(name, wait=False) as free:
            if free:
                root.remove(left)
                removed.append(left.name)
    return removed


def current_names():
    """The folders that today's recipes make with Debian's own kernels."""
    kinds = ("small", "debian")
    return {name for suite in recipe.SUITES.values()
            for name in (recipe.tools_name(suite),
                         *(recipe.guest_name(kind, suite) for kind in kinds))}


def clean(everything):
    """Deletes interrupted builds and images of other recipes, or everything; the names."""
    stay = {"disks", "locks"} | (set() if everything else current_names())
    names = _remove_unfinished()
    for path in sorted(places.cache().iterdir()):
        if path.is_dir() and path.name not in stay and not path.name.startswith("building-"):
            with lock(path.name, wait=False) as free:
                if free:
                    root.remove(path)
                    names.append(path.name)
    return names
