"""The words of a text: folded, stemmed, without those that say nothing; and the pieces of a single word."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from threading import Lock
from typing import Final

import Stemmer  # type: ignore[import-not-found]  # it publishes no types

_WORD: Final = re.compile(r"\w+")
_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_UNSAID: Final = frozenset(
    """
    a about all also among an and any are as at be been being between both but by can each etc for from had has
    have her his if in including into is it its may more most no nor not of on only or other others our out over
    particular per same shall should so some such than that the their then there these they this those through to
    under up upon via was were what when where which who will with within would
    """.split()  # noqa: SIM905 - words are read as a text
)
"""English words without which a text is about the same."""

_STEMMED: Final = {"ar": "arabic", "en": "english", "es": "spanish", "fr": "french", "ru": "russian"}
_LOCK: Final = Lock()


def folded(text: str) -> str:
    """A text without differences of case, accents and width: ``ÉTÉ`` gives ``ete``."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in apart if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The words of a text in any language, folded, in their order; Chinese, which has no blanks, in pairs of signs."""
    found = _WORD.findall(folded(text))
    if text.isascii():
        return found
    return [piece for word in found for piece in (_pairs(word) if _HAN.search(word) else (word,))]


def _pairs(word: str) -> tuple[str, ...]:
    return tuple(word[at : at + 2] for at in range(len(word) - 1)) or (word,)


def stems(text: str, language: str = "en") -> list[str]:
    """The stems of the words of a text, in their order, without those that say nothing."""
    return [stem for _, stem in stemmed(text, language)]


def stemmed(text: str, language: str = "en") -> list[tuple[str, str]]:
    """Each word of a text with its stem, in their order, without those that say nothing.

    Args:
        text: of one language.
        language: its tag; words of a language that nobody stems, such as Chinese, stand as they are.
    """
    said = [word for word in words(text) if language != "en" or word not in _UNSAID]
    if language not in _STEMMED:
        return [(word, word) for word in said]
    with _LOCK:  # a stemmer is for one thread at a time
        return list(zip(said, _stemmer(_STEMMED[language]).stemWords(said), strict=True))


@cache
def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(algorithm)


def trigrams(word: str) -> set[str]:
    """The pieces of three letters of a word, its beginning and end marked."""
    marked = f"^{word}$"
    return {marked[at : at + 3] for at in range(len(marked) - 2)}
