# SPDX-License-Identifier: GPL-2.0-or-later
"""The command: a table of verbs. A verb returns its exit status; stdout is its answer."""
import argparse
import json
import os
import pathlib
import shlex
import sys

import ways

from . import (agent, bench, boot, config, console, dump, image, machine, matrix, pages, places,
               qemu, qmp, recipe, way)
from .talk import Progress, Refusal

EXIT_FAILED = 1
EXIT_SILENT = 6


def verb_up(args):
    spec = boot.Spec(suite=args.suite, kernel=args.kernel, guest=args.guest, cpus=args.cpus,
                     memory_mib=args.memory, accel=args.accel, append=args.append,
                     filter=args.filter, program=args.program, fresh=args.fresh,
                     timeout_s=args.timeout)
    run = boot.up(args.name, spec, Progress(args.quiet))
    print(config.section(run), end="")
    return 0


def verb_down(args):
    names = [run.name for run in machine.all_runs()] if args.all else [args.name]
    if names == [None]:
        raise Refusal("down: which machine?", "lab down NAME, or lab down --all",
                      Refusal.BAD_REQUEST)
    for name in names:
        machine.check_name(name)
        if not (places.runs() / name).exists() and not args.all:
            machine.clean_up()
            raise Refusal(f"no machine '{name}'", "lab list shows all", Refusal.NOT_FOUND)
        machine.remove(name)
    machine.clean_up()
    return 0


def verb_list(args):
    runs = machine.all_runs()
    if args.json:
        print(json.dumps([{"name": run.name, "kernel": run.kernel, "guest": run.guest,
                           "ready": run.ready, "hung": run.hung and run.hung["way"],
                           "folder": str(run.folder)} for run in runs]))
        return 0
    for run in runs:
        state = run.hung["way"] if run.hung else "ready" if run.ready else "boots"
        print(f"{run.name:12} {state:14} {run.guest:7} {run.kernel:22} {run.folder}")
    return 0


def verb_ways(args):
    if args.verify:
        return _run_matrix([matrix.Case(each.name, args.suite, args.cpus, args.seed)
                            for each in ways.WAYS], matrix.Job(None, boot.Spec()), args)
    if args.json:
        print(json.dumps([{"name": w.name, "summary": w.summary, "does": w.does,
                           "evidence": w.evidence} for w in ways.WAYS]))
        return 0
    for each in ways.WAYS:
        print(f"{each.name:16} {each.summary}")
    return 0


def verb_matrix(args):
    cases = matrix.read(args.table.read_text(encoding="utf-8"))
    if args.only:
        cases = [case for case in cases if any(case.name.startswith(only) for only in args.only)]
    args.out.mkdir(parents=True, exist_ok=True)
    return _run_matrix(cases, matrix.Job(args.out, boot.Spec(memory_mib=args.memory), args.dump,
                                         args.jobs, args.again), args, args.write)


def _run_matrix(cases, job, args, write=False):
    results = matrix.run(cases, job, Progress(args.quiet))
    if write:
        pages.write("matrix", matrix.markdown(results))
    if args.json:
        print(json.dumps(results))
    else:
        print(matrix.markdown(results))
    return EXIT_FAILED if any(each["status"] == matrix.FAILED for each in results) else 0


def verb_hang(args):
    run = machine.load(args.name)
    chosen = ways.find(args.way)
    if not chosen:
        raise Refusal(f"no way '{args.way}'", "lab ways shows all", Refusal.NOT_FOUND)
    options = way.Options(args.allocated, args.quiet_watchdogs, args.no_kdump)
    result = way.hang(run, chosen, args.seed, options, Progress(args.quiet))
    print(json.dumps(result, indent=None if args.json else 1))
    return 0


def verb_dump(args):
    run = machine.load(args.name)
    dump.take(dump.Taking(run, args.output, args.filter, args.timeout, Progress(args.quiet)),
              dump.HOWS[args.how])
    return 0


def verb_bench(args):
    suites = args.suite or list(recipe.SUITES)
    result = bench.run_all(suites, args.only or list(bench.KINDS), args.runs, Progress(args.quiet))
    print(json.dumps(result.json()) if args.json else result.markdown(suites))
    if args.write:
        pages.write("bench", result.markdown(suites))
    return 0


def verb_nmi(args):
    with qmp.Qmp(machine.load(args.name).folder / "lab.qmp") as monitor:
        monitor.execute("inject-nmi")
    return 0


