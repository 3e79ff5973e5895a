"""The sheet of a plan as a page: what stands on it is counted against the store, wording against the source."""

from __future__ import annotations

import gzip
import html
import re

import httpx
import pytest
from lxml import html as markup

from program import run
from stores import copied
from stratgraph.settings import Settings
from stratgraph.terms import SG
from stratgraph_api.app import create_app

PLAN = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"
SHEET = "/sheet/itu/2012-2015"
MOST_BYTES = 100_000
OWN = "https://data.example.org/plans/2026-2030"


@pytest.fixture(scope="module")
def site(serve, revised_site):
    with serve(create_app(Settings(store=str(revised_site)))) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture(scope="module")
def sheet(site):
    response = site.get(f"{SHEET}?version=1")
    assert response.status_code == 200
    return response.text


def asked(site, query):
    """The first column of an answer."""
    return site.get("/sparql", params={"query": query, "format": "tsv"}).text.splitlines()[1:]


def test_every_element_of_a_version_has_its_place_its_address_and_its_whole_text(site, sheet):
    graph = f"GRAPH <{PLAN}/version/1> {{ ?e <{SG.IN_PLAN}> ?plan ; <{SG.TEXT}> ?t }}"
    elements = [one.strip("<>") for one in asked(site, f"SELECT ?e {{ {graph} }}")]
    assert len(elements) == 367
    places = re.findall(r' id="([^"]+)"', sheet)
    assert all(places.count(one.removeprefix(f"{PLAN}/")) == 1 for one in elements)
    assert all(f'href="/doc/{one.removeprefix("https://w3id.org/stratgraph/id/")}"' in sheet for one in elements)
    texts = site.get("/sparql", params={"query": f"SELECT ?t {{ {graph} }}", "format": "json"}).json()
    shown = html.unescape(sheet)
    assert [row["t"]["value"] for row in texts["results"]["bindings"] if row["t"]["value"] not in shown] == []


@pytest.mark.parametrize("number", [1, 2])
def test_a_count_leads_to_what_it_counts(site, number):
    page = markup.fromstring(site.get(f"{SHEET}?version={number}").text)
    counts = {one.get("href"): int(one.text_content()) for one in page.cssselect(".counts a")}
    assert sum(counts.values()) == 367 - (number - 1)  # the revision takes one indicator away
    for address, count in counts.items():
        assert len(site.get(f"{address}&format=tsv").text.splitlines()) == 1 + count


def test_its_first_content_is_small(sheet):
    assert len(gzip.compress(sheet.encode(), 6)) < MOST_BYTES


def test_a_finding_is_said_in_words_at_its_element(sheet):
    place = sheet.partition('id="itu-d/objective/3/kpi/1"')[2].partition("<li id=")[0]
    assert 'href="/shapes#KpiIsNotWordedAsResult"><b>Warning</b> KpiIsNotWordedAsResult</a>' in place
    assert "As the report of this version" in sheet


def test_a_version_is_chosen_by_its_number_and_the_one_in_force_comes_without(site, sheet):
    removed = 'id="gs/objective/6/kpi/5"'
    assert removed in sheet
    newest = site.get(SHEET).text
    assert removed not in newest
    # The record of links is one, and changes with time.
    told = "The badges of links are those that are on record today"
    assert (told in sheet, told in newest) == (True, False)
    told = "The links are those that are on record today"
    pictures = [site.get(SHEET, params={"view": "pictures", "version": number}).text for number in (1, 2)]
    assert [told in page for page in pictures] == [True, False]
    assert site.get(f"{SHEET}?version=3").status_code == 404
    assert site.get("/sheet/itu/1999").status_code == 404
    assert site.get(f"{SHEET}?view=nothing").status_code == 400


def test_documents_and_the_front_page_lead_to_the_sheet_and_it_leads_back(site, sheet):
    assert f'href="{SHEET}"' in site.get("/").text
    page = {"Accept": "text/html"}
    assert (
        f'href="{SHEET}?version=2#itu-d/objective/3"'
        in site.get("/doc/itu/plan/2012-2015/itu-d/objective/3", headers=page).text
    )
    assert f'href="{SHEET}?version=1"' in site.get("/doc/itu/plan/2012-2015/version/1", headers=page).text
    assert 'href="/doc/itu/plan/2012-2015/version/1"' in sheet


def test_the_only_plan_is_led_to_and_one_of_others_is_asked_for_by_its_iri(site, served, annex_store, tmp_path):
    leading = site.get("/sheet?version=1")
    assert (leading.status_code, leading.headers["location"]) == (303, f"{SHEET}?version=1")
    store = copied(annex_store, tmp_path / "store")
    assert run("publish", "tests/data/own-plan.ttl", store=store).returncode == 0
    client = served(create_app(Settings(store=str(store))))
    assert client.get("/sheet").headers["location"] == "/#plans"
    own = client.get("/sheet", params={"plan": OWN})
    assert own.status_code == 200
    assert "Dig wells" in own.text
    # It states no outputs and no results: that is said once, of the plan.
    assert own.text.count("No output is stated") == 0
    assert "The plan states no output at all" in own.text


def test_pictures_say_the_same_as_their_tables_and_lead_to_the_sheet(site):
    page = site.get(f"{SHEET}?view=pictures&version=1").text
    # Design section 2: 21 objectives with one X each, in the column of their own unit's goal.
    matrix = page.partition('id="goals-title"')[2].partition("</table>")[0]
    assert matrix.count("<b>X</b>") == 21
    assert page.count('class="line"') == 21
    row = page.partition("The same as a table")[2].partition("#itu-d/objective/5")[2].partition("</tr>")[0]
    figures = re.findall(r"<td>(\w+)</td>", row)
    # Table 6.2: so many bullets have the three cells of objective 5.
    assert figures == ["9", "9", "11"]
    assert f'href="{SHEET}?version=1#itu-d/objective/5"' in page
    assert len(gzip.compress(page.encode(), 6)) < MOST_BYTES


def test_the_language_that_was_chosen_stays_on_the_way(site):
    for view in ("", "pictures"):
        page = site.get(SHEET, params={"version": 1, "view": view, "lang": "fr,en"}).text
        links = re.findall(r'href="(/(?:doc|sheet|links)[^"]*)"', html.unescape(page.partition("<main")[2]))
        of_languages = [one for one in links if re.search(r"lang=\w\w$", one)]
        assert {one for one in links if "lang=fr%2Cen" not in one} <= set(of_languages)
        assert all("#" not in one.partition("lang=")[0] for one in links)
    plain = site.get(SHEET, params={"version": 1}).text
    assert "lang=" not in plain.replace("hreflang=", "").replace(' lang="', "").partition("<main")[2]
