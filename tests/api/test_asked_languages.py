"""Pages in the language that a client asks for: by ``lang``, by Accept-Language, or the plan's own."""

from __future__ import annotations

import re
from urllib.parse import unquote

import httpx
import pytest
from lxml import html as markup

from program import run
from six_languages import LANGUAGES, PLAN, TITLE, turtle, wording
from stratgraph.settings import Settings
from stratgraph_api.app import create_app

HTML = {"Accept": "text/html"}
OUTPUT = "/doc/agency/plan/2030/objective/1/output/1"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("six")
    (folder / "six.ttl").write_text(turtle(), "utf-8")
    assert run("publish", folder / "six.ttl", "--profile", "core", store=folder / "store").returncode == 0
    return folder / "store"


@pytest.fixture(scope="module")
def client(serve, store):
    with serve(create_app(Settings(store=str(store)))) as address, httpx.Client(base_url=address, timeout=30) as found:
        yield found


OWN_PLAN = "https://data.example.org/plans/2030"
COUNTED = "SELECT ?s (COUNT(*) AS ?n) { ?s a <https://w3id.org/stratgraph/ontology#Output> } GROUP BY ?s"


@pytest.fixture(scope="module", params=[PLAN, OWN_PLAN], ids=["ours", "own"])
def named(request, serve, tmp_path_factory):
    """The plan under IRIs of ours and of its organisation, served; and what it is called."""
    folder = tmp_path_factory.mktemp("named")
    (folder / "six.ttl").write_text(turtle().replace(PLAN, request.param), "utf-8")
    assert run("publish", folder / "six.ttl", "--profile", "core", store=folder / "store").returncode == 0
    app = create_app(Settings(store=str(folder / "store")))
    with serve(app) as address, httpx.Client(base_url=address, timeout=30) as found:
        yield found, request.param


def heading(page):
    """The language of the page's heading, and its words."""
    return re.search(r'<h1 id="entity-title" lang="([^"]*)" dir="auto">([^<]*)</h1>', page.text).groups()


@pytest.mark.parametrize(
    ("address", "fields", "language"),
    [
        (OUTPUT, {}, "ar"),
        (OUTPUT, {"Accept-Language": "fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5"}, "fr"),
        (OUTPUT, {"Accept-Language": "en;q=0.2, ru;q=0.7, zh;q=0"}, "ru"),
        (OUTPUT, {"Accept-Language": "de, *"}, "ar"),
        (f"{OUTPUT}?lang=zh", {"Accept-Language": "fr"}, "zh"),
        (f"{OUTPUT}?lang=de,es", {}, "es"),
        (f"/id/{OUTPUT.removeprefix('/doc/')}?lang=en", {"Accept-Language": "fr"}, "en"),
    ],
)
def test_a_page_is_in_the_language_that_is_asked_for(client, address, fields, language):
    page = client.get(address, headers=HTML | fields, follow_redirects=True)
    assert page.status_code == 200
    assert heading(page) == (language, wording("17.8", language))
    assert page.headers["vary"].startswith("Accept, Accept-Language")
    # The objective that it leads to is called so too.
    assert " ".join(wording("4.b", language).split())[:60] in page.text
    shown = re.findall(r'hreflang="([a-z]+)"( aria-current="true")?>', page.text)
    assert [tag for tag, _ in shown] == list(LANGUAGES)
    assert [tag for tag, is_shown in shown if is_shown] == [language]


def test_each_language_has_its_tag_and_data_have_all_of_them(client):
    tags = {client.get(OUTPUT, headers=HTML, params={"lang": tag}).headers["etag"] for tag in LANGUAGES}
    assert len(tags) == len(LANGUAGES)
    page = client.get(OUTPUT, headers=HTML | {"Accept-Language": "fr"})
    again = client.get(OUTPUT, headers=HTML | {"Accept-Language": "fr", "If-None-Match": page.headers["etag"]})
    other = client.get(OUTPUT, headers=HTML | {"Accept-Language": "ru", "If-None-Match": page.headers["etag"]})
    assert (again.status_code, other.status_code) == (304, 200)
    data = client.get(OUTPUT, headers={"Accept": "text/turtle", "Accept-Language": "fr"})
    assert all(f"@{tag}" in data.text for tag in LANGUAGES)
    assert "Accept-Language" not in data.headers["vary"]


@pytest.mark.parametrize(("one", "other"), [("fr-ca", "fr, ca"), ("zh-tw, en", "zh, tw-en")])
def test_languages_that_are_written_alike_have_tags_of_their_own(client, one, other):
    first, second = (client.get(OUTPUT, headers=HTML | {"Accept-Language": asked}) for asked in (one, other))
    assert first.headers["etag"] != second.headers["etag"]


