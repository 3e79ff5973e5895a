"""The table of result formats."""

from __future__ import annotations

import pytest

from stratgraph.errors import UsageError
from stratgraph.results import RESULT_FORMS, form_of_name
from stratgraph.serialisation import RDF_FORMS


def test_the_registered_media_type_and_extension_come_first() -> None:
    """SPARQL 1.1 Query Results JSON, XML, CSV/TSV: the sections on media types; IANA's registry for the others."""
    assert [(f.name, f.media_types[0], f.extension) for f in RESULT_FORMS] == [
        ("json", "application/sparql-results+json", ".srj"),
        ("xml", "application/sparql-results+xml", ".srx"),
        ("csv", "text/csv", ".csv"),
        ("tsv", "text/tab-separated-values", ".tsv"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
        ("parquet", "application/vnd.apache.parquet", ".parquet"),
        ("markdown", "text/markdown", ".md"),
    ]


def test_each_format_is_the_engines_of_that_media_type() -> None:
    for form in RESULT_FORMS[:4]:
        assert form.engine.media_type.partition(";")[0] == form.media_types[0]


def test_a_format_is_found_by_its_name() -> None:
    assert [form_of_name(f.name) for f in RESULT_FORMS] == list(RESULT_FORMS)
    with pytest.raises(UsageError, match="no result format 'turtle'") as raised:
        form_of_name("turtle")
    assert raised.value.mend == "Use one of json, xml, csv, tsv, xlsx, parquet, markdown."


def test_no_name_is_also_that_of_an_rdf_format() -> None:
    assert not {f.name for f in RESULT_FORMS} & {f.name for f in RDF_FORMS}
