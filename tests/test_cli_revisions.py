"""Reviewing, publishing and asking old versions from the command line: real processes, output, exit codes.

Each command is run as it was installed at its first turn (``PROGRAM``), and warm at the others.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import small_plan
from program import PROGRAM, run
from revision import write_revision
from stores import copied

OUTPUTS = "PREFIX sg: <https://w3id.org/stratgraph/ontology#> SELECT ?text { ?output a sg:Output ; sg:text ?text }"


@pytest.fixture
def store(annex_store: Path, tmp_path: Path) -> Path:
    """A store of one's own with the annex."""
    return copied(annex_store, tmp_path / "store")


@pytest.fixture
def small(small_store: Path, tmp_path: Path) -> Path:
    """A store of one's own with a small plan."""
    return copied(small_store, tmp_path / "store")


def test_a_revised_text_is_reviewed_published_asked_and_taken_back(small: Path, tmp_path: Path) -> None:
    revised = small_plan.write_revision(tmp_path, small_plan.ADDED)
    reviewed = run("review", revised, "--format", "json", store=small, program=PROGRAM)
    assert reviewed.returncode == 0, reviewed.stderr
    found = json.loads(reviewed.stdout)
    assert found["fit"] is True
    assert [change["new"] for change in found["changes"]] == ["Timber bridges"]

    done = run("publish", revised, "--by", "Ann", "--reason", "WRC", store=small, program=PROGRAM)
    assert done.returncode == 0, done.stderr
    assert "Published version 2" in done.stderr
    assert run("log", store=small, program=PROGRAM).stdout.split("\t")[1:5:2] == ["2", "Ann"]
    compared = run("query", "--compare", "1", "2", OUTPUTS, store=small)
    assert compared.stdout == "+\tTimber bridges\n"
    assert "4 rows are in both versions, 1 in one of them." in compared.stderr
    for word, expected in (("1", 4), ("2", 5)):
        assert len(run("query", "--version", word, OUTPUTS, store=small).stdout.splitlines()) == 1 + expected
    # The first version is of 2030-01-02 in this store; the revision of today, which is before.
    assert len(run("query", "--as-of", "2030-01-03", OUTPUTS, store=small).stdout.splitlines()) == 1 + 5
    # A day is asked at its end, and a time is one of RFC 3339.
    for moment, expected in (("2030-01-02", 5), ("2030-01-03T01:00:00+02:00", 5), ("2030-01-03T00:00:00Z", 5)):
        assert len(run("query", "--as-of", moment, OUTPUTS, store=small).stdout.splitlines()) == 1 + expected
    nothing = run("query", "--as-of", "2010-01-01", OUTPUTS, store=small)
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert "no version that was in force at 2010-01-01 23:59 UTC" in nothing.stderr
    # A number is no time, and the message says where it goes.
    number = run("query", "--as-of", "2", OUTPUTS, store=small)
    assert (number.returncode, number.stdout) == (2, "")
    assert "--version 2" in number.stderr

    assert run("rollback", "--by", "Bob", "--reason", "too soon", store=small, program=PROGRAM).returncode == 0
    assert len(run("query", OUTPUTS, store=small).stdout.splitlines()) == 1 + 4
    acts = [line.split("\t") for line in run("log", "--snapshots", store=small).stdout.splitlines()]
    assert [(act[1], act[3], act[5]) for act in acts] == [
        ("rollback", "in force", "Bob"),
        ("publish", "kept", "Ann"),
        ("publish", "kept", ""),
    ]
    assert [line.split("\t")[7][-13:] for line in run("log", store=small).stdout.splitlines()] == ["Bob, too soon", ""]


def test_a_violation_is_told_with_its_line_and_refuses_publication(small: Path, tmp_path: Path) -> None:
    revised = small_plan.write_revision(tmp_path, small_plan.ELSEWHERE)
    # Of the rows that begin so, the first: the others are of the other unit.
    line = revised.read_text("utf-8").split("\n").index("Objective 1\t\tX") + 1
    reviewed = run("review", revised, store=small)
    assert reviewed.returncode == 1
    assert "new Violation ObjectiveContributesToOwnGoal" in reviewed.stdout
    assert f"{revised.name}:{line}" in reviewed.stdout
    refused = run("publish", revised, store=small)
    assert refused.returncode == 1
    assert "Nothing was published" in refused.stderr
    assert run("publish", revised, "--allow", "ObjectiveContributesToOwnGoal", store=small).returncode == 2
    allowed = run(
        "publish", revised, "--allow", "ObjectiveContributesToOwnGoal", "--reason", "Agreed", "--by", "Ann", store=small
    )
    assert allowed.returncode == 0, allowed.stderr
    assert run("log", store=small).stdout.split("\t")[4:6] == ["Agreed", "ObjectiveContributesToOwnGoal"]


