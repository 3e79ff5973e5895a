"""Which known words somebody may have meant by one that nobody knows."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from stratgraph.search.words import trigrams

if TYPE_CHECKING:
    from collections.abc import Iterable

ALIKE: Final = 0.75
"""How alike two words are at least that may be one: two letters in eight may differ (normalised Indel similarity)."""

_SHARED: Final = 2
"""How many pieces of three letters they share at least, beginning and end being letters too."""

_COMPARED: Final = 50
_MOST: Final = 3


class Spelling:
    """Words, found by pieces of three letters.

    Args:
        known: the words, in any order.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._having: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(self._known):
            for piece in trigrams(word):
                self._having[piece].append(word)

    def near(self, word: str) -> tuple[tuple[str, float], ...]:
        """The known words most like it, each with how alike they are, up to 1; the word itself alone where known."""
        if word in self._known:
            return ((word, 1.0),)
        shared = Counter(known for piece in trigrams(word) for known in self._having.get(piece, ()))
        compared = sorted((k for k, count in shared.items() if count >= _SHARED), key=lambda k: (-shared[k], k))
        alike = ((known, fuzz.ratio(word, known) / 100) for known in compared[:_COMPARED])
        found = sorted((pair for pair in alike if pair[1] >= ALIKE), key=lambda pair: (-pair[1], pair[0]))
        return tuple(found[:_MOST])
