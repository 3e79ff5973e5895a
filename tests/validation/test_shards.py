"""Data of many plans in pieces: the same results as of the whole, and nothing escapes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from stratgraph.terms import SG, SG_NS
from stratgraph.validation import Ruleset, validate_graph
from stratgraph.validation.engines import validate, validate_text
from stratgraph.validation.reading import n_triples
from stratgraph.validation.rules import load_shapes
from stratgraph.validation.shards import split

BASE = (Path(__file__).parents[1] / "shapes" / "base.ttl").read_text("utf-8")
AGENCY = "https://w3id.org/stratgraph/id/agency"
ID = f"{AGENCY}/plan"
SHAPES = load_shapes()


def triples(text: str) -> list[Triple]:
    found = parse(text, format=RdfFormat.TURTLE)
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in found]


def plans(count: int) -> list[Triple]:
    """So many sound plans of one agency: its units are common to them."""
    unique = dict.fromkeys(t for n in range(1, count + 1) for t in triples(BASE.replace("plan/1", f"plan/{n}")))
    return list(unique)


def rules(data: list[Triple]) -> set[tuple[str, str]]:
    """Name of the rule and end of the focus, from the pieces; compared with the whole."""
    in_pieces = frozenset[object]().union(*(validate_text(piece, SHAPES) for piece in split(n_triples(data))))
    assert in_pieces == validate(data, SHAPES)
    assert {f.result for f in validate_graph(data, rules=Ruleset(profile="itu")).findings} == in_pieces
    return {(r.shape.rpartition("#")[2], r.focus.value.removeprefix(f"{ID}/")) for r in in_pieces}


def without(data: list[Triple], subject: str, predicate: str) -> list[Triple]:
    kept = [t for t in data if not (t.subject.value == f"{ID}/{subject}" and t.predicate.value == predicate)]
    assert len(kept) < len(data)
    return kept


def with_fact(data: list[Triple], subject: str, predicate: str, value: str) -> list[Triple]:
    return [*data, Triple(NamedNode(f"{ID}/{subject}"), NamedNode(predicate), NamedNode(f"{ID}/{value}"))]


def test_plans_of_one_organisation_are_pieces_of_their_own() -> None:
    pieces = [set(piece.splitlines()) for piece in split(n_triples(plans(4)))]
    # Four plans, and what no element refers to: the terms and their schemes.
    assert len(pieces) == 5
    assert set.union(*pieces) == set(n_triples(plans(4)).splitlines())
    assert all(
        f"<{AGENCY}/north> <{SG_NS}notation> " in "".join(piece) for piece in pieces[:4]
    )  # the units are in each
    assert rules(plans(4)) == set()


def test_one_plan_is_one_piece() -> None:
    data = n_triples(plans(1))
    assert split(data) == [data]


def test_an_element_in_two_plans_is_found() -> None:
    data = with_fact(plans(3), "1/vision", SG.IN_PLAN, "2")
    assert ("ElementIsInOnePlan", "1/vision") in rules(data)


def test_a_link_into_another_plan_is_found() -> None:
    data = with_fact(plans(3), "1/north/objective/1", SG.CONTRIBUTES_TO, "3/north/goal")
    assert ("LinkStaysInPlanAndUnit", "3/north/goal") in rules(data)


def test_an_element_without_a_plan_is_found_by_what_it_refers_to() -> None:
    data = without(plans(2), "2/north/objective/1/kpi/1", SG.IN_PLAN)
    assert rules(data) == {("ElementIsInOnePlan", "2/north/objective/1/kpi/1")}


def test_an_element_that_refers_to_nothing_is_found() -> None:
    data = [*plans(2), *triples(f"<{ID}/x> a <{SG.OUTPUT}> .")]
    assert ("ElementIsInOnePlan", "x") in rules(data)
    assert ("OutputSupportsObjective", "x") in rules(data)


def test_a_wording_of_no_element_is_found() -> None:
    data = without(plans(2), "2/north/objective/1/output/1", SG.HAS_MENTION)
    found = rules(data)
    assert ("MentionIsOfOneElement", "2/north/objective/1/output/1/mention/1") in found


def test_a_fault_of_what_is_common_is_one_finding() -> None:
    data = [t for t in plans(3) if not (t.subject.value.endswith("/office") and t.predicate.value.endswith("unitOf"))]
    report = validate_graph(data)
    assert [(f.rule, f.focus) for f in report.findings] == [("UnitIsOfOrganization", f"{AGENCY}/office")]


@pytest.mark.parametrize("seed", range(12))
def test_pieces_and_whole_agree_on_damaged_plans(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - damage, no secret
    data = [triple for triple in plans(4) if chance.random() > 0.03]
    links = [t for t in data if isinstance(t.object, NamedNode) and "/plan/" in t.object.value]
    wrong = [Triple(t.subject, t.predicate, chance.choice(links).object) for t in chance.sample(links, 5)]
    assert rules(list(dict.fromkeys([*data, *wrong])))
