# SPDX-License-Identifier: GPL-2.0-or-later
"""The ways to hang, without a guest: their records, what they make of what a guest shows."""
import contextlib
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

PROJECT = pathlib.Path(__file__).resolve().parents[2]
LAB = pathlib.Path(__file__).resolve().parents[2] / "lab"
sys.dont_write_bytecode = True
sys.path.insert(0, str(LAB))

import ways  # noqa: E402
from lablib import (main, matrix, modules, names, way, way_cpus, way_load,  # noqa: E402
                    way_panic, way_tasks)
from lablib.talk import Progress, Refusal  # noqa: E402

ANSWER = {"class", "class_also_ok", "culprits", "locks", "devices", "cpus", "functions", "victims",
          "module", "notes"}


def hang_of(name, seed=1, cpus=2, **options):
    """A hang of a machine that is not there."""
    run = mock.Mock(cpus=cpus, hung=None)
    run.name = "web1"
    with mock.patch.object(way.console, "size", return_value=0):
        hang = way.Hang(run, ways.find(name), seed, way.Options(**options))
    hang.locks = [0xffff888000000048, 0xffff888000000068, 0xffff888000000090]
    return hang


class Records(unittest.TestCase):
    def test_whole(self):
        listed = [each.name for each in ways.WAYS]
        self.assertEqual(len(listed), len(set(listed)))
        for each in ways.WAYS:
            with self.subTest(each.name):
                self.assertTrue(each.summary and each.does and each.evidence)
                self.assertIn(each.becomes, (way.HUNG, way.PANICS, way.RUNS))
                self.assertEqual(set(each.answer(hang_of(each.name))), ANSWER)

    def test_each_file_is_listed(self):
        files = {path.stem for path in (LAB / "ways").glob("*.py")} - {"__init__"}
        self.assertEqual({each.name.replace("-", "_") for each in ways.WAYS}, files)
        sources = {path.stem for path in (LAB / "ways/module").glob("*.c")}
        self.assertLessEqual(sources, files)

    def test_what_does_is_there(self):
        for each in ways.WAYS:
            for path in re.findall(r"ways/\S+\.c", each.does):
                with self.subTest(each.name, path=path):
                    self.assertTrue((LAB / path).exists())

    def test_listed(self):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            self.assertEqual(main.main(["ways", "--json"]), 0)
        self.assertEqual([each["name"] for each in json.loads(out.getvalue())],
                         [each.name for each in ways.WAYS])

    def test_too_few_cpus(self):
        with self.assertRaisesRegex(Refusal, "irqs-off needs 2 CPUs, web1 has 1\n  lab up NAME"):
            way.carry_out(hang_of("irqs-off", cpus=1), Progress(quiet=True))


class Seeds(unittest.TestCase):
    def test_other_names_same_answer(self):
        """But for the names, which are all different, two seeds are one hang."""
        for each in ways.WAYS:
            one, two = (each.answer(hang_of(each.name, seed)) for seed in (1, 2))
            with self.subTest(each.name):
                for key in ("class", "class_also_ok", "cpus"):
                    self.assertEqual(one[key], two[key])
                for key in ("culprits", "locks", "functions", "victims", "devices"):
                    self.assertEqual(len(one[key]), len(two[key]))
                    self.assertFalse((set(one[key]) & set(two[key])) - {None})

    def test_allocated_locks_have_addresses(self):
        for name in ("deadlock", "deadlock-cycle", "self-deadlock", "lock-held", "device-wait",
                     "spin"):
            plain = ways.find(name).answer(hang_of(name))
            hang = hang_of(name, allocated=True)
            with self.subTest(name):
                self.assertTrue(plain["locks"])
                self.assertEqual(ways.find(name).answer(hang)["locks"],
                                 [f"{at:#x}" for at in hang.locks[:len(plain["locks"])]])


class Secrets(unittest.TestCase):
    def test_no_name_of_the_lab_outside(self):
        """What is to find out what hung a machine must not know the names."""
        things, deeds = "|".join(names.THINGS), "|".join(names.DEEDS)
        drawn = re.compile(rf"\b(?:(?:{things})(?:{things})(?:_(?:{things}|{deeds})|\b)"
                           rf"|(?:{things})(?:{deeds})\b|k(?:{things})/\d)")
        self.assertTrue(all(drawn.search(name) for name in names.draw(1)["functions"]))
        self.assertTrue(all(drawn.search(name) for name in names.draw(1)["programs"]))
        try:
            listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, check=True,
                                    capture_output=True, text=True).stdout.split("\0")
        except (OSError, subprocess.CalledProcessError):
            self.skipTest("no git, or no clone")
        for path in filter(None, listed):
            if not path.startswith(("lab/", "tests/")) and (PROJECT / path).is_file():
                text = (PROJECT / path).read_text(encoding="utf-8", errors="replace")
                self.assertIsNone(drawn.search(text), path)


STACK = """[<0>] vat_fill+0x11/0x20 [vat]
[<0>] kthread+0xda/0x100
"""


