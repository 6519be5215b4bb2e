# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's archive as this machine's own apt is set to reach it, for any suite.

Nothing here names a host: `apt-get update --print-uris` lists what apt would fetch, and the
suites in it are rewritten.
"""
import re
import subprocess

from .talk import Refusal

RELEASE_LINE = re.compile(r"^'(?P<base>[^']+?)/?/dists/(?P<suite>[^/' ]+)(?:/updates)?/InRelease'")
# Settings that reach a mirror through a proxy, or accept one that is a snapshot.
CARRIED = re.compile(r"^Acquire::(https?::|Retries|Check-Valid-Until|Check-Date)", re.I)
SUITES = ("bookworm", "trixie", "bullseye", "forky", "sid",
          "stable", "oldstable", "testing", "unstable")


def release_uris(printed):
    """{"": base, "-updates": base, "-security": base} from what apt prints."""
    found = {}
    for line in printed.splitlines():
        match = RELEASE_LINE.match(line)
        if not match:
            continue
        name, dash, kind = match["suite"].partition("-")
        if name in SUITES and dash + kind in ("", "-updates", "-security"):
            found.setdefault(dash + kind, match["base"])
    return found


def sources(suite):
    """sources.list lines for a suite: itself, its updates, its security updates."""
    apt = subprocess.run(["apt-get", "update", "--print-uris"], capture_output=True, text=True,
                         check=False)
    uris = release_uris(apt.stdout)
    if "" not in uris:
        raise Refusal("apt's own sources name no Debian archive",
                      "the lab takes Debian's packages from where /etc/apt/sources.list* says: "
                      "add a line such as 'deb URI bookworm main'")
    if suite in ("sid", "unstable"):
        return [f"deb {uris['']} {suite} main"]
    uris.setdefault("-updates", uris[""])
    return [f"deb {uris[kind]} {suite}{kind} main" for kind in ("", "-updates", "-security")
            if kind in uris]


def settings():
    """apt.conf lines of this machine that a build of an image needs as well."""
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=False)
    return [line for line in dump.stdout.splitlines()
            if CARRIED.match(line) and not line.endswith('"";')]
