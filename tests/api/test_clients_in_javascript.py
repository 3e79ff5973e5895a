"""Clients of others in JavaScript against the real server: Comunica, and YASGUI on a page of another origin."""

from __future__ import annotations

import json
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from test_tools import asked, pairs

CLIENTS = Path(__file__).parents[1] / "clients"
PREFIX = "PREFIX sg: <https://w3id.org/stratgraph/ontology#>"
ELSEWHERE = """@prefix sg: <https://w3id.org/stratgraph/ontology#> .
<http://elsewhere.example/1> <http://elsewhere.example/wants> "To build a road."@en ."""


@pytest.fixture(scope="session")
def clients():
    """The folder of the clients, with their packages: to install these takes longer than all that is asked."""
    if not (CLIENTS / "node_modules").is_dir():
        pytest.skip("the clients in JavaScript are not installed: npm ci --prefix tests/clients --ignore-scripts")
    return CLIENTS


def comunica(folder, query, *sources):
    words = ["node", "comunica.mjs", query, *map(json.dumps, sources)]
    return json.loads(subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=60).stdout)


def test_comunica_joins_the_endpoint_with_another_source(clients, address):
    rows = comunica(
        clients,
        f"{PREFIX} SELECT ?who ?notation {{ ?who <http://elsewhere.example/wants> ?text . "
        "?o a sg:Objective ; sg:text ?text ; sg:notation ?notation }",
        {"type": "sparql", "value": f"{address}/sparql"},
        {"type": "serialized", "value": ELSEWHERE, "mediaType": "text/turtle", "baseIRI": "http://elsewhere.example/"},
    )
    assert rows == [{"who": "http://elsewhere.example/1", "notation": "1"}]


def test_comunica_reads_the_service_description_as_sparql_editor_does(clients, address):
    rows = comunica(clients, asked("sparql-editor", "void"), {"type": "file", "value": f"{address}/sparql"})
    found = pairs(rows)
    sg = PREFIX.partition("<")[2].removesuffix(">")
    assert found[f"{sg}KPI", f"{sg}indicatorOf"] >= {f"{sg}Objective"}


@pytest.fixture
def elsewhere_page(clients):
    """The address of the page with YASGUI, of another origin than the server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=clients))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/yasgui.html"
    server.shutdown()
    server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Nobody reads it."""


def test_yasgui_on_a_page_of_another_origin_shows_rows(browser, elsewhere_page, address):
    page = browser.new_page()
    page.route(
        "**/*", lambda route: route.continue_() if route.request.url.startswith("http://127.0.0.1:") else route.abort()
    )
    page.goto(f"{elsewhere_page}?endpoint={address}/sparql")
    query = f"{PREFIX} SELECT ?text {{ ?o a sg:Objective ; sg:text ?text }}"
    page.evaluate("query => { const tab = yasgui.getTab(); tab.setQuery(query); return tab.query() }", query)
    page.wait_for_selector(".yasr table td")
    assert "To build a road." in page.locator(".yasr table").inner_text()
    page.close()
