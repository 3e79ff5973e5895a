"""Which vocabularies a store has, of what content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stratgraph.asking import text_rows
from stratgraph.identifiers import vocabulary_graph

if TYPE_CHECKING:
    from stratgraph.store import Reading
    from stratgraph.vocabularies.model import Vocabulary


@dataclass(frozen=True, slots=True)
class KeptVocabulary:
    """A vocabulary that a store has, by its record.

    Args:
        name: of the vocabulary.
        title: of it.
        content: what identifies its content; of two that are equal neither differs from the other but in its day.
        version: of its origin; empty where that is not on record.
        retrieved: the day when it was fetched, as ISO 8601 writes it; empty where that is not on record.
    """

    name: str
    title: str
    content: str
    version: str
    retrieved: str


def kept_vocabularies(reading: Reading) -> tuple[KeptVocabulary, ...]:
    """The vocabularies that a store has, sorted by name."""
    found = (row.values() for row in text_rows(reading, "vocabulary-records"))
    return tuple(KeptVocabulary(graph.removeprefix(vocabulary_graph("")), *said) for graph, *said in found)


def is_kept(reading: Reading, vocabulary: Vocabulary) -> bool:
    """Whether a store has a vocabulary with the same content, whenever that was fetched."""
    content = f"sha256:{vocabulary.digest}"
    return any((kept.name, kept.content) == (vocabulary.name, content) for kept in kept_vocabularies(reading))