def verb_wait(args):
    run = machine.load(args.name)
    boot.wait_ready(run, Progress(args.quiet), args.timeout, start=console.size(run))
    return 0


def verb_run(args):
    status, output = agent.call(machine.load(args.name), shlex.join(args.command),
                                timeout_s=args.timeout)
    sys.stdout.buffer.write(output)
    return status


def verb_log(args):
    run = machine.load(args.name)
    if args.follow:
        console.follow(run, lambda: qemu.pid_of(run.folder))
    else:
        sys.stdout.write(console.read(run))
    return 0


def verb_clean(args):
    runs = machine.all_runs()
    if runs:
        raise Refusal(f"{len(runs)} machines use the images", "lab down --all", Refusal.CONFLICT)
    for name in image.clean(args.all):
        Progress(args.quiet).say(f"deleted {name}")
    return 0


def _name(parser, **more):
    parser.add_argument("name", metavar="NAME", help="the machine, and its host name", **more)


def _seconds(parser, default):
    parser.add_argument("--timeout", type=float, default=default, metavar="SECONDS",
                        help=f"how long to wait ({default})")


def _options_up(parser):
    _name(parser)
    parser.add_argument("--suite", default="bookworm", help=", ".join(recipe.SUITES))
    parser.add_argument("--kernel", default=recipe.KERNEL, metavar="PACKAGE",
                        help="another kernel's package, or ./IMAGE.deb[,./HEADERS.deb]")
    parser.add_argument("--guest", choices=("small", "debian"), default="small",
                        help="small: an initramfs, restored in a second, its dumps go through the "
                        "port; debian: systemd and kdump-tools, booted")
    parser.add_argument("--fresh", action="store_true",
                        help="boots, also where a saved state could be restored")
    parser.add_argument("--filter", type=int, metavar="LEVEL", choices=range(32),
                        help="makedumpfile's -d in the small guest's capture kernel "
                        "(31; unstable: 23)")
    parser.add_argument("--cpus", type=int, default=2, metavar="N")
    parser.add_argument("--memory", type=int, default=512, metavar="MIB")
    parser.add_argument("--accel", choices=("tcg", "kvm"), default="tcg",
                        help="kvm only where it is known to run a guest: /dev/kvm proves nothing")
    parser.add_argument("--append", default="", metavar="WORDS",
                        help="more for the kernel's command line")
    parser.add_argument("--program", metavar="FILE", type=pathlib.Path,
                        help="the dint-guest program (out/dint-guest)")
    _seconds(parser, boot.READY_S)


def _options_down(parser):
    _name(parser, nargs="?")
    parser.add_argument("--all", action="store_true", help="every machine")


def _options_hang(parser):
    _name(parser)
    parser.add_argument("way", metavar="WAY", help="lab ways shows all")
    parser.add_argument("--seed", type=int, default=0, metavar="N",
                        help="draws the names of tasks, locks and functions")
    parser.add_argument("--allocated", action="store_true",
                        help="locks in allocated objects, not in the module's data")
    parser.add_argument("--quiet-watchdogs", action="store_true",
                        help="the kernel's own watchdogs say nothing")
    parser.add_argument("--no-kdump", action="store_true",
                        help="unload the capture kernel first")


