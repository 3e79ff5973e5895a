"""The W3C's SHACL suite, through the very functions that validate plans: both engines, every result compared."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import BlankNode
from shacl_cases import Case, all_cases
from suites import DEVIATIONS

from stratgraph.errors import SourceError
from stratgraph.validation.engines import ENGINES, Result, engine_with, read_report
from stratgraph.validation.reading import n_triples

PAGE = Path(__file__).parents[2] / "docs/reference/conformance.md"

SUITES = {"shacl core": 98, "shacl sparql": 23}
"""Counted from the files with mf:entries in data-shapes-test-suite/tests of w3c/data-shapes; each has one entry."""

needs_suite = pytest.mark.skipif(
    not all_cases(), reason="The environment variable W3C_TESTS does not name the folder of the W3C suites."
)


@dataclass(frozen=True, slots=True)
class Deviation:
    engine: str
    reason: str
    issue: str
    cases: tuple[str, ...]


def deviations() -> list[Deviation]:
    entries = tomllib.loads(DEVIATIONS.read_text("utf-8"))["shacl"]
    return [Deviation(e["engine"], e["reason"], e["issue"], tuple(e["cases"])) for e in entries]


@cache
def deviating(engine: str) -> dict[str, Deviation]:
    return {name: found for found in deviations() if found.engine == engine for name in found.cases}


def parameters() -> list[object]:
    """Each case with each engine; a listed deviation has to fail."""

    def marks(engine: str, case: Case) -> list[pytest.MarkDecorator]:
        found = deviating(engine).get(case.name)
        return [pytest.mark.xfail(reason=found.reason, raises=AssertionError, strict=True)] if found else []

    return [
        pytest.param(engine, case, marks=marks(engine, case), id=f"{engine}-{case.name}")
        for engine in ENGINES
        for case in all_cases()
    ] or [pytest.param("", None, marks=needs_suite, id="none")]


def compared(results: tuple[Result, ...]) -> Counter[tuple[str, ...]]:
    """The results as a multiset, up to the names of blank nodes; messages are the engines' own."""

    def name(term: object) -> str:
        return "_:" if isinstance(term, BlankNode) or str(term).startswith("_:") else str(term)

    return Counter((name(r.focus), r.route, name(r.value), r.component, r.severity, name(r.shape)) for r in results)


# What rdflib has to say of literals that a case makes ill-formed on purpose.
@pytest.mark.filterwarnings("ignore:Parsing weird boolean")
@pytest.mark.parametrize(("engine", "case"), parameters())
def test_a_case_gives_the_report_that_is_expected(engine: str, case: Case) -> None:
    try:
        outcome = engine_with(case.shapes, engine=engine).outcome(n_triples(case.data))
    except SourceError as error:
        assert case.report is None, error  # noqa: PT017 - to be refused is what some cases expect
        return
    assert case.report is not None, "the shapes were to be refused"
    expected = read_report(case.report)
    assert compared(outcome.results) == compared(expected.results)
    assert outcome.conforms == expected.conforms


@needs_suite
def test_the_suite_has_as_many_cases_as_were_counted() -> None:
    assert Counter(case.suite for case in all_cases()) == SUITES
    assert len({case.name for case in all_cases()}) == sum(SUITES.values())


@needs_suite
def test_the_cases_expect_what_the_files_say() -> None:
    # Counted with grep: mf:result sht:Failure 7 times, sh:conforms false 110 times and true 4 times.
    reports = [read_report(case.report) for case in all_cases() if case.report is not None]
    assert len(all_cases()) - len(reports) == 7
    assert Counter(report.conforms for report in reports) == {False: 110, True: 4}
    assert all(report.conforms != bool(report.results) for report in reports)


@needs_suite
def test_each_deviation_names_a_case_and_none_is_named_twice() -> None:
    for engine in ENGINES:
        named = Counter(name for found in deviations() if found.engine == engine for name in found.cases)
        assert set(named) <= {case.name for case in all_cases()}
        assert set(named.values()) <= {1}
    assert {found.engine for found in deviations()} <= set(ENGINES)


def test_each_deviation_says_why() -> None:
    for found in deviations():
        assert len(found.reason) > 20
        assert found.issue.startswith("https://github.com/") or "No issue" in found.reason


def test_the_page_has_the_numbers_and_names_each_deviation() -> None:
    page = PAGE.read_text("utf-8")
    for suite, cases in SUITES.items():
        folder = f"{suite.partition(' ')[2]}/"
        met = [cases - sum(name.startswith(folder) for name in deviating(engine)) for engine in ENGINES]
        assert f"| {suite} | {cases} | {' | '.join(map(str, met))} |" in page
    for found in deviations():
        assert found.issue in page
        assert all(name in page for name in found.cases)
