"""Plans of the annex's kind and half its size, as many as are wanted: the data of the other benchmarks.

A generated plan has some 2,500 asserted triples, conforms to the shapes without a warning, and belongs to an
organisation of its own. The same number and seed give the same bytes. Its skeleton (how many objectives, outputs,
indicators … hang where) is one of a dozen moulds; a mould is a plan document that the program itself turned into
triples, with what follows from them. Its wordings are its own, made of a small vocabulary whose words are used very
unevenly, as words are.

The layouts:

``published``
    N-Quads as a publication writes them (docs/reference/model.md): a graph for each plan with its asserted triples,
    the ontology's graph, and the default graph with the current view, entailed triples included. The provenance
    graphs are left out: they are ten times the rest, and no query of the benchmarks asks for them.
``current``
    N-Triples: the default graph alone.
``asserted``
    N-Triples, and so Turtle: the asserted triples alone, as the validator wants them.

    .venv/bin/python benchmarks/generate.py 100 plans.nq [--layout published] [--seed 1]
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from stratgraph.assets import read_asset
from stratgraph.document import (
    Element,
    ElementKind,
    Evidence,
    Link,
    Mention,
    Part,
    PartKind,
    PlanDocument,
    Quote,
    Relation,
    Source,
    Term,
    Unit,
    in_order,
)
from stratgraph.plan_graph import plan_version, to_quads
from stratgraph.reasoning import entailments, read_ontology
from stratgraph.terms import ONTOLOGY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Triple

LAYOUTS: Final = ("published", "current", "asserted")
SEED: Final = 1
PERIOD: Final = "2024-2029"

_MOULDS: Final = 12
_NAMELESS: Final = "organisation-of-mould"
_SLOT: Final = re.compile(r"⟦(\d+)⟧")
_BLANK_NODE: Final = re.compile(r"_:[0-9a-f]+")
_NO_EVIDENCE: Final = Evidence()

# The commoner words come first; the chance of a word falls with its place.
_VERBS: Final = (
    "support",
    "develop",
    "strengthen",
    "promote",
    "coordinate",
    "harmonize",
    "monitor",
    "review",
    "defend",
)
_QUALITIES: Final = ("regional", "timely", "open", "affordable", "interoperable", "secure", "resilient", "multilingual")
_THINGS: Final = (
    "studies", "training programmes", "guidelines", "standards", "networks", "publications", "spectrum plans",
    "databases", "cybersecurity measures", "partnerships", "emergency services", "climate observations",
)  # fmt: skip
_PURPOSES: Final = (
    "members", "developing countries", "broadband access", "small enterprises", "rural areas", "schools",
    "persons with disabilities", "maritime safety", "space services", "consumer protection",
)  # fmt: skip
_MANNERS: Final = (
    "in due time", "at lower cost", "with the other units", "by electronic means", "at regional level",
    "through seminars", "within the budget", "on request",
)  # fmt: skip


class _Draft:
    """A plan document in the making, with a numbered slot for each wording."""

    def __init__(self, choice: random.Random) -> None:
        self.choice = choice
        self.slots = 0
        self.below: Counter[str] = Counter()
        self.units: list[Unit] = []
        self.parts: list[Part] = []
        self.elements: list[Element] = []
        self.links: list[Link] = []

    def words(self) -> str:
        self.slots += 1
        return f"⟦{self.slots - 1}⟧"

    def part(self, kind: PartKind, place: str, label: str, parent: str = "", text: str = "") -> str:
        """The next part within its parent."""
        self.below[parent] += 1
        notation, position = place.rpartition("/")[2], self.below[parent]
        self.parts.append(
            Part(
                kind, f"text/{place}", Quote(notation), Quote(label), Quote(text) if text else None, parent or None,
                position, _NO_EVIDENCE,
            )
        )  # fmt: skip
        return f"text/{place}"

    def section(self, number: str, parent: str = "") -> str:
        return self.part(PartKind.SECTION, f"section/{number}", f"{number} {self.words()}", parent)

    def paragraph(self, place: str, parent: str, text: str) -> str:
        return self.part(PartKind.PARAGRAPH, place, f"Paragraph {place.rpartition('/')[2]}", parent, text)

    def element(
        self,
        kind: ElementKind,
        place: str,
        unit: str,
        position: int,
        text: str,
        parts: tuple[str, ...],
        label: str = "",
    ) -> str:
        """One stated in several parts is mentioned in each; objectives, outputs and goals always are."""
        kept = kind in {ElementKind.OBJECTIVE, ElementKind.OUTPUT, ElementKind.GOAL, ElementKind.GOAL_STATEMENT}
        mentions = tuple(Mention(text, part, _NO_EVIDENCE) for part in parts) if kept else ()
        notation = Quote(str(position)) if kind is ElementKind.OBJECTIVE else None
        self.elements.append(
            Element(
                kind, place, unit, position, text, Quote(label or text), parts[-1], _NO_EVIDENCE, _NO_EVIDENCE,
                notation, None, mentions,
            )
        )  # fmt: skip
        return place

    def link(self, subject: str, relation: Relation, target: str) -> None:
        self.links.append(Link(subject, relation, target, _NO_EVIDENCE))


_UNITS: Final = (("r", "Radio Sector"), ("t", "Standards Sector"), ("d", "Development Sector"), ("gs", "Secretariat"))


def _write_front(draft: _Draft) -> str:
    """The organisation, what it is for, and what surrounds it; returns the place of its mission."""
    draft.units.append(
        Unit(
            _NAMELESS,
            Quote(_NAMELESS.upper()),
            Quote(f"Organisation {_NAMELESS}"),
            is_sector=False,
            evidence=_NO_EVIDENCE,
        )
    )
    introduction = draft.section("1")
    vision, mission = draft.words(), draft.words()
    stated = [draft.paragraph(f"paragraph/1.{n}", introduction, t) for n, t in enumerate((vision, mission), 1)]
    draft.element(ElementKind.VISION, "vision", _NAMELESS, 1, vision, (stated[0],))
    draft.element(ElementKind.MISSION, "mission", _NAMELESS, 1, mission, (stated[1],))
    situation = draft.section("2")
    for number in range(1, draft.choice.randint(10, 20)):
        text = draft.words()
        part = draft.paragraph(f"paragraph/2.{number}", situation, text)
        draft.element(ElementKind.SITUATIONAL_FACTOR, f"factor/2.{number}", _NAMELESS, number, text, (part,))
    return "mission"


def _write_unit(draft: _Draft, number: int, unit: str, *, mission: str, goals: str) -> None:
    home = draft.section(str(number))
    own, view = draft.words(), draft.words()
    stated = [draft.paragraph(f"section/{number}/paragraph/{n}", home, text) for n, text in enumerate((own, view), 1)]
    draft.element(ElementKind.MISSION, f"{unit}/mission", unit, 1, own, (stated[0],))
    if unit != "gs":
        draft.element(ElementKind.VISION, f"{unit}/vision", unit, 1, view, (stated[1],))
    goal = _write_goal(draft, number, unit, home, goals)
    draft.link(goal, Relation.SERVES_MISSION, mission)
    tables = tuple(draft.part(PartKind.TABLE, f"table/{number}.{n}", f"Table {number}.{n}", home) for n in (1, 2))
    for position in range(1, draft.choice.randint(2, 3) + 1):
        _write_objective(draft, f"{unit}/objective/{position}", unit, position, goal, home, tables)


def _write_goal(draft: _Draft, number: int, unit: str, home: str, goals: str) -> str:
    front = draft.section(f"3.{number - 3}", goals)
    again = draft.section(f"{number}.1", home)
    texts = [draft.words() for _ in range(draft.choice.randint(1, 3))]
    goal = draft.element(ElementKind.GOAL, f"{unit}/goal", unit, 1, "\n".join(texts), (front, again), f"Goal of {unit}")
    for n, text in enumerate(texts, 1):
        stated = tuple(
            draft.paragraph(f"{part.removeprefix('text/')}/paragraph/{n}", part, text) for part in (front, again)
        )
        statement = draft.element(ElementKind.GOAL_STATEMENT, f"{goal}/statement/{n}", unit, n, text, stated)
        draft.link(goal, Relation.HAS_STATEMENT, statement)
    return goal


def _write_objective(
    draft: _Draft, place: str, unit: str, position: int, goal: str, home: str, tables: tuple[str, ...]
) -> None:
    number = home.rpartition("/")[2]
    section = draft.section(f"{number}.{position + 1}", home)
    text = draft.words()
    draft.paragraph(f"section/{number}.{position + 1}/paragraph/1", section, text)
    label = f"Objective {position} of {unit}: {text}"
    draft.element(ElementKind.OBJECTIVE, place, unit, position, text, (section, tables[1]), label)
    draft.link(place, Relation.CONTRIBUTES_TO, goal)
    for n in range(1, draft.choice.randint(3, 5) + 1):
        output = draft.element(ElementKind.OUTPUT, f"{place}/output/{n}", unit, n, draft.words(), tables)
        draft.link(output, Relation.SUPPORTS_OBJECTIVE, place)
    for n in range(1, draft.choice.randint(2, 5) + 1):
        kpi = draft.element(ElementKind.KPI, f"{place}/kpi/{n}", unit, n, draft.words(), tables[1:])
        draft.link(kpi, Relation.INDICATOR_OF, place)
    for n in range(1, draft.choice.randint(2, 5) + 1):
        result = draft.element(ElementKind.EXPECTED_RESULT, f"{place}/result/{n}", unit, n, draft.words(), tables[1:])
        draft.link(result, Relation.EXPECTED_FOR, place)
        for m in range(1, draft.choice.choice((0, 0, 0, 2)) + 1):
            part = draft.element(ElementKind.EXPECTED_RESULT, f"{result}/{m}", unit, m, draft.words(), tables[1:])
            draft.link(part, Relation.PART_OF, result)


def _document(choice: random.Random) -> tuple[PlanDocument, int]:
    """A plan document whose wordings are slots, and how many slots it has."""
    draft = _Draft(choice)
    mission = _write_front(draft)
    goals = draft.section("3")
    for number, (unit, name) in enumerate(_UNITS, 4):
        draft.units.append(
            Unit(
                unit,
                Quote(f"{_NAMELESS.upper()}-{unit.upper()}"),
                Quote(name),
                is_sector=unit != "gs",
                evidence=_NO_EVIDENCE,
            )
        )
        _write_unit(draft, number, unit, mission=mission, goals=goals)
    title = f"Strategic plan of {_NAMELESS} for {PERIOD}"
    first, last = PERIOD.split("-")
    terms = tuple(
        Term(f"term/{word}s", Quote(word.capitalize()), Quote(draft.words()))
        for word in ("goal", "output", "objective")
    )
    document = in_order(
        PlanDocument(
            organisation=_NAMELESS, plan=PERIOD, title=Quote(title),
            citation=Quote(f"Annex to a decision of {_NAMELESS}"), start_year=Quote(first), end_year=Quote(last),
            language="en", units=tuple(draft.units),
            parts=tuple(draft.parts), elements=tuple(draft.elements), links=tuple(draft.links), terms=terms,
            decisions=(), source=Source("", title, f"Organisation {_NAMELESS}", int(first), "Generated."),
        )
    )  # fmt: skip
    return document, draft.slots


@dataclass(frozen=True, slots=True)
class _Mould:
    """Each layout's lines cut at the slots: text, number of a slot, text and so on."""

    slots: int
    pieces: dict[str, tuple[str, ...]]
    numbers: dict[str, tuple[int, ...]]
    counts: dict[str, int]


