"""VoID and DCAT of what is published: figures are those of the annex by design section 2, shapes DCAT-AP's own."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pyshacl
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from stratgraph.catalogue import dcat, downloads_of, how_to_ask, partitions, read_catalogue, void
from stratgraph.catalogue.void import CURRENT
from stratgraph.history import graph_quads
from stratgraph.links import Mapping, MappingSet, graphs_of_set
from stratgraph.serialisation import N_TRIPLES
from stratgraph.store import memory_store, open_store
from stratgraph.store_contents import contents
from stratgraph.terms import BASE, CATALOGUE, DCAT, DCTERMS, RDF, SEMAPV_NS, SG, SKOS, VOID

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.catalogue import Catalogue

PLAN = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"
ROOT = "http://127.0.0.1:8000"
PROFILE = Path(os.environ.get("W3C_TESTS", "/nowhere")).parent / "vocab/dcat-ap-3.0.1"
needs_profile = pytest.mark.skipif(
    not PROFILE.is_dir(), reason="DCAT-AP's shapes lie beside the suites that W3C_TESTS names, and are not there."
)
NOT_OURS = {
    # The EU's table of corporate bodies has neither the ITU nor whoever runs a server.
    ("mdr-vocabularies.shape.ttl", str(DCTERMS.PUBLISHER)),
    # What a store knows nothing of: whom to write to, which region a plan is about, how long a file stays.
    ("shapes_recommended.ttl", "http://www.w3.org/ns/dcat#contactPoint"),
    ("shapes_recommended.ttl", "http://purl.org/dc/terms/spatial"),
    ("shapes_recommended.ttl", "http://data.europa.eu/r5r/availability"),
    # The rights of the ITU are reserved: there is a statement of rights, and no licence.
    ("shapes_recommended.ttl", str(DCTERMS.LICENSE)),
    # The profile has types of publishers; nothing says which one an organisation is.
    ("shapes_recommended.ttl", str(DCTERMS.TYPE)),
    # Vocabularies and mappings have no publisher, period or EU theme of their own on record.
    ("shapes_recommended.ttl", str(DCTERMS.PUBLISHER)),
    ("shapes_recommended.ttl", str(DCTERMS.TEMPORAL)),
    ("shapes_recommended.ttl", str(DCAT.THEME)),
}
"""Recommendations that are not followed, each with its reason; demands are all met."""


@pytest.fixture(scope="module")
def catalogue(annex_store: Path) -> Catalogue:
    with closing(open_store(str(annex_store), max_result_bytes=1_000_000_000)) as store:
        return read_catalogue(store)


@pytest.fixture(scope="module")
def linked(linked_store: Path) -> Catalogue:
    with closing(open_store(str(linked_store), max_result_bytes=1_000_000_000)) as store:
        return read_catalogue(store)


def values(triples: Iterable[Triple], subject: str, predicate: str) -> list[str]:
    found = (t.object for t in triples if t.subject == NamedNode(subject) and t.predicate.value == predicate)
    return list(dict.fromkeys(getattr(value, "value", "") for value in found))


def published(store: Path) -> list[Triple]:
    """The current view by class and property, as the snapshot was published with it."""
    with closing(open_store(str(store), max_result_bytes=1_000_000_000)) as opened, opened.reading() as reading:
        return partitions(reading)


def test_the_current_view_is_counted_by_class(annex_store: Path, catalogue: Catalogue) -> None:
    triples = list(void(catalogue, published(annex_store), ROOT))
    counts = {
        values(triples, part, VOID.CLASS)[0]: int(values(triples, part, VOID.ENTITIES)[0])
        for part in values(triples, CURRENT, VOID.CLASS_PARTITION)
    }
    told = {name: counts[name] for name in (SG.GOAL, SG.GOAL_STATEMENT, SG.OBJECTIVE, SG.KPI, SG.MISSION, SG.VISION)}
    assert told == {SG.GOAL: 4, SG.GOAL_STATEMENT: 10, SG.OBJECTIVE: 21, SG.KPI: 92, SG.MISSION: 5, SG.VISION: 4}


def test_each_graph_has_the_figures_of_its_triples(annex_store: Path, catalogue: Catalogue) -> None:
    triples = list(void(catalogue, (), ROOT))
    with closing(open_store(str(annex_store), max_result_bytes=1_000_000_000)) as store:
        for name in store.graph_names():
            quads = graph_quads(store, name)
            assert values(triples, name, VOID.TRIPLES) == [str(len(quads))]
            assert values(triples, name, VOID.DISTINCT_SUBJECTS) == [str(len({q.subject for q in quads}))]
            assert values(triples, name, VOID.PROPERTIES) == [str(len({q.predicate for q in quads}))]
        default = list(parse(store.read_graph(None, N_TRIPLES).read(), format=RdfFormat.N_TRIPLES))
    assert values(triples, CURRENT, VOID.TRIPLES) == [str(len(default))]
    by_property = Counter(quad.predicate.value for quad in default)
    told = {
        values(triples, part, VOID.PROPERTY)[0]: int(values(triples, part, VOID.TRIPLES)[0])
        for part in values(triples, CURRENT, VOID.PROPERTY_PARTITION)
    }
    assert told == by_property


SMALL = f"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix sg: <https://w3id.org/stratgraph/ontology#> .
GRAPH <{BASE}vocabulary/v> {{
  <http://v.example/1> a skos:Concept ; skos:exactMatch <http://v.example/2> .
  <http://v.example/1> dcterms:subject <http://other.example/x> .
  <http://v.example/2> a skos:Concept .
}}
GRAPH <{BASE}links/l> {{
  <{PLAN}/a> skos:relatedMatch <http://v.example/1> , <http://v.example/2> ; skos:closeMatch <http://v.example/1> ;
    sg:linkedTo <http://v.example/1> , <http://v.example/2> .
}}
"""


