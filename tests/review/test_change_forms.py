"""A change in the forms of others: RDF Patch, KGCL, and Markdown for a comment."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyoxigraph import RdfFormat, parse
from sample_review import HOSTILE, REVIEW
from two_versions import OLD, PLAN, edited, plan

from stratgraph.review.outputs import render
from stratgraph.review.reviewing import review

OUTPUTS = f"{PLAN}/north/objective/2/output"
SG = "https://w3id.org/stratgraph/ontology#"
NEW = """
<agency/plan/1/north/objective/2/output/9> a sg:Output ; rdfs:label "Boat"@en ;
    sg:text "The mayor's\\nboat"@en ; sg:position 4 .
"""


@pytest.fixture(scope="module")
def changed():
    """An output that moved and was reworded, one that is new, one that was withdrawn."""
    old = plan(OLD, "old.ttl")
    text = edited(
        (
            'sg:text "A pier"@en ; sg:position 1 ; sg:supportsObjective <agency/plan/1/north/objective/2>',
            'sg:text "A \\"long\\" pier"@en ; sg:position 1 ; sg:supportsObjective <agency/plan/1/north/objective/1>',
        ),
    )
    start = text.index("<agency/plan/1/north/objective/2/output/3>")
    end = text.index("<agency/plan/1/north/objective/2/result/1>")
    withdrawn = "<agency/plan/1/north/objective/2/output/3> owl:deprecated true .\n"
    new = plan(text[:start] + withdrawn + text[end:] + NEW)
    return old, new, review(new, old, against=f"{PLAN}/version/1", version=2)


def applied(patch: str, graph: set[str]) -> set[str]:
    """The statements of a graph after a patch, by the rows of its specification (Jena, RDF Patch)."""
    rows = [line.removesuffix(" .") for line in patch.splitlines()]
    begin, end = rows.index("TX"), rows.index("TC")
    assert {row.split(" ")[0] for row in rows[:begin]} <= {"H"}
    assert rows[end + 1 :] == []
    graph = set(graph)
    for row in rows[begin + 1 : end]:
        operation, _, statement = row.partition(" ")
        (quad,) = parse(f"{statement} .", format=RdfFormat.N_TRIPLES)
        assert (str(quad.triple) in graph) is (operation == "D"), "it takes what is there, and adds what is not"
        (graph.remove if operation == "D" else graph.add)(str(quad.triple))
    return graph


def test_an_rdf_patch_makes_the_new_graph_of_the_old_one(changed) -> None:
    old, new, found = changed
    patch = render(found, "rdf-patch").decode()
    assert f"H id <{PLAN}/version/2> .\nH prev <{PLAN}/version/1> .\nTX .\n" in patch
    assert applied(patch, set(map(str, old.statements))) == set(map(str, new.statements))


def test_of_a_new_plan_a_patch_adds_everything(changed) -> None:
    _, new, _ = changed
    first = render(review(new, None, against="", version=1), "rdf-patch").decode()
    assert "H prev" not in first
    assert applied(first, set()) == set(map(str, new.statements))


def test_kgcl_has_a_command_for_each_thing_that_happened(changed) -> None:
    *_, found = changed
    lines = render(found, "kgcl").decode().splitlines()
    # kgcl_schema/grammar/kgcl.lark of kgcl-schema 0.7.0, whose parser read these lines.
    objectives = [f"<{PLAN}/north/objective/{number}>" for number in (1, 2)]
    move = f"move <{OUTPUTS}/1> <{SG}supportsObjective> {objectives[1]} from {objectives[1]} to {objectives[0]}"
    assert lines[:2] == [
        move,
        f"change annotation of <{OUTPUTS}/1> with <{SG}text> from \"A pier\"@en to '''A \"long\" pier'''@en",
    ]
    assert f"obsolete <{OUTPUTS}/3>" in lines
    assert f'change annotation of <{OUTPUTS}/3> with <{SG}text> from "A light"@en to ""' in lines
    assert f"create node <{OUTPUTS}/9> 'Boat'@en" in lines
    assert f'change annotation of <{OUTPUTS}/9> with <{SG}text> from "" to "The mayor\'s boat"@en' in lines
    assert not any("label" in line for line in lines), "a node is created with its label"


def test_markdown_says_what_is_in_the_way_before_the_changes() -> None:
    text = render(REVIEW, "markdown").decode()
    assert text.index("**Not fit for publication: 3 Violations and 1 doubtful match.**") < text.index("<details>")
    assert "ObjectiveHasIndicator" in text
    assert "PlanHasTitle" not in text, "it is fixed"
    assert "<del>A road</del> <ins>Two roads</ins> of stone" in text


def test_no_text_of_a_plan_is_markdown_or_a_mention() -> None:
    text = render(REVIEW, "markdown").decode()
    assert "<script>" not in text
    assert "[U+202E RIGHT-TO-LEFT OVERRIDE]" in text.replace("\\", "")
    assert HOSTILE not in text
    named = render(replace(REVIEW, title="@everybody | [x](http://example.org)"), "markdown").decode()
    assert named.startswith("### @<!-- -->everybody \\| \\[x\\](http://example.org)\n")


def test_a_comment_that_would_be_too_long_says_what_is_left_out() -> None:
    many = replace(REVIEW, findings=REVIEW.findings[:1] * 1000)
    text = render(many, "markdown").decode()
    assert len(text) < 65_536, "what GitHub takes"
    shown = text.count("ObjectiveHasIndicator")
    left = int(text.rsplit("\n", 3)[-2].partition(" ")[0].replace(",", ""))
    assert shown + left >= 1000
    assert render(many, "markdown", show_all=True).decode().count("ObjectiveHasIndicator") == 1000
