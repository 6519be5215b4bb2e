# SPDX-License-Identifier: GPL-2.0-or-later
"""A crash that nobody asked for."""
from lablib import console
from lablib.way import Way


def answer(hang):
    names = hang.names
    return {"class": "oops", "culprits": [names["tasks"][0]], "locks": [], "victims": [],
            "functions": names["functions"][:1], "module": names["module"]}


WAY = Way(
    name="oops",
    summary="a task writes through a NULL pointer; panic_on_oops makes kdump run by itself",
    does="loads ways/module/oops.c",
    start=lambda hang: hang.insmod("oops"),
    seen=lambda hang: console.find(hang.run, r"[Cc]ommand line: .*elfcorehdr=", hang.console_at)
    and "the capture kernel's banner on the console",
    answer=answer,
    evidence="the capture kernel's command line (elfcorehdr=) on the console",
)