def test_links_are_counted_by_where_they_lead_and_by_property() -> None:
    quads = list(parse(SMALL.encode(), format=RdfFormat.TRIG))
    current = [Quad(q.subject, q.predicate, q.object) for q in quads]
    found = list(void(read_catalogue(memory_store([*quads, *current])), (), ROOT))
    sets = [t.subject.value for t in found if t.object == NamedNode(VOID.LINKSET)]
    told = {
        (
            values(found, one, VOID.SUBJECTS_TARGET)[0],
            values(found, one, VOID.OBJECTS_TARGET)[0],
            *(
                (values(found, part, VOID.PROPERTY)[0], values(found, part, VOID.TRIPLES)[0])
                for part in values(found, one, VOID.PROPERTY_PARTITION)
            ),
        )
        for one in sets
    }
    # The match within the vocabulary is no link with others.
    assert told == {
        (CURRENT, f"{BASE}vocabulary/v", (SKOS.CLOSE_MATCH, "1"), (f"{SKOS.CLOSE_MATCH[:-10]}relatedMatch", "2")),
        (f"{BASE}vocabulary/v", f"{BASE}void#other-example", ("http://purl.org/dc/terms/subject", "1")),
    }


def test_the_shipped_links_lead_to_vocabularies_that_are_there(linked: Catalogue) -> None:
    ours = [links for links in linked.links if links.graph.startswith(f"{BASE}links/")]
    assert {links.target for links in ours} == {f"{BASE}vocabulary/{name}" for name in ("sdg", "unbis", "wsis")}
    assert sum(links.triples for links in ours) > 200


