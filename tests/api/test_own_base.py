"""The doors to a plan under its organisation's own IRIs: by ``/doc?iri=``, and by path below the operator's base."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from pyoxigraph import RdfFormat, parse

from program import run
from stores import copied, once
from stratgraph.errors import UsageError
from stratgraph.setting_kinds import Secret
from stratgraph.settings import Settings
from stratgraph_api.app import create_app

DATA = Path(__file__).parents[1] / "data"
PLAN = "https://data.example.org/plans/2026-2030"
OBJECTIVE = f"{PLAN}/objective/3"
BASE = "https://data.example.org/plans/"
HTML, TURTLE = {"Accept": "text/html"}, {"Accept": "text/turtle"}
TOKEN = "a-token-of-this-test"  # noqa: S105 - it opens nothing


def make(folder):
    for file in (DATA / "own-plan.ttl", folder.with_name("own-deep.ttl")):
        if not file.exists():
            file.write_text((DATA / "own-plan.ttl").read_text("utf-8").replace("To dig", "To dig deep"), "utf-8")
        done = run("publish", file, "--by", "Ann", store=folder)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return once(tmp_path_factory, "own-served", make)


@pytest.fixture(scope="module")
def site(serve, folder):
    app = create_app(Settings(store=str(folder), own_base=BASE))
    with serve(app) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def doc(client, iri, headers):
    return client.get("/doc", params={"iri": iri}, headers=headers)


def statements(response):
    assert response.status_code == 200, response.text
    return {
        (quad.subject.value, quad.predicate.value, quad.object.value)
        for quad in parse(response.content, RdfFormat.TURTLE)
    }


def words(page):
    """What a page says, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


@pytest.mark.parametrize("iri", [PLAN, OBJECTIVE, f"{PLAN}/version/1", f"{PLAN}/version/2/source"])
def test_each_thing_has_a_page_and_data(site, iri):
    assert any(subject == iri for subject, _, _ in statements(doc(site, iri, TURTLE)))
    page = doc(site, iri, HTML)
    assert page.status_code == 200
    assert f'<{iri}>; rel="cite-as"' in page.headers["link"]


def test_a_page_knows_the_plan_its_versions_and_what_was_said_before(site):
    text = words(doc(site, OBJECTIVE, HTML))
    assert "Bureau of Wells: “Dig wells”, in Strategic plan of the Bureau of Wells, 2026-2030, version 2" in text
    # The past: both wordings, the former one and that in force.
    assert "To dig wells where there are none." in text
    assert "To dig deep wells where there are none." in text
    whole = words(doc(site, f"{PLAN}/version/1", HTML))
    assert "Strategic plan of the Bureau of Wells, 2026-2030, version 1" in whole


@pytest.mark.parametrize("iri", [PLAN, OBJECTIVE, f"{PLAN}/version/1"])
def test_below_the_operators_base_a_thing_has_its_own_path(site, iri):
    response = site.get(iri.removeprefix("https://data.example.org"), headers=TURTLE)
    assert response.status_code == 303
    assert response.headers["location"] == f"/doc?iri={quote(iri, safe='')}&format=turtle"
    assert statements(site.get(response.headers["location"])) == statements(doc(site, iri, TURTLE))


def test_what_is_not_there_is_told_with_what_is_like_it(site):
    problem = site.get("/plans/2026-2030/objective/4").json()
    assert problem["detail"] == f"Nothing is known of <{PLAN}/objective/4>."
    assert f"<{OBJECTIVE}>" in problem["mend"]


def test_without_a_base_there_is_no_such_path_and_ours_stay(serve, folder):
    with serve(create_app(Settings(store=str(folder)))) as address:
        assert httpx.get(f"{address}/plans/2026-2030").status_code == 404
        assert httpx.get(f"{address}/doc", params={"iri": PLAN}).status_code == 200


def test_a_base_without_a_path_leaves_the_servers_own_doors(serve, folder):
    with serve(create_app(Settings(store=str(folder), own_base="https://data.example.org/"))) as address:
        assert httpx.get(f"{address}/organisation", headers=TURTLE).status_code == 303
        for path in ("/", "/health/live", "/static/style.css", "/sparql?query=ASK%7B%7D"):
            assert httpx.get(f"{address}{path}").status_code == 200, path
        assert "w3id.org" in httpx.get(f"{address}/id/nobody").json()["detail"]


@pytest.mark.parametrize("wrong", ["https://data.example.org", "data.example.org/", "https:///plans/", f"{BASE}?a/"])
def test_a_base_that_is_none_is_refused(wrong):
    with pytest.raises(UsageError):
        Settings(own_base=wrong)


