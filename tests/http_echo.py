# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/http/echo.c started, spoken to in bytes, and held to its end."""
import collections
import contextlib
import json
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
H = b'Host: a\r\n'
Got = collections.namedtuple('Got', 'bytes closed')

resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def plain(answer):
    return answer.bytes.partition(b'\r\n\r\n')[2]


class Echo:
    def __init__(self, *options):
        build = ROOT / os.environ.get('DINT_BUILD', 'out')
        self.program = str(build / 'tests/http/http-echo')
        self.errors = tempfile.TemporaryFile()
        # with it a sanitizer keeps little of what was freed, so that growth shows there too
        sanitizer = os.environ.get('ASAN_OPTIONS', '') + ':quarantine_size_mb=1'
        self.process = subprocess.Popen([self.program, *map(str, options)],
                                        stdout=subprocess.PIPE, stderr=self.errors, text=True,
                                        env={**os.environ, 'ASAN_OPTIONS': sanitizer})
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f'http-echo: {self.said()}')
        self.port = int(line)

    def __enter__(self):
        return self

    def __exit__(self, failed, value, trace):
        if failed:
            self.process.kill()
            print(self.said()[-4000:])
        self.stop()

    def said(self):
        self.errors.seek(0)
        return self.errors.read().decode(errors='replace')

    def stop(self):
        """A sanitizer's finding is in how the process ends."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            status = self.process.wait(20)
            if status not in (0, -signal.SIGKILL):
                raise AssertionError(f'http-echo ended with {status}: {self.said()[-4000:]}')
            self.process.stdout.close()

    def connect(self):
        return socket.create_connection(('127.0.0.1', self.port), timeout=20)

    def read(self, s, answers, wait=20):
        """-> what comes until so many answers are whole (None: whatever comes) or the end."""
        got, closed = b'', False
        s.settimeout(wait)
        with contextlib.suppress(socket.timeout, ConnectionResetError):
            while answers is None or not self.whole(got, answers):
                piece = s.recv(1 << 20)
                if not piece:
                    closed = True
                    break
                got += piece
        return Got(got, closed)

    @staticmethod
    def whole(data, answers):
        """Whether there are so many answers; one that ends its connection ends with it."""
        for _ in range(answers):
            while data.startswith(b'HTTP/1.1 100 '):
                data = data.partition(b'\r\n\r\n')[2]
            head, mark, data = data.partition(b'\r\n\r\n')
            if not mark or b'\r\nConnection: close' in head:
                return False
            size = int(re.search(rb'\r\nContent-Length: (\d+)', head)[1])
            if len(data) < size:
                return False
            data = data[size:]
        return answers > 0

    def raw(self, data, answers, wait=20):
        """Sends bytes, reads that many answers."""
        with self.connect() as s:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                s.sendall(data)
            if data.startswith(b'HEAD'):
                wait = min(wait, 0.3)
            return self.read(s, answers, wait)

    def counts(self):
        request = b'GET /counts HTTP/1.1\r\n' + H + b'\r\n'
        return json.loads(plain(self.raw(request, 1)))

    def memory(self):
        """Resident, KiB; the thread sanitizer keeps about four bytes beside each."""
        status = pathlib.Path(f'/proc/{self.process.pid}/status').read_text()
        return int(re.search(r'VmRSS:\s+(\d+)', status)[1]) // (5 if 'thread' in self.program else 1)
