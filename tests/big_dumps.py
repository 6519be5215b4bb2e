# SPDX-License-Identifier: GPL-2.0-or-later
"""Real dumps for the scripts here: where they are, and other forms of them."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

SKIPPED = 77  # what Meson takes for "skipped"
ROOT = pathlib.Path(__file__).resolve().parent.parent


def folder():
    return pathlib.Path(os.environ.get('DINT_DUMPS') or ROOT.parent / 'shared/dumps')


def cache():
    home = os.environ.get('XDG_CACHE_HOME') or pathlib.Path.home() / '.cache'
    return pathlib.Path(home) / 'dint/dumps'


def find():
    """-> the dumps, archives unpacked once into the cache; ends the script where there are none"""
    found = sorted(folder().glob('*.kdump'))
    for archive in sorted(folder().glob('*.tar.xz')):
        mark = cache() / (archive.name + f'.{archive.stat().st_size}')
        if not mark.exists():
            mark.parent.mkdir(parents=True, exist_ok=True)
            print(f'unpacking {archive.name} into {cache()}')
            with tarfile.open(archive) as tar:
                names = [m.name for m in tar.getmembers() if m.isfile() and '/' not in m.name]
                for name in names:
                    tar.extract(name, cache())
            mark.write_text('\n'.join(names))
        found += [cache() / name for name in mark.read_text().split() if name.endswith('.kdump')]
    if not found:
        print(f'skipped: no dumps in {folder()} ($DINT_DUMPS names another folder)')
        sys.exit(SKIPPED)
    return sorted(found)


def find_some():
    """-> two of them, none where there are none"""
    try:
        dumps = find()
    except SystemExit:
        return []
    return dumps[:1] + dumps[-1:]


def need_makedumpfile():
    if not shutil.which('makedumpfile'):
        print('skipped: makedumpfile is not installed')
        sys.exit(SKIPPED)


def run(*words, stdin=None, stdout=subprocess.PIPE):
    return subprocess.run([str(word) for word in words], stdin=stdin, stdout=stdout,
                          stderr=subprocess.PIPE)


def info(analyze, dump):
    done = run(analyze, 'info', dump)
    if done.returncode:
        sys.exit(f'{dump}: {done.stderr.decode()}')
    return json.loads(done.stdout)


def make(dump, work, about):
    """Forms of a dump: zlib and flattened as kdump-tools writes it, rearranged, uncompressed.
    about: what info says of it; a flattened one, which makedumpfile does not read, is the first."""
    flat, plain, loose = work / 'flat', work / 'plain', work / 'loose'
    level = about['dump']['dump_level']
    if about['dump']['format'] == 'kdump-flattened':
        flat = dump
    else:
        with open(flat, 'wb') as out:
            run('makedumpfile', '-F', '-c', '-d', level, dump, stdout=out)
    plain.unlink(missing_ok=True)
    with open(flat, 'rb') as source:
        run('makedumpfile', '-R', plain, stdin=source)
    loose.unlink(missing_ok=True)
    run('makedumpfile', '-d', level, plain, loose)
    for path in (flat, plain, loose):
        if not path.exists() or path.stat().st_size == 0:
            sys.exit(f'{dump}: makedumpfile made no {path.name}')
    return {'flattened zlib': flat, 'zlib': plain, 'uncompressed': loose}
