# SPDX-License-Identifier: GPL-2.0-or-later
"""The ways to hang, without a guest: their records, what they make of what a guest shows."""
import contextlib
import io
import json
import pathlib
import re
import sys
import unittest
from unittest import mock

LAB = pathlib.Path(__file__).resolve().parents[2] / "lab"
sys.dont_write_bytecode = True
sys.path.insert(0, str(LAB))

import ways  # noqa: E402
from lablib import main, way  # noqa: E402
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


if __name__ == "__main__":
    unittest.main()
