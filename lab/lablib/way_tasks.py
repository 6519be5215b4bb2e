# SPDX-License-Identifier: GPL-2.0-or-later
"""Evidence about tasks: who sleeps where, and that nothing moves there.

A task stands when its state, its place and its count of context switches are the same after some
seconds. /proc/PID/stack begins above the kernel's locking functions, which it counts as the
scheduler's, so its first frame is the function that wanted the lock; in 5.10 a rw-semaphore's way of
waiting is not marked so (__sched), and is taken off here. ways/program/tasks.c tells.
"""
import dataclasses
import time

from . import agent, way

STAND_S = 3
UNMARKED = ("rwsem_down_read_slowpath", "rwsem_down_write_slowpath")


@dataclasses.dataclass(frozen=True)
class Task:
    pid: int
    comm: str
    switches: str
    stack: tuple  # functions, the innermost first

    @property
    def where(self):
        return self.stack[0] if self.stack else None


def parse(text):
    tasks, head, stack = [], None, []
    for line in text.splitlines() + ["@"]:
        if not line.startswith("@"):
            function = line.split()[1].split("+")[0] if " " in line else line
            if stack or function not in UNMARKED:
                stack.append(function)
            continue
        if head:
            tasks.append(Task(int(head[0]), head[2], head[1], tuple(stack)))
        head, stack = line[1:].split(" ", 2), []
        head = head if len(head) == 3 else None
    return tasks


def sample(hang, state="D"):
    """The tasks in a state."""
    return parse(agent.text(hang.run, f"{way.FOLDER}/tasks {state}", timeout_s=10))


def standing(hang, state="D", seconds=STAND_S):
    """The tasks that have stood for so long, as seen by calls of this function."""
    now, since = time.monotonic(), hang.notes.setdefault(f"since {state}", {})
    tasks = sample(hang, state)
    for task in set(since) - set(tasks):
        del since[task]
    for task in tasks:
        since.setdefault(task, now)
    return [task for task in tasks if now - since[task] >= seconds]


def stand(hang, want, state="D", seconds=STAND_S):
    """Evidence that each task of want {comm: function} stands in its function, or None."""
    found = {task.comm: task for task in standing(hang, state, seconds)}
    for comm, function in want.items():
        if comm not in found or function not in found[comm].stack[:1]:
            return None
    places = ", ".join(f"{comm} in {function}" for comm, function in want.items())
    return f"{len(want)} tasks in state {state} without a context switch for {seconds} s: {places}"


def lasts(hang, seconds):
    """True once so much time has passed since the first call."""
    return time.monotonic() - hang.notes.setdefault("lasts", time.monotonic()) >= seconds
