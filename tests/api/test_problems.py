"""RFC 9457, and the contract that docs/reference/http.md makes about it."""

from __future__ import annotations

import html
import inspect
from pathlib import Path

import pytest

from stratgraph import errors
from stratgraph.settings import Settings
from stratgraph_api.app import create_app
from stratgraph_api.http import store_on_demand
from stratgraph_api.http.problems import ALL_TYPES, PROBLEM_TYPES, excerpt

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "http.md"
KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.StratgraphError) and kind is not errors.StratgraphError
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_of_error_has_a_row(kind):
    assert kind in PROBLEM_TYPES


@pytest.mark.parametrize("kind", ALL_TYPES, ids=lambda kind: kind.name)
def test_each_problem_type_has_a_heading_that_begins_with_its_status(kind):
    lines = REFERENCE.read_text("utf-8").splitlines()
    following = lines[lines.index(f"### {kind.name}") + 2]
    assert following.startswith(f"{kind.status.value}. ") or kind.name == "http"


def test_the_reference_has_no_problem_type_that_is_gone():
    section = REFERENCE.read_text("utf-8").partition("## Problems")[2].partition("\n## ")[0]
    assert {line[4:] for line in section.splitlines() if line.startswith("### ")} == {kind.name for kind in ALL_TYPES}


def test_names_of_problem_types_are_unique():
    assert len({kind.name for kind in ALL_TYPES}) == len(ALL_TYPES)


@pytest.mark.parametrize("kind", ALL_TYPES, ids=lambda kind: kind.name)
def test_each_type_leads_to_its_explanation(client, kind):
    as_json = client.get(kind.path)
    assert as_json.json() == {
        "type": kind.path,
        "title": kind.title,
        "status": kind.status,
        "explanation": kind.explanation,
        "mend": kind.mend,
    }
    page = client.get(kind.path, headers={"Accept": "text/html"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert kind.title in html.unescape(page.text)


def test_an_unknown_path_is_a_problem(client):
    response = client.get("/nothing/here")
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert (response.status_code, body["status"], body["type"]) == (404, 404, "/problems/not-found")
    assert "/nothing/here" in body["detail"]
    assert client.get("/problems/none").status_code == 404
    assert client.get("/static/none.css").json()["type"] == "/problems/not-found"


def test_405_lists_the_methods_of_all_routes_of_the_path(client):
    response = client.put("/sparql", content="x")
    assert response.json()["type"] == "/problems/method-not-allowed"
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, POST")


def test_a_browser_gets_a_page_with_the_same_status(client):
    query = 'SELECT ?x WHERE { ?x "<script>" }'
    response = client.get("/sparql", params={"query": query}, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (response.status_code, response.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "<script>" not in response.text
    assert "&lt;script&gt;" in response.text
    assert "Accept" in response.headers["vary"]
    # The query is in the form again, to be mended.
    shown = response.text.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
    assert html.unescape(shown).strip() == query


def test_an_unexpected_error_shows_nothing_of_the_inside(monkeypatch, served):
    def fail(*_args, **_kwargs):
        raise RuntimeError("secret")

    class Failing:
        state = "0"
        answer = fail

        def close(self):
            pass

    monkeypatch.setattr(store_on_demand, "open_store", lambda *_args, **_kwargs: Failing())
    response = served(create_app(Settings())).get("/health/ready")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == "/problems/internal"
    assert "secret" not in response.text
    assert "RuntimeError" not in response.text


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("ab\ncde", 2, 2, "cde\n ^"),
        ("ab\r\ncde", 1, 1, "ab\n^"),
        ("\tx y", 1, 4, "\tx y\n\t  ^"),
        ("ab", 1, 3, "ab\n  ^"),
        ("ab", 1, 99, "ab\n  ^"),
        ("ab", 7, 1, ""),
        ("", 1, 1, "\n^"),
    ],
)
def test_the_caret_stands_below_its_column(text, line, column, expected):
    assert excerpt(text, line, column) == expected


def test_a_long_line_is_cut_around_the_column():
    shown, caret = excerpt("a" * 500 + "!" + "b" * 500, 1, 501).split("\n")
    assert (shown[0], shown[-1], len(shown.strip("…"))) == ("…", "…", 100)
    assert shown[caret.index("^")] == "!"
    assert excerpt("!" + "b" * 500, 1, 1).startswith("!b")
    assert excerpt("a" * 500 + "!", 1, 501).split("\n")[0].endswith("a!")
