"""The annex's graph, opened in its folder and asked over HTTP: the same object to its users."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import stratgraph
from sparql_servers import stratgraph as served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, linked_folder: Path) -> Iterator[str]:
    settings = {"STRATGRAPH_STORE": str(linked_folder), "STRATGRAPH_WORKERS": "2"}
    with served(tmp_path_factory.mktemp("served"), settings) as found:
        yield found


@pytest.fixture(scope="session", params=["open", "connect"])
def graph(request: pytest.FixtureRequest, linked_folder: Path) -> Iterator[stratgraph.KnowledgeGraph]:
    if request.param == "open":
        found = stratgraph.open(linked_folder)
    else:
        found = stratgraph.connect(request.getfixturevalue("address"))
    with found:
        yield found


@pytest.fixture(scope="session")
def plan(graph: stratgraph.KnowledgeGraph) -> stratgraph.Plan:
    return graph.plan()


@pytest.fixture(scope="session")
def annex_lines(annex_bytes: bytes) -> list[str]:
    return annex_bytes.decode().split("\n")
