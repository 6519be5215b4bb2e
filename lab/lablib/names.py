# SPDX-License-Identifier: GPL-2.0-or-later
"""Names for the tasks, locks and functions of a way, drawn by a seed.

What reads a dump must not know them: a verdict that hangs on a name would be worthless.
"""
import random

THINGS = ("vat", "rill", "quay", "loom", "fern", "crag", "plum", "dock", "wick", "tarn",
          "moss", "pier", "glen", "hull", "reed", "sill")
DEEDS = ("fill", "sort", "weigh", "stow", "pour", "bind", "turn", "mend", "sift", "tally",
         "lift", "trim")
TASKS = 2
LOCKS = 2
FUNCTIONS = 4
RUNS = 3  # the functions that threads begin in


def draw(seed):
    """The same seed gives the same names."""
    dice = random.Random(seed)
    things = dice.sample(THINGS, len(THINGS))
    deeds = dice.sample(DEEDS, len(DEEDS))
    prefix = things.pop() + things.pop()
    return {"module": prefix,
            "tasks": [f"{prefix[:6]}-{things.pop()}" for _ in range(TASKS)],
            "bystander": f"{prefix[:6]}-{things.pop()[:4]}",
            "locks": [f"{prefix}_{things.pop()}_{dice.randrange(10)}" for _ in range(LOCKS)],
            "functions": [f"{prefix}_{deeds.pop()}_{things[0]}" for _ in range(FUNCTIONS)],
            "runs": [f"{prefix}_{deeds.pop()}_{things[1]}" for _ in range(RUNS)]}


def header(drawn):
    """names.h for a module; kernel headers come first, since these are plain words."""
    lines = [f'#define NAME_BYSTANDER "{drawn["bystander"]}%d"']
    for number, task in enumerate(drawn["tasks"]):
        lines.append(f'#define NAME_TASK_{number} "{task}"')
    for word, kind in (("lock", "locks"), ("function", "functions"), ("run", "runs")):
        for number, name in enumerate(drawn[kind]):
            lines.append(f"#define {word}_{number} {name}")
    return "\n".join(lines) + "\n"
