# SPDX-License-Identifier: GPL-2.0-or-later
"""What dintd must know of a machine: the section for its configuration file."""


def section(run):
    return (f"[machine {run.name}]\n"
            "driver = qmp\n"
            f"address = {run.folder / 'qmp'}\n"
            f"console = {run.folder / 'console'}\n"
            f"channel = {run.folder / 'dint'}\n")
