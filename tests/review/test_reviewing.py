"""The constructed revision of the annex, read, recognised and reviewed; what is expected stands in its edits."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from two_versions import OLD, edited, plan

import revision
import small_plan
from stratgraph.errors import UsageError
from stratgraph.formats import annex
from stratgraph.identifiers import parse_place
from stratgraph.matching import identified, match
from stratgraph.plan_files import ReadingLimits, read_file
from stratgraph.plan_graph import to_statements
from stratgraph.review import Review, review
from stratgraph.review.model import Standing
from stratgraph.review.outputs import render
from stratgraph.settings import Settings
from stratgraph.terms import PREFIXES, SG
from stratgraph.validation import SHAPE_SETS, Ruleset, validate_graph

if TYPE_CHECKING:
    from pathlib import Path

    from stratgraph.document import PlanDocument
    from stratgraph.statements import StatedPlan

PLAN = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"
AGAINST = f"{PLAN}/version/1"
NAMES = [edit["name"] for edit in revision.EDITS]


@pytest.fixture(scope="module")
def published(annex_document: PlanDocument) -> StatedPlan:
    return to_statements(annex_document, file="resolution-71-annex.txt")


def reviewed(old: StatedPlan, folder: Path, *names: str) -> Review:
    """The review of the annex with these edits, or with all, read from a file as people give it."""
    new = read_file(revision.write_revision(folder, *names), Settings().part(ReadingLimits))
    matches = match(new, old, used={parse_place(iri)[1] for iri in old.provisional})
    return review(identified(new, old, matches), old, against=AGAINST, version=2, matches=matches)


@pytest.fixture(scope="module")
def whole(published: StatedPlan, tmp_path_factory: pytest.TempPathFactory) -> Review:
    return reviewed(published, tmp_path_factory.mktemp("revision"))


def full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def assert_changes(found: Review, expected: list[dict[str, Any]]) -> None:
    """What is expected, and nothing else."""
    left = list(found.changes)
    for wanted in expected:
        (change,) = [
            change
            for change in left
            if (change.kind, change.subject) == (wanted["kind"], f"{PLAN}/{wanted['place']}")
            and change.property == (full(wanted["property"]) if "property" in wanted else "")
        ]
        for side in ("old", "new"):
            if side in wanted:
                assert getattr(change, side) == wanted[side]
        left.remove(change)
    assert left == []


def standings(found: Review) -> list[tuple[str, str, str]]:
    """Of the findings that did not stay what they were: standing, rule, place."""
    return sorted(
        (one.standing.value, one.finding.rule, one.finding.focus.removeprefix(f"{PLAN}/"))
        for one in found.findings
        if one.standing != "unchanged"
    )


def expected_standings(edits: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return sorted((one["standing"], one["rule"], one["place"]) for edit in edits for one in edit.get("finding", ()))


# --- the constructed revision -----------------------------------------------------------------------------------------


def test_the_revision_says_that_it_is_constructed() -> None:
    assert revision.description().count('title = "CONSTRUCTED FOR TESTS, not a text of the ITU') == 1
    assert "CONSTRUCTED FOR TESTS" in (revision.FOLDER / "README.md").read_text("utf-8")


@pytest.mark.parametrize("edit", revision.EDITS, ids=NAMES)
def test_an_edit_alone_is_what_is_reported(published: StatedPlan, tmp_path: Path, edit: dict[str, Any]) -> None:
    found = reviewed(published, tmp_path, edit["name"])
    assert_changes(found, edit["change"])
    assert standings(found) == expected_standings([edit])
    assert found.effects == ()


def test_all_edits_together_are_what_is_reported(whole: Review) -> None:
    assert_changes(whole, [change for edit in revision.EDITS for change in edit["change"]])
    assert standings(whole) == expected_standings(revision.EDITS)
    assert whole.effects == ()
    assert whole.doubtful == ()
    assert (whole.plan, whole.against, whole.version) == (PLAN, AGAINST, 2)
    assert whole.file.endswith(revision.NAME)
    assert whole.title == "Strategic plan for the Union for 2012-2015"
    assert whole.shapes.sets == (*SHAPE_SETS, "transition")


def test_the_findings_that_stay_are_those_of_the_annex_less_the_one_that_is_mended(
    whole: Review, published: StatedPlan
) -> None:
    stay = Counter(one.finding.rule for one in whole.findings if one.standing == "unchanged")
    before = Counter(finding.rule for finding in validate_graph(published.statements).findings)
    assert before - stay == {"WordingsOfBothTablesAgree": 1}
    assert stay - before == {}


def test_each_change_and_finding_has_its_place_in_the_text(whole: Review) -> None:
    lines = revision.revised_text().split("\n")
    old_lines = revision.SOURCE.read_text("utf-8").split("\n")
    places = {(change.subject.removeprefix(f"{PLAN}/"), change.kind): change for change in whole.changes}
    for place, kind, words, among in (
        ("itu-r/objective/2/output/4", "added", "Monitoring of emissions", lines),
        ("gs/objective/6/kpi/5", "removed", "VIPs", old_lines),
        ("gs/objective/5", "reworded", "Providing reliable", lines),
        ("itu-t/objective/4", "relinked", "X", lines),
        ("text/paragraph/1.2", "reworded", "Telecommunication operators", lines),
        ("term/outputs", "reworded", "Outputs refer to", lines),
    ):
        where = places[place, kind].where
        assert where is not None
        assert where.line is not None
        assert where.column is not None
        assert among[where.line - 1][where.column - 1 :].startswith(words)
    (violation,) = [finding for finding in whole.violations if finding.rule == "ObjectiveContributesToOwnGoal"]
    assert violation.line is not None
    assert lines[violation.line - 1] == "Objective 4\t\t\tX\t"
    assert violation.file == whole.file
    assert violation.paragraph
    assert violation.paragraph.startswith("5.5.4 Objective 4")
    (fixed,) = [one.finding for one in whole.findings if one.standing == "fixed"]
    assert fixed.file == "resolution-71-annex.txt"
    assert fixed.line is not None
    assert "Symposia and seminars" in old_lines[fixed.line - 1]


def test_changes_stand_by_unit_and_objective(whole: Review) -> None:
    shown = [(change.unit, change.group) for change in whole.changes]
    assert shown == sorted(shown)
    assert {unit for unit, _ in shown} == {"", "ITU", "ITU-R", "ITU-T", "ITU-D", "GS"}
    moved = next(change for change in whole.changes if change.kind == "moved")
    assert moved.group == moved.new
    assert moved.paragraph.startswith("Table 7.2")


# --- two versions -----------------------------------------------------------------------------------------------------


def test_a_version_beside_itself_has_changed_in_nothing(published: StatedPlan) -> None:
    found = review(published, published, against=AGAINST, version=2)
    assert (found.changes, found.effects, standings(found)) == ((), (), [])
    assert len(found.findings) == len(validate_graph(published.statements).findings)


def test_of_a_new_plan_every_finding_is_new(published: StatedPlan) -> None:
    found = review(published, None, against="", version=1)
    assert (found.changes, found.effects, found.against, found.shapes.sets) == ((), (), "", SHAPE_SETS)
    assert {one.standing.value for one in found.findings} == {"new"}
    assert len(found.findings) == len(validate_graph(published.statements).findings)


def test_an_objective_without_its_last_indicator_is_a_violation_and_an_effect(published: StatedPlan) -> None:
    """No text of the annex's form can say so; a plan in another form can."""
    gone = tuple(f"{PLAN}/itu-t/objective/1/kpi/{number}" for number in (1, 2))
    left = {t: e for t, e in published.statements.items() if t.subject.value not in gone}
    found = review(replace(published, statements=left), published, against=AGAINST, version=2)
    assert [(change.kind.value, change.subject) for change in found.changes] == [("removed", iri) for iri in gone]
    assert [effect.subject for effect in found.effects] == [f"{PLAN}/itu-t/objective/1"]
    new = standings(found)
    assert ("new", "ObjectiveHasIndicator", "itu-t/objective/1") in new
    # They are gone without having been withdrawn.
    assert [entry for entry in new if entry[1] == "ElementIsNotDroppedSilently"] == [
        ("new", "ElementIsNotDroppedSilently", iri.removeprefix(f"{PLAN}/")) for iri in gone
    ]
    labels = {one.finding.focus: one.finding.label for one in found.findings}
    assert labels[gone[1]] == "Liaison activity with other organizations"


