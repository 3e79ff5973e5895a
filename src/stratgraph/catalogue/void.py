"""VoID: the whole store, the current view and each named graph with their figures; linksets by target and property."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from pyoxigraph import Literal

from stratgraph.catalogue.partitions import CURRENT
from stratgraph.graph import english, said
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
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Triple

    from stratgraph.catalogue.contents import Catalogue, Figures, Links

WHOLE: Final = f"{VOID_DESCRIPTION}#store"
_FORMATS: Final = {
    "turtle": "Turtle", "ntriples": "N-Triples", "rdfxml": "RDF_XML", "jsonld": "JSON-LD", "trig": "TriG",
    "nquads": "N-Quads",
}  # fmt: skip
"""Names of our formats in the W3C's list of file formats."""


def void(catalogue: Catalogue, partitions: Iterable[Triple], root: str) -> Iterator[Triple]:
    """The description of the store, without blank nodes.

    Args:
        catalogue: of the store.
        partitions: the current view by class and property.
        root: the address under which it is served, without a slash at its end.
    """
    sparql = f"{root}/sparql"
    yield from said(
        VOID_DESCRIPTION,
        (RDF.TYPE, VOID.DATASET_DESCRIPTION),
        (DCTERMS.TITLE, english("What this store holds")),
        (FOAF.PRIMARY_TOPIC, WHOLE),
    )
    yield from said(
        WHOLE,
        (RDF.TYPE, VOID.DATASET),
        (DCTERMS.TITLE, english("Strategic plans as a graph")),
        (DCTERMS.DESCRIPTION, english("The current view and all named graphs.")),
        (DCTERMS.IS_PART_OF, CATALOGUE),
        (FOAF.HOMEPAGE, f"{root}/"),
        (VOID.TRIPLES, catalogue.triples),
        (VOID.URI_SPACE, Literal(IDENTIFIERS)),
        (VOID.SPARQL_ENDPOINT, sparql),
        *((VOID.FEATURE, f"{FORMATS_NS}{_FORMATS[form.name]}") for form in RDF_FORMS),
        *((VOID.SUBSET, part) for part in (CURRENT, *catalogue.graphs)),
    )
    yield from _current(catalogue, (VOID.SPARQL_ENDPOINT, sparql), (VOID.DATA_DUMP, f"{root}/data?default"))
    yield from partitions
    for graph, figures in catalogue.graphs.items():
        yield from _figures(graph, figures, (VOID.DATA_DUMP, graph_address(root, graph)))
    for graph, spaces in catalogue.spaces.items():
        yield from said(graph, (VOID.URI_SPACE, Literal(spaces[0])))
    for dataset in catalogue.datasets:
        yield from said(dataset.graph, (DCTERMS.TITLE, english(dataset.title)))
    for links in catalogue.links:
        yield from _linkset(links)


def graph_address(root: str, graph: str) -> str:
    """Where a named graph is read."""
    return f"{root}/data?graph={quote(graph, safe='')}"


def _current(catalogue: Catalogue, *addresses: tuple[str, str]) -> Iterator[Triple]:
    """The current view, by property; with the vocabularies that it uses."""
    figures = catalogue.current
    namespaces = {_namespace(name) for name in (*figures.properties, *figures.classes)}
    yield from _figures(
        CURRENT,
        figures,
        (DCTERMS.TITLE, english("The current view")),
        *addresses,
        *(
            (VOID.EXAMPLE_RESOURCE, iri)
            for plan in catalogue.plans
            for iri in (plan.identifiers.plan_iri, plan.example)
        ),
        *((VOID.VOCABULARY, vocabulary) for vocabulary in sorted(namespaces)),
    )
    yield from _by_property(CURRENT, figures.properties)


def _linkset(links: Links) -> Iterator[Triple]:
    source, space = f"{VOID_DESCRIPTION}#{links.graph.removeprefix(BASE)}", slug(links.space.partition("://")[2])
    iri, target = f"{source}/to/{space}", links.target or f"{VOID_DESCRIPTION}#{space}"
    # Mappings begin in the plans of the current view, those of a vocabulary in that vocabulary.
    subjects = links.graph if links.graph.startswith(f"{BASE}vocabulary/") else CURRENT
    yield from said(links.graph, (VOID.SUBSET, iri))
    yield from said(
        iri,
        (RDF.TYPE, VOID.LINKSET),
        (VOID.SUBJECTS_TARGET, subjects),
        (VOID.OBJECTS_TARGET, target),
        (VOID.TRIPLES, links.triples),
        *((VOID.LINK_PREDICATE, name) for name in sorted(links.counts)),
    )
    yield from _by_property(iri, links.counts)
    if not links.target:
        yield from said(target, (RDF.TYPE, VOID.DATASET), (VOID.URI_SPACE, Literal(links.space)))


def _figures(iri: str, figures: Figures, *others: tuple[str, str | Literal | None]) -> Iterator[Triple]:
    yield from said(
        iri,
        (RDF.TYPE, VOID.DATASET),
        (VOID.TRIPLES, figures.triples),
        (VOID.ENTITIES, sum(figures.classes.values()) and figures.subjects),
        (VOID.DISTINCT_SUBJECTS, figures.subjects),
        (VOID.CLASSES, len(figures.classes)),
        (VOID.PROPERTIES, len(figures.properties)),
        *others,
    )


def _by_property(iri: str, counts: dict[str, int]) -> Iterator[Triple]:
    for number, (name, count) in enumerate(sorted(counts.items()), 1):
        part = f"{iri}/property/{number}"
        yield from said(iri, (VOID.PROPERTY_PARTITION, part))
        yield from said(part, (VOID.PROPERTY, name), (VOID.TRIPLES, count))


def _namespace(iri: str) -> str:
    # Of an IRI like urn:a:b, which has neither, what stands before its last colon.
    return iri[: (max(iri.rfind("/"), iri.rfind("#")) + 1) or iri.rfind(":") + 1]
