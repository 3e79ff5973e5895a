"""``/ontology`` and ``/shapes``: words and rules as they are kept, and a page with a place for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Query
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - likewise

from stratgraph.assets import asset, read_asset
from stratgraph.errors import NotFound
from stratgraph.graph import Graph
from stratgraph.jsonld import compacted, context_bytes, to_json
from stratgraph.profiles import profiles
from stratgraph.serialisation import JSON_LD, RDF_FORMS, TURTLE, RdfForm, read_rdf
from stratgraph.terms import BASE, DCTERMS, ONTOLOGY, OWL, RDF, RDFS, SG, SH, SHAPES, SKOS
from stratgraph.validation import Ruleset
from stratgraph.validation.bundle import stand_alone
from stratgraph.version import __version__
from stratgraph_api.http.addresses import local_address, split_ending
from stratgraph_api.http.documents import (
    HTML,
    RDF_TYPES,
    Format,
    Link,
    addresses_of,
    document_form,
    form_of_ending,
    rdf,
    send_document,
)
from stratgraph_api.http.openapi import answers
from stratgraph_api.http.problems import root_path
from stratgraph_api.http.rendering import render

if TYPE_CHECKING:
    from pyoxigraph import Triple

_CONTEXT: Final = "context.jsonld"
_FILES: Final = {"": "stratgraph.ttl", "alignments": "alignments.ttl", "frameworks": "frameworks.ttl"}
_WHAT: Final[dict[str, str]] = {
    OWL.CLASS: "class",
    OWL.OBJECT_PROPERTY: "object property",
    OWL.DATATYPE_PROPERTY: "datatype property",
    OWL.ANNOTATION_PROPERTY: "annotation property",
    SH.NODE_SHAPE: "node shape",
    SH.PROPERTY_SHAPE: "property shape",
}
_SHOWN: Final = (
    (RDFS.SUB_CLASS_OF, "is a kind of"),
    (RDFS.DOMAIN, "from"),
    (RDFS.RANGE, "to"),
    (OWL.INVERSE_OF, "inverse"),
    (SH.SEVERITY, "severity"),
    (DCTERMS.SOURCE, "source"),
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a rule, as the page shows it.

    Args:
        name: after the ``#`` in its IRI.
        iri: of it.
        label: what it is called.
        what: it is, class or shape.
        definition: of it.
        further: more texts: an example, a message, how to mend.
        related: names of relations and the things they lead to.
    """

    name: str
    iri: str
    label: str
    what: str
    definition: str
    further: tuple[str, ...]
    related: tuple[tuple[str, tuple[str, ...]], ...]


def show_ontology(request: Request, form: Format = "") -> Response:
    """The ontology: a page, or RDF as it is kept."""
    return _show(request, ONTOLOGY, "", document_form(request, form))


def show_ontology_part(request: Request, part: str, form: Format = "") -> Response:
    """The context of JSON-LD, alignments, those with frameworks of results, or the present version by its own name.

    Raises:
        NotFound: there is no such part, or no longer.
    """
    if part == _CONTEXT:
        headers = {"Access-Control-Allow-Origin": "*"}
        return send_document(
            request, "context", None, context_bytes, media_type=JSON_LD.media_types[0], headers=headers
        )
    name, named = split_ending(part)
    known = {_version(file): key for key, file in _FILES.items()}
    key = known.get(name, name)
    if key not in _FILES:
        raise NotFound(
            f"The ontology has no part or version {part!r}.", mend=f"There is {', '.join((_CONTEXT, *known))}."
        )
    return _show(request, f"{ONTOLOGY}/{key}" if key else ONTOLOGY, key, named or document_form(request, form))


def show_ontology_as(request: Request, ending: str) -> Response:
    """The ontology in the form of an ending."""
    return _show(request, ONTOLOGY, "", form_of_ending(ending))


