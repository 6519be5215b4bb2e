# SPDX-License-Identifier: GPL-2.0-or-later
"""What an image is made from, and the hash of all that: the image's name in the cache.

To add a suite: a record in SUITES. To add a package, a file or a setting: lab/image/.
"""
import dataclasses
import hashlib

from . import places


@dataclasses.dataclass(frozen=True)
class Suite:
    name: str
    size: str = "2G"  # of the root file system, sparse


SUITES = {suite.name: suite for suite in (Suite("bookworm"),)}


def words(path):
    """The words of a list file, without comments."""
    lines = (line.split("#")[0] for line in path.read_text(encoding="utf-8").splitlines())
    return [word for line in lines for word in line.split()]


def _files(*folders):
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.is_file())


def digest(suite, lab=places.LAB):
    """Changes with every byte, name and mode that goes into the image."""
    total = hashlib.sha256(repr(suite).encode())
    for path in _files(lab / "image", lab / "agent"):
        content = path.read_bytes()
        head = f"{path.relative_to(lab)} {path.stat().st_mode & 0o111:o} {len(content)}\n"
        total.update(head.encode() + content)
    return total.hexdigest()[:16]
