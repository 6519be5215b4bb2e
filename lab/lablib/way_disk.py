# SPDX-License-Identifier: GPL-2.0-or-later
"""A volume in a guest to do harm to: ext4 on a dm device on a loop device on a file in memory.

It needs nothing of the guest's disk, so it is the same in a guest that has none.
"""
import hashlib
import subprocess

from . import agent, places, way
from .talk import Refusal

MODULES = ("?crc32c_generic", "loop", "dm-mod", "ext4")
PROGRAMS = ("disk", "write")
FOLDER = f"{way.FOLDER}/volume"  # where it is mounted
MIB = 16
# features that each kernel and each mke2fs has
MKE2FS = ["mke2fs", "-q", "-F", "-t", "ext4", "-m", "0",
          "-O", "none,has_journal,extent,filetype,sparse_super,large_file,dir_index"]


def mount(hang):
    """Makes the volume and mounts it; its dm device is /dev/dm-N, in notes as `dm`."""
    disk, image = hang.program("disk", "disk"), f"{way.FOLDER}/image"
    agent.put(hang.run, _file_system(), image)
    device = hang.sh(f"{disk} make {image} {hang.names['volume']}").strip()
    hang.notes["dm"] = device.removeprefix("/dev/")
    hang.sh(f"mkdir -p {FOLDER} && mount -t ext4 {device} {FOLDER}")


def start_writers(hang, count=3):
    """Programs with drawn names that write and sync in the volume; their names."""
    writers = hang.names["programs"][:count]
    for name in writers:
        path = hang.program("write", name)
        hang.behind(f"{path} {FOLDER}/{name}")
    return writers


def _file_system():
    """The bytes of an empty ext4, made once."""
    digest = hashlib.sha256(repr((MIB, MKE2FS)).encode()).hexdigest()[:16]
    kept = places.cache() / f"volume-{digest}"
    if not kept.exists():
        partial = kept.with_suffix(".partial")
        partial.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(MKE2FS + [str(partial), f"{MIB}M"], capture_output=True, text=True,
                              check=False)
        if done.returncode:
            raise Refusal(f"mke2fs: {done.stderr.strip()}", "apt-get install e2fsprogs")
        partial.rename(kept)
    return kept.read_bytes()
