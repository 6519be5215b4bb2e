# SPDX-License-Identifier: GPL-2.0-or-later
"""Evidence of a kernel that panicked by itself: what it said, and that it has ended.

With a capture kernel loaded, what is said in an exception's own context (a double fault, a machine
check) never reaches the console; it is in the log of the dead kernel, in the machine's memory.
"""
import mmap
import re

from . import qmp

# the one where no capture kernel is loaded, the other where one is
ENDED = r"end Kernel panic|[Cc]ommand line: .*elfcorehdr="


def crashed(hang, *patterns):
    """Evidence that the kernel said each of the patterns, which are no constants of its own, and
    came to its end."""
    end = hang.said(ENDED)
    if not end:
        return None
    lines = [hang.said(pattern) for pattern in patterns]
    if not all(lines):
        lines = _in_memory(hang, patterns)
    if not all(lines):
        return None
    after = "the capture kernel started" if "elfcorehdr=" in end else "the kernel stopped"
    return "; ".join([f"'{_plain(line)}'" for line in lines] + [after])


def _in_memory(hang, patterns):
    path = hang.run.folder / "memory"
    with qmp.Qmp(hang.run.folder / "lab.qmp", timeout_s=60) as monitor:
        monitor.execute("pmemsave", val=0, size=hang.run.memory_mib << 20, filename=str(path))
    try:
        with open(path, "rb") as file, \
             mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
            return [_line(memory, pattern) for pattern in patterns]
    finally:
        path.unlink()


def _line(memory, pattern):
    """What matches somewhere; a record in the kernel's log does not say where it ends."""
    match = re.search(pattern.encode(), memory)
    return match and match[0].decode(errors="replace")


def _plain(line):
    """Without the time stamp."""
    return line.partition("] ")[2] or line
