"""Answers as pages: of the small plan, whose labels and codes stand in its file, and of the annex, by its lines."""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from lxml import html as markup
from pyoxigraph import Literal, NamedNode, Quad

from stratgraph.settings import Settings
from stratgraph_api.app import create_app
from stratgraph_api.http.snippets import snippets_of

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
SG = "PREFIX sg: <https://w3id.org/stratgraph/ontology#> "
XSD = "http://www.w3.org/2001/XMLSchema#"
ROWS = SG + "SELECT ?o ?t ?p WHERE { ?o a sg:Objective ; sg:text ?t ; sg:position ?p }"


def page(client, query, **parameters):
    response = client.get("/sparql", params={"query": query, **parameters}, headers={"Accept": BROWSER})
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return markup.fromstring(response.text)


def texts(found, path):
    return [" ".join(one.text_content().split()) for one in found.cssselect(path)]


def test_a_browser_gets_a_table_with_the_query_in_its_form(client):
    found = page(client, ROWS)
    assert texts(found, "table.rows th") == ["o", "t", "p"]
    cells = found.cssselect("table.rows td")
    (link,) = cells[0].cssselect("a")
    assert (link.text, link.get("href")) == ("To build a road.", "/doc/agency/plan/1/north/objective/1")
    assert client.get(link.get("href"), follow_redirects=True).status_code == 200
    assert texts(cells[0], "code") == ["agency/plan/1/north/objective/1"]
    assert cells[1].cssselect("[lang=en]")[0].text == "To build a road."
    assert cells[2].get("class") == "number"
    assert found.cssselect("textarea")[0].text.strip() == ROWS
    assert texts(found, "#answer-title") == ["1 row"]


@pytest.mark.parametrize(
    ("query", "title"),
    [("ASK { ?s ?p ?o }", "Yes"), ("ASK { <a:a> ?p ?o }", "No"), ("SELECT * { <a:a> ?p ?o }", "0 rows")],
)
def test_what_has_no_rows_says_so(client, query, title):
    assert texts(page(client, query), "#answer-title") == [title]


@pytest.mark.parametrize("iri", ["http://purl.org/x#a/b", "http://ex.org//x/y", "urn:a/b/c/d/e"])
def test_an_iri_below_which_no_plan_can_be_is_shown_as_others_are(client, iri):
    found = page(client, f'SELECT (IRI("{iri}") AS ?x) {{}}')
    assert found.cssselect("table.rows td a")[0].text == iri


def test_an_empty_answer_and_an_empty_column_say_what_may_be_the_matter(client):
    empty = page(client, SG + "SELECT ?o { ?o a sg:Objectives }")
    assert "sg:Objective" in texts(empty, ".findings .mend")[0]
    column = page(client, SG + "SELECT ?o ?text { ?o a sg:Objective }")
    assert texts(column, "#answer-title") == ["1 row"]
    assert "?text" in texts(column, ".findings")[0]
    assert page(client, ROWS).cssselect(".findings") == []


def test_the_name_of_the_form_asks_for_a_page_whatever_is_accepted(client):
    for name in ("html", "text/html"):
        response = client.get("/sparql", params={"query": ROWS, "format": name})
        assert response.headers["content-type"] == "text/html; charset=utf-8"
    sent = client.post("/sparql", data={"query": ROWS}, headers={"Accept": BROWSER})
    assert "To build a road." in sent.text


@pytest.mark.parametrize("accept", ["*/*", "text/html;q=0.9, text/csv", "application/json, text/html", ""])
def test_who_accepts_data_as_well_gets_data(client, accept):
    response = client.get("/sparql", params={"query": ROWS}, headers={"Accept": accept})
    assert "html" not in response.headers["content-type"]


def test_a_graph_is_a_table_of_its_statements(client):
    found = page(client, SG + "CONSTRUCT { ?o sg:text ?t } WHERE { ?o a sg:Objective ; sg:text ?t }")
    assert texts(found, "table.rows th") == ["subject", "predicate", "object"]
    assert texts(found, "#answer-title") == ["1 statement"]
    assert "turtle" in texts(found, ".forms a")


