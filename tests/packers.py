# SPDX-License-Identifier: GPL-2.0-or-later
"""Page compressions for test writers, by the shared libraries that dint-analyze loads too."""
import ctypes
import zlib

_libraries = {}


def _library(name):
    if name not in _libraries:
        _libraries[name] = ctypes.CDLL(name)
    return _libraries[name]


def _zstd(page):
    lib = _library('libzstd.so.1')
    lib.ZSTD_compressBound.restype = lib.ZSTD_compress.restype = ctypes.c_size_t
    room = ctypes.create_string_buffer(lib.ZSTD_compressBound(ctypes.c_size_t(len(page))))
    n = lib.ZSTD_compress(room, ctypes.c_size_t(len(room)), page, ctypes.c_size_t(len(page)), 1)
    return room.raw[:n]


def _snappy(page):
    lib = _library('libsnappy.so.1')
    lib.snappy_max_compressed_length.restype = ctypes.c_size_t
    n = ctypes.c_size_t(lib.snappy_max_compressed_length(ctypes.c_size_t(len(page))))
    room = ctypes.create_string_buffer(n.value)
    if lib.snappy_compress(page, ctypes.c_size_t(len(page)), room, ctypes.byref(n)) != 0:
        raise RuntimeError('snappy_compress')
    return room.raw[:n.value]


def _lzo(page):
    lib = _library('liblzo2.so.2')
    room = ctypes.create_string_buffer(len(page) + len(page) // 16 + 67)
    work = ctypes.create_string_buffer(16384 * ctypes.sizeof(ctypes.c_void_p))
    n = ctypes.c_size_t(len(room))
    if lib.lzo1x_1_compress(page, ctypes.c_size_t(len(page)), room, ctypes.byref(n), work) != 0:
        raise RuntimeError('lzo1x_1_compress')
    return room.raw[:n.value]


# name: (flag in headers and descriptors, function)
PACKERS = {
    'none': (0, None),
    'zlib': (0x1, lambda page: zlib.compress(page, 1)),
    'lzo': (0x2, _lzo),
    'snappy': (0x4, _snappy),
    'zstd': (0x20, _zstd),
}
