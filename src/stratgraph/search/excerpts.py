"""Words in their context: the piece of a text that has most of what was sought, with that marked."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from stratgraph.search.words import placed_words

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEAD: Final = 60
"""So many characters stand before the first word that is marked."""

_STRETCH: Final = 20
"""So many characters a cut may move to fall between two words."""


class Run(NamedTuple):
    """Characters of a text that are marked or not.

    Args:
        text: the characters.
        is_marked: whether they were sought.
    """

    text: str
    is_marked: bool


Sequences = frozenset[tuple[str, ...]]
"""Words that follow each other, folded: each of them is marked."""


def excerpt(text: str, sequences: Sequences, width: int) -> tuple[Run, ...]:
    """The piece of a text that has most of what was sought.

    Args:
        text: whole.
        sequences: what was sought.
        width: how many characters it has, more or less; a text that is not longer is given whole.

    Returns:
        Its runs, in their order; ``…`` stands where something was left out. None is marked where nothing was sought.
    """
    spans = _spans(text, sequences)
    start, end = _window(text, spans, width)
    runs: list[Run] = [Run("… ", is_marked=False)] if start else []
    at = start
    for first, last, _ in _merged(spans):
        if start <= first and last <= end:
            runs += [Run(text[at:first], is_marked=False), Run(text[first:last], is_marked=True)]
            at = last
    runs += [Run(text[at:end], is_marked=False), Run(" …" if end < len(text) else "", is_marked=False)]
    return tuple(Run(run.text.replace("\n", " "), run.is_marked) for run in runs if run.text)


_Span = tuple[int, int, tuple[str, ...]]


def _spans(text: str, sequences: Sequences) -> list[_Span]:
    beginning: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for sequence in sequences:
        beginning[sequence[0]].append(sequence)
    placed = placed_words(text)
    found = []
    for at, word in enumerate(placed):
        for sequence in beginning.get(word.word, ()):
            run = placed[at : at + len(sequence)]
            if tuple(one.word for one in run) == sequence:
                found.append((word.start, run[-1].end, sequence))
    return found


def _window(text: str, spans: list[_Span], width: int) -> tuple[int, int]:
    if len(text) <= width:
        return 0, len(text)
    best = max(
        spans,
        key=lambda span: (
            len({s for first, last, s in spans if span[0] <= first and last <= span[0] + width}),
            -span[0],
        ),
        default=(0, 0, ()),
    )
    start = max(0, min(best[0] - _LEAD, len(text) - width))
    end = min(len(text), start + width)
    start = _between_words(text, start, range(start, min(start + _STRETCH, best[0] + 1)))
    end = _between_words(text, end, range(end, max(end - _STRETCH, best[1]), -1))
    left = text[start:end]
    return end - len(left.lstrip()), start + len(left.rstrip())


def _between_words(text: str, at: int, near: Iterable[int]) -> int:
    """The first of some places that has a blank before or behind it; ``at`` where none has."""
    if at in {0, len(text)}:
        return at
    return next((one for one in near if text[one - 1].isspace() or text[one].isspace()), at)


def _merged(spans: list[_Span]) -> list[_Span]:
    merged: list[_Span] = []
    for first, last, sequence in sorted(spans, key=lambda span: span[:2]):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]), sequence)
        else:
            merged.append((first, last, sequence))
    return merged