def test_a_small_graph_is_a_picture_too(client):
    query = SG + "CONSTRUCT { ?o sg:contributesTo ?g . ?o a sg:Objective } WHERE { ?o sg:contributesTo ?g }"
    found = page(client, query)
    (picture,) = found.cssselect("#answer svg")
    assert {"To build a road.", "To serve the north."} <= set(texts(picture, "title")) | set(texts(picture, "text"))
    assert [one.get("href") for one in picture.xpath(".//*[local-name()='a']")].count(
        "/doc/agency/plan/1/north/objective/1"
    ) == 1
    assert page(client, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }").cssselect("#answer svg") == []


NUMBERS = "SELECT ?what ?n ?share WHERE { VALUES (?what ?n ?share) { %s } }"


def test_numbers_of_a_table_are_bars_too(client):
    found = page(client, NUMBERS % '("roads" 4 -0.5) ("wells" 2 1.0) ("none" UNDEF 0.5)')
    (drawn,) = found.cssselect("svg.bars")
    assert drawn.cssselect("title")[0].text == "n, share by what"
    assert [one.text for one in drawn.cssselect("text.last")] == ["roads", "wells", "none"]
    assert [one.text for one in drawn.cssselect("text.figure")] == ["4", "2", "-0.5", "1", "0.5"]
    lengths = [float(one.get("width")) for one in drawn.cssselect("rect.bar")]
    assert len(lengths) == 5
    assert lengths[0] == 2 * lengths[1]
    assert lengths[2] == pytest.approx(lengths[3] / 2, abs=0.1)
    left, right = (float(one.get("x")) for one in drawn.cssselect("rect.bar")[2:4])
    assert left < right  # below nothing, above nothing


@pytest.mark.parametrize(
    "values",
    [
        '("a" 1 UNDEF) ("b" 2 UNDEF)',
        '("a" 5 UNDEF)',
        '("a" UNDEF "INF"^^<http://www.w3.org/2001/XMLSchema#double>) ("b" UNDEF UNDEF)',
    ],
)
def test_what_only_counts_rows_or_has_no_length_is_not_drawn(client, values):
    assert not page(client, NUMBERS % values).cssselect("svg.bars")


def test_pages_are_turned_over_all_rows_and_each_row_is_on_one_of_them(client):
    ones = " ".join(map(str, range(1, 101)))
    query = f"SELECT ?n {{ VALUES ?a {{ 0 1 2 }} VALUES ?b {{ {ones} }} BIND(?a * 100 + ?b AS ?n) }} ORDER BY ?n"
    numbers, address = [], f"/sparql?{httpx.QueryParams({'query': query})}"
    for _ in range(3):
        found = markup.fromstring(client.get(address, headers={"Accept": BROWSER}).text)
        numbers += [int(one) for one in texts(found, "table.rows td")]
        assert texts(found, "#answer-title") == ["300 rows"]
        following = found.cssselect("a[rel=next]")
        address = following[0].get("href").partition("#")[0] if following else ""
    assert (numbers, address) == (list(range(1, 301)), "")
    behind = page(client, query, page="4")
    assert "behind the last row" in behind.text_content()
    refused = client.get("/sparql", params={"query": query, "page": "0"})
    assert refused.status_code == 200  # of data, in which there are no pages
    refused = client.get("/sparql", params={"query": query, "page": "none", "format": "html"})
    assert (refused.status_code, refused.json()["detail"]) == (400, "There is no page 'none'.")


def test_every_download_of_the_page_is_the_whole_answer(client):
    found = page(client, ROWS, page="1", lang="fr")
    for link in found.cssselect(".forms a"):
        response = client.get(link.get("href"))
        assert response.status_code == 200
        assert response.headers["content-type"].split(";")[0] == link.get("type")
        assert "To build a road." in response.text or response.content[:2] in {b"PK", b"PA"}
        assert set(parse_qs(urlsplit(link.get("href")).query)) == {"query", "format"}


def test_the_graphs_that_are_asked_stay_those_of_the_page(client):
    found = page(client, "SELECT ?o { ?s ?p ?o }", **{"default-graph-uri": "http://example.org/one"})
    assert texts(found, "table.rows td") == ["in one"]
    assert found.cssselect("input[name=default-graph-uri]")[0].get("value") == "http://example.org/one"
    assert all("example.org%2Fone" in link.get("href") for link in found.cssselect(".forms a"))


