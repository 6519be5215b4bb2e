# SPDX-License-Identifier: GPL-2.0-or-later
"""When lines come on a console: a thread looks for them, in order."""
import threading
import time

from . import console

LOOK_S = 0.03


class Watch:
    """stages: [(name, pattern)]. `times` has what came, as (name, seconds since the beginning)."""

    def __init__(self, run, stages):
        self.run = run
        self.left = list(stages)
        self.at = console.size(run)
        self.times = []
        self.began = time.monotonic()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def seconds(self):
        return time.monotonic() - self.began

    def mark(self, name):
        """A stage that no line tells."""
        self.times.append((name, self.seconds()))

    def _look(self):
        while self.left and not self.over.is_set():
            end = console.find_end(self.run, self.left[0][1], self.at)
            if end is None:
                time.sleep(LOOK_S)
            else:
                self.at = end
                self.times.append((self.left.pop(0)[0], self.seconds()))
