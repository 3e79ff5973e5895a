"""What follows of itself in a table of rows: the label of a new row, and positions where rows came or went."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.document import COUNTED, SHORTENED, Decision, ElementKind, Evidence, label
from stratgraph.graph import Graph
from stratgraph.identifiers import natural_key, whole_number
from stratgraph.terms import DCTERMS, RDF, RDFS, SG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.document import Derivation, Span
    from stratgraph.statements import StatedPlan

_LABELS: Final = Decision("labels-of-new-rows", "A row without a label is called by the beginning of its text.")
_POSITIONS: Final = Decision(
    "positions-of-rows",
    "Where rows came or went, those that stand under one thing are counted on in the order that they had; where none "
    "says its position, in the order of the rows.",
)

_RELATIONS: Final = (SG.SUPPORTS_OBJECTIVE, SG.EXPECTED_FOR, SG.INDICATOR_OF, SG.PART_OF, DCTERMS.IS_PART_OF)
"""Properties from a thing to the one under which it is counted."""

_KINDS: Final = tuple(kind.value for kind in ElementKind)
_COUNTED_IN_UNIT: Final = frozenset(kind.value for kind in ElementKind if not kind.facts.parents)

_Group = tuple[str, str]
"""Property or class, and the thing under which things are counted: as the rule ``PositionsRunFromOne`` has them.

