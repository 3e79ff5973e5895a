"""The constructed plan of the next period: reviewed beside the annex, published, and published again.

What becomes of each of the annex's elements, and that publication records it, is tried on the whole annex, as is the
command; what does not depend on how much there is beside, on a part of it that has all that is carried on.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from pyoxigraph import NamedNode, Triple

import next_period
from program import run
from stores import copied, once, opened
from stratgraph.comparison import against_of, compare, decide, propose
from stratgraph.document import succession_name
from stratgraph.errors import SourceError, UsageError
from stratgraph.history import read_version, versions_of
from stratgraph.plan_files import ReadingLimits, read_file, read_revision
from stratgraph.publication import Target, build, publish_proposal
from stratgraph.settings import Settings
from stratgraph.store_contents import Act
from stratgraph.terms import DCTERMS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from stratgraph.comparison import Proposal
    from stratgraph.document import PlanDocument
    from stratgraph.statements import StatedPlan

REPLACES = NamedNode(DCTERMS.REPLACES)
LIMITS = Settings().part(ReadingLimits)
TEXT = next_period.FILE.read_text("utf-8")
STATES = "    dcterms:replaces <itu/plan/2012-2015> .\n"
UNSTATED = TEXT.replace(";\n" + STATES, ".\n")
RECORDED = {
    Triple(NamedNode(f"{next_period.PLAN}/{new}"), REPLACES, NamedNode(f"{next_period.ANNEX}/{old}"))
    for new, old in next_period.PAIRS
}


def read(text: str, file: str = "next.ttl") -> StatedPlan:
    return read_revision(text.encode(), file=file, limits=LIMITS)


def replaced(plan: StatedPlan) -> set[Triple]:
    """What the elements of a plan replace."""
    own = NamedNode(next_period.PLAN)
    return {triple for triple in plan.statements if triple.predicate == REPLACES and triple.subject != own}


def proposed(folder: Path, text: str, against: str = "", **followed: Collection[str]) -> Proposal:
    plan = read(text)
    number, before = against_of(against, plan)
    with opened(folder) as store:
        return propose(compare(store, plan, against=number, predecessor=before), followed=followed)


def published(folder: Path, text: str, followed: Mapping[str, Collection[str]] | None = None) -> StatedPlan:
    """What the version states that was published, as the store has it."""
    with opened(folder) as store:
        proposal = propose(compare(store, read(text)), followed=followed or {})
        publish_proposal(Target(folder, store, 5), proposal, Act(datetime(2030, 1, 3, tzinfo=UTC)))
    with opened(folder) as store:
        return read_version(store, versions_of(store, next_period.PLAN)[-1])


@pytest.fixture(scope="session")
def part_store(tmp_path_factory: pytest.TempPathFactory, annex_document: PlanDocument) -> Path:
    """The folder of a store that has an eighth of the annex, under its name."""
    return once(tmp_path_factory, "part", lambda folder: next_period.publish_part(annex_document, folder))


@pytest.fixture
def folder(part_store: Path, tmp_path: Path) -> Path:
    return copied(part_store, tmp_path / "store")


@pytest.fixture
def annex_folder(annex_store: Path, tmp_path: Path) -> Path:
    return copied(annex_store, tmp_path / "annex")


# --- the plan before is found -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [next_period.ANNEX, "2012-2015", "itu/plan/2012-2015"])
def test_the_plan_before_is_named_by_its_iri_or_the_end_of_it(part_store: Path, name: str) -> None:
    review = proposed(part_store, UNSTATED, name).review
    assert review.predecessor is not None
    assert (review.predecessor.plan, review.predecessor.version) == (
        next_period.ANNEX,
        f"{next_period.ANNEX}/version/1",
    )
    # It is the first version of a plan of its own all the same.
    assert (review.against, review.version, review.changes) == ("", 1, ())


def test_a_plan_that_says_what_it_replaces_needs_nobody_to_name_it(annex_store: Path) -> None:
    before = proposed(annex_store, TEXT).review.predecessor
    assert before is not None
    assert before.is_stated
    assert {(new, old) for one in before.successions for new, old in one.pairs} == {
        (triple.subject.value, triple.object.value) for triple in RECORDED
    }


@pytest.mark.parametrize(
    ("name", "what"), [("2008-2011", "no version of this plan and no published plan"), (next_period.PLAN, "no version")]
)
def test_a_name_of_no_plan_is_told_with_those_that_there_are(part_store: Path, name: str, what: str) -> None:
    with pytest.raises(UsageError, match=what) as caught:
        proposed(part_store, UNSTATED, name)
    assert "itu/plan/2012-2015" in (caught.value.mend or "")


def test_a_name_of_several_plans_and_that_of_the_plan_itself_are_told(folder: Path) -> None:
    other = TEXT.replace("itu/plan/2016-2019", "other/plan/2012-2015").replace(";\n" + STATES, ".\n")
    with opened(folder) as store:
        act = Act(datetime(2030, 1, 3, tzinfo=UTC))
        publish_proposal(Target(folder, store, 5), propose(compare(store, read(other), against=0)), act)
    with pytest.raises(UsageError, match="may be each of 2 plans"):
        proposed(folder, UNSTATED, "2012-2015")
    with pytest.raises(UsageError, match="is this plan itself"):
        proposed(folder, other, "other/plan/2012-2015")


def test_where_the_plan_before_is_not_published_that_is_told(part_store: Path) -> None:
    for iri in ("https://w3id.org/stratgraph/id/itu/plan/2008-2011", "http://example.org/plan"):
        review = proposed(part_store, TEXT.replace("replaces <itu/plan/2012-2015>", f"replaces <{iri}>")).review
        assert review.predecessor is None
        assert f"<{iri}> is not said" in review.notices[0].what


def test_a_plan_made_of_the_words_of_the_one_before_is_no_slip_in_its_name(part_store: Path) -> None:
    with opened(part_store) as store:
        annex = read_version(store, versions_of(store, next_period.ANNEX)[0])
    text = "\n".join(f"{triple} ." for triple in annex.statements)
    text = (
        text.replace("/plan/2012-2015", "/plan/2016-2019")
        .replace('"2015"^^', '"2019"^^')
        .replace('"2012"^^', '"2016"^^')
    )
    with opened(part_store) as store:
        with pytest.raises(UsageError, match="a slip"):
            compare(store, read(text, "next.nt"))
        assert compare(store, read(text, "next.nt"), predecessor="2012-2015").former is None


# --- publication records it -------------------------------------------------------------------------------------------


def test_publication_states_what_is_carried_on_with_how_and_how_sure(annex_folder: Path) -> None:
    plan = published(annex_folder, TEXT)
    assert replaced(plan) == RECORDED
    decisions = {decision.name: decision for decision in plan.decisions}
    for triple in RECORDED:
        (name,) = plan.statements[triple].decisions
        decision = decisions[name]
        assert decision.by_rule
        assert decision.confidence is not None
        assert f"confidence {decision.confidence:.2f}" in decision.reason
    same = decisions["succession-itu-d~objective~1"]
    assert (same.confidence, "carries on itu-d/objective/4" in same.reason) == (1.0, True)
    assert "nobody has decided it" in decisions["succession-itu-r~objective~1"].reason


def test_a_build_records_it_too(folder: Path) -> None:
    with opened(folder) as store:
        done = build(read(TEXT), Target(folder, store, 5), Act(datetime(2030, 1, 3, tzinfo=UTC)))
    assert done.snapshot is not None
    with opened(folder) as store:
        assert replaced(read_version(store, versions_of(store, next_period.PLAN)[-1])) == RECORDED


@pytest.mark.parametrize(
    ("year", "is_built", "rule"), [(2010, False, "PlanFollowsWhatItReplaces"), (2015, True, "PeriodsDoNotOverlap")]
)
def test_a_build_is_held_against_the_plan_before(folder: Path, year: int, rule: str, *, is_built: bool) -> None:
    early = read(TEXT.replace("sg:startYear 2016", f"sg:startYear {year}"))
    with opened(folder) as store:
        done = build(early, Target(folder, store, 5), Act(datetime(2030, 1, 3, tzinfo=UTC)))
    assert ([one.rule for one in done.report.findings], done.snapshot is not None) == ([rule], is_built)
    assert done.report.findings[0].where.file == "next.ttl"


def test_a_build_does_not_claim_an_element_of_another_plan(folder: Path) -> None:
    claiming = read(TEXT.replace("<itu/plan/2016-2019/goal/1>", "<itu/plan/2012-2015/itu-d/goal>"))
    act = Act(datetime(2030, 1, 3, tzinfo=UTC))
    with opened(folder) as store, pytest.raises(UsageError, match="is an element of"):
        build(claiming, Target(folder, store, 5), act)


def test_the_rules_see_the_plan_before_where_that_is_published(part_store: Path) -> None:
    text = TEXT.replace("sg:startYear 2016", "sg:startYear 2015")
    early = TEXT.replace("sg:startYear 2016", "sg:startYear 2010")
    for sent, severity, rule in (
        (text, "Warning", "PeriodsDoNotOverlap"),
        (early, "Violation", "PlanFollowsWhatItReplaces"),
    ):
        (found,) = proposed(part_store, sent).review.findings
        assert (found.finding.severity, found.finding.rule) == (severity, rule)
    assert "ends in 2015" in proposed(part_store, text).review.findings[0].finding.message


def test_two_plans_do_not_replace_each_other(folder: Path) -> None:
    published(folder, TEXT)
    back = f"<{next_period.ANNEX}> <{DCTERMS.REPLACES}> <{next_period.PLAN}> ."
    with opened(folder) as store:
        annex = read_version(store, versions_of(store, next_period.ANNEX)[0])
        text = "\n".join([*(f"{triple} ." for triple in annex.statements), back])
        review = propose(compare(store, read(text, "annex.nt"))).review
    new = [one.finding.rule for one in review.findings if one.standing.value == "new"]
    assert "PlanDoesNotReplaceItself" in new


def test_nothing_is_recorded_where_the_plan_does_not_say_what_it_replaces(part_store: Path) -> None:
    proposal = proposed(part_store, UNSTATED, "2012-2015")
    assert replaced(proposal.plan) == set()
    assert proposal.review.predecessor is not None
    assert not proposal.review.predecessor.is_stated


def test_what_the_file_states_is_taken_at_its_word(folder: Path) -> None:
    stated = "<itu/plan/2016-2019/itu-d/objective/5> dcterms:replaces <itu/plan/2012-2015/itu-d/objective/1> .\n"
    plan = published(folder, TEXT + stated)
    (triple,) = replaced(plan) - RECORDED
    assert triple.object == NamedNode(f"{next_period.ANNEX}/itu-d/objective/1")
    assert plan.statements[triple].decisions == ()
    assert plan.statements[triple].spans


def test_what_a_person_decides_beside_the_plan_goes_before_all_else(folder: Path) -> None:
    stated = "<itu/plan/2016-2019/itu-d/objective/5> dcterms:replaces <itu/plan/2012-2015/itu-d/objective/1> .\n"
    decided = {"itu-d/objective/5": ["itu-d/objective/2"], "itu-d/objective/1": []}
    plan = published(folder, TEXT + stated, decided)
    olds = {triple.object.value for triple in replaced(plan) if triple.subject.value.endswith("itu-d/objective/5")}
    assert olds == {f"{next_period.ANNEX}/itu-d/objective/2"}
    assert not [triple for triple in replaced(plan) if triple.subject.value.endswith("itu-d/objective/1")]
    decision = next(one for one in plan.decisions if one.name == "succession-itu-d~objective~5")
    assert (decision.by_rule, decision.confidence) == (False, 1.0)


def test_a_version_that_is_exported_and_sent_again_keeps_how_sure_it_was(folder: Path, tmp_path: Path) -> None:
    first = published(folder, TEXT)
    text = exported(folder, tmp_path / "again.ttl")
    assert proposed(folder, text).review.changes == ()
    second = published(folder, text.replace("Nobody is left without", "All have"))
    assert replaced(second) == RECORDED
    sure = [{one.name: one.confidence for one in plan.decisions} for plan in (first, second)]
    assert sure[0] == sure[1]


def exported(folder: Path, file: Path) -> str:
    done = run("export", "--format", "turtle", "--plan", next_period.PLAN, "--output", file, store=folder)
    assert done.returncode == 0, done.stderr
    return file.read_text("utf-8")


def recorded(plan: StatedPlan, new: str, old: str) -> list[tuple[bool, float | None, str]]:
    """The decisions that a succession rests on: by a rule, how sure, why."""
    triple = Triple(NamedNode(f"{next_period.PLAN}/{new}"), REPLACES, NamedNode(f"{next_period.ANNEX}/{old}"))
    used = plan.statements[triple].decisions
    return [(one.by_rule, one.confidence, one.reason) for one in plan.decisions if one.name in used]


def test_a_guess_stays_a_guess_in_the_review_of_its_export(folder: Path, tmp_path: Path) -> None:
    """The reworded objective R.1 was found with 78%, and nobody decided it (docs/how-to/next-period.md)."""
    published(folder, TEXT)
    text = exported(folder, tmp_path / "again.ttl").replace("Nobody is left without", "All have")
    before = proposed(folder, text).review.predecessor
    assert before is not None
    (one,) = (one for one in before.successions if one.new and one.new[0].place == "itu-r/objective/1")
    assert (one.how, one.confidence, one.is_doubtful) == ("other number, similar text", 0.78, True)
    ((by_rule, sure, why),) = recorded(published(folder, text), "itu-r/objective/1", "itu-r/objective/2")
    assert (by_rule, sure, "nobody has decided it" in why) == (True, 0.78, True)


def test_a_decision_that_confirms_what_was_found_is_recorded(folder: Path, tmp_path: Path) -> None:
    published(folder, TEXT)
    text = exported(folder, tmp_path / "again.ttl").replace("Nobody is left without", "All have")
    plan = published(folder, text, {"itu-r/objective/1": ["itu-r/objective/2"]})
    ((by_rule, sure, why),) = recorded(plan, "itu-r/objective/1", "itu-r/objective/2")
    assert (by_rule, sure) == (False, 1.0)
    assert why.endswith("as a person decided, confidence 1.00.")
    # It is a person's word from then on, in the next export too.
    again = exported(folder, tmp_path / "third.ttl").replace("All have", "Each has")
    ((by_rule, sure, _),) = recorded(published(folder, again), "itu-r/objective/1", "itu-r/objective/2")
    assert (by_rule, sure) == (False, 1.0)


def test_a_decision_that_confirms_what_the_file_states_is_recorded(folder: Path) -> None:
    stated = "<itu/plan/2016-2019/itu-d/objective/5> dcterms:replaces <itu/plan/2012-2015/itu-d/objective/1> .\n"
    plan = published(folder, TEXT + stated, {"itu-d/objective/5": ["itu-d/objective/1"]})
    ((by_rule, sure, _),) = recorded(plan, "itu-d/objective/5", "itu-d/objective/1")
    assert (by_rule, sure) == (False, 1.0)


def test_a_decision_goes_before_what_is_stated_where_another_element_states_the_same(folder: Path) -> None:
    """D.5 is stated to carry on objective 1, goal/1 objective 2; decided is that D.5 carries on objective 2 too."""
    one, other = (
        f"<itu/plan/2016-2019/{new}> dcterms:replaces <itu/plan/2012-2015/{old}> .\n"
        for new, old in (("itu-d/objective/5", "itu-d/objective/1"), ("goal/1", "itu-d/objective/2"))
    )
    plan = published(folder, TEXT + one + other, {"itu-d/objective/5": ["itu-d/objective/2"]})
    pairs = {
        (t.subject.value.removeprefix(f"{next_period.PLAN}/"), t.object.value.removeprefix(f"{next_period.ANNEX}/"))
        for t in replaced(plan) - RECORDED
    }
    assert pairs == {("itu-d/objective/5", "itu-d/objective/2"), ("goal/1", "itu-d/objective/2")}
    ((by_rule, _, why),) = recorded(plan, "itu-d/objective/5", "itu-d/objective/2")
    assert (by_rule, why.endswith(": as a person decided, confidence 1.00.")) == (False, True)
    assert recorded(plan, "goal/1", "itu-d/objective/2") == []


def test_a_reworded_element_is_looked_at_anew_in_a_file_that_names_no_successors(folder: Path) -> None:
    published(folder, TEXT)
    second = published(folder, TEXT.replace("To let women and girls lead digital enterprises.", "Feedback"))
    assert replaced(second) == RECORDED


def test_the_annex_is_as_it_was(annex_folder: Path) -> None:
    def annex() -> bytes:
        done = run("export", "--format", "nquads", "--plan", next_period.ANNEX, store=annex_folder)
        assert done.returncode == 0, done.stderr
        return done.stdout.encode()

    before = annex()
    published(annex_folder, TEXT)
    assert annex() == before


# --- said beside a text, and in a workbook ---------------------------------------------------------------------------

OTHER = Path(__file__).parent / "data/other-plan.txt"
DESCRIBED = """replaces = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"

