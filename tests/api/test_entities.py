"""``/id`` and ``/doc``: what leads where, in which form, and what the pages say of the annex and a revision of it."""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from test_pages import Page

import next_period
from sites import REMOVED, REWORDED
from stores import copied
from stratgraph.assets import read_asset
from stratgraph.entities import plan_of
from stratgraph.publication import Target
from stratgraph.publication import roll_back as bring_back
from stratgraph.serialisation import RDF_FORMS
from stratgraph.settings import Settings
from stratgraph.store import memory_store, roll_back
from stratgraph.store_contents import Act
from stratgraph.terms import IDENTIFIERS
from stratgraph_api.app import create_app
from stratgraph_api.doors import entities
from stratgraph_api.http import rendering
from stratgraph_api.http.addresses import iris_of, local_address, split_ending

BASE = "https://w3id.org/stratgraph"
PLAN = f"{BASE}/id/itu/plan/2012-2015"
OBJECTIVE = "itu/plan/2012-2015/itu-d/objective/5"
HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
TURTLE = {"Accept": "text/turtle"}


@pytest.fixture(scope="module")
def site(serve, revised_site):
    with serve(create_app(Settings(store=str(revised_site)))) as address, httpx.Client(base_url=address) as client:
        client.timeout = 30
        yield client


def described(response, iri):
    """The values of a thing by property, in a response in Turtle."""
    found = {}
    for quad in parse(response.content, RdfFormat.TURTLE):
        if quad.subject == NamedNode(iri):
            found.setdefault(quad.predicate.value, []).append(quad.object.value)
    return found


def links(response):
    """The links of a response, by relation."""
    found = {}
    for target, rest in re.findall(r"<([^>]*)>([^<]*)", response.headers["link"]):
        for relation in re.search(r'rel="([^"]*)"', rest).group(1).split():
            found.setdefault(relation, []).append(target)
    return found


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        (None, ".ttl"),
        ("*/*", ".ttl"),
        (HTML["Accept"], ""),
        ("application/ld+json", ".jsonld"),
        ("application/json", ".jsonld"),
        ("application/rdf+xml", ".rdf"),
        ("application/n-triples;q=0.5, text/html;q=0.4", ".nt"),
    ],
)
def test_a_thing_leads_to_its_document_in_the_form_that_is_preferred(site, accept, ending):
    response = site.get(f"/id/{OBJECTIVE}", headers={"Accept": accept} if accept else {})
    assert response.status_code == 303
    assert response.headers["location"] == f"/doc/{OBJECTIVE}{ending}"
    assert "Accept" in response.headers["vary"]


def test_what_is_accepted_nowhere_is_406_with_what_there_is(site):
    response = site.get(f"/id/{OBJECTIVE}", headers={"Accept": "image/png"})
    assert (response.status_code, response.json()["type"]) == (406, "/problems/not-acceptable")
    assert "text/turtle" in response.json()["mend"]


@pytest.mark.parametrize("form", RDF_FORMS, ids=lambda form: form.name)
def test_each_ending_gives_its_form_whatever_is_accepted(site, form):
    response = site.get(f"/doc/{OBJECTIVE}{form.extensions[0]}", headers=HTML)
    assert response.headers["content-type"].split(";")[0] == form.media_types[0]
    quads = list(parse(response.content, form.engine))
    assert any(quad.subject == NamedNode(f"{BASE}/id/{OBJECTIVE}") for quad in quads)


def test_the_document_negotiates_too_and_says_where_each_form_is(site):
    page, data = site.get(f"/doc/{OBJECTIVE}", headers=HTML), site.get(f"/doc/{OBJECTIVE}", headers=TURTLE)
    assert page.headers["content-type"].startswith("text/html")
    assert data.headers["content-type"].startswith("text/turtle")
    assert data.headers["content-location"] == f"/doc/{OBJECTIVE}.ttl"
    assert data.headers["etag"] != page.headers["etag"]
    for response in (page, data):
        again = site.get(f"/doc/{OBJECTIVE}", headers={
            "Accept": response.headers["content-type"].split(";")[0], "If-None-Match": response.headers["etag"]
        })  # fmt: skip
        assert (again.status_code, again.content) == (304, b"")


