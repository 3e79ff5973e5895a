"""Mappings over HTTP: their tables, and every IRI of a set as a linker follows it."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import httpx
import pytest
import sssom_pydantic
from pyoxigraph import NamedNode, RdfFormat, parse

from program import run
from stores import copied
from stratgraph.assets import read_asset
from stratgraph.settings import Settings
from stratgraph_api.app import create_app

TABLES = Path(__file__).parents[2] / "data/links"
BASE = "https://w3id.org/stratgraph/"
SDG = f"{BASE}links/itu-2012-2015-sdg"
TSV = "text/tab-separated-values"
# docs/reference/links.md
COUNTS = {"sdg": 139, "unbis": 203, "wsis": 51, "rejected": 16}
DCAT = "http://www.w3.org/ns/dcat#"
FORMS = {
    "text/turtle": "text/turtle",
    "application/ld+json": "application/ld+json",
    "text/n3": "text/turtle",
    "text/plain": "application/n-triples",
    "application/xml": "application/rdf+xml",
    "text/html": "text/html",
    "*/*": "text/turtle",
    "text/html, application/xml": "text/html",
    "application/xml,application/xhtml+xml,text/html;q=0.9": "text/html",
}


@pytest.fixture(scope="module")
def site(serve, linked_folder):
    with serve(create_app(Settings(store=str(linked_folder)))) as address, httpx.Client(base_url=address) as client:
        client.timeout = 30
        yield client


@pytest.mark.parametrize("name", COUNTS)
def test_a_set_is_served_as_the_table_that_is_shipped(site, name):
    response = site.get(f"/links/itu-2012-2015-{name}", headers={"Accept": TSV}, follow_redirects=True)
    assert (response.status_code, response.history[0].status_code) == (200, 303)
    assert response.headers["Content-Type"] == f"{TSV}; charset=utf-8"
    assert response.content == (TABLES / f"itu-2012-2015-{name}.sssom.tsv").read_bytes()
    assert len(sssom_pydantic.read(StringIO(response.text)).mappings) == COUNTS[name]


def test_a_table_has_a_tag_and_a_name_and_says_what_it_is_of(site):
    response = site.get("/links/itu-2012-2015-sdg.sssom.tsv")
    assert response.headers["Content-Disposition"] == 'attachment; filename="itu-2012-2015-sdg.sssom.tsv"'
    assert f'<{SDG}>; rel="cite-as"' in response.headers["Link"]
    again = site.get("/links/itu-2012-2015-sdg.sssom.tsv", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    nothing = site.get("/links/nope.sssom.tsv")
    assert nothing.status_code == 404
    assert "itu-2012-2015-sdg" in nothing.json()["mend"]


@pytest.mark.parametrize("address", ["/links/itu-2012-2015-sdg?format=sssom", f"/doc?iri={SDG}&format=tsv"])
def test_the_table_can_be_named_as_a_format(site, address):
    assert site.get(address).headers["Location"] == "/links/itu-2012-2015-sdg.sssom.tsv"


@pytest.mark.parametrize("name", COUNTS)
def test_the_catalogue_offers_the_table_and_the_records_with_what_they_are(site, name):
    found = parse(site.get("/catalogue.ttl").content, RdfFormat.TURTLE)
    said = {(q.subject.value, q.predicate.value, q.object.value) for q in found}
    graph = f"{BASE}links/itu-2012-2015-{name}"
    files = {o for s, p, o in said if (s, p) == (graph, f"{DCAT}distribution")}
    addresses = {s: o for s, p, o in said if p == f"{DCAT}downloadURL" and s in files}
    types = {
        s: o.removeprefix("http://www.iana.org/assignments/media-types/") for s, p, o in said if p == f"{DCAT}mediaType"
    }
    assert len(addresses) == (2 if name == "rejected" else 3)
    for file, address in addresses.items():
        response = site.get(address)
        assert response.status_code == 200
        assert response.headers["Content-Type"].partition(";")[0] == types[file]
    (table,) = (address for file, address in addresses.items() if types[file] == TSV)
    columns = next(line for line in site.get(table).text.splitlines() if not line.startswith("#")).split("\t")
    assert {"author_id", "author_label"} <= set(columns)
    assert ("confidence" in columns) == (name != "rejected")
    (records,) = (site.get(address).text for address in addresses.values() if "%2Frecord&" in address)
    assert "authoredBy" in records
    assert ("confidence" in records) == (name != "rejected")


def test_the_page_of_a_set_leads_to_its_table_and_calls_it_a_data_set(site):
    page = site.get(f"/doc?iri={SDG}", headers={"Accept": "text/html"})
    assert 'href="/links/itu-2012-2015-sdg.sssom.tsv"' in page.text
    assert '"@type": "Dataset"' in page.text
    assert f'</links/itu-2012-2015-sdg.sssom.tsv>; rel="item"; type="{TSV}"' in page.headers["Link"]


def iris_of_set(name):
    """Every IRI in the records of a set, once."""
    triples = parse(read_asset("data", "links", f"itu-2012-2015-{name}.ttl"), RdfFormat.TURTLE)
    return sorted({term.value for q in triples for term in (q.subject, q.object) if isinstance(term, NamedNode)})


@pytest.mark.parametrize("accept", FORMS)
def test_every_iri_of_a_set_leads_to_a_document_in_the_form_that_is_asked_for(site, accept):
    iris = iris_of_set("wsis")
    assert len(iris) > 100
    # Each form of some, and some of each form: each eighth, beginning elsewhere.
    some = iris[list(FORMS).index(accept) :: len(FORMS)]
    for iri in [f"{BASE}links/itu-2012-2015-wsis", f"{BASE}authors", *some]:
        path = iri.removeprefix(BASE)
        address, params = (f"/{path}", {}) if path != iri else ("/doc", {"iri": iri})
        response = site.get(address, params=params, headers={"Accept": accept}, follow_redirects=True)
        assert response.status_code == 200, iri
        assert response.headers["Content-Type"].partition(";")[0] == FORMS[accept], iri
        located = site.get(response.headers["Content-Location"], headers={"Accept": "*/*"})
        assert located.headers["Content-Type"] == response.headers["Content-Type"], iri


UNKNOWN = ("/id/nope", "/id/itu/", "/vocabulary/nope", "/links/nope", "/software/nope", "/id/%2e%2e/ontology")


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", TSV, "*/*"])
@pytest.mark.parametrize("path", UNKNOWN)
def test_what_is_not_known_is_404_at_once_and_leads_nowhere(site, path, accept):
    # W3C, "Cool URIs": 303 says that there is a thing; here it led to a 404.
    address = httpx.URL(str(site.base_url)).copy_with(raw_path=path.encode())
    response = site.request("HEAD", address, headers={"Accept": accept})
    assert (response.status_code, response.headers.get("Location")) == (404, None)


@pytest.mark.parametrize(
    ("path", "near"), [("/id/itu/", "id/itu"), ("/id/ITU", "id/itu"), ("/vocabulary/wsis/C2", "vocabulary/wsis/c2")]
)
def test_who_writes_an_iri_otherwise_is_told_how_it_is_written(site, path, near):
    assert site.get(path).json()["mend"] == f"There is <{BASE}{near}>."


def test_a_page_has_an_address_of_its_own_beside_the_other_forms(site):
    page = site.get("/doc/itu.html", headers={"Accept": "text/turtle"})
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["Content-Location"] == "/doc/itu.html"
    assert re.search("<h1[^>]*>International Telecommunication Union", page.text)


def test_the_log_over_http_names_the_same_graphs_as_the_command(serve, linked_folder, tmp_path):
    folder = copied(linked_folder, tmp_path / "store")
    graph = f"{BASE}links/itu-2012-2015-wsis"
    assert run("links", "publish", TABLES / "itu-2012-2015-wsis.sssom.tsv", store=folder).returncode == 0
    assert run("links", "remove", "itu-2012-2015-wsis", store=folder).returncode == 0
    told = [line.split("\t")[0] for line in run("log", store=folder).stdout.splitlines() if "links/" in line]
    assert told == [f"removed: {graph}", graph]
    with serve(create_app(Settings(store=str(folder)))) as address:
        acts = httpx.get(f"{address}/log").json()["graphs"]
    # The graph of the records comes and goes with it, and is no thing of its own.
    assert [(one["action"], one["graphs"]) for one in acts] == [("remove", [graph]), ("publish", [graph])]