def test_a_finding_whose_wording_changes_and_stays_wrong_is_no_new_one() -> None:
    untidy = edited(('"A pier"', '"• A pier"'))
    worded = edited(('"A pier"', '"• A long pier"'))
    found = review(plan(worded), plan(untidy), against=AGAINST, version=2, rules=Ruleset(sets=("recommended",)))
    tidy = [(one.standing.value, one.finding.value) for one in found.findings if one.finding.rule == "WordingIsTidy"]
    assert tidy == [("unchanged", "• A long pier")]
    back = review(plan(OLD), plan(untidy), against=AGAINST, version=2, rules=Ruleset(sets=("recommended",)))
    assert [one.standing.value for one in back.findings if one.finding.rule == "WordingIsTidy"] == ["fixed"]


def test_both_engines_say_the_same() -> None:
    source = small_plan.SOURCE
    document = annex.read(source.read_bytes(), file=source.name, max_bytes=10_000)
    old = to_statements(document, file=source.name)
    objective = f"{small_plan.PLAN}/agy-w/objective/1"
    unlinked = {
        triple: evidence
        for triple, evidence in old.statements.items()
        if not (triple.predicate.value == SG.CONTRIBUTES_TO and triple.subject.value == objective)
    }
    new = replace(old, statements=unlinked)
    against = f"{small_plan.PLAN}/version/1"
    fast = review(new, old, against=against, version=2, rules=Ruleset(sets=("required",)))
    slow = review(new, old, against=against, version=2, rules=Ruleset(sets=("required",)), engine="pyshacl")
    assert fast.findings == slow.findings
    assert [(one.standing.value, one.finding.rule, one.finding.focus) for one in fast.findings] == [
        ("new", "ObjectiveContributesToGoal", objective)
    ]


