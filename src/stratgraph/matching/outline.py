"""The elements of a plan as matching sees them: who stands below whom, in which order, with which words."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.document import ElementKind
from stratgraph.graph import primary
from stratgraph.identifiers import names_above, natural_key, whole_number
from stratgraph.matching.similarity import key
from stratgraph.terms import DCTERMS, RDF, RDFS, SG

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stratgraph.statements import StatedPlan

_KINDS: Final = {str(kind.value): kind for kind in ElementKind}

_PARENTS: Final = (
    SG.PART_OF,
    SG.SUPPORTS_OBJECTIVE,
    SG.EXPECTED_FOR,
    SG.INDICATOR_OF,
    SG.RESULT_OF,
    SG.MEASURES,
    SG.CONTRIBUTES_TO,
)
"""Properties that lead from an element to its parent, the nearest first."""

Group = tuple[ElementKind, str]
"""Kind, and IRI of the parent element or else of the unit: siblings have both in common."""


@dataclass(frozen=True, slots=True)
class Item:
    """One element.

    Args:
        iri: its IRI.
        place: the same relative to the plan; the whole IRI where it is not below that of the plan.
        group: what it shares with its siblings.
        depth: how many elements stand above it.
        rank: its order among its siblings, from 1.
        label: what people call it.
        text: its wording.
        words: of the key of that wording, sorted.
        key: of that wording; empty where there is none.
        notation: the number that the source gives it, or empty.
        title: key of its short title, or empty.
        identifier: that its source names it by, where that is none of ours; or empty.
    """

    iri: str
    place: str
    group: Group
    depth: int
    rank: int
    label: str
    text: str
    words: tuple[str, ...]
    key: str
    notation: str
    title: str
    identifier: str

    @property
    def kind(self) -> ElementKind:
        """Its class."""
        return self.group[0]

    @property
    def is_numbered(self) -> bool:
        """Whether its place ends in a number: a unit's mission does not, its objectives do."""
        return self.place[-1:].isdecimal()


class Outline:
    """The elements of one plan.

    Args:
        plan: whose they are.
        language: primary subtag of the one language whose words are looked at, beside those that say no language; where
            it is empty, each text is the one that the plan shows.

    Attributes:
        plan: whose they are.
        items: by IRI, those above before those below, siblings in their order.
        siblings: by what they share, in their order.
        by_place: the items by place.
        wordings: how often each wording of a kind stands in the plan.
    """

    def __init__(self, plan: StatedPlan, *, language: str = "") -> None:
        self.plan = plan
        self._language = language
        self._graph = plan.graph
        self._elements = dict.fromkeys(self._graph.of_type(*_KINDS))
        self._statements = {
            value: subject for subject in self._elements for value in self._led_to(subject, SG.HAS_STATEMENT)
        }
        self._parents = {iri: self._above(iri) for iri in self._elements}
        self._depths = _depths(self._parents)
        groups: dict[Group, list[str]] = defaultdict(list)
        for iri in self._elements:
            groups[self._group(iri)].append(iri)
        self.siblings: dict[Group, tuple[Item, ...]] = {
            group: tuple(
                self._item(iri, group, rank) for rank, iri in enumerate(sorted(iris, key=self._order), start=1)
            )
            for group, iris in groups.items()
        }
        found = [item for siblings in self.siblings.values() for item in siblings]
        found.sort(key=lambda item: (item.depth, item.group[0].value, natural_key(item.group[1]), item.rank))
        self.items: dict[str, Item] = {item.iri: item for item in found}
        self.by_place: dict[str, Item] = {item.place: item for item in found}
        self.wordings = Counter((item.kind, item.key) for item in found if item.key)
        self._below: dict[str, list[Item]] = defaultdict(list)
        for item in found:
            self._below[item.group[1]].append(item)

    def below(self, item: Item) -> list[Item]:
        """The elements that stand directly below it."""
        return self._below.get(item.iri, [])

    def neighbours(self, item: Item) -> tuple[Item | None, Item | None]:
        """The siblings before and after it; None at an end of the list."""
        siblings = self.siblings[item.group]
        before = siblings[item.rank - 2] if item.rank > 1 else None
        return before, siblings[item.rank] if item.rank < len(siblings) else None

    def holder(self, place: str) -> Item | None:
        """The element whose place is the longest that ``place`` stands below."""
        while place:
            place = place.rpartition("/")[0]
            if place in self.by_place:
                return self.by_place[place]
        return None

    def _led_to(self, subject: str, predicate: str) -> list[str]:
        """The elements that a property leads to."""
        return [iri for iri in self._graph.iris(subject, predicate) if iri in self._elements]

    def _order(self, iri: str) -> tuple[object, ...]:
        return whole_number(self._graph.text(iri, SG.POSITION)) or 0, natural_key(iri)

    def _above(self, iri: str) -> str:
        """The parent element, or empty: by what the plan says; by its place where it does not say it."""
        above = next((up for up in names_above(iri) if up in self._elements), "")
        if iri in self._statements:
            return self._statements[iri]
        for predicate in _PARENTS:
            parents = self._led_to(iri, predicate)
            # An objective stands in its unit and contributes to a goal; only where it is placed below one, as in
            # StratML, does it move with it.
            if parents and (predicate != SG.CONTRIBUTES_TO or above):
                return above if above in parents else parents[0]
        return above

    def _group(self, iri: str) -> Group:
        kind = next(_KINDS[name] for name in self._graph.iris(iri, RDF.TYPE) if name in _KINDS)
        return kind, self._parents[iri] or self._graph.iri(iri, SG.OF_UNIT)

    def _item(self, iri: str, group: Group, rank: int) -> Item:
        graph = self._graph
        shown = graph.text(iri, SG.TEXT, RDFS.LABEL)
        text = self._text(iri, SG.TEXT, RDFS.LABEL)
        wording = key(text)
        return Item(
            iri=iri,
            place=self.plan.identifiers.place_of(iri),
            group=group,
            depth=self._depths[iri],
            rank=rank,
            label=self._text(iri, RDFS.LABEL) or graph.text(iri, RDFS.LABEL) or shown,
            text=text or shown,
            words=tuple(sorted(wording.split())),
            key=wording,
            notation=graph.text(iri, SG.NOTATION),
            title=key(self._text(iri, DCTERMS.TITLE)),
            identifier=graph.text(iri, DCTERMS.IDENTIFIER),
        )

    def _text(self, iri: str, *predicates: str) -> str:
        """The text that is looked at."""
        if not self._language:
            return self._graph.text(iri, *predicates)
        found = (one for name in predicates for one in self._graph.literals(iri, name, (self._language,)))
        return next((one.value for one in found if primary(one.language) in {"", self._language}), "")


def is_foreign(place: str) -> bool:
    """Whether it is the whole IRI of an element that is not below its plan's."""
    return ":" in place


def _depths(parents: Mapping[str, str]) -> dict[str, int]:
    """How many elements stand above each; data at odds with themselves may go round in a circle."""
    depths: dict[str, int] = {}
    for first in parents:
        way: dict[str, None] = {}
        iri = first
        while iri and iri not in depths and iri not in way:
            way[iri] = None
            iri = parents[iri]
        depth = depths.get(iri, -1)
        for below in reversed(way):
            depth += 1
            depths[below] = depth
    return depths


def outline_of(plan: StatedPlan | Outline) -> Outline:
    """The outline of a plan; one that is made already is given back."""
    return plan if isinstance(plan, Outline) else Outline(plan)
