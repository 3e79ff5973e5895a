"""The suites are run whole, what deviates is listed, and docs/reference/conformance.md has the numbers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from manifests import all_cases
from suites import SUITES, cases_of, deviations, suite_of

PAGE = Path(__file__).parents[2] / "docs/reference/conformance.md"
# shared/MANIFEST.tsv: entries of the manifests' lists.
ENTRIES = {"sparql10": 482, "sparql11": 643, "sparql12": 269}
COLUMNS = ("suite", "cases", "as expected", "engine", "choice", "suite's own", "not tried")

needs_suites = pytest.mark.skipif(not all_cases(), reason="The environment variable W3C_TESTS names no W3C suites.")


def test_the_suites_are_all_there_is() -> None:
    for version, number in ENTRIES.items():
        assert sum(cases for suite, cases in SUITES.items() if suite.startswith(version)) == number


@needs_suites
@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_has_as_many_cases_as_were_counted(suite: str) -> None:
    assert len(cases_of(suite)) == SUITES[suite]


@needs_suites
def test_each_entry_is_a_case_of_one_suite_with_a_name_of_its_own() -> None:
    names = Counter(case.name for case in all_cases())
    assert set(names.values()) == {1}
    assert {suite_of(case) for case in all_cases()} == set(SUITES)
    assert len(names) == sum(ENTRIES.values())


@needs_suites
def test_each_deviation_names_a_case_and_none_is_named_twice() -> None:
    named = Counter(name for deviation in deviations() for name in deviation.cases)
    assert set(named) <= {case.name for case in all_cases()}
    assert set(named.values()) == {1}


@pytest.mark.parametrize("deviation", deviations(), ids=lambda deviation: deviation.cases[0])
def test_each_deviation_says_why(deviation) -> None:
    assert deviation.kind in {"engine", "choice", "suite"}
    assert len(deviation.reason) > 20
    has_issue = deviation.issue.startswith("https://github.com/")
    assert has_issue or deviation.kind != "engine" or "No issue upstream" in deviation.reason
    assert deviation.runs or deviation.kind == "suite"


def table() -> dict[str, tuple[str, ...]]:
    """The first table of the page, its rows by their first cell."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    length = next((n for n, row in enumerate(rows) if n and len(row) != len(rows[0])), len(rows))
    return {row[0]: row for row in rows[:length]}


def test_the_page_has_each_suite_with_its_number() -> None:
    rows = table()
    assert rows["suite"] == COLUMNS
    for suite, cases in SUITES.items():
        assert rows[suite][1] == str(cases)
    assert rows["all"][1] == f"{sum(SUITES.values()):,}"
    assert set(rows) == {"suite", "---", "all", *SUITES}


@needs_suites
@pytest.mark.parametrize("suite", SUITES)
def test_the_page_has_the_deviations_of_each_suite(suite: str) -> None:
    kinds = {n: d.kind if d.runs else "not tried" for d in deviations() for n in d.cases}
    found = Counter(kinds.get(case.name, "as expected") for case in cases_of(suite))
    columns = ("as expected", "engine", "choice", "suite", "not tried")
    assert table()[suite][2:] == tuple(str(found[column]) for column in columns)


@needs_suites
def test_the_page_names_each_issue_and_each_case_of_the_engine() -> None:
    page = PAGE.read_text("utf-8")
    for deviation in deviations():
        if deviation.kind == "engine":
            assert deviation.issue in page
            assert all(name in page for name in deviation.cases)
