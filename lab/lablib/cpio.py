# SPDX-License-Identifier: GPL-2.0-or-later
"""Archives that a kernel unpacks as its first file system (cpio, "newc").

Linux Documentation/driver-api/early-userspace/buffer-format.rst: archives may follow one another,
compressed or not; each begins at a multiple of four bytes.
"""
import stat
import zlib

LINK, FOLDER, FILE = stat.S_IFLNK | 0o777, stat.S_IFDIR | 0o755, stat.S_IFREG


def _padded(data):
    return data + bytes(-len(data) % 4)


class Archive:
    """Entries in order; the folders above an entry are made as needed."""

    def __init__(self):
        self.parts = []
        self.known = set()

    def _entry(self, path, mode, data):
        number = len(self.known) + 1  # an inode of its own: no hard links
        self.known.add(path)
        name = path.encode() + b"\0"
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields)
        self.parts += [_padded(head + name), _padded(data)]

    def folder(self, path):
        path = path.strip("/")
        if path and path not in self.known:
            self.folder(path.rpartition("/")[0])
            self._entry(path, FOLDER, b"")

    def file(self, path, data, mode=0o644):
        self.folder(path.rpartition("/")[0])
        self._entry(path.strip("/"), FILE | mode, data)

    def link(self, path, target):
        self.folder(path.rpartition("/")[0])
        self._entry(path.strip("/"), LINK, target.encode())

    def plain(self):
        end = b"070701" + b"%08x" * 13 % (0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 11, 0)
        return b"".join(self.parts) + _padded(end + b"TRAILER!!!\0")

    def compressed(self):
        """gzip, quick to make and to unpack: the kernel has it built in whatever its age."""
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        return _padded(packer.compress(self.plain()) + packer.flush())