@pytest.mark.parametrize("door", ["/sparql", "/explain"])
def test_a_query_that_fails_is_asked_again_of_the_same_graphs_and_in_the_same_form(client, door):
    graphs = {"default-graph-uri": "http://example.org/one", "named-graph-uri": "http://example.org/two"}
    as_a_form = {"format": "csv"} if door == "/sparql" else {}
    asked = graphs | as_a_form | {"query": "SELECT ?o { ?s ?p", "lang": "fr"}
    response = client.get(door, params=asked, headers={"Accept": BROWSER})
    assert response.status_code == 400
    form = markup.fromstring(response.text).cssselect("form.ask")[0]
    kept = {one.get("name"): one.get("value") for one in form.cssselect("input[type=hidden]")}
    assert kept == graphs | {"lang": "fr"}
    chosen = [one.get("value") for one in form.cssselect("option[selected]")]
    assert chosen == list(as_a_form.values())
    again = client.get(form.get("action"), params=kept | {"query": "SELECT ?o { ?s ?p ?o }", "format": "csv"})
    assert again.text.split() == ["o", "in", "one"]


def test_what_a_value_holds_is_shown_and_never_run(tmp_path, served, publish):
    said = [
        ("a:1", Literal("<script>alert(1)</script>")),
        ("a:2", NamedNode("javascript:alert(1)")),
        ("a:3", Literal("x" * 6000)),
        ("a:4", Literal("9.c", datatype=NamedNode("http://metadata.un.org/sdg/ontology#SDGCode"))),
        ("a:5", Literal("عربي", language="ar")),
    ]
    quads = [Quad(NamedNode(subject), NamedNode("a:p"), value) for subject, value in said]
    client = served(create_app(Settings(store=str(publish(tmp_path / "s", quads)))))
    found = page(client, "SELECT ?o { ?s <a:p> ?o } ORDER BY ?s")
    assert [one.get("src") for one in found.cssselect("script")] == ["/static/editor.js", "/static/rows.js"]
    cells = found.cssselect("table.rows td")
    assert cells[0].text_content() == "<script>alert(1)</script>"
    assert [one.get("href") for one in cells[1].cssselect("a")] == ["/doc?iri=javascript%3Aalert%281%29"]
    assert "1,000 more characters" in cells[2].text_content()
    assert texts(cells[3], ".quiet") == ["sdgo:SDGCode"]
    assert (cells[4].cssselect("span")[0].get("lang"), cells[4].cssselect("span")[0].get("dir")) == ("ar", "auto")


def test_an_answer_that_may_be_another_one_each_time_has_no_tag(client):
    for query, is_tagged in ((ROWS, True), ("SELECT (RAND() AS ?r) {}", False)):
        response = client.get("/sparql", params={"query": query}, headers={"Accept": BROWSER})
        assert ("etag" in response.headers) is is_tagged


def test_a_page_in_another_language_is_another_page(client):
    tags = {
        client.get("/sparql", params={"query": ROWS, "lang": lang}, headers={"Accept": BROWSER}).headers["etag"]
        for lang in ("en", "fr")
    }
    assert len(tags) == 2


def test_a_documented_query_is_a_page_with_its_form_and_its_answer(client):
    address = "/queries/kpis-of-objective"
    given = "https://w3id.org/stratgraph/id/agency/plan/1/north/objective/1"
    response = client.get(address, params={"objective": given}, headers={"Accept": BROWSER})
    found = markup.fromstring(response.text)
    assert found.cssselect("#parameter-objective")[0].get("value") == given
    assert "Carts a day" in " ".join(texts(found, "table.rows td"))
    assert given in found.cssselect("pre")[0].text_content()
    for link in found.cssselect(".forms a"):
        assert client.get(link.get("href")).status_code == 200


@pytest.fixture(scope="module")
def annex(linked_folder, serve):
    with serve(create_app(Settings(store=str(linked_folder)))) as address, httpx.Client(base_url=address) as found:
        yield found


def test_a_row_leads_to_the_line_that_its_element_rests_on(annex):
    place = "https://w3id.org/stratgraph/id/itu/plan/2012-2015/itu-d/objective/3"
    found = page(annex, f"SELECT ?o {{ VALUES ?o {{ <{place}> }} }}")
    (link,) = found.cssselect("a.place")
    # Line 348 of data/sources: "To foster the development of strategies …".
    assert link.text == "line 348"
    source = annex.get(link.get("href").partition("#")[0], headers={"Accept": BROWSER}, follow_redirects=True)
    fragment = link.get("href").partition("#")[2].replace("%3D", "=").replace("%2C", ",")
    assert markup.fromstring(source.text).xpath(f'//*[@id="{fragment}"]')


