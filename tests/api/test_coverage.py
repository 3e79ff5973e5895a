"""Gaps of the small plan and of the annex: the figures are those of tests/data/small-plan.ttl and of design.md."""

from __future__ import annotations

import re
from contextlib import closing

import httpx
import pytest
from lxml import html as markup
from pyoxigraph import RdfFormat, parse

from stratgraph.coverage import KINDS, coverage_of
from stratgraph.query import example
from stratgraph.settings import Settings
from stratgraph.store import memory_store
from stratgraph.terms import SG_NS
from stratgraph_api.app import create_app

HTML = {"Accept": "text/html"}
ITU = "https://w3id.org/stratgraph/id/itu"


@pytest.fixture(scope="module")
def annex(linked_folder, serve):
    with serve(create_app(Settings(store=str(linked_folder)))) as address, httpx.Client(base_url=address) as found:
        yield found


def rows_of(page):
    found = markup.fromstring(page.text)
    return found, {
        " ".join(row[0].text_content().split()): [" ".join(cell.text_content().split()) for cell in row[1:]]
        for row in found.cssselect("table tbody tr")
    }


def test_the_annexs_gaps_are_those_of_its_text_and_tables_of_links(annex):
    found, rows = rows_of(annex.get("/coverage", headers=HTML))
    assert rows["Objective without indicator"][-1] == "0 of 21"
    assert rows["Key performance indicator without target"][-1] == "92 of 92"
    assert rows["Expected result without value"][-1] == "99 of 101"  # line 498 has two baselines
    assert rows["Output without second table that names it"][-1] == "5 of 83"
    assert rows["Output without link"][-1] == "57 of 83"  # 26 are subjects in data/links
    (link,) = [one for one in found.cssselect("td.total a") if "second+table" in one.get("href")]
    page = markup.fromstring(annex.get(link.get("href").partition("#")[0], headers=HTML).text)
    listed = [one.get("href") for one in page.cssselect("#elements li > a:first-child")]
    assert len(listed) == 5
    assert "/doc/itu/plan/2012-2015/itu-d/objective/5/output/3" in listed
    assert all(re.fullmatch(r"line \d+", one.text) for one in page.cssselect("#elements a.place"))


def test_a_number_of_a_unit_leads_to_the_elements_of_that_unit(annex):
    found = annex.get(
        "/coverage", params={"gap": "Output.second table that names it", "unit": f"{ITU}/gs"}, headers=HTML
    )
    listed = [one.get("href") for one in markup.fromstring(found.text).cssselect("#elements li > a:first-child")]
    assert listed == [f"/doc/itu/plan/2012-2015/gs/objective/6/output/{number}" for number in (3, 4, 5, 6)]


def test_data_have_the_same_figures(annex):
    found = {(one["class"], one["lacks"]): one["number"] for one in annex.get("/coverage").json()["gaps"]}
    assert found[f"{SG_NS}KPI", "target"] == 92
    assert found[f"{SG_NS}Objective", "indicator"] == 0


SHARED = """
@prefix sg: <https://w3id.org/stratgraph/ontology#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <https://example.org/> .
sg:Objective rdfs:subClassOf sg:PlanElement ; rdfs:label "objective"@en .
:north sg:notation "N" . :south sg:notation "S" .
:one a sg:Objective ; sg:inPlan :plan ; sg:ofUnit :north , :south .
:two a sg:Objective ; sg:inPlan :plan ; sg:ofUnit :north .
"""


def test_what_several_units_share_counts_once_in_all():
    with closing(memory_store(parse(SHARED, format=RdfFormat.TURTLE))) as store, store.reading() as reading:
        gaps = {one.lacks: one for one in coverage_of(reading, "https://example.org/plan").gaps}
        without = gaps["link"]
        assert (without.number, without.total) == (2, 2)
        assert list(without.of.values()) == [2, 1]


def test_the_gaps_that_are_shown_are_those_of_the_query():
    pairs = re.findall(r'\(sg:(\w+) "([^"]+)"\)', example("gaps").text)
    assert sorted((kind.removeprefix(SG_NS), lacks) for kind, lacks in KINDS) == sorted(pairs)
