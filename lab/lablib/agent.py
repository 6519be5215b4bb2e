# SPDX-License-Identifier: GPL-2.0-or-later
"""The host's end of the lab's agent (agent/agent.c has the protocol)."""
import contextlib
import os
import re
import socket
import time

from . import places

HEADER = re.compile(rb"\nlab ([0-9a-f]{32}) (out|end) (\d+)\n")
CHUNK = 1 << 16


class Silent(Exception):
    """The agent did not answer in time: not booted yet, hung, dead."""


class Reply:
    """Bytes from the port in, the frames of one request out; anything else is skipped."""

    def __init__(self, request_id):
        self.id = request_id.encode()
        self.buffer = b""
        self.output = []
        self.status = None

    def feed(self, data):
        self.buffer += data
        while self.status is None:
            match = HEADER.search(self.buffer)
            if not match:
                self.buffer = self.buffer[-80:]  # a header may be cut
                return
            length = int(match[3]) if match[2] == b"out" else 0
            if len(self.buffer) < match.end() + length:
                self.buffer = self.buffer[match.start():]
                return
            body = self.buffer[match.end():match.end() + length]
            self.buffer = self.buffer[match.end() + length:]
            if match[1] != self.id:
                continue
            if match[2] == b"end":
                self.status = int(match[3])
            else:
                self.output.append(body)


@contextlib.contextmanager
def _port(run, deadline):
    """One client at a time: a second one would be connected and never heard."""
    with places.lock(run.folder / "agent.lock"):
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(max(0.1, deadline - time.monotonic()))
        try:
            client.connect(str(run.folder / "agent"))
            yield client
        finally:
            client.close()


def call(run, script, data=b"", timeout_s=60):
    """Runs a shell script in the guest: (status, output). Raises Silent."""
    deadline = time.monotonic() + timeout_s
    request_id = os.urandom(16).hex()
    reply = Reply(request_id)
    head = f"\nlab {request_id} run {len(script.encode())} {len(data)}\n".encode()
    try:
        with _port(run, deadline) as port:
            port.sendall(head + script.encode() + data)
            while reply.status is None:
                port.settimeout(max(0.01, deadline - time.monotonic()))
                got = port.recv(CHUNK)
                if not got:
                    raise Silent("QEMU closed the port")
                reply.feed(got)
    except (TimeoutError, ConnectionError, FileNotFoundError) as error:
        raise Silent(f"no answer within {timeout_s:.0f} s") from error
    return reply.status, b"".join(reply.output)


def text(run, script, timeout_s=60):
    """The output of a script as text, whatever its status."""
    return call(run, script, timeout_s=timeout_s)[1].decode(errors="replace")


def put(run, content, path, timeout_s=60):
    """Writes a file in the guest."""
    status, output = call(run, f"cat > '{path}'", content, timeout_s)
    if status:
        raise Silent(f"writing {path}: {output.decode(errors='replace')}")
