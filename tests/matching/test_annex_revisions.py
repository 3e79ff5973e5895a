"""Edits of the annex's text, each with what a reader would say of it."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from stratgraph.matching import identified, match
from stratgraph.matching.outline import Outline
from stratgraph.matching.similarity import LIKELY, SURE, key, similarity
from stratgraph.terms import SG

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyoxigraph import Triple

    from stratgraph.document import PlanDocument
    from stratgraph.matching import Match
    from stratgraph.statements import StatedPlan

KPIS = "itu-d/objective/3/kpi"
"""In Table 6.2: 1 confidence, 2 number and impact, 3 feedback, 4 MoUs in effect, 5 number of countries."""

MOUS = " • Number of MoUs in effect"
FEEDBACK = " • Feedback from members"


@pytest.fixture(scope="session")
def text(annex_bytes: bytes) -> str:
    return annex_bytes.decode()


@pytest.fixture(scope="session")
def old(annex_plan: Callable[[str], StatedPlan], text: str) -> StatedPlan:
    return annex_plan(text)


@pytest.fixture(scope="session")
def revise(annex_plan: Callable[[str], StatedPlan], old: StatedPlan) -> Callable[[str], tuple[Match, ...]]:
    return lambda revised: match(annex_plan(revised), old, used=Outline(old).by_place)


def told(matches: tuple[Match, ...]) -> dict[str, str]:
    """From place in the revision to place; what is as it was left out, what was dropped below its old place."""
    return {one.new or f"({one.old})": one.place for one in matches if one.new != one.place}


def wordings(plan: StatedPlan) -> set[Triple]:
    return {triple for triple in plan.statements if triple.predicate.value == SG.TEXT}


def edit(text: str, objective: str, old: str, new: str) -> str:
    """Replaces something in the row of an objective of Table 6.2."""
    rows = [line for line in text.split("\n") if line.startswith(f"<p>{objective}</p>") and old in line]
    row = rows[-1]
    return text.replace(row, row.replace(old, new, 1))


def test_an_inserted_indicator_does_not_shift_the_others(text: str, revise: Callable[[str], tuple[Match, ...]]) -> None:
    matches = revise(edit(text, "Objective 3", FEEDBACK, " • Cost per participant of each forum" + FEEDBACK))
    assert told(matches) == {
        f"{KPIS}/3": f"{KPIS}/6",
        f"{KPIS}/4": f"{KPIS}/3",
        f"{KPIS}/5": f"{KPIS}/4",
        f"{KPIS}/6": f"{KPIS}/5",
    }
    assert not any(one.is_doubtful for one in matches)


def test_a_deleted_indicator_is_dropped_and_no_other(text: str, revise: Callable[[str], tuple[Match, ...]]) -> None:
    matches = revise(edit(text, "Objective 3", MOUS, ""))
    assert told(matches) == {f"{KPIS}/4": f"{KPIS}/5", f"({KPIS}/4)": f"{KPIS}/4"}
    assert [one.how for one in matches if one.how != "same place and text"] == [
        "other place, same text",
        "not in the revision any more",
    ]


def test_indicators_in_another_order_keep_their_places(text: str, revise: Callable[[str], tuple[Match, ...]]) -> None:
    matches = revise(edit(text, "Objective 3", FEEDBACK + MOUS, MOUS + FEEDBACK))
    assert told(matches) == {f"{KPIS}/3": f"{KPIS}/4", f"{KPIS}/4": f"{KPIS}/3"}


def test_a_reworded_indicator_is_the_same_one(text: str, revise: Callable[[str], tuple[Match, ...]]) -> None:
    matches = revise(edit(text, "Objective 3", MOUS, " • Number of signed MoUs in effect"))
    (one,) = [one for one in matches if one.how != "same place and text"]
    assert (one.new, one.old, one.how, one.is_doubtful) == (f"{KPIS}/4", f"{KPIS}/4", "same place, similar text", False)


def test_an_indicator_of_which_a_third_is_other_words_is_asked_about(
    text: str, revise: Callable[[str], tuple[Match, ...]]
) -> None:
    (one,) = [
        one
        for one in revise(edit(text, "Objective 3", MOUS, " • Number of current MoUs and agreements"))
        if one.is_doubtful
    ]
    assert (one.new, one.old) == (f"{KPIS}/4", f"{KPIS}/4")


def test_a_reworded_indicator_behind_an_inserted_one_is_the_same_one(
    text: str, revise: Callable[[str], tuple[Match, ...]]
) -> None:
    matches = revise(edit(text, "Objective 3", MOUS, " • Cost of each forum • Number of MoUs and agreements in effect"))
    assert told(matches) == {f"{KPIS}/4": f"{KPIS}/6", f"{KPIS}/5": f"{KPIS}/4", f"{KPIS}/6": f"{KPIS}/5"}


def test_an_indicator_with_another_in_its_stead_is_dropped(
    text: str, revise: Callable[[str], tuple[Match, ...]]
) -> None:
    matches = revise(edit(text, "Objective 3", MOUS, " • Share of schools that are online"))
    assert told(matches) == {f"{KPIS}/4": f"{KPIS}/6", f"({KPIS}/4)": f"{KPIS}/4"}
    assert not any(one.is_doubtful for one in matches)


def test_an_indicator_that_moved_to_another_objective_keeps_its_iri(
    text: str, revise: Callable[[str], tuple[Match, ...]]
) -> None:
    last = " • Response rate to annual questionnaires"
    moved = edit(edit(text, "Objective 3", MOUS, ""), "Objective 4", last, last + MOUS)
    matches = revise(moved)
    assert told(matches) == {"itu-d/objective/4/kpi/4": f"{KPIS}/4", f"{KPIS}/4": f"{KPIS}/5"}
    (one,) = [one for one in matches if one.old == f"{KPIS}/4"]
    assert (one.how, one.is_doubtful) == ("below another parent, same text", False)


def test_an_indicator_that_stands_below_many_objectives_may_have_moved(
    text: str, revise: Callable[[str], tuple[Match, ...]]
) -> None:
    last = " • Response rate to annual questionnaires"
    matches = revise(edit(edit(text, "Objective 3", FEEDBACK, ""), "Objective 4", last, last + FEEDBACK))
    (one,) = [one for one in matches if one.is_doubtful]
    assert (one.new, one.old) == ("itu-d/objective/4/kpi/4", f"{KPIS}/3")


def test_a_part_of_a_result_that_became_a_result_keeps_its_iri(
    text: str, revise: Callable[[str], tuple[Match, ...]]
) -> None:
    part = " • Radiocommunication assemblies"
    assert text.count(part) == 1
    end = "<p>2 Participation in meetings"
    assert text.count(end) == 1
    matches = revise(
        text.replace(part, "").replace(end, f"<p>2 Radiocommunication assemblies</p> {end.replace('2', '3')}")
    )
    results = "itu-r/objective/1/result"
    assert told(matches) == {
        f"{results}/1/4": f"{results}/1/5",
        f"{results}/2": f"{results}/1/4",
        f"{results}/3": f"{results}/2",
    }


def test_objectives_that_exchange_their_numbers_take_everything_along(
    text: str,
    old: StatedPlan,
    annex_plan: Callable[[str], StatedPlan],
    revise: Callable[[str], tuple[Match, ...]],
) -> None:
    start, end = text.index("7.3 Objectives\n"), text.index("Table 8.1 -")
    exchanged = re.sub(r"Objective [34]", lambda m: {"3": "Objective 4", "4": "Objective 3"}[m[0][-1]], text[start:end])
    revised = text[:start] + exchanged + text[end:]
    matches = revise(revised)
    changes = told(matches)
    # In Table 7.2 objective 3 has 3 outputs, 4 results and 4 indicators; objective 4 has 4, 4 and 5.
    assert len(changes) == 1 + 11 + 1 + 13
    assert all(
        new == re.sub("/[34]", lambda m: {"/3": "/4", "/4": "/3"}[m[0]], place, count=1)
        for new, place in changes.items()
    )
    assert {one.new: one.how for one in matches if one.how != "same place and text"} == {
        "gs/objective/3": "other number, same text",
        "gs/objective/4": "other number, same text",
    }
    # Mentions as well: everything that has a wording is where it was.
    assert wordings(identified(annex_plan(revised), old, matches)) == wordings(old)


def test_an_event_of_another_year_is_asked_about(text: str, revise: Callable[[str], tuple[Match, ...]]) -> None:
    row = "ITU TELECOM World 2013\t\t\t\t\t\tX\n"
    after = "ITU TELECOM World 2015\t\t\t\t\t\tX\n"
    revised = text.replace(row, "").replace(after, after + row.replace("2013", "2017"))
    revised = revised.replace(
        " • ITU TELECOM World 2013 • ITU TELECOM World 2015", " • ITU TELECOM World 2015 • ITU TELECOM World 2017"
    )
    matches = revise(revised)
    found = {one.new: one for one in matches}
    assert found["gs/objective/6/output/1"].old == "gs/objective/6/output/2"
    assert not found["gs/objective/6/output/1"].is_doubtful
    assert (found["gs/objective/6/output/2"].old, found["gs/objective/6/output/2"].is_doubtful) == (
        "gs/objective/6/output/1",
        True,
    )


def test_a_dropped_paragraph_does_not_shift_the_factors_behind_it(
    text: str, revise: Callable[[str], tuple[Match, ...]]
) -> None:
    lines = [line for line in text.split("\n") if not line.lstrip().startswith("- 2.1.3 ")]
    revised = "\n".join(
        re.sub(r"^( ?)- 2\.1\.(\d+) ", lambda m: f"{m[1]}- 2.1.{int(m[2]) - (int(m[2]) > 3)} ", line) for line in lines
    )
    assert told(revise(revised)) == {f"factor/2.1.{n}": f"factor/2.1.{n + 1}" for n in range(3, 15)} | {
        "(factor/2.1.3)": "factor/2.1.3"
    }


def test_a_mission_with_other_words_is_the_mission_of_its_unit(
    text: str, revise: Callable[[str], tuple[Match, ...]]
) -> None:
    sentence = "ITU-T provides a unique worldwide venue for standardization of telecommunications and ICTs."
    assert text.count(sentence) == 1
    matches = revise(text.replace(sentence, "Everybody is connected."))
    (one,) = [one for one in matches if one.how != "same place and text"]
    assert (one.new, one.old, one.how, one.is_doubtful) == (
        "itu-t/vision",
        "itu-t/vision",
        "same place, other text",
        False,
    )


# --- the thresholds ---------------------------------------------------------------------------------------------------


def words(text: str) -> tuple[str, ...]:
    return tuple(sorted(key(text).split()))


def test_no_two_siblings_of_the_annex_are_surely_one_but_for_their_figures(old: StatedPlan) -> None:
    outline = Outline(old)
    alike = {
        (one.text, other.text)
        for siblings in outline.siblings.values()
        for one, other in combinations(siblings, 2)
        if similarity(one.words, other.words) >= SURE
    }
    assert alike == set()


def test_the_wordings_of_one_thing_in_the_annex_are_likely_one(annex_document: PlanDocument) -> None:
    pairs = [
        [words(mention.text) for mention in element.mentions]
        for element in annex_document.elements
        if len({key(mention.text) for mention in element.mentions}) == 2
    ]
    assert len(pairs) == 24
    assert all(similarity(*pair) >= LIKELY for pair in pairs)
