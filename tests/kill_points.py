# SPDX-License-Identifier: GPL-2.0-or-later
"""dintd killed at fault points between the request and the injection's answer, then started again:
never two NMIs, and none only where nothing had been promised or the incident says `uncertain`."""
import contextlib

from harness import INJECTED, Refused, Scene, until

FIRST = 'request: received'
ANSWER = 'inject: answered'
LAST = 'incident: committed, before the action'  # the first after the answer: `injected` is durable


def fault_names():
    """The fault points that one request passes, from its arrival until it is injected."""
    with Scene(build='out-faults') as scene:
        log = scene.path('faults')
        scene.start_qemu()
        scene.start_proxy()
        scene.start_dintd(DINT_FAULT_LOG=str(log))
        scene.call('send', machine='m')
        scene.settled(INJECTED)
        names = log.read_text().splitlines()
    last = names.index(LAST, names.index(ANSWER))
    return names[:last + 1], names.index(FIRST)


def killed_at(scene, number):
    """-> what was found: (NMIs, state after the restart or None, whether the caller was answered)"""
    scene.start_dintd(DINT_FAULT=str(number))
    answered = False
    with contextlib.suppress(OSError, EOFError):
        scene.call('send', machine='m')
        answered = True
    until(lambda: scene.dintd.poll() is not None, 20, f'death at fault point {number}')
    scene.start_dintd()
    incidents = scene.call('incidents')
    if incidents:
        scene.settled(INJECTED + ('uncertain',))
    return scene.nmis(), scene.state() if incidents else None, answered


def judge(number, name):
    """-> a line for the table; raises where the promise is broken."""
    with Scene(build='out-faults') as scene:
        scene.start_qemu()
        scene.start_proxy()
        nmis, state, answered = killed_at(scene, number)
        assert nmis <= 1, f'{name}: {nmis} NMIs'
        if nmis == 0:
            assert (state is None and not answered) or state == 'uncertain', \
                f'{name}: no NMI, state {state}, answered {answered}'
        before = nmis
        with contextlib.suppress(Refused):
            scene.call('send', machine='m')
        scene.settled(INJECTED + ('uncertain',))
        assert scene.nmis() <= 1, f'{name}: a second send made it {scene.nmis()}'
        return f'{number:4}  {before}  {state or "no incident":12} ' \
               f'{"answered" if answered else "not answered":13} {name}'


def run():
    """Prints a table, returns how many points broke the promise."""
    names, first = fault_names()
    numbers = range(first + 1, len(names) + 1)
    print(f'{len(numbers)} fault points from the request to the injection')
    print('   #  NMIs, state after the restart, the caller, fault point')
    failed = 0
    for number in numbers:
        try:
            print(judge(number, names[number - 1]), flush=True)
        except AssertionError as error:
            failed += 1
            print(f'{number:4}  FAILED  {error}', flush=True)
    print(f'{len(numbers) - failed} passed, {failed} failed')
    return failed