class Tasks(unittest.TestCase):
    CASES = (
        ("none", "", []),
        ("one", "@12 3+4 a name\n" + STACK,
         [(12, "a name", "3+4", ("vat_fill", "kthread"))]),
        ("without a stack, and two",
         "@12 3+4 a\n@13 0+0 b\n" + STACK,
         [(12, "a", "3+4", ()), (13, "b", "0+0", ("vat_fill", "kthread"))]),
        ("an address without a symbol", "@1 0+0 a\n[<0>] 0xffffffffc0000010\n",
         [(1, "a", "0+0", ("0xffffffffc0000010",))]),
    )

    def test_parse(self):
        for name, text, want in self.CASES:
            with self.subTest(name):
                self.assertEqual([(task.pid, task.comm, task.switches, task.stack)
                                  for task in way_tasks.parse(text)], want)

    def looks(self, *samples):
        """What `stand` says after each of (seconds, what the guest shows)."""
        hang, said = hang_of("deadlock"), []
        for now, text in samples:
            with mock.patch.object(way_tasks.agent, "text", return_value=text), \
                 mock.patch.object(way_tasks.time, "monotonic", return_value=now):
                said.append(way_tasks.stand(hang, {"a": "vat_fill"}))
        return [bool(each) for each in said]

    def test_stand(self):
        still = "@12 3+4 a\n" + STACK
        moved, elsewhere = still.replace("3+4", "3+5"), still.replace("vat_fill", "vat_pour")
        cases = (
            ("long enough", [(0, still), (2, still), (3.1, still)], [False, False, True]),
            ("a context switch", [(0, still), (2, moved), (4, moved)], [False, False, False]),
            ("moved and came back", [(0, still), (2, ""), (4, still)], [False, False, False]),
            ("in another function", [(0, elsewhere), (9, elsewhere)], [False, False]),
            ("another task", [(0, still.replace(" a", " b")), (9, still.replace(" a", " b"))],
             [False, False]),
        )
        for name, samples, want in cases:
            with self.subTest(name):
                self.assertEqual(self.looks(*samples), want)


REGISTERS = """
CPU#0
RAX=0000000000000000 RBX=0000000000000265 RCX=000000000000ba77 RDX=0000000000000000
RIP=ffffffff94aff001 RFL=00000246 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=1
ES =0000 0000000000000000 00000000 00000000
CPU#1
RIP=000000000041d18a RFL=00000046 [---Z-P-] CPL=3 II=0 A20=1 SMM=0 HLT=0
"""


class Cpus(unittest.TestCase):
    def test_parse(self):
        first, second = way_cpus.parse(REGISTERS)
        self.assertEqual((first.rip, first.interrupts, first.cpl, first.halted),
                         (0xffffffff94aff001, True, 0, True))
        self.assertEqual((second.rip, second.interrupts, second.cpl, second.halted),
                         (0x41d18a, False, 3, False))
        self.assertTrue(second.within((0x41d18a, 0x41d18b)))
        self.assertFalse(second.within((0x41d100, 0x41d18a)))

    def test_holds(self):
        hang, said = hang_of("spin"), []
        for now, true in ((0, True), (3, True), (4, True), (5, False), (6, True), (9, True)):
            with mock.patch.object(way_cpus.time, "monotonic", return_value=now):
                said.append(way_cpus.holds(hang, "key", true, 4))
        self.assertEqual(said, [False, False, True, False, False, False])

    def test_load(self):
        self.assertEqual(way_load.parse("cpu  10 1 20 300 5 2 3 0 0 0"),
                         {"user": 11, "system": 25, "idle": 305})


class Panics(unittest.TestCase):
    OOPS = "[  1.0] BUG: kernel NULL pointer dereference, address: 0000000000000040\n"
    BANNER = "[  0.0] Kernel command line: x elfcorehdr=0x1\n"
    STOPPED = "[  2.0] ---[ end Kernel panic - not syncing: Fatal exception ]---\n"

    def crashed(self, console, memory=()):
        hang = hang_of("oops")
        with mock.patch.object(way.console, "read", return_value=console), \
             mock.patch.object(way_panic, "_in_memory", return_value=list(memory) or [None]):
            return way_panic.crashed(hang, "BUG: kernel NULL")

    def test_crashed(self):
        cases = (
            ("still running", self.OOPS, (), None),
            ("stopped", self.OOPS + self.STOPPED, (), "the kernel stopped"),
            ("captured", self.OOPS + self.BANNER, (), "the capture kernel started"),
            ("ended, of something else", self.STOPPED, (), None),
            ("said in memory only", self.BANNER, ("BUG: kernel NULL",), "capture kernel started"),
        )
        for name, console, memory, want in cases:
            with self.subTest(name):
                said = self.crashed(console, memory)
                self.assertIn(want, said) if want else self.assertIsNone(said)


