"""What all forms of a review have in common."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sample_review import FINDINGS, FIRST, REVIEW

from stratgraph.errors import Location, UsageError
from stratgraph.review.outputs import REVIEW_FORMATS, of_report, phrases, render
from stratgraph.validation import validate_files

BASE = Path(__file__).parents[1] / "shapes" / "base.ttl"


def test_an_unknown_form_says_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        render(REVIEW, "pdf")
    assert caught.value.mend == ("Use one of text, html, markdown, json, sarif, junit, xlsx, turtle, kgcl, rdf-patch.")


@pytest.mark.parametrize("form", REVIEW_FORMATS)
def test_a_first_version_with_which_all_is_well_has_every_form(form: str) -> None:
    assert render(FIRST, form) or form == "kgcl", "nothing changed"


@pytest.mark.parametrize("form", REVIEW_FORMATS)
def test_the_bytes_depend_on_review_and_time_alone(form: str) -> None:
    code = (
        "import sys; from datetime import UTC, datetime; from sample_review import REVIEW; "
        "from stratgraph.review.outputs import render; "
        "sys.stdout.buffer.write(render(REVIEW, sys.argv[1], created=datetime(2030, 1, 2, tzinfo=UTC)))"
    )
    here = render(REVIEW, form, created=datetime(2030, 1, 2, tzinfo=UTC))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    there = subprocess.run([sys.executable, "-c", code, form], env=environment, capture_output=True, check=True).stdout
    assert there == here


@pytest.mark.parametrize(
    ("where", "place"),
    [
        (None, ""),
        (Location(), ""),
        (Location(file="plan.ttl", line=3), "plan.ttl:3"),
        (Location(file="plan.ttl", line=3, column=7), "plan.ttl:3:7"),
        (Location(file="plan.txt", line=3, column=2, cell=True), "plan.txt:3"),
        (Location(file="plan.xlsx", sheet="Outputs", line=12, column=3), "plan.xlsx Outputs!C12"),
        (Location(file="plan.xlsx", sheet="KPI's list", line=4, column=28), "plan.xlsx 'KPI''s list'!AB4"),
        (Location(file="plan.xlsx", sheet="Outputs", line=12), "plan.xlsx Outputs!12"),
        (Location(file="plan.xlsx", sheet="Outputs"), "plan.xlsx Outputs"),
    ],
)
def test_a_place_is_written_as_its_own_programs_write_it(where: Location | None, place: str) -> None:
    assert phrases.place(where) == place


def test_the_verdict_counts_what_is_in_the_way() -> None:
    assert phrases.verdict(REVIEW) == "Not fit for publication: 3 Violations and 1 doubtful match."
    assert (
        phrases.verdict(replace(REVIEW, matches=(), findings=FINDINGS[:1])) == "Not fit for publication: 1 Violation."
    )
    # Warnings and what is fixed are in nobody's way.
    assert phrases.verdict(replace(REVIEW, matches=(), findings=FINDINGS[4:])) == "Fit for publication."


@pytest.mark.parametrize("form", ["sarif", "junit"])
def test_a_validation_report_has_the_forms_that_programs_read(form: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.ttl"
    path.write_text(BASE.read_text("utf-8").replace("sg:KPI", "sg:Target"), "utf-8")
    report = validate_files([path], max_plan_bytes=1_000_000)
    assert any(finding.rule == "OnlyIndicatorsIndicate" for finding in report.findings)
    written = render(of_report(report, file="plan.ttl"), form).decode("utf-8")
    assert "OnlyIndicatorsIndicate" in written
    assert "baselineState" not in written
    assert "plan.ttl" in written


@pytest.mark.parametrize("form", ["text", "html", "markdown", "json", "sarif"])
def test_each_form_that_people_read_tells_of_what_was_not_read(form: str) -> None:
    assert "A picture; it stays in the source." in render(REVIEW, form, width=150).decode()
