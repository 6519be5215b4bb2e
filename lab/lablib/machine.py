# SPDX-License-Identifier: GPL-2.0-or-later
"""One machine of the lab: its folder, its state, its life from up to down.

    RUNS/NAME/        state.json pid console.log; sockets qmp lab.qmp console dint agent
    CACHE/disks/RUNS/NAME.qcow2  what it wrote (the folder of the runs may be a small tmpfs)

`lab up` holds RUNS/NAME.lock until the machine is ready. A machine that is not ready while
nobody holds the lock was left by a killed lab: whoever comes next removes it.
"""
import dataclasses
import hashlib
import json
import pathlib
import re
import shutil

from . import places, qemu
from .talk import Refusal

NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")  # also a host name
SOCKET_PATH_BYTES = 107


@dataclasses.dataclass
class Run:
    name: str
    folder: pathlib.Path
    image: pathlib.Path  # the folder with vmlinuz, toolchain, modules
    initrd: pathlib.Path
    kernel: str
    disk: str = ""       # the read-only file below the overlay, if there is a disk
    suite: str = "bookworm"
    guest: str = "small"
    filter: int = 31     # makedumpfile's -d in the capture kernel
    cpus: int = 2
    memory_mib: int = 512
    accel: str = "tcg"
    append: str = ""     # the kernel's command line
    ready: bool = False
    hung: dict = None    # what `lab hang` printed

    @property
    def overlay(self):
        return overlay_path(self.name)

    def save(self):
        state = {key: str(value) if isinstance(value, pathlib.Path) else value
                 for key, value in vars(self).items()}
        partial = self.folder / "state.partial"
        partial.write_text(json.dumps(state, indent=1) + "\n", encoding="utf-8")
        partial.rename(self.folder / "state.json")


def check_name(name):
    if not NAME.fullmatch(name):
        raise Refusal(f"'{name}' cannot be a machine's name",
                      "it is its host name too: a-z, 0-9 and '-', 32 at most", Refusal.BAD_REQUEST)
    longest = len(str(places.runs() / name / "console"))
    if longest > SOCKET_PATH_BYTES:
        raise Refusal(f"{places.runs() / name} is too long for sockets by "
                      f"{longest - SOCKET_PATH_BYTES} bytes",
                      "set XDG_RUNTIME_DIR to a shorter one")


def overlay_path(name):
    return _overlays() / f"{name}.qcow2"


def _overlays():
    """A folder for each folder of runs: who looks at other runs must not take our disks for
    left-overs."""
    runs = hashlib.sha256(str(places.runs()).encode()).hexdigest()[:12]
    return places.cache() / "disks" / runs


def lock_path(name):
    return places.runs() / f"{name}.lock"


def new(name, **spec):
    """Makes the folder of a machine that is about to start. The caller holds its lock."""
    folder = places.runs() / name
    folder.mkdir(mode=0o700, parents=True)
    overlay_path(name).parent.mkdir(parents=True, exist_ok=True)
    run = Run(name=name, folder=folder, **spec)
    run.save()
    return run


def load(name):
    """A machine that runs and got ready; refuses otherwise."""
    check_name(name)
    clean_up()
    run = _read(places.runs() / name)
    if not run:
        raise Refusal(f"no machine '{name}'", f"lab up {name} makes one; lab list shows all",
                      Refusal.NOT_FOUND)
    if not run.ready:
        raise Refusal(f"'{name}' is not ready yet", "another lab is booting it", Refusal.CONFLICT)
    return run


def _read(folder):
    """The state of a folder, or None. A lab of another version may know more, or less."""
    known = {field.name for field in dataclasses.fields(Run)}
    try:
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        state = {key: value for key, value in state.items() if key in known}
        for key in ("folder", "image", "initrd"):
            state[key] = pathlib.Path(state.get(key, ""))
        return Run(**state)
    except (OSError, ValueError, TypeError):
        return None


def all_runs():
    clean_up()
    folders = sorted(path for path in places.runs().glob("*") if path.is_dir())
    return [run for run in map(_read, folders) if run]


def remove(name):
    """Ends a machine and leaves nothing of it: process, sockets, files."""
    folder = places.runs() / name
    qemu.end(folder)
    shutil.rmtree(folder, ignore_errors=True)
    overlay_path(name).unlink(missing_ok=True)
    lock_path(name).unlink(missing_ok=True)
    try:
        places.runs().rmdir()
    except OSError:
        pass  # others run


def clean_up():
    """Removes what killed labs and ended machines left."""
    names = {path.name for path in places.runs().glob("*") if path.is_dir()}
    names |= {path.stem for path in _overlays().glob("*.qcow2")}
    for name in names:
        with places.lock(lock_path(name), wait=False) as mine:
            if not mine:
                continue  # being booted by a lab that lives
            folder = places.runs() / name
            run = _read(folder)
            if not run or not run.ready or not qemu.pid_of(folder):
                remove(name)