class Symbols(unittest.TestCase):
    LISTING = ("\nvat.ko:     file format elf64-x86-64\n\nSYMBOL TABLE:\n"
               "0000000000000000 l    d  .text\t0000000000000000 .text\n"
               "0000000000000020 l     F .text\t0000000000000030 vat_fill\n"
               "0000000000000040 l     O .bss\t0000000000000020 vat_rill_3\n"
               "0000000000000000         *UND*\t0000000000000000 __mutex_init\n")

    def test_listing(self):
        self.assertEqual(modules._symbols(self.LISTING), {"vat_fill": (".text", 0x20, 0x30),
                                                          "vat_rill_3": (".bss", 0x40, 0x20)})

    def test_located(self):
        hang = hang_of("deadlock")
        hang._locate(modules.Module("vat", b"", modules._symbols(self.LISTING)),
                     0xffffffffc0000000, "18446744072635809792,16,0")
        self.assertEqual(hang.functions, {"vat_fill": (0xffffffffc0000020, 0xffffffffc0000050)})
        self.assertEqual(hang.locks, [0xffffffffc0000000, 16])


class Table(unittest.TestCase):
    def test_cases(self):
        text = "# all\ndeadlock,oops bookworm,trixie cpus=4 seed=9 allocated # more\n\n" \
               "deadlock bookworm cpus=4 seed=9 allocated\nnone bookworm\n"
        self.assertEqual([case.name for case in matrix.read(text)],
                         ["deadlock-bookworm-4cpu-seed9-allocated",
                          "oops-bookworm-4cpu-seed9-allocated",
                          "deadlock-trixie-4cpu-seed9-allocated",
                          "oops-trixie-4cpu-seed9-allocated", "none-bookworm-2cpu-seed1"])

    def test_refusals(self):
        cases = (
            ("deadlock", "line 1: ways and suites are missing"),
            ("\ndead bookworm", "line 2: no way 'dead'\n  there are: deadlock, "),
            ("all buzz", "line 1: no suite 'buzz'\n  there are: bullseye, "),
            ("all all cpu=2", "line 1: 'cpu=2' means nothing here\n  there are: cpus=N, seed=N, "
             "allocated, quiet-watchdogs, no-kdump"),
            ("all all cpus=two", "line 1: 'cpus=two' means nothing here"),
        )
        for text, want in cases:
            with self.subTest(text), self.assertRaises(Refusal) as refused:
                matrix.read(text)
            self.assertIn(want, str(refused.exception))

    def test_ours(self):
        """Every way on every kernel with two CPUs, and two seeds on one of them."""
        cases = set(matrix.read((LAB / "matrix.table").read_text(encoding="utf-8")))
        for each in ways.WAYS:
            for suite in matrix.recipe.SUITES:
                self.assertIn(matrix.Case(each.name, suite), cases)
            self.assertIn(matrix.Case(each.name, "bookworm", seed=2), cases)


class Matrix(unittest.TestCase):
    CASES = [matrix.Case(name, suite) for name in ("deadlock", "oops")
             for suite in ("bookworm", "trixie")]

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.done = []

    def job(self, **more):
        return matrix.Job(pathlib.Path(self.folder.name), None, **more)

    def run_with(self, job, status=lambda case: matrix.VERIFIED):
        def perform(case, job, slot):
            self.done.append(case.name)
            what = {"evidence": "e"} if status(case) == matrix.VERIFIED else {"reason": "r\nmore"}
            return {"case": case.name, **matrix.dataclasses.asdict(case), "kernel": "6.1",
                    "status": status(case), "seconds": {"hang": 1.26, "all": 2.0}, **what}

        with mock.patch.object(matrix, "perform", perform):
            return matrix.run(self.CASES, job, Progress(quiet=True))

    def test_goes_on_where_it_stopped(self):
        self.run_with(self.job(), lambda case: {"deadlock-bookworm-2cpu-seed1": matrix.FAILED,
                                                "oops-trixie-2cpu-seed1": matrix.IMPOSSIBLE}
                      .get(case.name, matrix.VERIFIED))
        self.assertEqual(len(self.done), 4)
        self.done.clear()
        results = self.run_with(self.job(jobs=2))
        self.assertEqual(self.done, ["deadlock-bookworm-2cpu-seed1"])
        self.assertEqual([each["case"] for each in results], [case.name for case in self.CASES])
        self.done.clear()
        self.run_with(self.job(again=True, jobs=2))
        self.assertEqual(len(self.done), 4)

    def test_markdown(self):
        results = self.run_with(self.job(), lambda case: matrix.IMPOSSIBLE if case.suite ==
                                "trixie" and case.way == "oops" else matrix.VERIFIED)
        self.assertEqual(matrix.markdown(results),
                         "| 2 CPUs, seed 1 | bookworm 6.1 | trixie 6.1 |\n"
                         "|---|---|---|\n"
                         "| `deadlock` | 1.3 | 1.3 |\n"
                         "| `oops` | 1.3 | impossible (1) |\n\n"
                         "1. impossible: r")

    def test_a_dump_from_outside_needs_a_kernel_that_stays(self):
        for name, how, want in (("oops", "host", True), ("oops", "kdump", False),
                                ("oops", None, False), ("deadlock", "host", False)):
            with self.subTest(name, how=how):
                options = matrix._options(matrix.Case(name, "bookworm"), self.job(dump=how))
                self.assertEqual(options.no_kdump, want)


if __name__ == "__main__":
    unittest.main()
