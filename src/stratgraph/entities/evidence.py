"""Where what is said of a thing stands in the source, in which wordings, and what was decided that it does not say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stratgraph.asking import text_rows, triples
from stratgraph.entities.description import Named, names_of
from stratgraph.entities.places import locations_of
from stratgraph.graph import Graph
from stratgraph.identifiers import natural_key, whole_number
from stratgraph.terms import DCTERMS, OA, RDF, RDFS, SG

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from stratgraph.errors import Location
    from stratgraph.store import Reading


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of an element, and where it stands.

    Args:
        mention: IRI of the mention.
        text: the words.
        language: of them; empty where they have none.
        part: the part of the document; None where that is not said.
        title: a title that stands with them; empty where there is none.
        qualifier: a qualifier that stands with them; empty where there is none.
        lead_in: words that lead in to it; empty where there are none.
    """

    mention: str
    text: str
    language: str
    part: Named | None
    title: str
    qualifier: str
    lead_in: str


@dataclass(frozen=True, slots=True)
class Rest:
    """A piece of the source, and what rests on it.

    Args:
        iri: of the piece, or of the source as a whole.
        where: line and cell; of a workbook sheet, row and column; None where it is the source as a whole.
        characters: of the piece; empty where it is the source as a whole.
        says: the labels of the properties whose values rest on it, sorted.
    """

    iri: str
    where: Location | None
    characters: str
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A decision that the source does not make itself, or how values were made of what stands there.

    Args:
        iri: of the decision or derivation.
        reason: of the decision; how it was done.
        says: the labels of the properties whose values rest on it, sorted.
    """

    iri: str
    reason: str
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a version's statements of a thing rest on, in the order of the source.

    Args:
        rests: on pieces of the source.
        reasons: on decisions.
        derivations: on ways in which the program makes values.
    """

    rests: tuple[Rest, ...]
    reasons: tuple[Reason, ...]
    derivations: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a source that facts rest on, by its IRI's fragment."""

    fragment: str
    start: int
    end: int
    line: int
    cell: int
    characters: str
    is_segment: bool


def wordings_of(reading: Reading, iri: str, languages: tuple[str, ...] = ()) -> tuple[Wording, ...]:
    """The wordings of an element, in their order; empty where it has none but its text.

    Args:
        reading: to ask.
        iri: of the element.
        languages: in which each is shown, the preferred one first.
    """
    graph = Graph(triples(reading, "entity-wordings", entity=[iri]), languages=languages)
    mentions = graph.iris(iri, SG.HAS_MENTION)
    order = {mention: whole_number(graph.text(mention, SG.POSITION)) or 0 for mention in mentions}
    return tuple(_wording(graph, mention) for mention in sorted(mentions, key=lambda one: (order[one], one)))


def _wording(graph: Graph, mention: str) -> Wording:
    part, text = graph.iri(mention, SG.STATED_IN), graph.shown(mention, SG.TEXT)
    return Wording(
        mention,
        text.value if text else "",
        (text.language or "") if text else "",
        Named(part, graph.text(part, RDFS.LABEL) or part) if part else None,
        graph.text(mention, DCTERMS.TITLE),
        graph.text(mention, SG.QUALIFIER),
        graph.text(mention, SG.LEAD_IN),
    )


def evidence_of(reading: Reading, iri: str, provenance: str) -> Evidence:
    """What the statements of a thing rest on, as a version's record has it.

    Args:
        reading: to ask.
        iri: of the thing.
        provenance: the graph of the record.
    """
    places: dict[str, tuple[str, str, str]] = {}
    said: dict[str, set[str]] = defaultdict(set)
    reasons: dict[str, str] = {}
    derivations: set[str] = set()
    decided: dict[str, set[str]] = defaultdict(set)
    for row in text_rows(reading, "entity-evidence", entity=[iri], provenance=[provenance]):
        span, activity, property_iri = row["span"], row["activity"], row["property"]
        places[span] = row["line"], row["cell"], row["characters"]
        said[span].add(property_iri)
        if row["reason"]:
            reasons[activity] = row["reason"]
            decided[activity].add(property_iri)
        if row["kind"] == SG.DERIVATION:
            derivations.add(activity)
    names = names_of(reading, [name for group in (*said.values(), *decided.values()) for name in group])

    def labels(properties: set[str]) -> tuple[str, ...]:
        return tuple(sorted(names[name].label for name in properties))

    def told(names: set[str]) -> tuple[Reason, ...]:
        return tuple(Reason(name, reasons[name], labels(decided[name])) for name in sorted(names, key=natural_key))

    where = locations_of(reading, ((span, line, cell) for span, (line, cell, _) in places.items()))
    rests = [Rest(span, where.get(span), places[span][2], labels(said[span])) for span in places]
    return Evidence(
        tuple(sorted(rests, key=lambda rest: natural_key(rest.iri))),
        told(reasons.keys() - derivations),
        told(reasons.keys() & derivations),
    )


def pieces_of(reading: Reading, source: str) -> tuple[tuple[Piece, ...], tuple[Triple, ...]]:
    """The pieces of a source in its order, and what is said of them; empty where it is no source with pieces."""
    said = triples(reading, "entity-source", entity=[source])
    graph = Graph(said)
    pieces = []
    for iri in graph.subjects(OA.HAS_SELECTOR):
        start, _, end = graph.iri(iri, OA.HAS_SELECTOR).rpartition("/")[2].partition("-")
        pieces.append(
            Piece(
                iri.partition("#")[2],
                int(start),
                int(end),
                int(graph.text(iri, SG.LINE)),
                int(graph.text(iri, SG.CELL)),
                graph.text(iri, RDF.VALUE),
                graph.is_a(iri, SG.SEGMENT),
            )
        )
    return tuple(sorted(pieces, key=lambda one: (one.start, not one.is_segment, one.end))), tuple(said)
