"""Sets of mappings ↔ triples: the direct ones that queries follow, and the full records beside them.

A record is an ``owl:Axiom`` with an IRI of its own, in the terms that SSSOM's RDF has; what SSSOM has no term for is
``sg:subjectSha256``. The sets that come with the program are kept as the Turtle of their records, so that nothing but a
parser of RDF is needed to publish them; ``make links`` writes it anew from the tables.
"""

from __future__ import annotations

import datetime as dt
from itertools import chain
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from stratgraph.assets import asset
from stratgraph.errors import Location, SourceError
from stratgraph.graph import Graph, english, moment, said, text_of, words
from stratgraph.identifiers import links_graph
from stratgraph.links.model import Mapping, MappingSet
from stratgraph.links.slots import OTHERS, OTHERS_OF_SET, Kind
from stratgraph.serialisation import TURTLE, read_rdf, turtle
from stratgraph.terms import DCTERMS, OWL, PAV, RDF, RDFS, SG, SSSOM, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Triple

    from stratgraph.links.slots import Slot

TABLE_ENDING: Final = ".sssom.tsv"
"""Of the names of files with sets of mappings."""

_FOLDER: Final = "links"
_DATATYPES: Final = {Kind.NUMBER: XSD.DOUBLE, Kind.DAY: XSD.DATE}


def direct_triples(mappings: MappingSet) -> tuple[Triple, ...]:
    """Subject, predicate, object of each mapping, and that the one is linked to the other; of a negative one nothing.

    Each once. The second is what follows from any relation, and by it all links are asked together.
    """
    direct = (
        said(m.subject, (m.predicate, m.object), (SG.LINKED_TO, m.object))
        for m in mappings.mappings
        if not m.is_negative
    )
    return tuple(dict.fromkeys(chain.from_iterable(direct)))


def record_triples(mappings: MappingSet) -> tuple[Triple, ...]:
    """The full records, and what is said of the set."""
    return (*_of_set(mappings), *(triple for mapping in mappings.mappings for triple in _of_mapping(mapping)))


def _of_set(mappings: MappingSet) -> Iterator[Triple]:
    return said(
        mappings.iri,
        (RDF.TYPE, SSSOM.MAPPING_SET),
        (DCTERMS.LICENSE, mappings.licence),
        (DCTERMS.TITLE, english(mappings.title)),
        (DCTERMS.DESCRIPTION, english(mappings.description)),
        (OWL.VERSION_INFO, words(mappings.version)),
        *_others(mappings.others, OTHERS_OF_SET),
        *((SSSOM.MAPPINGS, mapping.record) for mapping in mappings.mappings),
    )


def _of_mapping(mapping: Mapping) -> Iterator[Triple]:
    return said(
        mapping.record,
        (RDF.TYPE, OWL.AXIOM),
        (OWL.ANNOTATED_SOURCE, mapping.subject),
        (OWL.ANNOTATED_PROPERTY, mapping.predicate),
        (OWL.ANNOTATED_TARGET, mapping.object),
        (SSSOM.PREDICATE_MODIFIER, SSSOM.NEGATED_PREDICATE if mapping.is_negative else None),
        (SSSOM.MAPPING_JUSTIFICATION, mapping.justification),
        (SSSOM.SUBJECT_SOURCE, mapping.subject_source),
        (SSSOM.OBJECT_SOURCE, mapping.object_source),
        *((PAV.AUTHORED_BY, author) for author in mapping.authors),
        (SSSOM.SUBJECT_LABEL, words(mapping.subject_label)),
        (SSSOM.OBJECT_LABEL, words(mapping.object_label)),
        *((SSSOM.AUTHOR_LABEL, words(name)) for name in mapping.author_labels),
        (RDFS.COMMENT, words(mapping.comment)),
        (SSSOM.SUBJECT_SOURCE_VERSION, words(mapping.subject_source_version)),
        (SG.SUBJECT_SHA256, words(mapping.subject_sha256)),
        (SSSOM.CONFIDENCE, None if mapping.confidence is None else Literal(mapping.confidence)),
        (DCTERMS.CREATED, moment(mapping.date)),
        *_others(mapping.others, OTHERS),
    )


def _others(values: Iterable[tuple[str, str]], slots: Iterable[Slot]) -> Iterator[tuple[str, str | Literal]]:
    """What the slots say that are only kept, as properties and values."""
    by_name = {slot.name: slot for slot in slots}
    for name, value in values:
        slot = by_name[name]
        datatype = _DATATYPES.get(slot.kind)
        if slot.kind in {Kind.REFERENCE, Kind.ADDRESS}:
            yield slot.property, value
        else:
            yield slot.property, Literal(value, datatype=NamedNode(datatype) if datatype else None)


