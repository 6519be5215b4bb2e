# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables that a kernel carries for itself, for tests/dumps/build: kallsyms and BTF."""
import struct

IMAGE = 0xffffffff80000000
ORDERS = {
    'A': ['offsets', 'base', 'count', 'names', 'markers', 'seqs', 'tokens', 'index'],
    'B': ['count', 'names', 'markers', 'tokens', 'index', 'offsets', 'base', 'seqs'],
}
TOKENS = ['filler_', '__', 'Tfiller_', 'task']  # besides the characters themselves


class Symbols:
    """symbols [order=A|B] [mode=percpu|relative|place|absolute] [seqs=yes] [named=no] [align=4]
    [lengths=1] [at=OFFSET]; then `symbol NAME TYPE ADDRESS`, an offset in the image, or
    absolute with '=' before it, and `fill N FIRST STEP`: N symbols filler_0000 …"""

    STEXT = 0x7000  # where _stext must be, in the image

    def __init__(self, keys):
        self.order = keys.get('order', 'B')
        self.mode = keys.get('mode', 'relative')
        self.align = int(keys.get('align', 8))
        self.seqs = keys.get('seqs') == 'yes'
        self.named = keys.get('named') != 'no'
        self.two_bytes = keys.get('lengths', '2') == '2'
        self.at = int(keys.get('at', '0x10000'), 0)
        self.items = []
        tokens = [chr(i) if chr(i).isalnum() or chr(i) in '_.' else '' for i in range(256)]
        for i, token in enumerate(TOKENS):
            tokens[i] = token
        self.tokens = tokens

    def symbol(self, name, kind, address):
        self.items.append((address, kind, name))

    def packed(self, text):
        out = bytearray()
        while text:
            for i, token in enumerate(self.tokens):
                if len(token) > 1 and text.startswith(token):
                    out.append(i)
                    text = text[len(token):]
                    break
            else:
                out.append(ord(text[0]))
                text = text[1:]
        n = len(out)
        if n >= 128 and self.two_bytes:
            return bytes([n & 0x7f | 0x80, n >> 7]) + out
        return bytes([n]) + out

    def parts(self, kernel):
        """-> everything but what depends on where it will be"""
        items = [(a if a < 1 << 20 and absolute else kernel.va(a), kind, name)
                 for (absolute, a), kind, name in self.items]
        items.sort(key=lambda item: item[0])
        names, markers = bytearray(), []
        for i, (_, kind, name) in enumerate(items):
            if i % 256 == 0:
                markers.append(len(names))
            names += self.packed(kind + name)
        tokens, index = bytearray(), []
        for token in self.tokens:
            index.append(len(tokens))
            tokens += token.encode() + b'\0'
        by_name = sorted(range(len(items)), key=lambda i: items[i][2].encode())
        return items, {
            'count': struct.pack('<I', len(items)), 'names': bytes(names),
            'markers': struct.pack(f'<{len(markers)}I', *markers), 'tokens': bytes(tokens),
            'index': struct.pack('<256H', *index),
            'seqs': b''.join(i.to_bytes(3, 'big') for i in by_name) if self.seqs else b'',
            'offsets': bytes(len(items) * (8 if self.mode == 'absolute' else 4)),
            'base': b'' if self.mode in ('place', 'absolute') else bytes(8)}

    def build(self, kernel):
        items, parts = self.parts(kernel)
        base = min(a for a, _, _ in items if a >= IMAGE)
        places, at = {}, self.at
        for part in ORDERS[self.order]:
            at = at + self.align - 1 & -self.align
            places[part] = at
            at += len(parts[part])
        self.end = at
        parts['base'] = struct.pack('<Q', base)[:len(parts['base'])]
        parts['offsets'] = b''.join(self.offset(a, i, base, kernel.va(places['offsets']))
                                    for i, (a, _, _) in enumerate(items))
        for part, place in places.items():
            kernel.memory.write(kernel.pa(place), parts[part])
        return [f'SYMBOL(_stext)={kernel.va(self.STEXT):x}'] + self.lines(kernel, places)

    def lines(self, kernel, places):
        if not self.named:
            return []
        names = {'names': 'names', 'count': 'num_syms', 'tokens': 'token_table',
                 'index': 'token_index',
                 'offsets': 'addresses' if self.mode == 'absolute' else 'offsets'}
        if self.mode in ('percpu', 'relative'):
            names['base'] = 'relative_base'
        return [f'SYMBOL(kallsyms_{name})={kernel.va(places[part]):x}'
                for part, name in names.items()]

    def offset(self, address, i, base, table):
        if self.mode == 'absolute':
            return struct.pack('<Q', address)
        if self.mode == 'relative':
            return struct.pack('<I', (address - base) & 0xffffffff)
        if self.mode == 'place':
            return struct.pack('<i', address - (table + 4 * i))
        return struct.pack('<i', address if address < IMAGE else base - 1 - address)


