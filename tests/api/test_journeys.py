"""The ways of the three users through the pages in a real browser, with and without scripts; axe-core on each page."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest

from stratgraph.settings import Settings
from stratgraph_api.app import create_app

QUERY = "PREFIX sg: <https://w3id.org/stratgraph/ontology#> SELECT ?o ?t { ?o a sg:Objective ; sg:text ?t } ORDER BY ?o"
GRAPH = (
    "PREFIX sg: <https://w3id.org/stratgraph/ontology#> CONSTRUCT { ?o sg:contributesTo ?g } { ?o sg:contributesTo ?g }"
)
OBJECTIVE = "/doc/itu/plan/2012-2015/itu-d/objective/3.html"
PAGES = (
    "/",
    "/sparql?format=html",
    f"/sparql?{urlencode({'query': QUERY})}",
    f"/sparql?{urlencode({'query': GRAPH})}",
    f"/sparql?{urlencode({'query': 'SELECT * { ?s a <a:b> }'})}",
    f"/sparql?{urlencode({'query': 'SELECT * {'})}",
    "/explain",
    f"/explain?{urlencode({'query': 'SELECT ?x { ?s a <a:b> ; <a:c> ?y . ?t a ?z }'})}",
    "/queries",
    "/queries/kpis-of-objective",
    "/search?q=cybersecurity",
    "/search?q=zzzz",
    "/coverage?gap=Output.link",
    "/model",
    "/sheet/itu/2012-2015",
    "/sheet/itu/2012-2015?view=pictures",
    OBJECTIVE,
    "/doc/itu/plan/2012-2015.html",
    "/doc/itu/itu-d.html",
    "/doc?iri=http%3A%2F%2Fmetadata.un.org%2Fsdg%2F9.c",
    "/links",
    "/review",
    "/log",
    "/catalogue",
    "/ontology",
    "/shapes",
    "/problems/limit",
)


@pytest.fixture(scope="module")
def site(linked_folder, serve):
    with serve(create_app(Settings(store=str(linked_folder)))) as address:
        yield address


@pytest.fixture(scope="module")
def axe(editor):
    """The text of axe-core."""
    return (editor / "node_modules/axe-core/axe.min.js").read_text("utf-8")


def test_axe_finds_nothing_on_any_page(browser, axe, site):
    context = browser.new_context()
    page = context.new_page()
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda one: None if one.url.startswith(site) else wrong.append(one.url))
    for address in PAGES:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{site}{address}")
        page.evaluate(axe)
        # The page that is there takes another look, as it does when somebody's system turns dark or the window small.
        for scheme, width in (("light", 1280), ("dark", 390)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            found = page.evaluate(
                "axe.run().then((found) => found.violations.map((one) => [one.id, one.nodes[0].html]))"
            )
            wrong += [(address, scheme, *one) for one in found]
            # The page itself does not move from side to side: what is wide scrolls within its own frame.
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wrong.append((address, scheme, "wider than the window"))
    context.close()
    assert wrong == [], "\n".join(map(str, wrong))


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def page(browser, site, request):
    context = browser.new_context(java_script_enabled=request.param, base_url=site)
    yield context.new_page()
    context.close()


def test_an_analyst_finds_asks_and_takes_along(page):
    page.goto("/")
    page.get_by_role("link", name="Queries", exact=True).click()
    page.get_by_label("Words", exact=True).fill("indicators of an objective")
    page.get_by_role("button", name="Find").click()
    page.locator("a[href='/queries/kpis-of-objective']").first.click()
    page.locator("#parameter-objective").fill("itu-d/objective/5")
    page.get_by_role("button", name="Ask").click()
    assert page.locator("#answer-title").inner_text() == "11 rows"  # Table 6.2 of the annex
    page.locator("a.place").first.click()
    assert page.locator(".source").count() == 1
    page.go_back()
    with page.expect_download() as download:
        page.locator(".forms a:has-text('xlsx')").click()
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"


def test_a_linker_sees_who_says_a_link_and_why(page):
    page.goto(OBJECTIVE)
    links = page.locator("section:has(h2:has-text('Links'))").first
    assert "SDG 9.c" in links.inner_text() or "SDG" in links.inner_text()
    page.goto("/doc?iri=http%3A%2F%2Fmetadata.un.org%2Fsdg%2F9.c")
    assert "SDG 9.c" in page.locator("main").inner_text()


def test_a_reviewer_gets_to_a_finding_and_its_element(page):
    page.goto("/sheet/itu/2012-2015")
    assert page.locator("text=WordingsOfBothTablesAgree").count() > 0
    page.get_by_role("link", name="Coverage", exact=True).click()
    page.locator("details:has-text('WordingsOfBothTablesAgree') summary").first.click()
    page.locator("details[open] ul a").first.click()
    assert "/doc/itu/plan/2012-2015/" in page.url