def test_a_plan_is_a_dataset_with_its_versions_and_their_files(catalogue: Catalogue) -> None:
    triples = list(dcat(catalogue, ROOT))
    dataset = f"{CATALOGUE}#itu/plan/2012-2015"
    assert dataset in values(triples, CATALOGUE, DCAT.DATASET)
    assert values(triples, dataset, DCAT.HAS_VERSION) == [f"{PLAN}/version/1"]
    assert values(triples, f"{PLAN}/version/1", DCAT.VERSION) == ["1"]
    assert values(triples, f"{PLAN}/version/1", DCTERMS.ISSUED) == ["2030-01-02T00:00:00+00:00"]
    assert values(triples, dataset, DCTERMS.PUBLISHER) == ["https://w3id.org/stratgraph/id/itu"]
    assert values(triples, f"{dataset}/period", DCAT.START_DATE) == ["2012-01-01"]
    assert values(triples, f"{dataset}/period", DCAT.END_DATE) == ["2015-12-31"]
    files = values(triples, f"{PLAN}/version/1", DCAT.DISTRIBUTION)
    assert [one.rpartition("/")[2] for one in files] == ["turtle", "jsonld", "trig", "xlsx", "stratml", "source"]
    for file in files:
        (rights,) = values(triples, file, DCTERMS.RIGHTS)
        assert values(triples, rights, DCTERMS.DESCRIPTION)[0].startswith("© ITU")
    (version,) = catalogue.plans[0].versions
    assert downloads_of(version)[-1].media_type == "text/plain"


def test_nothing_that_is_said_is_said_of_a_blank_node(linked_store: Path, linked: Catalogue) -> None:
    for triple in (*void(linked, published(linked_store), ROOT), *dcat(linked, ROOT), *how_to_ask()):
        assert isinstance(triple.subject, NamedNode)
        assert isinstance(triple.object, NamedNode | Literal)


def test_a_store_of_other_things_has_a_catalogue_too() -> None:
    odd = [Quad(NamedNode("http://example.org/p"), NamedNode(RDF.TYPE), NamedNode(SG.STRATEGIC_PLAN))]
    found = read_catalogue(memory_store(odd))
    assert (found.plans, found.datasets, found.links, found.triples) == ((), (), (), 1)
    assert values(dcat(found, ROOT), CATALOGUE, DCAT.DATASET) == []


def test_a_set_of_mappings_without_a_title_is_in_the_catalogue_by_its_name() -> None:
    # SSSOM asks for mapping_set_id and license, and for no title.
    mapping = Mapping(
        f"{BASE}links/x/record/1",
        f"{PLAN}/a",
        SKOS.RELATED_MATCH,
        "http://v.example/1",
        f"{SEMAPV_NS}ManualMappingCuration",
    )
    untitled = MappingSet("x", f"{BASE}links/x", "https://example.org/terms", (mapping,))
    (found,) = read_catalogue(memory_store(contents(None, graphs=graphs_of_set(untitled)))).datasets
    assert (found.graph, found.title, found.licence) == (f"{BASE}links/x", "x", "https://example.org/terms")


def results(triples: Iterable[Triple], shapes: Path) -> Counter[tuple[str, str]]:
    """Severity and path of each result of the report; those that only explain another one do not count."""
    data = rdflib.Graph().parse(serialize(list(triples), format=RdfFormat.N_TRIPLES), format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=rdflib.Graph().parse(shapes))
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    return Counter(
        (str(report.value(result, sh.resultSeverity)).rpartition("#")[2], str(report.value(result, sh.resultPath)))
        for result in report.objects(None, sh.result)
    )


@needs_profile
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "name",
    ["shapes.ttl", "range.ttl", "mdr-vocabularies.shape.ttl", "shapes_recommended.ttl", "deprecateduris.ttl"],
)
def test_dcat_ap_finds_no_violation_and_no_warning_but_those_named(linked: Catalogue, name: str) -> None:
    found = results(dcat(linked, ROOT), PROFILE / name)
    assert [one for one in found if one[0] == "Violation"] == []
    assert {(name, path) for _, path in found} == {one for one in NOT_OURS if one[0] == name}


@needs_profile
@pytest.mark.filterwarnings("ignore")
def test_the_profile_would_find_a_violation(catalogue: Catalogue) -> None:
    triples = [t for t in dcat(catalogue, ROOT) if t.predicate.value != DCTERMS.DESCRIPTION]
    found = results(triples, PROFILE / "shapes.ttl")
    # The catalogue, the plan's data set and its version.
    assert found["Violation", str(DCTERMS.DESCRIPTION)] == 3
