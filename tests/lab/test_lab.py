# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab without a guest: what it makes of names, sources, recipes, frames and mistakes."""
import contextlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

LAB = pathlib.Path(__file__).resolve().parents[2] / "lab"
sys.dont_write_bytecode = True
sys.path.insert(0, str(LAB))

from lablib import (agent, archive, config, machine, main, names, places, qemu,  # noqa: E402
                    recipe, root, small)
from lablib.talk import Progress, Refusal  # noqa: E402


class WithPlaces(unittest.TestCase):
    """Gives each test a cache and a runtime directory of its own."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lab"))
        self.addCleanup(shutil.rmtree, self.folder)
        patch = mock.patch.dict(os.environ, XDG_CACHE_HOME=str(self.folder / "cache"),
                                XDG_RUNTIME_DIR=str(self.folder / "run"))
        patch.start()
        self.addCleanup(patch.stop)
        (self.folder / "run").mkdir()

    def run_of(self, name, **more):
        return machine.new(name, image=self.folder / "image", kernel="6.1.0-1-amd64",
                           initrd=self.folder / "image/initrd", **more)

    def lab(self, *words):
        """(exit status, stdout, stderr) of a command line."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main.main(list(words))
        return status, out.getvalue(), err.getvalue()


class Recipe(WithPlaces):
    def copy(self):
        shutil.copytree(LAB, self.folder / "lab", ignore=shutil.ignore_patterns("__pycache__"))
        return self.folder / "lab"

    def names(self, lab=LAB):
        """Of the tools, the small guest and the Debian guest."""
        suite = recipe.SUITES["bookworm"]
        return [recipe.tools_name(suite, lab=lab),
                *(recipe.guest_name(kind, suite, lab=lab) for kind in ("small", "debian"))]

    def test_same_sources_same_name(self):
        self.assertEqual(self.names(), self.names(self.copy()))

    def test_names_change_with(self):
        lab = self.copy()
        cases = (  # what, how, of which of the three the name changes
            ("a byte of the tools", lambda: (lab / "image/tools/packages").write_text("a\n"),
             (1, 1, 1)),
            ("a file of the small guest", lambda: (lab / "image/small/root/motd").write_text(""),
             (0, 1, 0)),
            ("a mode in the Debian guest", lambda: (lab / "image/debian/configure").chmod(0o600),
             (0, 0, 1)),
            ("the agent", lambda: (lab / "agent/agent.c").write_text(""), (1, 1, 1)),
            ("a way", lambda: (lab / "ways/module/oops.c").write_text(""), (0, 0, 0)),
        )
        before = self.names(lab)
        for what, change, want in cases:
            with self.subTest(what):
                change()
                after = self.names(lab)
                self.assertEqual(tuple(int(a != b) for a, b in zip(after, before)), want)
                before = after

    def test_every_suite_and_kernel_has_its_own(self):
        every = [recipe.guest_name(kind, suite, kernel) for suite in recipe.SUITES.values()
                 for kind in ("small", "debian")
                 for kernel in ("linux-image-amd64", "linux-image-cloud-amd64")]
        self.assertEqual(len(every), len(set(every)))

    def test_a_kernel_file_is_known_by_its_content(self):
        suite, file = recipe.SUITES["trixie"], self.folder / "k.deb"
        file.write_bytes(b"1")
        before = recipe.tools_name(suite, str(file))
        file.write_bytes(b"2")
        self.assertNotEqual(before, recipe.tools_name(suite, str(file)))

    def test_rows(self):
        path = self.folder / "list"
        path.write_text("# all\nboth\tone two # three\nsystem four\nboth five\n")
        self.assertEqual(recipe.rows(path), {"both": ["one", "two", "five"], "system": ["four"]})

    def test_words(self):
        path = self.folder / "list"
        path.write_text("# all\none two\t# three\n\nfour\n")
        self.assertEqual(recipe.words(path), ["one", "two", "four"])


class Archive(unittest.TestCase):
    CASES = (
        ("plain", "'http://a/debian/dists/bookworm/InRelease' x 0\n", {"": "http://a/debian"}),
        ("all three",
         "'http://a/debian/dists/trixie/InRelease' x 0\n"
         "'http://a/debian/dists/trixie-updates/InRelease' x 0\n"
         "'http://b/sec/dists/trixie-security/InRelease' x 0\n",
         {"": "http://a/debian", "-updates": "http://a/debian", "-security": "http://b/sec"}),
        ("old security suite", "'http://b/sec/dists/bookworm/updates/InRelease' x 0\n",
         {"": "http://b/sec"}),
        ("others are passed over", "'http://c/apt/dists/cloud-bookworm/InRelease' x 0\n"
                                   "'http://c/apt/dists/bookworm-backports/InRelease' x 0\n", {}),
        ("the first wins", "'http://a/d/dists/bookworm/InRelease' x 0\n"
                           "'http://z/d/dists/bookworm/InRelease' x 0\n", {"": "http://a/d"}),
    )

    def test_uris(self):
        for name, printed, want in self.CASES:
            with self.subTest(name):
                self.assertEqual(archive.release_uris(printed), want)

    def sources(self, printed, suite):
        done = subprocess.CompletedProcess([], 0, stdout=printed, stderr="")
        with mock.patch.object(archive.subprocess, "run", return_value=done):
            return archive.sources(suite)

    def test_suite_is_rewritten(self):
        self.assertEqual(self.sources(self.CASES[1][1], "bookworm"),
                         ["deb http://a/debian bookworm main",
                          "deb http://a/debian bookworm-updates main",
                          "deb http://b/sec bookworm-security main"])

    def test_no_debian(self):
        with self.assertRaisesRegex(Refusal, "apt's own sources name no Debian archive"):
            self.sources("", "bookworm")


