# SPDX-License-Identifier: GPL-2.0-or-later
"""What the lab says while it works (stderr, with seconds), and how it refuses."""
import sys
import time


class Refusal(Exception):
    """Something cannot be done; `hint` tells the person what to do about it, `status` is the
    command's exit status, with dint's own meaning (README of src/programs)."""
    SYSTEM, BAD_REQUEST, NOT_FOUND, UNREACHABLE, CONFLICT = 1, 2, 3, 6, 7

    def __init__(self, what, hint="", status=SYSTEM):
        super().__init__(what)
        self.hint = hint
        self.status = status

    def __str__(self):
        what = super().__str__()
        return f"{what}\n  {self.hint}" if self.hint else what


class Progress:
    """Lines on stderr, each with the seconds since the beginning."""

    def __init__(self, quiet=False):
        self.began = time.monotonic()
        self.quiet = quiet

    def seconds(self):
        return time.monotonic() - self.began

    def say(self, text):
        if not self.quiet:
            print(f"[{self.seconds():6.1f} s] {text}", file=sys.stderr, flush=True)
