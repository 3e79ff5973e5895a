"""The annex on real servers, through every door: the same answers, files and pages as from a folder of snapshots."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import httpx
import pytest
from pyoxigraph import QuerySolutions, parse, parse_query_results

import small_plan
from program import run
from sparql_servers import oxigraph, oxigraph_program, stratgraph, virtuoso, virtuoso_program
from stratgraph.errors import RemoteError
from stratgraph.export import export
from stratgraph.query import examples
from stratgraph.results import JSON
from stratgraph.serialisation import N_TRIPLES
from stratgraph.store import Forms, Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sparql_servers import Server

EXAMPLES = {one.name: one.text for one in examples()}

DEVIATIONS = {
    ("virtuoso", "average-indicators-by-unit"): (
        "Virtuoso divides integers to an integer, where SPARQL 1.1 (section 17.3) has a decimal: 6 for 6.33.",
        {"average"},
    ),
    ("virtuoso", "indicators-without-target"): (
        "Virtuoso answers 0 and 1 where a truth value is bound.",
        {"hasBaseline"},
    ),
    ("virtuoso", "progress-by-goal"): (
        "Virtuoso refuses the query where one group is divided by 0; SPARQL 1.1 (section 18.5) leaves it unbound.",
        set[str](),
    ),
}
"""Answers that differ: the reason, and the columns in which they do; none where the server refuses the query."""


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Server]]:
    """A server that the annex was published to, by the command line."""
    with ExitStack() as stack:
        if request.param == "virtuoso":
            if not virtuoso_program():
                pytest.skip("virtuoso-t is not installed (Debian: virtuoso-opensource-7-bin)")
            # One of its own: beside the annex each publication of the other tests takes ten times as long.
            found = stack.enter_context(virtuoso(tmp_path_factory.mktemp("virtuoso-annex")))
        elif oxigraph_program():
            found = stack.enter_context(oxigraph(tmp_path_factory.mktemp("oxigraph")))
        else:
            pytest.skip("the native Oxigraph server is not installed (PyPI: oxigraph)")
        done = run("build", **found.settings)
        assert done.returncode == 0, done.stderr
        assert "367 elements" in done.stderr
        assert f"in {found.address}" in done.stderr
        yield request.param, found


@pytest.fixture(scope="module")
def remote(server: tuple[str, Server]) -> Iterator[Store]:
    _, found = server
    with closing(open_store(found.address, max_result_bytes=100_000_000, remote=found.access)) as store:
        yield store


@pytest.fixture(scope="module")
def embedded(linked_store: Path) -> Iterator[Store]:
    with closing(open_store(str(linked_store), max_result_bytes=100_000_000)) as store:
        yield store


def asked(store: Store, text: str) -> object:
    """A table as its rows by column, a graph as its set of triples, or a truth value."""
    with store.answer(text, Forms(solutions=JSON, graph=N_TRIPLES)) as answer:
        content = answer.read()
        if answer.form is N_TRIPLES:
            return {statement.triple for statement in parse(content, format=N_TRIPLES.engine)}
    found = parse_query_results(content, JSON.engine)
    if not isinstance(found, QuerySolutions):
        return bool(found)
    names = [variable.value for variable in found.variables]
    return [dict(zip(names, row, strict=True)) for row in found]


def test_what_is_published_on_a_server_is_validated(server: tuple[str, Server]) -> None:
    done = run("validate", "--quiet", **server[1].settings)
    assert (done.returncode, done.stderr) == (0, "Conforms: 27 Warnings.\n")


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_documented_query_has_the_same_answer_as_embedded(
    server: tuple[str, Server], remote: Store, embedded: Store, name: str
) -> None:
    _, columns = DEVIATIONS.get((server[0], name), ("", None))
    if columns == set():
        with pytest.raises(RemoteError):
            asked(remote, EXAMPLES[name])
        return
    expected, found = asked(embedded, EXAMPLES[name]), asked(remote, EXAMPLES[name])
    if columns:
        assert found != expected, "it does not deviate any more: remove it from the list"
        assert isinstance(expected, list)
        assert isinstance(found, list)
        expected, found = ([{k: v for k, v in r.items() if k not in columns} for r in t] for t in (expected, found))
    assert found == expected


def test_all_documented_queries_are_asked() -> None:
    assert len(EXAMPLES) >= 49
    assert {name for _, name in DEVIATIONS} <= EXAMPLES.keys()


def test_the_source_is_given_back_byte_for_byte(remote: Store, annex_bytes: bytes) -> None:
    assert export(remote, "source") == annex_bytes


def test_the_plan_and_its_provenance_are_exported_alike(remote: Store, embedded: Store) -> None:
    assert export(remote, "turtle") == export(embedded, "turtle")
    quads = [
        sorted(line for line in export(store, "nquads").splitlines() if b"#endedAtTime" not in line)  # of publication
        for store in (remote, embedded)
    ]
    assert quads[0] == quads[1]
    assert remote.graph_names() == embedded.graph_names()


def test_the_command_line_asks_a_server(server: tuple[str, Server]) -> None:
    question = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/stratgraph/ontology#KPI> }"
    done = run("query", "--format", "csv", question, **server[1].settings)
    assert (done.returncode, done.stdout, done.stderr) == (0, "n\n92\n", "")
    done = run("export", "--format", "source", **server[1].settings)
    assert "2012-2015" in done.stdout[:500]
    wrong = run("query", "SELECT ?s WHERE { ?s a sg:Goal }", **server[1].settings)
    assert wrong.returncode == 2
    assert "line 1, column 24" in wrong.stderr


def test_pages_and_endpoint_work_on_a_server(server: tuple[str, Server], linked_store: Path, tmp_path: Path) -> None:
    question = {"query": EXAMPLES["objectives-at-a-glance"], "format": "csv"}
    shown = []
    for settings in (server[1].settings, {"STRATGRAPH_STORE": str(linked_store)}):
        with stratgraph(tmp_path, settings) as address, httpx.Client(base_url=address, timeout=30) as client:
            ready = client.get("/health/ready")
            page, answer = client.get("/"), client.get("/sparql", params=question)
            graph = client.get("/data", params={"default": "", "format": "ntriples"})
        assert [response.status_code for response in (ready, page, answer, graph)] == [200] * 4
        snapshot = ready.json()["snapshot"]
        assert snapshot in answer.headers["ETag"]
        size = len(set(graph.text.splitlines()))
        shown.append((page.text.replace(snapshot, "SNAPSHOT"), answer.text, size))
    assert shown[0] == shown[1]


def test_a_server_that_goes_away_is_a_bad_gateway(
    has_oxigraph: None, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    del has_oxigraph
    with oxigraph(tmp_path_factory.mktemp("goes")) as goes:
        assert run("build", small_plan.SOURCE, **goes.settings).returncode == 0
        with stratgraph(tmp_path, goes.settings) as address, httpx.Client(base_url=address, timeout=30) as client:
            assert client.get("/health/ready").status_code == 200
            os.kill(goes.pid, signal.SIGKILL)
            for path in ("/", "/sparql?query=ASK%7B%7D", "/health/ready"):
                answer = client.get(path, headers={"Accept": "application/json"})
                assert (answer.status_code, answer.json()["type"]) == (502, "/problems/remote")
            assert client.get("/health/live").status_code == 200
