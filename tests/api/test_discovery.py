"""What tells of the site: catalogue, VoID, sitemap, ontology, shapes, documented queries, exports."""

from __future__ import annotations

import re
from io import BytesIO
from urllib.robotparser import RobotFileParser

import httpx
import pytest
from defusedxml.ElementTree import fromstring
from openpyxl import load_workbook
from pyoxigraph import NamedNode, RdfFormat, parse
from test_pages import Page

from stratgraph.assets import read_asset
from stratgraph.query import examples
from stratgraph.serialisation import RDF_FORMS
from stratgraph.settings import Settings
from stratgraph_api.app import create_app
from stratgraph_api.doors import catalogue, sitemap

BASE = "https://w3id.org/stratgraph"
PLAN = f"{BASE}/id/itu/plan/2012-2015"
HTML = {"Accept": "text/html"}
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture(scope="module")
def site(serve, annex_store):
    with serve(create_app(Settings(store=str(annex_store)))) as address, httpx.Client(base_url=address) as client:
        client.timeout = 30
        yield client


def values(response, subject, predicate):
    found = parse(response.content, RdfFormat.TURTLE)
    return [q.object.value for q in found if q.subject == NamedNode(subject) and q.predicate.value.endswith(predicate)]


@pytest.mark.parametrize("path", ["/catalogue", "/void", "/.well-known/void"])
@pytest.mark.parametrize("form", RDF_FORMS, ids=lambda form: form.name)
def test_catalogue_and_void_are_there_in_every_form(site, path, form):
    response = site.get(path, headers={"Accept": form.media_types[0]})
    assert response.headers["content-type"].split(";")[0] == form.media_types[0]
    assert list(parse(response.content, form.engine))
    assert site.get(path, params={"format": form.name}).headers["content-type"] == response.headers["content-type"]


def test_the_addresses_in_them_are_those_under_which_they_are_served(site):
    address = str(site.base_url).rstrip("/")
    void = site.get("/.well-known/void")
    assert values(void, f"{BASE}/void#store", "#sparqlEndpoint") == [f"{address}/sparql"]
    dumps = values(void, f"{PLAN}/version/1", "#dataDump")
    assert len(list(parse(httpx.get(dumps[0]).content, RdfFormat.TURTLE))) == int(
        values(void, f"{PLAN}/version/1", "#triples")[0]
    )
    catalogue = site.get("/catalogue")
    assert values(catalogue, f"{BASE}/catalogue#sparql", "endpointURL") == [f"{address}/sparql"]
    assert values(catalogue, f"{BASE}/catalogue#operator", "name") == [f"Operator of {address.removeprefix('http://')}"]


def test_whoever_wants_a_page_of_void_is_led_to_the_catalogue(site):
    response = site.get("/.well-known/void", headers=HTML)
    assert (response.status_code, response.headers["location"]) == (303, "/catalogue")


def test_each_thing_that_the_catalogue_names_has_its_place_on_the_page(site):
    page = Page(site.get("/catalogue", headers=HTML).text)
    named = {
        q.subject.value.partition("#")[2]
        for q in parse(site.get("/catalogue").content, RdfFormat.TURTLE)
        if q.subject.value.startswith(f"{BASE}/catalogue#")
    } - {"operator"}
    assert {"itu/plan/2012-2015", "itu/plan/2012-2015/version/1/xlsx", "itu/plan/2012-2015/version/1/rights"} <= named
    assert named <= set(page.values("id"))


