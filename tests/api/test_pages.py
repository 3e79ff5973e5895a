"""The front page: figures are those of tests/data/small-plan.ttl, and of the annex by design section 2."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from stratgraph.assets import read_asset
from stratgraph.settings import Settings
from stratgraph_api.app import create_app

ANNEX = Path(__file__).parents[2] / "data" / "plans" / "itu-2012-2015.ttl"


class Page(HTMLParser):
    """The elements and the table rows of a page."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.rows, self._cell = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in {"th", "td"}:
            self.rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag):
        if tag in {"th", "td"}:
            self._cell = False

    def handle_data(self, data):
        if self._cell:
            self.rows[-1][-1] += data.strip()

    def values(self, attribute):
        return [attrs[attribute] for _, attrs in self.elements if attribute in attrs]

    def of(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture(scope="module")
def page(client):
    response = client.get("/")
    assert response.status_code == 200
    return Page(response.text)


def test_it_says_which_plan_it_holds_and_how_many_elements(client, page):
    text = client.get("/").text
    assert "Plan 1" in text
    assert "Agency" in text
    assert "2030–2033" in text
    assert page.rows == [
        ["Class", "AG", "AG-N", "All"],
        ["Mission", "1", "·", "1"],
        ["Vision", "1", "·", "1"],
        ["Goal", "·", "1", "1"],
        ["Goal statement", "·", "1", "1"],
        ["Objective", "·", "1", "1"],
        ["Output", "·", "1", "1"],
        ["Expected result", "·", "1", "1"],
        ["Part of an expected result", "·", "1", "1"],
        ["Key performance indicator", "·", "1", "1"],
        ["Situational factor", "1", "·", "1"],
    ]


def test_each_figure_leads_to_the_things_that_it_counts(client, page):
    figures = [
        attrs["href"] for tag, attrs in page.elements if tag == "a" and "isPart+%7B+%22" in attrs.get("href", "")
    ]
    assert len(figures) == 10  # a class and a unit each, see above
    for address in figures:
        assert len(client.get(address, headers={"Accept": "text/csv"}).text.splitlines()) == 2


def test_it_names_the_snapshot_and_the_graphs(client):
    text = client.get("/").text
    assert client.get("/health/ready").json()["snapshot"] in text
    assert "http://example.org/one" in text
    assert "http://example.org/two" in text


def test_each_link_leads_somewhere(client, page):
    targets = {href for href in page.values("href") if not href.startswith("#")}
    assert {"/queries", "/sparql?format=html", "/review", "/ontology", "/model", "/coverage"} <= targets
    failed = {href: r.status_code for href in targets if (r := client.get(href)).status_code != 200}
    assert failed == {}
    anchors = {href[1:] for href in page.values("href") if href.startswith("#")}
    assert anchors <= set(page.values("id"))


def test_a_named_graph_links_to_its_triples(client, page):
    (link,) = [h for h in page.values("href") if "example.org%2Fone" in h]
    found = parse(client.get(link).content, RdfFormat.TURTLE)
    assert [quad.object.value for quad in found] == ["in one"]


def test_the_form_asks_the_endpoint_without_a_script(client, page):
    _, form = page.of("form")  # behind the search
    assert (form["action"], form["method"]) == ("/sparql", "get")
    assert [attrs["value"] for attrs in page.of("option")] == [
        "html", "json", "xml", "csv", "tsv", "xlsx", "parquet", "markdown",
        "turtle", "ntriples", "rdfxml", "jsonld", "trig", "nquads",
    ]  # fmt: skip
    starter = client.get("/").text.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
    response = client.get("/sparql", params={"query": html.unescape(starter), "format": "csv"})
    assert response.text.splitlines()[1] == "AG-N,1,To build a road.,To serve the north."
    # What there is of scripts is a file of this server, which the form does without.
    assert [one["src"] for one in page.of("script")] == ["/static/editor.js"]


def test_nothing_is_loaded_from_elsewhere(client, page):
    addresses = page.values("href") + page.values("src") + page.values("action")
    assert all(not urlsplit(a).scheme and not urlsplit(a).netloc for a in addresses)
    style = client.get("/static/style.css").text
    assert "url(" not in style
    assert "@import" not in style
    assert page.values("style") == []


def contrast(one, other):
    """WCAG 2.2: contrast ratio and relative luminance."""

    def luminance(colour):
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_wcag_1_4_3_and_1_4_11_contrast_is_enough_in_both_schemes(client, scheme):
    blocks = re.findall(r":root \{([^}]*)\}", client.get("/static/style.css").text)
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", blocks[0]))
    if scheme == "dark":
        colours |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", blocks[1]))
    for ground in ("paper", "sheet"):
        for text in ("ink", "quiet", "link", "accent"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
        assert contrast(colours["control"], colours[ground]) >= 3, ground
    assert contrast(colours["button-ink"], colours["button"]) >= 4.5


def test_every_answer_has_the_security_headers(client):
    for path in ("/", "/sparql?query=ASK+%7B%7D", "/static/style.css", "/nothing"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"]


def test_texts_of_the_graph_are_escaped(tmp_path, served, publish):
    hostile = b"""
      @prefix dcterms: <http://purl.org/dc/terms/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
      <http://example.org/p> a <https://w3id.org/stratgraph/ontology#StrategicPlan> ;
        dcterms:title "<script>alert(1)</script>"@en ; dcterms:publisher <http://example.org/o> .
      <http://example.org/o> rdfs:label "Q&A"@en ."""
    quads = [Quad(t.subject, t.predicate, t.object) for t in parse(hostile, RdfFormat.TURTLE)]
    text = served(create_app(Settings(store=str(publish(tmp_path / "s", quads))))).get("/").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "Q&amp;A" in text


def test_an_empty_current_view_has_a_page_too(tmp_path, served, publish, elsewhere):
    folder = publish(tmp_path / "s", elsewhere)
    assert "No plan" in served(create_app(Settings(store=str(folder)))).get("/").text


@pytest.fixture(scope="module")
def annex_settings(tmp_path_factory, publish):
    sources = (ANNEX.read_bytes(), read_asset("ontology", "stratgraph.ttl"))
    quads = [Quad(t.subject, t.predicate, t.object) for s in sources for t in parse(s, RdfFormat.TURTLE)]
    return Settings(store=str(publish(tmp_path_factory.mktemp("annex") / "store", quads)))


def test_the_annexs_figures_are_those_of_its_text(annex_settings, served):
    rows = {row[0]: row[1:] for row in Page(served(create_app(annex_settings)).get("/").text).rows}
    assert rows["Class"] == ["ITU", "ITU-D", "ITU-R", "ITU-T", "GS", "All"]
    assert rows["Mission"] == ["1", "1", "1", "1", "1", "5"]
    assert rows["Vision"] == ["1", "1", "1", "1", "·", "4"]
    assert rows["Goal"] == ["·", "1", "1", "1", "1", "4"]
    assert rows["Goal statement"] == ["·", "3", "3", "3", "1", "10"]
    assert rows["Objective"] == ["·", "6", "5", "4", "6", "21"]
    assert rows["Expected result"] == ["·", "34", "10", "10", "31", "85"]
    assert rows["Key performance indicator"] == ["·", "32", "11", "11", "38", "92"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_browser_shows_the_page_whole(address, browser, tmp_path, scheme, width):
    view = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=False)
    failed = []
    view.on("requestfailed", lambda request: failed.append(request.url))
    view.goto(address)
    assert failed == []
    assert view.get_by_role("heading", level=1).is_visible()
    # Nothing sticks out to the side: the page itself never scrolls horizontally.
    box = view.locator("body").bounding_box()
    assert box["width"] <= width
    assert view.get_by_role("button", name="Run").bounding_box()["height"] >= 44
    view.screenshot(path=tmp_path / "page.png", full_page=True)
    # The form works as it stands.
    view.get_by_label("Answer as").select_option("json")
    view.get_by_role("button", name="Run").click()
    assert "To build a road." in view.content()
