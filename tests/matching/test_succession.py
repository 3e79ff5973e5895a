"""What a plan carries over from the one before: decided by hand, for small plans and a constructed one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import next_period
from stratgraph.errors import SourceError, UsageError
from stratgraph.matching import Relation, Succession, read_successions, succession, write_decisions
from stratgraph.plan_files import ReadingLimits, read_file
from stratgraph.plan_graph import to_statements
from stratgraph.settings import Settings
from stratgraph.statements import renamed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from stratgraph.document import PlanDocument
    from stratgraph.statements import StatedPlan

    PlanOf = Callable[[Mapping[str, Sequence[str]]], StatedPlan]


def before(plan: StatedPlan) -> StatedPlan:
    """The same plan as one of another period: no IRI of its elements is one of the other's."""
    return renamed(plan, lambda iri: iri.replace("/plan/p/", "/plan/before/"))


def told(found: Sequence[Succession]) -> list[tuple[str, str, str]]:
    """Relation, texts before, texts now."""
    return [
        (one.relation.value, " + ".join(n.text for n in one.old), " + ".join(n.text for n in one.new)) for one in found
    ]


def compared(old: StatedPlan, new: StatedPlan) -> list[tuple[str, str, str]]:
    return told(succession(new, before(old)))


def test_a_number_alone_carries_nothing_over(plan_of: PlanOf) -> None:
    assert compared(plan_of({"harbour": []}), plan_of({"quorum": []})) == [
        ("ended", "harbour", ""),
        ("new", "", "quorum"),
    ]


def test_the_same_words_continue_at_any_number_and_below_another_parent(plan_of: PlanOf) -> None:
    old = plan_of({"harbour": ["velvet"], "lantern": []})
    new = plan_of({"quorum": [], "lantern": ["velvet"]})
    assert sorted(compared(old, new)) == [
        ("continued", "lantern", "lantern"),
        ("continued", "velvet", "velvet"),
        ("ended", "harbour", ""),
        ("new", "", "quorum"),
    ]


def test_other_words_continue_as_sure_as_they_are_alike(plan_of: PlanOf) -> None:
    old = plan_of({"To build bridges for all who cross the river": []})
    (one,) = succession(plan_of({"To build bridges for all who want to cross the river": []}), before(old))
    assert one.relation is Relation.CONTINUED
    assert 0.55 <= one.confidence < 1
    (same,) = succession(old, before(old))
    assert (same.confidence, same.is_doubtful) == (1.0, False)


def test_what_is_taken_apart_is_split_and_what_is_put_together_merged(plan_of: PlanOf) -> None:
    whole = plan_of({"To build bridges that last and to run ferries at night": []})
    parts = plan_of({"To build bridges that last": [], "To run ferries at night": []})
    (split,) = compared(whole, parts)
    assert split == (
        "split",
        "To build bridges that last and to run ferries at night",
        "To build bridges that last + To run ferries at night",
    )
    (merged,) = compared(parts, whole)
    assert merged == ("merged", split[2], split[1])


def test_a_part_that_alone_is_left_is_no_split(plan_of: PlanOf) -> None:
    whole = plan_of({"To build bridges that last and to run ferries at night": []})
    found = compared(whole, plan_of({"To build bridges that last": [], "quorum": []}))
    assert [one[0] for one in found] == ["continued", "new"]


def test_what_continues_word_for_word_is_not_taken_apart(plan_of: PlanOf) -> None:
    old = plan_of({"To build bridges and to run ferries": []})
    new = plan_of({"To build bridges and to run ferries": [], "To build bridges": [], "To run ferries": []})
    assert [one[0] for one in compared(old, new)] == ["continued", "new", "new"]


def test_every_element_of_both_plans_is_in_one_place(plan_of: PlanOf) -> None:
    old = plan_of({"harbour and lantern": ["velvet", "ledger"], "quorum": []})
    new = plan_of({"harbour": ["velvet"], "lantern": ["ledger", "velvet"], "cedar": []})
    found = succession(new, before(old))
    olds, news = ([named.iri for one in found for named in side(one)] for side in (lambda o: o.old, lambda o: o.new))
    assert len(olds) == len(set(olds)) == 4
    assert len(news) == len(set(news)) == 6


@pytest.fixture(scope="module")
def plans(annex_document: PlanDocument) -> tuple[StatedPlan, StatedPlan]:
    """The constructed plan, and the annex."""
    new = read_file(next_period.FILE, Settings().part(ReadingLimits))
    return new, to_statements(annex_document, file="annex.txt")


