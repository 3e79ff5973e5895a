"""An index of texts in memory: which are about the same as a question, by BM25 over the stems of their words.

With weighted fields, as S. Robertson and H. Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009).
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from stratgraph.search.spelling import Spelling
from stratgraph.search.words import stemmed, stems

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_SATURATION: Final = 1.2
_LENGTH: Final = 0.75
_WORDS: Final = 8


@dataclass(frozen=True, slots=True)
class Document:
    """Something to be found.

    Args:
        iri: what it is called; one document each.
        fields: its texts, in one language, each with its weight.
    """

    iri: str
    fields: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found.

    Args:
        iri: of it.
        score: the more, the more it is about the same; comparable within one answer.
        words: those of the question by which it was found, folded, the most telling first.
    """

    iri: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for.

    Args:
        weights: of stems; above 0.
        words: for each stem a word as it was asked.
    """

    weights: Mapping[str, float]
    words: Mapping[str, str]


def question(pieces: Iterable[tuple[str, float]], language: str = "en") -> Question:
    """A question of several texts, each with its weight; what is said more often tells more, up to a point."""
    total: defaultdict[str, float] = defaultdict(float)
    said: dict[str, str] = {}
    for text, weight in pieces:
        for word, stem in stemmed(text, language):
            total[stem] += weight
            said.setdefault(stem, word)
    return Question({stem: weight / (weight + 1) for stem, weight in total.items() if weight > 0}, said)


class TextIndex:
    """Documents by the stems of their words.

    Args:
        documents: in any order; their order makes no difference.
        language: of their texts.
    """

    def __init__(self, documents: Iterable[Document], language: str = "en") -> None:
        self._having: dict[str, list[tuple[str, float]]] = defaultdict(list)
        lengths: dict[str, float] = {}
        for document in sorted(documents, key=lambda one: one.iri):
            counts: defaultdict[str, float] = defaultdict(float)
            for text, weight in document.fields:
                for stem in stems(text, language):
                    counts[stem] += weight
            lengths[document.iri] = sum(counts.values())
            for stem, count in counts.items():
                self._having[stem].append((document.iri, count))
        self._count = len(lengths)
        usual = sum(lengths.values()) / (self._count or 1) or 1.0
        self._slack = {iri: _SATURATION * (1 - _LENGTH + _LENGTH * length / usual) for iri, length in lengths.items()}

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(self._having)

    def __len__(self) -> int:
        return self._count

    def rarity(self, stem: str) -> float:
        """How telling a stem is: the more, the fewer documents have it."""
        having = len(self._having.get(stem, ()))
        return math.log(1 + (self._count - having + 0.5) / (having + 0.5))

    def scores(self, asked: Question) -> dict[str, float]:
        """For each document with any of the words, how much it is about the same."""
        found: defaultdict[str, float] = defaultdict(float)
        for stem, weight in asked.weights.items():
            having = self._having.get(stem)
            if having:
                telling = weight * self.rarity(stem) * (_SATURATION + 1)
                for iri, count in having:
                    found[iri] += telling * count / (count + self._slack[iri])
        return found

    def search(self, text: str, *, limit: int = 10, among: Collection[str] | None = None) -> tuple[Hit, ...]:
        """The documents that are most about the same as a text, best first, then by their IRIs.

        Args:
            text: English words; where none of the documents has one of them, those that are spelt much the same count.
            limit: how many at most.
            among: IRIs of the documents that count; all of them where that is None.
        """
        asked = self._respelt(question([(text, 1.0)]))
        found = self.scores(asked)
        best = sorted((iri for iri in found if among is None or iri in among), key=lambda iri: (-found[iri], iri))[
            :limit
        ]
        shared = self.words(asked, best)
        return tuple(Hit(iri, found[iri], shared[iri]) for iri in best)

    def words(self, asked: Question, iris: Collection[str]) -> dict[str, tuple[str, ...]]:
        """For each of some documents, the words of a question that it has, the most telling first."""
        shared: dict[str, list[str]] = {iri: [] for iri in iris}
        telling = {stem: weight * self.rarity(stem) for stem, weight in asked.weights.items()}
        for stem in sorted(telling, key=lambda stem: (-telling[stem], stem)):
            for iri, _ in self._having.get(stem, ()):
                if iri in shared and len(shared[iri]) < _WORDS:
                    shared[iri].append(asked.words[stem])
        return {iri: tuple(words) for iri, words in shared.items()}

    def _respelt(self, asked: Question) -> Question:
        weights: dict[str, float] = {}
        said: dict[str, str] = {}
        for stem, weight in asked.weights.items():
            for known, alike in self._spelling.near(stem):
                weights[known] = max(weights.get(known, 0.0), weight * alike**2)
                said.setdefault(known, asked.words[stem])
        return Question(weights, said)
