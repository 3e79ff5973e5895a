"""Which of some siblings changed places, as against those that shifted because others came or went."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def out_of_order(siblings: Iterable[tuple[int, int, str]]) -> frozenset[str]:
    """What changed places: both of two that exchanged theirs, else the fewest that have to be taken out.

    Args:
        siblings: of each its position before, its position after, and its name.
    """
    known = list(siblings)
    before = sorted(known, key=lambda one: (one[0], one[2]))
    after = sorted(known, key=lambda one: (one[1], one[2]))
    apart = frozenset(was[2] for was, now in zip(before, after, strict=True) if was != now)
    return apart if len(apart) == 2 else displaced(known)  # noqa: PLR2004 - two that exchanged their places


def displaced(siblings: Iterable[tuple[int, int, str]]) -> frozenset[str]:
    """The fewest that have to be taken out for the others to stand in the order in which they stood.

    Args:
        siblings: of each its position before, its position after, and its name.
    """
    ordered = sorted(siblings, key=lambda one: (one[1], one[0], one[2]))
    # The longest run that never goes back, by patience sorting: `ends` are the lowest ends of runs of each length.
    ends: list[int] = []
    tops: list[int] = []
    before: list[int | None] = []
    for place, (position, _, _) in enumerate(ordered):
        length = bisect_right(ends, position)
        ends[length : length + 1] = [position]
        tops[length : length + 1] = [place]
        before.append(tops[length - 1] if length else None)
    kept: set[int] = set()
    last = tops[-1] if tops else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return frozenset(name for place, (_, _, name) in enumerate(ordered) if place not in kept)
