# SPDX-License-Identifier: GPL-2.0-or-later
"""`lab matrix`: ways × kernels × CPUs, seeds and options, each a case on a machine of its own.

    TABLE   lines of what to try (matrix.table says how) -> [Case]
    OUT/    a file a case with its result; what is there and good is not done again

Cases that share a kernel follow one another. A machine is restored for each, hung, and ended; with
`--dump HOW` its memory is kept beside the result.
"""
import concurrent.futures
import dataclasses
import json
import os
import time

import ways

from . import boot, dump, machine, recipe, way
from .agent import Silent
from .talk import Progress, Refusal

VERIFIED, IMPOSSIBLE, FAILED = "verified", "impossible", "failed"


@dataclasses.dataclass(frozen=True)
class Case:
    way: str
    suite: str
    cpus: int = 2
    seed: int = 1
    options: tuple = ()

    @property
    def group(self):
        """What a table of results has in common."""
        return (self.cpus, self.seed, self.options)

    @property
    def name(self):
        return "-".join([self.way, self.suite, f"{self.cpus}cpu", f"seed{self.seed}",
                         *self.options])


# the table

def read(text):
    """[Case] of a table, in its order, none twice."""
    cases = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#")[0].split()
        if words:
            cases |= dict.fromkeys(_of_line(words, f"line {number}"))
    return list(cases)


def _of_line(words, where):
    if len(words) < 2:
        raise Refusal(f"{where}: ways and suites are missing", "such as: all all cpus=2 seed=1",
                      Refusal.BAD_REQUEST)
    numbers, options = {"cpus": 2, "seed": 1}, []
    for word in words[2:]:
        key, equals, value = word.partition("=")
        if equals and key in numbers and value.isdigit():
            numbers[key] = int(value)
        elif word.replace("-", "_") in way.Options.__dataclass_fields__:
            options.append(word)
        else:
            raise Refusal(f"{where}: '{word}' means nothing here", "there are: cpus=N, seed=N, "
                          + ", ".join(way.Options.all_words()), Refusal.BAD_REQUEST)
    return [Case(each, suite, **numbers, options=tuple(options))
            for suite in _named(words[1], recipe.SUITES, f"{where}: no suite")
            for each in _named(words[0], [known.name for known in ways.WAYS], f"{where}: no way")]


def _named(word, known, complaint):
    names = list(known) if word == "all" else word.split(",")
    for name in names:
        if name not in known:
            raise Refusal(f"{complaint} '{name}'", "there are: " + ", ".join(known),
                          Refusal.NOT_FOUND)
    return names


# one case

@dataclasses.dataclass(frozen=True)
class Job:
    """How the cases are done."""
    out: object              # the folder of results, or None
    machine: boot.Spec       # suite and cpus are the case's
    dump: str = None         # of dump.HOWS
    jobs: int = 1
    again: bool = False


def perform(case, job, slot):
    """The result of a case, as it is kept."""
    seconds, result = {}, {"case": case.name, **dataclasses.asdict(case), "kernel": None}
    name = f"mx{os.getpid()}-{slot}"
    began = time.monotonic()
    try:
        run = _timed(seconds, "up", lambda: boot.up(name, dataclasses.replace(
            job.machine, suite=case.suite, cpus=case.cpus), Progress(quiet=True)))
        result["kernel"] = run.kernel
        options = _options(case, job)
        hung = _timed(seconds, "hang", lambda: way.hang(run, ways.find(case.way), case.seed,
                                                        options, Progress(quiet=True)))
        seconds["hang"] = hung["seconds"]  # without compiling
        result |= {"status": VERIFIED, "evidence": hung["evidence"], "answer": hung}
        if job.dump:
            _timed(seconds, "dump", lambda: _dump(case, job, run))
    except way.Impossible as reason:
        result |= {"status": IMPOSSIBLE, "reason": str(reason).splitlines()[0]}
    except (Refusal, Silent, OSError) as problem:
        result |= {"status": FAILED, "reason": str(problem)}
    finally:
        machine.remove(name)
    seconds["all"] = time.monotonic() - began
    return result | {"seconds": {key: round(value, 2) for key, value in seconds.items()}}


