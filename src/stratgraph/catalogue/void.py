"""VoID: the whole store, the current view and each named graph with their figures; linksets by target and property."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.identifiers import slug
from stratgraph.serialisation import RDF_FORMS
from stratgraph.terms import (
    BASE,
    CATALOGUE,
    DCTERMS,
    FOAF,
    FORMATS_NS,
    IDENTIFIERS,
    RDF,
    VOID,
    VOID_DESCRIPTION,
    XSD,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.catalogue.contents import Catalogue, Figures, Links

WHOLE: Final = f"{VOID_DESCRIPTION}#store"
CURRENT: Final = f"{VOID_DESCRIPTION}#current-view"
_LANGUAGE: Final = "en"
_FORMATS: Final = {
    "turtle": "Turtle", "ntriples": "N-Triples", "rdfxml": "RDF_XML", "jsonld": "JSON-LD", "trig": "TriG",
    "nquads": "N-Quads",
}  # fmt: skip
"""Names of our formats in the W3C's list of file formats."""


def void(catalogue: Catalogue, root: str) -> Iterator[Triple]:
    """The description of the store, without blank nodes.

    Args:
        catalogue: of the store.
        root: the address under which it is served, without a slash at its end.
    """
    writing = _Writing(root)
    yield from writing.document()
    yield from writing.whole(catalogue)
    yield from writing.current(catalogue)
    for graph, figures in catalogue.graphs.items():
        yield from writing.graph(graph, figures)
    for graph, spaces in catalogue.spaces.items():
        yield Triple(NamedNode(graph), NamedNode(VOID.URI_SPACE), Literal(spaces[0]))
    for dataset in catalogue.datasets:
        yield Triple(NamedNode(dataset.graph), NamedNode(DCTERMS.TITLE), Literal(dataset.title, language=_LANGUAGE))
    for links in catalogue.links:
        yield from writing.linkset(links)


def graph_address(root: str, graph: str) -> str:
    """Where a named graph is read."""
    return f"{root}/data?graph={quote(graph, safe='')}"


