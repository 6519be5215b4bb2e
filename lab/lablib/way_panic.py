# SPDX-License-Identifier: GPL-2.0-or-later
"""Evidence of a kernel that panicked by itself: what it said, and that it has ended."""

# the one where no capture kernel is loaded, the other where one is
ENDED = r"end Kernel panic|[Cc]ommand line: .*elfcorehdr="


def crashed(hang, *patterns):
    """Evidence that the console shows each pattern, and the end of that kernel."""
    lines = [hang.said(pattern) for pattern in (*patterns, ENDED)]
    if not all(lines):
        return None
    after = "the capture kernel started" if "elfcorehdr=" in lines[-1] else "the kernel stopped"
    return "; ".join([f"'{_plain(line)}'" for line in lines[:-1]] + [after])


def _plain(line):
    """Without the time stamp."""
    return line.partition("] ")[2] or line