class Names(unittest.TestCase):
    def test_seed_decides(self):
        self.assertEqual(names.draw(7), names.draw(7))
        self.assertNotEqual(names.draw(7), names.draw(8))

    def test_no_name_twice(self):
        for seed in range(50):
            drawn = names.draw(seed)
            tasks = drawn["tasks"] + drawn["programs"] + [drawn["bystander"] + "0"]
            every = tasks + drawn["locks"] + drawn["functions"] + drawn["runs"]
            every += [drawn[kind] for kind in ("module", "queue", "cache", "volume")]
            self.assertEqual(len(every), len(set(every)), seed)
            self.assertTrue(all(len(task) <= 15 for task in tasks), seed)


class Section(WithPlaces):
    def test_text(self):
        self.assertEqual(config.section(self.run_of("web1")),
                         "[machine web1]\n"
                         "driver = qmp\n"
                         f"address = {self.folder}/run/dint-lab/web1/qmp\n"
                         f"console = {self.folder}/run/dint-lab/web1/console\n"
                         f"channel = {self.folder}/run/dint-lab/web1/dint\n")


class Qemu(WithPlaces):
    def test_command(self):
        words = qemu.command(self.run_of("web1", append="quiet"))
        for name, want in (("no exit at a panic", "panic=none"),
                           ("the port dintd speaks through",
                            "virtserialport,chardev=dint,name=org.dint.guest.0,id=dintport"),
                           ("the kernel's words", "quiet"),
                           ("its name", "name=opt/org.dint.lab/name,string=-web1")):
            with self.subTest(name):
                self.assertIn(want, words)
        self.assertEqual(sum("mode=control" in word for word in words), 2)
        self.assertNotIn("-drive", words)

    def test_disk(self):
        words = qemu.command(self.run_of("web1", disk="/d"))
        self.assertIn("-drive", words)

    def test_foreign_pid_is_not_ours(self):
        run = self.run_of("web1")
        (run.folder / "pid").write_text(str(os.getpid()))
        self.assertIsNone(qemu.pid_of(run.folder))


class Frames(unittest.TestCase):
    ID = "0123456789abcdef" * 2

    def feed(self, data, step):
        reply = agent.Reply(self.ID)
        for at in range(0, len(data), step):
            reply.feed(data[at:at + step])
        return reply.status, b"".join(reply.output)

    def test_replies(self):
        mine, other = f"\nlab {self.ID} ", "\nlab " + "f" * 32 + " "
        inner = mine + "end 7\n"
        cases = (
            ("plain", mine + "out 2\nhi" + mine + "end 0\n", 0, "hi"),
            ("no output", mine + "end 3\n", 3, ""),
            ("garbage before", "x\nlab zz\n\nlab " + mine + "out 1\na" + mine + "end 0\n", 0, "a"),
            ("an older request's",
             other + "out 3\nold" + other + "end 9\n" + mine + "end 1\n", 1, ""),
            ("a header in the output",
             mine + f"out {len(inner)}\n" + inner + mine + "end 0\n", 0, inner),
            ("unfinished", mine + "out 5\nab", None, ""),
        )
        for name, data, status, output in cases:
            for step in (1, 7, 1000):
                with self.subTest(name, step=step):
                    self.assertEqual(self.feed(data.encode(), step), (status, output.encode()))


class Remains(WithPlaces):
    def test_a_killed_lab_leaves_nothing(self):
        run = self.run_of("web1")
        run.overlay.write_text("")
        self.assertEqual(machine.all_runs(), [])
        self.assertFalse(run.folder.exists())
        self.assertFalse(run.overlay.exists())

    def test_a_booting_machine_is_left_alone(self):
        run = self.run_of("web1")
        with places.lock(machine.lock_path("web1")):
            machine.clean_up()
            self.assertTrue(run.folder.exists())

    def test_a_machine_of_another_version_is_left_alone(self):
        run = self.run_of("web1", ready=True)
        run.save()
        path = run.folder / "state.json"
        state = json.loads(path.read_text())
        path.write_text(json.dumps({**state, "mood": "new"}))
        with mock.patch.object(qemu, "pid_of", return_value=1):
            self.assertEqual([run.name for run in machine.all_runs()], ["web1"])
            del state["initrd"]
            path.write_text(json.dumps(state))
            self.assertEqual([run.name for run in machine.all_runs()], ["web1"])

    def test_an_ended_qemu_is_cleaned(self):
        run = self.run_of("web1")
        run.ready = True
        run.save()
        machine.clean_up()
        self.assertEqual(list((self.folder / "run/dint-lab").glob("*")), [])

    def test_an_unfinished_image_is_no_image(self):
        left = places.cache() / "building-bookworm-1"
        left.mkdir(parents=True)
        with mock.patch.object(root, "check_host"), \
             mock.patch.object(root, "bootstrap", side_effect=Refusal("no archive")):
            with self.assertRaisesRegex(Refusal, "no archive"):
                small.get(recipe.SUITES["bookworm"], recipe.KERNEL, Progress(quiet=True))
        self.assertFalse(left.exists())
        self.assertEqual([path.name for path in places.cache().glob("tools-*")], [])


