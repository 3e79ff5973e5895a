"""A version's graph → its sheet.

An element stands where the source counts it: a part at its whole, a statement at its goal, an indicator at its
objective. What hangs at several things stands in full at the first and by name at the others; what hangs at none, and
what hangs at itself in a circle, stands at the end.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from stratgraph.asking import text_rows
from stratgraph.document import OWNED, VALUES, ElementKind
from stratgraph.entities import names_of
from stratgraph.graph import Graph, is_made_of, ontology
from stratgraph.history import graph_quads
from stratgraph.identifiers import names_above, natural_key, whole_number
from stratgraph.sheets.model import Band, Gap, Group, Link, Node, Sheet, Value
from stratgraph.terms import DCTERMS, ORG, RDF, RDFS, SG, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from stratgraph.history import Version
    from stratgraph.sheets.findings import Finding, Findings
    from stratgraph.store import Reading

_HOMES: Final = (
    SG.PART_OF, SG.SERVES_MISSION, SG.CONTRIBUTES_TO, SG.SUPPORTS_OBJECTIVE, SG.EXPECTED_FOR, SG.INDICATOR_OF,
    SG.RESULT_OF, SG.MEASURES,
)  # fmt: skip
"""From an element to what it hangs at. It stands at the values of the first that it has; the others are said of it."""

_OUTWARD: Final = (
    SG.CONTRIBUTES_TO_TARGET, SG.COUNTED_BY, SG.IS_ABOUT, SG.LINKED_TO, SKOS.EXACT_MATCH, SKOS.CLOSE_MATCH,
    SKOS.BROAD_MATCH, SKOS.NARROW_MATCH, SKOS.RELATED_MATCH,
)  # fmt: skip
"""The relations to things of others that a plan may state itself."""

_RANKS: Final = {str(kind.value): rank for rank, kind in enumerate(ElementKind)}
_PLURALS: Final = {str(kind.value): kind.facts.plural for kind in ElementKind}
_BESIDE: Final = (SG.MISSION, SG.VISION, SG.SITUATIONAL_FACTOR)
"""The classes whose elements hang at their unit alone."""

_WANTED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    SG.GOAL: ((SG.OBJECTIVE, "objective"),),
    SG.OBJECTIVE: ((SG.OUTPUT, "output"), (SG.EXPECTED_RESULT, "expected result"), (SG.KPI, "indicator")),
}
"""What one looks for below an element of a class."""

_DEEPEST: Final = 12
"""Below so many others an element stands at the end of the sheet: a file may nest as deep as it likes."""


def sheet_of(reading: Reading, version: Version, findings: Findings, languages: tuple[str, ...] = ()) -> Sheet:
    """The sheet of a version.

    Args:
        reading: to ask.
        version: of a plan.
        findings: of the version.
        languages: in which texts are shown, before that of the plan.
    """
    graph = graph_of_version(reading, version, languages)
    return lay_out(graph, version, links_in(reading, graph, version, languages), findings)


def graph_of_version(reading: Reading, version: Version, languages: tuple[str, ...] = ()) -> Graph:
    """What a version states, with the languages in which texts are shown: these, then the plan's own."""
    said = graph_quads(reading, version.iris.graph)
    plan = version.identifiers.plan_iri
    main = Graph(quad for quad in said if quad.subject == NamedNode(plan)).main_language(plan)
    return Graph(said, languages=(*languages, *([main] if main is not None else [])))


def lay_out(graph: Graph, version: Version, links: Mapping[str, Sequence[Link]], findings: Findings) -> Sheet:
    """The sheet of what a version states.

    Args:
        graph: that it states, with the languages in which texts are shown.
        version: of a plan.
        links: of its elements.
        findings: of the version.
    """
    return _Layout(graph, version, links, findings).sheet()


def links_in(reading: Reading, graph: Graph, version: Version, languages: tuple[str, ...]) -> dict[str, list[Link]]:
    """The links of each element, the surest first; one that a record has too is there once.

    Args:
        reading: to ask.
        graph: what the version states.
        version: of a plan.
        languages: in which things are called so.
    """
    rows = list(text_rows(reading, "sheet-links", version=[version.iris.graph]))
    found = [(row["element"], row["relation"], row["other"], row["confidence"], row["record"]) for row in rows]
    recorded = {one[:3] for one in found}
    for element in graph.subjects(SG.IN_PLAN, version.identifiers.plan_iri):
        stated = ((element, name, other, "", "") for name in _OUTWARD for other in graph.iris(element, name))
        found += [one for one in stated if one[:3] not in recorded]
    names = names_of(reading, [iri for one in found for iri in one[1:3]], languages)
    links: dict[str, list[Link]] = defaultdict(list)
    for element, relation, other, confidence, record in found:
        links[element].append(Link(names[relation], names[other], Decimal(confidence) if confidence else None, record))
    return {one: sorted(of_one, key=_link_key) for one, of_one in links.items()}


def _link_key(link: Link) -> tuple[object, ...]:
    # By vocabulary, so that those of one stand together.
    return link.other.kinds, -(link.confidence or 0), natural_key(link.other.iri)


