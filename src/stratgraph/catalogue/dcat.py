"""DCAT-AP 3: a catalogue of plans with their versions and downloads, of vocabularies and links, and the endpoint.

Whatever it names is described in it, as the profile's own shapes ask, the EU's authority tables included. What is below
the catalogue's own IRI is called after what it is about: ``…/catalogue#itu/plan/2012-2015``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from pyoxigraph import Literal, NamedNode

from stratgraph.catalogue.void import graph_address
from stratgraph.graph import english, moment, primary, said, words
from stratgraph.identifiers import links_graph, record_graph, slug
from stratgraph.serialisation import JSON_LD, TRIG, TURTLE
from stratgraph.terms import (
    BASE,
    CATALOGUE,
    DCAT,
    DCTERMS,
    EU_NS,
    FOAF,
    IDENTIFIERS,
    MEDIA_TYPES_NS,
    RDF,
    SKOS,
    SPARQL_PROTOCOL,
    XSD,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Triple

    from stratgraph.catalogue.contents import Catalogue, Dataset, Plan
    from stratgraph.history import Version

_LANGUAGE: Final = "en"
_TABLE: Final = "text/tab-separated-values"
_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EU_LANGUAGES: Final = {"ar": "ARA", "de": "DEU", "en": "ENG", "es": "SPA", "fr": "FRA", "ru": "RUS", "zh": "ZHO"}
_EU_FORMATS: Final = {
    TURTLE.media_types[0]: "RDF_TURTLE",
    JSON_LD.media_types[0]: "JSON_LD",
    TRIG.media_types[0]: "RDF_TRIG",
    _WORKBOOK: "XLSX",
    "application/xml": "XML",
    "text/xml": "XML",
    "text/plain": "TXT",
    _TABLE: "TSV",
}
_THEME: Final = ("GOVE", "Government and public sector")


@dataclass(frozen=True, slots=True)
class Export:
    """One form that a version of a plan is given out in.

    Args:
        name: as ``stratgraph export --format`` knows it.
        media_type: of the file; of the source it is the source's own.
        what: it is, in English.
        has_one_language: whether it has the plan's main language alone.
    """

    name: str
    media_type: str
    what: str
    has_one_language: bool = False


EXPORTS: Final = (
    Export(TURTLE.name, TURTLE.media_types[0], "What the version states, as Turtle"),
    Export(JSON_LD.name, JSON_LD.media_types[0], "What the version states, as JSON-LD"),
    Export(TRIG.name, TRIG.media_types[0], "What the version states and what each statement rests on, as TriG"),
    Export("xlsx", _WORKBOOK, "The version as a workbook"),
    Export("stratml", "application/xml", "The version as StratML", has_one_language=True),
    Export("source", "", "The document that the version was read from"),
)
"""The forms that a version of a plan is given out in."""


@dataclass(frozen=True, slots=True)
class Download:
    """One file of a version of a plan.

    Args:
        export: its form.
        media_type: of the file.
        address: relative to where the catalogue is served.
        name: after the ``#`` in its IRI.
    """

    export: Export
    media_type: str
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class _File:
    """One file of a vocabulary or a set of mappings: its IRI, its address, its media type, and what it is."""

    iri: str
    address: str
    media_type: str
    what: str


def downloads_of(version: Version) -> tuple[Download, ...]:
    """The files of a version."""
    plan = version.identifiers.plan_iri
    found = []
    for export in EXPORTS:
        # A workbook's text is not the workbook; it is exported anew.
        if not export.media_type and version.media_type == _WORKBOOK:
            continue
        query = urlencode({"plan": plan, "version": version.number, "format": export.name})
        name = f"{version.iris.graph.removeprefix(IDENTIFIERS)}/{export.name}"
        found.append(Download(export, export.media_type or version.media_type, f"/export?{query}", name))
    return tuple(found)


def dcat(catalogue: Catalogue, root: str) -> Iterator[Triple]:
    """The catalogue, without blank nodes.

    Args:
        catalogue: of the store.
        root: the address under which it is served, without a slash at its end.
    """
    writing = _Writing(root)
    yield from writing.catalogue(catalogue)
    yield from writing.service(catalogue)
    for plan in catalogue.plans:
        yield from writing.plan(plan)
    for dataset in catalogue.datasets:
        yield from writing.dataset(dataset)


class _Writing:
    """Says each thing of the EU's tables once it is needed."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._operator = f"{CATALOGUE}#operator"
        self._service = f"{CATALOGUE}#sparql"

    def catalogue(self, catalogue: Catalogue) -> Iterator[Triple]:
        taxonomy, home = f"{EU_NS}data-theme", f"{self._root}/"
        what = "Strategic plans with the vocabularies that they are linked with, each as linked data, and an endpoint."
        times = [version.time for plan in catalogue.plans for version in plan.versions if version.time]
        yield from said(
            CATALOGUE,
            (RDF.TYPE, DCAT.CATALOG),
            (DCTERMS.TITLE, english("Strategic plans as a graph")),
            (DCTERMS.DESCRIPTION, english(what)),
            (DCTERMS.PUBLISHER, self._operator),
            (DCTERMS.ISSUED, moment(min(times, default=None))),
            (DCTERMS.MODIFIED, moment(max(times, default=None))),
            (FOAF.HOMEPAGE, home),
            (DCAT.THEME_TAXONOMY, taxonomy),
            (DCAT.SERVICE, self._service),
            *((DCAT.DATASET, iri) for iri in _datasets(catalogue)),
        )
        yield from _languages(CATALOGUE, (_LANGUAGE,))
        yield from _agent(self._operator, english(f"Operator of {urlsplit(self._root).netloc}"))
        yield from said(home, (RDF.TYPE, FOAF.DOCUMENT))
        yield from said(taxonomy, (RDF.TYPE, SKOS.CONCEPT_SCHEME), (DCTERMS.TITLE, english("Data theme")))

    def service(self, catalogue: Catalogue) -> Iterator[Triple]:
        yield from said(
            self._service,
            (RDF.TYPE, DCAT.DATA_SERVICE),
            (DCTERMS.TITLE, english("SPARQL endpoint")),
            (DCTERMS.DESCRIPTION, english("Answers queries in SPARQL 1.1 about all that is here.")),
            (DCTERMS.PUBLISHER, self._operator),
            (DCTERMS.CONFORMS_TO, SPARQL_PROTOCOL),
            (DCAT.ENDPOINT_URL, f"{self._root}/sparql"),
            (DCAT.ENDPOINT_DESCRIPTION, f"{self._root}/sparql?format=turtle"),
            (DCAT.KEYWORD, english("SPARQL")),
            *((DCAT.SERVES_DATASET, iri) for iri in _datasets(catalogue)),
        )
        yield from said(SPARQL_PROTOCOL, (RDF.TYPE, DCTERMS.STANDARD))
        yield from _theme(self._service)

    def plan(self, plan: Plan) -> Iterator[Triple]:
        """The plan as a data set of its own, which its versions are versions of."""
        iri = dataset_iri(plan)
        what = (
            f"The strategic plan of {plan.organisation} as linked data, with the place of each statement in its source."
        )
        yield from self._about(iri, plan, plan.languages)
        yield from said(
            iri,
            *((DCTERMS.TITLE, title) for title in plan.titles),
            (DCTERMS.DESCRIPTION, english(what)),
            (DCTERMS.IDENTIFIER, Literal(plan.identifiers.plan_iri)),
            *((DCAT.HAS_VERSION, version.iris.graph) for version in plan.versions),
        )
        yield from self._landing_page(iri, plan.identifiers.plan_iri)
        if plan.versions:
            yield from _files(iri, plan.versions[0], plan.versions[-1])
        former = ""
        for version in plan.versions:
            yield from self._version(plan, version, former)
            former = version.iris.graph

    def _version(self, plan: Plan, version: Version, former: str) -> Iterator[Triple]:
        iri = version.iris.graph
        yield from self._about(iri, plan, plan.spoken.get(iri, ()))
        yield from said(
            iri,
            (DCTERMS.TITLE, words(f"{plan.title}, version {version.number}", plan.language)),
            (DCTERMS.DESCRIPTION, english(f"Read from: {version.title}.")),
            (DCTERMS.IDENTIFIER, Literal(iri)),
            (DCAT.VERSION, Literal(str(version.number))),
            (DCAT.IS_VERSION_OF, dataset_iri(plan)),
            (DCAT.PREVIOUS_VERSION, former),
        )
        yield from self._landing_page(iri, iri)
        yield from _files(iri, version, version)
        for download in downloads_of(version):
            yield from self._download(plan, version, download)

    def _download(self, plan: Plan, version: Version, download: Download) -> Iterator[Triple]:
        iri, what = f"{CATALOGUE}#{download.name}", download.export.what
        yield from self._distribution(iri, f"{self._root}{download.address}", download.media_type)
        yield from said(iri, (DCTERMS.TITLE, english(what)), (DCTERMS.DESCRIPTION, english(f"{what}: {plan.title}.")))
        spoken = plan.spoken.get(version.iris.graph, ())
        is_of_one = download.export.has_one_language and plan.language.lower() in spoken
        yield from _languages(iri, (plan.language,) if is_of_one else spoken)
        yield from _rights(iri, version.iris.graph.removeprefix(IDENTIFIERS), version.rights, plan.language)

    def dataset(self, dataset: Dataset) -> Iterator[Triple]:
        """A vocabulary, or a set of mappings."""
        iri, name = dataset.graph, dataset.graph.removeprefix(BASE)
        files = tuple(self._files_of(dataset, name))
        yield from said(
            iri,
            (RDF.TYPE, DCAT.DATASET_CLASS),
            (DCTERMS.TITLE, english(dataset.title)),
            (DCTERMS.DESCRIPTION, english(dataset.description or dataset.title)),
            (DCTERMS.IDENTIFIER, Literal(iri)),
            (DCAT.KEYWORD, english("mappings" if name.startswith("links/") else "vocabulary")),
            (DCAT.VERSION, words(dataset.version)),
            *((DCAT.DISTRIBUTION, file.iri) for file in files),
        )
        yield from self._landing_page(iri, iri)
        for file in files:
            yield from self._distribution(file.iri, file.address, file.media_type)
            yield from said(
                file.iri,
                (DCTERMS.TITLE, english(file.what)),
                (DCTERMS.DESCRIPTION, english(f"{dataset.title}: {file.what[0].lower()}{file.what[1:]}")),
                (DCTERMS.LICENSE, dataset.licence),
            )
            yield from _rights(file.iri, name, dataset.rights, _LANGUAGE)
        if dataset.licence:
            yield from said(dataset.licence, (RDF.TYPE, DCTERMS.LICENSE_DOCUMENT))

    def _files_of(self, dataset: Dataset, name: str) -> Iterator[_File]:
        """What a vocabulary or a set of mappings can be fetched as; of mappings also the judgement behind each."""
        iri, form = f"{CATALOGUE}#{name}", TURTLE.media_types[0]
        suffix = f"&format={TURTLE.name}"
        if dataset.data == dataset.graph:
            yield _File(f"{iri}/turtle", f"{graph_address(self._root, dataset.data)}{suffix}", form, "As Turtle")
        if table := table_address(dataset.graph):
            records = f"{graph_address(self._root, record_graph(dataset.graph))}{suffix}"
            yield _File(f"{iri}/records", records, form, "With who says so, how sure and why, as Turtle")
            yield _File(
                f"{iri}/sssom", f"{self._root}{table}", _TABLE, "With who says so, how sure and why, as SSSOM/TSV"
            )

    def _about(self, iri: str, plan: Plan, languages: tuple[str, ...]) -> Iterator[Triple]:
        """What a plan and its versions have in common, and the languages of the one that is meant."""
        period = f"{dataset_iri(plan)}/period" if all(plan.years) else ""
        yield from said(
            iri,
            (RDF.TYPE, DCAT.DATASET_CLASS),
            (DCTERMS.PUBLISHER, plan.publisher),
            (DCTERMS.TEMPORAL, period),
            (DCAT.KEYWORD, english("strategic plan")),
        )
        yield from _agent(plan.publisher, words(plan.organisation, plan.language))
        yield from _languages(iri, languages)
        yield from _theme(iri)
        if period:
            start, end = plan.years
            yield from said(
                period,
                (RDF.TYPE, DCTERMS.PERIOD_OF_TIME),
                (DCAT.START_DATE, Literal(f"{start}-01-01", datatype=NamedNode(XSD.DATE))),
                (DCAT.END_DATE, Literal(f"{end}-12-31", datatype=NamedNode(XSD.DATE))),
            )

    def _landing_page(self, iri: str, about: str) -> Iterator[Triple]:
        path = about.removeprefix(IDENTIFIERS)
        query = f"/doc/{path}" if path != about else f"/doc?{urlencode({'iri': about})}"
        yield from said(iri, (DCAT.LANDING_PAGE, f"{self._root}{query}"))
        yield from said(f"{self._root}{query}", (RDF.TYPE, FOAF.DOCUMENT))

    def _distribution(self, iri: str, address: str, media_type: str) -> Iterator[Triple]:
        listed = f"{MEDIA_TYPES_NS}{media_type}"
        form = f"{EU_NS}file-type/{_EU_FORMATS[media_type]}" if media_type in _EU_FORMATS else ""
        yield from said(
            iri,
            (RDF.TYPE, DCAT.DISTRIBUTION_CLASS),
            (DCAT.ACCESS_URL, address),
            (DCAT.DOWNLOAD_URL, address),
            (DCAT.ACCESS_SERVICE, self._service),
            (DCAT.MEDIA_TYPE, listed),
            (DCTERMS.FORMAT, form),
        )
        yield from said(listed, (RDF.TYPE, DCTERMS.MEDIA_TYPE))
        if form:
            yield from said(form, (RDF.TYPE, DCTERMS.MEDIA_TYPE_OR_EXTENT), (SKOS.IN_SCHEME, f"{EU_NS}file-type"))


