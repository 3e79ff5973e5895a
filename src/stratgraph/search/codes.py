"""Codes as people write them: ``SDG 9.c``, ``SDG13``, ``sdg:9.c``, ``target 9c``, ``ITU-D objective 3``.

A vocabulary's codes are its notations and the numbers that its IRIs end in; an element's is its place in its plan.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from stratgraph.search.words import folded, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WRITTEN: Final = re.compile(r"(?P<before>.*?)[\s:–-]*(?P<code>(?:(?<![a-z])[a-z])?\d[\d.a-z]*)\.?", re.DOTALL)
_DOTLESS: Final = re.compile(r"(?<=\d)(?=[a-z])")
_LONGEST: Final = 100


class WrittenCode(NamedTuple):
    """A code as somebody wrote it.

    Args:
        before: the words that stand before it, folded: they name its vocabulary or its type.
        key: the code itself, in the one form that all its spellings have.
    """

    before: tuple[str, ...]
    key: str


def read_code(text: str) -> WrittenCode | None:
    """The code that a text is; None where it is none."""
    written = _WRITTEN.fullmatch(folded(text[:_LONGEST]).strip())
    return WrittenCode(tuple(words(written["before"])), code_key(written["code"])) if written else None


def code_key(code: str) -> str:
    """``9c`` and ``9.c`` are one code."""
    return _DOTLESS.sub(".", folded(code).strip(" ."))


def codes_of_concept(iri: str, notations: Iterable[str]) -> tuple[str, ...]:
    """The codes of a concept, each once, in the form of :func:`code_key`."""
    return tuple(dict.fromkeys(map(code_key, (*notations, re.split(r"[/#]", iri)[-1]))))


def codes_of_place(place: str) -> Iterator[tuple[str, ...]]:
    """How an element is cited by its place, in words: ``itu d objective 3 output 2``, and from each later name on.

    Args:
        place: in its plan, ``itu-d/objective/3/output/2``.
    """
    segments = place.split("/")
    said = [_words_of_name(segment) for segment in segments]
    for at, segment in enumerate(segments):
        if not segment[:1].isdecimal():
            yield tuple(chain.from_iterable(said[at:]))


@lru_cache(maxsize=1_000)
def _words_of_name(segment: str) -> tuple[str, ...]:
    """Of a segment of a place; the same few names and numbers come again and again."""
    return tuple(words(segment))
