"""Rows have Python's types; so have the frames that are made of them, also where values are missing."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd
import polars as pl
import pytest

import stratgraph
from stratgraph.errors import QueryError, QuerySyntaxError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

QUERY = """
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?iri ?whole ?share ?float ?yes ?day ?time ?text WHERE {
  VALUES (?iri ?whole ?share ?float ?yes ?day ?time ?text) {
    (<http://example.org/a> 1 1.50 2.5e0 true "2030-01-31"^^xsd:date "2030-01-31T14:05:00Z"^^xsd:dateTime "a"@en)
    (UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF)
  }
} ORDER BY DESC(?whole)
"""
TIME = dt.datetime(2030, 1, 31, 14, 5, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def rows(graph: stratgraph.KnowledgeGraph) -> stratgraph.Rows:
    return graph.query(QUERY)


def test_values_are_pythons(rows: stratgraph.Rows) -> None:
    assert len(rows) == 2
    first = rows[0]
    assert first == {
        "iri": "http://example.org/a",
        "whole": 1,
        "share": Decimal("1.50"),
        "float": 2.5,
        "yes": True,
        "day": dt.date(2030, 1, 31),
        "time": TIME,
        "text": "a",
    }
    assert isinstance(first.iri, stratgraph.Iri)
    assert [type(value) for value in first.values()][1:5] == [int, Decimal, float, bool]
    assert set(rows[1].values()) == {None}
    assert rows.column("whole") == [1, None]
    assert [row.whole for row in rows[1:]] == [None]
    with pytest.raises(AttributeError, match="it has iri, whole"):
        _ = first.wholes
    with pytest.raises(UsageError, match="no column 'wholes'"):
        rows.column("wholes")


def test_frames_keep_types_beside_missing_values(rows: stratgraph.Rows) -> None:
    frame = rows.to_pandas()
    assert [str(kind) for kind in frame.dtypes[1:5]] == ["Int64", "Float64", "Float64", "boolean"]
    assert [str(kind) for kind in rows[:1].to_pandas().dtypes[1:5]] == ["int64", "float64", "float64", "bool"]
    assert frame.whole.sum() == 1
    assert frame.share[0] == 1.5
    assert pd.Timestamp(frame.time[0]) == TIME
    table = rows.to_polars()
    assert table["whole"].to_list() == [1, None]
    assert table.schema["day"] == pl.Date
    assert table["share"].to_list() == [Decimal("1.50"), None]
    assert rows.to_arrow().column("yes").to_pylist() == [True, None]


def test_labels_on_request(graph: stratgraph.KnowledgeGraph) -> None:
    found = graph.queries.kpis_of_objective(objective="itu-d/objective/3")
    labelled = found.with_labels()
    assert labelled.columns == ("position", "kpi", "kpiLabel", "text")
    assert [row.position for row in labelled] == [1, 2, 3, 4, 5]
    assert labelled[0].kpiLabel.startswith("Increased confidence")
    sdg = graph.query("SELECT ?goal WHERE { VALUES ?goal { <http://metadata.un.org/sdg/4> <http://example.org/x> } }")
    assert "éducation" in str(sdg.with_labels("fr")[0].goalLabel)
    # As an answer of the command line has it: the label says its language, and a column of that name is kept.
    assert [getattr(term, "language", None) for term in sdg.with_labels("fr").terms[0]] == [None, "fr"]
    own = graph.query("SELECT ?goal ?goalLabel WHERE { VALUES (?goal ?goalLabel) { (<http://example.org/x> 'mine') } }")
    assert own.with_labels().columns == ("goal", "goalLabel")


def test_rows_are_kept_and_sent_to_other_processes(graph: stratgraph.KnowledgeGraph) -> None:
    found = graph.queries.kpis_of_objective(objective="itu-d/objective/3")
    kept = pickle.loads(pickle.dumps(found.with_labels()))  # noqa: S301 - our own
    assert kept.columns == ("position", "kpi", "kpiLabel", "text")
    assert list(kept) == list(found.with_labels())
    with pytest.raises(UsageError, match="no store at hand"):
        kept.with_labels()


def test_files_by_their_endings(rows: stratgraph.Rows, tmp_path: Path) -> None:
    rows.save(tmp_path / "answer.parquet")
    assert pl.read_parquet(tmp_path / "answer.parquet")["whole"].to_list() == [1, None]
    rows.save(tmp_path / "answer.xlsx")
    assert pd.read_excel(tmp_path / "answer.xlsx")["whole"][0] == 1
    assert rows.to_markdown().splitlines()[0].startswith("| iri | whole |")
    with pytest.raises(UsageError, match="ends in none of"):
        rows.save(tmp_path / "answer.doc")


def test_the_other_forms_of_questions(graph: stratgraph.KnowledgeGraph) -> None:
    assert graph.ask("ASK {}") is True
    assert graph.queries.any_objective_without_kpi() is False
    assert len(graph.construct("CONSTRUCT WHERE { ?s a <https://w3id.org/stratgraph/ontology#Goal> }")) == 4
    total = graph.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")[0].n
    with graph.stream("SELECT * WHERE { ?s ?p ?o }") as rows:
        assert next(rows).keys() == {"s", "p", "o"}
        assert sum(1 for _ in rows) == total - 1
    assert graph.search("cybersecurity confidence").results[0].named.iri.endswith("itu-d/objective/3/kpi/1")
    for kind, wrong, other in (
        ("query", "ASK {}", "ask()"),
        ("query", "DESCRIBE <http://example.org/x>", "construct()"),
        ("ask", "SELECT * {}", "query()"),
        ("ask", "CONSTRUCT WHERE { ?s ?p ?o }", "construct()"),
        ("stream", "ASK {}", "ask()"),
        ("construct", "SELECT * {}", "query() or ask()"),
    ):
        with pytest.raises(QueryError) as caught:
            getattr(graph, kind)(wrong).__enter__()
        assert caught.value.mend == f"Ask it with {other}."


def test_an_error_says_what_where_and_how_to_mend_it(graph: stratgraph.KnowledgeGraph) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        graph.query("SELECT *\nWHERE { ?s ?p ?o")
    assert caught.value.where is not None
    assert (caught.value.where.line, caught.value.mend) == (2, "Add } at the end.")
    findings = graph.explain("SELECT * WHERE { ?s a <https://w3id.org/stratgraph/ontology#Goals> }").findings
    assert findings[0].mend == "Did you mean <https://w3id.org/stratgraph/ontology#Goal>?"


def test_a_row_is_copied_and_pickled_whatever_its_columns_are_called() -> None:
    row = stratgraph.Row({"_x": 0, "keys": 1, "class": 2}, (1, 2, 3))
    assert row._x == 1
    assert row["keys"] == 2
    for other in (copy.copy(row), copy.deepcopy(row), pickle.loads(pickle.dumps(row))):  # noqa: S301 - our own
        assert other == row
