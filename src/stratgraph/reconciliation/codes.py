"""Which concepts of vocabularies somebody means by a code."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from stratgraph.search.codes import codes_of_concept, read_code
from stratgraph.search.words import words
from stratgraph.terms import SKOS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stratgraph.search import Entry


class Codes:
    """The codes of the concepts of vocabularies.

    Args:
        entries: all things; those of plans have no such codes.
        types_of: the names of the types of a concept.
    """

    def __init__(self, entries: Iterable[Entry], types_of: Callable[[Entry], Iterable[str]]) -> None:
        self._having: defaultdict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        for entry in entries:
            if entry.vocabulary:
                names = frozenset(word for name in (entry.vocabulary, *types_of(entry)) for word in words(name))
                for code in codes_of_concept(entry.iri, entry.texts(SKOS.NOTATION)):
                    self._having[code].append((entry.iri, names))

    def find(self, text: str) -> tuple[str, ...]:
        """The concepts that somebody may mean by a code, sorted; what stands before it names vocabulary or type.

        Args:
            text: as it was typed.
        """
        written = read_code(text)
        if not written:
            return ()
        before = set(written.before)
        return tuple(sorted(iri for iri, names in self._having.get(written.key, ()) if before <= names))
