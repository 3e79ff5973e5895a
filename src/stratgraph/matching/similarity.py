"""How alike two wordings are, and from where on that says something.

The thresholds come from the annex, which words many things twice: of the 24 elements whose two wordings differ, the
least alike pair scores 0.56 (``itu-t/objective/1/output/2``), half of them 0.92 or more. Of the 989 pairs of different
siblings 99 in 100 score below 0.66; the most alike, "Processing of space notices …" and "Processing of terrestrial
notices …", 0.89.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

LIKELY: Final = 0.55
"""Below this two wordings are of two things: the least alike wordings of one thing in the annex score 0.56."""

SURE: Final = 0.90
"""From here on nobody is asked: no two different siblings of the annex reach it."""

SUPPORT: Final = 0.10
"""What the same neighbours in the list, or the same number or title, add: with them 0.80 is sure."""

FAMILY: Final = 0.70
"""The part of what stands below an element where it says more than the wording: with all of it the same and no word in
common, a match is proposed and asked about."""

SAME_NUMBER: Final = 0.60
"""Of an objective, goal or factor that has the number of one before and another wording: proposed, and asked about."""

ONLY_ONE: Final = 0.95
"""Of what there is one of in its unit, such as its mission: place alone says it, whatever the wording."""

MOVED: Final = 0.95
"""Of a wording that stands once in each of both plans, and below another parent."""

RECURRING: Final = 0.60
"""Of a wording below another parent that recurs in a plan, such as "Feedback from members"."""

MARGIN: Final = 0.05
"""A runner-up nearer than this makes a match doubtful: one word more or less moves a short text by as much."""

# Marks of footnotes are superscripts; NFKC would make figures of them, which belong to the words.
_MARKS: Final = re.compile("[⁰¹²³⁴-⁹]+")


class _Spaced(dict[int, int]):
    """For :meth:`str.translate`: letters, marks and numbers stay, and a blank stands for any other character."""

    def __missing__(self, code: int) -> int:
        kept = self[code] = code if unicodedata.category(chr(code))[0] in "LMN" else ord(" ")
        return kept


_SPACED: Final = _Spaced()


def key(text: str) -> str:
    """What two wordings share that differ only in case, punctuation, blanks and marks of footnotes.

    A text of signs alone keeps them.
    """
    folded = unicodedata.normalize("NFKC", _MARKS.sub("", text)).casefold()
    words = folded.translate(_SPACED).split()
    return " ".join(words or folded.split())


def similarity(one: tuple[str, ...], other: tuple[str, ...], *, at_least: float = 0.0) -> float:
    """How alike two wordings are, from 0 to 1: the mean of the characters and of the words that they share.

    Characters alone find "2013" and "2015" alike, words alone "Member" and "Members" different.

    Args:
        one: the words of the first key, sorted, since a phrase that moved within a sentence says the same.
        other: the words of the second key, sorted.
        at_least: below it the answer may be 0.
    """
    characters = fuzz.ratio(" ".join(one), " ".join(other), score_cutoff=max(0.0, 100 * (2 * at_least - 1))) / 100
    if not characters:
        return 0.0
    return (characters + Indel.normalized_similarity(one, other)) / 2