class Refusals(WithPlaces):
    def test_texts(self):
        cases = (
            (["up", "Web 1"], 2, "'Web 1' cannot be a machine's name"),
            (["up", "web1", "--suite", "buzz"], 2,
             "no suite 'buzz'\n  there are: bullseye, bookworm, trixie, unstable"),
            (["up", "web1", "--kernel", "linux-headers-amd64"], 2,
             "'linux-headers-amd64' is no kernel's package"),
            (["up", "web1", "--kernel", "./none.deb"], 3, "no kernel at ./none.deb"),
            (["up", "web1", "--memory", "256"], 2,
             "256 MiB leave too little beside crashkernel=128M\n  --memory 384 at least"),
            (["down"], 2, "down: which machine?\n  lab down NAME, or lab down --all"),
            (["down", "web1"], 3, "no machine 'web1'\n  lab list shows all"),
            (["nmi", "web1"], 3,
             "no machine 'web1'\n  lab up web1 makes one; lab list shows all"),
            (["hang", "web1", "deadlock"], 3, "no machine 'web1'"),
        )
        for words, code, want in cases:
            with self.subTest(words):
                status, out, err = self.lab(*words)
                self.assertEqual((status, out), (code, ""))
                self.assertIn("lab: " + want, err)

    def test_name_in_use(self):
        with places.lock(machine.lock_path("web1")):
            self.run_of("web1")
            status, _, err = self.lab("up", "web1")
        self.assertEqual(status, 7)
        self.assertEqual(err, "lab: a machine 'web1' exists already\n"
                              "  lab down web1 ends it; or take another name\n")

    def test_no_qemu(self):
        with mock.patch.object(root.shutil, "which",
                               lambda tool, path: tool != "qemu-system-x86_64"):
            _, _, err = self.lab("up", "web1")
        self.assertEqual(err, "lab: qemu-system-x86_64 is not installed\n"
                              "  apt-get install qemu-system-x86\n")

    def test_no_space(self):
        usage = mock.Mock(free=1 << 20)
        with mock.patch.object(root.shutil, "which", lambda tool, path: tool), \
             mock.patch.object(root.os, "geteuid", lambda: 0), \
             mock.patch.object(root.shutil, "disk_usage", lambda path: usage):
            _, _, err = self.lab("up", "web1")
        self.assertIn("has 1 MiB free, an image needs 4096\n  lab clean, or", err)

    def test_command_log_is_shown(self):
        log = self.folder / "log"
        with self.assertRaisesRegex(Refusal, r"making tea: exit status 3.*\n  \| no kettle"):
            root.run(["sh", "-c", "echo no kettle; exit 3"], log, "making tea")

    def test_a_build_s_cause(self):
        cases = (
            ("E: Failed to fetch http://a/InRelease  Could not connect", 6, "apt-get update"),
            ("E: Unable to locate package linux-headers-9", 3, "apt-cache search linux-image"),
            ("mke2fs: No space left on device", 1, "XDG_CACHE_HOME"),
            ("something else", 1, "lab clean, then again"),
        )
        for said, status, hint in cases:
            with self.subTest(said), self.assertRaises(Refusal) as raised:
                root.run(["sh", "-c", f"echo '{said}'; exit 1"], self.folder / said[:9], "it")
            self.assertEqual(raised.exception.status, status)
            self.assertIn(hint, raised.exception.hint)

    def test_long_path(self):
        with mock.patch.dict(os.environ, XDG_RUNTIME_DIR=str(self.folder / ("x" * 90))):
            (self.folder / ("x" * 90)).mkdir()
            _, _, err = self.lab("up", "web1")
        self.assertRegex(err, r"too long for sockets by \d+ bytes\n  set XDG_RUNTIME_DIR")


class Verbs(WithPlaces):
    def test_every_verb_has_an_example(self):
        for name, *_ in main.VERBS:
            with self.subTest(name), contextlib.redirect_stdout(io.StringIO()) as out:
                with self.assertRaises(SystemExit):
                    main.main([name, "--help"])
                self.assertIn(f"example: lab {name}", out.getvalue())


if __name__ == "__main__":
    unittest.main()