KINDS = {'int': 1, 'ptr': 2, 'array': 3, 'struct': 4, 'union': 5, 'enum': 6, 'fwd': 7, 'typedef': 8,
         'volatile': 9, 'const': 10, 'restrict': 11, 'func': 12, 'proto': 13, 'var': 14,
         'datasec': 15, 'float': 16, 'decl_tag': 17, 'type_tag': 18, 'enum64': 19}


class Btf:
    """btf [at=OFFSET]; then a type a line, each may name those before it by number, or by name
    where it has one, or 0 for void:

        type int NAME SIZE [signed] [bits=N]    type ptr|const|volatile|… TYPE
        type typedef|fwd NAME TYPE              type array TYPE COUNT
        type struct|union NAME|- SIZE MEMBER:TYPE:BITOFFSET[:BITS] …
        type enum|enum64 NAME|- SIZE NAME=VALUE …
        type datasec NAME SIZE TYPE:OFFSET:SIZE …   type var NAME TYPE
        type raw HEX                            as it is
    """

    def __init__(self, keys):
        self.at = int(keys.get('at', '0xd000'), 0)
        self.types, self.strings, self.numbers, self.n = bytearray(), bytearray(1), {'0': 0}, 0

    def string(self, text):
        if text in ('', '-'):
            return 0
        at = self.strings.find(b'\0' + text.encode() + b'\0')
        if at >= 0:
            return at + 1
        self.strings += text.encode() + b'\0'
        return len(self.strings) - len(text) - 1

    def number(self, word):
        return self.numbers[word] if word in self.numbers else int(word, 0)

    def add(self, kind, name, last, vlen=0, kflag=0, extra=b''):
        self.n += 1
        if name not in ('', '-'):
            self.numbers.setdefault(name, self.n)
        self.types += struct.pack('<III', self.string(name), KINDS[kind] << 24 | kflag << 31 | vlen,
                                  last) + extra

    def type(self, kind, *rest):
        if kind == 'raw':
            self.n += 1
            self.types += bytes.fromhex(''.join(rest))
        elif kind == 'int':
            size = int(rest[1])
            bits = next((int(w[5:]) for w in rest[2:] if w.startswith('bits=')), size * 8)
            encoding = ('signed' in rest) | ('bool' in rest) << 2
            self.add(kind, rest[0], size, extra=struct.pack('<I', encoding << 24 | bits))
        elif kind == 'array':
            self.add(kind, '', 0, extra=struct.pack('<III', self.number(rest[0]), 0,
                                                    int(rest[1], 0)))
        elif kind in ('struct', 'union'):
            self.aggregate(kind, *rest)
        elif kind in ('enum', 'enum64'):
            rows = [word.split('=') for word in rest[2:]]
            form = '<Iq' if kind == 'enum64' else '<Ii'
            self.add(kind, rest[0], int(rest[1]), len(rows), 1,
                     b''.join(struct.pack(form, self.string(n), int(v, 0)) for n, v in rows))
        elif kind == 'datasec':
            rows = [word.split(':') for word in rest[2:]]
            self.add(kind, rest[0], int(rest[1], 0), len(rows), 0, b''.join(
                struct.pack('<III', self.number(t), int(o, 0), int(s, 0)) for t, o, s in rows))
        elif kind == 'var':
            self.add(kind, rest[0], self.number(rest[1]), extra=struct.pack('<I', 0))
        elif kind in ('typedef', 'fwd', 'func', 'type_tag'):
            self.add(kind, rest[0], self.number(rest[1]) if len(rest) > 1 else 0)
        elif kind == 'float':
            self.add(kind, rest[0], int(rest[1]))
        else:
            self.add(kind, '', self.number(rest[0]))

    def aggregate(self, kind, name, size, *members):
        rows = [member.split(':') for member in members]
        kflag = int(any(len(row) > 3 for row in rows))
        extra = b''
        for row in rows:
            bits = int(row[3]) if len(row) > 3 else 0
            extra += struct.pack('<III', self.string(row[0]), self.number(row[1]),
                                 bits << 24 | int(row[2], 0))
        self.add(kind, name, int(size, 0), len(rows), kflag, extra)

    def build(self, kernel):
        """-> where it ends"""
        header = struct.pack('<HBBIIIII', 0xeb9f, 1, 0, 24, 0, len(self.types), len(self.types),
                             len(self.strings))
        blob = header + bytes(self.types) + bytes(self.strings)
        kernel.memory.write(kernel.pa(self.at), blob)
        return self.at + len(blob)
