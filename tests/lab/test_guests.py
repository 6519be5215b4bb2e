# SPDX-License-Identifier: GPL-2.0-or-later
"""The small guest and its dumps, without a guest: archives, modules, saved states, refusals."""
import json
import lzma
import os
import struct
import subprocess
import unittest
from unittest import mock

from test_lab import WithPlaces

from lablib import (agent, bench, boot, cpio, dump, elf, image, machine, pages,  # noqa: E402
                    places, qemu, recipe, root, saved, site, small, tools, watch)
from lablib.talk import Progress, Refusal  # noqa: E402

QUIET = Progress(quiet=True)


class Archives(unittest.TestCase):
    def unpacked(self, data):
        """{path: (mode, content)} as the kernel's reader would have it."""
        found, at = {}, 0
        while True:
            self.assertEqual(data[at:at + 6], b"070701")
            fields = [int(data[at + i:at + i + 8], 16) for i in range(6, 110, 8)]
            mode, size, name_bytes = fields[1], fields[6], fields[11]
            name = data[at + 110:at + 110 + name_bytes - 1].decode()
            begin = (at + 110 + name_bytes + 3) & ~3
            if name == "TRAILER!!!":
                self.assertEqual(len(data) % 4, 0)
                return found
            self.assertNotIn(name, found)
            found[name] = (oct(mode), data[begin:begin + size])
            at = (begin + size + 3) & ~3

    def test_entries(self):
        archive = cpio.Archive()
        archive.file("/bin/tool", b"abcde", 0o755)
        archive.file("bin/other", b"")
        archive.link("sbin", "bin")
        archive.folder("a/b")
        archive.folder("a/b")
        self.assertEqual(list(self.unpacked(archive.plain()).items()), [
            ("bin", ("0o40755", b"")), ("bin/tool", ("0o100755", b"abcde")),
            ("bin/other", ("0o100644", b"")), ("sbin", ("0o120777", b"bin")),
            ("a", ("0o40755", b"")), ("a/b", ("0o40755", b""))])

    def test_another_may_follow(self):
        archive = cpio.Archive()
        archive.file("x", b"1")
        packed = archive.compressed()
        self.assertEqual((len(packed) % 4, packed[:2]), (0, b"\x1f\x8b"))


class Modules(WithPlaces):
    DEP = ("kernel/a-base.ko.xz:\n"
           "kernel/mid.ko.xz: kernel/a-base.ko.xz\n"
           "kernel/top_one.ko: kernel/mid.ko.xz kernel/a-base.ko.xz\n")

    def setUp(self):
        super().setUp()
        (self.folder / "kernel").mkdir()
        (self.folder / "modules.dep").write_text(self.DEP)
        (self.folder / "kernel/a-base.ko.xz").write_bytes(lzma.compress(b"base"))
        (self.folder / "kernel/top_one.ko").write_bytes(b"top")
        self.modules = small.Modules(self.folder)

    def test_closure(self):
        cases = (
            ("alone", ["a_base"], ["kernel/a-base.ko"]),
            ("with what it needs", ["top_one"],
             ["kernel/top_one.ko", "kernel/mid.ko", "kernel/a-base.ko"]),
            ("built in, or not there", ["ext4", "mid"], ["kernel/mid.ko", "kernel/a-base.ko"]),
        )
        for name, names, want in cases:
            with self.subTest(name):
                self.assertEqual(self.modules.closure(names), want)

    def test_unpacked(self):
        self.assertEqual(self.modules.content("kernel/a-base.ko"), b"base")
        self.assertEqual(self.modules.content("kernel/top_one.ko"), b"top")
        self.assertEqual(self.modules.dependencies(["kernel/mid.ko"]),
                         "kernel/mid.ko: kernel/a-base.ko\n")


class SavedStates(WithPlaces):
    def key(self, name="web1", **more):
        run = machine.Run(name=name, folder=places.runs() / name, image=self.folder,
                          kernel="6.1", initrd=self.folder / "initrd", **more)
        version = subprocess.CompletedProcess([], 0, stdout=b"QEMU 7.2", stderr=b"")
        with mock.patch.object(saved.subprocess, "run", return_value=version):
            return saved.path(run)

    def test_a_state_is_for_every_name(self):
        self.assertEqual(self.key("web1"), self.key("db7"))

    def test_a_state_fits_no_other_machine(self):
        keys = [self.key(), self.key(cpus=4), self.key(memory_mib=1024), self.key(append="quiet")]
        self.assertEqual(len(set(keys)), 4)

    def test_killed_while_saving(self):
        """A half written state has another name; nobody restores it."""
        state = self.key()
        state.parent.mkdir()
        state.with_suffix(".partial").write_bytes(b"half")
        self.assertFalse(state.exists())