def test_a_concept_is_shown_with_the_code_that_people_know(annex):
    found = page(annex, "SELECT ?c { VALUES ?c { <http://metadata.un.org/sdg/9.c> } }")
    assert texts(found, ".code") == ["SDG 9.c"]
    assert texts(found, "table.rows code") == ["sdg:9.c"]


def test_a_form_offers_the_things_that_a_parameter_can_be_by_their_labels(annex):
    response = annex.get("/queries/kpis-of-objective", headers={"Accept": BROWSER})
    found = markup.fromstring(response.text)
    assert found.cssselect("#parameter-objective")[0].get("value") == "itu-d/objective/3"
    options = {one.get("value"): one.text for one in found.cssselect("#choices-objective option")}
    assert len(options) == 21  # design.md, section 2
    assert texts(found, "#help-objective") == ["The objective. Choose from the list, or give its place or IRI."]
    assert options["itu-d/objective/5"].startswith("ITU-D objective 5: To build human and institutional capacity")
    rows = annex.get("/queries/kpis-of-objective", params={"objective": "itu-d/objective/5", "format": "csv"}).text
    assert len(rows.splitlines()) == 1 + 11  # the annex, Table 6.2: eleven indicators


def test_documented_queries_are_found_by_words_and_kinds(client):
    everything = client.get("/queries").json()["queries"]
    found = client.get("/queries", params={"words": "indicator objective", "tag": "gaps"}).json()["queries"]
    assert 0 < len(found) < len(everything)
    assert all("gaps" in one["keywords"] for one in found)
    page_found = markup.fromstring(client.get("/queries", params={"words": "zebra"}, headers={"Accept": BROWSER}).text)
    assert texts(page_found, "main [role=status]") == ["0 queries of this kind; all"]


# --- the same from elsewhere

AWKWARD = 'SELECT ("it\'s \\"so\\"" AS ?a) ("#(lf) é" AS ?b)\n(3 AS ?n) {}'


def snippet(client, tool, query=AWKWARD, *, is_graph=False):
    address = f"{str(client.base_url).rstrip('/')}/sparql"
    found = snippets_of(address, [("query", query)], is_graph=is_graph)
    return next(one.text for one in found if one.tool == tool)


def test_the_address_and_the_lines_for_curl_give_the_answer(client):
    expected = 'it\'s "so",#(lf) é,3'.replace('it\'s "so"', '"it\'s ""so"""')
    assert client.get(snippet(client, "Address")).text.split("\r\n")[1] == expected
    shell = ["sh", "-c", snippet(client, "curl").replace("curl ", "curl --silent ", 1)]
    assert subprocess.run(shell, capture_output=True, text=True, check=True).stdout.split("\n")[1].strip() == expected


def test_the_lines_of_python_run(client):
    pytest.importorskip("pandas", reason="pandas reads the lines that are shown for it")
    text = snippet(client, "Python (pandas)").replace("print(answer)", "print(answer.to_csv(index=False))")
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[1] == '"it\'s ""so""",#(lf) é,3'


def test_the_lines_for_a_graph_run(client):
    query = "CONSTRUCT { <a:a> <a:p> ?n } WHERE { VALUES ?n { 1 2\n} }"
    text = snippet(client, "Python (rdflib)", query, is_graph=True)
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "2"


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
def test_the_lines_of_r_run(client):
    text = snippet(client, "R").replace("print(answer)", 'cat(answer$a, answer$b, answer$n, sep = "|")')
    done = subprocess.run(["Rscript", "-e", text], capture_output=True, text=True, check=True)
    assert done.stdout == 'it\'s "so"|#(lf) é|3'


def test_the_lines_of_power_query_are_as_its_specification_writes_them(client):
    # Power Query M language specification, "Text literals": "" is one quotation mark, #(#)( is the characters #(.
    text = snippet(client, "Excel and Power BI (Power Query)")
    assert 'query = "SELECT (""it\'s \\""so\\"""" AS ?a) (""#(#)(lf) é"" AS ?b)#(lf)(3 AS ?n) {}"' in text
    assert html.unescape(text) == text
