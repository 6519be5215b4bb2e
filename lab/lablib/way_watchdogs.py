# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's own watchdogs in a guest: loud (with limits that fit a minute) or silent.

A restored machine's CPUs belong to a busy host: the limits stay far above what that costs.
"""

# file, loud, quiet; a kernel that lacks one has no such watchdog
SETTINGS = (
    ("/proc/sys/kernel/hung_task_timeout_secs", 10, 0),
    ("/proc/sys/kernel/hung_task_panic", 0, 0),
    ("/proc/sys/kernel/softlockup_panic", 0, 0),
    ("/proc/sys/kernel/watchdog_thresh", 5, 5),  # a soft lockup is twice that
    ("/proc/sys/kernel/watchdog", 1, 0),
    ("/sys/module/rcupdate/parameters/rcu_cpu_stall_timeout", 5, 5),
    ("/sys/module/rcupdate/parameters/rcu_cpu_stall_suppress", 0, 1),
    ("/sys/module/workqueue/parameters/watchdog_thresh", 10, 0),
)


def lines(quiet):
    """Shell commands."""
    return [f"[ ! -w {path} ] || echo {silent if quiet else loud} >{path}"
            for path, loud, silent in SETTINGS]


# what they say, any of them
WORDS = (r"blocked for more than|soft lockup|[Hh]ard LOCKUP|detected( expedited)? stalls?|"
         r"self-detected stall|kthread starved|workqueue lockup")