@cache
def _mould(number: int, seed: int) -> _Mould:
    document, slots = _document(random.Random(f"{seed}/mould/{number}"))
    version = plan_version(document).graph
    # Provenance comes behind what is asserted, and is not made.
    asserted = []
    for quad in to_quads(document, software="benchmark"):
        if quad.graph_name != NamedNode(version):
            break
        asserted.append(quad)
    entailed = entailments(asserted, ontology=_ontology())
    triples = [f"{q.subject} {q.predicate} {q.object}" for q in asserted]
    current = triples + [f"{t.subject} {t.predicate} {t.object}" for t in entailed]
    lines = {
        "published": [f"{line} <{version}> .\n" for line in triples] + [f"{line} .\n" for line in current],
        "current": [f"{line} .\n" for line in current],
        "asserted": [f"{line} .\n" for line in triples],
    }
    cut = {layout: _SLOT.split("".join(of_layout)) for layout, of_layout in lines.items()}
    return _Mould(
        slots,
        {layout: tuple(pieces) for layout, pieces in cut.items()},
        {layout: tuple(map(int, pieces[1::2])) for layout, pieces in cut.items()},
        {layout: len(of_layout) for layout, of_layout in lines.items()},
    )


@cache
def _ontology() -> tuple[Triple, ...]:
    return read_ontology()


