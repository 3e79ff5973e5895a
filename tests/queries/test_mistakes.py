"""The mistakes that people make in queries, and what is said of each; ``mistakes/`` has them, written by hand."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from stratgraph.errors import QueryError, QuerySyntaxError
from stratgraph.query import ask
from stratgraph.results import JSON
from stratgraph.serialisation import TURTLE
from stratgraph.store import Forms, memory_store
from stratgraph.terms import SG_NS

MISTAKES = Path(__file__).with_name("mistakes")


def cases(file: str) -> list[Any]:
    found = tomllib.loads((MISTAKES / file).read_text("utf-8"))
    return [pytest.param(case, id=name) for name, case in found.items()]


def text_of(case: dict[str, Any]) -> str:
    return case["query"] if case.get("bare") else f"PREFIX sg: <{SG_NS}>\n{case['query']}"


@pytest.mark.parametrize("case", cases("refused.toml"))
def test_a_refused_query_says_what_where_and_how_to_mend_it(case: dict[str, Any]) -> None:
    query = text_of(case)
    with pytest.raises(QueryError) as raised:
        ask(memory_store(()), query, Forms(JSON, TURTLE), max_query_bytes=10_000)
    error = raised.value
    assert isinstance(error, QuerySyntaxError) == (case.get("kind") != "refused")
    assert case["says"] in error.what
    assert case["mend"] in error.mend
    assert error.where is not None
    assert error.where.line is not None
    assert error.where.column is not None
    rest = "\n".join(query.split("\n")[error.where.line - 1 :])[error.where.column - 1 :]
    assert rest.startswith(case["at"]) if case["at"] else not rest