def test_signposting_of_a_page(site):
    found = links(site.head(f"/doc/{OBJECTIVE}", headers=HTML))
    assert found["cite-as"] == [f"{BASE}/id/{OBJECTIVE}"]
    assert found["type"] == ["https://schema.org/AboutPage", f"{BASE}/ontology#Objective"]
    assert found["author"] == [f"{BASE}/id/itu"]
    assert found["collection"] == ["/doc/itu/plan/2012-2015"]
    assert found["describedby"] == [f"/doc/{OBJECTIVE}{form.extensions[0]}" for form in RDF_FORMS]
    assert found["alternate"] == found["describedby"]
    assert found["license"] == ["/catalogue#itu/plan/2012-2015/version/2/rights"]
    assert "version%2F2%2Fprovenance" in found["http://www.w3.org/ns/prov#has_provenance"][0]


def test_signposting_of_a_version_and_of_data(site):
    found = links(site.get("/doc/itu/plan/2012-2015/version/1", headers=HTML))
    assert len(found["item"]) == 6
    assert "item" not in links(site.get(f"/doc/{OBJECTIVE}", headers=HTML))
    data = links(site.get(f"/doc/{OBJECTIVE}.ttl"))
    assert data["describes"] == data["collection"] == [f"/doc/{OBJECTIVE}"]
    assert data["cite-as"] == [f"{BASE}/id/{OBJECTIVE}"]


def test_a_page_shows_where_an_element_belongs_what_is_below_it_and_where_it_stands(site):
    page = site.get(f"/doc/{OBJECTIVE}", headers=HTML).text
    for target in (
        "/doc/itu/plan/2012-2015", "/doc/itu/itu-d", f"/doc/{OBJECTIVE}/output/1", f"/doc/{OBJECTIVE}/kpi/1",
        "/doc/itu/plan/2012-2015/itu-d/goal", "/doc/itu/plan/2012-2015/text/section/6.5.5",
        f"/doc/{OBJECTIVE}/mention/2", "/doc/itu/plan/2012-2015/version/1", "/ontology#Objective",
    ):  # fmt: skip
        assert f'href="{target}"' in page, target
    assert f"<code>{BASE}/id/{OBJECTIVE}</code>" in page
    assert "Cite as" in page
    assert "The query behind this page" in page


def test_a_page_has_the_passage_of_the_source_with_the_words_marked_and_a_picture_of_what_is_near(site):
    page = site.get(f"/doc/{OBJECTIVE}/kpi/2", headers=HTML).text
    passage = page.partition('id="place-title"')[2].partition("</figure>")[0]
    # The third and the second bullet of the cell: one is the indicator, the other is not.
    assert "• <mark>Number of individuals trained</mark> •" in passage
    assert "Number of training interventions delivered" in passage.partition("<mark>")[0]
    picture = page.partition('<svg class="drawing network"')[2].partition("</svg>")[0]
    assert f'href="/doc/{OBJECTIVE}"' in picture
    assert "has indicator" in picture
    # Lists have texts in full.
    below = site.get(f"/doc/{OBJECTIVE}", headers=HTML).text
    assert "Number of members aware of the need to connect schools" in below.partition('id="parts-title"')[2]


def test_a_page_says_on_whose_word_a_link_is_and_how_sure(site):
    lines = read_asset("data", "links", "itu-2012-2015-sdg.sssom.tsv").decode().splitlines()
    table = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
    ends = ("plan:itu-d/objective/5", "sdg:4.4")
    (row,) = [one for one in table if (one["subject_id"], one["object_id"]) == ends]
    confidence, author, comment = row["confidence"], row["author_label"], row["comment"]
    page = html.unescape(site.get(f"/doc/{OBJECTIVE}", headers=HTML).text)
    place = f'{quote("http://metadata.un.org/sdg/4.4", safe="")}"'
    (told,) = [part for part in page.split("<tr>") if place in part.partition("</tr>")[0]]
    assert "contributes to target" in told
    # Words of the comment that stand in the objective itself are marked.
    assert "<mark>" in told
    for words in (confidence, author, comment):
        assert words in re.sub("</?mark>", "", told)
    # And the target's own page says the same from its side.
    target = html.unescape(site.get("/doc", params={"iri": "http://metadata.un.org/sdg/4.4"}, headers=HTML).text)
    target = re.sub("</?mark>", "", target)
    assert "said of the other" in target
    assert comment in target


