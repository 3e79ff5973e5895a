"""The queries that the engine gets wrong, asked of a real Oxigraph server behind our store."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, parse
from test_rewriting import CASES, FOLDER, E, head, rows

from sparql_servers import oxigraph
from stratgraph.errors import QueryError
from stratgraph.store import Dataset, open_store, publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sparql_servers import Server

TIME = datetime(2030, 1, 2, tzinfo=UTC)

NEED_FUNCTIONS = ("cast-nested", "cast-trims", "group-concat-distinct", "replace-computed")
"""What comes down to a function of ours, which a server lacks: it stays wrong (docs/reference/conformance.md)."""


@pytest.fixture(scope="module")
def server(has_oxigraph: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    del has_oxigraph
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as found:
        yield found


@pytest.mark.parametrize("name", CASES)
def test_a_server_that_is_an_oxigraph_answers_as_the_specification_says(server: Server, name: str) -> None:
    query = (FOLDER / f"{name}_input.rq").read_text("utf-8")
    (data,) = head(query, "Data")
    quads = [] if data == "none" else parse((FOLDER / data).read_bytes(), format=RdfFormat.TRIG)
    publish(server.address, quads, name=name, created=TIME, remote=server.access)
    with closing(open_store(server.address, max_result_bytes=1_000_000, remote=server.access)) as store:
        is_right = rows(store, query) == sorted(head(query, "Expect"))
    assert is_right == (name not in NEED_FUNCTIONS)


def test_default_graphs_that_have_triples_in_common_are_refused_where_that_counts(server: Server) -> None:
    data = f"PREFIX : <{E}> :one {{ :a :p 1 }} :two {{ :a :p 1 , 2 }} :three {{ :b :p 1 }}"
    publish(server.address, parse(data, format=RdfFormat.TRIG), name="graphs", created=TIME, remote=server.access)
    count, both, apart = f"SELECT (COUNT(*) AS ?n) {{ ?s <{E}p> ?o }}", (f"{E}one", f"{E}two"), (f"{E}two", f"{E}three")
    with closing(open_store(server.address, max_result_bytes=1_000_000, remote=server.access)) as store:
        assert rows(store, count, Dataset(apart)) == ["3"]
        with pytest.raises(QueryError, match="triples in common"):
            rows(store, count, Dataset(both))
        with pytest.raises(QueryError, match="triples in common"):
            rows(store, count.replace("{", f"FROM <{E}one> FROM <{E}two> {{", 1))
        assert rows(store, f"SELECT DISTINCT ?o {{ ?s <{E}p> ?o }}", Dataset(both)) == ["1", "2"]
