# SPDX-License-Identifier: GPL-2.0-or-later
"""What is made from what, and the hashes of all that: the names in the cache.

To add a suite: a record in SUITES. To add a package, a file or a setting: lab/image/.
"""
import dataclasses
import hashlib
import pathlib

from . import places
from .talk import Refusal


@dataclasses.dataclass(frozen=True)
class Suite:
    name: str
    disk: str = "2G"            # the Debian guest's root file system, sparse
    filter: int = 31            # makedumpfile's -d in the capture kernel
    reserve: str = "128M"       # crashkernel= of the small guest
    stale: bool = False         # its Release file may be out of date: it has to be young, and
                                # a mirror may be a snapshot


SUITES = {suite.name: suite for suite in (
    Suite("bullseye"),
    Suite("bookworm"),
    Suite("trixie"),
    # its makedumpfile takes slab pages of 7.x for user's pages (bit 8)
    Suite("unstable", filter=23, stale=True),
)}

KERNEL = "linux-image-amd64"


def suite_of(name):
    if name not in SUITES:
        raise Refusal(f"no suite '{name}'", "there are: " + ", ".join(SUITES), Refusal.BAD_REQUEST)
    return SUITES[name]


def words(path):
    """The words of a list file, without comments."""
    lines = (line.split("#")[0] for line in path.read_text(encoding="utf-8").splitlines())
    return [word for line in lines for word in line.split()]


def rows(path):
    """A list file whose lines begin with a kind: {kind: [word, ...]}."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, *rest = line.split("#")[0].split() or [None]
        if kind:
            found.setdefault(kind, []).extend(rest)
    return found


def _files(*folders):
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(words_of_it, folders, lab):
    """Changes with every word, and with every byte, name and mode in the folders."""
    total = hashlib.sha256(repr(words_of_it).encode())
    for path in _files(*(lab / folder for folder in folders)):
        content = path.read_bytes()
        head = f"{path.relative_to(lab)} {path.stat().st_mode & 0o111:o} {len(content)}\n"
        total.update(head.encode() + content)
    return total.hexdigest()[:16]


def _kernel_words(kernel):
    """A package's name, or a file's content."""
    path = pathlib.Path(kernel)
    return hashlib.sha256(path.read_bytes()).hexdigest() if "/" in kernel else kernel


def tools_name(suite, kernel=KERNEL, lab=places.LAB):
    digest = _digest(("tools", suite.name, suite.stale, _kernel_words(kernel)),
                     ("image/tools", "agent"), lab)
    return f"tools-{suite.name}-{digest}"


def guest_name(kind, suite, kernel=KERNEL, lab=places.LAB):
    """The folder of a guest: its tools' recipe is part of its own."""
    digest = _digest((kind, suite, tools_name(suite, kernel, lab)), (f"image/{kind}",), lab)
    return f"{kind}-{suite.name}-{digest}"
