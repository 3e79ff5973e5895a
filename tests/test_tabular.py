"""Answers as workbooks, Parquet and Markdown: what other readers of these formats find in them."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from pyarrow import parquet
from pyoxigraph import Literal, NamedNode, Store

from stratgraph import tabular
from stratgraph.errors import NotAcceptable
from stratgraph.results import MARKDOWN, PARQUET, RESULT_FORMS, XLSX, write_results
from stratgraph.tabular import value_of

XSD = "http://www.w3.org/2001/XMLSchema#"
ROWS = f"""PREFIX xsd: <{XSD}>
SELECT ?iri ?text ?whole ?part ?float ?yes ?day ?time ?mixed {{
  VALUES (?iri ?text ?whole ?part ?float ?yes ?day ?time ?mixed) {{
  (<http://example.org/a> "=1+1"@en 3 1.50 2.5e0 true "2012-01-31"^^xsd:date "2012-01-31T10:00:00Z"^^xsd:dateTime 1)
  (UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF)
  (<http://example.org/c> "two\\nlines | and <b>"@en -4 -20.125 1e0 false
    "2013-02-01"^^xsd:date "2012-01-31T12:00:00+02:00"^^xsd:dateTime "x")
}} }}"""
DAYS = [dt.date(2012, 1, 31), None, dt.date(2013, 2, 1)]


def written(query, form):
    out = io.BytesIO()
    write_results(Store().query(query), out, form)
    return out.getvalue()


def test_a_workbook_has_numbers_days_and_texts_that_are_no_formulas():
    sheet = openpyxl.load_workbook(io.BytesIO(written(ROWS, XLSX)))["answer"]
    heading, first, none, second = sheet.iter_rows(values_only=True)
    assert heading == ("iri", "text", "whole", "part", "float", "yes", "day", "time", "mixed")
    day = dt.datetime(2012, 1, 31)  # noqa: DTZ001 - a cell's day has no zone
    assert first == ("http://example.org/a", "=1+1", 3, 1.5, 2.5, True, day, "2012-01-31T10:00:00+00:00", 1)
    assert sheet["B2"].data_type == "s"
    assert second[1:4] == ("two\nlines | and <b>", -4, -20.125)
    assert none == (None,) * 9


def test_the_same_answer_is_the_same_workbook():
    assert written(ROWS, XLSX) == written(ROWS, XLSX)


@pytest.mark.parametrize(
    ("term", "shown"),
    [
        ("123456789012345678", "123456789012345678"),
        ("0.1234567890123456789", "0.1234567890123456789"),
        ("INF", "inf"),
        ("1850-01-01", "1850-01-01"),
    ],
)
def test_what_a_cell_would_round_or_has_not_stands_in_it_as_text(term, shown):
    kinds = {"INF": "double", "1850-01-01": "date", "0.1234567890123456789": "decimal"}
    query = f'SELECT * {{ VALUES ?v {{ "{term}"^^<{XSD}{kinds.get(term, "integer")}> }} }}'
    assert openpyxl.load_workbook(io.BytesIO(written(query, XLSX)))["answer"]["A2"].value == shown


def test_what_a_sheet_cannot_hold_is_refused(monkeypatch):
    with pytest.raises(NotAcceptable, match=r"a value of t in row 1 with more characters"):
        tabular.write_xlsx(["t"], [[Literal("x" * 32_768)]], io.BytesIO())
    monkeypatch.setattr(tabular, "MOST_ROWS", 2)
    with pytest.raises(NotAcceptable, match="more than 2 rows"):
        tabular.write_xlsx(["t"], [[Literal("x")]] * 3, io.BytesIO())


def test_the_columns_of_parquet_have_the_types_of_their_values():
    table = parquet.read_table(io.BytesIO(written(ROWS, PARQUET)))
    types = {field.name: str(field.type) for field in table.schema}
    assert types == {
        "iri": "string", "text": "string", "whole": "int64", "part": "decimal128(5, 3)", "float": "double",
        "yes": "bool", "day": "date32[day]", "time": "timestamp[us, tz=UTC]", "mixed": "string",
    }  # fmt: skip
    found = table.to_pydict()
    assert found["whole"] == [3, None, -4]
    assert found["part"] == [Decimal("1.500"), None, Decimal("-20.125")]
    assert found["day"] == DAYS
    assert [one and one.hour for one in found["time"]] == [10, None, 10]
    assert found["mixed"] == ["1", None, "x"]


def test_numbers_that_parquet_has_not_are_text():
    query = f'SELECT * {{ VALUES (?a ?b) {{ ({2**63} "1e40"^^<{XSD}decimal>) (1 0.{"1" * 39}) }} }}'
    table = parquet.read_table(io.BytesIO(written(query, PARQUET)))
    assert [str(field.type) for field in table.schema] == ["string", "string"]
    assert table.to_pydict()["a"] == [str(2**63), "1"]


def test_without_pyarrow_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(NotAcceptable) as caught:
        written(ROWS, PARQUET)
    assert "stratgraph[parquet]" in caught.value.mend


def test_a_cell_of_markdown_ends_no_row_and_is_no_markup():
    lines = written(ROWS, MARKDOWN).decode().splitlines()
    assert lines[1] == "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    cells = lines[4].split(" | ")
    assert cells[:3] == ["| <http://example.org/c>", r"two <br> lines \| and \<b\>", "-4"]
    assert lines[2].startswith("| <http://example.org/a> | =1+1 | 3 | 1.5")
    assert lines[3] == "|  |  |  |  |  |  |  |  |  |"


def test_the_answer_to_ask_is_a_table_of_one_cell():
    assert written("ASK {}", MARKDOWN).decode() == "| answer |\n| --- |\n| true |\n"


def test_what_is_not_in_the_lexical_space_stays_text():
    for text, name in (
        ("1_0", "integer"),
        ("20120131", "date"),
        ("2012-02-30", "date"),
        ("nan", "double"),
        (" 1", "int"),
    ):
        assert value_of(Literal(text, datatype=NamedNode(f"{XSD}{name}"))) == text
    assert value_of(Literal("1", datatype=NamedNode(f"{XSD}boolean"))) is True


def test_no_two_forms_share_a_name_an_ending_or_a_type():
    for members in ([f.name for f in RESULT_FORMS], [f.extension for f in RESULT_FORMS]):
        assert len(set(members)) == len(RESULT_FORMS)
    types = [media_type for form in RESULT_FORMS for media_type in form.media_types]
    assert len(set(types)) == len(types)