def _options_ways(parser):
    parser.add_argument("--verify", action="store_true",
                        help="hang a machine in each, one after another, and see that it is hung")
    parser.add_argument("--suite", default="bookworm", choices=recipe.SUITES)
    parser.add_argument("--cpus", type=int, default=2, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")


def _options_matrix(parser):
    parser.add_argument("--table", type=pathlib.Path, default=places.LAB / "matrix.table",
                        metavar="FILE", help="what to try (lab/matrix.table)")
    parser.add_argument("--out", type=pathlib.Path, default=places.PROJECT / "out/lab-matrix",
                        metavar="FOLDER", help="a file a case; what is good there is not done again")
    parser.add_argument("--again", action="store_true", help="all of it, whatever is there")
    parser.add_argument("--only", action="append", metavar="CASE",
                        help="cases whose names begin so: WAY-SUITE-2cpu-seed1")
    parser.add_argument("--jobs", type=int, default=max(1, (os.cpu_count() or 2) // 2),
                        metavar="N", help="machines at once (half as many as there are CPUs)")
    parser.add_argument("--dump", choices=dump.HOWS, help="keep a dump of each, with its answer")
    parser.add_argument("--write", action="store_true", help="the tables into docs/lab.md")
    parser.add_argument("--memory", type=int, default=512, metavar="MIB")


def _options_dump(parser):
    _name(parser)
    parser.add_argument("--how", choices=dump.HOWS, default="kdump",
                        help="kdump: an NMI, its capture kernel and dintd; host…: by QEMU")
    parser.add_argument("-o", "--output", metavar="FILE", type=pathlib.Path, required=True,
                        help="the dump; FILE.expected.json is what a report must say")
    parser.add_argument("--filter", type=int, metavar="LEVEL", choices=range(32),
                        help="makedumpfile's -d (kdump: as the machine was made; host: whole)")
    _seconds(parser, dump.CAPTURE_S)


def _options_run(parser):
    _name(parser)
    _seconds(parser, 60)
    parser.add_argument("command", nargs="+", metavar="COMMAND")


def _options_wait(parser):
    _name(parser)
    _seconds(parser, boot.READY_S)


def _options_log(parser):
    _name(parser)
    parser.add_argument("-f", "--follow", action="store_true", help="until the machine is gone")


def _options_bench(parser):
    parser.add_argument("--suite", action="append", choices=recipe.SUITES, help="all")
    parser.add_argument("--only", action="append", choices=bench.KINDS, help="all")
    parser.add_argument("--runs", type=int, default=3, metavar="N")
    parser.add_argument("--write", action="store_true", help="into docs/lab.md, too")


def _options_clean(parser):
    parser.add_argument("--all", action="store_true", help="the others, too")


# name, function, options, what it does, an example
VERBS = (
    ("up", verb_up, _options_up,
     "makes a machine; prints its section for dintd's configuration when kdump is loaded",
     "lab up web1 >>dintd.conf"),
    ("hang", verb_hang, _options_hang,
     "hangs it; prints the evidence and what a report must say", "lab hang web1 deadlock"),
    ("dump", verb_dump, _options_dump,
     "writes its memory to a file, and beside it what a report must say",
     "lab dump web1 --how host -o web1.elf"),
    ("nmi", verb_nmi, _name, "sends it an NMI, by a monitor of the lab's own", "lab nmi web1"),
    ("wait", verb_wait, _options_wait, "waits until it is ready (again)", "lab wait web1"),
    ("run", verb_run, _options_run, "runs a command in it", "lab run web1 -- ls /var/crash"),
    ("log", verb_log, _options_log, "its console so far", "lab log web1 -f"),
    ("list", verb_list, lambda parser: None, "the machines", "lab list"),
    ("ways", verb_ways, _options_ways, "the ways to hang one", "lab ways --verify"),
    ("matrix", verb_matrix, _options_matrix,
     "tries ways on kernels, as a table says: seconds until each was seen to be hung",
     "lab matrix --only deadlock"),
    ("bench", verb_bench, _options_bench, "measures how long all this takes, as tables",
     "lab bench --suite bookworm --only kdump"),
    ("down", verb_down, _options_down, "ends it; nothing is left of it", "lab down --all"),
    ("clean", verb_clean, _options_clean,
     "deletes the cached images that today's recipes do not make", "lab clean"),
)


def parser():
    top = argparse.ArgumentParser(
        prog="lab", description="Real machines, hung on purpose.",
        epilog="example: lab up web1 && lab hang web1 deadlock && lab dump web1 -o web1.dump; "
               "lab down web1")
    verbs = top.add_subparsers(metavar="VERB", required=True)
    for name, function, options, what, example in VERBS:
        sub = verbs.add_parser(name, help=what, description=what, epilog=f"example: {example}")
        sub.add_argument("--quiet", action="store_true", help="no progress on stderr")
        if name in ("list", "ways", "matrix", "hang", "bench"):
            sub.add_argument("--json", action="store_true", help="one line of JSON")
        options(sub)
        sub.set_defaults(verb=function)
    return top


def main(argv):
    args = parser().parse_args(argv)
    try:
        return args.verb(args)
    except Refusal as refusal:
        print(f"lab: {refusal}", file=sys.stderr)
        return refusal.status
    except agent.Silent as silent:
        print(f"lab: {args.name}: {silent}", file=sys.stderr)
        return EXIT_SILENT
    except KeyboardInterrupt:
        return 130
