"""What is said of a vocabulary's graph: origin, version, terms, time, counts, and what was mended on reading."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, RdfFormat, serialize

from stratgraph.errors import SourceError
from stratgraph.graph import english, moment, said, words
from stratgraph.serialisation import form_of_file
from stratgraph.terms import DCTERMS, OWL, PAV, PROV, RDF, SG, SKOS, VOID
from stratgraph.vocabularies.table import TABLE_ENDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pyoxigraph import Triple

    from stratgraph.vocabularies.description import VocabularyDescription

_TABLE_TYPE: Final = "text/tab-separated-values"
_NOT_STATED: Final = "not stated"


def record_of(
    graph: str, triples: Sequence[Triple], described: VocabularyDescription, notes: Iterable[str], digest: str
) -> Iterator[Triple]:
    """The record of a graph.

    Args:
        graph: its name.
        triples: in it.
        described: what its description says.
        notes: what was mended.
        digest: of the whole (:func:`digest_of`).
    """
    yield from _statements(graph, triples, described, notes)
    yield from said(graph, (DCTERMS.IDENTIFIER, Literal(f"sha256:{digest}")))
    yield from said(_source(graph), (PAV.RETRIEVED_ON, moment(described.retrieved)))


def digest_of(graph: str, triples: Sequence[Triple], described: VocabularyDescription, notes: Iterable[str]) -> str:
    """SHA-256 of what is said in the graph and of it, in any order; not of the day when the file was fetched."""
    said = [*triples, *_statements(graph, triples, described, notes)]
    lines = (serialize(said, format=RdfFormat.N_TRIPLES) or b"").splitlines()
    return hashlib.sha256(b"\n".join(sorted(lines))).hexdigest()


def _source(graph: str) -> str:
    """The IRI of the file that it was read from."""
    return f"{graph}/source"


def _statements(
    graph: str, triples: Sequence[Triple], described: VocabularyDescription, notes: Iterable[str]
) -> Iterator[Triple]:
    yield from said(
        graph,
        (RDF.TYPE, VOID.DATASET),
        (DCTERMS.TITLE, english(described.title)),
        (DCTERMS.DESCRIPTION, english(described.description)),
        (DCTERMS.RIGHTS, english(described.licence or _NOT_STATED)),
        (DCTERMS.BIBLIOGRAPHIC_CITATION, english(described.attribution)),
        *((SKOS.EDITORIAL_NOTE, english(note)) for note in notes),
        (OWL.VERSION_INFO, words(described.version)),
        (DCTERMS.SOURCE, _checked(described.origin)),
        (DCTERMS.LICENSE, _checked(described.licence_iri)),
        (PROV.WAS_DERIVED_FROM, _source(graph)),
        (VOID.TRIPLES, len(triples)),
    )
    yield from said(
        _source(graph),
        (RDF.TYPE, SG.SOURCE_DOCUMENT),
        (DCTERMS.TITLE, Literal(described.file)),
        (DCTERMS.FORMAT, Literal(_media_type(described.file))),
        (SG.SHA256, Literal(described.sha256)),
    )
    classes = Counter(t.object for t in triples if t.predicate.value == RDF.TYPE and isinstance(t.object, NamedNode))
    for position, name in enumerate(sorted(classes, key=str), 1):
        part = f"{graph}/class/{position}"
        yield from said(graph, (VOID.CLASS_PARTITION, part))
        yield from said(part, (VOID.CLASS, name), (VOID.ENTITIES, classes[name]))


def _media_type(file: str) -> str:
    """Of the content, unpacked."""
    name = file.removesuffix(".gz")
    return _TABLE_TYPE if name.endswith(TABLE_ENDING) else form_of_file(name).media_types[0]


def _checked(text: str) -> str:
    try:
        return NamedNode(text).value if text else ""
    except ValueError as error:
        raise SourceError(
            f"{text!r} is no IRI.", mend="Correct origin or licence-iri in the vocabulary's description."
        ) from error
