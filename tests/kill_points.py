# SPDX-License-Identifier: GPL-2.0-or-later
"""dintd killed at fault points between the request and the injection's answer, then started again:
never two NMIs, and none only where nothing had been promised or the incident says `uncertain`."""
import contextlib
import time

from harness import INJECTED, Refused, Scene, until

FIRST = 'request: received'
ANSWER = 'inject: answered'
LAST = 'incident: committed, before the action'  # the first after the answer: `injected` is durable
QUIET = 0.2  # seconds: the audit events of the calls that waited for the start are written by then


def fault_names():
    """The fault points that one request passes, from its arrival until it is injected."""
    with Scene(build='out-faults') as scene:
        log = scene.path('faults')
        scene.start_qemu()
        scene.start_proxy()
        scene.start_dintd(DINT_FAULT_LOG=str(log))
        time.sleep(QUIET)
        scene.call('send', machine='m')
        # not by asking dintd: each call has an audit event, and an event has fault points
        until(lambda: LAST in after_answer(log.read_text().splitlines()), what='the injection')
        names = log.read_text().splitlines()
    names = names[names.index(FIRST):]
    return names[:names.index(LAST, names.index(ANSWER)) + 1]


def after_answer(names):
    return names[names.index(ANSWER):] if ANSWER in names else []


def killed_at(scene, number):
    """-> what was found: (NMIs, state after the restart or None, whether the caller was answered)"""
    log = scene.path('faults')
    scene.start_dintd(DINT_FAULT=str(number), DINT_FAULT_FROM=FIRST, DINT_FAULT_LOG=str(log))
    time.sleep(QUIET)
    answered = False
    with contextlib.suppress(OSError, EOFError):
        scene.call('send', machine='m')
        answered = True
    # jobs that share a commit pass fewer points: it may have come to the end alive
    until(lambda: scene.dintd.poll() is not None
          or LAST in after_answer(log.read_text().splitlines()), 20,
          f'death at fault point {number}')
    scene.kill_dintd()
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
    names = fault_names()
    numbers = range(1, len(names) + 1)
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
