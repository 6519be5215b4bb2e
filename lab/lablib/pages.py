# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of docs/lab.md that the lab writes itself, between two marks."""
from . import places
from .talk import Refusal

PAGE = places.PROJECT / "docs/lab.md"


def write(mark, text, page=PAGE):
    """Puts the text between `<!-- MARK: …>` and `<!-- MARK end -->`."""
    lines = page.read_text(encoding="utf-8").splitlines()
    try:
        begin = next(i for i, line in enumerate(lines) if line.startswith(f"<!-- {mark}: "))
        end = lines.index(f"<!-- {mark} end -->", begin)
    except (StopIteration, ValueError):
        raise Refusal(f"{page} has no marks for '{mark}'", "", Refusal.NOT_FOUND) from None
    lines[begin + 1:end] = ["", *text.splitlines(), ""]
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
