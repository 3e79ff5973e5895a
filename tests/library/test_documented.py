"""Documented queries are methods, made of the queries' files; the reference is made of the docstrings."""

from __future__ import annotations

import inspect
import runpy
from pathlib import Path

import stratgraph
from stratgraph.query import examples

GENERATOR = Path(__file__).parents[2] / "docs/reference/generate_python.py"


def test_module_and_page_are_those_of_a_fresh_run() -> None:
    made = runpy.run_path(str(GENERATOR))
    assert made["MODULE"].read_text("utf-8") == made["render_module"]()
    assert made["PAGE"].read_text("utf-8") == made["render_page"]()


def test_each_documented_query_is_a_method_with_its_parameters_and_words() -> None:
    for one in examples():
        method = getattr(stratgraph.Queries, one.name.replace("-", "_"))
        assert len(inspect.signature(method).parameters) == len(one.parameters) + 1
        assert one.title.rstrip("?") in (inspect.getdoc(method) or "")


def test_a_thing_is_given_as_an_element_an_iri_or_a_place(
    graph: stratgraph.KnowledgeGraph, plan: stratgraph.Plan
) -> None:
    objective = plan["itu-d/objective/3"]
    answers = [
        graph.queries.kpis_of_objective(objective=one).terms for one in (objective, objective.iri, objective.place)
    ]
    assert answers[0] == answers[1] == answers[2]
    assert len(answers[0]) == 5