def test_catalogue_sitemap_log_and_exports_have_the_plan(site):
    listed = statements(site.get("/catalogue", headers=TURTLE))
    assert (f"{PLAN}/version/2", "http://purl.org/dc/terms/identifier", f"{PLAN}/version/2") in listed
    assert f"/doc?iri={quote(OBJECTIVE, safe='')}" in site.get("/sitemap.xml").text
    versions = site.get("/log").json()["versions"]
    assert [(one["plan"], one["version"]) for one in versions] == [(PLAN, 2), (PLAN, 1)]
    exported = site.get("/export", params={"plan": PLAN, "version": 1, "format": "turtle"})
    assert (OBJECTIVE, "https://w3id.org/stratgraph/ontology#text", "To dig wells where there are none.") in statements(
        exported
    )
    graph = site.get("/data", params={"graph": f"{PLAN}/version/1"}, headers=TURTLE)
    assert len(statements(graph)) == 37  # counted in the file


def test_reconciliation_finds_an_own_element(site):
    queries = json.dumps({"q": {"query": "Dig wells"}})
    (best, *_) = site.post("/reconcile", data={"queries": queries}).json()["q"]["result"]
    assert (best["id"], best["name"]) == (OBJECTIVE, "Dig wells")
    led = site.get("/reconcile/view", params={"id": OBJECTIVE})
    assert led.headers["location"] == f"/doc?iri={quote(OBJECTIVE, safe='')}"


def test_a_revision_is_reviewed_and_published_over_http(serve, folder, tmp_path):
    text = (DATA / "own-plan.ttl").read_text("utf-8").replace("To dig", "To dig and mend")
    app = create_app(Settings(store=str(copied(folder, tmp_path / "store")), publish_token=Secret(TOKEN)))
    with serve(app) as address, httpx.Client(base_url=address, timeout=30) as client:
        files = {"file": ("plan.ttl", text)}
        review = client.post("/review", files=files, headers={"Accept": "application/json"}).json()
        assert [change["subject"] for change in review["changes"]] == [OBJECTIVE]
        response = client.post(
            "/publish", files=files, headers={"Authorization": f"Bearer {TOKEN}"}, data={"against": "2"}
        )
        assert response.status_code == 201, response.text
        assert (response.json()["plan"], response.json()["version"]) == (PLAN, 3)


def test_a_documented_query_asks_the_only_plan_and_names_it(site):
    page = site.get("/queries/kpis-of-objective", headers=HTML)
    assert page.status_code == 200
    told = f"objective was left out: asked with objective=objective/3 of <{PLAN}>, the only plan here."
    assert html.escape(told) in page.text
    assert 'name="objective" value="objective/3"' in page.text
    assert html.escape(f"VALUES ?objective {{ <{OBJECTIVE}> }}") in page.text
    assert "Wells dug in a year" in page.text
    given = site.get("/queries/kpis-of-objective", params={"objective": "objective/3", "format": "csv"})
    asked = site.get("/queries/kpis-of-objective?format=csv")
    assert asked.text == given.text
    assert "Wells dug in a year" in asked.text
    assert "Content-Location" not in given.headers
    # RFC 9110, section 8.7: the address there has the same representation.
    assert site.get(asked.headers["Content-Location"], headers={"Accept": "text/csv"}).text == asked.text


def listed(client, name):
    (one,) = [one for one in client.get("/queries").json()["queries"] if one["name"] == name]
    return one


def test_the_lists_of_queries_say_what_is_asked_of_the_only_plan(site):
    one = listed(site, "kpis-of-objective")
    assert [parameter["default"] for parameter in one["parameters"]] == [OBJECTIVE]
    assert f"VALUES ?objective {{ <{OBJECTIVE}> }}" in one["query"]
    assert site.get(one["address"], params={"objective": one["parameters"][0]["default"], "format": "csv"}).text == (
        site.get(f"{one['address']}?format=csv").text
    )
    told = site.get("/llms-full.txt").text
    assert f"By default `<{OBJECTIVE}>`." in told
    assert f"VALUES ?objective {{ <{OBJECTIVE}> }}" in told


def test_of_several_plans_a_page_lets_one_choose_and_programs_are_refused(serve, folder, tmp_path):
    store = copied(folder, tmp_path / "store")
    done = run("publish", DATA.parent / "shapes/base.ttl", store=store)
    assert done.returncode == 0, done.stderr
    with serve(create_app(Settings(store=str(store)))) as address, httpx.Client(base_url=address) as client:
        page = client.get("/queries/units", headers=HTML)
        assert page.status_code == 200
        assert "there are 2 plans here" in page.text
        assert f'<option value="{PLAN}">' in page.text
        assert 'name="plan" value=""' in page.text
        refused = client.get("/queries/units?format=csv")
        assert refused.status_code == 400
        assert PLAN in refused.json()["mend"]
        chosen = client.get("/queries/units", params={"plan": PLAN, "format": "csv"})
        assert chosen.status_code == 200
        assert [one["default"] for one in listed(client, "units")["parameters"]] == [None]
        assert "It has to be said: there are several plans here" in client.get("/llms-full.txt").text
