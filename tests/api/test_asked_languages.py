"""Pages in the language that a client asks for: by ``lang``, by Accept-Language, or the plan's own."""

from __future__ import annotations

import re

import httpx
import pytest

from program import run
from six_languages import LANGUAGES, TITLE, turtle, wording
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
