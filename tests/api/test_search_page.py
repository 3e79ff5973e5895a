"""Search over HTTP, with the annex and the vocabularies that come with the program."""

from __future__ import annotations

import re

import httpx
import pytest

from stratgraph.settings import Settings
from stratgraph_api.app import create_app

PLAN = "https://w3id.org/stratgraph/id/itu/plan/2012-2015/"
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def site(linked_store, serve):
    with (
        serve(create_app(Settings(store=str(linked_store)))) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def test_results_are_json_for_programs(site):
    answer = site.get("/search", params={"q": "cybersecurity", "kind": "sg:KPI"})
    assert answer.headers["content-type"] == "application/json"
    found = answer.json()
    assert {one["iri"].removeprefix(PLAN): one["line"] for one in found["results"]} == {
        "itu-d/objective/3/kpi/1": 412,
        "gs/objective/2/kpi/8": 498,
    }
    assert found["total"] == 2
    one = found["results"][0]
    assert [run["text"] for run in one["words"] if run["is_marked"]] == ["cybersecurity"]
    place = site.get(one["place"], headers=PAGE)
    assert f'id="{one["place"].partition("#")[2]}"' in place.text


def test_a_page_is_kept_until_something_is_published(site):
    answer = site.get("/search", params={"q": "cybersecurity"}, headers=PAGE)
    assert answer.headers["vary"].startswith("Accept, Accept-Language")
    again = site.get("/search", params={"q": "cybersecurity"}, headers=PAGE | {"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_a_place_leads_to_its_page_and_is_named_in_json(site):
    led = site.get("/search", params={"q": "itu-d/objective/3"}, headers=PAGE)
    assert (led.status_code, led.headers["location"]) == (303, "/doc/itu/plan/2012-2015/itu-d/objective/3")
    assert site.get("/search", params={"q": "itu-d/objective/3"}).json()["leads_to"] == f"{PLAN}itu-d/objective/3"


def test_what_is_wrong_is_told(site):
    assert site.get("/search", params={"q": "x" * 301}).status_code == 400
    assert site.get("/search", params={"q": "cybersecurity", "page": "3"}).status_code == 404
    wrong = site.get("/search", params={"q": "cybersecurity", "unit": "nobody"})
    assert (wrong.status_code, "nobody" in wrong.json()["detail"]) == (400, True)


def test_the_title_says_what_was_chosen(site):
    page = site.get("/search", params={"q": "cybersecurity", "kind": "sg:KPI"}, headers={"Accept": "text/html"}).text
    assert "<title>cybersecurity, only key performance indicator – " in page.replace("Key", "key")
    page = site.get("/queries", params={"tag": "links"}, headers={"Accept": "text/html"}).text
    (told,) = re.findall(r'<p role="status">(\d+) quer', page)
    assert f"<title>{told} documented queries of links – " in page
    page = site.get("/coverage", params={"gap": "Output.link"}, headers={"Accept": "text/html"}).text
    (told,) = re.findall(r'id="elements-title">([^<]+)<', page)
    assert f"<title>{told} – Coverage of " in page


def test_robots_do_not_search(site):
    assert "Disallow: /search\n" in site.get("/robots.txt").text


def test_somebody_searches_from_any_page_without_javascript(site, browser):
    expect = pytest.importorskip("playwright.sync_api").expect
    page = browser.new_page(java_script_enabled=False, base_url=str(site.base_url))
    page.goto("/catalogue")
    page.get_by_role("search").get_by_role("searchbox").fill('cybersecurity <b>"')
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text('cybersecurity <b>"')
    expect(page.get_by_role("searchbox")).to_have_value('cybersecurity <b>"')
    page.goto("/search?q=cybersecurity")
    page.get_by_role("link", name="key performance indicator").click()
    expect(page.locator(".found > li")).to_have_count(2)
    expect(page.locator("mark").first).to_have_text("cybersecurity")
    page.get_by_role("link", name="line 498").click()
    expect(page.locator(".segment:has(:target), .segment:target")).to_contain_text("cybersecurity")
