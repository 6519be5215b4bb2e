# SPDX-License-Identifier: GPL-2.0-or-later
"""Names for the tasks, locks and functions of a way, drawn by a seed.

What reads a dump must not know them: a verdict that hangs on a name would be worthless.
"""
import random

THINGS = ("vat", "rill", "quay", "loom", "fern", "crag", "plum", "dock", "wick", "tarn",
          "moss", "pier", "glen", "hull", "reed", "sill", "kiln", "bolt", "marl", "weir",
          "oast", "tine", "husk", "cove", "lath", "silo")
DEEDS = ("fill", "sort", "weigh", "stow", "pour", "bind", "turn", "mend", "sift", "tally",
         "lift", "trim", "haul", "rinse", "graft", "crimp")
TASKS = 4
LOCKS = 3
FUNCTIONS = 8
RUNS = 4  # the functions that threads begin in
PROGRAMS = 4


def draw(seed):
    """The same seed gives the same names."""
    dice = random.Random(seed)
    things = dice.sample(THINGS, len(THINGS))
    deeds = dice.sample(DEEDS, len(DEEDS))
    prefix = things.pop() + things.pop()
    short = prefix[:6]
    return {"module": prefix,
            "tasks": [_task(short, things.pop(), dice) for _ in range(TASKS)],
            "bystander": f"{short}-{things.pop()[:4]}",
            "locks": [f"{prefix}_{things.pop()}_{dice.randrange(10)}" for _ in range(LOCKS)],
            "functions": [f"{prefix}_{deeds.pop()}_{things[0]}" for _ in range(FUNCTIONS)],
            "runs": [f"{prefix}_{deeds.pop()}_{things[1]}" for _ in range(RUNS)],
            "queue": f"{prefix}_{things.pop()}",
            "cache": f"{prefix}_{things.pop()}",
            "volume": f"{things.pop()}{dice.randrange(100)}",
            "programs": [things.pop() + deeds[-1 - i] for i in range(PROGRAMS)]}


def _task(short, thing, dice):
    """Some carry the module's name and some do not, as in life."""
    if dice.randrange(3):
        return f"{short}-{thing}"
    return f"k{thing}/{dice.randrange(2, 90)}"


def header(drawn, allocated=False):
    """names.h for a module; kernel headers come first, since these are plain words."""
    lines = [f'#define NAME_BYSTANDER "{drawn["bystander"]}%d"',
             f'#define NAME_QUEUE "{drawn["queue"]}"',
             f'#define NAME_CACHE "{drawn["cache"]}"']
    if allocated:
        lines.append("#define ALLOCATED")
    for number, task in enumerate(drawn["tasks"]):
        lines.append(f'#define NAME_TASK_{number} "{task}"')
    for word, kind in (("lock", "locks"), ("function", "functions"), ("run", "runs")):
        for number, name in enumerate(drawn[kind]):
            lines.append(f"#define {word}_{number} {name}")
    return "\n".join(lines) + "\n"
