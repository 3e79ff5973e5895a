"""Links of things with things of others, each on somebody's word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stratgraph.asking import triples
from stratgraph.entities.description import Named, names_of
from stratgraph.graph import Graph
from stratgraph.terms import DCTERMS, OWL, PAV, RDFS, SSSOM

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from stratgraph.store import Reading


@dataclass(frozen=True, slots=True)
class Link:
    """One mapping, as its record says it.

    Args:
        record: IRI of the record.
        relation: of the mapping, such as skos:relatedMatch.
        other: the thing at the other end.
        is_inverse: whether the thing that was asked about is the object.
        is_negative: it says that the two do not match.
        confidence: from 0 to 1, as it is written; empty where that is not said.
        authors: whose word it is: names, or IRIs where there is none.
        justification: how it was found.
        date: when it was made; empty where that is not said.
        comment: why; empty where that is not said.
    """

    record: str
    relation: Named
    other: Named
    is_inverse: bool
    is_negative: bool
    confidence: str
    authors: tuple[str, ...]
    justification: Named
    date: str
    comment: str


def links_of(
    reading: Reading, iri: str, languages: tuple[str, ...] = ()
) -> tuple[tuple[Link, ...], tuple[Triple, ...]]:
    """The mappings of a thing that are on record, the surest first, and their records as RDF.

    Args:
        reading: to ask.
        iri: of the thing.
        languages: in which things are called so, before those of their plans.
    """
    said = triples(reading, "entity-mappings", entity=[iri])
    graph = Graph(said)
    needed = (OWL.ANNOTATED_SOURCE, OWL.ANNOTATED_PROPERTY, OWL.ANNOTATED_TARGET)
    whole = [record for record in graph.subjects() if all(graph.iri(record, name) for name in needed)]
    things = (*needed, SSSOM.MAPPING_JUSTIFICATION)
    names = names_of(reading, [one for record in whole for one in graph.iris(record, *things)], languages)
    links = [_link(graph, record, iri, names) for record in whole]
    return tuple(sorted(links, key=_order)), tuple(said)


def _link(graph: Graph, record: str, iri: str, names: dict[str, Named]) -> Link:
    is_inverse = graph.iri(record, OWL.ANNOTATED_SOURCE) != iri
    justification = graph.iri(record, SSSOM.MAPPING_JUSTIFICATION)
    return Link(
        record=record,
        relation=names[graph.iri(record, OWL.ANNOTATED_PROPERTY)],
        other=names[graph.iri(record, OWL.ANNOTATED_SOURCE if is_inverse else OWL.ANNOTATED_TARGET)],
        is_inverse=is_inverse,
        is_negative=graph.has(record, SSSOM.PREDICATE_MODIFIER),
        confidence=graph.text(record, SSSOM.CONFIDENCE),
        authors=graph.texts(record, SSSOM.AUTHOR_LABEL) or graph.iris(record, PAV.AUTHORED_BY),
        justification=names.get(justification, Named(justification, justification)),
        date=graph.text(record, DCTERMS.CREATED),
        comment=graph.text(record, RDFS.COMMENT),
    )


def _order(link: Link) -> tuple[object, ...]:
    return link.is_inverse, link.is_negative, -float(link.confidence or 0), link.other.key