def _read_others(subject: str, graph: Graph, slots: Iterable[Slot]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (slot.name, value)
        for slot in slots
        for value in sorted(text_of(one) for one in graph.objects(subject, slot.property))
    )


def read_records(triples: Iterable[Triple], *, name: str) -> MappingSet:
    """A set of mappings from the triples of its records, in any order.

    Args:
        triples: as :func:`record_triples` gives them.
        name: of the set.

    Raises:
        SourceError: they do not describe one set, or a mapping has no subject, predicate, object or justification.
    """
    graph = Graph(triples)
    sets = graph.of_type(SSSOM.MAPPING_SET)
    if len(sets) != 1:
        raise SourceError(
            f"There are {len(sets)} sets of mappings where one is needed.",
            where=Location(element=links_graph(name)),
            mend="Publish the set again, from its table.",
        )
    iri = sets[0]
    return MappingSet(
        name=name,
        iri=iri,
        licence=graph.iri(iri, DCTERMS.LICENSE),
        mappings=tuple(_mapping(record, graph) for record in graph.iris(iri, SSSOM.MAPPINGS)),
        title=graph.text(iri, DCTERMS.TITLE),
        description=graph.text(iri, DCTERMS.DESCRIPTION),
        version=graph.text(iri, OWL.VERSION_INFO),
        others=_read_others(iri, graph, OTHERS_OF_SET),
    )


def read_mappings(triples: Iterable[Triple]) -> tuple[Mapping, ...]:
    """The mappings among some records, in the order of their IRIs; whatever else there is is passed by.

    Raises:
        SourceError: one has no subject, predicate, object or justification.
    """
    graph = Graph(triples)
    return tuple(_mapping(record, graph) for record in graph.of_type(OWL.AXIOM))


def _mapping(record: str, graph: Graph) -> Mapping:
    needed = (OWL.ANNOTATED_SOURCE, OWL.ANNOTATED_PROPERTY, OWL.ANNOTATED_TARGET, SSSOM.MAPPING_JUSTIFICATION)
    subject, predicate, target, justification = (graph.iri(record, name) for name in needed)
    if not (subject and predicate and target and justification):
        raise SourceError(
            "The record of a mapping does not have a subject, a predicate, an object and a justification.",
            where=Location(element=record),
            mend="Publish the set again, from its table.",
        )
    confidence, day = graph.text(record, SSSOM.CONFIDENCE), graph.text(record, DCTERMS.CREATED)
    return Mapping(
        record=record,
        subject=subject,
        predicate=predicate,
        object=target,
        justification=justification,
        subject_label=graph.text(record, SSSOM.SUBJECT_LABEL),
        object_label=graph.text(record, SSSOM.OBJECT_LABEL),
        confidence=float(confidence) if confidence else None,
        authors=graph.iris(record, PAV.AUTHORED_BY),
        author_labels=graph.texts(record, SSSOM.AUTHOR_LABEL),
        date=dt.date.fromisoformat(day) if day else None,
        comment=graph.text(record, RDFS.COMMENT),
        subject_source=graph.iri(record, SSSOM.SUBJECT_SOURCE),
        subject_source_version=graph.text(record, SSSOM.SUBJECT_SOURCE_VERSION),
        object_source=graph.iri(record, SSSOM.OBJECT_SOURCE),
        subject_sha256=graph.text(record, SG.SUBJECT_SHA256),
        is_negative=graph.has(record, SSSOM.PREDICATE_MODIFIER),
        others=_read_others(record, graph, OTHERS),
    )


def shipped_sets() -> tuple[MappingSet, ...]:
    """The sets of mappings that come with the program, in the order of their names."""
    files = sorted((f for f in asset("data", _FOLDER).iterdir() if f.name.endswith(".ttl")), key=lambda file: file.name)
    return tuple(
        read_records(
            (quad.triple for quad in read_rdf(file.read_bytes(), file=file.name, form=TURTLE)),
            name=file.name.removesuffix(".ttl"),
        )
        for file in files
    )


def graphs_of_set(mappings: MappingSet) -> dict[str, tuple[Triple, ...]]:
    """The graphs of a set by their names: its direct triples, of which there may be none, and its records."""
    return {mappings.graph: direct_triples(mappings), mappings.record: record_triples(mappings)}


def shipped() -> tuple[tuple[str, tuple[Triple, ...]], ...]:
    """The graphs of the shipped sets, by their names."""
    return tuple(graph for mappings in shipped_sets() for graph in graphs_of_set(mappings).items())


def record_turtle(mappings: MappingSet) -> bytes:
    """The records as a file, which is how a set comes with the program."""
    comment = f"Generated from {mappings.name}{TABLE_ENDING} by stratgraph links convert; do not edit."
    return turtle(record_triples(mappings), base=f"{mappings.record}/", comment=comment)
