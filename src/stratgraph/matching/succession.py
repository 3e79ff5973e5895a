"""Which elements of the plan before a plan carries on, by the same measures as a revision.

Between two versions an element stays itself. Between two periods it does not: each plan has its own elements, and one
of the new plan may carry on several of the plan before, or several one. So the pairs that matching gives are where it
begins; then it looks for wordings that are together what one wording was.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from stratgraph.errors import Location, UsageError
from stratgraph.graph import primary
from stratgraph.identifiers import natural_key
from stratgraph.matching.likeness import NEW_SIDE, OLD_SIDE, Likeness
from stratgraph.matching.matcher import MOST_COMPARED, match
from stratgraph.matching.model import NEW
from stratgraph.matching.outline import Item, Outline
from stratgraph.matching.similarity import LIKELY, MARGIN, SAME_NUMBER, SUPPORT, SURE, similarity
from stratgraph.terms import DCTERMS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from stratgraph.document import ElementKind
    from stratgraph.matching.model import Match
    from stratgraph.statements import StatedPlan

TOGETHER: Final = SURE - SUPPORT
"""From here on several wordings are together what one was: as sure as a pair is that has something more in common."""

_SHARED: Final = 2 / 3
"""Of the words of a part that the whole has too."""

STATED: Final = "as the plan states"
DECIDED: Final = "as a person decided"
WORDS: Final = "their words together"
ENDED: Final = "nothing like it follows"


class Relation(StrEnum):
    """What became of elements of the plan before; in the order in which a report shows them."""

    CONTINUED = "continued"
    SPLIT = "split"
    MERGED = "merged"
    REGROUPED = "regrouped"
    """Several became several; only where somebody says so."""
    ENDED = "ended"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Named:
    """An element of one of the two plans.

    Args:
        iri: of it.
        place: the same relative to its plan.
        kind: IRI of its class.
        label: what people call it.
        text: its wording.
    """

    iri: str
    place: str
    kind: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Succession:
    """What became of some elements, or where some come from.

    Args:
        relation: which of the two it is.
        old: elements of the plan before; none of what is new.
        new: elements of the plan that follows; none of what ended.
        how: in words, such as ``same place, similar text``.
        confidence: how sure that is, from 0 to 1.
        is_doubtful: somebody should look at it.
        is_decided: a person said so, in the plan or beside it.
        pairs: the IRI of an element of the plan that follows with that of one that it carries on.
        decided: IRIs of those elements of the plan that follows of which somebody decided beside it what they carry on.
    """

    relation: Relation
    old: tuple[Named, ...]
    new: tuple[Named, ...]
    how: str
    confidence: float
    is_doubtful: bool = False
    is_decided: bool = False
    pairs: tuple[tuple[str, str], ...] = ()
    decided: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Group:
    """Elements of one succession, as matching sees them; ``sure`` is from 0 to 1, ``pairs`` are what was said."""

    old: tuple[Item, ...]
    new: tuple[Item, ...]
    how: str
    sure: float
    is_doubtful: bool = False
    pairs: tuple[tuple[str, str], ...] = ()
    is_decided: bool = False
    decided: frozenset[str] = frozenset()

    @property
    def iris(self) -> frozenset[str]:
        """Of its elements."""
        return frozenset(item.iri for item in (*self.old, *self.new))


def succession(
    new: StatedPlan,
    old: StatedPlan,
    *,
    stated: Mapping[str, Collection[str]] | None = None,
    decided: Mapping[str, Collection[str]] | None = None,
) -> tuple[Succession, ...]:
    """What became of each element of a plan in the plan of the next period.

    Args:
        new: the plan that follows, its elements under the IRIs that they have for good.
        old: the plan before.
        stated: by IRI of an element of the new plan the IRIs of those that it replaces, as that plan says.
        decided: by place in the new plan the places in the one before, none of what is new; it goes before what is
            stated.

    Returns:
        Each element of both plans once, those of the plan before in the order of their places; what is new comes last.
        Of plans that have no language in common only what is stated or decided.

    Raises:
        UsageError: something decided names no place.
    """
    return _Following(new, old).found(stated or {}, decided or {})


def shared_language(new: StatedPlan, old: StatedPlan) -> str | None:
    """The language in which two plans are compared: one that both have titles in, the newer plan's main one first.

    Returns:
        Its primary subtag; empty where one of them does not say its language; None where they have none in common.
    """
    mine, theirs = _languages(new), _languages(old)
    if not mine or not theirs:
        return ""
    return next((one for one in mine if one in theirs), None)


def _languages(plan: StatedPlan) -> tuple[str, ...]:
    """The languages of a plan by their primary subtags, the main one first; none where its source says none."""
    if plan.assumed_language:
        return ()
    titles = plan.graph.literals(plan.identifiers.plan_iri, DCTERMS.TITLE)
    found = sorted({primary(one.language) for one in titles if one.language})
    return tuple(sorted(found, key=lambda one: one != primary(plan.language)))


class _Following:
    def __init__(self, new: StatedPlan, old: StatedPlan) -> None:
        self.language = shared_language(new, old)
        # Each element is to be recognised, also where the source names it: that name is the new plan's own.
        self.new = Outline(replace(new, provisional=frozenset(Outline(new).items)), language=self.language or "")
        self.old = Outline(old, language=self.language or "")
        self.likeness = Likeness(self.new, self.old)

    def found(
        self, stated: Mapping[str, Collection[str]], decided: Mapping[str, Collection[str]]
    ) -> tuple[Succession, ...]:
        said = self._said(stated, decided)
        groups = list(self._said_groups(said))
        if self.language is None:
            return tuple(map(_told, self._by_place(groups)))
        settled = frozenset(said).union(*(group.iris for group in groups))
        pairs, alone = self._pairs(said, settled)
        taken: set[str] = set()
        # The surest regroupings come first, and an element is in one succession.
        for group in (*self._regroupings(pairs, settled), *pairs):
            if taken.isdisjoint(group.iris):
                taken |= group.iris
                groups.append(group)
        return tuple(map(_told, self._in_order(groups, alone)))

    # --- what somebody said -------------------------------------------------------------------------------------------

    def _said(
        self, stated: Mapping[str, Collection[str]], decided: Mapping[str, Collection[str]]
    ) -> dict[str, tuple[frozenset[str], str]]:
        """By IRI of an element of the new plan those that it replaces, and who says so."""
        said: dict[str, tuple[frozenset[str], str]] = {}
        for iri, before in stated.items():
            there = frozenset(before) & self.old.items.keys()
            if iri in self.new.items and there:
                said[iri] = there, STATED
        for place, places in decided.items():
            missing = [one for one in places if one not in self.old.by_place]
            if place not in self.new.by_place or missing:
                which = f"plan before has no element at {missing[0]}" if missing else "plan has no element there"
                raise UsageError(
                    f"What was decided on {place} cannot be: the {which}.",
                    where=Location(file=self.new.plan.file),
                    mend="Decide on it again, or take the decision out.",
                )
            said[self.new.by_place[place].iri] = frozenset(self.old.by_place[one].iri for one in places), DECIDED
        return said

    def _said_groups(self, said: Mapping[str, tuple[frozenset[str], str]]) -> Iterator[_Group]:
        """What was said together: elements that share one of the plan before are of one group."""
        by_old: dict[str, list[str]] = defaultdict(list)
        for iri, (before, _) in said.items():
            for one in before:
                by_old[one].append(iri)
        done: set[str] = set()
        for first in said:
            if first in done:
                continue
            news, olds, waiting = {first}, set[str](), [first]
            while waiting:
                for one in said[waiting.pop()][0] - olds:
                    olds.add(one)
                    beside = set(by_old[one]) - news
                    news |= beside
                    waiting += beside
            done |= news
            how = ", ".join(sorted({said[iri][1] for iri in news}))
            pairs = tuple(sorted((iri, one) for iri in news for one in said[iri][0]))
            decided = frozenset(iri for iri in news if said[iri][1] == DECIDED)
            olds_and_news = _items(self.old, olds), _items(self.new, news)
            yield _Group(*olds_and_news, how, 1.0, pairs=pairs, is_decided=True, decided=decided)

    # --- what the words say -------------------------------------------------------------------------------------------

    def _pairs(
        self, said: Mapping[str, tuple[frozenset[str], str]], settled: Collection[str]
    ) -> tuple[list[_Group], dict[str, float]]:
        """The pairs that matching finds beside what was said, and how sure it is of an element that it has none."""
        known: dict[str, str] = {}
        given: set[str] = set()
        for iri, (before, _) in said.items():
            item = self.new.items[iri]
            # What stands below two elements of which one carries the other on is looked for there.
            fitting = (one.place for one in _items(self.old, before) if one.kind is item.kind)
            known[item.place] = next((place for place in fitting if place not in given), "")
            given.add(known[item.place])
        pairs: list[_Group] = []
        alone: dict[str, float] = {}
        for one in match(self.new, self.old, used=(), decided=known):
            new, old = self.new.by_place.get(one.new), self.old.by_place.get(one.old)
            if new and old:
                is_open = new.iri not in settled and old.iri not in settled
                pairs += self._pair(new, old, one) if is_open else []
            else:
                alone |= {item.iri: one.confidence for item in (new, old) if item}
        return pairs, alone

    def _pair(self, new: Item, old: Item, found: Match) -> list[_Group]:
        """A pair, as sure as the words make it: its number and its place begin anew with each period."""
        if (new.key and new.key == old.key) or (new.identifier and new.identifier == old.identifier):
            return [_Group((old,), (new,), found.how, found.confidence, found.is_doubtful)]
        sure = round(self.likeness.alike(new, old, at_least=LIKELY), 2)
        if sure < LIKELY:
            # The one mission of a unit in both plans, or two goals of one title: somebody has to say what became of it.
            is_only = not new.is_numbered and new.group == old.group
            sure = SAME_NUMBER if is_only or (new.title and new.title == old.title) else 0.0
        return [_Group((old,), (new,), found.how, sure, found.is_doubtful or sure < SURE)] if sure else []

    def _regroupings(self, pairs: Iterable[_Group], settled: Collection[str]) -> list[_Group]:
        """Several elements that are together what one was, or one that is what several were; the surest first."""
        same = {iri for pair in pairs if pair.new[0].key == pair.old[0].key for iri in pair.iris}
        partners = {iri: pair.iris for pair in pairs if not pair.is_doubtful for iri in pair.iris}
        before, after = (
            [item for item in outline.items.values() if item.iri not in settled and item.iri not in same]
            for outline in (self.old, self.new)
        )
        found = []
        for wholes, others, is_split in ((before, after, True), (after, before, False)):
            parts = _by_kind(others)
            for kind, some in _by_kind(wholes).items():
                for whole in some if len(some) * len(parts[kind]) <= MOST_COMPARED else ():
                    # What surely is another one's is no part of this one.
                    free = [item for item in parts[kind] if whole.iri in partners.get(item.iri, {whole.iri})]
                    chosen, score = _parts(whole, free)
                    if len(chosen) > 1 and score >= TOGETHER:
                        old, new = ((whole,), chosen) if is_split else (chosen, (whole,))
                        found.append(_Group(old, new, WORDS, round(score, 2), is_doubtful=score < SURE))
        return sorted(found, key=lambda group: -group.sure)

    # --- what came of it ----------------------------------------------------------------------------------------------

    def _in_order(self, groups: Iterable[_Group], alone: Mapping[str, float]) -> list[_Group]:
        groups = [replace(one, old=_sorted(one.old), new=_sorted(one.new)) for one in groups]
        known = {iri for one in groups for iri in one.iris}

        def left(outline: Outline, side: int) -> Iterator[tuple[Item, float]]:
            for item in outline.items.values():
                if item.iri not in known:
                    yield item, alone.get(item.iri, round(1 - self.likeness.greatest[side, item.iri], 2))

        groups += [_Group((item,), (), ENDED, sure) for item, sure in left(self.old, OLD_SIDE)]
        groups += [_Group((), (item,), NEW, sure) for item, sure in left(self.new, NEW_SIDE)]
        return self._by_place(groups)

    @staticmethod
    def _by_place(groups: Iterable[_Group]) -> list[_Group]:
        return sorted(groups, key=lambda one: (not one.old, natural_key((one.old or one.new)[0].place)))


def _parts(whole: Item, others: Sequence[Item]) -> tuple[tuple[Item, ...], float]:
    """Those of the others whose words are together nearest to what the whole says, and how near; the best first."""
    words = Counter(whole.words)
    fitting = {item.iri: Counter(item.words) for item in others}
    fitting = {iri: own for iri, own in fitting.items() if (own & words).total() >= _SHARED * own.total() > 0}
    chosen: list[str] = []
    joined, score = Counter[str](), 0.0
    while fitting:
        scores = {
            iri: similarity(tuple(sorted((joined | own).elements())), whole.words) for iri, own in fitting.items()
        }
        best = max(scores, key=scores.__getitem__)
        if scores[best] < score + MARGIN:
            break
        joined, score = joined | fitting.pop(best), scores[best]
        chosen.append(best)
    return tuple(item for item in others if item.iri in chosen), score


def _by_kind(items: Iterable[Item]) -> dict[ElementKind, list[Item]]:
    found: dict[ElementKind, list[Item]] = defaultdict(list)
    for item in items:
        found[item.kind].append(item)
    return found


def _items(outline: Outline, iris: Iterable[str]) -> tuple[Item, ...]:
    return _sorted(outline.items[iri] for iri in iris)


def _sorted(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: natural_key(item.place)))


def _told(group: _Group) -> Succession:
    relations = {
        (False, False): Relation.CONTINUED,
        (False, True): Relation.SPLIT,
        (True, False): Relation.MERGED,
        (True, True): Relation.REGROUPED,
    }
    relation = relations[len(group.old) > 1, len(group.new) > 1] if group.old and group.new else Relation.ENDED
    return Succession(
        relation if group.old else Relation.NEW,
        tuple(map(_named, group.old)),
        tuple(map(_named, group.new)),
        group.how,
        group.sure,
        group.is_doubtful,
        group.is_decided,
        group.pairs or tuple((new.iri, old.iri) for new in group.new for old in group.old),
        group.decided,
    )


def _named(item: Item) -> Named:
    return Named(item.iri, item.place, str(item.kind.value), item.label, item.text)