class Restoring(WithPlaces):
    """What `lab up` does, with a QEMU that only notes it."""

    def up(self, state=None, fresh=False, restore=None):
        run, did = self.run_of("web1"), []
        path = self.folder / "saved/key.state"
        path.parent.mkdir()
        if state:
            path.write_bytes(state)

        def note(word, effect=None):
            def act(*_, **more):
                did.append(word + (" unborn" if more.get("unborn") else ""))
                return effect and effect()
            return act

        with mock.patch.multiple(boot, _new=lambda *_: run, wait_ready=note("wait"),
                                 _awaken=note("awaken")), \
             mock.patch.multiple(saved, path=lambda _: path, restore=note("restore", restore),
                                 save=note("save", lambda: path.write_bytes(b"s"))), \
             mock.patch.multiple(qemu, start=note("start"), end=note("end")):
            boot._up("web1", boot.Spec(fresh=fresh), QUIET)
        return did

    def test_first(self):
        self.assertEqual(self.up(), ["start unborn", "wait", "save", "end", "restore", "awaken",
                                     "wait"])

    def test_second(self):
        self.assertEqual(self.up(b"s"), ["restore", "awaken", "wait"])

    def test_fresh(self):
        self.assertEqual(self.up(b"s", fresh=True), ["start", "wait"])

    def test_a_state_that_does_not_load(self):
        failures = [Refusal("QEMU closed its monitor")]
        did = self.up(b"bad", restore=lambda: failures and self.fail_with(failures.pop()))
        self.assertEqual(did, ["restore", "end", "start unborn", "wait", "save", "end", "restore",
                               "awaken", "wait"])

    def fail_with(self, error):
        raise error


class Elf(WithPlaces):
    def test_put_right(self):
        path = self.folder / "dump"
        headers = b"".join(struct.pack("<IIQQQQQQ", 1, 0, 0x400 + i, i, i, 8, 8, 0)
                           for i in range(2))
        head = elf.HEADER.pack(b"\x7fELF\x02" + bytes(11), 4, 62, 1, 0, 192, 64, 0, 8, 56, 2, 64,
                               2, 1)
        path.write_bytes(head + bytes(128) + headers + bytes(1024))
        elf.put_right(path)
        content = path.read_bytes()
        fields = elf.HEADER.unpack(content[:64])
        self.assertEqual((fields[5], fields[6], fields[8]), (64, 0, 64))
        self.assertEqual(fields[11:], (0, 0, 0))
        self.assertEqual(content[64:64 + len(headers)], headers)

    def test_no_elf(self):
        path = self.folder / "dump"
        path.write_bytes(b"KDUMP   " + bytes(100))
        with self.assertRaisesRegex(Refusal, "is no 64-bit ELF file"):
            elf.put_right(path)