def test_an_unknown_engine_is_refused(published: StatedPlan) -> None:
    with pytest.raises(UsageError, match="engine"):
        review(published, None, against="", version=1, engine="none")


# --- a text where a thing belongs -------------------------------------------------------------------------------------

OBJECT_PROPERTIES = (
    "sg:supportsObjective",
    "sg:expectedFor",
    "sg:indicatorOf",
    "sg:contributesTo",
    "sg:ofUnit",
    "sg:inPlan",
    "sg:partOf",
    "sg:statedIn",
    "sg:hasMention",
    "sg:hasStatement",
    "sg:hasTarget",
    "sg:measures",
    "dcterms:isPartOf",
    "org:unitOf",
    "a",
)


PLAN_OF_TWO = "agency/plan/1"

VALUES = ('"Objective 1"', '"Objective 1"@en', "12", '""', "[]", f'"{"9" * 5_000}"')


@pytest.mark.parametrize("name", OBJECT_PROPERTIES)
def test_a_text_where_a_thing_belongs_is_reviewed(name: str) -> None:
    below = f"<{PLAN_OF_TWO}/north/objective/2/"
    things = ("output/1>", "output/2>", "output/3>", "result/1>", "kpi/1>", "kpi/2>")
    added = "@prefix org: <http://www.w3.org/ns/org#> .\n" + "".join(
        f"{below}{thing} {name} {value} .\n" for thing, value in zip(things, VALUES, strict=True)
    )
    old, new = plan(OLD, "old.ttl"), plan(OLD + added)
    for one, other in ((new, old), (old, new)):
        found = review(one, other, against=AGAINST, version=2)
        assert render(found, "json")
        assert render(found, "turtle")


def test_a_text_in_place_of_the_parent_is_found_with_its_line_and_told_as_a_change() -> None:
    text = 'sg:text "A pier"@en ; sg:position 1 ; sg:supportsObjective '
    objective = "<agency/plan/1/north/objective/2>"
    new = plan(edited((text + objective, f'{text}"Objective 2"')))
    found = review(new, plan(OLD, "old.ttl"), against=AGAINST, version=2)
    line = OLD[: OLD.index(text)].count("\n") + 1
    places = [one.finding.where for one in found.findings if one.standing is Standing.NEW]
    assert any((place.file, place.line) == ("new.ttl", line) for place in places)
    told = {(change.kind.value, change.property, change.new) for change in found.changes}
    assert ("amended", SG.SUPPORTS_OBJECTIVE, "Objective 2") in told


def test_positions_of_thousands_of_digits_are_reviewed() -> None:
    new = plan(edited(('sg:text "A pier"@en ; sg:position 1', f'sg:text "A pier"@en ; sg:position {"9" * 5_000}')))
    assert review(new, plan(OLD, "old.ttl"), against=AGAINST, version=2).findings


def test_a_published_report_names_files_without_their_folders() -> None:
    new = plan(edited(('"A pier"@en', '"A pier"')), "/desk/of/someone/new.ttl")
    found = review(new, plan(OLD, "/desk/of/someone/old.ttl"), against=AGAINST, version=2)
    assert b"new.ttl:" in render(found, "turtle")
    assert b"someone" not in render(found, "turtle")
