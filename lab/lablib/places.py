# SPDX-License-Identifier: GPL-2.0-or-later
"""Where things lie: the sources of the lab, the cache of images, the directories of runs."""
import contextlib
import fcntl
import os
import pathlib

LAB = pathlib.Path(__file__).resolve().parent.parent
PROJECT = LAB.parent


def cache():
    """Images and toolchains: slow to make, safe to delete (`lab clean`)."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(base) / "dint" / "lab"


def runs():
    """One directory a running machine. The path is short: a UNIX socket's has 107 bytes at most."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and os.access(runtime, os.W_OK):
        return pathlib.Path(runtime) / "dint-lab"
    return pathlib.Path(f"/tmp/dint-lab-{os.getuid()}")


@contextlib.contextmanager
def lock(path, wait=True):
    """Holds a lock file; yields False when it is taken and wait is not wanted. The kernel frees
    it with its holder, so a killed lab leaves none. The holder may delete the file: whoever then
    got the old one looks again."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    while True:
        with open(path, "w", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
                return
            if not _is_at(file, path):
                continue
            yield True
            return


def _is_at(file, path):
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except FileNotFoundError:
        return False