What stands under several things is counted with what stands under the same ones, by their names with blanks between."""


def completed(plan: StatedPlan, old: StatedPlan | None) -> StatedPlan:
    """A plan of a form of rows with what its author need not write.

    Args:
        plan: its elements under the IRIs that they keep, what it drops withdrawn.
        old: the version before; None where the plan is new.

    Returns:
        Things with a text, and a plan with a title, that have no label have its beginning as label; not those that had
        another one in the version before. A label that is the beginning of the text of the version before follows the
        text. Where something left a group of things that are counted together, the gap that it left is closed; what is
        new in a group without a position, or with that of another, comes after the others. A group of which no row says
        a position is counted in the order of its rows. Positions that are wrong in any other way stay as they are. What
        was added rests on an editorial decision beside the cells that it follows from.
    """
    before = old.graph if old else Graph(())
    outdated = dict(_outdated(plan, before))
    labels = dict([*_labels(plan, before), *outdated.values()])
    positions = dict(_positions(plan, before))
    numbers = {NamedNode(iri) for iri in positions}
    statements = {
        triple: evidence
        for triple, evidence in plan.statements.items()
        if not (triple.predicate.value == SG.POSITION and triple.subject in numbers) and triple not in outdated
    }
    statements |= labels
    for iri, number in positions.items():
        triple = Triple(NamedNode(iri), NamedNode(SG.POSITION), Literal(number))
        statements[triple] = _made(Evidence(_spans(plan, iri)), _POSITIONS, COUNTED)
    made = [decision for decision, what in ((_LABELS, labels), (_POSITIONS, positions)) if what]
    return replace(plan, statements=statements, decisions=(*plan.decisions, *made)) if made else plan


def _made(said: Evidence, decision: Decision, derivation: Derivation) -> Evidence:
    return said | Evidence(decisions=(decision.name,), derivations=(derivation,))


def _labels(plan: StatedPlan, before: Graph) -> Iterator[tuple[Triple, Evidence]]:
    graph = plan.graph
    for iri in graph:
        wording = _wording(graph, iri)
        if graph.has(iri, RDFS.LABEL) or not graph.is_a(iri, SG.STRATEGIC_PLAN, *_KINDS):
            continue
        made = {label(text) for text in before.texts(iri, wording)}
        if not made.issuperset(before.texts(iri, RDFS.LABEL)):
            continue  # somebody gave it one, and somebody took it away
        for text in graph.literals(iri, wording):
            if text.language and text.value.strip():
                yield _label_of(plan, iri, wording, text)


def _wording(graph: Graph, iri: str) -> str:
    """The property of the text whose beginning is the label."""
    return DCTERMS.TITLE if graph.is_a(iri, SG.STRATEGIC_PLAN) else SG.TEXT


def _label_of(plan: StatedPlan, iri: str, wording: str, text: Literal) -> tuple[Triple, Evidence]:
    """The label that is made of a text, and what it rests on."""
    called = Literal(label(text.value), language=text.language)
    said = plan.statements[Triple(NamedNode(iri), NamedNode(wording), text)]
    return Triple(NamedNode(iri), NamedNode(RDFS.LABEL), called), _made(said, _LABELS, SHORTENED)


def _outdated(plan: StatedPlan, before: Graph) -> Iterator[tuple[Triple, tuple[Triple, Evidence]]]:
    """Labels that somebody left as they were made of a text that is another one now, and what they are made of that."""
    graph = plan.graph
    for iri in graph:
        wording = _wording(graph, iri)
        was = {text.language: label(text.value) for text in before.literals(iri, wording)}
        now = {text.language: text for text in graph.literals(iri, wording) if text.value.strip()}
        for called in graph.literals(iri, RDFS.LABEL):
            text = now.get(called.language)
            if text and called.value == was.get(called.language) != label(text.value):
                yield Triple(NamedNode(iri), NamedNode(RDFS.LABEL), called), _label_of(plan, iri, wording, text)


def _positions(plan: StatedPlan, before: Graph) -> Iterator[tuple[str, int]]:
    """The things that get another position, each with it."""
    groups, former = _groups(plan.graph), _groups(before)
    rows = {iri: at for at, iri in enumerate(sorted(plan.graph, key=lambda one: (_spans(plan, one), natural_key(one))))}
    for group, members in groups.items():
        is_here, was = set(members), set(former.get(group, ()))
        numbered = {iri: number for iri in members if (number := _position(plan.graph, iri)) is not None}
        if not any(plan.graph.has(iri, SG.POSITION) for iri in members):
            yield from ((iri, at) for at, iri in enumerate(sorted(members, key=rows.__getitem__), start=1))
            continue
        wanted = {iri: number for iri, number in numbered.items() if iri in was}
        taken = set(wanted.values())
        if len(wanted) != len(is_here & was) or len(taken) != len(wanted):
            continue
        came = sorted(is_here - was, key=rows.__getitem__)
        for iri in came:
            if iri in numbered and numbered[iri] not in taken:
                wanted[iri] = numbered[iri]
                taken.add(numbered[iri])
        gaps = set(range(1, max(taken, default=0) + 1)) - taken
        if gaps and gaps <= {_position(before, iri) for iri in was - is_here}:
            order = sorted(wanted, key=lambda iri: (wanted[iri], rows[iri]))
            wanted = {iri: at for at, iri in enumerate(order, start=1)}
        last = max(wanted.values(), default=0)
        wanted |= {iri: at for at, iri in enumerate((iri for iri in came if iri not in wanted), start=last + 1)}
        yield from ((iri, number) for iri, number in wanted.items() if number != numbered.get(iri))


def _groups(graph: Graph) -> dict[_Group, list[str]]:
    found: dict[_Group, list[str]] = defaultdict(list)
    for iri in graph:
        relations = [relation for relation in _RELATIONS if graph.has(iri, relation)]
        # An indicator that hangs at no objective is counted with those of what it measures.
        for relation in relations or ([SG.MEASURES] if graph.has(iri, SG.MEASURES) else []):
            found[relation, _together(graph.iris(iri, relation))].append(iri)
        for above in graph.subjects(SG.HAS_STATEMENT, iri):
            found[SG.HAS_STATEMENT, above].append(iri)
        for kind in graph.iris(iri, RDF.TYPE):
            if kind in _COUNTED_IN_UNIT and graph.has(iri, SG.OF_UNIT):
                found[kind, _together(graph.iris(iri, SG.OF_UNIT))].append(iri)
    return found


def _together(above: tuple[str, ...]) -> str:
    return " ".join(sorted(above))


def _position(graph: Graph, iri: str) -> int | None:
    values = graph.literals(iri, SG.POSITION)
    return whole_number(values[0].value) if len(values) == 1 else None


def _spans(plan: StatedPlan, iri: str) -> tuple[Span, ...]:
    """Where a row stands: the spans of what it says of its thing's class."""
    kinds = plan.graph.values(iri, RDF.TYPE)
    triples = (Triple(NamedNode(iri), NamedNode(RDF.TYPE), kind) for kind in kinds)
    return next((plan.statements[triple].spans for triple in triples if triple in plan.statements), ())
