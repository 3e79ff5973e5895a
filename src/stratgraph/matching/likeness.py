"""How sure it is that an element of a revision and one of the version before are one."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from stratgraph.matching.similarity import FAMILY, LIKELY, MARGIN, SAME_NUMBER, SUPPORT, SURE, similarity

if TYPE_CHECKING:
    from stratgraph.matching.outline import Item, Outline

NEW_SIDE: Final = 0
OLD_SIDE: Final = 1


class Likeness:
    """Scores of pairs of two plans.

    Attributes:
        greatest: by side and IRI, how alike the most alike of those that it was compared with is.
    """

    def __init__(self, new: Outline, old: Outline) -> None:
        self._outlines = new, old
        self._below: dict[tuple[int, str], Counter[str]] = {}
        self.greatest: dict[tuple[int, str], float] = defaultdict(float)

    def score(self, new: Item, old: Item, *, in_place: bool) -> float:
        """How sure it is that two siblings are one; 0 where they are not.

        Args:
            new: of the revision.
            old: of the version before.
            in_place: whether they have a neighbour in common.
        """
        alike = self.alike(new, old, at_least=LIKELY)
        named = bool(shared_name(new, old))
        score = 0.0
        if alike >= LIKELY:
            score = alike + (SUPPORT if named or in_place else 0.0)
            if not in_place and not named and _figures(new) != _figures(old):
                # "TELECOM World 2013" and "TELECOM World 2015": a row of things that differ by a figure.
                score = min(score, SURE - MARGIN)
        return min(max(score, SAME_NUMBER if named else 0.0), 1.0)

    def alike(self, new: Item, old: Item, *, at_least: float) -> float:
        """How alike two elements are in their wording, or in that and in what stands below them.

        Args:
            new: of the revision.
            old: of the version before.
            at_least: below it the answer may be 0.
        """
        if not new.key or not old.key:
            return 0.0
        mine, former = self._wordings_below(NEW_SIDE, new), self._wordings_below(OLD_SIDE, old)
        has_family = bool(mine and former)
        alike = similarity(new.words, old.words, at_least=0.0 if has_family else at_least)
        if has_family:
            family = 2 * (mine & former).total() / (mine.total() + former.total())
            alike = max(alike, FAMILY * family + (1 - FAMILY) * alike)
        for side in ((NEW_SIDE, new.iri), (OLD_SIDE, old.iri)):
            self.greatest[side] = max(self.greatest[side], alike)
        return alike

    def _wordings_below(self, side: int, item: Item) -> Counter[str]:
        if (side, item.iri) not in self._below:
            self._below[side, item.iri] = Counter(below.key for below in self._outlines[side].below(item))
        return self._below[side, item.iri]


def shared_name(new: Item, old: Item) -> str:
    """By what people would cite both, in words; empty where there is nothing."""
    if not new.kind.facts.is_cited:
        return ""
    if new.notation and new.notation == old.notation:
        return "same number"
    return "same title" if new.title and new.title == old.title else ""


def _figures(item: Item) -> list[str]:
    return [word for word in item.words if any(c.isdecimal() for c in word)]