class _Writing:
    def __init__(self, root: str) -> None:
        self._root = root

    def document(self) -> Iterator[Triple]:
        node = NamedNode(VOID_DESCRIPTION)
        yield _typed(VOID_DESCRIPTION, VOID.DATASET_DESCRIPTION)
        yield Triple(node, NamedNode(DCTERMS.TITLE), _words("What this store holds"))
        yield Triple(node, NamedNode(FOAF.PRIMARY_TOPIC), NamedNode(WHOLE))

    def whole(self, catalogue: Catalogue) -> Iterator[Triple]:
        node = NamedNode(WHOLE)
        yield _typed(WHOLE, VOID.DATASET)
        yield Triple(node, NamedNode(DCTERMS.TITLE), _words("Strategic plans as a graph"))
        yield Triple(node, NamedNode(DCTERMS.DESCRIPTION), _words("The current view and all named graphs."))
        yield Triple(node, NamedNode(VOID.TRIPLES), _number(catalogue.triples))
        yield Triple(node, NamedNode(VOID.URI_SPACE), Literal(IDENTIFIERS))
        yield Triple(node, NamedNode(VOID.SPARQL_ENDPOINT), NamedNode(f"{self._root}/sparql"))
        yield Triple(node, NamedNode(FOAF.HOMEPAGE), NamedNode(f"{self._root}/"))
        yield Triple(node, NamedNode(DCTERMS.IS_PART_OF), NamedNode(CATALOGUE))
        for form in RDF_FORMS:
            yield Triple(node, NamedNode(VOID.FEATURE), NamedNode(f"{FORMATS_NS}{_FORMATS[form.name]}"))
        for part in (CURRENT, *catalogue.graphs):
            yield Triple(node, NamedNode(VOID.SUBSET), NamedNode(part))

    def current(self, catalogue: Catalogue) -> Iterator[Triple]:
        """The current view, by class and property; with the vocabularies that it uses."""
        node, figures = NamedNode(CURRENT), catalogue.current
        yield Triple(node, NamedNode(DCTERMS.TITLE), _words("The current view"))
        yield from self._figures(CURRENT, figures)
        yield Triple(node, NamedNode(VOID.SPARQL_ENDPOINT), NamedNode(f"{self._root}/sparql"))
        yield Triple(node, NamedNode(VOID.DATA_DUMP), NamedNode(f"{self._root}/data?default"))
        for plan in catalogue.plans:
            for example in filter(None, (plan.identifiers.plan_iri, plan.example)):
                yield Triple(node, NamedNode(VOID.EXAMPLE_RESOURCE), NamedNode(example))
        for vocabulary in sorted({_namespace(name) for name in (*figures.properties, *figures.classes)}):
            yield Triple(node, NamedNode(VOID.VOCABULARY), NamedNode(vocabulary))
        for number, (name, count) in enumerate(sorted(figures.classes.items()), 1):
            part = f"{CURRENT}/class/{number}"
            yield Triple(node, NamedNode(VOID.CLASS_PARTITION), NamedNode(part))
            yield Triple(NamedNode(part), NamedNode(VOID.CLASS), NamedNode(name))
            yield Triple(NamedNode(part), NamedNode(VOID.ENTITIES), _number(count))
        yield from _by_property(CURRENT, figures.properties)

    def graph(self, graph: str, figures: Figures) -> Iterator[Triple]:
        yield from self._figures(graph, figures)
        yield Triple(NamedNode(graph), NamedNode(VOID.DATA_DUMP), NamedNode(graph_address(self._root, graph)))

    def linkset(self, links: Links) -> Iterator[Triple]:
        source = f"{VOID_DESCRIPTION}#{links.graph.removeprefix(BASE)}"
        iri = f"{source}/to/{slug(links.space.partition('://')[2])}"
        target = links.target or f"{VOID_DESCRIPTION}#{slug(links.space.partition('://')[2])}"
        node = NamedNode(iri)
        yield _typed(iri, VOID.LINKSET)
        yield Triple(NamedNode(links.graph), NamedNode(VOID.SUBSET), node)
        yield Triple(node, NamedNode(VOID.SUBJECTS_TARGET), NamedNode(self._subjects(links)))
        yield Triple(node, NamedNode(VOID.OBJECTS_TARGET), NamedNode(target))
        yield Triple(node, NamedNode(VOID.TRIPLES), _number(links.triples))
        for name in sorted(links.counts):
            yield Triple(node, NamedNode(VOID.LINK_PREDICATE), NamedNode(name))
        yield from _by_property(iri, links.counts)
        if not links.target:
            yield _typed(target, VOID.DATASET)
            yield Triple(NamedNode(target), NamedNode(VOID.URI_SPACE), Literal(links.space))

    def _subjects(self, links: Links) -> str:
        """What links begin in: mappings in the plans of the current view, those of a vocabulary in that vocabulary."""
        return links.graph if links.graph.startswith(f"{BASE}vocabulary/") else CURRENT

    def _figures(self, iri: str, figures: Figures) -> Iterator[Triple]:
        yield _typed(iri, VOID.DATASET)
        counts = (
            (VOID.TRIPLES, figures.triples),
            (VOID.ENTITIES, sum(figures.classes.values()) and figures.subjects),
            (VOID.DISTINCT_SUBJECTS, figures.subjects),
            (VOID.CLASSES, len(figures.classes)),
            (VOID.PROPERTIES, len(figures.properties)),
        )
        for predicate, count in counts:
            yield Triple(NamedNode(iri), NamedNode(predicate), _number(count))


def _by_property(iri: str, counts: dict[str, int]) -> Iterator[Triple]:
    for number, (name, count) in enumerate(sorted(counts.items()), 1):
        part = f"{iri}/property/{number}"
        yield Triple(NamedNode(iri), NamedNode(VOID.PROPERTY_PARTITION), NamedNode(part))
        yield Triple(NamedNode(part), NamedNode(VOID.PROPERTY), NamedNode(name))
        yield Triple(NamedNode(part), NamedNode(VOID.TRIPLES), _number(count))


def _namespace(iri: str) -> str:
    # Of an IRI like urn:a:b, which has neither, what stands before its last colon.
    return iri[: (max(iri.rfind("/"), iri.rfind("#")) + 1) or iri.rfind(":") + 1]


def _typed(iri: str, kind: str) -> Triple:
    return Triple(NamedNode(iri), NamedNode(RDF.TYPE), NamedNode(kind))


def _words(text: str) -> Literal:
    return Literal(text, language=_LANGUAGE)


def _number(count: int) -> Literal:
    return Literal(str(count), datatype=NamedNode(XSD.INTEGER))
