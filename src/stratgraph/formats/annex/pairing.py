"""Which row of Table n.1 and which item of Table n.2 name the same output.

Names are compared within one objective only, since the same name recurs under several. What is alike in words goes
first, then what is most similar by rapidfuzz's token set ratio, which forgives words left out and changed order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz.fuzz import token_set_ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LEAST_SIMILARITY: Final = 85
"""Of 100; names of different outputs of one objective stay below."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Pair:
    """Index of a row and of an item that name one output; None where the other table has none.

    Args:
        similarity: from 0 to 100; of an unpaired one, to the most similar name of the other table.
    """

    row: int | None
    item: int | None
    similarity: int


def words(text: str) -> str:
    """A wording without punctuation and case."""
    return " ".join(_WORD.findall(text.casefold()))


def difference(wordings: Iterable[str]) -> str:
    """How far wordings of one thing differ, in words; empty where they are the same."""
    found = set(wordings)
    if len(found) <= 1:
        return ""
    return "in words" if len({words(wording) for wording in found}) > 1 else "in punctuation or case only"


def similarity(one: str, other: str) -> int:
    """How alike two wordings are, from 0 to 100: for the same words, or where one has all words of the other."""
    return round(token_set_ratio(words(one), words(other)))


def pair_outputs(rows: Sequence[str], items: Sequence[str]) -> tuple[Pair, ...]:
    """Pairs in the order of the items, then the rows that are left.

    Args:
        rows: names in Table n.1 for one objective.
        items: names in Table n.2 for the same objective.
    """
    scores = [
        (words(row) == words(item), similarity(row, item), -abs(r - i), r, i)
        for r, row in enumerate(rows)
        for i, item in enumerate(items)
    ]
    paired: dict[int, tuple[int, int]] = {}
    taken: set[int] = set()
    for is_same, score, _, r, i in sorted(scores, reverse=True):
        if r not in taken and i not in paired and (is_same or score >= LEAST_SIMILARITY):
            paired[i] = (r, score)
            taken.add(r)

    def best(index: int, position: int) -> int:
        return max((score[1] for score in scores if score[position] == index), default=0)

    found = [
        Pair(*paired[i][:1], i, paired[i][1]) if i in paired else Pair(None, i, best(i, 4)) for i in range(len(items))
    ]
    return (*found, *(Pair(r, None, best(r, 3)) for r in range(len(rows)) if r not in taken))
