"""``/explain``, and the link that leads there from an answer."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

from test_pages import Page

from stratgraph.settings import Settings
from stratgraph_api.app import create_app

SG = "https://w3id.org/stratgraph/ontology#"
EMPTY = f"PREFIX sg: <{SG}>\nSELECT ?o WHERE {{ ?o a sg:Objectives }}"


def test_an_empty_answer_is_explained_in_json(client):
    response = client.get("/explain", params={"query": EMPTY})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert (body["empty"], body["left_out"]) == (True, "")
    assert body["findings"][0] == {
        "kind": "unknown-term",
        "what": "There is no class sg:Objectives.",
        "mend": "Did you mean sg:Objective?",
        "line": 2,
        "column": 24,
        "offset": EMPTY.index("sg:Objectives"),
        "text": "sg:Objectives",
        "replacement": "sg:Objective",
    }


def test_an_answer_that_is_right_has_no_findings_and_the_graphs_asked_are_those_of_the_protocol(client):
    query = f"PREFIX sg: <{SG}> SELECT ?o WHERE {{ ?o a sg:Objective }}"
    assert client.get("/explain", params={"query": query}).json() == {"empty": False, "findings": [], "left_out": ""}
    one = "http://example.org/one"
    asked = {"query": "ASK { <http://example.org/one/s> ?p ?o }", "default-graph-uri": one}
    assert client.get("/explain", params=asked).json()["empty"] is False
    body = client.get("/explain", params={"query": f"ASK {{ GRAPH <{one}s> {{ ?s ?p ?o }} }}"}).json()
    assert body["findings"][0]["replacement"] == f"<{one}>"


def test_a_query_that_is_wrong_or_missing_is_a_problem(client):
    for query, status, kind in (
        ("SELECT ?s WHERE { ?s ?p ?o", 400, "query-syntax"),
        ("SELECT * { SERVICE <http://a.example/> { ?s ?p ?o } }", 400, "query-refused"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 400, "query-refused"),
        ("", 400, "usage"),
        (f"ASK {{ ?s ?p '{'x' * 20_000}' }}", 400, "usage"),
    ):
        response = client.get("/explain", params={"query": query})
        assert response.headers["content-type"] == "application/problem+json"
        assert (response.status_code, response.json()["type"]) == (status, f"/problems/{kind}")
    body = client.get("/explain", params={"query": "SELECT ?s WHERE { ?s ?p ?o"}).json()
    assert body["detail"] == "The query ends too early: the { of line 1, column 17 is not closed."
    assert body["excerpt"].endswith(" ^")


def test_an_answer_to_get_leads_to_its_explanation_where_the_address_is_not_long(client, served, snapshots):
    def linked(response):
        found = re.fullmatch(r'<(/.*)>; rel="help"', response.headers.get("link", ""))
        return found and found[1]

    graphs = ["http://example.org/one", "http://example.org/two"]
    query = f'{EMPTY} # ">'
    asked = {"query": query, "named-graph-uri": graphs, "format": "csv"}
    address = linked(client.get("/sparql", params=asked))
    assert parse_qs(urlsplit(address).query) == {"query": [query], "named-graph-uri": graphs}
    assert client.get(address).json()["findings"][0]["kind"] == "unknown-term"
    assert linked(client.post("/sparql", data=asked)) is None
    assert linked(client.get("/sparql", params={"query": f"ASK {{}} # {'é' * 700}"})) is None
    below = served(create_app(Settings(store=str(snapshots))), root_path="/plans")
    assert linked(below.get("/sparql", params={"query": "ASK {}"})) == "/plans/explain?query=ASK+%7B%7D"


def test_a_graph_that_from_names_relative_to_the_base_is_the_one_that_is_explained(client):
    query = 'BASE <http://example.org/> SELECT ?o FROM <one> { ?s <p> ?o FILTER(?o = "in two") }'
    found = client.get("/explain", params={"query": query}).json()
    assert found["left_out"] == ""
    assert found["findings"][-1]["kind"] == "leaves-nothing"


BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_a_browser_gets_a_page_and_its_form_where_there_is_no_query(client):
    empty = client.get("/explain", headers=BROWSER)
    assert (empty.status_code, empty.headers["content-type"]) == (200, "text/html; charset=utf-8")
    _, form = Page(empty.text).of("form")  # behind the search
    assert (form["action"], form["method"]) == ("/explain", "get")
    wrong = client.get("/explain", params={"query": "SELECT ?s WHERE { ?s ?p ?o"}, headers=BROWSER)
    assert (wrong.status_code, wrong.headers["content-type"]) == (400, "text/html; charset=utf-8")
    right = client.get("/explain", params={"query": "ASK { ?s ?p ?o }", "format": "html"})
    assert "Nothing was noticed" in right.text
    assert client.get("/explain", params={"query": "ASK {}", "format": "csv"}).json()["type"] == "/problems/usage"
    assert client.get("/explain?query=ASK+%7B%7D", headers={"Accept": "image/png"}).status_code == 406


def test_the_page_marks_the_query_and_asks_it_again_as_it_is_and_mended(client):
    graph = "http://example.org/one"
    query = f"PREFIX sg: <{SG}>\nSELECT ?o ?text WHERE {{ ?o a sg:Objectives ; sg:text ?t . FILTER(1 < 2) }}"
    response = client.get("/explain", params={"query": query, "default-graph-uri": graph}, headers=BROWSER)
    marked = re.search(r"<pre class=\"marked\".*?</pre>", response.text, re.DOTALL)[0]
    page = Page(response.text)
    notes = [attrs for attrs in page.of("a") if attrs.get("class") == "note"]
    assert {one["href"] for one in notes} == {f"#{attrs['id']}" for attrs in page.of("li") if "id" in attrs}
    assert {one["id"] for one in notes} < {href.removeprefix("#") for href in page.values("href")}
    shown = re.sub(r"<a [^>]*>\d</a>", "", marked)
    assert "<mark>?text</mark>" in shown
    assert "<mark>sg:Objectives</mark>" in shown
    assert "FILTER(1 &lt; 2)" in shown
    mended = query.replace("?text", "?t").replace("sg:Objectives", "sg:Objective")
    for text in (query, query.replace("?text", "?t"), mended):
        asked = {"query": text, "default-graph-uri": graph}
        assert f"/sparql?{urlencode(asked)}" in page.values("href")


def test_one_click_leads_from_an_empty_answer_to_its_explanation_and_from_one_that_took_too_long(
    browser, address, served, snapshots
):
    view = browser.new_page(java_script_enabled=False)
    view.goto(f"{address}/sparql?{urlencode({'query': EMPTY})}")
    view.get_by_role("link", name="Explain why there is nothing").click()
    assert view.locator("h1").inner_text() == "Why the answer is empty"
    assert view.locator(".marked mark").last.inner_text() == "sg:Objectives"
    view.get_by_role("link", name="ask with sg:Objective", exact=True).click()
    assert view.locator("#answer-title").inner_text() == "1 row"
    slow = served(create_app(Settings(store=str(snapshots), deadline_s=0.5)))
    product = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i"
    view.goto(f"{slow.base_url}/sparql?{urlencode({'query': product})}")
    assert view.locator(".status").inner_text() in {"504", "413"}
    view.get_by_role("link", name="Explain the query").click()
    assert view.locator(".findings > li").count() == 2
    assert "share no variable" in view.locator(".findings").inner_text()
    view.close()
