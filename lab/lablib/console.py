# SPDX-License-Identifier: GPL-2.0-or-later
"""The console's log file: the lab never connects to the console, whose reader is dintd."""
import re
import sys
import time


def size(run):
    try:
        return (run.folder / "console.log").stat().st_size
    except FileNotFoundError:
        return 0


def read(run, start=0):
    try:
        with open(run.folder / "console.log", "rb") as file:
            file.seek(start)
            return file.read().decode(errors="replace").replace("\r", "")
    except FileNotFoundError:
        return ""


def tail(run, lines=12):
    return "\n".join("  | " + line for line in read(run).splitlines()[-lines:])


def find(run, pattern, start):
    """The line that matches, after a place in the log, or None."""
    match = re.search(rf"^.*(?:{pattern}).*$", read(run, start), re.MULTILINE)
    return match[0].strip() if match else None


def find_last(run, pattern):
    """The last line that matches, or None."""
    found = re.findall(rf"^.*(?:{pattern}).*$", read(run), re.MULTILINE)
    return found[-1].strip() if found else None


def follow(run, alive):
    """Prints what is there and what comes, until the machine is gone."""
    with open(run.folder / "console.log", "rb") as file:
        while True:
            living = alive()
            sys.stdout.buffer.write(file.read().replace(b"\r", b""))
            sys.stdout.flush()
            if not living:
                return
            time.sleep(0.2)


def find_end(run, pattern, start):
    """Where, in the log's bytes, the first match after `start` ends, or None."""
    try:
        with open(run.folder / "console.log", "rb") as file:
            file.seek(start)
            match = re.search(pattern.encode(), file.read())
    except FileNotFoundError:
        return None
    return start + match.end() if match else None
