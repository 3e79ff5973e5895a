"""Queries that the engine gets wrong: each as it is sent, as the engine is asked, and with the right answer.

``rewriting/NAME_input.rq`` has in its head the rule and the answer that the specification gives; ``NAME_output.rq`` is
what it becomes, for people to read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from stratgraph.errors import QueryError
from stratgraph.results import JSON
from stratgraph.store import WHOLE, Dataset, Forms, Screen, memory_store, solutions_of
from stratgraph.store.protocol import ANYBODY
from stratgraph.store.rewriting import calls, existence, rewritten

if TYPE_CHECKING:
    from stratgraph.store import Store

FOLDER = Path(__file__).parent / "rewriting"
CASES = sorted(file.name.removesuffix("_input.rq") for file in FOLDER.glob("*_input.rq"))
# What must not be touched, since it is right as it is.
RIGHT = ("graph-values-beside-triples", "path-repeated")
E = "http://e.x/"


def store_of(data: str) -> Store:
    return memory_store([] if data == "none" else parse((FOLDER / data).read_bytes(), format=RdfFormat.TRIG))


def rows(store: Store, query: str, dataset: Dataset = WHOLE, *, is_screened: bool = True) -> list[str]:
    """A line for each solution, sorted; a hyphen where a variable is not bound."""
    screen = Screen() if is_screened else None
    with store.answer(query, Forms(JSON, None), dataset, ANYBODY, screen) as answer:
        found = solutions_of(answer)
    order = sorted(range(len(found.variables)), key=lambda i: query.index(f"?{found.variables[i]}"))
    return sorted(" ".join(_word(row[i]) for i in order) for row in found.rows)


def _word(term: object) -> str:
    if term is None:
        return "-"
    return str(term) if str(term)[0] in '"<' and "^^" not in str(term) else str(getattr(term, "value", term))


def head(query: str, key: str) -> list[str]:
    return [line.removeprefix(f"# {key}: ") for line in query.splitlines() if line.startswith(f"# {key}: ")]


@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_that_of_the_specification(name: str) -> None:
    query = (FOLDER / f"{name}_input.rq").read_text("utf-8")
    store = store_of(head(query, "Data")[0])
    assert rows(store, query) == sorted(head(query, "Expect"))


@pytest.mark.parametrize("name", CASES)
def test_the_query_becomes_what_is_written_beside_it(name: str) -> None:
    query = (FOLDER / f"{name}_input.rq").read_text("utf-8")
    store = store_of(head(query, "Data")[0])
    names = (f"{E}two",) if "FROM NAMED" in query else store.graph_names()
    output = rewritten(query, lambda: names)
    assert output == (FOLDER / f"{name}_output.rq").read_text("utf-8")
    assert (output == query) == (name in RIGHT)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o FILTER NOT EXISTS { ?s <http://e.x/deprecated> true } }",
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        "SELECT DISTINCT ?o { ?s <a:p>|<a:q> ?o }",
        "ASK { ?s <a:p>|<a:q> ?o FILTER(?s || ?o) }",
        "SELECT (REPLACE(?o, '[.]', '-') AS ?x) { ?s ?p ?o }",
        "SELECT (REPLACE(?o, '(a)', '') AS ?x) { ?s ?p ?o . FILTER NOT EXISTS { ?s ?q ?o } }",
        "SELECT (GROUP_CONCAT(DISTINCT STR(?o); SEPARATOR=', ') AS ?x) { ?s ?p ?o }",
        "SELECT * { SERVICE <a:b> { ?s <a:p>|<a:q> ?o FILTER EXISTS { ?s ?p ?o . ?o ?q ?r } } }",
    ],
)
def test_what_is_right_stays_as_it_is(query: str) -> None:
    assert rewritten(query, tuple) == query


@pytest.mark.parametrize(
    ("query", "words", "mend"),
    [
        ("SELECT * { ?s <a:p>|<a:q> [] }", "blank node", "Name the variables"),
        (f"SELECT ?s {{ ?s {'/'.join(['(<a:p>|<a:q>)'] * 7)} ?o }}", "more than 64", "variable between"),
        ("SELECT ?g { GRAPH ?g { SERVICE <a:b> { ?s ?p ?o } } }", "SERVICE", "in front of GRAPH"),
    ],
)
def test_what_has_no_exact_rewrite_is_refused_with_a_way_to_word_it(query: str, words: str, mend: str) -> None:
    with pytest.raises(QueryError, match=words) as refusal:
        rewritten(query, lambda: (f"{E}one",))
    assert mend in refusal.value.mend
    assert refusal.value.where is not None
    assert refusal.value.where.line == 1


def test_a_keyword_without_a_blank_before_it_is_found() -> None:
    # To the engine this is a triple with true, and then GRAPH.
    query = "SELECT * { ?s ?p trueGRAPH ?g { VALUES ?x { 1 } } }"
    assert "GRAPH <http://e.x/one>" in rewritten(query, lambda: (f"{E}one",))


@pytest.mark.parametrize(
    ("nested", "function", "times"),
    [
        ("SELECT (" + "REPLACE(" * 16 + "?o" + ", 'a', 'b')" * 16 + " AS ?x) { ?s ?p ?o }", "replaced", 16),
        # What is not rewritten has one pattern; the innermost has two.
        (
            "SELECT ?s { ?s ?p ?o " + "FILTER EXISTS { ?s <a:p> ?o " * 16 + ". ?o <a:q> ?x " + "}" * 17,
            "nested",
            1,
        ),
    ],
)
def test_what_is_nested_is_gone_through_once(
    nested: str, function: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = calls if function == "replaced" else existence
    asked, original = [], getattr(home, function)

    def counted(*arguments: object) -> object:
        asked.append(arguments)
        return original(*arguments)

    monkeypatch.setattr(home, function, counted)
    rewritten(nested, tuple)
    assert len(asked) == times


def test_casts_within_casts_are_written_once_each() -> None:
    cast = f"{'xsd:integer(' * 30}?o{')' * 30}"
    query = f"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT ({cast} AS ?x) {{ ?s ?p ?o }}"
    assert rewritten(query, tuple).count("trimmed") == 30


def test_a_query_that_becomes_too_large_is_not_told_a_place_in_what_it_became() -> None:
    patterns = " . ".join(f"?s <a:p{number}> ?o{number}" for number in range(40))
    query = f"SELECT ?g {{ GRAPH ?g {{ SELECT ?s {{ {patterns} }} }} }}"
    with pytest.raises(QueryError, match="too large") as refusal:
        rewritten(query, lambda: tuple(f"{E}{number}" for number in range(250)))
    assert refusal.value.where is None
    assert "FROM NAMED" in refusal.value.mend


def test_too_many_graphs_for_a_sub_select_are_refused() -> None:
    query = "SELECT ?g ?n {\n GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }"
    with pytest.raises(QueryError, match="301 graphs one by one") as refusal:
        rewritten(query, lambda: tuple(f"{E}{number}" for number in range(301)))
    assert "GROUP BY ?g" in refusal.value.mend
    assert refusal.value.where is not None
    assert (refusal.value.where.line, refusal.value.where.column) == (2, 2)


def test_what_is_no_sparql_is_told_of_the_text_that_was_sent() -> None:
    query = "SELECT ?g {\n GRAPH ?g { VALUES ?x { 1 } }\n ?s <a:p>|<a:q> [] }} "
    with pytest.raises(QueryError) as refusal:
        rows(memory_store([]), query)
    assert refusal.value.where is not None
    assert (refusal.value.where.line, refusal.value.where.column) == (3, 21)


def test_graphs_are_those_of_the_protocols_dataset() -> None:
    query = "SELECT ?g ?n { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s <http://e.x/p> ?o } } }"
    assert rows(store_of("graphs.trig"), query, Dataset((), (f"{E}two",))) == [f"<{E}two> 2"]


nodes = st.sampled_from([NamedNode(f"{E}{name}") for name in "abcd"])
quads = st.lists(st.builds(lambda s, p, o: Quad(s, NamedNode(f"{E}{p}"), o), nodes, st.sampled_from("pqr"), nodes))


@given(
    quads,
    st.sampled_from(
        [
            "{ ?s :p ?x . ?x :q ?o }",
            "{ ?x :q ?y . ?s :p ?x . ?y :r ?o }",
            "{ ?s :p/:q ?x }",
            "{ ?x :p ?y ; :q ?z FILTER(?y != ?z && ?x != ?s) }",
            "{ ?s ^:p ?x . ?x :q* ?o }",
            "{ [ :p ?x ; :q ?o ] :r ?s . ?x :p [] }",
            "{ ?x :p ?o FILTER EXISTS { ?x :q ?y . ?y :r ?s } ?x :r ?z }",
        ]
    ),
    st.sampled_from(["EXISTS", "NOT EXISTS"]),
    st.sampled_from(["?s :p ?o", "?s :q ?o OPTIONAL { ?o :r ?x }", "{ ?s :p ?o } UNION { ?x :r ?o }"]),
)
def test_exists_asked_step_by_step_answers_as_the_engine_does(
    content: list[Quad], group: str, word: str, around: str
) -> None:
    """Here the engine is right, only slow."""
    query = f"PREFIX : <{E}>\nSELECT ?s ?o ?x {{ {around} FILTER {word} {group} }}"
    assert rewritten(query, tuple) != query
    store = memory_store(content)
    assert rows(store, query) == rows(store, query, is_screened=False)


@given(
    quads,
    st.sampled_from([":p|:q", ":p/(:q|:r)", "^(:p|:q)/:r", "(:p|:q|:r)*|:p", "!(:p|^:q)", "(:p|^:p)/(:q|^:q)"]),
)
def test_alternatives_have_the_distinct_solutions_that_the_engine_finds(content: list[Quad], path: str) -> None:
    """Only the number of each differs; that is tried in the files."""
    query = f"PREFIX : <{E}>\nSELECT ?s ?o {{ ?s {path} ?o }}"
    assert rewritten(query, tuple) != query
    store = memory_store(content)
    assert set(rows(store, query)) == set(rows(store, query, is_screened=False))