class Dumps(WithPlaces):
    HUNG = {"does": "loads a module", "way": "deadlock", "seed": 3, "options": [],
            "kernel": "6.1", "evidence": "two tasks in state D", "class": "deadlock",
            "culprits": ["a"], "locks": ["l"], "functions": ["f"], "victims": [], "module": "m"}

    def ready(self, **more):
        run = self.run_of("web1", ready=True, **more)
        (run.folder / "console.log").write_text("")
        run.save()
        patch = mock.patch.object(qemu, "pid_of", return_value=1)
        patch.start()
        self.addCleanup(patch.stop)
        return run

    def dump(self, *words):
        return self.lab("dump", "web1", "-o", str(self.folder / "f"), "--quiet", *words)

    def test_expected(self):
        run = self.ready(hung=self.HUNG)
        path = self.folder / "f"
        path.write_bytes(b"12345")
        dump.write_expected(dump.Taking(run, path, 31, 1, QUIET), dump.HOWS["host"], 5)
        got = json.loads((self.folder / "f.expected.json").read_text())
        self.assertEqual({key: got[key] for key in ("file", "bytes", "kernel", "class", "culprits",
                                                    "locks", "functions", "module", "notes")},
                         {"file": "f", "bytes": 5, "kernel": "6.1.0-1-amd64", "class": "deadlock",
                          "culprits": ["a"], "locks": ["l"], "functions": ["f"], "module": "m",
                          "notes": "two tasks in state D"})
        self.assertEqual(got["how"], {
            "cpus": 2, "mem_mib": 512, "taken": dump.HOWS["host"].taken, "filter": 31,
            "systemd": False, "did": "loads a module", "way": "deadlock", "seed": 3,
            "options": []})

    def test_a_machine_that_was_not_hung_is_healthy(self):
        run = self.ready()
        path = self.folder / "f"
        dump.write_expected(dump.Taking(run, path, None, 1, QUIET), dump.HOWS["host"], 0)
        got = json.loads((self.folder / "f.expected.json").read_text())
        self.assertEqual((got["class"], got["culprits"]), ("healthy", []))

    def test_refusals(self):
        self.ready(guest="debian")
        usage = mock.Mock(free=1 << 20)
        cases = (
            ("no space", [], mock.patch.object(dump.shutil, "disk_usage", lambda path: usage), 1,
             "has 1 MiB free, a dump of web1 may need 512\n  -o elsewhere"),
            ("Debian", [], mock.patch.object(dump.shutil, "disk_usage"), 7,
             "web1 is a Debian guest, whose kdump-tools write to its disk"),
            ("filter of virtual addresses", ["--how", "host-paging", "--filter", "31"],
             mock.patch.object(dump.shutil, "disk_usage"), 2,
             "makedumpfile reads no dump by virtual addresses\n  --how host takes a --filter"),
        )
        for name, words, patch, code, want in cases:
            with self.subTest(name), patch as usage_of:
                if isinstance(usage_of, mock.Mock):
                    usage_of.return_value.free = 1 << 40
                status, out, err = self.dump(*words)
                self.assertEqual((status, out), (code, ""))
                self.assertIn("lab: " if name != "no space" else want, err)
                self.assertIn(want, err)

    def test_too_hung_for_another_filter(self):
        self.ready(filter=31)
        with mock.patch.object(agent, "call", side_effect=agent.Silent("no answer")):
            status, _, err = self.dump("--filter", "0")
        self.assertEqual(status, 7)
        self.assertIn("web1 is too hung to load its capture kernel anew, for -d 0 in place of 31",
                      err)
        self.assertIn("lab up NAME --filter 0", err)

    def test_no_programs(self):
        self.ready()
        with mock.patch.object(site.places, "PROJECT", self.folder):
            status, _, err = self.dump()
        self.assertEqual(status, 3)
        self.assertEqual(err, f"lab: no {self.folder}/out/dint\n  ./build makes it\n")

    def test_no_dump(self):
        run = self.ready()
        (run.folder / "console.log").write_text("the last line\n")
        ended = {"dumps": [], "state": "no-dump", "history": [{"cause": "the disk is full"}]}
        with self.assertRaisesRegex(Refusal, "the incident ended as no-dump: the disk is full; the "
                                             "console's end:\n  \\| the last line"):
            dump._check_captured(run, ended)
        with self.assertRaisesRegex(Refusal, "panicked without its capture kernel"):
            dump._check_captured(run, {**ended, "dumps": [{"origin": "host"}]})

    def test_crashed_already(self):
        run = self.ready()
        capture = "[ 0.1] Kernel command line: console=ttyS0 elfcorehdr=0x7\n"
        cases = (("restored", "", False), ("in its capture kernel", capture, True),
                 ("up again", capture + "[ 0.1] Kernel command line: console=ttyS0\n", False))
        for name, text, want in cases:
            with self.subTest(name):
                (run.folder / "console.log").write_text(text)
                self.assertEqual(dump.crashed_already(run), want)


class Sending(WithPlaces):
    def send(self, *answers):
        ours = site.Site(self.run_of("web1"), self.folder)
        with mock.patch.object(ours, "dint", side_effect=answers) as dint, \
             mock.patch.object(site, "POLL_S", 0), mock.patch.object(site, "BEGIN_S", 0.05):
            ours._send()
        return dint.call_count

    def test_until_the_machine_is_reached(self):
        self.assertEqual(self.send(None, None, {"id": "inc-1"}), 3)

    def test_never_reached(self):
        with self.assertRaisesRegex(Refusal, "web1: no NMI was sent"):
            self.send(*[None] * 100000)


class NotReady(WithPlaces):
    def test_texts(self):
        run = self.run_of("web1")
        (run.folder / "console.log").write_text("one\ntwo\nKernel panic - not syncing: VFS\n")
        alive = mock.patch.object(qemu, "pid_of", return_value=1)
        gone = mock.patch.object(qemu, "pid_of", return_value=None)
        cases = (
            ("panic", alive, 0, "will not get ready: Kernel panic - not syncing: VFS; the "
             "console's end:\n  | one\n  | two\n  | Kernel panic"),
            ("QEMU gone", gone, 1 << 20, "QEMU ended during the boot; the console's end:\n  | one"),
            ("too slow", alive, 1 << 20, "not ready after 0.1 s; the console's end:\n  | one"),
        )
        for name, patch, start, want in cases:
            with self.subTest(name), patch, \
                 mock.patch.object(agent, "text", side_effect=agent.Silent("silence")):
                with self.assertRaises(Refusal) as raised:
                    boot.wait_ready(run, QUIET, 0.1, start)
                self.assertIn(want, str(raised.exception))


