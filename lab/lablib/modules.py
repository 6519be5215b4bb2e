# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernel modules and programs for a guest, compiled in its image's toolchain and kept there.

A module is ways/module/NAME.c; it takes its own names (of its tasks, locks, functions and of
itself) from names.h, which is written here, so that no two builds need look alike. A program is
ways/program/NAME.c, linked statically; it is named when it is put into the guest.
"""
import dataclasses
import hashlib
import re
import shutil

from . import names, places, root
from .talk import Refusal

WARNINGS = ["-std=gnu17", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror"]


@dataclasses.dataclass(frozen=True)
class Module:
    name: str
    content: bytes
    symbols: dict  # name -> (section, offset, bytes) of what is in the module


def build(image, source, drawn, allocated=False):
    """The module of a way, with these names in it."""
    header = names.header(drawn, allocated)
    text = "".join((places.LAB / "ways/module" / part).read_text(encoding="utf-8")
                   for part in ("common.h", "locks.h", f"{source}.c"))
    digest = hashlib.sha256((image.kernel + header + text).encode()).hexdigest()[:16]
    kept = image.folder / "modules" / f"{digest}.ko"
    with places.lock(image.folder / "modules.lock"):
        if not kept.exists():
            _compile(image, source, header, drawn["module"], digest, kept)
    listing = kept.with_suffix(".symbols").read_text(encoding="utf-8")
    return Module(drawn["module"], kept.read_bytes(), _symbols(listing))


def _compile(image, source, header, module, digest, kept):
    if not (image.toolchain / f"usr/src/linux-headers-{image.kernel}").exists():
        raise Refusal(f"no headers of {image.kernel}, so no module for it",
                      "lab up --kernel IMAGE.deb,HEADERS.deb", Refusal.NOT_FOUND)
    work = image.toolchain / "work" / digest
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for part in ("common.h", "locks.h"):
        shutil.copy(places.LAB / "ways/module" / part, work)
    shutil.copy(places.LAB / f"ways/module/{source}.c", work / f"{module}.c")
    (work / "names.h").write_text(header, encoding="ascii")
    (work / "Makefile").write_text(f"obj-m := {module}.o\nccflags-y := -std=gnu11\n",
                                    encoding="ascii")
    root.inside(image.toolchain, ["make", "-s", "-C", f"/usr/src/linux-headers-{image.kernel}",
                f"M=/work/{digest}", "modules"], work / "log", f"compiling {source}.c")
    root.inside(image.toolchain, ["objdump", "-t", f"/work/{digest}/{module}.ko"],
                work / "symbols", f"listing {source}.c's symbols")
    kept.parent.mkdir(exist_ok=True)
    for name, suffix in ((f"{module}.ko", ".ko"), ("symbols", ".symbols")):
        partial = kept.with_suffix(".partial")
        shutil.copy(work / name, partial)
        partial.rename(kept.with_suffix(suffix))
    shutil.rmtree(work)


SYMBOL = re.compile(r"^[0-9a-f]{16} [a-zA-Z !]{7} (?P<section>\.\S+)\t(?P<bytes>[0-9a-f]{16}) "
                    r"(?P<name>\S+)$", re.MULTILINE)


def _symbols(listing):
    """From `objdump -t`; sections' own symbols have no size and are left out."""
    return {match["name"]: (match["section"], int(match[0][:16], 16), int(match["bytes"], 16))
            for match in SYMBOL.finditer(listing) if int(match["bytes"], 16)}


def program(image, source):
    """The bytes of a program of ways/program/, for any guest of this image."""
    path = places.LAB / f"ways/program/{source}.c"
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:16]
    kept = image.folder / "modules" / f"{source}-{digest}"
    with places.lock(image.folder / "modules.lock"):
        if not kept.exists():
            work = image.toolchain / "work" / digest
            work.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, work)
            root.inside(image.toolchain, ["gcc", *WARNINGS, "-static", "-s",
                        "-o", f"/work/{digest}/{source}", f"/work/{digest}/{source}.c"],
                        work / "log", f"compiling {source}.c")
            kept.parent.mkdir(exist_ok=True)
            shutil.copy(work / source, kept.with_suffix(".partial"))
            kept.with_suffix(".partial").rename(kept)
            shutil.rmtree(work)
    return kept.read_bytes()
