# SPDX-License-Identifier: GPL-2.0-or-later
"""What drgn says of the tasks of a dump, in the form that tests/drgn-equals reads.

usage: python3 drgn_answers.py DUMP VMLINUX >ANSWERS       (drgn 0.3 or newer)
"""
import bisect
import json
import struct
import sys

import drgn
from drgn.helpers.linux.cpumask import for_each_present_cpu
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.sched import cpu_curr, idle_task, task_cpu

REPORT = 0x7f
LETTERS = 'RSDTtXZPI'
NOLOAD, RTLOCK_WAIT, FROZEN = 0x400, 0x1000, 0x8000


def raw_state(task):
    return int(task.member_('__state' if hasattr(task, '__state') else 'state').value_())


def letter(state, exit_state):
    """fs/proc/array.c, task_state_index"""
    if state & 0x402 == 0x402:
        return 'I'
    if state == RTLOCK_WAIT or (state & FROZEN and state & 2):
        return 'D'
    return LETTERS[((state | exit_state) & REPORT).bit_length()]


class Labels:
    """All names of vmlinux's symbol table by address, those without a size too: what kallsyms has,
    and so what the kernel prints, at an address that for drgn is within a larger function."""

    def __init__(self, path, loaded_at):
        with open(path, 'rb') as file:
            data = file.read()
        at, size, n = (struct.unpack_from('<Q', data, 40)[0], *struct.unpack_from('<HH', data, 58))
        sections = [struct.unpack_from('<IIQQQQIIQQ', data, at + size * i) for i in range(n)]
        table = next(section for section in sections if section[1] == 2)
        strings = sections[table[6]]
        self.names = {}
        for place in range(table[4], table[4] + table[5], 24):
            name, info, _, index, value, _ = struct.unpack_from('<IBBHQQ', data, place)
            if info & 15 > 2 or not index or index >= 0xff00:
                continue
            end = data.index(b'\0', strings[4] + name)
            text = data[strings[4] + name:end].decode()
            self.names.setdefault(value, []).append(text)
        start = next(value for value, names in self.names.items() if '_stext' in names)
        self.shift = loaded_at - start
        self.addresses = sorted(self.names)

    def at(self, address):
        index = bisect.bisect_right(self.addresses, address - self.shift)
        return self.names[self.addresses[index - 1]] if index else []


def frames(prog, task, labels, also):
    found = []
    try:
        trace = prog.stack_trace(task)
    except Exception as error:  # a task that runs and has no registers in the dump
        print(f'pid {int(task.pid)}: {error}', file=sys.stderr)
        return found
    for frame in trace:
        pc = frame.pc
        name = frame.name if frame.is_inline else None
        if not frame.is_inline:
            at = pc if frame.interrupted else pc - 1
            try:
                name = frame.symbol().name
                also[hex(pc)] = labels.at(at)
            except LookupError:
                pass
        found.append([hex(pc), name, frame.is_inline])
    return found


def row(prog, task, running, labels, also):
    state, exit_state = raw_state(task), int(task.exit_state)
    cpu = int(task_cpu(task))
    return {'pid': int(task.pid), 'tgid': int(task.tgid),
            'comm': task.comm.string_().decode(errors='replace'),
            'state_kernel': letter(state, exit_state), 'state_raw': state, 'cpu': cpu,
            'on_cpu': running.get(cpu) == task.value_(), 'frames': frames(prog, task, labels, also)}


def main():
    prog = drgn.Program()
    prog.set_core_dump(sys.argv[1])
    prog.load_debug_info([sys.argv[2]])
    cpus = list(for_each_present_cpu(prog))
    running = {cpu: cpu_curr(prog, cpu).value_() for cpu in cpus}
    labels = Labels(sys.argv[2], prog.symbol('_stext').address)
    also = {}
    json.dump({'kernel': prog['UTS_RELEASE'].string_().decode(), 'drgn': drgn.__version__,
               'tasks': [row(prog, task, running, labels, also) for task in for_each_task(prog)],
               'idle': [row(prog, idle_task(prog, cpu), running, labels, also) for cpu in cpus],
               'also': also}, sys.stdout)


main()
