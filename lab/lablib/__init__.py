# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab's parts: one file, one purpose. main.py holds the table of verbs."""