def test_the_json_in_a_page_is_schema_org_and_our_own(site):
    page = site.get(f"/doc/{OBJECTIVE}", headers=HTML)
    own, ours = (
        json.loads(text) for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    )
    assert (own["@context"], own["@type"], own["@id"]) == (
        "https://schema.org/",
        "CreativeWork",
        f"{BASE}/id/{OBJECTIVE}",
    )
    assert own["isPartOf"]["@id"] == PLAN
    assert own["publisher"]["name"] == "International Telecommunication Union"
    assert ours["@graph"][0]["id"] == f"{BASE}/id/{OBJECTIVE}"
    version = site.get("/doc/itu/plan/2012-2015/version/2", headers=HTML).text
    dataset = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', version).group(1))
    assert (dataset["@type"], dataset["version"], len(dataset["distribution"])) == ("Dataset", "2", 6)
    # Data is no script: the policy stays as strict as it is for every page.
    assert "unsafe" not in page.headers["content-security-policy"]


def test_a_withdrawn_element_has_a_page_that_says_so(site):
    response = site.get(f"/doc/itu/plan/2012-2015/{REMOVED}", headers=HTML)
    assert response.status_code == 200
    assert "Withdrawn" in response.text
    assert re.search(r"Version 2</a>.*: withdrawn", response.text)
    data = described(site.get(f"/doc/itu/plan/2012-2015/{REMOVED}.ttl"), f"{PLAN}/{REMOVED}")
    assert data["http://www.w3.org/2002/07/owl#deprecated"] == ["true"]
    assert f"{BASE}/ontology#text" not in data


def test_a_reworded_element_shows_what_changed_and_links_to_the_change(site):
    page = site.get(f"/doc/itu/plan/2012-2015/{REWORDED}", headers=HTML).text
    assert re.search(r'href="/doc/itu/plan/2012-2015/version/2/report/change/\d+">Rewording</a>', page)
    assert "Effective security protocols in place<ins> and tested</ins>" in page


def test_a_page_is_of_one_snapshot_whatever_is_published_while_it_is_made(
    served, changed, revised_site, tmp_path, monkeypatch
):
    folder = shutil.copytree(revised_site, tmp_path / "store", symlinks=True)
    client = served(create_app(Settings(store=str(folder))))

    def get():
        return client.get(f"/doc/itu/plan/2012-2015/{REWORDED}", headers=HTML)

    def look_for_the_plan(*asked):
        roll_back(folder)
        return plan_of(*asked)

    newer = get()
    assert "<ins>" in newer.text
    with monkeypatch.context() as patch:
        # Between two questions of this page the version before comes into force.
        patch.setattr(entities, "plan_of", look_for_the_plan)
        between = get()
    assert (between.headers["etag"], between.text) == (newer.headers["etag"], newer.text)
    older = changed(get, newer.headers["etag"])
    assert "<ins>" not in older.text


def test_after_a_roll_back_pages_are_of_the_version_in_force_and_say_what_was_taken_back(
    served, revised_site, tmp_path
):
    folder = shutil.copytree(revised_site, tmp_path / "store", symlinks=True)
    bring_back(Target(folder, None, 10), Act(datetime(2031, 3, 4, tzinfo=UTC), "Bob", "too soon"))
    client = served(create_app(Settings(store=str(folder))))
    plan = client.get("/doc/itu/plan/2012-2015", headers=HTML).text
    assert re.search(r">Version 2</a>, taken back", plan)
    assert re.search(r">Version 1</a>, in force", plan)
    element = client.get(f"/doc/itu/plan/2012-2015/{REWORDED}", headers=HTML)
    assert "version%2F1%2Fprovenance" in element.headers["link"]
    assert re.search(r">Version 2</a>[^<]*(<time[^>]*>[^<]*</time>\))?, taken back", element.text)
    version = client.get("/doc/itu/plan/2012-2015/version/2", headers=HTML).text
    assert re.search(r"Taken back <time[^>]*>2031-03-04 00:00 UTC</time> by Bob: too soon\.", version)
    assert "Taken back" not in client.get("/doc/itu/plan/2012-2015/version/1", headers=HTML).text