def _timed(seconds, key, what):
    began = time.monotonic()
    try:
        return what()
    finally:
        seconds[key] = time.monotonic() - began


def _options(case, job):
    """A kernel that panics by itself must stay, for a dump from outside."""
    words = {word.replace("-", "_"): True for word in case.options}
    if job.dump not in (None, "kdump") and ways.find(case.way).becomes == way.PANICS:
        words["no_kdump"] = True
    return way.Options(**words)


def _dump(case, job, run):
    dump.take(dump.Taking(run, job.out / f"{case.name}.dump", None, dump.CAPTURE_S,
                          Progress(quiet=True)), dump.HOWS[job.dump])


# all of them

def run(cases, job, progress):
    """[result] in the order of the cases."""
    results = {case: kept for case in cases if (kept := _kept(case, job))}
    left = [case for case in cases if case not in results]
    if results:
        progress.say(f"{len(results)} of {len(cases)} cases were done before")
    slots, began = list(range(job.jobs)), time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(job.jobs) as pool:
        try:
            waiting = {pool.submit(_in_slot, case, job, slots): case for case in left}
            for number, done in enumerate(concurrent.futures.as_completed(waiting), 1):
                case = waiting[done]
                results[case] = done.result()
                _keep(results[case], job)
                spent = time.monotonic() - began
                _tell(progress, results[case], spent / number * (len(left) - number))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for slot in range(job.jobs):
                machine.remove(f"mx{os.getpid()}-{slot}")
            raise
    return [results[case] for case in cases]


def _in_slot(case, job, slots):
    slot = slots.pop()
    try:
        return perform(case, job, slot)
    finally:
        slots.append(slot)


def _tell(progress, result, left_s):
    what = f"{result['seconds'].get('hang', 0):.1f} s" if result["status"] == VERIFIED \
        else result["reason"]
    progress.say(f"{result['case']}: {result['status']}: {what}; {left_s / 60:.1f} min left")


def _path(case, job):
    return job.out / f"{case.name}.json"


def _kept(case, job):
    """The result of an earlier run, unless it failed."""
    if job.again or not job.out or not _path(case, job).exists():
        return None
    result = json.loads(_path(case, job).read_text(encoding="utf-8"))
    return None if result["status"] == FAILED else result


def _keep(result, job):
    if job.out:
        path = job.out / f"{result['case']}.json"
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        partial.rename(path)


# what came of it

def markdown(results):
    """A table for each group: seconds from the way's beginning to its evidence."""
    groups = {}
    for result in results:
        key = (result["cpus"], result["seed"], tuple(result["options"]))
        groups.setdefault(key, []).append(result)
    notes = []
    tables = [_table(key, of, notes) for key, of in groups.items()]
    lines = [f"{number}. {note}" for number, note in enumerate(notes, 1)]
    return "\n\n".join(tables + (["\n".join(lines)] if lines else []))


def _table(key, results, notes):
    cpus, seed, options = key
    suites = list(dict.fromkeys(result["suite"] for result in results))
    kernels = {result["suite"]: result["kernel"] for result in results if result["kernel"]}
    heads = [f"{suite} {kernels.get(suite, '')}".strip() for suite in suites]
    title = ", ".join([f"{cpus} CPU{'s' if cpus > 1 else ''}", f"seed {seed}", *options])
    lines = ["| " + " | ".join([title, *heads]) + " |", "|---" * (len(heads) + 1) + "|"]
    cells = {(result["way"], result["suite"]): _cell(result, notes) for result in results}
    for name in dict.fromkeys(result["way"] for result in results):
        row = [cells.get((name, suite), "") for suite in suites]
        lines.append("| " + " | ".join([f"`{name}`", *row]) + " |")
    return "\n".join(lines)


def _cell(result, notes):
    if result["status"] == VERIFIED:
        return f"{result['seconds']['hang']:.1f}"
    note = f"{result['status']}: {result['reason'].splitlines()[0]}"
    if note not in notes:
        notes.append(note)
    return f"{result['status']} ({notes.index(note) + 1})"
