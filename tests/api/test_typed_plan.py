"""A plan that somebody typed into a workbook, as its pages show it; what to expect is in ``filled_workbook.py``."""

from __future__ import annotations

import html
import re

import httpx
import pytest

import filled_workbook
from stratgraph.settings import Settings
from stratgraph_api.app import create_app

PAGE = {"Accept": "text/html"}
KPI = "/doc/acme/plan/2030/east/objective/1/kpi/1"


@pytest.fixture(scope="module")
def site(typed_store, serve):
    with serve(create_app(Settings(store=str(typed_store)))) as address, httpx.Client(base_url=address) as client:
        yield client


def page(site, place):
    """The text of a page, with blanks as a browser shows them."""
    response = site.get(place, headers=PAGE)
    assert response.status_code == 200, response.text
    return response.text


def words(text):
    """What a browser shows of a piece of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def section(text, name):
    """What a browser shows of a section of a page."""
    return words(text.partition(f'aria-labelledby="{name}-title"')[2].partition(">")[2].partition("</section>")[0])


def test_a_place_in_a_workbook_is_told_by_sheet_and_cell(site):
    shown = page(site, KPI)
    assert section(shown, "place").startswith("Where it stands sheet KPIs, cell E2 Visits to the site.")
    assert "sheet KPIs, cell P2 quantitative kind of measure" in section(shown, "evidence")
    assert "sheet KPIs, cell E2" in words(page(site, "/search?q=visits"))
    query = "SELECT ?k { ?k a <https://w3id.org/stratgraph/ontology#KPI> }"
    answer = site.get("/sparql", params={"query": query, "format": "html"}, headers=PAGE).text
    assert "sheet KPIs, cell E2" in words(answer)


def test_the_place_leads_to_the_sheet_with_its_rows_numbered(site):
    link = re.search(r'href="([^"]+)">sheet KPIs, cell E2', page(site, KPI))[1]
    address, _, name = link.partition("#")
    sheet = page(site, address).partition(">KPIs</h3>")[2].partition("<h3")[0]
    row = sheet.partition('<li value="2">')[2].partition("</li>")[0]
    assert f'id="{name}"' in row
    assert "Visits to the site." in row


def test_a_place_in_a_workbook_has_its_cell_in_json(site):
    (one,) = site.get("/search", params={"q": "visits site"}).json()["results"]
    assert (one["sheet"], one["line"], one["cell"]) == ("KPIs", 2, "E2")


def test_the_history_of_an_indicator_has_the_changes_of_its_values(site):
    shown = section(page(site, KPI), "past")
    newest, first = shown.split("Version 1")
    # The review of the second version says the same of them.
    assert "Revaluation of target 2028 : number: 40000 visits → 30000 visits" in newest
    assert "Addition of actual value : 27000 visits" in newest
    assert "Removal of target by 2030 : 60000 visits" in newest
    assert "visits" not in first.replace("Visits to the site.", "")


def test_a_value_has_a_history(site):
    changed = section(page(site, f"{KPI}/target/1"), "past")
    newest, first = changed.split("Version 1")
    assert "Revaluation of number: 40000 visits → 30000 visits" in newest
    assert first.endswith("40000 visits")
    assert "Removal : 60000 visits" in section(page(site, f"{KPI}/target/2"), "past")


def test_a_value_leads_to_what_it_belongs_to(site):
    shown = page(site, f"{KPI}/target/1")
    assert section(shown, "above") == "What it belongs to Is target of Visits to the site."
    trail = shown.partition('<nav class="trail"')[2].partition("</nav>")[0]
    assert f'href="{KPI}"' in trail


def test_an_indicator_shows_when_its_values_are_of_and_how_it_is_measured(site):
    shown = page(site, KPI)
    assert "30000 visits 2028" in section(shown, "relations")
    assert "25000 visits 2025" in section(shown, "relations")
    assert "Kind of measure: quantitative" in section(shown, "entity")
    assert "Frequency: Each month" in section(shown, "entity")


def test_a_title_stands_in_the_heading_and_on_the_sheet(site):
    shown = page(site, "/doc/acme/plan/2030/east/objective/1")
    assert words(shown.partition("<h1")[2].partition(">")[2].partition("</h1>")[0]) == "Reach"
    assert '<blockquote class="words" lang="en" dir="auto"><p dir="auto">More.</p>' in shown
    sheet = page(site, "/sheet/acme/2030")
    assert "<strong>Growth</strong> Grow." in sheet
    assert "<strong>Reach</strong> More." in sheet


def test_an_element_is_called_by_its_title_wherever_pages_lead_to_it(site):
    kpi = page(site, KPI)
    assert words(kpi.partition('class="trail"')[2].partition(">")[2].partition("</ol>")[0]).endswith("Reach")
    plan = page(site, "/doc/acme/plan/2030")
    assert "Goal Growth Grow. Objective Reach More." in section(plan, "parts")
    query = "SELECT ?o { ?o a <https://w3id.org/stratgraph/ontology#Objective> }"
    answer = site.get("/sparql", params={"query": query, "format": "html"}, headers=PAGE).text
    assert re.search(r'dir="auto">Reach</a>', answer)
    assert re.search(r"<h2><a [^>]*>Reach</a></h2>", page(site, "/search?q=more"))


def sent(site, name, data):
    return site.post("/review", files={"file": (name, data)}, headers=PAGE)


def test_each_fault_of_a_workbook_has_a_paragraph_and_its_cell(site):
    rows = filled_workbook.measured()
    rows["Targets"][0]["End date"] = "2028"
    one = sent(site, "p.xlsx", filled_workbook.filled(rows)).text
    assert "Cell H2" in words(one)
    assert "Row 2" not in words(one)
    rows["Targets"][1]["End date"] = "2030"
    several = [
        words(found) for found in re.findall(r"<p>(.*?)</p>", sent(site, "p.xlsx", filled_workbook.filled(rows)).text)
    ]
    assert [found.partition(":")[0] for found in several if found.startswith("sheet")] == [
        "sheet Targets, cell H2",
        "sheet Targets, cell H3",
    ]


@pytest.mark.parametrize("name", ["plan.ods", "plan.csv", "plan.XLS"])
def test_a_table_of_another_form_is_to_be_saved_as_a_workbook(site, name):
    answer = sent(site, name, b"a,b\n")
    assert answer.status_code == 415
    assert "Save it in a spreadsheet program as XLSX" in words(answer.text)