def test_a_language_stays_with_the_address(client):
    term = "https://w3id.org/stratgraph/ontology#Goal"
    led = client.get("/doc", params={"iri": term, "lang": "fr"}, headers=HTML, follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (303, "/ontology?lang=fr#Goal")
    page = client.get(OUTPUT, params={"lang": "fr"}, headers=HTML)
    assert page.headers["content-location"] == f"{OUTPUT}.html?lang=fr"


def pages_of(plan):
    """An address of each kind of page, and what it is asked with."""
    output = f"{plan}/objective/1/output/1"
    return (
        ("/", {}),
        ("/doc", {"iri": plan}),
        ("/doc", {"iri": output}),
        ("/doc", {"iri": f"{plan}/version/1"}),
        ("/sheet", {"plan": plan}),
        ("/sheet", {"plan": plan, "view": "pictures"}),
        ("/links", {"plan": plan}),
        ("/coverage", {"plan": plan}),
        ("/coverage", {"plan": plan, "gap": "Objective.indicator"}),
        ("/search", {"q": "science"}),
        ("/search", {"q": output}),
        ("/model", {}),
        ("/queries", {}),
        ("/queries/whole-plan", {"plan": plan}),
        ("/queries/kpis-of-objective", {"objective": f"{plan}/objective/1"}),
        ("/sparql", {"query": COUNTED}),
        ("/sparql", {"query": "SELECT * { ?s ?p ?o } LIMIT 300"}),
        ("/sparql", {"query": "CONSTRUCT { ?s ?p ?o } { ?s a ?c ; ?p ?o FILTER(isIRI(?o)) } LIMIT 20"}),
        ("/sparql", {"query": "SELECT * { ?s ?p"}),
        ("/sparql", {"format": "html"}),
        ("/explain", {"query": COUNTED}),
        ("/catalogue", {}),
        ("/log", {}),
        ("/ontology", {}),
        ("/review", {}),
        ("/validate", {}),
    )


def links_of(page):
    """The addresses on this server that a page leads to, without those that choose a language."""
    found = markup.fromstring(page.text)
    of_pictures = found.xpath("//*[local-name()='svg']//@href")
    return {*found.xpath("//a[not(@hreflang)]/@href"), *of_pictures, *found.xpath("//form[@method='post']/@action")}


def test_every_page_leads_on_in_the_language_that_was_chosen(named):
    client, plan = named
    for address, parameters in pages_of(plan):
        page = client.get(address, params=parameters | {"lang": "fr"}, headers=HTML, follow_redirects=True)
        here = [one for one in links_of(page) if one.startswith("/")]
        assert len(here) > 10, address
        for one in here:
            if "lang=" in one:
                assert one.count("lang=") == 1, (address, one)
                assert re.search(r"^[^#]*[?&]lang=fr(&|#|$)", one), (address, one)
            else:  # no page, but data
                data = client.get(one, headers={"Accept": "text/html, */*;q=0.1"})
                assert (data.status_code, "html" in data.headers["content-type"]) == (200, False), (address, one)
        for form in markup.fromstring(page.text).xpath("//form[not(@method='post')]"):
            assert form.xpath(".//input[@name='lang']/@value") == ["fr"], (address, form.get("action"))


def test_what_a_browser_prefers_is_in_no_address(named):
    client, plan = named
    for address, parameters in pages_of(plan):
        page = client.get(address, params=parameters, headers=HTML | {"Accept-Language": "fr"}, follow_redirects=True)
        assert not [one for one in links_of(page) if "lang=" in one], address
        assert 'name="lang"' not in page.text, address


def test_who_follows_links_stays_in_the_language(named):
    client, plan = named
    page = client.get("/sheet", params={"plan": plan, "lang": "fr"}, headers=HTML, follow_redirects=True)
    place = next(one for one in links_of(page) if "output/1" in unquote(one))
    element = client.get(place, headers=HTML | {"Accept-Language": "ru"}, follow_redirects=True)
    assert heading(element) == ("fr", wording("17.8", "fr"))
    trail = markup.fromstring(element.text).cssselect(".trail a")
    assert wording(TITLE, "fr") in [one.text_content() for one in trail]
    above = client.get(trail[-1].get("href"), headers=HTML, follow_redirects=True)
    assert heading(above) == ("fr", wording("4.b", "fr")) or wording("4.b", "fr") in above.text


def test_a_choice_that_no_reader_makes_is_not_repeated_by_every_link(client):
    page = client.get(OUTPUT, params={"lang": "fr," * 200}, headers=HTML)
    assert heading(page)[0] == "fr"
    assert len(page.content) < 100_000
    assert not [one for one in links_of(page) if "lang=" in one]


def test_the_review_of_a_revision_leads_on_in_the_language(client):
    revision = turtle().replace(wording("8.2", "en"), "Growth")
    page = client.post("/review", params={"lang": "fr"}, files={"file": ("six.ttl", revision)}, headers=HTML)
    assert page.status_code == 200
    here = [one for one in links_of(page) if one.startswith("/")]
    assert "/review?lang=fr" in here
    assert any(one.startswith("/doc/") for one in here)
    assert all("lang=fr" in one for one in here)
    report = client.post("/validate", params={"lang": "fr"}, files={"file": ("six.ttl", revision)}, headers=HTML)
    assert "/validate?lang=fr" in links_of(report)


def test_the_front_page_has_the_plan_once_and_the_catalogue_all_its_titles(client):
    for tag in (*LANGUAGES, ""):
        page = client.get("/", headers=HTML, params={"lang": tag} if tag else {})
        assert [one for one in LANGUAGES if wording(TITLE, one) in page.text] == [tag or "ar"]
        assert len(re.findall(r"<h3[^>]*>(?:<a [^>]*>)?[^<]*" + re.escape(wording(TITLE, tag or "ar")), page.text)) == 1
    catalogue = client.get("/catalogue", headers={"Accept": "text/turtle"}).text
    assert all(f'"{wording(TITLE, tag)}"@{tag}' in catalogue for tag in LANGUAGES)
    for code in ("ARA", "ENG", "FRA", "RUS", "SPA", "ZHO"):
        assert f"authority/language/{code}" in catalogue or f":{code}" in catalogue, code


def test_a_browser_sets_arabic_from_right_to_left(client, browser, tmp_path):
    view = browser.new_page(locale="ar", viewport={"width": 900, "height": 700})
    view.goto(f"{client.base_url}{OUTPUT}")
    directions = {}
    for tag in ("ar", "fr"):
        view.get_by_role("link", name=tag, exact=True).click()
        directions[tag] = view.locator("h1").evaluate("one => getComputedStyle(one).direction")
        view.screenshot(path=tmp_path / f"{tag}.png")
    assert directions == {"ar": "rtl", "fr": "ltr"}