def test_the_source_has_a_place_for_each_piece_and_every_character(site, annex_bytes):
    response = site.get("/doc/itu/plan/2012-2015/version/1/source", headers=HTML)
    page = Page(response.text)
    anchors = [name for name in page.values("id") if name.startswith("char=")]
    assert len(set(anchors)) == len(anchors)
    evidence = site.get(f"/doc/{OBJECTIVE}.ttl")
    assert evidence.status_code == 200
    lines = re.findall(r"<li value=\"(\d+)\">(.*?)</li>", response.text, re.DOTALL)
    text = "\n".join(re.sub(r"<[^>]+>", "", line.replace('aria-hidden="true">⇥', ">\t")) for _, line in lines)
    assert html.unescape(text) == annex_bytes.decode()


@pytest.mark.parametrize(
    "path",
    ["/authors", "/software/0.1.0", "/vocabulary/wsis/c2", "/vocabulary/sdg", "/links/itu-2012-2015-sdg",
     "/id/itu", "/id/itu/itu-r", "/id/itu/plan/2012-2015/version/1/reading", "/id/itu/plan/2012-2015/term/goals",
     "/id/itu/plan/2012-2015/version/2/publication/agent", "/id/itu/plan/2012-2015/version/1/view"],
)  # fmt: skip
def test_whatever_we_have_named_is_described(site, path):
    response = site.get(path, follow_redirects=True, headers=TURTLE)
    assert response.status_code == 200
    assert described(response, BASE + path)
    assert site.get(path, follow_redirects=True, headers=HTML).status_code == 200


def test_of_what_others_have_named_there_is_a_document_too(site):
    response = site.get("/doc", params={"iri": "http://metadata.un.org/sdg/9.c", "format": "turtle"})
    assert described(response, "http://metadata.un.org/sdg/9.c")
    assert f"{PLAN}/itu-d/objective/2".encode() in response.content
    ours = site.get("/doc", params={"iri": f"{BASE}/id/{OBJECTIVE}"}, headers=HTML)
    assert (ours.status_code, ours.headers["location"]) == (303, f"/doc/{OBJECTIVE}")
    term = site.get("/doc", params={"iri": f"{BASE}/ontology#Goal"}, headers=HTML)
    assert term.headers["location"] == "/ontology#Goal"


@pytest.mark.parametrize("iri", ["", "no iri", "http://example.org/> } ", "http://example.org/x"])
def test_what_is_no_iri_or_unknown_is_a_problem(site, iri):
    response = site.get("/doc", params={"iri": iri})
    assert response.status_code in {400, 404}
    if response.status_code == 404:
        assert response.json()["type"] == "/problems/not-found"


def test_what_is_unknown_is_404_and_names_what_is_near(site):
    response = site.get("/id/itu/plan/2012-2015/itu-d/objective/55", follow_redirects=True)
    assert (response.status_code, response.json()["type"]) == (404, "/problems/not-found")
    assert f"<{PLAN}/itu-d/objective/5>" in response.json()["mend"]
    page = site.get("/id/itu/plan/2012-2015/itu-d/objective/55", follow_redirects=True, headers=HTML)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")


def test_a_server_below_a_path_leads_below_it(served, annex_store):
    client = served(create_app(Settings(store=str(annex_store))), root_path="/plans")
    response = client.get(f"/id/{OBJECTIVE}", headers=HTML)
    assert response.headers["location"] == f"/plans/doc/{OBJECTIVE}"
    page = client.get(response.headers["location"].removeprefix("/plans"), headers=HTML)
    local = [a for a in Page(page.text).values("href") if a.startswith("/")]
    assert [a for a in local if not a.startswith("/plans/")] == []
    assert all(target.startswith(("/plans/", "http")) for found in links(page).values() for target in found)


