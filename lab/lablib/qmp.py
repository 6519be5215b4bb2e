# SPDX-License-Identifier: GPL-2.0-or-later
"""A small QMP client for the lab's own monitor (dintd has another)."""
import json
import socket

from .talk import Refusal


class Qmp:
    def __init__(self, path, timeout_s=10):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout_s)
        self.socket.connect(str(path))
        self.lines = self.socket.makefile("r", encoding="utf-8")
        self._next()  # the greeting
        self.execute("qmp_capabilities")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.lines.close()
        self.socket.close()

    def _next(self):
        line = self.lines.readline()
        if not line:
            raise Refusal("QEMU closed its monitor", "lab list tells whether the machine runs")
        return json.loads(line)

    def execute(self, command, **arguments):
        message = {"execute": command, **({"arguments": arguments} if arguments else {})}
        self.socket.sendall(json.dumps(message).encode() + b"\n")
        while True:
            answer = self._next()
            if "error" in answer:
                raise Refusal(f"QEMU refused {command}: {answer['error'].get('desc')}")
            if "return" in answer:
                return answer["return"]
