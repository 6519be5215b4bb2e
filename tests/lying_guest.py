# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest that speaks docs/channel.md from the page alone, and says what it likes."""
import hashlib
import os
import socket
import struct

MAGIC = bytes.fromhex('d14e549e')
HELLO, OFFER, ACCEPT, REFUSE, DATA, ACK, DONE, STORED, NOTHING = 1, 4, 5, 6, 7, 8, 9, 10, 12
HOST_ZEROS = 65564


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def text(words):
    raw = words.encode()
    return bytes([len(raw)]) + raw


class Guest:
    """The guest's end of a port whose socket is given."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.socket.settimeout(10)
        self.nonce = int.from_bytes(os.urandom(8), 'little') | 1
        self.session, self.sequence, self.held = 0, 0, b''
        self.hello(0)
        while True:
            kind, payload = self.receive()
            if kind == HELLO:
                nonce, echo = struct.unpack_from('<QQ', payload)
                self.session, self.sequence = nonce ^ self.nonce, 0
                self.hello(nonce)
                if echo == self.nonce:
                    return

    def frame(self, kind, payload, session):
        header = MAGIC + struct.pack('<BBHIQ', 1, kind, self.sequence & 0xffff if session else 0,
                                     len(payload), session)
        return header + struct.pack('<I', crc32c(header)) + payload + \
            struct.pack('<I', crc32c(payload))

    def send(self, kind, payload):
        self.socket.sendall(self.frame(kind, payload, self.session))
        self.sequence += 1

    def hello(self, echo):
        payload = struct.pack('<QQBB', self.nonce, echo, 1, 1) + bytes(range(16)) + text('lies')
        self.socket.sendall(bytes(HOST_ZEROS) + self.frame(HELLO, payload, 0))

    def receive(self, *kinds):
        """-> (type, payload) of the next frame, of these types if any are named"""
        while True:
            at = self.held.find(MAGIC)
            if at >= 0 and len(self.held) >= at + 24:
                kind, length = self.held[at + 5], struct.unpack_from('<I', self.held, at + 8)[0]
                if len(self.held) >= at + 28 + length:
                    payload = self.held[at + 24:at + 24 + length]
                    self.held = self.held[at + 28 + length:]
                    if not kinds or kind in kinds:
                        return kind, payload
                    continue
            piece = self.socket.recv(65536)
            if not piece:
                raise EOFError('the host hung up')
            self.held += piece

    def offer(self, ident, size, name='dump.202611250101'):
        self.send(OFFER, ident + struct.pack('<QQQB', size, 0, 0, 0) + bytes(32) + text(name)
                  + text('202611250101') + text('debian') + text(''))

    def hand_over(self, ident, content, size=None, total=None, digest=None, name='dump.202611250101'):
        """Offers `size` bytes, sends `content`, says DONE with `total` and `digest`;
        -> the type of the host's last word and its payload"""
        self.offer(ident, len(content) if size is None else size, name)
        kind, payload = self.receive(ACCEPT, REFUSE, STORED)
        if kind != ACCEPT:
            return kind, payload
        at = struct.unpack_from('<Q', payload, 16)[0]
        for start in range(at, len(content), 32000):
            self.send(DATA, struct.pack('<Q', start) + content[start:start + 32000])
        self.send(DONE, ident + struct.pack('<Q', len(content) if total is None else total)
                  + (digest or hashlib.sha256(content).digest()))
        return self.receive(REFUSE, STORED)
