"""The editor of queries in a real browser, and what it completes from; the figures are those of the small plan."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

BUILT = Path(__file__).parents[2] / "api" / "stratgraph_api" / "static"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def test_completions_have_classes_with_their_properties_as_data_and_rules_have_them(client):
    response = client.get("/completions")
    found = response.json()
    (objective,) = [one for one in found["classes"] if one["name"] == "sg:Objective"]
    assert (objective["count"], objective["label"]) == (1, "objective")
    properties = {one["iri"].partition("#")[2]: one for one in objective["properties"]}
    # shapes/required.ttl: sgsh:ObjectiveHasGoal, at least one; no triple of the small plan's objective is sg:measures.
    assert (properties["contributesTo"]["count"], properties["contributesTo"]["isRequired"]) == (1, True)
    assert properties["contributesTo"]["rule"] == "An objective contributes to a goal"
    assert "measures" not in properties
    assert found["prefixes"]["sg"] == "https://w3id.org/stratgraph/ontology#"
    assert found["graphs"] == ["http://example.org/one", "http://example.org/two"]
    (text,) = [one for one in found["properties"] if one["name"] == "sg:text"]
    assert text["definition"]
    assert client.get("/completions", headers={"If-None-Match": response.headers["etag"]}).status_code == 304


def test_the_built_editor_is_that_of_a_fresh_build(editor, tmp_path):
    subprocess.run(["node", "build.mjs", tmp_path / "built.js"], cwd=editor, check=True)
    assert (tmp_path / "built.js").read_bytes() == (BUILT / "editor.js").read_bytes()


@pytest.fixture
def page(browser, address):
    """The page to ask from, on which no script fails and nothing is asked of another server."""
    context = browser.new_context()
    found = context.new_page()
    wrong = []
    found.on("pageerror", lambda error: wrong.append(str(error)))
    found.on("console", lambda line: wrong.append(line.text) if "Security Policy" in line.text else None)
    found.on("request", lambda one: None if one.url.startswith(address) else wrong.append(one.url))
    found.goto(f"{address}/sparql?format=html")
    found.wait_for_selector("query-editor")
    yield found
    context.close()
    assert wrong == []


def write(page, *texts):
    page.locator("query-editor .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    for text in texts:
        page.keyboard.type(text)


def take(page, words):
    """Takes what is offered, once the editor lets it be taken: it guards against keys that were meant for the text."""
    page.wait_for_selector(f".cm-tooltip-autocomplete >> text={words}")
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")


def test_a_query_is_completed_run_and_shared(page):
    write(page, "SELECT ?o { ?o a Objec")
    take(page, "sg:Objective")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#answer-title")
    text = "PREFIX sg: <https://w3id.org/stratgraph/ontology#>\nSELECT ?o { ?o a sg:Objective}"
    assert page.locator("textarea").input_value() == text
    assert page.locator("#answer-title").inner_text() == "1 row"
    # The address is the page; a click of the browser's own goes back.
    shared = page.context.new_page()
    shared.goto(page.url)
    assert shared.locator("#answer-title").inner_text() == "1 row"
    assert shared.locator("details.asked button.again").first.text_content().startswith("SELECT ?o")


def test_a_property_is_offered_for_the_class_of_its_subject(page):
    write(page, "SELECT * { ?o a sg:KPI ; sg:ind")
    page.wait_for_selector(".cm-tooltip-autocomplete >> text=sg:indicatorOf")
    assert page.locator(".cm-tooltip-autocomplete li").first.inner_text().startswith("sg:indicatorOf")


def test_a_thing_is_found_by_the_words_of_its_label(page):
    write(page, "SELECT * { <nort")
    take(page, "North")
    assert "<https://w3id.org/stratgraph/id/agency/north>" in page.locator("textarea").input_value()


def test_an_error_is_marked_where_it_is_and_what_was_typed_can_be_undone(page):
    write(page, "SELECT * { ?s ?p ?o } LIMIT x")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".problem")
    assert page.locator("query-editor .cm-lintRange-error").inner_text() == "x"
    page.keyboard.press("Control+z")
    assert page.locator("textarea").input_value() != "SELECT * { ?s ?p ?o } LIMIT x"


def test_a_query_is_stopped(page):
    write(page, ENDLESS)
    page.keyboard.press("Control+Enter")
    stop = page.locator("form.ask button:has-text('Stop')")
    stop.wait_for()
    stop.click()
    page.locator("form.ask button:has-text('Run')").wait_for()
    assert page.locator("#answer-title").count() == 0
    write(page, "ASK {}")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#answer-title")
    assert page.locator("#answer-title").inner_text() == "Yes"
