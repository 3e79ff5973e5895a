"""The table of links: how many there are is counted in the tables that are shipped."""

from __future__ import annotations

import csv
import html
import re

import httpx
import pytest

from stratgraph.assets import read_asset
from stratgraph.settings import Settings
from stratgraph_api.app import create_app

PLAN = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"
SDG = "http://metadata.un.org/sdg"


@pytest.fixture(scope="module")
def site(serve, linked_folder):
    with serve(create_app(Settings(store=str(linked_folder)))) as address, httpx.Client(base_url=address) as client:
        yield client


def shipped(name):
    lines = read_asset("data", "links", f"itu-2012-2015-{name}.sssom.tsv").decode().splitlines()
    return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))


def counted(page):
    return page.partition('id="rows-title">')[2].partition("</h2>")[0]


def test_all_links_are_there_page_by_page(site):
    every = sum(len(shipped(name)) for name in ("sdg", "unbis", "wsis", "rejected"))
    first = site.get("/links").text
    assert counted(first) == f"1 to 100 of {every} links"
    (later,) = re.findall(r'rel="next" href="([^"]+)"', first)
    assert counted(site.get(html.unescape(later)).text) == f"101 to 200 of {every} links"
    records = set()
    for number in range(1, every // 100 + 2):
        records |= set(re.findall(r'<td class="number"><a href="([^"]+)"', site.get(f"/links?page={number}").text))
    assert len(records) == every


def test_links_are_chosen_by_vocabulary_unit_and_confidence(site):
    chosen = [row for row in shipped("sdg") if "plan:itu-d/" in row["subject_id"] and float(row["confidence"]) >= 0.7]
    asked = {"vocabulary": SDG, "unit": "https://w3id.org/stratgraph/id/itu/itu-d", "confidence": "0.7"}
    page = site.get("/links", params=asked).text
    told = f"{len(chosen)} links of the chosen unit and vocabulary, at least 0.7 sure"
    assert counted(page) == f"1 to {len(chosen)} of {told}"
    assert f"<title>{told} – " in page
    assert f'<option value="{SDG}" selected>' in page
    # A code is there as people write it, and the words that carry the link.
    assert "<b>SDG 4.4</b>" in page
    (query,) = re.findall(r'href="(/sparql[?]query=[^"]+)"', page)
    rows = site.get(html.unescape(query), headers={"Accept": "text/csv"}).text.splitlines()
    assert len(rows) - 1 == len(chosen)


def test_what_matches_nothing_says_so_and_what_means_nothing_is_refused(site):
    nothing = site.get("/links", params={"plan": f"{PLAN}-other"})
    assert (nothing.status_code, counted(nothing.text)) == (200, "There is no link of the chosen plan")
    for name, value in (("confidence", "much"), ("confidence", "2"), ("relation", "no iri"), ("page", "-1")):
        assert site.get("/links", params={name: value}).status_code == 400, name