def table_address(graph: str) -> str:
    """Where the table of a set of mappings is, relative to where the catalogue is served.

    Args:
        graph: any IRI; the answer is empty for what cannot be the graph of a set.
    """
    name = graph.removeprefix(links_graph(""))
    return f"/links/{name}.sssom.tsv" if name != graph and name == slug(name) else ""


def dataset_iri(plan: Plan) -> str:
    """The data set of a plan, which is not the plan."""
    return f"{CATALOGUE}#{plan.identifiers.plan_iri.removeprefix(IDENTIFIERS)}"


def _datasets(catalogue: Catalogue) -> Iterator[str]:
    for plan in catalogue.plans:
        yield dataset_iri(plan)
        yield from (version.iris.graph for version in plan.versions)
    yield from (dataset.graph for dataset in catalogue.datasets)


def _files(iri: str, first: Version, last: Version) -> Iterator[Triple]:
    """The files of the last version, and since when there are any."""
    yield from said(
        iri,
        (DCTERMS.ISSUED, moment(first.time)),
        (DCTERMS.MODIFIED, moment(last.time)),
        *((DCAT.DISTRIBUTION, f"{CATALOGUE}#{download.name}") for download in downloads_of(last)),
    )


def _rights(iri: str, name: str, rights: str, language: str) -> Iterator[Triple]:
    if rights:
        statement = f"{CATALOGUE}#{name}/rights"
        yield from said(iri, (DCTERMS.RIGHTS, statement))
        yield from said(statement, (RDF.TYPE, DCTERMS.RIGHTS_STATEMENT), (DCTERMS.DESCRIPTION, words(rights, language)))


def _languages(iri: str, tags: Iterable[str]) -> Iterator[Triple]:
    codes = (_EU_LANGUAGES.get(primary(tag)) for tag in tags)
    for code in filter(None, dict.fromkeys(codes)):
        language = f"{EU_NS}language/{code}"
        yield from said(iri, (DCTERMS.LANGUAGE, language))
        yield from said(language, (RDF.TYPE, DCTERMS.LINGUISTIC_SYSTEM), (SKOS.IN_SCHEME, f"{EU_NS}language"))


def _theme(iri: str) -> Iterator[Triple]:
    code, label = _THEME
    scheme = f"{EU_NS}data-theme"
    theme = f"{scheme}/{code}"
    yield from said(iri, (DCAT.THEME, theme))
    yield from said(theme, (RDF.TYPE, SKOS.CONCEPT), (SKOS.PREF_LABEL, english(label)), (SKOS.IN_SCHEME, scheme))


def _agent(iri: str, name: Literal | None) -> Iterator[Triple]:
    yield from said(iri, (RDF.TYPE, FOAF.AGENT), (FOAF.NAME, name))
