# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests in tests/check/ have in common: a real dintd in a folder of its own, a real QEMU
that runs nothing but its firmware, and the recording proxy between the two.

    with Scene(build='out-faults') as scene:
        scene.start_qemu(); scene.start_proxy(); scene.start_dintd()
        answer = scene.call('send', machine='m')

Everything started is ended with the scene; nothing sleeps for longer than it must.
"""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

# An NMI that firmware takes before it is ready may reset its machine: the injection is behind us.
INJECTED = ('injected', 'rebooted')

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Refused(Exception):
    """dintd's own refusal: .code is DESIGN's word for it."""

    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code = error['code']


def until(condition, seconds=10, what='it'):
    """Waits for a true value and returns it."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f'{what}: not within {seconds} s')
        time.sleep(0.01)


def call(path, op, timeout=30, **args):
    """One line each way; raises Refused, or OSError/EOFError when nobody answers."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(timeout)
        s.connect(str(path))
        s.sendall(json.dumps({'op': op, 'args': args}).encode() + b'\n')
        line = b''
        while not line.endswith(b'\n'):
            piece = s.recv(1 << 20)
            if not piece:
                raise EOFError('the connection ended before the answer')
            line += piece
    answer = json.loads(line)
    if not answer['ok']:
        raise Refused(answer['error'])
    return answer['result']


class Scene:
    def __init__(self, build=None, machine='', keep=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='dint-'))
        self.build = ROOT / (build or os.environ.get('DINT_BUILD', 'out'))
        self.machine = machine
        self.keep = keep
        self.processes = []
        self.dintd = None
        self.path('dintd.conf').write_text(self.config())

    def path(self, name):
        return self.folder / name

    def config(self):
        return (f'[dintd]\nstate_dir = {self.path("state")}\nsocket = {self.path("socket")}\n'
                f'[machine m]\ndriver = qmp\naddress = {self.path("qmp")}\n{self.machine}\n')

    def __enter__(self):
        return self

    def __exit__(self, failed, value, trace):
        for process in reversed(self.processes):
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()
        log = self.path('dintd.log')
        if failed and log.exists():
            print(f'---- dintd ----\n{log.read_text()[-4000:]}', file=sys.stderr)
        found = log.exists() and 'Sanitizer' in log.read_text(errors='replace')
        if found and not failed:  # ThreadSanitizer goes on after what it found
            raise AssertionError(log.read_text(errors='replace')[-6000:])
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, *command, **options):
        process = subprocess.Popen([str(part) for part in command], **options)
        self.processes.append(process)
        return process

    def start_qemu(self, monitor='qemu.qmp', *more):
        """A machine that runs its firmware for ever: inject-nmi is answered, nothing comes of it."""
        self.start('qemu-system-x86_64', '-machine', 'pc', '-accel', 'tcg', '-m', '16',
                   '-nodefaults', '-no-user-config', '-display', 'none', '-device', 'VGA',
                   '-qmp', f'unix:{self.path(monitor)},server=on,wait=off', *more,
                   stdin=subprocess.DEVNULL)
        until(self.path(monitor).exists, what='QEMU')

    def start_proxy(self, *options):
        process = self.start(ROOT / 'tests/qmp/proxy', *options, self.path('qmp'),
                             self.path('qemu.qmp'), self.path('qmp.log'))
        until(self.path('qmp').exists, what='the proxy')
        return process

    def nmis(self):
        """inject-nmi commands that the proxy has seen."""
        log = self.path('qmp.log')
        lines = log.read_text().splitlines() if log.exists() else []
        return sum('"inject-nmi"' in line or "inject-nmi" in line for line in lines)

    def start_dintd(self, wait=True, reachable=True, **environment):
        log = open(self.path('dintd.log'), 'ab')
        self.dintd = self.start(self.build / 'dintd', '--config', self.path('dintd.conf'),
                                stdout=log, stderr=log, env={**os.environ, **environment})
        if wait:
            until(self.answers, what='dintd')
            if reachable:
                until(lambda: self.call('machines')[0]['reachable'], what='the machine')
        return self.dintd

    def answers(self):
        if self.dintd.poll() is not None:
            raise AssertionError(f'dintd ended: {self.dintd.returncode}\n'
                                 + self.path('dintd.log').read_text()[-2000:])
        with contextlib.suppress(OSError):
            return self.call('machines') is not None
        return False

    def kill_dintd(self, how=signal.SIGKILL):
        self.dintd.send_signal(how)
        self.dintd.wait()

    def call(self, op, **args):
        return call(self.path('socket'), op, **args)

    def dint(self, *arguments, **options):
        return subprocess.run([str(self.build / 'dint'), '--socket', str(self.path('socket')),
                               *map(str, arguments)],
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=120, **options)

    def state(self, incident='last'):
        return self.call('incident', id=incident)['state']

    def settled(self, states, seconds=10):
        return until(lambda: self.state() in states and self.state(), seconds,
                     f'one of {states}')


def main(tests):
    """Runs functions that raise on failure; prints a line each, then a count."""
    failed = 0
    for test in tests:
        start = time.monotonic()
        try:
            test()
            print(f'ok      {time.monotonic() - start:6.1f} s  {test.__name__}', flush=True)
        except Exception as error:  # a test's failure must not hide the next test's
            failed += 1
            print(f'FAILED  {time.monotonic() - start:6.1f} s  {test.__name__}: {error!r}',
                  flush=True)
    print(f'{len(tests) - failed} passed, {failed} failed')
    return 1 if failed else 0
