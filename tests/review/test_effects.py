"""What the changes do to links and to coverage."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad, Triple, parse
from two_versions import NORTH, OLD, PLAN, edited, plan

from stratgraph.assets import query_text
from stratgraph.query import with_values
from stratgraph.review import Effect, review
from stratgraph.serialisation import N_TRIPLES, TURTLE
from stratgraph.store import Forms, memory_store
from stratgraph.terms import SKOS_NS

GOAL_9 = "http://metadata.un.org/sdg/9"
ROAD = f"{PLAN}/north/objective/1"
PIER = f"{PLAN}/north/objective/2/output/1"


def close_match(subject: str, target: str = GOAL_9) -> Triple:
    return Triple(NamedNode(subject), NamedNode(f"{SKOS_NS}closeMatch"), NamedNode(target))


def effects(new: str, *links: Triple, old: str = OLD) -> tuple[Effect, ...]:
    return review(plan(new), plan(old, "old.ttl"), against=f"{PLAN}/version/1", version=2, links=links).effects


def without(*places: str) -> str:
    pieces = []
    for place in places:
        start = OLD.index(f"<agency/plan/1/{place}> a ")
        pieces.append((OLD[start : OLD.index(" .\n", start) + 3], ""))
    return edited(*pieces)


# --- links ------------------------------------------------------------------------------------------------------------


def test_the_link_of_a_reworded_element_is_to_be_looked_at_again() -> None:
    new = edited(("To build a road.", "To build a bridge."))
    (effect,) = effects(new, close_match(ROAD), close_match(PIER))
    assert (effect.kind, effect.subject, effect.targets) == ("link", ROAD, (GOAL_9,))
    assert effect.label == "To build a bridge."
    assert "Objective reworded" in effect.message
    assert "close match" in effect.message
    assert "Look at the link again" in effect.mend
    assert effect.where is not None
    assert (effect.where.file, effect.where.line) == ("new.ttl", new[: new.index("a bridge")].count("\n") + 1)


def test_the_links_of_an_element_are_told_in_one_effect_and_none_twice() -> None:
    links = (close_match(ROAD), close_match(ROAD), close_match(ROAD, "http://metadata.un.org/sdg/11"))
    (effect,) = effects(edited(("To build a road.", "To build a bridge.")), *links)
    assert effect.targets == (GOAL_9, "http://metadata.un.org/sdg/11")
    assert effect.message == (
        f"Objective reworded: its links “close match” to <{GOAL_9}> and <http://metadata.un.org/sdg/11> were made "
        "for what it was."
    )
    assert effect.mend == "Look at the links again; confirm them, or mend them."


def test_the_link_of_an_element_that_is_gone_is_to_be_withdrawn() -> None:
    (effect,) = effects(without("north/objective/2/output/1"), close_match(PIER))
    assert (effect.label, effect.where) == ("A pier", None)
    assert "Output removed" in effect.message
    assert "Withdraw" in effect.mend


def test_the_link_of_an_element_that_moved_is_to_be_looked_at_again() -> None:
    new = edited(
        (
            '"A pier"@en ; sg:position 1 ; sg:supportsObjective <agency/plan/1/north/objective/2>',
            f'"A dock"@en ; sg:position 2 ; sg:supportsObjective <{NORTH}/objective/1>',
        )
    )
    (effect,) = effects(new, close_match(PIER))
    assert "Output moved and reworded" in effect.message


def test_links_of_what_was_renumbered_relinked_or_amended_stay() -> None:
    new = edited(
        ("sg:endYear 2033", "sg:endYear 2034"),
        ('sg:notation "2"', 'sg:notation "3"'),
        (f"sg:measures <{NORTH}/objective/1/result/1>", f"sg:measures <{NORTH}/objective/1/output/1>"),
    )
    changed = (PLAN, f"{PLAN}/north/objective/2", f"{PLAN}/north/objective/1/kpi/1")
    found = effects(new, *map(close_match, changed))
    assert [effect for effect in found if effect.kind == "link"] == []


# --- coverage ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "what", "name"),
    [
        ("kpi/1", "key performance indicator", "Ships a year"),
        ("result/1", "expected result", "Ships land."),
    ],
)
def test_an_objective_loses_its_last_and_gets_its_first(place: str, what: str, name: str) -> None:
    new = without(f"north/objective/2/{place}")
    (effect,) = effects(new)
    assert (effect.kind, effect.subject) == ("coverage", f"{PLAN}/north/objective/2")
    assert effect.message == f"Objective “To build a harbour.” lost its last {what}: “{name}”."
    assert effect.mend == f"Give it another {what}."
    assert effect.where is not None
    assert (effect.where.file, effect.where.line) == (
        "new.ttl",
        new[: new.index("To build a harbour.")].count("\n") + 1,
    )
    (effect,) = effects(OLD, old=new)
    assert (effect.message, effect.mend) == (f"Objective “To build a harbour.” got its first {what}: “{name}”.", "")


def test_an_objective_that_keeps_one_of_several_has_lost_nothing() -> None:
    assert effects(without("north/objective/2/output/1", "north/objective/2/output/2")) == ()


def test_the_last_of_several_that_go_at_once_are_all_named() -> None:
    (effect,) = effects(without(*(f"north/objective/2/output/{number}" for number in (1, 2, 3))))
    assert effect.message.endswith("lost its last output: “A pier”; “A crane”; “A light”.")


def test_what_moves_away_is_lost_as_well() -> None:
    new = edited(
        (
            f"sg:position 1 ;\n    sg:supportsObjective <{NORTH}/objective/1>",
            f"sg:position 4 ;\n    sg:supportsObjective <{NORTH}/objective/2>",
        )
    )
    (effect,) = effects(new)
    assert effect.message == "Objective “To build a road.” lost its last output: “A road”."


def test_a_goal_loses_its_objectives_and_its_statement_and_a_mission_its_goal() -> None:
    contribution = f"sg:contributesTo <{NORTH}/goal>"
    assert OLD.count(contribution) == 2
    new = edited(
        (
            f"sg:servesMission <agency/plan/1/mission> ; sg:hasStatement <{NORTH}/goal/statement/1> .",
            'sg:notation "1" .',
        ),
        source=OLD.replace(contribution, 'sg:qualifier "none"@en'),
    )
    assert [(effect.subject, effect.message) for effect in effects(new)] == [
        (f"{PLAN}/mission", "Mission “To serve.” lost its last goal: “To serve the north.”."),
        (
            f"{PLAN}/north/goal",
            (
                "Goal “To serve the north.” lost its last objective: “To build a road.”; “To build a harbour.”. "
                "It lost its last goal statement: “To reach it.”."
            ),
        ),
    ]


def test_what_is_gone_itself_has_lost_nothing() -> None:
    below = [
        f"north/objective/2{place}" for place in ("", "/output/1", "/output/2", "/output/3", "/result/1", "/kpi/1")
    ]
    assert effects(without(*below)) == ()


# --- the query --------------------------------------------------------------------------------------------------------


def test_the_query_gives_the_mappings_of_one_plan_to_things_outside_it() -> None:
    turtle = (
        OLD
        + f"""
<{NORTH}/objective/1> skos:closeMatch <{GOAL_9}> ; skos:relatedMatch <{NORTH}/objective/2> ; skos:related <{GOAL_9}> .
<{NORTH}/objective/2> skos:broadMatch <{GOAL_9}> , <agency/plan/2/objective/1> .
<agency/plan/2/objective/1> sg:inPlan <agency/plan/2> ; skos:exactMatch <{GOAL_9}> .
"""
    )
    quads = [
        Quad(triple.subject, triple.predicate, triple.object) for triple in parse(turtle.encode(), format=TURTLE.engine)
    ]
    query = with_values(query_text("review-links"), "plan", [NamedNode(PLAN)])
    with memory_store(quads).answer(query, Forms(solutions=None, graph=N_TRIPLES)) as answer:
        found = {
            (q.subject.value, q.predicate.value.rpartition("#")[2], q.object.value)
            for q in parse(b"".join(answer), format=N_TRIPLES.engine)
        }
    assert found == {
        (ROAD, "closeMatch", GOAL_9),
        (f"{PLAN}/north/objective/2", "broadMatch", GOAL_9),
        (f"{PLAN}/north/objective/2", "broadMatch", f"{PLAN[:-1]}2/objective/1"),
    }