BEYOND_LATIN = {
    f"{BASE}/id/x/kpi/когда": f"{BASE}/id/x/kpi/%D0%BA%D0%BE%D0%B3%D0%B4%D0%B0",
    f"{BASE}/id/x/kpi/a’b": f"{BASE}/id/x/kpi/a%E2%80%99b",
    f"{BASE}/id/x/kpi/9–2": f"{BASE}/id/x/kpi/9%E2%80%932",
    f"{BASE}/id/x/kpi/œ": f"{BASE}/id/x/kpi/%C5%93",
    f"{BASE}/id/x/kpi/e\u0301": f"{BASE}/id/x/kpi/e%CC%81",
    f"{BASE}/id/x/kpi/\u00e9": f"{BASE}/id/x/kpi/%C3%A9",
    f"{BASE}/id/x/kpi/%D0%BA": f"{BASE}/id/x/kpi/%D0%BA",
    "http://ru.dbpedia.org/resource/Женева": "http://ru.dbpedia.org/resource/%D0%96%D0%B5%D0%BD%D0%B5%D0%B2%D0%B0",
    # RFC 3987, section 3.1: the host alike.
    "http://例え.jp/ü?ü=(1)#ü": "http://%E4%BE%8B%E3%81%88.jp/%C3%BC?%C3%BC=(1)#%C3%BC",
    "http://a.example/\U0001f600": "http://a.example/%F0%9F%98%80",
}
"""IRIs and the URIs that they are in a header."""


@pytest.fixture(scope="module")
def of_others(serve):
    """A server of a store with things of these names, and some whose names are no addresses of the web."""
    names = (*BEYOND_LATIN, *OF_NO_WEB, "http://example.org/written", "HTTPS://example.org/shouted")
    label, related = NamedNode("http://www.w3.org/2000/01/rdf-schema#label"), NamedNode("http://example.org/p")
    store = memory_store(
        [Quad(NamedNode(iri), label, Literal("a name")) for iri in BEYOND_LATIN]
        + [Quad(NamedNode("http://example.org/s"), related, NamedNode(iri), related) for iri in names]
    )
    with serve(create_app(Settings(), store=lambda: store)) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.mark.parametrize("headers", [HTML, TURTLE])
@pytest.mark.parametrize("iri", BEYOND_LATIN)
def test_an_iri_beyond_latin_has_a_document_whose_headers_carry_its_uri(of_others, iri, headers):
    response = of_others.get("/doc", params={"iri": iri}, headers=headers, follow_redirects=True)
    assert response.status_code == 200
    assert links(response)["cite-as"] == [BEYOND_LATIN[iri]]
    assert ("a name" if headers == HTML else "rdfs:label") in response.text
    for form in links(response).get("alternate", []):
        assert of_others.get(form).status_code == 200


@pytest.mark.parametrize(
    "path", ["/doc?iri={}", "/reconcile/view?id={}", "/data?graph={}", "/export?format=turtle&plan={}", "/queries/{}"]
)
@pytest.mark.parametrize("headers", [HTML, TURTLE])
def test_whatever_is_named_beyond_latin_no_header_fails(of_others, path, headers):
    for name in ("http://例え.jp/ü", f"{BASE}/id/ключ", f"{BASE}/ontology#ключ", f"{BASE}/query/ключ", "ключ"):
        assert of_others.get(path.format(quote(name, safe="")), headers=headers).status_code < 500


OF_NO_WEB = (
    "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/hosts", "urn:isbn:1",
)  # fmt: skip


@pytest.mark.parametrize("iri", OF_NO_WEB)
def test_a_page_does_not_link_to_what_has_no_address_on_the_web(of_others, iri):
    response = of_others.get("/doc", params={"iri": iri}, headers=HTML)
    assert response.status_code == 200
    assert iri in html.unescape(response.text)
    for address in Page(response.text).values("href"):
        assert address.startswith(("/", "#", "http://", "https://")), address


