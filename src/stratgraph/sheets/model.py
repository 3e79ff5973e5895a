"""What a sheet consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from stratgraph.entities import Named
    from stratgraph.history import Version
    from stratgraph.sheets.findings import Finding


@dataclass(frozen=True, slots=True)
class Value:
    """A baseline, target or actual value.

    Args:
        iri: of the value.
        kind: what it is, in words.
        text: the words, or the number with its unit.
        when: the day or days that it is for; empty where that is not said.
    """

    iri: str
    kind: str
    text: str
    when: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link of an element with a thing of others, as its mapping's record or the plan itself says it.

    Args:
        relation: such as skos:relatedMatch.
        other: the thing.
        confidence: from 0 to 1; None where that is not said.
        record: IRI of the mapping's record; empty where the plan itself says it.
    """

    relation: Named
    other: Named
    confidence: Decimal | None
    record: str


@dataclass(frozen=True, slots=True)
class Group:
    """The elements of one class that hang at one thing, in their order."""

    kind: str
    label: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """An element on the sheet, with what hangs at it.

    Args:
        iri: of the element.
        place: in its plan, ``itu-d/objective/3``; the whole IRI of one that is not named below its plan.
        kind: IRI of its class.
        kind_label: what its class is called.
        notation: its number in the source; empty where it has none.
        position: among its like; 0 where that is not said.
        title: its name, where that is another than the beginning of its text; else empty.
        text: its words in full.
        language: of the text; empty where it has none.
        units: notations of the units that it is of.
        values: its baselines, targets and actual values.
        links: with things of others.
        findings: of the rules.
        related: what it hangs at or measures beside the place where it stands here: a label and a thing each.
        groups: what hangs at it, class by class; a second occurrence of an element has none.
        lacks: classes of which something should hang here and nothing does, in words.
        is_repeated: it stands in full at an earlier place of the sheet.
    """

    iri: str
    place: str
    kind: str
    kind_label: str
    notation: str
    position: int
    title: str
    text: str
    language: str
    units: tuple[str, ...]
    values: tuple[Value, ...] = ()
    links: tuple[Link, ...] = ()
    findings: tuple[Finding, ...] = ()
    related: tuple[tuple[str, Node], ...] = ()
    groups: tuple[Group, ...] = ()
    lacks: tuple[str, ...] = ()
    is_repeated: bool = False

    @property
    def name(self) -> str:
        """What it is called for short: its class and its number, where it has one."""
        return f"{self.kind_label[:1].upper()}{self.kind_label[1:]}{f' {self.notation}' if self.notation else ''}"

    @property
    def words(self) -> str:
        """What it says where there is little room: its title, but for one that leads in to the text (“Informing…”)."""
        return self.title if self.title and not self.title.endswith(("…", "...")) else self.text

    def walk(self) -> Iterator[Node]:
        """It and all that hangs at it, from above."""
        yield self
        for group in self.groups:
            for node in group.nodes:
                yield from node.walk()

    def of(self, *kinds: str) -> tuple[Node, ...]:
        """The elements of these classes that hang directly at it."""
        return tuple(node for group in self.groups if group.kind in kinds for node in group.nodes)


@dataclass(frozen=True, slots=True)
class Band:
    """A mission with what hangs at it; without a mission, the goals for which none is stated."""

    mission: Node | None
    goals: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that elements of a class lack.

    Args:
        words: what.
        nodes: which elements; empty where it is the plan that has none of a class.
        is_of_all: whether these are all of their class.
    """

    words: str
    nodes: tuple[Node, ...]
    is_of_all: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A version of a plan as one sheet. Every element of the version stands on it at least once.

    Args:
        version: which.
        plan: IRI of the plan.
        title: of the plan.
        organisation: whose it is; empty where nobody says.
        languages: in which texts are shown, the preferred one first.
        spoken: the languages that its elements have texts in, sorted.
        bands: missions with their goals.
        beside: missions without goals, visions and situational factors, unit by unit.
        loose: all other elements that hang at nothing.
        counts: how many elements there are of each class, in the order in which people list them.
        gaps: what elements lack.
        findings: about the plan as a whole.
        size: how many elements the version has.
    """

    version: Version
    plan: str
    title: str
    organisation: str
    languages: tuple[str, ...]
    spoken: tuple[str, ...]
    bands: tuple[Band, ...]
    beside: tuple[tuple[str, tuple[Node, ...]], ...]
    loose: tuple[Node, ...]
    counts: tuple[tuple[str, str, int], ...]
    gaps: tuple[Gap, ...]
    findings: tuple[Finding, ...]
    size: int

    def walk(self) -> Iterator[Node]:
        """Every element in the order of the sheet, repeated ones again."""
        for band in self.bands:
            if band.mission:
                yield from band.mission.walk()
            else:
                for goal in band.goals:
                    yield from goal.walk()
        for _, nodes in self.beside:
            for node in nodes:
                yield from node.walk()
        for node in self.loose:
            yield from node.walk()
