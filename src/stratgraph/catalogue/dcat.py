"""DCAT-AP 3: a catalogue of plans with their versions and downloads, of vocabularies and links, and the endpoint.

Whatever it names is described in it, as the profile's own shapes ask, the EU's authority tables included. What is below
the catalogue's own IRI is called after what it is about: ``…/catalogue#itu/plan/2012-2015``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.catalogue.void import graph_address
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
    from collections.abc import Iterator

    from stratgraph.catalogue.contents import Catalogue, Dataset, Plan
    from stratgraph.history import Version

    Term = NamedNode | Literal

_LANGUAGE: Final = "en"
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
}
_THEME: Final = ("GOVE", "Government and public sector")


@dataclass(frozen=True, slots=True)
class Export:
    """One form that a version of a plan is given out in.

    Args:
        name: as ``stratgraph export --format`` knows it.
        media_type: of the file; of the source it is the source's own.
        what: it is, in English.
    """

    name: str
    media_type: str
    what: str


EXPORTS: Final = (
    Export(TURTLE.name, TURTLE.media_types[0], "What the version states, as Turtle"),
    Export(JSON_LD.name, JSON_LD.media_types[0], "What the version states, as JSON-LD"),
    Export(TRIG.name, TRIG.media_types[0], "What the version states and what each statement rests on, as TriG"),
    Export("xlsx", _WORKBOOK, "The version as a workbook"),
    Export("stratml", "application/xml", "The version as StratML"),
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
        host = urlsplit(self._root).netloc
        taxonomy, home = f"{EU_NS}data-theme", f"{self._root}/"
        yield from _say(CATALOGUE, RDF.TYPE, _node(DCAT.CATALOG))
        yield from _say(CATALOGUE, DCTERMS.TITLE, _words("Strategic plans as a graph"))
        what = "Strategic plans with the vocabularies that they are linked with, each as linked data, and an endpoint."
        yield from _say(CATALOGUE, DCTERMS.DESCRIPTION, _words(what))
        yield from _say(CATALOGUE, DCTERMS.PUBLISHER, _node(self._operator))
        yield from _agent(self._operator, _words(f"Operator of {host}"))
        yield from _say(CATALOGUE, FOAF.HOMEPAGE, _node(home))
        yield from _say(home, RDF.TYPE, _node(FOAF.DOCUMENT))
        yield from _language(CATALOGUE, _LANGUAGE)
        yield from _say(CATALOGUE, DCAT.THEME_TAXONOMY, _node(taxonomy))
        yield from _say(taxonomy, RDF.TYPE, _node(SKOS.CONCEPT_SCHEME))
        yield from _say(taxonomy, DCTERMS.TITLE, _words("Data theme"))
        yield from _say(CATALOGUE, DCAT.SERVICE, _node(self._service))
        times = [version.time for plan in catalogue.plans for version in plan.versions if version.time]
        if times:
            yield from _say(CATALOGUE, DCTERMS.ISSUED, _time(min(times).isoformat()))
            yield from _say(CATALOGUE, DCTERMS.MODIFIED, _time(max(times).isoformat()))
        for iri in _datasets(catalogue):
            yield from _say(CATALOGUE, DCAT.DATASET, _node(iri))

    def service(self, catalogue: Catalogue) -> Iterator[Triple]:
        service, protocol = self._service, SPARQL_PROTOCOL
        yield from _say(service, RDF.TYPE, _node(DCAT.DATA_SERVICE))
        yield from _say(service, DCTERMS.TITLE, _words("SPARQL endpoint"))
        yield from _say(service, DCTERMS.DESCRIPTION, _words("Answers queries in SPARQL 1.1 about all that is here."))
        yield from _say(service, DCAT.ENDPOINT_URL, _node(f"{self._root}/sparql"))
        yield from _say(service, DCAT.ENDPOINT_DESCRIPTION, _node(f"{self._root}/sparql?format=turtle"))
        yield from _say(service, DCTERMS.PUBLISHER, _node(self._operator))
        yield from _say(service, DCAT.KEYWORD, _words("SPARQL"))
        yield from _say(service, DCTERMS.CONFORMS_TO, _node(protocol))
        yield from _say(protocol, RDF.TYPE, _node(DCTERMS.STANDARD))
        yield from _theme(service)
        for iri in _datasets(catalogue):
            yield from _say(service, DCAT.SERVES_DATASET, _node(iri))

    def plan(self, plan: Plan) -> Iterator[Triple]:
        """The plan as a data set of its own, which its versions are versions of."""
        iri = dataset_iri(plan)
        yield from self._about(iri, plan)
        yield from _say(iri, DCTERMS.TITLE, _text(plan.title, plan.language))
        what = (
            f"The strategic plan of {plan.organisation} as linked data, with the place of each statement in its source."
        )
        yield from _say(iri, DCTERMS.DESCRIPTION, _words(what))
        yield from _say(iri, DCTERMS.IDENTIFIER, Literal(plan.identifiers.plan_iri))
        yield from self._landing_page(iri, plan.identifiers.plan_iri)
        former = ""
        for version in plan.versions:
            yield from _say(iri, DCAT.HAS_VERSION, _node(version.iris.graph))
            yield from self._version(plan, version, former)
            former = version.iris.graph
        if plan.versions:
            newest = plan.versions[-1]
            yield from _times(iri, plan.versions[0], newest)
            for download in downloads_of(newest):
                yield from _say(iri, DCAT.DISTRIBUTION, _node(f"{CATALOGUE}#{download.name}"))

    def _version(self, plan: Plan, version: Version, former: str) -> Iterator[Triple]:
        iri = version.iris.graph
        yield from self._about(iri, plan)
        yield from _say(iri, DCTERMS.TITLE, _text(f"{plan.title}, version {version.number}", plan.language))
        yield from _say(iri, DCTERMS.DESCRIPTION, _words(f"Read from: {version.title}."))
        yield from _say(iri, DCTERMS.IDENTIFIER, Literal(iri))
        yield from _say(iri, DCAT.VERSION, Literal(str(version.number)))
        yield from _say(iri, DCAT.IS_VERSION_OF, _node(dataset_iri(plan)))
        yield from self._landing_page(iri, iri)
        yield from _times(iri, version, version)
        if former:
            yield from _say(iri, DCAT.PREVIOUS_VERSION, _node(former))
        for download in downloads_of(version):
            yield from _say(iri, DCAT.DISTRIBUTION, _node(f"{CATALOGUE}#{download.name}"))
            yield from self._download(plan, version, download)

    def _download(self, plan: Plan, version: Version, download: Download) -> Iterator[Triple]:
        iri = f"{CATALOGUE}#{download.name}"
        yield from self._distribution(iri, f"{self._root}{download.address}", download.media_type)
        yield from _say(iri, DCTERMS.TITLE, _words(download.export.what))
        yield from _say(iri, DCTERMS.DESCRIPTION, _words(f"{download.export.what}: {plan.title}."))
        yield from _language(iri, plan.language)
        name = version.iris.graph.removeprefix(IDENTIFIERS)
        yield from _rights(iri, name, version.rights, plan.language)

    def dataset(self, dataset: Dataset) -> Iterator[Triple]:
        """A vocabulary, or a set of mappings."""
        iri, name = dataset.graph, dataset.graph.removeprefix(BASE)
        yield from _say(iri, RDF.TYPE, _node(DCAT.DATASET_CLASS))
        yield from _say(iri, DCTERMS.TITLE, _words(dataset.title))
        yield from _say(iri, DCTERMS.DESCRIPTION, _words(dataset.description or dataset.title))
        yield from _say(iri, DCTERMS.IDENTIFIER, Literal(iri))
        yield from _say(iri, DCAT.KEYWORD, _words("mappings" if name.startswith("links/") else "vocabulary"))
        if dataset.version:
            yield from _say(iri, DCAT.VERSION, Literal(dataset.version))
        yield from self._landing_page(iri, iri)
        distribution = f"{CATALOGUE}#{name}/turtle"
        yield from _say(iri, DCAT.DISTRIBUTION, _node(distribution))
        address = f"{graph_address(self._root, dataset.data)}&format={TURTLE.name}"
        yield from self._distribution(distribution, address, TURTLE.media_types[0])
        yield from _say(distribution, DCTERMS.TITLE, _words("As Turtle"))
        yield from _say(distribution, DCTERMS.DESCRIPTION, _words(f"{dataset.title}, as Turtle"))
        yield from _rights(distribution, name, dataset.rights, _LANGUAGE)
        if dataset.licence:
            yield from _say(distribution, DCTERMS.LICENSE, _node(dataset.licence))
            yield from _say(dataset.licence, RDF.TYPE, _node(DCTERMS.LICENSE_DOCUMENT))

    def _about(self, iri: str, plan: Plan) -> Iterator[Triple]:
        """What a plan and its versions have in common."""
        yield from _say(iri, RDF.TYPE, _node(DCAT.DATASET_CLASS))
        yield from _say(iri, DCTERMS.PUBLISHER, _node(plan.publisher))
        yield from _agent(plan.publisher, _text(plan.organisation, plan.language))
        yield from _say(iri, DCAT.KEYWORD, _words("strategic plan"))
        yield from _language(iri, plan.language)
        yield from _theme(iri)
        start, end = plan.years
        if start and end:
            period = f"{dataset_iri(plan)}/period"
            yield from _say(iri, DCTERMS.TEMPORAL, _node(period))
            yield from _say(period, RDF.TYPE, _node(DCTERMS.PERIOD_OF_TIME))
            yield from _say(period, DCAT.START_DATE, Literal(f"{start}-01-01", datatype=NamedNode(XSD.DATE)))
            yield from _say(period, DCAT.END_DATE, Literal(f"{end}-12-31", datatype=NamedNode(XSD.DATE)))

    def _landing_page(self, iri: str, about: str) -> Iterator[Triple]:
        path = about.removeprefix(IDENTIFIERS)
        query = f"/doc/{path}" if path != about else f"/doc?{urlencode({'iri': about})}"
        page = f"{self._root}{query}"
        yield from _say(iri, DCAT.LANDING_PAGE, _node(page))
        yield from _say(page, RDF.TYPE, _node(FOAF.DOCUMENT))

    def _distribution(self, iri: str, address: str, media_type: str) -> Iterator[Triple]:
        yield from _say(iri, RDF.TYPE, _node(DCAT.DISTRIBUTION_CLASS))
        yield from _say(iri, DCAT.ACCESS_URL, _node(address))
        yield from _say(iri, DCAT.DOWNLOAD_URL, _node(address))
        yield from _say(iri, DCAT.ACCESS_SERVICE, _node(self._service))
        listed = f"{MEDIA_TYPES_NS}{media_type}"
        yield from _say(iri, DCAT.MEDIA_TYPE, _node(listed))
        yield from _say(listed, RDF.TYPE, _node(DCTERMS.MEDIA_TYPE))
        if media_type in _EU_FORMATS:
            form = f"{EU_NS}file-type/{_EU_FORMATS[media_type]}"
            yield from _say(iri, DCTERMS.FORMAT, _node(form))
            yield from _say(form, RDF.TYPE, _node(DCTERMS.MEDIA_TYPE_OR_EXTENT))
            yield from _say(form, SKOS.IN_SCHEME, _node(f"{EU_NS}file-type"))


def dataset_iri(plan: Plan) -> str:
    """The data set of a plan, which is not the plan."""
    return f"{CATALOGUE}#{plan.identifiers.plan_iri.removeprefix(IDENTIFIERS)}"


def _datasets(catalogue: Catalogue) -> Iterator[str]:
    for plan in catalogue.plans:
        yield dataset_iri(plan)
        yield from (version.iris.graph for version in plan.versions)
    yield from (dataset.graph for dataset in catalogue.datasets)


def _times(iri: str, first: Version, last: Version) -> Iterator[Triple]:
    for predicate, version in ((DCTERMS.ISSUED, first), (DCTERMS.MODIFIED, last)):
        if version.time:
            yield from _say(iri, predicate, _time(version.time.isoformat()))


def _rights(iri: str, name: str, rights: str, language: str) -> Iterator[Triple]:
    if rights:
        statement = f"{CATALOGUE}#{name}/rights"
        yield from _say(iri, DCTERMS.RIGHTS, _node(statement))
        yield from _say(statement, RDF.TYPE, _node(DCTERMS.RIGHTS_STATEMENT))
        yield from _say(statement, DCTERMS.DESCRIPTION, _text(rights, language))


def _language(iri: str, tag: str) -> Iterator[Triple]:
    code = _EU_LANGUAGES.get(tag.partition("-")[0])
    if code:
        language = f"{EU_NS}language/{code}"
        yield from _say(iri, DCTERMS.LANGUAGE, _node(language))
        yield from _say(language, RDF.TYPE, _node(DCTERMS.LINGUISTIC_SYSTEM))
        yield from _say(language, SKOS.IN_SCHEME, _node(f"{EU_NS}language"))


def _theme(iri: str) -> Iterator[Triple]:
    code, label = _THEME
    theme = f"{EU_NS}data-theme/{code}"
    yield from _say(iri, DCAT.THEME, _node(theme))
    yield from _say(theme, RDF.TYPE, _node(SKOS.CONCEPT))
    yield from _say(theme, SKOS.PREF_LABEL, _words(label))
    yield from _say(theme, SKOS.IN_SCHEME, _node(f"{EU_NS}data-theme"))


def _agent(iri: str, name: Literal) -> Iterator[Triple]:
    yield from _say(iri, RDF.TYPE, _node(FOAF.AGENT))
    yield from _say(iri, FOAF.NAME, name)


def _say(subject: str, predicate: str, value: Term) -> Iterator[Triple]:
    yield Triple(NamedNode(subject), NamedNode(predicate), value)


def _node(iri: str) -> NamedNode:
    return NamedNode(iri)


def _words(text: str) -> Literal:
    return _text(text, _LANGUAGE)


def _text(text: str, language: str) -> Literal:
    return Literal(text, language=language) if language else Literal(text)


def _time(moment: str) -> Literal:
    return Literal(moment, datatype=NamedNode(XSD.DATE_TIME))