@pytest.mark.parametrize(
    ("form", "folder"),
    [("turtle", "small_store"), ("xlsx", "annex_store"), ("trig", "small_store"), ("jsonld", "small_store")],
)
def test_what_is_exported_and_not_edited_changes_nothing(
    request: pytest.FixtureRequest, tmp_path: Path, form: str, folder: str
) -> None:
    """The annex as a workbook, which has most to say of it; a small plan in each form of RDF."""
    store = copied(request.getfixturevalue(folder), tmp_path / "store")
    ending = {"turtle": "ttl"}.get(form, form)
    file = tmp_path / f"plan.{ending}"
    assert run("export", "--format", form, "--output", file, store=store).returncode == 0
    reviewed = run("review", file, "--format", "json", store=store)
    assert reviewed.returncode == 0, reviewed.stderr
    found = json.loads(reviewed.stdout)
    assert found["changes"] == []
    assert (found["counts"]["findings"]["new"], found["counts"]["findings"]["fixed"]) == (0, 0)
    if folder == "small_store":
        published = run("publish", file, store=store)
        assert published.returncode == 2
        assert "nothing changed" in published.stderr


def test_a_doubtful_match_is_asked_about_once_and_the_answer_is_kept(small: Path, tmp_path: Path) -> None:
    revised = small_plan.write_revision(tmp_path, small_plan.REMOVED)
    text = revised.read_text("utf-8")
    # Half of its words are others: nobody but a person knows whether it is the same indicator.
    old = "Number of plans"
    assert text.count(old) == 1
    revised.write_text(text.replace(old, "Plans approved by number"), "utf-8")
    decisions = tmp_path / "decisions.toml"
    reviewed = run("review", revised, store=small)
    assert reviewed.returncode == 1
    assert "Nobody has decided" in run("publish", revised, store=small).stderr
    asked = run("review", revised, "--ask", "--decisions", decisions, "--format", "json", store=small, stdin="1\n" * 9)
    assert "Which element is this?" in asked.stderr
    assert not any(match["is_doubtful"] for match in json.loads(asked.stdout)["matches"])
    again = run("review", revised, "--decisions", decisions, "--format", "json", store=small)
    assert json.loads(again.stdout)["changes"] == json.loads(asked.stdout)["changes"]
    assert run("publish", revised, "--decisions", decisions, store=small).returncode == 0


def test_a_workbook_is_built_as_it_is_published_and_its_rules_are_asked_by_a_review(tmp_path: Path) -> None:
    """A row needs neither label nor position: what follows of the rows is made, whichever command publishes."""
    assert run("new", tmp_path / "library", store=tmp_path).returncode == 0
    file = tmp_path / "library" / "plan.xlsx"
    built, published = tmp_path / "built", tmp_path / "published"
    assert run("build", file, store=built).returncode == 0
    done = run("publish", file, store=published)
    assert (done.returncode, f"Nothing is published in {published} yet." in done.stderr) == (0, True)
    exports = [run("export", "--format", "ntriples", store=store).stdout for store in (built, published)]
    assert exports[0] == exports[1]
    assert "rdf-schema#label>" in exports[0]
    validated = run("validate", file, store=built)
    assert (validated.returncode, "Give it to review, which makes" in validated.stderr) == (2, True)


def test_a_template_is_a_workbook_that_is_read(small: Path, tmp_path: Path) -> None:
    wrong = run("template", tmp_path / "plan.ods", store=small)
    assert (wrong.returncode, "NAME.xlsx" in wrong.stderr) == (2, True)
    file = tmp_path / "plan.xlsx"
    assert run("template", file, "--plan", small_plan.PLAN, store=small, program=PROGRAM).returncode == 0
    before = file.read_bytes()
    again = run("template", file, store=small)
    assert (again.returncode, file.read_bytes()) == (2, before)
    assert "plan.xlsx is there already, and may be filled." in again.stderr
    empty = run("review", file, store=small)
    assert empty.returncode == 1
    assert "new Violation PlanHasTitle" in empty.stdout
    assert "plan.xlsx Plan!A2" in empty.stdout


