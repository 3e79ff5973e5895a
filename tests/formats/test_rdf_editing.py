"""Single statements of a Turtle file are edited in its text: comments, order and all other lines stay."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.formats import rdf
from stratgraph.formats.rdf_editing import edited
from stratgraph.serialisation import N_TRIPLES, TRIG, TURTLE
from stratgraph.terms import IDENTIFIERS, OWL, RDFS, SG

TEXT = """# A plan, and why.
@prefix sg: <https://w3id.org/stratgraph/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<a/plan/1> a sg:StrategicPlan ;  # the plan
  rdfs:label "Plan \\"one\\"" .

# Its goal comes last.
<a/plan/1/goal> a sg:Goal ;
  sg:text "To be."@en ;
  sg:position 4 ;
  sg:inPlan <a/plan/1> ;
  sg:servesMission <a/plan/1/mission> , <a/plan/1/other> ;
  sg:notation 1 .
"""
GOAL = f"{IDENTIFIERS}a/plan/1/goal"


def triple(subject: str, predicate: str, value: NamedNode | Literal) -> Triple:
    return Triple(NamedNode(subject), NamedNode(predicate), value)


def of_goal(predicate: str, value: NamedNode | Literal) -> Triple:
    return triple(GOAL, predicate, value)


INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
PLAN = f"{IDENTIFIERS}a/plan/1"
EDITS = {
    "a number": (
        of_goal(SG.POSITION, Literal("4", datatype=INTEGER)),
        of_goal(SG.POSITION, Literal("1", datatype=INTEGER)),
        ("sg:position 4", "sg:position 1"),
    ),
    "a text with quotes gets its language": (
        triple(PLAN, RDFS.LABEL, Literal('Plan "one"')),
        triple(PLAN, RDFS.LABEL, Literal('Plan "one"', language="en")),
        ('one\\""', 'one\\""@en'),
    ),
    "the last statement of a thing": (
        of_goal(SG.NOTATION, Literal("1", datatype=INTEGER)),
        None,
        (" ;\n  sg:notation 1 .", " ."),
    ),
    "a statement between others": (
        of_goal(SG.IN_PLAN, NamedNode(PLAN)),
        None,
        ("  sg:inPlan <a/plan/1> ;\n", ""),
    ),
    "the first of a list": (
        of_goal(SG.SERVES_MISSION, NamedNode(f"{PLAN}/mission")),
        None,
        ("<a/plan/1/mission> , ", ""),
    ),
    "the last of a list": (
        of_goal(SG.SERVES_MISSION, NamedNode(f"{PLAN}/other")),
        None,
        (" , <a/plan/1/other>", ""),
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_statement_is_edited_and_nothing_else(name: str) -> None:
    old, new, (before, after) = EDITS[name]
    known = rdf.read(TEXT.encode(), file="plan.ttl", max_bytes=10_000).statements
    assert old in known
    wanted = [*(one for one in known if one != old), *([new] if new else [])]
    assert TEXT.count(before) == 1
    assert edited(TEXT, form=TURTLE, known=known, wanted=wanted) == TEXT.replace(before, after)


def test_what_is_added_comes_behind_all_else() -> None:
    known = rdf.read(TEXT.encode(), file="plan.ttl", max_bytes=10_000).statements
    mark = triple(f"{PLAN}/gone", OWL.DEPRECATED, Literal(True))
    text = edited(TEXT, form=TURTLE, known=known, wanted=[*known, mark])
    assert text is not None
    assert text.startswith(TEXT)
    assert set(rdf.read(text.encode(), file="plan.ttl", max_bytes=10_000).statements) == {*known, mark}


def test_a_file_with_blank_nodes_or_of_another_form_is_not_edited() -> None:
    blank = TEXT.replace("<a/plan/1/goal> a sg:Goal", "[] a sg:Goal")
    known = rdf.read(blank.encode(), file="plan.ttl", max_bytes=10_000).statements
    assert edited(blank, form=TURTLE, known=known, wanted=list(known)[1:]) is None
    known = rdf.read(TEXT.encode(), file="plan.ttl", max_bytes=10_000).statements
    assert edited(TEXT, form=TRIG, known=known, wanted=list(known)[1:]) is None
    assert edited(TEXT, form=N_TRIPLES, known=known, wanted=list(known)[1:]) is None
