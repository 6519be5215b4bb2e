# SPDX-License-Identifier: GPL-2.0-or-later
"""A file system that somebody froze and did not thaw."""
from lablib import way, way_disk, way_tasks

WRITERS = 3
WAITS_IN = ("percpu_rwsem_wait", "__percpu_down_read", "percpu_down_read", "sb_start_write",
            "__sb_start_write", "vfs_write", "ksys_pwrite64", "file_start_write")


def start(hang):
    way_disk.mount(hang)
    way_disk.start_writers(hang, WRITERS)
    hang.sh(f"sleep 0.5; {way.FOLDER}/disk freeze {way_disk.FOLDER}")


def seen(hang):
    writers = [task for task in way_tasks.standing(hang)
               if task.comm in hang.names["programs"] and set(task.stack) & set(WAITS_IN)]
    if len(writers) < WRITERS:
        return None
    return (f"{len(writers)} writers stand in state D, before their write is begun: "
            + ", ".join(f"{task.comm} in {task.where}" for task in writers))


def answer(hang):
    names = hang.names
    return way.answer("filesystem-frozen",
                      devices=[f"{hang.notes.get('dm')} ({names['volume']})"],
                      victims=names["programs"][:WRITERS],
                      notes=f"the ext4 at {way_disk.FOLDER} was frozen by FIFREEZE; no task holds it")


WAY = way.Way(
    name="frozen",
    summary="an ext4 is frozen (as by fsfreeze) while three programs write",
    does="ext4 on dm-linear on a loop device in memory; ways/program/write.c; FIFREEZE",
    start=start,
    seen=seen,
    programs=way_disk.PROGRAMS,
    answer=answer,
    evidence="FIFREEZE succeeded, and the writers stand in state D where a write is let in",
    modules=way_disk.MODULES,
)
