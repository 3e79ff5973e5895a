"""Codes of vocabularies as people write them: ``SDG 9.c``, ``SDG13``, ``sdg:9.c``, ``target 9c``, ``UNBIS 1001030``."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from stratgraph.search.words import folded, words
from stratgraph.terms import SKOS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stratgraph.search import Entry

_WRITTEN: Final = re.compile(r"(?P<before>.*?)[\s:–-]*(?P<code>(?:(?<![a-z])[a-z])?\d[\d.a-z]*)\.?", re.DOTALL)
_DOTLESS: Final = re.compile(r"(?<=\d)(?=[a-z])")
_LONGEST: Final = 100


class Codes:
    """The codes of the concepts of vocabularies: their notations, and the numbers that their IRIs end in.

    Args:
        entries: all things; those of plans have no such codes.
        types_of: the names of the types of a concept.
    """

    def __init__(self, entries: Iterable[Entry], types_of: Callable[[Entry], Iterable[str]]) -> None:
        self._having: defaultdict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        for entry in entries:
            if entry.vocabulary:
                names = frozenset(word for name in (entry.vocabulary, *types_of(entry)) for word in words(name))
                said = (*entry.texts(SKOS.NOTATION), re.split(r"[/#]", entry.iri)[-1])
                for code in dict.fromkeys(map(_key, said)):
                    self._having[code].append((entry.iri, names))

    def find(self, text: str) -> tuple[str, ...]:
        """The concepts that somebody may mean by a code, sorted; what stands before it names vocabulary or type.

        Args:
            text: as it was typed.
        """
        written = _WRITTEN.fullmatch(folded(text[:_LONGEST]).strip())
        if not written:
            return ()
        before = set(words(written["before"]))
        return tuple(sorted(iri for iri, names in self._having.get(_key(written["code"]), ()) if before <= names))


def _key(code: str) -> str:
    """``9c`` and ``9.c`` are one code."""
    return _DOTLESS.sub(".", folded(code).strip(" ."))