def show_shapes(
    request: Request,
    form: Format = "",
    profile: Annotated[
        str,
        Query(
            description="The shapes of this profile alone, as RDF that needs nothing but the data.",
            json_schema_extra={"enum": list(profiles())},
        ),
    ] = "",
) -> Response:
    """The shapes: a page, or RDF of all sets together."""
    chosen = document_form(request, form)
    if not profile:
        return _show_shapes(request, chosen)
    rules = Ruleset.of(request.state.settings, profile=profile)
    form_of_bundle = chosen or TURTLE

    def write() -> bytes:
        return rdf(stand_alone(rules.shapes()), form_of_bundle)

    return send_document(request, f"shapes.{profile}", form_of_bundle, write, links=[Link(SHAPES, "cite-as")])


def show_shapes_as(request: Request, ending: str) -> Response:
    """The shapes in the form of an ending."""
    return _show_shapes(request, form_of_ending(ending))


def _show(request: Request, iri: str, key: str, form: RdfForm | None) -> Response:
    return _send(request, form, iri, "Alignments" if key else "The ontology", "ontology", [_FILES[key]])


def _show_shapes(request: Request, form: RdfForm | None) -> Response:
    files = sorted(one.name for one in asset("shapes").iterdir() if one.name.endswith(TURTLE.extensions))
    return _send(request, form, SHAPES, "The shapes", "shapes", files)


def _send(request: Request, form: RdfForm | None, iri: str, title: str, folder: str, files: list[str]) -> Response:
    """The files of a folder of assets as one document, which is about ``iri``."""
    triples = tuple(triple for file in files for triple in _triples(file, folder))
    if form is None:
        return _page(request, title, iri, triples)

    def write() -> bytes:
        if form is TURTLE:
            return b"\n".join(read_asset(folder, file) for file in files)
        return to_json(compacted(triples, first=iri)) if form is JSON_LD else rdf(triples, form)

    links = [Link(iri, "cite-as"), Link(local_address(iri), "describes", HTML)]
    location = {"Content-Location": f"{root_path(request)}{local_address(iri, form)}"}
    return send_document(request, folder, form, write, links=links, headers=location)


def _page(request: Request, title: str, iri: str, triples: tuple[Triple, ...]) -> Response:
    addresses = addresses_of(request)
    alternates = [Link(local_address(iri, form), "alternate", form.media_types[0]) for form in RDF_FORMS]

    def write() -> bytes:
        page = render(
            "terms.html",
            addresses,
            address=lambda thing: addresses.about(thing) if thing.startswith(BASE) else thing,
            title=title,
            iri=iri,
            links=alternates,
            terms=_terms(triples, f"{iri if iri == SHAPES else ONTOLOGY}#"),
            version=__version__,
        )
        return page.encode()

    return send_document(request, f"page.{iri}", None, write, links=[Link(iri, "cite-as"), *alternates])


@cache
def _triples(file: str, folder: str) -> tuple[Triple, ...]:
    return tuple(quad.triple for quad in read_rdf(read_asset(folder, file), file=file, form=TURTLE))


@cache
def _version(file: str) -> str:
    """What stands after the ontology's IRI in the IRI of its present version."""
    graph = Graph(_triples(file, "ontology"))
    versions = (graph.iri(iri, OWL.VERSION_IRI) for iri in graph.subjects(OWL.VERSION_IRI))
    return next(versions, "").removeprefix(f"{ONTOLOGY}/")


def _terms(triples: tuple[Triple, ...], namespace: str) -> tuple[Term, ...]:
    """What has a name in the namespace, in the order of the document."""
    graph = Graph(triples)
    return tuple(_term(iri, graph) for iri in graph if iri.startswith(namespace))


def _term(iri: str, graph: Graph) -> Term:
    name = iri.partition("#")[2]
    return Term(
        name=name,
        iri=iri,
        label=graph.label(iri) or name,
        what=", ".join(_WHAT[kind] for kind in graph.iris(iri, RDF.TYPE) if kind in _WHAT),
        definition=" ".join(graph.texts(iri, SKOS.DEFINITION, RDFS.COMMENT)),
        further=graph.texts(iri, SKOS.EXAMPLE, SH.MESSAGE, SG.MEND),
        related=tuple((label, iris) for name, label in _SHOWN if (iris := graph.iris(iri, name))),
    )


ANSWERS: Final = answers(
    "The document.", (HTML, *RDF_TYPES), 304, 406, 429, also={404: "There is no such part, or no form of this ending."}
)
