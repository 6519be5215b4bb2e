# SPDX-License-Identifier: GPL-2.0-or-later
"""A disk that takes no more I/O, under a file system with writers."""
from lablib import agent, way, way_disk, way_tasks

WRITERS = 3


def start(hang):
    way_disk.mount(hang)
    way_disk.start_writers(hang, WRITERS)
    hang.sh(f"sleep 0.5; {way.FOLDER}/disk suspend {hang.names['volume']}")


def seen(hang):
    block = f"/sys/block/{hang.notes['dm']}"
    suspended = agent.text(hang.run, f"cat {block}/dm/suspended", timeout_s=10).strip()
    standing = way_tasks.standing(hang)
    writers = [task for task in standing if task.comm in hang.names["programs"]]
    if suspended != "1" or len(writers) < WRITERS:
        return None
    return (f"{hang.notes['dm']} is suspended; {len(writers)} writers stand in state D: "
            + ", ".join(f"{task.comm} in {task.where}" for task in writers))


def answer(hang):
    names = hang.names
    return way.answer("io-hang", devices=[f"{hang.notes.get('dm')} ({names['volume']})"],
                      victims=names["programs"][:WRITERS],
                      notes="the dm device was suspended without a flush and stays so")


WAY = way.Way(
    name="io-hang",
    summary="a dm device is suspended under ext4 while three programs write and sync",
    does="ext4 on dm-linear on a loop device in memory; ways/program/write.c; DM_DEV_SUSPEND",
    start=start,
    seen=seen,
    programs=way_disk.PROGRAMS,
    answer=answer,
    evidence="the dm device says that it is suspended, and the writers stand in state D",
    modules=way_disk.MODULES,
)
