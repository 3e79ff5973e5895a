"""What matching says, and what it asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

UNCHANGED: Final = "same place and text"
"""How an element was recognised of which there is nothing to tell."""

NEW: Final = "nothing like it before"
DROPPED: Final = "not in the revision any more"


@dataclass(frozen=True, slots=True)
class Match:
    """How one element of a revision was recognised, or that it was not.

    Args:
        new: place of the element as its source has it, ``itu-d/objective/3/output/2``; empty where an element of the
            version before is not in the revision any more.
        old: place of the element of the version before that it is; empty where it is a new one.
        place: the place that it gets: ``old`` where there is one, else a number never used before.
        label: what people call it.
        how: in words, such as ``same place and text``.
        confidence: from 0 to 1.
        is_doubtful: somebody has to decide.
        alternatives: other places of the version before that it could be, the likeliest first.
        is_decided: somebody has decided.
    """

    new: str
    old: str
    place: str
    label: str
    how: str
    confidence: float
    is_doubtful: bool = False
    alternatives: tuple[str, ...] = ()
    is_decided: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a question.

    Args:
        place: of the version before; empty for a new element.
        label: what people call it; empty for a new element.
        text: its wording; empty for a new element.
        similarity: of the two wordings, from 0 to 1.
    """

    place: str
    label: str
    text: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Question:
    """Which element of the version before one of the revision is.

    Args:
        match: the doubtful one.
        text: wording of the element of the revision.
        options: what is proposed first, then what else it could be, last that it is new.
    """

    match: Match
    text: str
    options: tuple[Option, ...]