class Cleaning(WithPlaces):
    def cached(self, *names):
        for name in names:
            (places.cache() / name).mkdir(parents=True)

    def left(self):
        return sorted(path.name for path in places.cache().iterdir() if path.name != "locks")

    def test_clean(self):
        suite = recipe.SUITES["trixie"]
        mine = [recipe.tools_name(suite), recipe.guest_name("small", suite), "disks"]
        self.cached(*mine, "small-trixie-0123", "building-tools-trixie-0-1")
        self.assertEqual(self.lab("clean", "--quiet")[0], 0)
        self.assertEqual(self.left(), sorted(mine))
        self.assertEqual(self.lab("clean", "--all", "--quiet")[0], 0)
        self.assertEqual(self.left(), ["disks"])  # other runs' machines may have some

    def test_a_build_of_another_lab_goes_on(self):
        self.cached("building-tools-trixie-0-1", "building-tools-sid-0-1", "small-sid-9")
        with image.lock("tools-trixie-0"), image.lock("small-sid-9"):
            self.lab("clean", "--all", "--quiet")
            self.assertEqual(self.left(), ["building-tools-trixie-0-1", "small-sid-9"])

    def test_not_while_machines_run(self):
        run = self.run_of("web1", ready=True)
        run.save()
        with mock.patch.object(qemu, "pid_of", return_value=1):
            status, _, err = self.lab("clean")
        self.assertEqual((status, err), (7, "lab: 1 machines use the images\n  lab down --all\n"))

    @unittest.skipUnless(os.geteuid() == 0, "mounts need root")
    def test_an_orphan_build_with_a_mount(self):
        self.cached("building-tools-trixie-0-1")
        below = places.cache() / "building-tools-trixie-0-1/root/proc"
        below.mkdir(parents=True)
        if subprocess.run(["mount", "-t", "tmpfs", "lab", str(below)], check=False).returncode:
            self.skipTest("no mounts here")
        root.remove(places.cache() / "building-tools-trixie-0-1")
        self.assertEqual(self.left(), [])

    def test_a_killed_labs_dump_folder_is_taken_over(self):
        run = self.run_of("web1")
        left = self.folder / ".lab-dump-web1"
        left.mkdir()
        (left / "state").write_text("")
        with mock.patch.object(site.Site, "begin"), mock.patch.object(site, "_program"):
            with site.of(run, self.folder / "f") as ours:
                self.assertEqual(list(ours.folder.iterdir()), [])
        self.assertFalse(left.exists())


class Figures(WithPlaces):
    def test_table(self):
        table = bench.Table("what")
        for seconds in (1.0, 9.0, 2.04):
            table.add("bookworm", [("boots", seconds)])
        table.add("trixie", [("reboots", 3)])
        self.assertEqual(table.markdown(["bookworm", "trixie"]),
                         "| what | bookworm | trixie |\n|---|---|---|\n"
                         "| boots | 2.0 | – |\n| reboots | – | 3.0 |")

    def test_page(self):
        page = self.folder / "page.md"
        page.write_text("a\n<!-- bench: x -->\nold\n<!-- bench end -->\nb\n")
        pages.write("bench", "new\nlines", page)
        self.assertEqual(page.read_text(), "a\n<!-- bench: x -->\n\nnew\nlines\n\n"
                                           "<!-- bench end -->\nb\n")
        with self.assertRaisesRegex(Refusal, "has no marks for 'matrix'"):
            pages.write("matrix", "", page)

    def test_watch(self):
        run = self.run_of("web1")
        log = run.folder / "console.log"
        log.write_text("Linux version 1\n")
        with watch.Watch(run, [("capture", "Linux version"), ("again", "Linux version")]) as seen:
            with open(log, "a", encoding="ascii") as file:
                file.write("Linux version 2\nother\nLinux version 3\n")
            seen.thread.join()
        self.assertEqual([name for name, _ in seen.times], ["capture", "again"])
        self.assertEqual(seen.at, log.stat().st_size - len(" 3\n"))


class Programs(WithPlaces):
    def test_a_link_means_the_root_s_own(self):
        (self.folder / "root/lib").mkdir(parents=True)
        (self.folder / "root/lib/ld-2.31.so").write_bytes(b"loader")
        (self.folder / "root/ld.so").symlink_to("/lib/ld.so.2")
        (self.folder / "root/lib/ld.so.2").symlink_to("ld-2.31.so")
        self.assertEqual(tools.content(self.folder, "/ld.so"), b"loader")

    def test_not_there(self):
        with self.assertRaisesRegex(Refusal, "has no program 'kexec'"):
            tools.find(self.folder, "kexec")


if __name__ == "__main__":
    unittest.main()