def _rank(kind: str) -> tuple[int, str]:
    """Sorts classes as people list them; those of others below ours come last."""
    return _RANKS.get(kind, len(_RANKS)), kind


class _Layout:
    """Puts the elements of one version where they stand. Each is put in full once."""

    def __init__(self, graph: Graph, version: Version, links: Mapping[str, Sequence[Link]], findings: Findings) -> None:
        self._graph, self._version, self._links = graph, version, links
        self._plan = version.identifiers.plan_iri
        elements = graph.subjects(SG.IN_PLAN, self._plan)
        self._known = frozenset(elements)
        self._kinds = {iri: self._kind(iri) for iri in elements}
        self._elements = tuple(sorted(elements, key=self._key))
        self._homes = {iri: self._home(iri) for iri in self._elements}
        self._below: dict[str, list[str]] = defaultdict(list)
        for iri in self._elements:
            for home in self._homes[iri][1]:
                self._below[home].append(iri)
        self._placed: set[str] = set()
        self._stated_kinds = frozenset(self._kinds.values())
        self._findings: dict[str, list[Finding]] = defaultdict(list)
        for finding in findings.found:
            self._findings[self._owner(finding.focus)].append(finding)

    def sheet(self) -> Sheet:
        """The sheet."""
        graph, plan = self._graph, self._plan
        bands = list(self._bands())
        beside = self._beside()
        # Last: what was not placed, of things in a circle the first.
        loose = tuple(self._node(iri) for iri in self._elements if iri not in self._placed)
        counts: dict[str, int] = defaultdict(int)
        for iri in self._elements:
            counts[self._kinds[iri]] += 1
        order = sorted(counts, key=_rank)
        spoken = {one.language for e in self._elements for one in graph.literals(e, SG.TEXT) if one.language}
        sheet = Sheet(
            version=self._version,
            plan=plan,
            title=graph.text(plan, DCTERMS.TITLE, RDFS.LABEL) or plan,
            organisation=graph.text(graph.iri(plan, DCTERMS.PUBLISHER), RDFS.LABEL),
            languages=graph.languages,
            spoken=tuple(sorted(spoken)),
            bands=tuple(bands),
            beside=beside,
            loose=loose,
            counts=tuple((kind, self._plural(kind), counts[kind]) for kind in order),
            gaps=(),
            findings=tuple(self._findings[""]),
            size=len(self._elements),
        )
        return replace(sheet, gaps=tuple(self._gaps(sheet)))

    def _bands(self) -> Iterator[Band]:
        for iri in self._elements:
            if self._kinds[iri] == SG.MISSION and self._below[iri] and not self._homes[iri][1]:
                mission = self._node(iri)
                yield Band(mission, mission.of(SG.GOAL))
        goals = [iri for iri in self._elements if self._kinds[iri] == SG.GOAL and not self._homes[iri][1]]
        if goals:
            yield Band(None, tuple(self._node(iri) for iri in goals))

    def _beside(self) -> tuple[tuple[str, tuple[Node, ...]], ...]:
        """What hangs at its unit alone, unit by unit."""
        found: dict[str, list[Node]] = defaultdict(list)
        for iri in self._elements:
            if self._kinds[iri] in _BESIDE and iri not in self._placed and not self._homes[iri][1]:
                units = [self._graph.text(unit, RDFS.LABEL) or unit for unit in self._units(iri)]
                found[", ".join(units)].append(self._node(iri))
        return tuple((unit, tuple(nodes)) for unit, nodes in found.items())

    def _node(self, iri: str, above: str = "", depth: int = 0) -> Node:
        """An element and what hangs at it.

        Args:
            iri: of the element.
            above: IRI of what it hangs at here; empty where it hangs at nothing.
            depth: below how many others.
        """
        node = self._alone(iri)
        if iri in self._placed:
            return replace(node, is_repeated=True)
        self._placed.add(iri)
        relations, homes = self._homes[iri]
        below = self._below[iri] if depth < _DEEPEST else []
        children = [self._node(child, iri, depth + 1) for child in below]
        kinds = sorted({child.kind for child in children}, key=_rank)
        groups = tuple(
            Group(kind, self._plural(kind), tuple(child for child in children if child.kind == kind)) for kind in kinds
        )
        related = [(label, self._alone(one)) for label, one in relations]
        related += [("also below", self._alone(one)) for one in homes if one != above]
        whole = replace(
            node,
            values=tuple(self._values(iri)),
            links=tuple(self._links.get(iri, ())),
            findings=tuple(self._findings[iri]),
            related=tuple(related),
            groups=groups,
        )
        return replace(whole, lacks=tuple(self._lacks(whole)))

    def _alone(self, iri: str) -> Node:
        graph, kind = self._graph, self._kinds[iri]
        literal = graph.shown(iri, SG.TEXT, RDFS.LABEL, DCTERMS.TITLE)
        kind_label = ontology().label(kind) or graph.label(kind) or kind
        return Node(
            iri=iri,
            place=self._version.identifiers.place_of(iri),
            kind=kind,
            kind_label=kind_label,
            notation=graph.text(iri, SG.NOTATION),
            position=whole_number(graph.text(iri, SG.POSITION)) or 0,
            title=self._title(iri, kind_label),
            text=literal.value if literal else iri,
            language=(literal.language or "") if literal else "",
            units=tuple(graph.text(unit, SG.NOTATION, RDFS.LABEL) or unit for unit in self._units(iri)),
        )

    def _title(self, iri: str, kind: str) -> str:
        """The name of an element, where it has one that says more than its class, its number and its text do."""
        texts, label = self._graph.texts(iri, SG.TEXT), self._graph.text(iri, RDFS.LABEL)
        # “BRAG objective 1.1: Inspection” and “Goal of ITU-D” are made of what stands beside them.
        number, _, name = label.partition(": ")
        if kind.casefold() in number.casefold():
            label = name
        names = (label, self._graph.text(iri, DCTERMS.TITLE))
        return next((name for name in names if name and texts and not is_made_of(name, texts)), "")

    def _values(self, iri: str) -> Iterator[Value]:
        graph = self._graph
        for kind in VALUES:
            for one in graph.iris(iri, OWNED[kind][1]):
                days = dict.fromkeys(filter(None, (graph.text(one, SG.START_DATE), graph.text(one, SG.END_DATE))))
                figure, words = graph.figure(one), graph.text(one, SG.TEXT)
                text = " – ".join(dict.fromkeys(filter(None, (figure, words, *graph.texts(one, SG.BREAKDOWN)))))
                yield Value(one, ontology().label(kind), text or graph.label(one) or one, " – ".join(days))

    def _lacks(self, node: Node) -> Iterator[str]:
        """What should hang at an element and does not, of what the plan has at all."""
        there = {one.kind for one in node.walk()}
        for kind, word in _WANTED.get(node.kind, ()):
            if kind in self._stated_kinds and kind not in there:
                yield word

    def _gaps(self, sheet: Sheet) -> Iterator[Gap]:
        nodes = [node for node in sheet.walk() if not node.is_repeated]
        for kind, wanted in _WANTED.items():
            own = [node for node in nodes if node.kind == kind]
            for missing, word in wanted:
                if missing in self._stated_kinds:
                    yield from self._gap(word, own, [node for node in own if word in node.lacks])
                elif own:
                    yield Gap(f"The plan states no {word} at all", ())
            if kind == SG.OBJECTIVE and any(self._links.values()):
                yield from self._gap("link to others", own, [node for node in own if not node.links])
        indicators = [node for node in nodes if node.kind == SG.KPI]
        for word in map(ontology().label, VALUES):
            lacking = [node for node in indicators if all(value.kind != word for value in node.values)]
            yield from self._gap(word, indicators, lacking)

    def _gap(self, word: str, nodes: list[Node], lacking: list[Node]) -> Iterator[Gap]:
        if lacking:
            yield Gap(f"{self._plural(lacking[0].kind)} without {word}", tuple(lacking), is_of_all=lacking == nodes)

    def _home(self, iri: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        """What an element is related to beside what it stands at, and what it stands at."""
        homes: tuple[str, ...] = self._inside(self._graph.subjects(SG.HAS_STATEMENT, iri))
        related: list[tuple[str, str]] = []
        for name in _HOMES:
            found = self._inside(self._graph.iris(iri, name))
            if not homes:
                homes = found
            else:
                related += [(ontology().label(name), one) for one in found if one not in homes]
        return tuple(related), homes

    def _inside(self, iris: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(iri for iri in iris if iri in self._known))

    def _kind(self, iri: str) -> str:
        kinds = [kind for kind in self._graph.iris(iri, RDF.TYPE) if kind != SG.PLAN_ELEMENT]
        return min(kinds, key=_rank, default=str(SG.PLAN_ELEMENT))

    def _plural(self, kind: str) -> str:
        if kind in _PLURALS:
            return _PLURALS[kind]
        label = ontology().label(kind) or self._graph.label(kind) or kind
        return f"{label[:1].upper()}{label[1:]}"

    def _units(self, iri: str) -> tuple[str, ...]:
        return tuple(sorted(self._graph.iris(iri, SG.OF_UNIT), key=self._rank))

    def _rank(self, unit: str) -> tuple[int, str, str]:
        """Sorts units: the organisation itself, its sectors, its other units."""
        graph = self._graph
        is_part = graph.has(unit, ORG.UNIT_OF)
        return 0 if not is_part else 1 if graph.is_a(unit, SG.SECTOR) else 2, graph.text(unit, SG.NOTATION), unit

    def _key(self, iri: str) -> tuple[object, ...]:
        unit = min(map(self._rank, self._graph.iris(iri, SG.OF_UNIT)), default=(3, "", ""))
        position = whole_number(self._graph.text(iri, SG.POSITION)) or 0
        return unit, _rank(self._kinds[iri]), position, natural_key(iri)

    def _owner(self, focus: str) -> str:
        """The element that a finding is about: its focus, or what that is named below; empty for the plan itself."""
        return next((one for one in (focus, *names_above(focus)) if one in self._known), "")
