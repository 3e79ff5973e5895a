"""Several read-only servers on copies of one snapshot are one to their clients: the same tags, answers and pages."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING

import httpx
import pytest

from sparql_servers import stratgraph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUERIES = (
    # Labels of blank nodes, which only the ontology has, mean something within one answer only.
    "SELECT ?s ?o WHERE { ?s a ?o FILTER(isIRI(?s)) } ORDER BY ?s ?o",
    "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "ASK { ?s ?p ?o }",
)


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory, annex_store: Path) -> Iterator[list[httpx.Client]]:
    """Two servers; the second one's folder is a copy of the first one's."""
    copy = tmp_path_factory.mktemp("replica") / "copy"
    shutil.copytree(annex_store, copy, symlinks=True)
    with ExitStack() as stack:
        clients = []
        for folder in (annex_store, copy):
            settings = {"STRATGRAPH_STORE": str(folder), "STRATGRAPH_WORKERS": "2"}
            address = stack.enter_context(stratgraph(tmp_path_factory.mktemp("serve"), settings))
            clients.append(stack.enter_context(httpx.Client(base_url=address, timeout=30)))
        yield clients


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("form", ["json", "csv"])
def test_answers_and_tags_are_the_same(replicas: list[httpx.Client], query: str, form: str) -> None:
    one, other = (client.get("/sparql", params={"query": query, "format": form}) for client in replicas)
    assert one.status_code == other.status_code == 200
    assert one.content == other.content
    assert one.headers["ETag"] == other.headers["ETag"]


def test_a_tag_of_one_is_known_to_the_other(replicas: list[httpx.Client]) -> None:
    one, other = replicas
    parameters = {"query": QUERIES[0]}
    tag = one.get("/sparql", params=parameters).headers["ETag"]
    assert other.get("/sparql", params=parameters, headers={"If-None-Match": tag}).status_code == 304


def test_graphs_pages_and_states_are_the_same(replicas: list[httpx.Client]) -> None:
    for path in ("/", "/data?default&format=ntriples", "/health/ready"):
        one, other = (client.get(path).text.splitlines() for client in replicas)
        assert len(one) == len(other)
        assert {line for line in one if "_:" not in line} == {line for line in other if "_:" not in line}


def test_a_client_may_be_sent_to_either_at_each_request(replicas: list[httpx.Client]) -> None:
    # As a balancer does, round robin: whole answers, all alike.
    found = [replicas[number % 2].get("/sparql", params={"query": QUERIES[0]}) for number in range(10)]
    assert len({answer.content for answer in found}) == 1
