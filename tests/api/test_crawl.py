"""Every IRI of ours and every link of the site leads somewhere: a walk through all of it, with no exception by name.

What has the same name but for numbers, keys and the unit is of one kind, which the same code serves: of each kind
three are asked for, the first, the last and one between them. Organisations, units and plans are all asked for.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urldefrag, urlsplit

import html5rdf
import httpx
import pytest
from pyoxigraph import NamedNode, parse

from program import warm
from stratgraph.serialisation import N_QUADS, RDF_FORMS
from stratgraph.store import open_store
from stratgraph_api.http.addresses import local_address

BASE = "https://w3id.org/stratgraph/"
HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
"""As browsers ask."""
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
OPTIONAL_END = {"li", "p", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody"}
WHOLE = re.compile(r"id/[^/]+(/[^/]+)?|id/[^/]+/plan/[^/]+(/version/\d+(/[a-z]+)?)?")
"""Organisations and units; plans, their versions and the graphs of these."""


class Page(HTMLParser):
    """The links, places and forms of a page; elements that are not closed, or doubly named, are faults."""

    def __init__(self, text):
        super().__init__()
        self.links, self.places, self.forms, self.faults, self._open = [], set(), [], [], []
        self.alternates = []
        self.feed(text)
        self.faults += [f"<{tag}> is not closed" for tag in self._open if tag not in OPTIONAL_END]

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag not in VOID:
            self._open.append(tag)
        if "id" in found:
            if found["id"] in self.places:
                self.faults.append(f"two elements are named {found['id']}")
            self.places.add(found["id"])
        if "alternate" in found.get("rel", "").split():
            self.alternates.append((found["href"], found["type"]))
        # The same page in six languages: tests/api/test_asked_languages.py follows these.
        if "hreflang" not in found:
            self.links += [found[name] for name in ("href", "src") if name in found]
        if tag == "form":
            self.forms.append((found["action"], found.get("method", "get")))

    def handle_endtag(self, tag):
        while self._open and self._open[-1] in OPTIONAL_END and self._open[-1] != tag:
            self._open.pop()
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


def kind(text):
    """What several things have in common in their names: numbers, keys, units and our terms in a query are left out.

    So is what others' vocabularies call their things. Of a thing or an answer in a form that is the form: what kinds of
    things and questions there are their pages tell.
    """
    text = re.sub(
        r"((?:iri=|%3C)http(?!s%3A%2F%2Fw3id\.org%2Fstratgraph).*?(?:%2F|%23))[^%]+(?=&|%3E|$)", r"\1name", text
    )
    name = re.sub(r"(statement|decision|char=|selector)/?.*", r"\1", re.sub(r"\d+|%[0-9A-F]{2}", "9", text))
    name = re.sub(r"sg9[A-Za-z]+", "sg9", re.sub(r"(?<=/)(itu-[drt]|gs)(?=/|$)", "unit", name))
    return re.sub(r"^(/doc|/sparql|/queries)[/?].*?(\.[a-z]+|[?&]format=\w+)$", r"\1\2", name)


def sampled(names):
    kinds = defaultdict(list)
    for name in sorted(names):
        kinds[kind(name)].append(name)
    # What is no page is long, and the same code writes it for each: one will do.
    chosen = (
        {len(found) - 1} if "format=" in name else {0, len(found) // 2, len(found) - 1} for name, found in kinds.items()
    )
    return [found[number] for found, numbers in zip(kinds.values(), chosen, strict=True) for number in sorted(numbers)]


@pytest.fixture(scope="module")
def named(revised_site):
    """Every IRI of ours that the store has: as subject, predicate, object or name of a graph."""
    found = set()
    with closing(open_store(str(revised_site), max_result_bytes=1_000_000_000)) as store:
        graphs = store.graph_names()
        for graph in (None, *graphs):
            for quad in parse(store.read_graph(graph, N_QUADS).read(), N_QUADS.engine):
                found |= {t.value for t in quad if isinstance(t, NamedNode) and t.value.startswith(BASE)}
    return found | {name for name in graphs if name.startswith(BASE)}


@pytest.fixture(scope="module")
def site(revised_site):
    """A client of the server in a process of its own: it works while the pages are read here."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    environment = {**os.environ, "STRATGRAPH_STORE": str(revised_site), "STRATGRAPH_QUERIES_PER_CLIENT": "64"}
    process = subprocess.Popen([warm(), "serve", "--port", str(port)], env=environment, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            end = time.monotonic() + 60
            while not is_ready(client):
                assert process.poll() is None
                assert time.monotonic() < end, "the server does not answer"
                time.sleep(0.05)
            yield client
    finally:
        process.terminate()
        process.wait()


def is_ready(client):
    try:
        return client.get("/health/ready").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def pages(site, named):
    """Every page by its address: those of all that a plan states, of samples of the rest, and what they lead to."""
    whole = {iri for iri in named if WHOLE.fullmatch(iri.removeprefix(BASE))}
    assert len(whole) > 20
    found, waiting = {}, {urldefrag(local_address(iri))[0] for iri in (*whole, *sampled(named - whole))} | {"/"}
    kinds = set()
    while waiting:
        found |= {path: Answer(response) for path, response in fetched(site, sorted(waiting), HTML)}
        kinds |= {kind(path) for path in waiting}
        leading = {path for one in waiting for path in local_links(found[one].page)}
        waiting = {path for path in sampled(leading - set(found)) if kind(path) not in kinds}
    return found


class Answer:
    """A response, read once."""

    def __init__(self, response):
        self.status = response.status_code
        self.type = response.headers["content-type"].split(";")[0]
        self.text = response.text
        self.page = Page(self.text if self.type == "text/html" else "")


def fetched(site, paths, headers=None):
    with ThreadPoolExecutor(6) as pool:
        found = pool.map(lambda path: site.get(path, headers=headers, follow_redirects=True), paths)
        return list(zip(paths, found, strict=True))


def local_links(page):
    return {urldefrag(link)[0] for link in page.links if link.startswith("/")} - {""}


def test_every_page_and_every_link_answers(pages):
    assert {path: answer.status for path, answer in pages.items() if answer.status != 200} == {}
    assert sum(answer.type == "text/html" for answer in pages.values()) > 600


def test_every_iri_of_ours_leads_to_what_describes_it(site, named):
    chosen = {iri.removeprefix(BASE.rstrip("/")): iri for iri in sampled(named) if "#" not in iri}
    answers = fetched(site, list(chosen), {"Accept": "application/n-triples"})
    assert {path: answer.status_code for path, answer in answers if answer.status_code != 200} == {}
    assert [path for path, answer in answers if f"<{chosen[path]}>" not in answer.text] == []


def test_every_iri_with_a_fragment_is_described_by_its_document_and_has_its_place_on_the_page(site, named):
    read = {}
    for iri in sampled(iri for iri in named if "#" in iri):
        document, _, fragment = iri.partition("#")
        if document not in read:
            path = document.removeprefix(BASE.rstrip("/"))
            (_, data), (_, page) = (
                fetched(site, [path], headers)[0] for headers in ({"Accept": "application/n-triples"}, HTML)
            )
            read[document] = data.text, Answer(page).page.places
        text, places = read[document]
        assert f"<{iri}> <" in text, iri
        assert fragment in places, iri


def test_every_fragment_of_a_link_is_a_place_on_its_page(site, pages):
    fragments = {
        (urldefrag(link).url or path, urldefrag(link).fragment): (path, link)
        for path, answer in pages.items()
        for link in answer.page.links
        if "#" in link and not urlsplit(link).scheme
    }
    targets = {target for target, _ in fragments}
    others = fetched(site, sampled(targets - set(pages)), HTML)
    read = {path: pages[path] for path in targets & set(pages)} | {path: Answer(response) for path, response in others}
    assert len(fragments) > 500
    wrong = {
        found
        for (target, fragment), found in fragments.items()
        if target in read and read[target].type == "text/html" and unquote(fragment) not in read[target].page.places
    }
    assert wrong == set()


def test_every_page_is_well_formed_and_samples_are_valid(pages):
    assert {path: answer.page.faults for path, answer in pages.items() if answer.page.faults} == {}
    for path in sampled(path for path, answer in pages.items() if len(answer.page.places) > 1):
        if len(pages[path].text) < 60_000:
            html5rdf.HTMLParser(strict=True).parse(pages[path].text)


def test_every_form_leads_somewhere(site, pages):
    forms = {form for answer in pages.values() for form in answer.page.forms}
    assert {action for action, _ in forms} >= {"/sparql", "/review"}
    for action, method in forms:
        status = site.request(method, action, headers=HTML).status_code
        # A form that is sent empty may lack something, and is told what.
        assert status in {200, 303, 400, 415, 422}, (action, method, status)


def test_every_alternate_is_of_its_type_and_describes_the_thing(site, pages):
    told = {
        place: (path, media_type)
        for number, path in enumerate(sampled(path for path in pages if path.startswith("/doc")))
        for place, media_type in pages[path].page.alternates[number % 5 :: 1 if number % 20 == 0 else 5]
    }
    assert {media_type for _, media_type in told.values()} == {form.media_types[0] for form in RDF_FORMS}
    for place, answer in fetched(site, list(told), HTML):
        path, media_type = told[place]
        assert answer.headers["content-type"].split(";")[0] == media_type
        form = next(form for form in RDF_FORMS if form.media_types[0] == media_type)
        parts = urlsplit(path)
        iri = parse_qs(parts.query)["iri"][0] if parts.query else f"{BASE}id/{parts.path.removeprefix('/doc/')}"
        terms = {term for quad in parse(answer.content, form.engine) for term in quad}
        assert NamedNode(iri) in terms, path
