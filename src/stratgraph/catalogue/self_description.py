"""What a store says of itself in a named graph, and the endpoint in its description: examples, prefixes, partitions.

Editors and assistants ask for these: SIB's sparql-editor, sparql-llm. Examples and prefixes are those of the program;
the partitions are of what is published, and are counted when it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from stratgraph.asking import triples
from stratgraph.catalogue.partitions import count_partitions
from stratgraph.graph import english, ontology, said, text_of
from stratgraph.query import ParameterKind, QueryKind, examples
from stratgraph.terms import (
    BASE,
    COMMON_PREFIXES,
    QUERIES,
    RDF,
    RDFS,
    SCHEMA,
    SELF_DESCRIPTION,
    SH,
    SKOS,
    VOID,
    XSD,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Triple

    from stratgraph.query import Parameter
    from stratgraph.store import Reading

ENDPOINT: Final = f"{BASE}sparql"
"""The endpoint by the name that holds wherever the store is served."""

_PREFIXES: Final = f"{SELF_DESCRIPTION}/prefixes"
_KINDS: Final = {
    QueryKind.SELECT: (SH.SPARQL_SELECT_EXECUTABLE, SH.SELECT),
    QueryKind.CONSTRUCT: (SH.SPARQL_CONSTRUCT_EXECUTABLE, SH.CONSTRUCT),
    QueryKind.ASK: (SH.SPARQL_ASK_EXECUTABLE, SH.ASK),
}
_DATATYPES: Final = {
    ParameterKind.INTEGER: XSD.INTEGER,
    ParameterKind.STRING: XSD.STRING,
    ParameterKind.LANGUAGE_STRING: RDF.LANG_STRING,
}


def how_to_ask(endpoint: str = ENDPOINT) -> Iterator[Triple]:
    """The documented queries with their parameters, and the prefixes, without blank nodes.

    Args:
        endpoint: that the queries are for.
    """
    yield from prefixes()
    for example in examples():
        iri = f"{QUERIES}{example.name}"
        kind, text = _KINDS[example.kind]
        yield from said(
            iri,
            (RDF.TYPE, SH.SPARQL_EXECUTABLE),
            (RDF.TYPE, kind),
            (RDFS.LABEL, english(example.title)),
            (RDFS.COMMENT, english(example.description)),
            *((SCHEMA.KEYWORDS, Literal(keyword)) for keyword in example.keywords),
            (SCHEMA.TARGET, endpoint),
            (SH.PREFIXES, _PREFIXES),
            (text, Literal(example.text)),
        )
        for number, parameter in enumerate(example.parameters, 1):
            one = f"{SELF_DESCRIPTION}/parameter/{example.name}/{parameter.name}"
            yield from said(iri, (SH.PARAMETER, one))
            yield from _parameter(one, number, parameter)


def prefixes(owner: str = _PREFIXES) -> Iterator[Triple]:
    """The prefixes, for tools that follow sh:prefixes.

    Args:
        owner: IRI of what declares them.
    """
    for name, namespace in COMMON_PREFIXES.items():
        one = f"{_PREFIXES}/{name}"
        address = Literal(namespace, datatype=NamedNode(XSD.ANY_URI))
        yield from said(owner, (SH.DECLARE, one))
        yield from said(one, (SH.PREFIX, Literal(name)), (SH.NAMESPACE, address))


def _parameter(iri: str, number: int, parameter: Parameter) -> Iterator[Triple]:
    is_iri = parameter.kind is ParameterKind.IRI
    yield from said(
        iri,
        (SH.NAME, Literal(parameter.name)),
        (SH.DESCRIPTION, english(parameter.description)),
        (SH.ORDER, number),
        (SH.NODE_KIND, SH.IRI if is_iri else None),
        (SH.CLASS, parameter.of_class or None),
        (SH.DATATYPE, None if is_iri else _DATATYPES[parameter.kind]),
        (SH.DEFAULT_VALUE, parameter.default),
    )


def partitions(reading: Reading) -> list[Triple]:
    """The current view by class, property and what values are: as it was published, or counted where that was not.

    Not so published are a store that is a server, and a snapshot of an earlier release.

    Raises:
        StoreError, LimitError, RemoteError: as with ``Store.answer``.
    """
    return triples(reading, "void-published") or list(count_partitions(reading))


def called(partitions: Iterable[Triple]) -> Iterator[Triple]:
    """What our ontology calls the classes and properties of partitions, and what it says that they mean."""
    words = ontology()
    used = {text_of(one.object) for one in partitions if one.predicate.value in {VOID.CLASS, VOID.PROPERTY}}
    for iri in sorted(used):
        if iri in words:
            meaning = english(words.text(iri, SKOS.DEFINITION))
            yield from said(iri, (RDFS.LABEL, english(words.label(iri))), (RDFS.COMMENT, meaning))
