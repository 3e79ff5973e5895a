"""A folder to begin in: what is in it works, under names of ours and one's own; nothing there is written over."""

from __future__ import annotations

import subprocess
import tomllib
from typing import TYPE_CHECKING

import openpyxl
import pytest

import stratgraph
from program import PROGRAM
from stratgraph.errors import UsageError
from stratgraph.starter import begin

if TYPE_CHECKING:
    from pathlib import Path

OURS = "https://w3id.org/stratgraph/id/union-of-crossings/plan/2026-2030"
OWN = "https://data.example.org/plans/2026-2030"


@pytest.mark.parametrize(
    ("plan", "objective"), [("", "https://w3id.org/stratgraph/id/union-of-crossings/plan/2026-2030"), (OWN, OWN)]
)
def test_the_plan_is_fit_to_be_published(tmp_path: Path, plan: str, objective: str) -> None:
    begun = begin(tmp_path / "crossings", name="Union of Crossings", plan=plan)
    assert begun.plan == objective
    with stratgraph.open(tmp_path / "store", create=True) as graph:
        revision = graph.review(tmp_path / "crossings/plan.xlsx")
        assert revision.is_fit, revision.report().decode()
        assert revision.findings == ()
        published = revision.publish(reason="to begin")
        assert published.title == "Strategic plan of Union of Crossings, 2026-2030"
        assert [one.iri for one in published.objectives] == [f"{objective}/objective/1"]
        assert [value.text for value in published.kpis[0].values] == ["40 villages", "75 villages"]


def test_no_label_stays_behind_where_the_example_is_written_over(tmp_path: Path) -> None:
    begin(tmp_path / "crossings")
    book = openpyxl.load_workbook(tmp_path / "crossings/plan.xlsx")
    labelled = {
        sheet.title
        for sheet in book
        for cells in sheet.iter_cols()
        if str(cells[0].value).startswith("Label") and any(cell.value for cell in cells[1:])
    }
    assert labelled == {"Organisations"}


def test_its_own_rules_are_asked(tmp_path: Path) -> None:
    begin(tmp_path / "crossings")
    shapes = tmp_path / "crossings/shapes/house.ttl"
    shapes.write_text(shapes.read_text("utf-8").replace("sh:maxLength 60", "sh:maxLength 3"), "utf-8")
    run = subprocess.run(
        [PROGRAM, "review", "plan.xlsx"], cwd=tmp_path / "crossings", capture_output=True, text=True, check=False
    )
    assert "The objective has no title of at most 60 characters." in run.stdout
    assert run.returncode == 0  # a Warning


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="is there already, and not empty"):
        begin(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
    with pytest.raises(UsageError, match="no letter to name"):
        begin(tmp_path / "…")
    assert not (tmp_path / "…").exists()


def test_each_host_reviews_the_workbook(tmp_path: Path) -> None:
    begin(tmp_path / "crossings")
    for file in (".github/workflows/review-plan.yml", ".gitlab-ci.yml"):
        text = (tmp_path / "crossings" / file).read_text("utf-8")
        assert "PLAN: plan.xlsx" in text
        assert "plan.ttl" not in text


@pytest.mark.parametrize(
    "name",
    [
        'The "Blue" Foundation',
        "Back\\slash",
        "Braces {notation} {plan}",
        'x"@en . <https://evil.example/s> <https://evil.example/p> "y',
        "O'Brien $(id) `id`",
        "山川",
    ],
)
def test_a_name_stands_as_it_is(tmp_path: Path, name: str) -> None:
    begin(tmp_path / "made", name=name, plan=OWN)
    assert tomllib.loads((tmp_path / "made/stratgraph.toml").read_text("utf-8"))["site_name"] == name
    with stratgraph.open(tmp_path / "store", create=True) as graph:
        assert graph.review(tmp_path / "made/plan.xlsx").review.title == f"Strategic plan of {name}, 2026-2030"


def test_what_can_be_no_name_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="U\\+202E RIGHT-TO-LEFT OVERRIDE"):
        begin(tmp_path / "made", name="Union\u202e of\nCrossings")
    with pytest.raises(UsageError, match="cannot be the IRI of a plan: it has U\\+003E GREATER-THAN SIGN"):
        begin(tmp_path / "made", plan="https://data.example.org/a>b")
    assert not list(tmp_path.iterdir())


def test_make_takes_any_reason_and_any_place_of_the_program(tmp_path: Path) -> None:
    begin(tmp_path / "made", name="Crossings")
    program = tmp_path / "with blanks/stratgraph"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > asked\nmkdir -p .stratgraph\n', "utf-8")
    program.chmod(0o755)
    made = subprocess.run(
        ["make", "publish", 'REASON=it\'s in "force"'],
        cwd=tmp_path / "made",
        env={"PATH": f"{program.parent}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    asked = (tmp_path / "made/asked").read_text("utf-8").splitlines()
    assert asked == ["publish", "plan.xlsx", "--reason", 'it\'s in "force"']