def plan_lines(number: int, layout: str = "published", *, seed: int = SEED) -> str:
    """The lines of one plan in a layout; those of the ontology are not among them.

    The plan of number 1 is that of the organisation ``org-000001``.
    """
    mould = _mould(number % _MOULDS, seed)
    texts = _wordings(random.Random(f"{seed}/plan/{number}"), mould.slots)
    pieces = list(mould.pieces[layout])
    pieces[1::2] = [texts[slot] for slot in mould.numbers[layout]]
    slug = f"org-{number:06}"
    return "".join(pieces).replace(_NAMELESS, slug).replace(_NAMELESS.upper(), slug.upper())


def _wordings(choice: random.Random, count: int) -> list[str]:
    """So many wordings, no two of them the same."""
    found: dict[str, None] = {}
    while len(found) < count:
        verb, quality, thing, purpose, manner = (
            words[int(len(words) * choice.random() ** 2)]
            for words in (_VERBS, _QUALITIES, _THINGS, _PURPOSES, _MANNERS)
        )
        found[f"{verb.capitalize()} {quality} {thing} for {purpose} {manner}"] = None
    return list(found)


def ontology_lines(layout: str = "published") -> str:
    """The ontology as a publication adds it: to its own graph and to the default graph."""
    if layout == "asserted":
        return ""
    triples = [
        f"{quad.subject} {quad.predicate} {quad.object}"
        for quad in parse(read_asset("ontology", "stratgraph.ttl"), format=RdfFormat.TURTLE)
    ]
    graphs = (" ", f" <{ONTOLOGY}> ") if layout == "published" else (" ",)
    text = "".join(f"{triple}{graph}.\n" for graph in graphs for triple in triples)
    # Blank nodes have other names with each reading.
    names = {name: f"_:b{number}" for number, name in enumerate(dict.fromkeys(_BLANK_NODE.findall(text)))}
    return _BLANK_NODE.sub(lambda found: names[found[0]], text)


def lines(count: int, layout: str = "published", *, seed: int = SEED) -> Iterator[bytes]:
    """The whole of a layout, the ontology first, then plan by plan."""
    yield ontology_lines(layout).encode()
    for number in range(1, count + 1):
        yield plan_lines(number, layout, seed=seed).encode()


def write(path: Path, count: int, layout: str = "published", *, seed: int = SEED) -> None:
    """Writes so many plans into a file."""
    with path.open("wb") as out:
        out.writelines(lines(count, layout, seed=seed))


def quads(count: int, *, seed: int = SEED) -> Iterator[Quad]:
    """The published layout as quads, one after the other."""
    for part in lines(count, seed=seed):
        yield from parse(part, format=RdfFormat.N_QUADS)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write generated plans to a file.")
    parser.add_argument("count", type=int, help="how many plans")
    parser.add_argument("file", type=Path)
    parser.add_argument("--layout", choices=LAYOUTS, default=LAYOUTS[0])
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args()
    write(chosen.file, chosen.count, chosen.layout, seed=chosen.seed)


if __name__ == "__main__":
    main()
