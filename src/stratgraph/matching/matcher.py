"""Elements of a revision beside those of the version before: by what was decided, by identifier, by place, by wording.

Parents before what stands below them. Among siblings the same wording comes first, then the best pairs of similar ones;
what is left over is looked for below other parents.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from stratgraph.errors import Location, UsageError
from stratgraph.identifiers import natural_key
from stratgraph.matching.assignment import best_pairs
from stratgraph.matching.likeness import NEW_SIDE, OLD_SIDE, Likeness, shared_name
from stratgraph.matching.model import DROPPED, NEW, UNCHANGED, Match
from stratgraph.matching.numbers import Numbers
from stratgraph.matching.outline import Group, Item, Outline, is_foreign, outline_of
from stratgraph.matching.similarity import LIKELY, MARGIN, MOVED, ONLY_ONE, RECURRING, SURE, similarity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from stratgraph.document import ElementKind
    from stratgraph.matching.assignment import Pair
    from stratgraph.statements import StatedPlan

MOST_COMPARED: Final = 250_000
"""Pairs whose wordings are compared, about a second of work; of longer lists only those of the same rank."""

MOST_ALTERNATIVES: Final = 5


def match(
    new: StatedPlan | Outline,
    old: StatedPlan | Outline,
    *,
    used: Collection[str],
    decided: Mapping[str, str] | None = None,
) -> tuple[Match, ...]:
    """Which element of the version before each element of a revision is.

    Args:
        new: the revision, or its outline; elements that are not provisional keep their IRIs.
        old: the version before, or its outline.
        used: places of every element of any version of the plan, dropped ones too.
        decided: by place in the revision the place in the version before, or empty for a new element.

    Returns:
        A match for each provisional element in the order of their places, then one for each element of the version
        before that is not in the revision any more.

    Raises:
        UsageError: something decided names no place, or contradicts something else.
    """
    matcher = _Matcher(outline_of(new), outline_of(old))
    matcher.decide(decided or {})
    matcher.recognise()
    return matcher.matches(used)


@dataclass(frozen=True, slots=True)
class _Found:
    """The element of the version before that one is."""

    item: Item
    confidence: float
    is_doubtful: bool = False
    alternatives: tuple[str, ...] = ()


class _Matcher:
    def __init__(self, new: Outline, old: Outline) -> None:
        self.file = new.plan.file
        self.new, self.old = new, old
        self.provisional = new.plan.provisional
        self.found: dict[str, _Found] = {}
        self.decided: set[str] = set()
        self.likeness = Likeness(self.new, self.old)
        for iri in self.new.items:
            if iri not in self.provisional and iri in self.old.items:
                self.found[iri] = _Found(self.old.items[iri], 1.0)
        self.taken = {found.item.iri for found in self.found.values()}

    def pair(
        self, new: Item, old: Item, confidence: float, *, doubtful: bool = False, others: Iterable[str] = ()
    ) -> None:
        alternatives = tuple(islice(others, MOST_ALTERNATIVES)) if doubtful else ()
        self.found[new.iri] = _Found(old, confidence, doubtful, alternatives)
        self.taken.add(old.iri)

    # --- what somebody decided ---------------------------------------------------------------------------------------

    def decide(self, decided: Mapping[str, str]) -> None:
        for place, former in decided.items():
            new = self.new.by_place.get(place)
            if new is None or new.iri not in self.provisional:
                raise self._wrong(place, f"The revision has no element at {place} that is to be matched.")
            self.decided.add(new.iri)
            if not former:
                continue
            old = self.old.by_place.get(former)
            if old is None:
                raise self._wrong(place, f"The version before has no element at {former}.")
            if old.kind is not new.kind:
                raise self._wrong(place, f"{former} is of another class.")
            if old.iri in self.taken:
                raise self._wrong(place, f"Something else of the revision is {former} already.")
            self.pair(new, old, 1.0)

    def _wrong(self, place: str, what: str) -> UsageError:
        return UsageError(
            f"What was decided on {place} cannot be: {what}",
            where=Location(
                file=self.file, element=self.new.by_place[place].iri if place in self.new.by_place else None
            ),
            mend="Decide on it again, or take the decision out.",
        )

    # --- recognising -------------------------------------------------------------------------------------------------

    def recognise(self) -> None:
        self._same_identifier()
        self._by_level()
        # What moved to another level, such as a part of a result that became a result, takes what is below along.
        if self._elsewhere(self._open_new(), self._open_old()):
            self._by_level()

    def _same_identifier(self) -> None:
        """What the source itself names is what it named so before; an identifier that stands twice names nothing."""
        former = _by(attrgetter("identifier"), self._open_old())
        for identifier, some in _by(attrgetter("identifier"), self._open_new()).items():
            before = former.get(identifier, [])
            if len(some) == len(before) == 1:
                self.pair(some[0], before[0], 1.0)

    def _open_new(self) -> list[Item]:
        """What is still to be recognised."""
        unknown = self.provisional - self.found.keys() - self.decided
        return [item for item in self.new.items.values() if item.iri in unknown]

    def _open_old(self) -> list[Item]:
        return [item for item in self.old.items.values() if item.iri not in self.taken]

    def _by_level(self) -> None:
        news, olds = _by_depth(self._open_new()), _by_depth(self._open_old())
        for depth, here in news.items():
            groups: dict[Group, list[Item]] = defaultdict(list)
            for item in here:
                groups[item.group].append(item)
            for group, siblings in groups.items():
                former = self._former(group)
                if former is not None:
                    self._siblings(siblings, former)
            self._elsewhere(*self._left(here, olds.get(depth, [])))

    def _former(self, group: Group) -> Group | None:
        """What siblings had in common in the version before; None where their parent is new."""
        kind, parent = group
        if parent not in self.new.items:
            return group
        found = self.found.get(parent)
        return (kind, found.item.iri) if found else None

    def _siblings(self, news: list[Item], former: Group) -> None:
        olds = [item for item in self.old.siblings.get(former, ()) if item.iri not in self.taken]
        new = news[0]
        if (
            not new.is_numbered
            and len(self.new.siblings[new.group]) == len(olds) == len(self.old.siblings[former]) == 1
        ):
            self.pair(new, olds[0], 1.0 if new.key == olds[0].key else ONLY_ONE)
        self._same_wording(*self._left(news, olds))
        self._similar(*self._left(news, olds))

    def _left(self, news: list[Item], olds: list[Item]) -> tuple[list[Item], list[Item]]:
        return [i for i in news if i.iri not in self.found], [i for i in olds if i.iri not in self.taken]

    def _same_wording(self, news: list[Item], olds: list[Item]) -> None:
        former = _by(attrgetter("key"), olds)
        for wording, some in _by(attrgetter("key"), news).items():
            before = former.get(wording, [])
            if len(some) != len(before):
                ranks = {item.rank: item for item in before}
                for new in [item for item in some if item.rank in ranks]:
                    self.pair(new, ranks[new.rank], 1.0)
            for new, old in zip(*self._left(some, before), strict=False):
                self.pair(new, old, 1.0)

    def _similar(self, news: list[Item], olds: list[Item]) -> None:
        scores = {}
        for new, old in _compared(news, olds):
            score = self.likeness.score(new, old, in_place=self._has_same_neighbour(new, old))
            if score:
                scores[new.iri, old.iri] = score
        self._take_best(scores)

    def _has_same_neighbour(self, new: Item, old: Item) -> bool:
        """Whether what stands before or behind them is one as well, or they both stand at that end of their list."""
        for mine, former in zip(self.new.neighbours(new), self.old.neighbours(old), strict=True):
            if mine is None or former is None:
                if mine is former:
                    return True
            elif mine.iri in self.found and self.found[mine.iri].item is former:
                return True
        return False

    def _take_best(self, scores: Mapping[Pair, float], *, doubtful: bool = False) -> None:
        chosen = best_pairs(scores)
        taken = {pair: score for pair, score in scores.items() if pair in chosen}
        # IRIs of both sides may be the same: a side is known by its number and its IRI.
        best = {side: score for pair, score in taken.items() for side in enumerate(pair)}
        beside: dict[tuple[int, str], list[tuple[float, tuple[int, str]]]] = defaultdict(list)
        for (new, old), score in scores.items():
            beside[0, new].append((score, (1, old)))
            beside[1, old].append((score, (0, new)))
        for (new, old), score in taken.items():
            others = [one for one in (*beside[0, new], *beside[1, old]) if one[1] not in {(0, new), (1, old)}]
            # Another pair rivals this one where it is about as good, and its other side has no better one.
            is_rivalled = any(score - other < MARGIN and best.get(side, 0.0) - other < MARGIN for other, side in others)
            alternatives = sorted((one for one in others if one[1][0] == 1), key=lambda one: -one[0])
            self.pair(
                self.new.items[new],
                self.old.items[old],
                round(score, 2),
                doubtful=doubtful or score < SURE or is_rivalled,
                others=(self.old.items[iri].place for _, (_, iri) in alternatives),
            )

    def _elsewhere(self, news: list[Item], olds: list[Item]) -> bool:
        """Looks below other parents; says whether anything was found."""
        before = len(self.found)
        former = _by(attrgetter("key"), olds)
        for wording, some in _by(attrgetter("key"), news).items():
            others = former.get(wording, [])
            is_unique = self.new.wordings[wording] == self.old.wordings[wording] == 1
            for new, old in zip(some, others, strict=False):
                places = (item.place for item in others if item is not old)
                confidence = MOVED if is_unique else RECURRING
                self.pair(new, old, confidence, doubtful=not is_unique, others=places)
        news, olds = self._left(news, olds)
        scores = {}
        for kind in dict.fromkeys(item.kind for item in news):
            for new, old in _compared([i for i in news if i.kind is kind], [i for i in olds if i.kind is kind]):
                score = self.likeness.alike(new, old, at_least=SURE)
                if score >= SURE:
                    scores[new.iri, old.iri] = score
        self._take_best(scores, doubtful=True)
        return len(self.found) > before

    # --- what came of it ---------------------------------------------------------------------------------------------

    def matches(self, used: Collection[str]) -> tuple[Match, ...]:
        items = sorted(self.new.items.values(), key=lambda item: natural_key(item.place))
        named = (item.place for item in items if item.iri not in self.provisional)
        numbers = Numbers({*used, *self.old.by_place, *named})
        places = {item.iri: item.place for item in items}
        made = []
        for item in items:  # what stands below another one comes after it
            if item.iri in self.provisional:
                made.append(self._match(item, places, numbers))
                # Below an IRI that is not the plan's, no place is given out: what is new there stays where it is.
                if not is_foreign(made[-1].place):
                    places[item.iri] = made[-1].place
        dropped = sorted(self._open_old(), key=lambda item: natural_key(item.place))
        return (*made, *(self._dropped(item) for item in dropped))

    def _match(self, item: Item, places: Mapping[str, str], numbers: Numbers) -> Match:
        found, is_decided = self.found.get(item.iri), item.iri in self.decided
        if found is not None:
            return Match(
                new=item.place,
                old=found.item.place,
                place=found.item.place,
                label=item.label,
                how=self._how(item, found.item),
                confidence=found.confidence,
                is_doubtful=found.is_doubtful,
                alternatives=found.alternatives,
                is_decided=is_decided,
            )
        holder = self.new.holder(item.place)
        wished = item.place if holder is None else places[holder.iri] + item.place.removeprefix(holder.place)
        return Match(
            new=item.place,
            old="",
            place=numbers.new(wished, is_cited=item.notation == item.place.rpartition("/")[2]),
            label=item.label,
            how=NEW,
            confidence=1.0 if is_decided else round(1 - self.likeness.greatest[NEW_SIDE, item.iri], 2),
            is_decided=is_decided,
        )

    def _dropped(self, item: Item) -> Match:
        confidence = round(1 - self.likeness.greatest[OLD_SIDE, item.iri], 2)
        return Match(new="", old=item.place, place=item.place, label=item.label, how=DROPPED, confidence=confidence)

    def _how(self, new: Item, old: Item) -> str:
        if self._former(new.group) != old.group:
            where = "below another parent"
        elif new.kind.facts.is_cited and new.notation and old.notation and new.notation != old.notation:
            where = "other number"
        elif new.rank == old.rank:
            where = "same place"
        elif new.identifier and new.identifier == old.identifier:
            where = "same identifier"
        else:
            where = shared_name(new, old) or "other place"
        if new.key and new.key == old.key:
            return UNCHANGED if where == "same place" else f"{where}, same text"
        return f"{where}, {'similar' if similarity(new.words, old.words) >= LIKELY else 'other'} text"


def _by_depth(items: Iterable[Item]) -> dict[int, list[Item]]:
    found: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        found[item.depth].append(item)
    return found


def _by(name: Callable[[Item], str], items: Iterable[Item]) -> dict[tuple[ElementKind, str], list[Item]]:
    """The items by kind and by what a function says of them; those are left out of which it says nothing."""
    found: dict[tuple[ElementKind, str], list[Item]] = defaultdict(list)
    for item in items:
        if named := name(item):
            found[item.kind, named].append(item)
    return found


def _compared(news: Sequence[Item], olds: Sequence[Item]) -> list[tuple[Item, Item]]:
    if len(news) * len(olds) <= MOST_COMPARED:
        return [(new, old) for new in news for old in olds]
    ranks = {item.rank: item for item in olds}
    return [(new, ranks[new.rank]) for new in news if new.rank in ranks]
