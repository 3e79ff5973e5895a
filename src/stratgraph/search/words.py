"""The words of a text: folded, stemmed, without those that say nothing; and the pieces of a single word."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise
from threading import Lock
from typing import Final, NamedTuple

import Stemmer  # type: ignore[import-not-found]  # it publishes no types

_WORD: Final = re.compile(r"\w+")
_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Thai and Lao, Burmese, Khmer, kana and Han: scripts that are written without blanks between words."""

_RUNS: Final = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_IS_UNSPACED: Final = re.compile(f"[{_UNSPACED}]")
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
    # Three times as fast as a regular expression of so many signs.
    return unicodedata.normalize("NFKD", text).casefold().translate(_unmarked())


def words(text: str) -> list[str]:
    """The words of a text in any language, folded, in their order; of scripts without blanks the pairs of signs."""
    found = _WORD.findall(folded(text))
    if text.isascii():
        return found
    return [piece for word in found for piece in _pieces(word)]


class PlacedWord(NamedTuple):
    """A word, folded, and the characters of the text that it was made of, from the first to before the last."""

    word: str
    start: int
    end: int


def placed_words(text: str) -> list[PlacedWord]:
    """The words of a text as :func:`words` has them, each with its place.

    A sign that only becomes letters when it is folded, such as ㏂, is left out.
    """
    found: list[PlacedWord] = []
    for match in _marked_word().finditer(text):
        for run in _placed_run().finditer(match[0]):
            start, end = match.start() + run.start(), match.start() + run.end()
            if run["signs"]:
                signs = [at for at in range(start, end) if folded(text[at])]
                spans = [(at, after + 1) for at, after in pairwise(signs)] or [(start, end)]
            else:
                spans = [(start, end)]
            found += [PlacedWord(word, *span) for span in spans for word in words(text[slice(*span)])]
    return found


@cache
def _marked_word() -> re.Pattern[str]:
    return re.compile(f"[\\w{_marks()}]+")


@cache
def _placed_run() -> re.Pattern[str]:
    """As :data:`_RUNS`, before marks are taken away: one parts no run, whatever its script."""
    sign = f"(?![{_marks()}])[{_UNSPACED}]"
    return re.compile(f"(?P<signs>(?:{sign})(?:{sign}|[{_marks()}])*)|(?:(?!{sign}).)+")


@cache
def _unmarked() -> dict[int, None]:
    return dict.fromkeys(map(ord, _marks()))


@cache
def _marks() -> str:
    """The accents and vowel signs that are characters of their own; there are none beyond the first two planes."""
    return "".join(c for c in map(chr, range(0x20000)) if unicodedata.combining(c))


def _pieces(word: str) -> list[str]:
    if not _IS_UNSPACED.search(word):
        return [word]
    return [piece for run in _RUNS.findall(word) for piece in (_pairs(run) if _IS_UNSPACED.match(run) else (run,))]


def _pairs(word: str) -> tuple[str, ...]:
    return tuple(word[at : at + 2] for at in range(len(word) - 1)) or (word,)


def is_telling(word: str) -> bool:
    """Whether a folded word says something: not one of the English words that every text has."""
    return word not in _UNSAID


def languages_stemmed() -> tuple[str, ...]:
    """The languages whose words have stems, by their tags."""
    return tuple(_STEMMED)


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
