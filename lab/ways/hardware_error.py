# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine check that the processor calls fatal."""
from lablib import qmp, way, way_cpus, way_panic

# bank 1: valid, uncorrected, enabled, MISC and ADDR valid, context corrupt; MCIP and RIPV
MCE = "mce -b 0 1 0xbe00000000000000 0x5 0x1234000 0x8c"


def start(hang):
    with qmp.Qmp(hang.run.folder / "lab.qmp") as monitor:
        refused = way_cpus.hmp(monitor, MCE).strip()
    hang.notes["injected"] = not refused
    hang.notes["refused"] = refused


def seen(hang):
    if not hang.notes["injected"]:
        return None
    ended = way_panic.crashed(
        hang, r"Kernel panic - not syncing: Fatal (local )?machine check")
    return ended and f"QEMU put in the machine check; {ended}"


def answer(hang):
    return way.answer("hardware-error", cpus=[0],
                      notes="uncorrected machine check in bank 1 of CPU 0, status be00000000000000")


WAY = way.Way(
    name="hardware-error",
    summary="CPU 0 has an uncorrectable machine check",
    does=f"QEMU's monitor: {MCE}",
    start=start,
    seen=seen,
    answer=answer,
    evidence="the kernel's words 'Fatal machine check', and its end",
    becomes=way.PANICS,
)
