# SPDX-License-Identifier: GPL-2.0-or-later
"""The small guest: a kernel and an initramfs that is the whole system, and its capture system too.

    base.cpio.gz    what both systems have; /init looks which one it is
    system.cpio.gz  what only the first one has
    initrd-HASH     base, system, dint-guest, and /kdump: the kernel once more, with base and
                    dint-guest as its initrd
"""
import hashlib
import lzma
import pathlib

from . import cpio, image, places, recipe, tools as tools_of
from .talk import Refusal

SPEC = places.LAB / "image/small"
APPEND = "console=ttyS0 loglevel=6 irqaffinity=0 crashkernel={reserve} lab.filter={filter}"


def get(suite, kernel, progress):
    """The image of a suite and kernel, made if the cache does not have it."""
    tools = tools_of.get(suite, kernel, progress)
    folder = image.kept(recipe.guest_name("small", suite, kernel),
                        lambda partial: _make(tools, partial), progress)
    return image.Image(folder)


def _make(tools, partial):
    release = image.begin(partial, tools)
    modules = Modules(tools / "root/kernel/lib/modules" / release)
    base, system = cpio.Archive(), cpio.Archive()
    _lay_files(base)
    _lay_busybox(base, tools)
    for kind, archive in (("both", base), ("system", system)):
        _lay_programs(archive, tools, recipe.rows(SPEC / "programs")[kind])
    _lay_modules(base, system, modules, release)
    for name in tools_of.PROGRAMS:
        system.file(f"lab/{name}", (tools / "root" / name).read_bytes(), 0o755)
    (partial / "base.cpio.gz").write_bytes(base.compressed())
    (partial / "system.cpio.gz").write_bytes(system.compressed())


def _lay_files(archive):
    for folder in ("dev", "proc", "sys", "tmp", "run", "var", "root", "mnt"):
        archive.folder(folder)
    for path in sorted((SPEC / "root").rglob("*")):
        if path.is_file():
            archive.file(str(path.relative_to(SPEC / "root")), path.read_bytes(),
                         path.stat().st_mode & 0o777)


def _lay_busybox(archive, tools):
    program = tools_of.find(tools, "busybox")
    archive.file("bin/busybox", program.read_bytes(), 0o755)
    for name in tools_of.output(tools, program, "--list").split():
        if name != "busybox":
            archive.link(f"bin/{name}", "busybox")
    archive.link("sbin", "bin")  # the kernel calls /sbin/modprobe
    archive.link("usr/bin", "../bin")
    archive.link("usr/sbin", "../bin")


def _lay_programs(archive, tools, names):
    laid = set()
    for name in names:
        program = tools_of.find(tools, name)
        archive.file(f"bin/{name}", program.read_bytes(), 0o755)
        for path in tools_of.libraries(tools, program):
            if path not in laid:
                laid.add(path)
                archive.file(path, tools_of.content(tools, path), 0o755)


def _lay_modules(base, system, modules, release):
    rows = recipe.rows(SPEC / "modules")
    folder = f"lib/modules/{release}"
    both = modules.closure(rows["both"])
    rest = [path for path in modules.closure(sum(rows.values(), [])) if path not in both]
    for archive, paths in ((base, both), (system, rest)):
        for path in paths:
            archive.file(f"{folder}/{path}", modules.content(path))
    base.file(f"{folder}/modules.dep", modules.dependencies(both + rest).encode())
    for kind in ("both", "system"):
        names = [name for name in rows[kind] if name in modules.path_of]
        base.file(f"lab/modules.{kind}", ("\n".join(names) + "\n").encode())


class Modules:
    """A kernel's modules by name, as its modules.dep has them; unpacked when they are packed."""

    def __init__(self, folder):
        self.folder = folder
        self.packed = {}  # path without .xz -> path
        self.needs = {}   # path -> [path]
        self.path_of = {}
        for line in (folder / "modules.dep").read_text(encoding="ascii").splitlines():
            path, _, needs = line.partition(":")
            plain = self._plain(path)
            self.packed[plain] = path
            self.needs[plain] = [self._plain(word) for word in needs.split()]
            self.path_of[pathlib.Path(plain).stem.replace("-", "_")] = plain

    @staticmethod
    def _plain(path):
        return path.removesuffix(".xz")

    def closure(self, names):
        """Paths of the named modules that there are, and of what they need."""
        found = {}
        for name in names:
            path = self.path_of.get(name)
            for each in [path, *self.needs[path]] if path else ():
                found[each] = True
        return list(found)

    def content(self, path):
        data = (self.folder / self.packed[path]).read_bytes()
        return lzma.decompress(data) if self.packed[path].endswith(".xz") else data

    def dependencies(self, paths):
        return "".join(f"{path}: {' '.join(self.needs[path])}\n" for path in paths)


def initrd(guest, program, progress):
    """The initrd to boot: with the dint-guest program in both systems, if there is one."""
    content = b""
    if program.exists():
        content = program.read_bytes()
    else:
        progress.say(f"no {program}: the machine can hand no dump over (./build makes it)")
    path = guest.folder / f"initrd-{hashlib.sha256(content).hexdigest()[:16]}"
    with image.lock(guest.folder.name):
        if not path.exists():
            partial = path.with_suffix(".partial")
            partial.write_bytes(_assembled(guest, content))
            partial.rename(path)
        path.touch()
        image.prune(guest.folder.glob("initrd-*"), path)
    return path


def _assembled(guest, program):
    base = (guest.folder / "base.cpio.gz").read_bytes()
    own, kdump = cpio.Archive(), cpio.Archive()
    if program:
        own.file("bin/dint-guest", program, 0o755)
    kdump.file("kdump/vmlinuz", (guest.folder / "vmlinuz").read_bytes())
    kdump.file("kdump/initrd", base + own.plain())
    return base + (guest.folder / "system.cpio.gz").read_bytes() + own.plain() + kdump.plain()


def check_reserve(memory_mib, suite):
    """kexec refuses segments that are more than half of the memory that the first kernel has."""
    least = int(suite.reserve.removesuffix("M")) * 3
    if memory_mib < least:
        raise Refusal(f"{memory_mib} MiB leave too little beside crashkernel={suite.reserve}",
                      f"--memory {least} at least", Refusal.BAD_REQUEST)