def test_the_constructed_plan_carries_over_what_was_decided_by_hand(plans: tuple[StatedPlan, StatedPlan]) -> None:
    found = succession(*plans)
    places = {
        relation: [
            (tuple(n.place for n in one.old), tuple(n.place for n in one.new))
            for one in found
            if one.relation is relation
        ]
        for relation in Relation
    }
    assert {old: new for (old,), (new,) in places[Relation.CONTINUED]} == next_period.CONTINUED
    assert {old: new for (old,), new in places[Relation.SPLIT]} == next_period.SPLIT
    assert {old: new for old, (new,) in places[Relation.MERGED]} == next_period.MERGED
    assert {new for _, (new,) in places[Relation.NEW]} == next_period.NEW
    assert len(places[Relation.ENDED]) == next_period.ENDED
    assert places[Relation.REGROUPED] == []


def test_word_for_word_is_sure_and_other_words_are_to_be_looked_at(plans: tuple[StatedPlan, StatedPlan]) -> None:
    continued = [one for one in succession(*plans) if one.relation is Relation.CONTINUED]
    doubtful = {one.old[0].place for one in continued if one.is_doubtful}
    assert doubtful == next_period.REWORDED
    assert all(one.confidence >= 0.95 for one in continued if one.old[0].place not in doubtful)


def test_a_plan_carries_all_of_itself_over(annex_document: PlanDocument) -> None:
    annex = to_statements(annex_document, file="annex.txt")
    found = succession(annex, annex)
    assert len(found) == next_period.ELEMENTS
    assert all(one.relation is Relation.CONTINUED and one.old == one.new for one in found)


def test_what_somebody_decided_goes_before_words(plans: tuple[StatedPlan, StatedPlan]) -> None:
    decided = {
        "itu-d/objective/1": frozenset[str](),
        "itu-d/objective/5": frozenset({"itu-d/objective/1", "itu-d/objective/4"}),
        "goal/1": frozenset({"itu-d/objective/3"}),
    }
    found = {tuple(n.place for n in one.new): one for one in succession(*plans, decided=decided) if one.new}
    assert found["itu-d/objective/1",].relation is Relation.NEW
    merged = found["itu-d/objective/5",]
    assert (merged.relation, merged.is_decided, merged.confidence) == (Relation.MERGED, True, 1.0)
    assert [n.place for n in merged.old] == ["itu-d/objective/1", "itu-d/objective/4"]
    # A person may say that an objective became a goal.
    assert found["goal/1",].old[0].place == "itu-d/objective/3"


def test_what_the_plan_states_goes_before_words(plans: tuple[StatedPlan, StatedPlan]) -> None:
    iri = f"{next_period.PLAN}/itu-d/objective/5"
    stated = {iri: [f"{next_period.ANNEX}/itu-d/objective/4", "http://example.org/unknown"]}
    found = {one.new[0].place: one for one in succession(*plans, stated=stated) if one.new}
    assert [n.place for n in found["itu-d/objective/5"].old] == ["itu-d/objective/4"]
    assert found["itu-d/objective/5"].how == "as the plan states"
    assert found["itu-d/objective/1"].relation is Relation.NEW


def test_elements_that_share_what_they_carry_on_are_regrouped(plans: tuple[StatedPlan, StatedPlan]) -> None:
    decided = {
        "itu-d/objective/1": {"itu-d/objective/1", "itu-d/objective/2"},
        "itu-d/objective/5": {"itu-d/objective/2", "itu-d/objective/3"},
    }
    (one,) = (one for one in succession(*plans, decided=decided) if one.relation is Relation.REGROUPED)
    assert len(one.pairs) == 4
    assert (f"{next_period.PLAN}/itu-d/objective/5", f"{next_period.ANNEX}/itu-d/objective/1") not in one.pairs


@pytest.mark.parametrize(
    ("decided", "what"),
    [({"itu-d/objective/9": {"mission"}}, "itu-d/objective/9"), ({"mission": {"itu-d/objective/9"}}, "plan before")],
)
def test_a_place_that_is_not_there_is_told(
    plans: tuple[StatedPlan, StatedPlan], decided: dict[str, set[str]], what: str
) -> None:
    with pytest.raises(UsageError, match=what):
        succession(*plans, decided=decided)


# --- the file of decisions -------------------------------------------------------------------------------------------


def test_decisions_on_the_plan_before_are_read_and_written() -> None:
    decided = {"objective/1": frozenset({"a/1", "a/2"}), "objective/2": frozenset[str]()}
    data = write_decisions((), header="h", successions=decided)
    assert data.decode().splitlines()[1:] == [
        "[[succession]]",
        'new = "objective/1"',
        'old = "a/1"',
        "",
        "[[succession]]",
        'new = "objective/1"',
        'old = "a/2"',
        "",
        "[[succession]]",
        'new = "objective/2"',
        'old = ""',
    ]
    assert read_successions(data, file="d.toml") == decided


def test_a_decision_without_two_places_is_told_with_its_line() -> None:
    with pytest.raises(SourceError) as caught:
        read_successions(b'# d\n[[succession]]\nnew = "a"\nold = "b"\n\n[[succession]]\nnew = "c"\n', file="d.toml")
    assert (caught.value.where.file, caught.value.where.line) == ("d.toml", 6)
