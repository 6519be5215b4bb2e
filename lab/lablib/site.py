# SPDX-License-Identifier: GPL-2.0-or-later
"""A dintd of the lab's own, for as long as one dump takes: the real one, in a folder of its own."""
import contextlib
import json
import shutil
import subprocess
import time

from . import config, places, qemu
from .talk import Refusal

PROGRAMS = ("dint", "dintd", "dint-analyze")
BEGIN_S = 20
POLL_S = 0.1


class Site:
    def __init__(self, run, folder):
        self.run = run
        self.folder = folder
        self.socket = run.folder / "dintd"  # short, whatever the folder
        self.daemon = None
        self.complaint = ""

    def begin(self):
        conf = self.folder / "dintd.conf"
        conf.write_text(f"[dintd]\nstate_dir = {self.folder / 'state'}\n"
                        f"socket = {self.socket}\n{config.section(self.run)}",
                        encoding="utf-8")
        with open(self.folder / "dintd.log", "wb") as log:
            self.daemon = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", str(_program("dintd")), "--config",
                 str(conf)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + BEGIN_S
        while not self.socket.exists():
            if self.daemon.poll() is not None or time.monotonic() > deadline:
                raise Refusal(f"dintd did not begin; it said:\n{self.said()}")
            time.sleep(0.02)

    def end(self):
        if self.daemon and self.daemon.poll() is None:
            self.daemon.terminate()
            self.daemon.wait()

    def said(self):
        log = (self.folder / "dintd.log").read_text(encoding="utf-8", errors="replace")
        return "".join(f"  | {line}\n" for line in log.splitlines()[-12:]).rstrip()

    def dint(self, *words):
        """What `dint WORDS --json` answers, or None, and its complaint in self.complaint."""
        done = subprocess.run([str(_program("dint")), *words, "--json", "--socket",
                               str(self.socket)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        self.complaint = done.stderr.strip()
        try:
            return json.loads(done.stdout)
        except ValueError:
            return None

    def incident(self, send, timeout_s):
        """The machine's incident, when there is a dump or it has ended. Without `send` it is one
        that the guest began by itself."""
        if send:
            self._send()
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            found = self.dint("incident", "last")
            if found and (found["dumps"] or found["ended"]):
                return found
            if not qemu.pid_of(self.run.folder):
                raise Refusal(f"{self.run.name}: QEMU ended", "lab list", Refusal.UNREACHABLE)
            time.sleep(POLL_S)
        raise Refusal(f"{self.run.name}: no dump within {timeout_s:.0f} s; dintd said:\n"
                      + self.said(), "--timeout SECONDS waits longer", Refusal.UNREACHABLE)

    def _send(self):
        """Refused while dintd has not reached the machine: nothing was sent then, so again."""
        deadline = time.monotonic() + BEGIN_S
        while not self.dint("send", self.run.name, "--yes", "--reason", "lab dump"):
            if time.monotonic() > deadline:
                raise Refusal(f"{self.run.name}: no NMI was sent: {self.complaint}", "",
                              Refusal.UNREACHABLE)
            time.sleep(POLL_S)

    def dump_file(self, incident):
        return self.folder / "state/dumps" / incident["dumps"][0]["sha256"]


def _program(name):
    path = places.PROJECT / "out" / name
    if not path.exists():
        raise Refusal(f"no {path}", "./build makes it", Refusal.NOT_FOUND)
    return path


@contextlib.contextmanager
def of(run, beside):
    """A site whose dumps lie on the disk of the file `beside`."""
    for name in PROGRAMS:
        _program(name)
    folder = beside.absolute().parent / f".lab-dump-{run.name}"
    with places.lock(run.folder / "dump.lock", wait=False) as mine:
        if not mine:
            raise Refusal(f"{run.name} is being dumped already", "lab list", Refusal.CONFLICT)
        shutil.rmtree(folder, ignore_errors=True)  # a killed lab's
        folder.mkdir(mode=0o700)
        ours = Site(run, folder)
        try:
            ours.begin()
            yield ours
        finally:
            ours.end()
            shutil.rmtree(folder, ignore_errors=True)