[[succession]]
new = "agy-w/objective/1"
old = "itu-d/objective/1"
"""


def beside(text: str, toml: str) -> StatedPlan:
    description = (toml.encode(), "other-plan.toml")
    return read_revision(text.encode(), file=OTHER.name, limits=LIMITS, description=description)


def described(toml: str) -> StatedPlan:
    return read_revision(
        OTHER.read_bytes(), file=OTHER.name, limits=LIMITS, description=(toml.encode(), "other-plan.toml")
    )


def test_the_description_of_a_text_says_what_it_replaces_and_what_carries_on_what() -> None:
    plan = described(DESCRIBED)
    own = plan.identifiers.plan_iri
    before, element = (t for t in plan.statements if t.predicate == REPLACES)
    assert before == Triple(NamedNode(own), REPLACES, NamedNode(next_period.ANNEX))
    assert element == Triple(
        NamedNode(f"{own}/agy-w/objective/1"), REPLACES, NamedNode(f"{next_period.ANNEX}/itu-d/objective/1")
    )
    decisions = {one.name: one for one in plan.decisions}
    for triple in (before, element):
        (name,) = plan.statements[triple].decisions
        assert (decisions[name].by_rule, decisions[name].confidence) == (False, 1.0)
        assert decisions[name].reason.startswith("other-plan.toml says so")


def test_one_that_puts_several_together_rests_on_one_decision_that_names_them_all() -> None:
    merged = '[[succession]]\nnew = "agy-w/objective/1"\nold = "itu-d/objective/2"\n'
    plan = described(f"{DESCRIBED}\n{merged}")
    own = NamedNode(f"{plan.identifiers.plan_iri}/agy-w/objective/1")
    olds = [f"{next_period.ANNEX}/itu-d/objective/{number}" for number in (1, 2)]
    names = {plan.statements[Triple(own, REPLACES, NamedNode(old))].decisions for old in olds}
    ((name,),) = names
    (decision,) = (one for one in plan.decisions if one.name == name)
    assert decision.reason == (f"other-plan.toml says so: agy-w/objective/1 replaces <{olds[0]}> and <{olds[1]}>.")


def test_decisions_on_two_places_never_have_one_name() -> None:
    places = ("a/b-c", "a-b/c", "a-b-c", "a~b/c", "a/b~c", "plan", "", "https://data.example.org/x#c", "(plan)")
    names = {succession_name(place) for place in places}
    assert len(names) == len(places)
    assert not [name for name in names if set(name) & set("/#?")]


def test_the_description_of_a_text_names_a_plan_under_own_iris() -> None:
    iri = "https://data.example.org/plans/2026-2030"
    element = '[[succession]]\nnew = "agy-w/objective/1"\nold = "{}"\n'
    for old, full in (("objective/3", f"{iri}/objective/3"), ("https://x.example/o", "https://x.example/o")):
        plan = described(f'replaces = "{iri}"\n\n{element.format(old)}')
        assert {t.object.value for t in plan.statements if t.predicate == REPLACES} == {iri, full}


def test_what_the_description_says_goes_before_words_in_every_version(folder: Path) -> None:
    text = OTHER.read_text("utf-8")
    reworded, again = (text.replace("Number of plans", f"Number of all {word}") for word in ("plans", "the plans"))
    # At last without a description: what a text does not say stays as it was.
    for plan in (beside(text, DESCRIBED), beside(reworded, DESCRIBED), beside(again, "")):
        with opened(folder) as store:
            comparison = compare(store, plan)
            proposal = propose(comparison, decide(comparison, {}))
            (one,) = (o for o in proposal.review.predecessor.successions if o.new and o.old)
            assert ([n.place for n in one.old], one.is_decided) == (["itu-d/objective/1"], True)
            assert not [c for c in proposal.review.changes if c.property == DCTERMS.REPLACES]
            publish_proposal(Target(folder, store, 9), proposal, Act(datetime(2030, 1, 3, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("toml", "what"),
    [
        ('replaces = "the plan before"', "names no plan"),
        ('replaces = "https://data.example.org/plans/the one before"', "is no IRI"),
        (DESCRIBED.replace("2012-2015", "2012-2015/mission"), "names no plan"),
        (DESCRIBED.replace("agy-w/objective/1", "agy-w/objective/99"), "no element at 'agy-w/objective/99'"),
        (DESCRIBED.replace("old =", "before ="), "new and old"),
        (DESCRIBED.partition("\n")[2], "names no plan"),
    ],
)
def test_what_is_wrong_in_the_description_is_told(toml: str, what: str) -> None:
    with pytest.raises(SourceError, match=what):
        described(toml)


def test_a_workbook_says_it_on_the_sheet_of_the_plan(folder: Path, tmp_path: Path) -> None:
    published(folder, TEXT)
    book = tmp_path / "next.xlsx"
    done = run("export", "--format", "xlsx", "--plan", next_period.PLAN, "--output", book, store=folder)
    assert done.returncode == 0, done.stderr
    head, row, *_ = openpyxl.load_workbook(book)["Plan"].values
    assert next_period.ANNEX.endswith(str(dict(zip(head, row, strict=True))["Replaces"]))
    plan = read_file(book, LIMITS)
    assert {t for t in plan.statements if t.predicate == REPLACES} == {
        *RECORDED,
        Triple(NamedNode(next_period.PLAN), REPLACES, NamedNode(next_period.ANNEX)),
    }
    found = json.loads(run("review", book, "--format", "json", store=folder).stdout)
    assert found["changes"] == []


# --- the doors --------------------------------------------------------------------------------------------------------


def test_the_command_reviews_against_a_plan_and_against_a_number(annex_folder: Path) -> None:
    done = run("review", next_period.FILE, "--against", "2012-2015", "--format", "json", store=annex_folder)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found["predecessor"]["successions"]) == len(RECORDED) - 2 + next_period.ENDED + len(next_period.NEW)
    assert run("publish", next_period.FILE, store=annex_folder).returncode == 0
    reviewed = run("review", next_period.FILE, "--against", "1", "--format", "json", store=annex_folder)
    assert json.loads(reviewed.stdout)["against"] == f"{next_period.PLAN}/version/1"
    wrong = run("review", next_period.FILE, "--against", "2008-2011", store=annex_folder)
    assert (wrong.returncode, "no published plan" in wrong.stderr) == (2, True)


def test_a_file_of_decisions_says_what_carries_on_what(folder: Path, tmp_path: Path) -> None:
    decisions = tmp_path / "decisions.toml"
    decisions.write_text('[[succession]]\nnew = "goal/1"\nold = "itu-d/goal"\n', "utf-8")
    done = run("review", next_period.FILE, "--decisions", decisions, "--format", "json", store=folder)
    found = json.loads(done.stdout)["predecessor"]["successions"]
    (goal,) = (one for one in found if [new["place"] for new in one["new"]] == ["goal/1"])
    assert (goal["relation"], goal["is_decided"], goal["old"][0]["place"]) == ("continued", True, "itu-d/goal")
    published = run("publish", next_period.FILE, "--decisions", decisions, "--accept", store=folder)
    assert published.returncode == 0, published.stderr
