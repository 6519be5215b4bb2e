# SPDX-License-Identifier: GPL-2.0-or-later
"""A virtio-serial port without a machine: the host connects to one socket, dint-guest to another,
and in between it behaves as QEMU does. The host sees no end when the guest dies; a second host
waits; what the guest wrote while no host was there waits with the guest."""
import select
import socket
import threading


class Relay:
    def __init__(self, host_path, guest_path):
        self.listeners = {}
        self.ends = {'host': None, 'guest': None}
        self.pending = {'host': b'', 'guest': b''}  # bytes for that end
        self.to_host = 0  # bytes of the guest that have passed
        self.pause_at = None  # the guest's bytes wait after so many: in mid-frame, if it is odd
        self.commands = []
        self.wake_read, self.wake_write = socket.socketpair()
        for end, path in (('host', host_path), ('guest', guest_path)):
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(str(path))
            listener.listen(4)
            listener.setblocking(False)
            self.listeners[end] = listener
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.stopping = False
        self.thread.start()

    def stop(self):
        self.stopping = True
        self.wake_write.send(b'x')
        self.thread.join()
        for end in self.ends:
            self.listeners[end].close()
            self.drop(end)

    def tell(self, command):
        """Runs command(self) on the relay's own thread."""
        self.commands.append(command)
        self.wake_write.send(b'x')

    def drop(self, end):
        if self.ends[end]:
            self.ends[end].close()
            self.ends[end] = None

    def wanted(self):
        """-> (readable, writable) sockets to wait for"""
        reads, writes = [self.wake_read], []
        for end, other in (('host', 'guest'), ('guest', 'host')):
            if self.ends[end] is None:
                reads.append(self.listeners[end])
            elif len(self.pending[other]) < 1 << 20 and self.ends[other] and self.room(end):
                reads.append(self.ends[end])
            if self.ends[end] and self.pending[end]:
                writes.append(self.ends[end])
        return reads, writes

    def room(self, end):
        """How many bytes may be read from this end now."""
        if end == 'host' or self.pause_at is None:
            return 65536
        return max(0, min(65536, self.pause_at - self.to_host))

    def read(self, end):
        other = 'guest' if end == 'host' else 'host'
        try:
            data = self.ends[end].recv(self.room(end))
        except OSError:
            data = b''
        if not data:
            self.drop(end)
            return
        if end == 'guest':
            self.to_host += len(data)
        self.pending[other] += data

    def write(self, end):
        try:
            sent = self.ends[end].send(self.pending[end])
            self.pending[end] = self.pending[end][sent:]
        except OSError:
            self.drop(end)

    def run(self):
        while not self.stopping:
            reads, writes = self.wanted()
            readable, writable, _ = select.select(reads, writes, [], 1)
            for source in readable:
                if source is self.wake_read:
                    source.recv(4096)
                    while self.commands:
                        self.commands.pop(0)(self)
                for end in self.ends:
                    if source is self.listeners[end]:
                        self.ends[end] = source.accept()[0]
                        self.ends[end].setblocking(False)
                    elif source is self.ends[end]:
                        self.read(end)
            for sink in writable:
                for end in self.ends:
                    if sink is self.ends[end]:
                        self.write(end)
