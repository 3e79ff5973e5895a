"""What is said of a vocabulary's graph: origin, version, terms, time, counts, and what was mended on reading."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from stratgraph.errors import SourceError
from stratgraph.serialisation import form_of_file
from stratgraph.terms import DCTERMS, OWL, PAV, PROV, RDF, SG, SKOS, VOID, XSD
from stratgraph.vocabularies.table import TABLE_ENDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratgraph.vocabularies.description import Description

_LANGUAGE: Final = "en"
_TABLE_TYPE: Final = "text/tab-separated-values"
_NOT_STATED: Final = "not stated"


def record_of(
    graph: str, triples: Sequence[Triple], described: Description, notes: Iterable[str], digest: str
) -> Iterator[Triple]:
    """The record of a graph.

    Args:
        graph: its name.
        triples: in it.
        described: what its description says.
        notes: what was mended.
        digest: of the whole (:func:`digest_of`).
    """
    node = NamedNode(graph)
    yield from _statements(graph, triples, described, notes)
    yield Triple(node, NamedNode(DCTERMS.IDENTIFIER), Literal(f"sha256:{digest}"))
    if described.retrieved:
        day = Literal(described.retrieved.isoformat(), datatype=NamedNode(XSD.DATE))
        yield Triple(_source(graph), NamedNode(PAV.RETRIEVED_ON), day)


def digest_of(graph: str, triples: Sequence[Triple], described: Description, notes: Iterable[str]) -> str:
    """SHA-256 of what is said in the graph and of it, in any order; not of the day when the file was fetched."""
    said = [*triples, *_statements(graph, triples, described, notes)]
    lines = (serialize(said, format=RdfFormat.N_TRIPLES) or b"").splitlines()
    return hashlib.sha256(b"\n".join(sorted(lines))).hexdigest()


def _source(graph: str) -> NamedNode:
    """The file that it was read from."""
    return NamedNode(f"{graph}/source")


def _statements(
    graph: str, triples: Sequence[Triple], described: Description, notes: Iterable[str]
) -> Iterator[Triple]:
    node, source = NamedNode(graph), _source(graph)
    yield Triple(node, NamedNode(RDF.TYPE), NamedNode(VOID.DATASET))
    texts = (
        (DCTERMS.TITLE, described.title),
        (DCTERMS.DESCRIPTION, described.description),
        (DCTERMS.RIGHTS, described.licence or _NOT_STATED),
        (DCTERMS.BIBLIOGRAPHIC_CITATION, described.attribution),
        *((SKOS.EDITORIAL_NOTE, note) for note in notes),
    )
    for predicate, text in texts:
        if text:
            yield Triple(node, NamedNode(predicate), Literal(text, language=_LANGUAGE))
    if described.version:
        yield Triple(node, NamedNode(OWL.VERSION_INFO), Literal(described.version))
    for predicate, iri in ((DCTERMS.SOURCE, described.origin), (DCTERMS.LICENSE, described.licence_iri)):
        if iri:
            yield Triple(node, NamedNode(predicate), _iri(iri))
    yield from _counts(graph, triples)
    yield Triple(node, NamedNode(PROV.WAS_DERIVED_FROM), source)
    yield Triple(source, NamedNode(RDF.TYPE), NamedNode(SG.SOURCE_DOCUMENT))
    yield Triple(source, NamedNode(DCTERMS.TITLE), Literal(described.file))
    yield Triple(source, NamedNode(DCTERMS.FORMAT), Literal(_media_type(described.file)))
    yield Triple(source, NamedNode(SG.SHA256), Literal(described.sha256))


def _counts(graph: str, triples: Sequence[Triple]) -> Iterator[Triple]:
    """How many triples there are, and how many things of each class."""
    node = NamedNode(graph)
    yield Triple(node, NamedNode(VOID.TRIPLES), _number(len(triples)))
    classes = Counter(t.object for t in triples if t.predicate.value == RDF.TYPE and isinstance(t.object, NamedNode))
    for position, name in enumerate(sorted(classes, key=str), 1):
        part = NamedNode(f"{graph}/class/{position}")
        yield Triple(node, NamedNode(VOID.CLASS_PARTITION), part)
        yield Triple(part, NamedNode(VOID.CLASS), name)
        yield Triple(part, NamedNode(VOID.ENTITIES), _number(classes[name]))


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=NamedNode(XSD.INTEGER))


def _media_type(file: str) -> str:
    """Of the content, unpacked."""
    name = file.removesuffix(".gz")
    return _TABLE_TYPE if name.endswith(TABLE_ENDING) else form_of_file(name).media_types[0]


def _iri(text: str) -> NamedNode:
    try:
        return NamedNode(text)
    except ValueError as error:
        raise SourceError(
            f"{text!r} is no IRI.", mend="Correct origin or licence-iri in the vocabulary's description."
        ) from error
