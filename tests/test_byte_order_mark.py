"""A byte order mark is a signature and no part of a text (RFC 3629, section 6): every door skips it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stratgraph.cli.query import _question
from stratgraph.errors import SourceError
from stratgraph.files import decoded, location, read_toml
from stratgraph.plan_files import ReadingLimits, read_revision
from stratgraph.reconciliation.requests import read_queries
from stratgraph.results import JSON
from stratgraph.serialisation import N_TRIPLES, RDF_FORMS, RdfForm, RdfText, to_bytes
from stratgraph.settings import Settings, read_settings
from stratgraph.store import Forms, Screen, memory_store, solutions_of
from stratgraph.terms import RDF, SKOS
from stratgraph.validation import validate_files
from stratgraph.vocabularies import read_vocabulary_file

if TYPE_CHECKING:
    from stratgraph.statements import StatedPlan

MARK = b"\xef\xbb\xbf"
TESTS = Path(__file__).parent
PLAN = (TESTS / "data" / "small-plan.ttl").read_bytes()


def read(data: bytes, name: str) -> StatedPlan:
    return read_revision(data, file=name, limits=Settings().part(ReadingLimits))


def test_a_place_in_the_first_line_is_counted_without_it() -> None:
    assert str(location(MARK + b"ab", 4, "a.txt")) == "a.txt, line 1, column 2"
    with pytest.raises(SourceError, match="byte 0xff") as caught:
        decoded(MARK + b"\xff", "a.txt")
    assert str(caught.value.where) == "a.txt, line 1, column 1"


@pytest.mark.parametrize("form", RDF_FORMS, ids=lambda form: form.name)
def test_it_is_skipped_in_every_form_of_rdf(form: RdfForm) -> None:
    triples = [quad.triple for quad in RdfText(PLAN, file="plan.ttl", form=RDF_FORMS[0]).quads()]
    quads = RdfText(MARK + to_bytes(triples, form), file="plan", form=form).quads()
    assert {quad.triple for quad in quads} == set(triples)


def test_a_plan_in_rdf_is_read_alike_with_and_without_it_and_its_source_has_none() -> None:
    with_mark, without = read(MARK + PLAN, "plan.ttl"), read(PLAN, "plan.ttl")
    assert with_mark.statements == without.statements
    assert with_mark.source == without.source
    assert with_mark.source.text == PLAN.decode()


def test_a_plan_in_stratml_has_none_in_its_source() -> None:
    xml = (TESTS / "data" / "stratml-bridges.xml").read_bytes()
    with_mark, without = read(MARK + xml, "plan.xml"), read(xml, "plan.xml")
    assert with_mark == without
    assert not with_mark.source.text.startswith("\ufeff")


def test_a_text_of_the_annex_form_has_none_in_its_source() -> None:
    text = (TESTS / "data" / "other-plan.txt").read_bytes()
    with_mark, without = read(MARK + text, "plan.txt"), read(text, "plan.txt")
    assert with_mark.source.text == without.source.text == text.decode()
    assert with_mark.statements == without.statements


def test_files_that_are_validated_may_begin_with_it(tmp_path: Path) -> None:
    sound = (TESTS / "shapes" / "base.ttl").read_bytes()
    for name, data in (("a.ttl", MARK + sound), ("b.nt", MARK + as_n_triples(sound))):
        (tmp_path / name).write_bytes(data)
        report = validate_files([tmp_path / name], max_plan_bytes=1_000_000)
        assert not report.findings


def as_n_triples(turtle: bytes) -> bytes:
    return to_bytes((quad.triple for quad in RdfText(turtle, file="a", form=RDF_FORMS[0]).quads()), N_TRIPLES)


def test_a_file_of_toml_may_begin_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert read_toml(MARK + b"port = 1", file="a.toml") == {"port": 1}
    monkeypatch.chdir(tmp_path)
    Path("stratgraph.toml").write_bytes(MARK + b"port = 1")
    assert read_settings().port == 1


def test_a_query_may_begin_with_it(tmp_path: Path) -> None:
    question = "\ufeffSELECT ?x { VALUES ?x { 1 } }"
    answer = memory_store(()).answer(question, Forms(JSON, N_TRIPLES), screen=Screen())
    assert len(solutions_of(answer).rows) == 1
    (tmp_path / "a.rq").write_bytes(question.encode())
    assert _question(None, tmp_path / "a.rq", [], Settings(), None) == (question.removeprefix("\ufeff"), False)


def test_an_error_in_a_query_is_placed_without_it() -> None:
    with pytest.raises(Exception, match="THERE") as caught:
        memory_store(()).answer("\ufeffASK THERE", Forms(JSON, N_TRIPLES), screen=Screen())
    assert caught.value.where.column == 5  # type: ignore[attr-defined]


def test_a_vocabulary_may_begin_with_it(tmp_path: Path) -> None:
    line = f"<http://e.x/1> <{RDF.TYPE}> <{SKOS.CONCEPT}> .\n".encode()
    for name, data in (("a.nt", line), ("b.nt", MARK + line)):
        (tmp_path / name).write_bytes(data)
    plain, marked = (
        read_vocabulary_file(tmp_path / name, name="ways", retrieved=dt.date(2030, 1, 2), max_vocabulary_bytes=1_000)
        for name in ("a.nt", "b.nt")
    )
    assert plain.triples == marked.triples


def test_a_batch_of_names_may_begin_with_it() -> None:
    assert "q" in read_queries('\ufeff{"q": {"query": "road"}}', max_queries=1, max_candidates=1)
