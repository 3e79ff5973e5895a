"""What a stranger's query is refused for, and that what is let through ends no process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pools import TIME
from pyoxigraph import Literal, NamedNode, Quad

from stratgraph.errors import DeadlineExceeded, QueryError
from stratgraph.results import JSON
from stratgraph.serialisation import N_TRIPLES
from stratgraph.settings import Settings
from stratgraph.store import (
    WHOLE,
    Caller,
    Forms,
    PoolLimits,
    Screen,
    memory_store,
    open_store,
    publish_snapshot,
    screening,
)
from stratgraph.store.screening import MAX_CLAUSES, MAX_NESTING, MAX_STEPS, refuse
from stratgraph.store.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stratgraph.store import Store

BOTH = Forms(solutions=JSON, graph=N_TRIPLES)

# By name: the text with n links of a chain, and the largest n that is let through.
CHAINS: dict[str, tuple[Callable[[int], str], int]] = {
    "negations": (lambda n: f"ASK{{FILTER({'!' * n}1)}}", MAX_STEPS),
    "sums": (lambda n: f"ASK{{FILTER(1{'+1' * n})}}", MAX_STEPS),
    "differences": (lambda n: f"ASK{{FILTER(1{' - 1' * n})}}", MAX_STEPS),
    "products": (lambda n: f"ASK{{FILTER(1{'*1' * n})}}", MAX_STEPS),
    "or": (lambda n: f"ASK{{FILTER(1{'||1' * n})}}", MAX_STEPS),
    "and": (lambda n: f"ASK{{FILTER(1{'&&1' * n})}}", MAX_STEPS),
    "columns": (lambda n: f"SELECT {''.join(f'(1 AS ?a{i})' for i in range(n))}{{}}", MAX_STEPS // 2),
    "aggregates": (
        lambda n: f"SELECT {''.join(f'(SUM(?s)AS ?a{i})' for i in range(n))}{{?s ?p ?o}}",
        MAX_STEPS // 2 - 2,
    ),
    "grouping": (
        lambda n: f"SELECT (1 AS ?x){{?s ?p ?o}}GROUP BY {' '.join(f'(?s AS ?a{i})' for i in range(n))}",
        MAX_STEPS // 2 - 2,
    ),
    "conditions of groups": (lambda n: f"SELECT ?s{{?s ?p ?o}}GROUP BY ?s HAVING{'(1)' * n}", MAX_STEPS - 2),
    "things to describe": (lambda n: f"DESCRIBE {'<a:b> ' * n}", MAX_STEPS + 1),
    "alternative paths": (lambda n: f"ASK{{?s a{'|a' * n} ?o}}", MAX_STEPS - 2),
    "bindings": (lambda n: f"ASK{{{''.join(f'BIND(1 AS ?a{i})' for i in range(n))}}}", MAX_CLAUSES),
    "subtractions": (lambda n: f"ASK{{?s ?p ?o {'MINUS{?s ?p ?o}' * n}}}", MAX_CLAUSES),
    "unions": (lambda n: f"ASK{{{{}}{'UNION{}' * n}}}", MAX_CLAUSES),
    "filters": (lambda n: f"ASK{{{'FILTER(1)' * n}}}", MAX_CLAUSES),
    "parentheses": (lambda n: f"ASK{{FILTER({'(' * n}1{')' * n})}}", MAX_NESTING - 2),
    "groups": (lambda n: f"ASK{'{' * n}{'}' * n}", MAX_NESTING),
    "blank nodes": (lambda n: f"ASK{{?s ?p {'[a ' * n}1{']' * n}}}", MAX_NESTING - 1),
    "calls": (lambda n: f"ASK{{FILTER({'STR(' * n}1{')' * n})}}", MAX_NESTING - 2),
    "subqueries": (lambda n: f"ASK{{{'{SELECT*{' * n}{'}}' * n}}}", MAX_NESTING // 2 - 1),
    "conditions within each other": (
        lambda n: f"ASK{{?s ?p ?o {'FILTER EXISTS{?s ?p ?o ' * n}{'}' * n}}}",
        MAX_NESTING - 1,
    ),
}
# The engine looks for an order to join these in, which takes it too long; they are let through to their deadline.
JOINS: dict[str, tuple[Callable[[int], str], int]] = {
    "paths": (lambda n: f"ASK{{?s a{'/a' * n} ?o}}", MAX_STEPS - 2),
    "patterns of one subject": (lambda n: f"ASK{{?s ?p ?o{';a ?o' * n}}}", MAX_STEPS // 2 - 1),
    "objects": (lambda n: f"ASK{{?s ?p ?o{',?o' * n}}}", MAX_STEPS - 2),
    "patterns": (lambda n: f"ASK{{{'?s ?p ?o.' * n}}}", MAX_STEPS // 3),
    "members of a collection": (lambda n: f"ASK{{?s ?p ({'1 ' * n})}}", MAX_STEPS - 1),
    "values": (lambda n: f"ASK{{{'VALUES ?x{1}' * n}}}", MAX_CLAUSES),
    "options": (lambda n: f"ASK{{?s ?p ?o {'OPTIONAL{?s ?p ?o}' * n}}}", MAX_CLAUSES),
    "annotations": (lambda n: f"ASK{{?s ?p ?o{'~ <a:b>' * n}}}", MAX_STEPS - 2),
}
FLAT = {
    "IN": lambda n: f"ASK{{?s ?p ?o FILTER(?o IN(1{',-1' * n}))}}",
    "arguments": lambda n: f"ASK{{FILTER(COALESCE(1{',1' * n}))}}",
    "one column of VALUES": lambda n: f"ASK{{VALUES ?x{{{'-1 <a:b/c/d> ' * n}}}}}",
    "rows of VALUES": lambda n: f"ASK{{VALUES(?x ?y){{{'(<a:b> <c:d/e>)' * n}}}}}",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("screening")
    publish_snapshot(folder, [Quad(*(NamedNode(f"a:{c}") for c in "spo"))], name="a test", created=TIME)
    opened = open_store(
        str(folder), max_result_bytes=10_000_000, pool=Settings(workers=1, deadline_s=30).part(PoolLimits)
    )
    yield opened
    opened.close()


def ask(store: Store, text: str, deadline_s: float | None = None) -> str:
    """How a query ended."""
    try:
        with store.answer(text, BOTH, WHOLE, Caller(deadline_s=deadline_s), Screen()) as answer:
            answer.read()
    except DeadlineExceeded:
        return "too late"
    return "answered"


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_as_long_as_it_may_be_is_answered(store: Store, name: str) -> None:
    write, most = CHAINS[name]
    assert ask(store, write(most)) == "answered"


@pytest.mark.parametrize("name", JOINS)
def test_patterns_as_many_as_there_may_be_end_no_process(store: Store, name: str) -> None:
    write, most = JOINS[name]
    assert ask(store, write(most), deadline_s=0.5) in {"answered", "too late"}


@pytest.mark.parametrize("name", [*CHAINS, *JOINS])
def test_a_longer_chain_is_refused_with_its_place(store: Store, name: str) -> None:
    write, most = (CHAINS | JOINS)[name]
    for length in (most + 2, 90_000 // len(write(10)) * 10):
        with pytest.raises(QueryError, match=r"There are more than|nested more than") as raised:
            ask(store, write(length))
        assert type(raised.value) is QueryError
        assert raised.value.where is not None
        assert raised.value.where.line == 1
        assert raised.value.where.column


@pytest.mark.parametrize("name", FLAT)
def test_what_the_engine_makes_flat_lists_of_may_be_long(store: Store, name: str) -> None:
    assert ask(store, FLAT[name](7000)) == "answered"


@pytest.mark.parametrize(
    "hidden",
    [
        # To the specification 1<'> begins an IRI, and what follows is a string; to the engine it is a comparison.
        lambda chain: f"ASK{{FILTER(1<'>'||{chain}1||'a'='a')}}",
        lambda chain: f"ASK{{FILTER(1<2&&{chain}3>2)}}",
        lambda chain: f"ASK{{FILTER('a'@en<{chain}3&&1>2)}}",
        lambda chain: f"ASK{{FILTER(1.e5<{chain}3&&1>2)}}",
        lambda chain: f"ASK{{?x\u200c a ?o FILTER(?x\u200c<{chain}3&&1>2)}}",
        # To the engine U+200C is in the name; a name's end must not be taken for a keyword.
        lambda chain: f"PREFIX e:<a:>ASK{{?s e:\u200cVALUES ?o{{FILTER({chain}1)}}}}",
    ],
)
@pytest.mark.parametrize("chain", ["!" * 30_000, "1+" * 20_000, "(" * 20_000])
def test_a_chain_is_not_hidden_by_what_may_be_an_iri(store: Store, hidden: Callable[[str], str], chain: str) -> None:
    with pytest.raises(QueryError, match=r"must be clear where a comparison begins|more than"):
        ask(store, hidden(chain))


def test_a_comparison_without_blanks_is_no_doubt_in_an_ordinary_query() -> None:
    refuse("SELECT * { ?s ?p ?x , ?y , ?z FILTER(?x<?y&&?z>1) }", {})


def test_a_program_s_own_query_is_not_screened(store: Store) -> None:
    long = "ASK{FILTER(" + "!" * (MAX_STEPS + 10) + "1)}"
    with store.answer(long, BOTH) as answer:
        assert b"boolean" in answer.read()


def test_a_stranger_s_query_in_this_process_has_a_deep_stack_too() -> None:
    opened = memory_store([Quad(NamedNode("a:s"), NamedNode("a:p"), Literal("o"))])
    write, most = CHAINS["columns"]
    assert ask(opened, write(most)) == "answered"


PIECES = (
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    " ",
    "!",
    "+1",
    "FILTER",
    "BIND",
    "VALUES",
    "insert",
    "DELETE",
    "PREFIX a:<b>",
    "'",
    "<",
    "?x",
    ".",
)


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from(PIECES), st.integers(0, 2500))
@settings(deadline=None, max_examples=300)
def test_a_look_settles_only_what_reading_would_let_through(pieces: list[str], piece: str, times: int) -> None:
    text = "".join(pieces) + piece * times
    if screening._is_plain(text):
        found = list(tokens(text))
        screening._refuse_updates(text, found)
        screening._Depth(text).measure(found)


def test_an_ordinary_query_is_settled_by_a_look() -> None:
    text = (
        "PREFIX a: <a:> SELECT ?s (COUNT(*) AS ?n) { ?s a:p/a:q* [ a a:C ] FILTER(?n > 1 && !BOUND(?x)) } GROUP BY ?s"
    )
    assert screening._is_plain(text)
    assert not screening._is_plain(f"{text} # SERVICE")
    assert not screening._is_plain(f"insert data {{ {text} }}")
