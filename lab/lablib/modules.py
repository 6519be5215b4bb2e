# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernel modules for a guest, compiled in its image's toolchain and kept there.

A module is ways/module/NAME.c; it takes its own names (of its tasks, locks, functions and of
itself) from names.h, which is written here, so that no two builds need look alike.
"""
import hashlib
import shutil

from . import names, places, root


def build(image, source, seed):
    """(module name, bytes of the .ko, the names in it)."""
    drawn = names.draw(seed)
    header = names.header(drawn)
    text = "".join((places.LAB / "ways/module" / part).read_text(encoding="utf-8")
                   for part in ("common.h", f"{source}.c"))
    digest = hashlib.sha256((header + text).encode()).hexdigest()[:16]
    kept = image.folder / "modules" / f"{digest}.ko"
    with places.lock(places.cache() / "lock"):
        if not kept.exists():
            _compile(image, source, header, drawn["module"], digest, kept)
    return drawn["module"], kept.read_bytes(), drawn


def _compile(image, source, header, module, digest, kept):
    work = image.toolchain / "work" / digest
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    shutil.copy(places.LAB / "ways/module/common.h", work)
    shutil.copy(places.LAB / f"ways/module/{source}.c", work / f"{module}.c")
    (work / "names.h").write_text(header, encoding="ascii")
    (work / "Makefile").write_text(f"obj-m := {module}.o\nccflags-y := -std=gnu11\n",
                                    encoding="ascii")
    root.inside(image.toolchain, ["make", "-s", "-C", f"/usr/src/linux-headers-{image.kernel}",
                f"M=/work/{digest}", "modules"], work / "log", f"compiling {source}.c")
    kept.parent.mkdir(exist_ok=True)
    partial = kept.with_suffix(".partial")
    shutil.copy(work / f"{module}.ko", partial)
    partial.rename(kept)
    shutil.rmtree(work)
