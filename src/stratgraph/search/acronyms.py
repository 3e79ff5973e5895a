"""What the acronyms of a document stand for, by its own words: “information and communication technologies (ICTs)”."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_IN_BRACKETS: Final = re.compile(r"\(([A-Z]{2,8})s?\)")
_ALONE: Final = re.compile(r"\b([A-Z]{2,8})s?\b")
_WORD: Final = re.compile(r"[A-Za-z][\w’'-]*")
_REACH: Final = 1_000
"""Characters before an acronym in which the words are that it stands for."""
_LINKING: Final = frozenset({"a", "an", "and", "by", "for", "in", "of", "on", "the", "to"})


def acronyms(texts: Iterable[str]) -> dict[str, str]:
    """For each acronym in brackets, in lower case, the words before it whose first letters it is made of.

    Small words may lie between them. Where texts explain one differently, the first explanation counts.
    """
    found: dict[str, str] = {}
    for text in texts:
        for match in _IN_BRACKETS.finditer(text):
            words = _explanation(match[1].lower(), text[max(0, match.start() - _REACH) : match.start()])
            if words:
                found.setdefault(match[1].lower(), words)
    return found


def spelt_out(text: str, known: Mapping[str, str]) -> str:
    """A text with what its acronyms stand for behind it.

    Args:
        text: as it is written.
        known: what acronyms, in lower case, stand for.
    """
    found = dict.fromkeys(match[1].lower() for match in _ALONE.finditer(text))
    return " · ".join((text, *(known[one] for one in found if one in known)))


def _explanation(acronym: str, before: str) -> str:
    """The words at the end of a text that spell an acronym; empty where they do not."""
    words = list(_WORD.finditer(before))
    if not words or before[words[-1].end() :].strip():
        return ""
    missing = list(acronym)
    at = len(words)
    while missing and at:
        at -= 1
        word = words[at][0].lower()
        if word[0] == missing[-1]:
            missing.pop()
        elif word not in _LINKING:
            return ""
    return before[words[at].start() :].strip() if not missing else ""
