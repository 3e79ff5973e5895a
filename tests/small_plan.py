"""A plan of 27 elements in the annex's form, for tests of which the annex's size is not the point.

The text is tests/data/other-plan.txt. Of each edit, what a review has to report was written from the text, by hand.
"""

from __future__ import annotations

from pathlib import Path

SOURCE = Path(__file__).parent / "data/other-plan.txt"
PLAN = "https://w3id.org/stratgraph/id/agy/plan/2030-2034"

REMOVED = "an output is removed"
"""Reported as ``removed``: ``agy-w/objective/2/output/2``."""
ELSEWHERE = "an objective contributes to the goal of another unit"
"""Reported as ``relinked``: ``agy-w/objective/1``; a Violation of ``ObjectiveContributesToOwnGoal`` comes in."""

ADDED = "an output is added"
"""Reported as ``added``, with the text ``Timber bridges``; there are five outputs then, and four before."""

EDITS = {
    ADDED: (
        ("Steel bridges (road)\t\tX\n", "Steel bridges (road)\t\tX\nTimber bridges\t\tX\n"),
        (" • Steel bridges, road", " • Steel bridges, road • Timber bridges"),
    ),
    REMOVED: (("Steel bridges (road)\t\tX\n", ""), (" • Steel bridges, road", "")),
    ELSEWHERE: (("Objective 1\tX\t\nObjective 2", "Objective 1\t\tX\nObjective 2"),),
}


def revised_text(*names: str) -> str:
    """The text with these edits."""
    text = SOURCE.read_text("utf-8")
    for old, new in (pair for name in names for pair in EDITS[name]):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def write_revision(folder: Path, *names: str) -> Path:
    """The revision with these edits, as a file."""
    path = folder / "constructed-revision.txt"
    path.write_text(revised_text(*names), encoding="utf-8", newline="\n")
    return path