def test_a_text_without_the_description_that_the_former_one_had_is_told_so(store: Path, tmp_path: Path) -> None:
    revised = write_revision(tmp_path, "an indicator is removed")
    assert json.loads(run("review", revised, "--format", "json", store=store).stdout)["notices"] == []
    revised.with_suffix(".toml").unlink()
    (notice,) = json.loads(run("review", revised, "--format", "json", store=store).stdout)["notices"]
    assert "with a description beside it" in notice["what"]


def test_nothing_of_the_operators_machine_is_published(small: Path, tmp_path: Path) -> None:
    """Neither where the file lies nor who is logged in; the name of the file is, and who is named with --by."""
    folder = tmp_path / "desk-of-somebody"
    folder.mkdir()
    exported = run("export", "--format", "turtle", store=small).stdout
    revised = folder / "revised.ttl"
    revised.write_text(exported.replace("on time", "in time"), "utf-8")
    environment = dict.fromkeys(("LOGNAME", "USER"), "login-of-somebody")
    assert run("publish", revised, store=small, **environment).returncode == 0
    assert run("rollback", store=small, **environment).returncode == 0
    published = [file.read_bytes() for file in small.rglob("*") if file.is_file()]
    assert not any(b"desk-of-somebody" in content or b"login-of-somebody" in content for content in published)
    assert any(b"revised.ttl" in content for content in published)


def test_fix_says_what_it_did_keeps_comments_and_judges_the_file_that_was_sent(small: Path, tmp_path: Path) -> None:
    revised, mended = tmp_path / "revised.ttl", tmp_path / "mended.ttl"
    assert run("export", "--format", "turtle", "-o", revised, store=small).returncode == 0
    sound = revised.read_text("utf-8")
    line = next(line for line in sound.splitlines() if line.startswith("\tsg:text "))
    text = sound.replace(f"{line}\n", f"\t# Kept as it is.\n{line.replace('@en', '')}\n", 1)
    revised.write_text(text, "utf-8")
    done = run("review", revised, "--fix", mended, store=small)
    assert done.returncode == 1, done.stderr
    assert "Not fit for publication" in done.stdout.splitlines()[-1]
    assert '" → "' in done.stderr
    assert '"@en' in done.stderr
    assert f"{mended}: Fit for publication. The report is of {revised}." in done.stderr
    assert mended.read_text("utf-8") == text.replace(line.replace("@en", ""), line)
    assert run("review", mended, "--fix", tmp_path / "no.ttl", store=small).returncode == 0
    assert not (tmp_path / "no.ttl").exists()


def test_fix_leaves_a_gap_that_follows_from_an_element_that_lost_its_parent(store: Path, tmp_path: Path) -> None:
    revised, mended = tmp_path / "revised.ttl", tmp_path / "mended.ttl"
    assert run("export", "--format", "turtle", "-o", revised, store=store).returncode == 0
    text = revised.read_text("utf-8")
    line = next(line for line in text.splitlines() if "sg:indicatorOf" in line)
    revised.write_text(text.replace(line, line.replace("sg:indicatorOf", "sg:indicatorof"), 1), "utf-8")
    done = run("review", revised, "--fix", mended, store=store)
    assert done.returncode == 1
    assert "PositionsRunFromOne" in done.stdout
    assert "is numbered from 1" not in done.stderr


def test_stratml_is_not_mended_into_other_xml(small: Path, tmp_path: Path) -> None:
    revised = tmp_path / "revised.xml"
    assert run("export", "--format", "stratml", "-o", revised, store=small).returncode == 0
    text = revised.read_text("utf-8")
    revised.write_text(text.replace("<MeasurementDimension>", "<MeasurementDimension>• ", 1), "utf-8")
    done = run("review", revised, "--fix", tmp_path / "mended.xml", store=small)
    assert done.returncode == 2
    assert "would be RDF/XML" in done.stderr


def test_a_first_version_has_no_changes_and_is_said_to_be_one(tmp_path: Path) -> None:
    file, store = Path(__file__).parent / "shapes/base.ttl", tmp_path / "store"
    elements = file.read_text("utf-8").count("sg:inPlan")
    reviewed = run("review", file, store=store)
    assert reviewed.returncode == 0, reviewed.stderr
    assert f"Changes: a first version with {elements} elements\n" in reviewed.stdout
    published = run("publish", file, store=store)
    assert f": a first version with {elements} elements. " in published.stderr
