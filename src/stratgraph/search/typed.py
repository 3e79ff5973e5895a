"""What somebody typed into a field for a search, as the words and phrases that are to be found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.errors import UsageError
from stratgraph.search.words import is_telling, placed_words

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CHARACTERS: Final = 300
MOST_WORDS: Final = 16

_QUOTES: Final = '"“”„«»「」'
_PIECE: Final = re.compile(f"[{_QUOTES}](?P<quoted>[^{_QUOTES}]+)[{_QUOTES}]|(?P<plain>[^{_QUOTES}]+)")
_JOINING: Final = frozenset("-‐‑.")
"""What may stand between the parts of one word: ``ITU-D``, ``9.c``."""

_APOSTROPHES: Final = frozenset("'’")


@dataclass(frozen=True, slots=True)
class Sought:
    """One thing that a text is to have.

    Args:
        words: folded; several follow each other in the text.
        is_exact: it stood in quotation marks, so that other forms of it do not count.
    """

    words: tuple[str, ...]
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed.

    Args:
        text: as it was typed, without blanks at its ends.
        sought: what a text is to have, all of it; empty where nothing of it is a word.
    """

    text: str
    sought: tuple[Sought, ...]


def read_typed(text: str) -> Typed:
    """The words and phrases of what somebody typed; words without which a text is about the same are left out.

    Raises:
        UsageError: it is too long, or has too many words.
    """
    text = text.strip()
    if len(text) > MOST_CHARACTERS:
        raise _too_much(f"{len(text):,} characters", MOST_CHARACTERS)
    found = [one for piece in _PIECE.finditer(text) for one in _sought(piece)]
    telling = [one for one in found if one.is_exact or len(one.words) > 1 or is_telling(one.words[0])]
    sought = tuple(dict.fromkeys(telling or found))
    if len(sought) > MOST_WORDS:
        raise _too_much(f"{len(sought)} words", MOST_WORDS)
    return Typed(text, sought)


def _sought(piece: re.Match[str]) -> Iterator[Sought]:
    if piece["quoted"]:
        if words := tuple(placed.word for placed in placed_words(piece["quoted"])):
            yield Sought(words, is_exact=True)
        return
    text, end = piece["plain"], -1
    joined: list[str] = []
    for placed in placed_words(text):
        # A letter that a vowel was left out behind, as in l’accès, says nothing.
        if placed.end - placed.start == 1 and text[placed.end : placed.end + 1] in _APOSTROPHES:
            continue
        if joined and not (placed.start <= end or (placed.start == end + 1 and text[end] in _JOINING)):
            yield Sought(tuple(joined))
            joined = []
        joined.append(placed.word)
        end = placed.end
    if joined:
        yield Sought(tuple(joined))


def _too_much(what: str, most: int) -> UsageError:
    return UsageError(
        f"The search has {what}, and may have {most}.", mend="Leave some out: one text is to have all of the words."
    )
