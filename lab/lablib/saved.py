# SPDX-License-Identifier: GPL-2.0-or-later
"""A booted small guest, kept as a file: IMAGE/saved/KEY.state, restored in half a second.

KEY is QEMU's version and its command line without the machine's own paths: a state fits no other.
Saved is what runs with the capture kernel loaded and before anything that must be a machine's own
(image/small/root/lab/awaken).
"""
import hashlib
import shlex
import subprocess
import time

from . import image, qemu
from .qmp import Qmp
from .talk import Refusal

DONE_S = 60
ALL_THE_WIRE = 1 << 40  # bytes a second: migration holds back by default


def path(run):
    version = subprocess.run(["qemu-system-x86_64", "--version"], capture_output=True, check=True)
    words = [word.replace(str(run.folder), "RUN") for word in qemu.command(run, unborn=True)]
    key = hashlib.sha256(version.stdout + "\0".join(words).encode()).hexdigest()[:16]
    return run.image / "saved" / f"{key}.state"


def save(run, state):
    """Stops the machine for good and writes its state."""
    state.parent.mkdir(exist_ok=True)
    partial = state.with_suffix(".partial")
    with Qmp(run.folder / "lab.qmp") as monitor:
        monitor.execute("stop")
        monitor.execute("migrate-set-parameters", **{"max-bandwidth": ALL_THE_WIRE})
        monitor.execute("migrate", uri=f"exec:cat > {shlex.quote(str(partial))}")
        _await(lambda: monitor.execute("query-migrate").get("status"), "completed",
               "saving the machine")
    partial.rename(state)


def restore(run, state):
    """Starts a machine from a state; it runs when this returns."""
    state.touch()
    qemu.start(run, ["-incoming", f"exec:cat {shlex.quote(str(state))}"])
    with Qmp(run.folder / "lab.qmp") as monitor:
        _await(lambda: monitor.execute("query-status")["status"], "paused",
               "restoring the machine")
        monitor.execute("cont")
    image.prune([*state.parent.glob("*.state"), *state.parent.glob("*.partial")], state)


def _await(ask, want, what):
    deadline = time.monotonic() + DONE_S
    while (now := ask()) != want:
        if now in ("failed", "cancelled") or time.monotonic() > deadline:
            raise Refusal(f"{what}: QEMU says '{now}' in place of '{want}'",
                          "is there space? lab up --fresh boots without a saved state")
        time.sleep(0.02)
