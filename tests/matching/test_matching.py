"""Small plans: who keeps an IRI, who gets a new one, what is recorded, what somebody decided."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.document import Evidence
from stratgraph.errors import UsageError
from stratgraph.matching import accepted, identified, match, questions
from stratgraph.statements import renamed
from stratgraph.terms import OWL, RDF, RDFS, SG, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from stratgraph.matching import Match
    from stratgraph.statements import StatedPlan

    PlanOf = Callable[[Mapping[str, Sequence[str]]], StatedPlan]

WORDS = [
    *("harbour", "lantern", "quorum", "velvet", "sixth", "mango", "chisel", "drought", "beacon", "fjord", "glacier"),
    *("wizard", "pepper", "jungle", "kettle", "ozone", "ribbon", "thunder", "umbrella", "yogurt"),
]
"""Any two of them are of two things, whatever measure."""

OBJECTIVES, KEPT, ADDED = WORDS[:3], WORDS[3:13], WORDS[13:]
TRUE = Literal("true", datatype=NamedNode(XSD.BOOLEAN))


def places(plan: StatedPlan) -> set[str]:
    return {iri.removeprefix(f"{plan.identifiers.plan_iri}/") for iri in plan.provisional}


def by_text(plan: StatedPlan) -> dict[str, str]:
    """From each wording to the place that has it."""
    start = f"{plan.identifiers.plan_iri}/"
    return {
        t.object.value: t.subject.value.removeprefix(start) for t in plan.statements if t.predicate.value == SG.TEXT
    }


def matched(new: StatedPlan, old: StatedPlan, **decided: str) -> dict[str, Match]:
    """By place in the revision."""
    return {one.new: one for one in match(new, old, used=places(old), decided=decided) if one.new}


def said_of(plan: StatedPlan, place: str) -> dict[Triple, Evidence]:
    node = NamedNode(plan.identifiers.place_iri(place))
    return {t: e for t, e in plan.statements.items() if t.subject == node}


@st.composite
def revisions(draw: st.DrawFn) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """A plan, and the same with objectives and indicators put in another order, dropped and added."""
    order = draw(st.permutations(KEPT))
    cuts = sorted(draw(st.lists(st.integers(0, len(KEPT)), min_size=2, max_size=2)))
    lists = [order[: cuts[0]], order[cuts[0] : cuts[1]], order[cuts[1] :]]
    old = dict(zip(OBJECTIVES, lists, strict=True))
    added = iter(draw(st.permutations(ADDED)))
    new = {}
    for objective in draw(st.permutations(OBJECTIVES)):
        kept = draw(st.permutations(old[objective]))[: draw(st.integers(0, len(old[objective])))]
        for _ in range(draw(st.integers(0, 2))):
            kept.insert(draw(st.integers(0, len(kept))), next(added))
        new[objective] = kept
    return old, new


@given(revisions())
def test_what_was_not_touched_keeps_its_place_and_what_is_new_gets_a_later_number(
    plan_of: PlanOf, plans: tuple[dict[str, list[str]], dict[str, list[str]]]
) -> None:
    old, new = map(plan_of, plans)
    matches = match(new, old, used=places(old))
    result = identified(new, old, matches)
    before, after = by_text(old), by_text(result)
    assert not result.provisional
    assert not any(one.is_doubtful for one in matches)
    assert set(after) == {text for objective, texts in plans[1].items() for text in (objective, *texts)}
    assert {text: after[text] for text in after if text in before} == {t: before[t] for t in before if t in after}
    for text in after.keys() - before.keys():
        series, _, number = after[text].rpartition("/")
        assert int(number) > max(
            (int(p.rpartition("/")[2]) for p in places(old) if p.startswith(f"{series}/")), default=0
        )
    assert {one.old for one in matches if not one.new} == {before[text] for text in before.keys() - after.keys()}
    # The parent and the statements of each go along.
    for objective, texts in plans[1].items():
        for text in texts:
            iri = result.identifiers.place_iri
            assert Triple(
                NamedNode(iri(after[text])), NamedNode(SG.INDICATOR_OF), NamedNode(iri(after[objective]))
            ) in said_of(result, after[text])


@given(revisions())
def test_a_revision_of_the_same_text_changes_nothing(
    plan_of: PlanOf, plans: tuple[dict[str, list[str]], dict[str, list[str]]]
) -> None:
    old, new = map(plan_of, plans)
    once = identified(new, old, match(new, old, used=places(old)))
    again = match(new, once, used=[*places(old), *by_text(once).values()])
    assert {one.how for one in again} <= {"same place and text"}
    twice = identified(new, once, again)
    assert set(twice.statements) == set(once.statements)


def test_without_a_change_there_is_nothing_to_tell(plan_of: PlanOf) -> None:
    plan = plan_of({"harbour": ["velvet", "sixth"]})
    matches = match(plan, plan, used=places(plan))
    assert [(one.new, one.old, one.how, one.confidence) for one in matches] == [
        (place, place, "same place and text", 1.0)
        for place in ("u/objective/1", "u/objective/1/kpi/1", "u/objective/1/kpi/2")
    ]
    assert identified(plan, plan, matches) == replace(plan, provisional=frozenset())


def test_case_blanks_punctuation_and_footnote_marks_are_no_change_of_wording(plan_of: PlanOf) -> None:
    old, new = plan_of({"harbour": ["Costs – of the union"]}), plan_of({"harbour": ["costs of  the Union³."]})
    assert matched(new, old)["u/objective/1/kpi/1"].how == "same place and text"


def test_texts_that_stand_twice_keep_their_order(plan_of: PlanOf) -> None:
    old = plan_of({"harbour": ["velvet", "velvet", "sixth"]})
    found = matched(plan_of({"harbour": ["mango", "velvet", "velvet", "sixth"]}), old)
    assert [found[f"u/objective/1/kpi/{n}"].place for n in (1, 2, 3, 4)] == [
        "u/objective/1/kpi/4",
        "u/objective/1/kpi/1",
        "u/objective/1/kpi/2",
        "u/objective/1/kpi/3",
    ]


def test_a_number_of_a_dropped_element_is_never_given_out(plan_of: PlanOf) -> None:
    old, new = plan_of({"harbour": ["velvet"]}), plan_of({"harbour": ["velvet", "mango"], "lantern": ["sixth"]})
    used = {*places(old), "u/objective/1/kpi/7", "u/objective/4"}
    found = {one.new: one.place for one in match(new, old, used=used)}
    assert found["u/objective/1/kpi/2"] == "u/objective/1/kpi/8"
    assert found["u/objective/2"] == "u/objective/5"
    assert found["u/objective/2/kpi/1"] == "u/objective/5/kpi/1"


def test_the_best_assignment_is_taken_and_not_the_best_pair_first(plan_of: PlanOf) -> None:
    # The first of the revision is nearer to the first of before (7 of 8 words) than to the second (6 of 8); but the
    # second of the revision is near to the first (6 of 8) and shares only half of its words with the second.
    old = plan_of({"harbour": ["aa bb cc dd ee ff gg hh", "aa bb cc dd ee ff xx yy"]})
    new = plan_of({"harbour": ["aa bb cc dd ee ff gg yy", "zz ww cc dd ee ff gg hh"]})
    assert [one.old for one in matched(new, old).values()][1:] == ["u/objective/1/kpi/2", "u/objective/1/kpi/1"]


def test_of_two_that_are_as_near_somebody_has_to_choose(plan_of: PlanOf) -> None:
    phrase = "Number of days until a notice of a space station is published in the circular of the"
    old = plan_of({"harbour": [f"{phrase} bureau", f"{phrase} union", "velvet"]})
    one = matched(plan_of({"harbour": [f"{phrase} office", "velvet"]}), old)["u/objective/1/kpi/1"]
    assert one.is_doubtful
    assert {one.old, *one.alternatives} == {"u/objective/1/kpi/1", "u/objective/1/kpi/2"}


def test_what_differs_by_a_figure_at_another_place_is_asked_about(plan_of: PlanOf) -> None:
    report = "Annual report of the union on its activities in every region of the world in"
    old = plan_of({"harbour": [f"{report} 2031", "velvet"]})
    elsewhere = matched(plan_of({"harbour": ["velvet", f"{report} 2032"]}), old)["u/objective/1/kpi/2"]
    assert (elsewhere.old, elsewhere.is_doubtful) == ("u/objective/1/kpi/1", True)
    in_place = matched(plan_of({"harbour": [f"{report} 2032", "velvet"]}), old)["u/objective/1/kpi/1"]
    assert (in_place.old, in_place.is_doubtful) == ("u/objective/1/kpi/1", False)


# --- what people cite -----------------------------------------------------------------------------------------------


def test_an_objective_of_another_text_with_the_number_of_one_before_is_asked_about(plan_of: PlanOf) -> None:
    old, new = plan_of({"harbour": ["velvet"], "lantern": []}), plan_of({"harbour": ["velvet"], "quorum": []})
    one = matched(new, old)["u/objective/2"]
    assert (one.old, one.how, one.is_doubtful) == ("u/objective/2", "same place, other text", True)
    found = matched(new, old, **{"u/objective/2": ""})["u/objective/2"]
    assert (found.old, found.place, found.is_decided) == ("", "u/objective/3", True)


def test_an_objective_that_got_another_number_keeps_its_place_and_what_stands_below_it(plan_of: PlanOf) -> None:
    old = plan_of({"harbour": ["velvet"], "lantern": ["sixth", "mango"]})
    new = plan_of({"harbour": ["velvet"], "quorum": [], "lantern": ["sixth", "chisel", "mango"]})
    found = {one.new: (one.place, one.how) for one in match(new, old, used=places(old))}
    assert found["u/objective/3"] == ("u/objective/2", "other number, same text")
    assert found["u/objective/3/kpi/1"] == ("u/objective/2/kpi/1", "same place and text")
    assert found["u/objective/3/kpi/2"][0] == "u/objective/2/kpi/3"
    assert found["u/objective/3/kpi/3"][0] == "u/objective/2/kpi/2"
    assert found["u/objective/2"][0] == "u/objective/3"


def test_an_objective_is_known_by_what_stands_below_it_where_number_and_text_changed(plan_of: PlanOf) -> None:
    old = plan_of({"harbour": [], "lantern": ["sixth", "mango"]})
    new = plan_of({"quorum": ["sixth", "mango"], "harbour": []})
    one = matched(new, old)["u/objective/1"]
    assert (one.old, one.is_doubtful) == ("u/objective/2", True)


# --- below another parent -------------------------------------------------------------------------------------------


def test_an_element_keeps_its_iri_below_another_parent(plan_of: PlanOf) -> None:
    old, new = plan_of({"harbour": ["velvet"], "lantern": []}), plan_of({"harbour": [], "lantern": ["velvet", "mango"]})
    matches = match(new, old, used=places(old))
    found = {one.new: one for one in matches}
    moved = found["u/objective/2/kpi/1"]
    assert (moved.place, moved.how, moved.is_doubtful) == (
        "u/objective/1/kpi/1",
        "below another parent, same text",
        False,
    )
    result = identified(new, old, matches)
    objective = NamedNode(result.identifiers.place_iri("u/objective/2"))
    indicator = NamedNode(result.identifiers.place_iri("u/objective/1/kpi/1"))
    assert Triple(indicator, NamedNode(SG.INDICATOR_OF), objective) in result.statements
    # The next revision finds it where it is now, though its IRI is of where it was.
    again = match(new, result, used=[*places(old), *by_text(result).values()])
    assert {one.how for one in again} == {"same place and text"}


def test_a_text_that_recurs_is_asked_about_below_another_parent(plan_of: PlanOf) -> None:
    old = plan_of({"harbour": ["velvet"], "lantern": ["velvet"], "quorum": []})
    new = plan_of({"harbour": ["velvet"], "lantern": [], "quorum": ["velvet"]})
    one = matched(new, old)["u/objective/3/kpi/1"]
    assert (one.old, one.is_doubtful) == ("u/objective/2/kpi/1", True)


# --- what is recorded -----------------------------------------------------------------------------------------------


def test_a_match_that_says_more_is_a_decision_that_the_type_rests_on(plan_of: PlanOf) -> None:
    old, new = plan_of({"harbour": ["velvet", "sixth"]}), plan_of({"harbour": ["mango", "velvet", "sixth"]})
    matches = match(new, old, used=places(old), decided={"u/objective/1/kpi/3": "u/objective/1/kpi/2"})
    result = identified(new, old, matches)
    named = {decision.name: decision for decision in result.decisions}
    assert set(named) == {f"match-u-objective-1-kpi-{n}" for n in (1, 2, 3)}
    assert [named[f"match-u-objective-1-kpi-{n}"].by_rule for n in (1, 2, 3)] == [True, False, True]
    assert named["match-u-objective-1-kpi-1"].reason == (
        "u/objective/1/kpi/2 of this source is u/objective/1/kpi/1 of the version before: other place, same text, "
        "confidence 1.00; both say “velvet”."
    )
    resting = {t.predicate.value for t, e in said_of(result, "u/objective/1/kpi/1").items() if e.decisions}
    assert resting == {RDF.TYPE}


def test_a_dropped_element_leaves_that_it_is_deprecated_and_its_label_for_good(plan_of: PlanOf) -> None:
    first, second = plan_of({"harbour": ["velvet", "sixth"]}), plan_of({"harbour": ["sixth"]})
    once = identified(second, first, match(second, first, used=places(first)))
    left = said_of(once, "u/objective/1/kpi/1")
    assert {(t.predicate.value, t.object) for t in left} == {
        (OWL.DEPRECATED, TRUE),
        (RDFS.LABEL, Literal("velvet!", language="en")),
    }
    assert set(left.values()) == {Evidence(decisions=("match-u-objective-1-kpi-1",))}
    again = identified(second, once, match(second, once, used=places(first)))
    assert said_of(again, "u/objective/1/kpi/1").keys() == left.keys()
    names = {decision.name for decision in again.decisions}
    assert {name for e in said_of(again, "u/objective/1/kpi/1").values() for name in e.decisions} <= names


def test_a_source_that_names_its_elements_has_to_deprecate_them_itself(plan_of: PlanOf) -> None:
    old = plan_of({"harbour": ["velvet", "sixth"]})
    named = plan_of({"harbour": ["velvet", "mango"]})
    kpi = named.identifiers.place_iri("u/objective/1/kpi/2")
    new = replace(named, provisional=frozenset({kpi}))
    matches = match(new, old, used=places(old))
    assert [(one.new, one.old, one.place) for one in matches] == [
        ("u/objective/1/kpi/2", "", "u/objective/1/kpi/3"),
        ("", "u/objective/1/kpi/2", "u/objective/1/kpi/2"),
    ]
    assert not said_of(identified(new, old, matches), "u/objective/1/kpi/2")


def test_an_element_that_its_source_names_is_nobody_elses(plan_of: PlanOf) -> None:
    old = plan_of({"harbour": ["velvet", "sixth"]})
    revision = plan_of({"harbour": ["mango", "velvet"]})
    new = replace(revision, provisional=revision.provisional - {revision.identifiers.place_iri("u/objective/1/kpi/1")})
    # The second is worded as the first was, whose IRI its source gives to something else.
    assert matched(new, old)["u/objective/1/kpi/2"].place == "u/objective/1/kpi/3"


def test_what_is_new_below_an_element_of_another_namespace_gets_an_iri_of_the_plan(plan_of: PlanOf) -> None:
    old, new = plan_of({"harbour": ["velvet"]}), plan_of({"harbour": ["velvet", "mango"]})
    objective = old.identifiers.place_iri("u/objective/1")
    foreign = renamed(old, lambda iri: iri.replace(objective, "https://example.org/harbour"))
    result = identified(new, foreign, match(new, foreign, used=places(foreign)))
    assert by_text(result) == {
        "harbour": "https://example.org/harbour",
        "velvet": "https://example.org/harbour/kpi/1",
        "mango": "u/objective/1/kpi/1",
    }


# --- what somebody decides ------------------------------------------------------------------------------------------


def test_what_was_decided_holds_against_every_rule(plan_of: PlanOf) -> None:
    old, new = plan_of({"harbour": ["velvet", "sixth"]}), plan_of({"harbour": ["velvet", "sixth"]})
    found = matched(new, old, **{"u/objective/1/kpi/1": "u/objective/1/kpi/2", "u/objective/1/kpi/2": ""})
    assert [found[f"u/objective/1/kpi/{n}"].place for n in (1, 2)] == ["u/objective/1/kpi/2", "u/objective/1/kpi/3"]
    assert all(found[f"u/objective/1/kpi/{n}"].is_decided for n in (1, 2))


def test_what_was_decided_is_nobody_elses(plan_of: PlanOf) -> None:
    plan = plan_of({"harbour": ["velvet", "sixth"]})
    found = matched(plan, plan, **{"u/objective/1/kpi/1": "u/objective/1/kpi/2"})
    assert found["u/objective/1/kpi/2"].place == "u/objective/1/kpi/3"


@pytest.mark.parametrize(
    "decided",
    [
        {"u/objective/9": ""},
        {"u/objective/1": "u/objective/9"},
        {"u/objective/1": "u/objective/1/kpi/1"},
        {"u/objective/1/kpi/1": "u/objective/1/kpi/1", "u/objective/1/kpi/2": "u/objective/1/kpi/1"},
    ],
    ids=["not in the revision", "not in the version before", "of another class", "taken twice"],
)
def test_what_cannot_be_is_refused(plan_of: PlanOf, decided: dict[str, str]) -> None:
    plan = plan_of({"harbour": ["velvet", "sixth"]})
    with pytest.raises(UsageError) as raised:
        match(plan, plan, used=places(plan), decided=decided)
    assert raised.value.where is not None
    assert raised.value.mend


def test_a_question_offers_the_proposal_first_and_a_new_element_last(plan_of: PlanOf) -> None:
    old = plan_of({"harbour": ["Meetings in 2031", "Meetings in 2032", "velvet"]})
    new = plan_of({"harbour": ["velvet", "Meetings in 2039"]})
    (question,) = questions(match(new, old, used=places(old)), new, old)
    assert question.text == "Meetings in 2039"
    assert [option.text for option in question.options] == ["Meetings in 2031", "Meetings in 2032", ""]
    assert [option.place for option in question.options] == ["u/objective/1/kpi/1", "u/objective/1/kpi/2", ""]
    assert question.options[0].label == "Meetings in 2031!"
    assert question.options[0].similarity == question.options[1].similarity > 0.5


def test_to_accept_all_decides_what_was_proposed(plan_of: PlanOf) -> None:
    old = plan_of({"harbour": ["Meetings in 2031", "Meetings in 2032", "velvet"], "lantern": []})
    new = plan_of({"harbour": ["velvet", "Meetings in 2039"], "quorum": []})
    first = match(new, old, used=places(old))
    assert set(accepted(first)) == {"u/objective/1/kpi/2", "u/objective/2"}
    second = match(new, old, used=places(old), decided=accepted(first))
    assert not any(one.is_doubtful for one in second)
    assert [(one.new, one.place) for one in second] == [(one.new, one.place) for one in first]


def test_matches_of_another_revision_are_refused(plan_of: PlanOf) -> None:
    old, new = plan_of({"harbour": []}), plan_of({"harbour": ["velvet"]})
    with pytest.raises(UsageError, match="no match"):
        identified(new, old, match(old, old, used=places(old)))
