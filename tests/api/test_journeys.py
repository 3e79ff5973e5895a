"""The ways of the three users through the pages in a real browser, with and without scripts; axe-core on each page."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode

import pytest

import small_plan
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
    "/validate",
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
        wrong += [(address, one) for one in unheard(page)]
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


CONTROLS = {
    "button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "spinbutton", "DisclosureTriangle",
}  # fmt: skip
NAMED = {*CONTROLS, "table", "region", "navigation"}


def unheard(page):
    """What somebody who hears the page would not be told, by Chromium's own accessibility tree."""
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    nodes = [one for one in session.send("Accessibility.getFullAXTree")["nodes"] if not one["ignored"]]
    session.detach()
    said = [(one["role"]["value"], one.get("name", {}).get("value", "").strip(), one) for one in nodes if "role" in one]
    yield from (f"a {role} without a name" for role, name, _ in said if role in NAMED and not name)
    for landmark in ("main", "banner"):
        if (number := sum(role == landmark for role, *_ in said)) != 1:
            yield f"{number} times {landmark}"
    levels = [
        next(one["value"]["value"] for one in node["properties"] if one["name"] == "level")
        for role, _, node in said
        if role == "heading"
    ]
    if levels[:1] != [1] or levels.count(1) != 1 or any(after > before + 1 for before, after in pairwise(levels)):
        yield f"headings of levels {levels}"
    if bare := page.locator("[tabindex='0']:not([role])").count():
        yield f"{bare} places where the focus stops and nothing says at what"
    if bare := page.locator("th:not([scope])").count():
        yield f"{bare} heads of tables without a scope"


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


# --- by keys alone


def reach(page, target, *, key="Tab", most=150):
    """Goes by a key until the focus is on something, which can be seen to have it."""
    for _ in range(most):
        page.keyboard.press(key)
        if target.evaluate("(one) => one === document.activeElement || one.contains(document.activeElement)"):
            break
    else:
        raise AssertionError(f"{target} is not reached")
    # In the editor's shadow root the frame of the editor has the outline.
    seen = page.evaluate(
        """() => {
          let one = document.activeElement;
          while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
          const { top, bottom } = one.getBoundingClientRect();
          const outlined = (it) => it && getComputedStyle(it).outlineStyle !== "none";
          return [outlined(one) || outlined(one.closest(".cm-editor")), bottom > 0 && top < innerHeight];
        }"""
    )
    assert seen == [True, True], f"the focus on {target} is not seen: {seen}"


@pytest.fixture
def keyed(browser):
    """A page in a browser whose mouse nobody touches."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_an_analyst_asks_and_reads_the_line_of_a_row_by_keys_alone(keyed, site):
    keyed.goto(site)
    reach(keyed, keyed.get_by_role("link", name="Skip to the content"), most=1)
    reach(keyed, keyed.get_by_role("link", name="Ask", exact=True))
    keyed.keyboard.press("Enter")
    editor = keyed.locator("query-editor")
    editor.wait_for()
    reach(keyed, editor)
    keyed.keyboard.press("Control+a")
    keyed.keyboard.insert_text(QUERY)
    # Tab leads on, and does not stay in the editor.
    reach(keyed, keyed.get_by_role("button", name="Run"), most=1)
    keyed.keyboard.press("Enter")
    title = keyed.locator("#answer-title")
    title.wait_for()
    assert title.inner_text() == "21 rows"  # design section 2
    told = keyed.locator("#told[role=status]")
    assert told.inner_text() == "21 rows"
    heading = keyed.get_by_role("button", name="t", exact=True)
    reach(keyed, heading)
    keyed.keyboard.press("Space")
    assert told.inner_text() == "Sorted by t, ascending"
    reach(keyed, keyed.locator("a.place").first)
    keyed.keyboard.press("Enter")
    keyed.locator(".source").wait_for()


def test_a_linker_chooses_links_by_keys_alone(keyed, site):
    keyed.goto(f"{site}/links")
    everything = keyed.locator("#rows-title").inner_text()
    choice = keyed.get_by_label("At least so sure")
    reach(keyed, choice)
    keyed.keyboard.press("End")
    assert choice.input_value() == "0.9"
    reach(keyed, keyed.get_by_role("button", name="Show"), most=1)
    keyed.keyboard.press("Enter")
    keyed.wait_for_url("**confidence=0.9*")
    assert keyed.locator("#rows-title").inner_text() != everything
    first = keyed.locator("tbody th a").first
    name = first.inner_text()
    reach(keyed, first)
    keyed.keyboard.press("Enter")
    keyed.wait_for_url("**/doc/**")
    assert name.removesuffix("…").strip() in keyed.locator("main").inner_text()


def test_a_reviewer_pastes_a_revision_and_decides_a_doubtful_match_by_keys_alone(keyed, small_store, serve):
    text = small_plan.revised_text(small_plan.REMOVED).replace("Number of plans", "Plans approved by number")
    with serve(create_app(Settings(store=str(small_store)))) as address:
        keyed.goto(f"{address}/review")
        reach(keyed, keyed.get_by_label("Or its text, pasted or typed"))
        keyed.keyboard.insert_text(text)
        kind = keyed.get_by_label("The text is")
        reach(keyed, kind, most=1)
        keyed.keyboard.type("text of")
        assert kind.input_value() == "pasted.txt"
        reach(keyed, keyed.get_by_role("button", name="Review"))
        keyed.keyboard.press("Enter")
        keyed.locator("#doubtful").wait_for()
        assert list(unheard(keyed)) == []
        # The one that is chosen has the focus first: left open.
        reach(keyed, keyed.locator("input[type=radio]:checked"))
        keyed.keyboard.press("ArrowUp")
        keyed.keyboard.press("ArrowUp")
        label = keyed.locator("label:has(input:checked)")
        assert "alike" in label.inner_text()
        reach(keyed, keyed.get_by_role("button", name="Review again with these decisions"))
        keyed.keyboard.press("Enter")
        keyed.get_by_text("Fit for publication.").wait_for()
        assert list(unheard(keyed)) == []
