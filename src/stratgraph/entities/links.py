"""Links of things with things of others, each on somebody's word."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stratgraph.asking import triples
from stratgraph.entities.description import Named, names_of
from stratgraph.graph import text_of
from stratgraph.terms import DCTERMS, OWL, PAV, RDFS, SSSOM

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from stratgraph.store import Store


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
        comment: why; likewise.
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


def links_of(store: Store, iri: str) -> tuple[tuple[Link, ...], tuple[Triple, ...]]:
    """The mappings of a thing that are on record, the surest first, and their records as RDF."""
    said = triples(store, "entity-mappings", entity=[iri])
    records: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in said:
        records[text_of(triple.subject)][triple.predicate.value].append(text_of(triple.object))
    needed = (OWL.ANNOTATED_SOURCE, OWL.ANNOTATED_PROPERTY, OWL.ANNOTATED_TARGET)
    whole = {record: values for record, values in records.items() if all(name in values for name in needed)}
    things = (*needed, SSSOM.MAPPING_JUSTIFICATION)
    names = names_of(store, [one for values in whole.values() for name in things for one in values.get(name, ())])
    links = [_link(record, values, iri, names) for record, values in whole.items()]
    return tuple(sorted(links, key=_order)), tuple(said)


def _link(record: str, values: dict[str, list[str]], iri: str, names: dict[str, Named]) -> Link:
    def one(name: str) -> str:
        return min(values.get(name, ()), default="")

    is_inverse = one(OWL.ANNOTATED_SOURCE) != iri
    justification = one(SSSOM.MAPPING_JUSTIFICATION)
    return Link(
        record=record,
        relation=names[one(OWL.ANNOTATED_PROPERTY)],
        other=names[one(OWL.ANNOTATED_SOURCE if is_inverse else OWL.ANNOTATED_TARGET)],
        is_inverse=is_inverse,
        is_negative=SSSOM.PREDICATE_MODIFIER in values,
        confidence=one(SSSOM.CONFIDENCE),
        authors=tuple(sorted(values.get(SSSOM.AUTHOR_LABEL) or values.get(PAV.AUTHORED_BY) or [])),
        justification=names.get(justification, Named(justification, justification)),
        date=one(DCTERMS.CREATED),
        comment=one(RDFS.COMMENT),
    )


def _order(link: Link) -> tuple[object, ...]:
    return link.is_inverse, link.is_negative, -float(link.confidence or 0), link.other.key
