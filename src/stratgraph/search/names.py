"""Things by their names, in any language: which name is most like some words, and which begins with them."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from stratgraph.search.spelling import Spelling
from stratgraph.search.words import folded, stems, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_ENOUGH: Final = 800
"""How many names are looked at for their rarest words; commoner words then only add to those."""

_COMPARED: Final = 40
"""How many of them are compared letter by letter."""

_LETTERS: Final = 0.7
"""How much likeness in letters counts; the rest is how much of the words they share."""

_OTHER_ORDER: Final = 0.97
"""What the same words in another order are worth."""

_LONGEST: Final = 1_000
_MOST_BEGINNINGS: Final = 500


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like some words the most like of a thing's names is.

    Args:
        iri: of the thing.
        name: the name, as it is written.
        letters: how alike they are in letters, from 0 to 1.
        shared: how much of their words they share, the rarer the more, from 0 to 1.
    """

    iri: str
    name: str
    letters: float
    shared: float

    @property
    def score(self) -> float:
        """Both together, from 0 to 1."""
        return _LETTERS * self.letters + (1 - _LETTERS) * self.shared


class NameIndex:
    """Names of things.

    Args:
        names: IRI and name; a thing may have several. Their order makes no difference.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        rows = sorted({(iri, name) for iri, name in names if name.strip()})
        self._rows = [(iri, name, folded(name)) for iri, name in rows]
        self._exact: defaultdict[str, list[int]] = defaultdict(list)
        self._having: defaultdict[str, list[int]] = defaultdict(list)
        stemmed = []
        for row, (_, name, key) in enumerate(self._rows):
            self._exact[key].append(row)
            stemmed.append(frozenset(stems(name)))
            for stem in stemmed[-1]:
                self._having[stem].append(row)
        count = len(rows)
        self._rarity = {stem: math.log(1 + count / len(having)) for stem, having in self._having.items()}
        self._weight = [sum(self._rarity[stem] for stem in found) for found in stemmed]
        self._spelling = Spelling(self._rarity)
        self._rows_of: defaultdict[str, set[int]] = defaultdict(set)
        for row, (_, name, _key) in enumerate(self._rows):
            for word in words(name):
                self._rows_of[word].add(row)
        self._words = sorted(self._rows_of)

    def alike(self, text: str, *, limit: int, among: Collection[str] | None = None) -> tuple[Likeness, ...]:
        """The things with the names most like some words, best first, then by their IRIs; each once.

        Args:
            text: the words.
            limit: how many things.
            among: IRIs of the things that count; all where that is None.
        """
        text = text[:_LONGEST].strip()
        key = folded(text)
        shared = self._shared(text)
        compared = sorted(shared, key=lambda row: (-shared[row], self._rows[row][0]))
        if among is not None:
            compared = [row for row in compared if self._rows[row][0] in among]
        best: dict[str, Likeness] = {}
        for row in dict.fromkeys((*self._exact.get(key, ()), *compared[:_COMPARED])):
            iri, name, other = self._rows[row]
            if among is None or iri in among:
                letters = max(fuzz.ratio(key, other), _OTHER_ORDER * fuzz.token_sort_ratio(key, other)) / 100
                found = Likeness(iri, name, letters, 1.0 if key == other else shared.get(row, 0.0))
                if iri not in best or found.score > best[iri].score:
                    best[iri] = found
        return tuple(sorted(best.values(), key=lambda one: (-one.score, one.iri))[:limit])

    def beginning(self, prefix: str) -> tuple[str, ...]:
        """The IRIs of the things of which a name has words that begin so, the last one perhaps not to its end.

        Names that begin so as a whole come first, then the shorter ones, then by IRI. At most some hundreds.
        """
        key = folded(prefix).strip()
        *whole, last = words(prefix) or [""]
        if not last:
            return ()
        start = bisect_left(self._words, last)
        ends = (word for word in self._words[start : start + _MOST_BEGINNINGS] if word.startswith(last))
        rows = {row for word in ends for row in self._rows_of[word]}
        for word in whole:
            rows &= self._rows_of.get(word, set())
        ranked = sorted(
            rows, key=lambda row: (not self._rows[row][2].startswith(key), len(self._rows[row][1]), self._rows[row][0])
        )
        return tuple(dict.fromkeys(self._rows[row][0] for row in ranked))[:_MOST_BEGINNINGS]

    def _shared(self, text: str) -> dict[int, float]:
        """For each name that shares words with a text, how much: Dice's coefficient, with rare words counting more."""
        wanted: dict[str, float] = {}
        whole = 0.0
        for stem in set(stems(text)):
            near = ((stem, 1.0),) if stem in self._rarity else self._spelling.near(stem)
            whole += max((self._rarity[known] for known, _ in near), default=math.log(1 + len(self._rows)))
            for known, alike in near:
                wanted[known] = max(wanted.get(known, 0.0), self._rarity[known] * alike)
        both: dict[int, float] = {}
        for stem in sorted(wanted, key=lambda stem: (-self._rarity[stem], stem)):
            is_open = len(both) < _ENOUGH
            for row in self._having[stem]:
                if is_open or row in both:
                    both[row] = both.get(row, 0.0) + wanted[stem]
        return {row: 2 * weight / (whole + self._weight[row]) for row, weight in both.items()}
