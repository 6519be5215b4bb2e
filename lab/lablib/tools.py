# SPDX-License-Identifier: GPL-2.0-or-later
"""The root that a guest's kernel, programs and modules come from: CACHE/tools-SUITE-HASH/root."""
import os
import pathlib
import shlex
import shutil
import subprocess

from . import image, places, recipe, root
from .talk import Refusal

PROGRAMS = ("agent", "seed-random")  # lab/agent/*.c, at / in the root


def get(suite, kernel, progress):
    """The folder of a suite's tools with that kernel: a package's name, or IMAGE.deb[,HEADERS.deb]
    (without headers, no module can be made for it)."""
    _check_kernel(kernel)
    return image.kept(recipe.tools_name(suite, kernel),
                      lambda partial: _make(suite, kernel, partial, progress), progress)


def _check_kernel(kernel):
    for path in kernel.split(",") if "/" in kernel else ():
        if not pathlib.Path(path).is_file():
            raise Refusal(f"no kernel at {path}",
                          "--kernel takes a package's name, or ./IMAGE.deb[,./HEADERS.deb]",
                          Refusal.NOT_FOUND)
    if "/" not in kernel and not kernel.startswith("linux-image-"):
        raise Refusal(f"'{kernel}' is no kernel's package", "such as linux-image-cloud-amd64, or "
                      "a file with a '/' in its name", Refusal.BAD_REQUEST)


def _make(suite, kernel, partial, progress):
    progress.say(f"tools of {suite.name}: packages (about a minute; once)")
    packages = recipe.words(places.LAB / "image/tools/packages")
    if "/" not in kernel:
        packages.append(kernel.replace("linux-image", "linux-headers"))
    else:
        kernel = ",".join(str(pathlib.Path(path).resolve()) for path in kernel.split(","))
    fetch = shlex.quote(str(places.LAB / "image/tools/fetch-kernel"))
    log = partial / "log"
    root.bootstrap(suite, packages, (), partial / "root", log,
                   [f'--customize-hook={fetch} "$1" {shlex.quote(kernel)}'])
    for name in PROGRAMS:
        shutil.copy(places.LAB / f"agent/{name}.c", partial / "root")
        root.inside(partial / "root", ["gcc", "-std=gnu11", "-D_GNU_SOURCE", "-O2", "-Wall",
                    "-Wextra", "-Werror", "-static", "-s", "-o", f"/{name}", f"/{name}.c"], log,
                    f"compiling {name}.c")


def find(tools, name):
    """A program of the root, wherever its suite has it."""
    for folder in ("usr/sbin", "usr/bin", "sbin", "bin"):
        path = tools / "root" / folder / name
        if path.exists():
            return path
    raise Refusal(f"{tools.name} has no program '{name}'", "lab/image/tools/packages lists what "
                  "its packages are")


def output(tools, program, *words):
    """What a program of the root prints."""
    inside = "/" + str(program.relative_to(tools / "root"))
    done = subprocess.run(["chroot", str(tools / "root"), inside, *words], capture_output=True,
                          text=True, check=False)
    return done.stdout


def content(tools, path):
    """The bytes of a file of the root; a link that begins with '/' means the root's own."""
    found = tools / "root" / path[1:]
    while found.is_symlink():
        target = os.readlink(found)
        found = tools / "root" / target[1:] if target[0] == "/" else found.parent / target
    return found.read_bytes()


def libraries(tools, program):
    """[path in the root] of the libraries that a program of it needs."""
    inside = "/" + str(program.relative_to(tools / "root"))
    printed = output(tools, find(tools, "ldd"), inside).split()
    return sorted({word for word in printed if word.startswith("/")})