def test_the_catalogue_is_made_once_for_each_state(site, monkeypatch):
    first = site.get("/catalogue", headers=HTML)

    def count_again(_):
        raise AssertionError

    monkeypatch.setattr(catalogue, "read_catalogue", count_again)
    assert site.get("/catalogue", headers=HTML).text == first.text
    again = site.get("/catalogue", headers=HTML | {"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    # The connection is given up with the answer, so it is one of its own.
    fresh = httpx.get(f"{site.base_url}/catalogue", headers=HTML | {"Cache-Control": "no-cache"})
    assert fresh.status_code == 500


def test_the_sitemap_lists_what_is_described_and_robots_find_it(site):
    robots = site.get("/robots.txt").text
    address = re.search(r"Sitemap: (.*)", robots).group(1)
    assert "Disallow: /sparql" in robots
    forbidden = RobotFileParser()
    forbidden.parse(robots.splitlines())
    described = (
        *parse(site.get("/catalogue.ttl").content, RdfFormat.TURTLE),
        *parse(site.get("/void.ttl").content, RdfFormat.TURTLE),
    )
    files = {q.object.value for q in described if q.predicate.value.endswith(("downloadURL", "dataDump"))}
    assert len(files) > 10
    assert all(forbidden.can_fetch("*", file) for file in files)
    places = [one.text for one in fromstring(httpx.get(address).content).findall("s:url/s:loc", NAMES)]
    assert len(set(places)) == len(places)
    base = str(site.base_url).rstrip("/")
    for path in ("/", "/catalogue", "/ontology", "/doc/itu", "/doc/itu/plan/2012-2015/itu-d/objective/3/kpi/5"):
        assert f"{base}{path}" in places
    # 21 objectives and 92 indicators, each once.
    assert sum(bool(re.search(r"/objective/\d+$", place)) for place in places) == 21
    assert sum(bool(re.search(r"/kpi/\d+$", place)) for place in places) == 92


def test_a_long_sitemap_is_an_index_of_its_pieces(site, monkeypatch):
    monkeypatch.setattr(sitemap, "MOST_ADDRESSES", 300)
    whole = fromstring(site.get("/sitemap.xml", headers={"Cache-Control": "no-cache"}).content)
    pieces = [one.text for one in whole.findall("s:sitemap/s:loc", NAMES)]
    assert len(pieces) > 1
    counts = [len(fromstring(httpx.get(piece).content).findall("s:url", NAMES)) for piece in pieces]
    assert counts[:-1] == [300] * (len(counts) - 1)
    assert 0 < counts[-1] <= 300
    assert site.get("/sitemap.xml", params={"page": "99"}).status_code == 404


@pytest.mark.parametrize("form", RDF_FORMS, ids=lambda form: form.name)
@pytest.mark.parametrize("name", ["ontology", "shapes", "ontology/alignments", "ontology/frameworks"])
def test_ontology_and_shapes_in_every_form(site, name, form):
    for response in (
        site.get(f"/{name}{form.extensions[0]}", headers=HTML),
        site.get(f"/{name}", headers={"Accept": form.media_types[0]}),
    ):
        assert response.headers["content-type"].split(";")[0] == form.media_types[0]
        subjects = {q.subject.value for q in parse(response.content, form.engine) if isinstance(q.subject, NamedNode)}
        assert any(s.startswith(f"{BASE}/{name.partition('/')[0]}") for s in subjects)


def test_the_ontology_is_served_as_it_is_kept(site):
    assert site.get("/ontology.ttl").content == read_asset("ontology", "stratgraph.ttl")
    assert site.get("/ontology/context.jsonld").content == read_asset("ontology", "context.jsonld")
    version = re.search(rb"versionIRI <([^>]*)>", read_asset("ontology", "stratgraph.ttl")).group(1).decode()
    assert site.get(version.removeprefix(BASE)).content == read_asset("ontology", "stratgraph.ttl")
    assert site.get("/ontology/0.0.0").status_code == 404
    assert site.get("/ontology.doc").status_code == 404


@pytest.mark.parametrize(("name", "files"), [("ontology", ["stratgraph.ttl"]), ("shapes", ["required.ttl", "itu.ttl"])])
def test_each_word_and_each_rule_has_its_place_on_the_page(site, name, files):
    places = set(Page(site.get(f"/{name}", headers=HTML).text).values("id"))
    for file in files:
        for quad in parse(read_asset(name, file), RdfFormat.TURTLE):
            namespace, _, word = str(getattr(quad.subject, "value", "")).partition("#")
            if word and namespace == f"{BASE}/{name}":
                assert word in places


def test_a_documented_query_is_a_resource_with_parameters(site):
    objective = f"{PLAN}/itu-d/objective/1"
    rows = site.get("/queries/kpis-of-objective", params={"objective": objective, "format": "csv"}).text.splitlines()
    default = site.get("/queries/kpis-of-objective", params={"format": "csv"}).text.splitlines()
    assert rows[0] == default[0] == "position,kpi,text"
    assert all(f"{objective}/kpi/" in row for row in rows[1:])
    assert len(default) == 6  # objective 3 of ITU-D has five
    prefixed = site.get("/queries/evidence-of-link", params={"property": "sg:ofUnit"}, headers={"Accept": "text/csv"})
    assert "6 Telecommunication Development Sector (ITU-D)" in prefixed.text
    graph = site.get("/queries/description-of-element", headers={"Accept": "text/turtle"})
    assert graph.headers["content-type"].startswith("text/turtle")


def test_what_a_query_cannot_take_is_a_problem(site):
    for parameters in ({"objektive": "x"}, [("objective", "sg:a"), ("objective", "sg:b")], {"objective": "no iri"}):
        response = site.get("/queries/kpis-of-objective", params=parameters)
        assert (response.status_code, response.json()["type"]) == (400, "/problems/usage"), parameters
    response = site.get("/queries/kpis-of-objektive")
    assert response.status_code == 404
    assert "kpis-of-objective" in response.json()["mend"]


def test_a_browser_gets_a_form_for_the_parameters(site):
    page = Page(site.get("/queries/kpis-of-objective", headers=HTML).text)
    _, form = page.of("form")  # behind the search
    assert (form["action"], form["method"]) == ("/queries/kpis-of-objective", "get")
    assert "objective" in page.values("name")
    assert site.get("/queries/kpis-of-objective", params={"format": "csv"}, headers=HTML).text.startswith("position")


def test_all_queries_are_listed_and_their_iris_lead_to_them(site):
    listed = site.get("/queries").json()["queries"]
    assert [one["name"] for one in listed] == [example.name for example in examples()]
    for one in listed[:5]:
        page = site.get(f"/query/{one['name']}", headers=HTML)
        assert (page.status_code, page.headers["location"]) == (303, f"/queries/{one['name']}")
        data = site.get(f"/query/{one['name']}", headers={"Accept": "text/turtle"}, follow_redirects=True)
        assert values(data, f"{BASE}/query/{one['name']}", "rdf-schema#label") == [one["title"]]
    assert site.get("/query/objective", headers=HTML).headers["location"] == "/queries#parameter-objective"
    assert site.get("/query/prefixes", follow_redirects=True).status_code == 200
    assert site.get("/query/nothing").status_code == 404


def test_a_version_is_exported_in_every_form(site, annex_bytes):
    source = site.get("/export", params={"format": "source", "plan": PLAN, "version": "1"})
    assert source.content == annex_bytes
    assert source.headers["content-disposition"] == 'attachment; filename="itu-plan-2012-2015-version-1.txt"'
    turtle = site.get("/export", params={"format": "turtle"})
    assert len(list(parse(turtle.content, RdfFormat.TURTLE))) == len(
        list(parse(read_asset("data", "plans", "itu-2012-2015.ttl"), RdfFormat.TURTLE))
    )
    book = load_workbook(BytesIO(site.get("/export", params={"format": "xlsx"}).content))
    assert len(book.sheetnames) > 5
    assert site.get("/export", params={"format": "stratml"}).content.startswith(b"<?xml")


def test_an_export_that_there_is_not_is_a_problem(site):
    wrong = [
        ({"format": "word"}, 400),
        ({}, 400),
        ({"format": "turtle", "version": "9"}, 404),
        ({"format": "turtle", "version": "x"}, 400),
        ({"format": "turtle", "version": "9" * 5_000}, 400),
        ({"format": "turtle", "plan": f"{BASE}/id/itu/plan/1"}, 404),
        ([("format", "turtle"), ("format", "trig")], 400),
    ]
    for parameters, status in wrong:
        response = site.get("/export", params=parameters)
        assert response.status_code == status, parameters
        assert response.json()["mend"]
