"""A form of plans that a door does not read is told at each door in the same words, which lead to where it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from program import run
from stratgraph import validate
from stratgraph.errors import SourceError, UsageError
from stratgraph.formats.endings import given_elsewhere
from stratgraph.plan_files import ReadingLimits, read_revision
from stratgraph.validation import validate_contents

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = ReadingLimits(10_000, 10_000, 10_000, 100, 100, 1_000)
REVIEW = "o review, which makes statements of it and checks them; it needs no published plan."
TOLD = {
    "plan.xlsx": f"Give it t{REVIEW}",
    "plan.TXT": f"Give it t{REVIEW}",
    "plan.stratml": f"Give it t{REVIEW}",
    "plan.ods": f"Save it in a spreadsheet program as XLSX, and give that t{REVIEW}",
    "plan.csv": f"Save it in a spreadsheet program as XLSX, and give that t{REVIEW}",
}
"""What leads to where each is read; by docs/how-to/workbook.md, stratml.md and review.md."""


@pytest.mark.parametrize("name", TOLD)
def test_a_validation_leads_to_the_review_that_reads_the_form(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        validate_contents({name: b"..."})
    assert refused.value.mend == TOLD[name]
    assert refused.value.what == f"{name} is no RDF, whose statements are checked as they stand."
    file = tmp_path / name
    file.write_bytes(b"...")
    with pytest.raises(UsageError) as in_python:
        validate(file)
    assert in_python.value.mend == TOLD[name]


@pytest.mark.parametrize("name", ["plan.xlsx", "plan.ods"])
def test_the_command_says_the_same(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(b"...")
    done = run("validate", file)
    assert (done.returncode, TOLD[name] in " ".join(done.stderr.split())) == (2, True), done.stderr


def test_stratml_that_is_called_xml_is_told_by_what_it_holds() -> None:
    data = b'<PerformancePlanOrReport xmlns="urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"/>'
    with pytest.raises(SourceError, match="XML and no RDF") as refused:
        validate_contents({"plan.xml": data})
    assert refused.value.mend == f"Where it is StratML, give it t{REVIEW}"


@pytest.mark.parametrize("name", ["plan.ods", "plan.csv", "plan.numbers"])
def test_a_review_says_how_a_table_of_another_form_is_given(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_revision(b"...", file=name, limits=LIMITS)
    assert refused.value.mend == "Save it in a spreadsheet program as XLSX, and give that."


@pytest.mark.parametrize("name", ["plan.ttl", "plan.xml", "plan.docx", "plan"])
def test_of_other_names_nothing_is_known(name: str) -> None:
    assert given_elsewhere(name) is None