@pytest.mark.parametrize("iri", ["http://example.org/written", "HTTPS://example.org/shouted"])
def test_a_page_links_to_what_has_an_address_on_the_web(of_others, iri):
    assert iri in Page(of_others.get("/doc", params={"iri": iri}, headers=HTML).text).values("href")


def test_no_template_links_to_an_address_of_data_unseen():
    """Each link begins with the server's own path, or is written by ``anchor.html``, or is looked at there and then."""
    for template in sorted((Path(rendering.__file__).parent / "templates").glob("*.html")):
        for line in template.read_text("utf-8").splitlines():
            for value in re.findall(r'(?:href|src|action|formaction|cite|data|poster)="([^"]*)', line):
                is_own = value.startswith(("#", "{{ root }}/", "{{ root }}{{", "{{ address(", "{{ root if link."))
                assert is_own or "is followed" in line or line.endswith("{{ thing.name }}</a></h1>"), line


@pytest.mark.parametrize(
    ("iri", "address"),
    [
        (f"{BASE}/id/a/plan/1/goal", "/doc/a/plan/1/goal"),
        (f"{BASE}/id/a/plan/1/version/1/source#char=1,2", "/doc/a/plan/1/version/1/source#char=1,2"),
        (f"{BASE}/ontology#Goal", "/ontology#Goal"),
        (f"{BASE}/shapes#X", "/shapes#X"),
        (f"{BASE}/query/versions", "/queries/versions"),
        (f"{BASE}/id/a/plan/1/é ?", "/doc/a/plan/1/%C3%A9%20%3F"),
        (f"{BASE}/vocabulary/wsis/c2", "/doc?iri=https%3A%2F%2Fw3id.org%2Fstratgraph%2Fvocabulary%2Fwsis%2Fc2"),
        ("http://example.org/?a=b&c#d", "/doc?iri=http%3A%2F%2Fexample.org%2F%3Fa%3Db%26c%23d"),
    ],
)
def test_each_iri_has_an_address_here(iri, address):
    assert local_address(iri) == address


def test_an_ending_names_a_form_and_a_number_does_not():
    assert split_ending("a/factor/2.1.12") == ("a/factor/2.1.12", None)
    assert split_ending("a/factor/2.1.12.ttl")[0] == "a/factor/2.1.12"
    assert iris_of("a/é") == (f"{BASE}/id/a/é", f"{BASE}/id/a/%C3%A9")
    assert iris_of("a/b") == (f"{BASE}/id/a/b",)


def test_an_organisation_is_shown_with_its_names_and_the_identifiers_of_others(site):
    page = site.get("/doc/itu", headers=HTML).text
    for language, name in (("fr", "Union internationale des télécommunications"), ("zh", "国际电信联盟")):
        assert f'<span lang="{language}" dir="auto">{name}</span>' in page
    assert ">Wikidata item Q376150</a>" in page
    assert ">IATI organisation identifier XM-DAC-41303</a>" in page
    assert ">wd:Q376150</a>" in page
    same = described(site.get("/doc/itu", headers=TURTLE), f"{BASE}/id/itu")["http://www.w3.org/2002/07/owl#sameAs"]
    assert same == ["http://www.wikidata.org/entity/Q376150"]


def test_an_element_leads_to_what_carries_it_on_and_that_leads_back(served, annex_store, tmp_path):
    folder = copied(annex_store, tmp_path / "store")
    next_period.publish(folder, next_period.FILE.read_text("utf-8"))
    client = served(create_app(Settings(store=str(folder))))
    ((old, parts),) = next_period.SPLIT.items()
    before, *after = [f"{next_period.ANNEX}/{old}", *(f"{next_period.PLAN}/{part}" for part in parts)]
    page, *others = (
        client.get(f"/doc/{iri.removeprefix(IDENTIFIERS)}", headers={"Accept": "text/html"}).text
        for iri in (before, *after)
    )
    assert all(f'href="/doc/{iri.removeprefix(IDENTIFIERS)}"' in page for iri in after)
    assert all(f'href="/doc/{before.removeprefix(IDENTIFIERS)}"' in other for other in others)
    # How sure it is, stands with what it rests on.
    assert "their words together, confidence 0.94" in others[0]
