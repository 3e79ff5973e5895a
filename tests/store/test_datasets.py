"""The dataset of a query is a set of triples, however its graphs overlap (SPARQL 1.1 Query, section 13.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pools import TIME
from pyoxigraph import NamedNode, RdfFormat, parse

from stratgraph.serialisation import N_TRIPLES
from stratgraph.settings import Settings
from stratgraph.store import WHOLE, Dataset, Forms, PoolLimits, memory_store, open_store, publish_snapshot, solutions
from stratgraph.store.datasets import Datasets, dataset_of
from stratgraph.store.tokens import split_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stratgraph.store import Store

E = "http://e.x/"
DATA = b"""
PREFIX : <http://e.x/>
:one { :a :p 1 ; :q 5 . _:x :r 1 . _:x :s _:y }
:two { :a :p 1 . _:x :r 1 . _:x :t 2 }
:three { :a :p 1 , 2 }
"""
PREFIX = "PREFIX : <http://e.x/>\n"
COUNT = "SELECT (COUNT(*) AS ?n) %s WHERE { ?s :p ?o }"


@pytest.fixture(params=["in this process", "in workers"], scope="module")
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    quads = list(parse(DATA, format=RdfFormat.TRIG))
    if request.param == "in this process":
        yield memory_store(quads)
        return
    folder: Path = tmp_path_factory.mktemp("datasets")
    publish_snapshot(folder, quads, name="test", created=TIME)
    opened = open_store(
        str(folder), max_result_bytes=10_000_000, pool=Settings(workers=1, deadline_s=30).part(PoolLimits)
    )
    yield opened
    opened.close()


@pytest.fixture
def merged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[NamedNode, ...]]:
    """The named graphs of each merging that was made, in order."""
    merged: list[tuple[NamedNode, ...]] = []
    whole = Datasets._merge

    def counted(self: Datasets, default: tuple[NamedNode, ...], named: tuple[NamedNode, ...]) -> object:
        merged.append(named)
        return whole(self, default, named)

    monkeypatch.setattr(Datasets, "_merge", counted)
    return merged


def values(store: Store, query: str, dataset: Dataset = WHOLE) -> list[str]:
    return sorted(
        " ".join(getattr(t, "value", "-") for t in row) for row in solutions(store, PREFIX + query, dataset).rows
    )


def test_a_triple_of_two_graphs_counts_once_by_from(store: Store) -> None:
    assert values(store, COUNT % "FROM :one FROM :two") == ["1"]
    assert values(store, COUNT % "FROM :one FROM <http://e.x/two> FROM :three") == ["2"]


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?s :n [ :of ?o ] } FROM :one FROM :two WHERE { ?s :p ?o }",
        "CONSTRUCT FROM :one FROM :two WHERE { ?s :p ?o }",
        "CONSTRUCT { } FROM :one FROM :two WHERE { ?s :p ?o }",
        "ASK FROM :one FROM :two { ?s :p ?o }",
        "DESCRIBE ?s FROM :one FROM :two { ?s :p ?o }",
    ],
)
def test_the_clauses_of_every_form_are_read(query: str) -> None:
    # SPARQL 1.1 Query, section 19.8, rules 9 to 13: behind the template of CONSTRUCT, before the pattern.
    assert dataset_of(PREFIX + query) == Dataset((f"{E}one", f"{E}two"))


def test_a_template_is_filled_of_each_solution_once(store: Store) -> None:
    # Each solution makes a blank node of its own: one, not two.
    query = PREFIX + "CONSTRUCT { ?s :n [ :of ?o ] } FROM :one FROM :two WHERE { ?s :p ?o }"
    with store.answer(query, Forms(solutions=None, graph=N_TRIPLES)) as answer:
        assert len(list(parse(answer.read(), format=RdfFormat.N_TRIPLES))) == 2


def test_a_triple_of_two_graphs_counts_once_by_the_protocol(store: Store) -> None:
    both = Dataset((f"{E}one", f"{E}three"))
    assert values(store, COUNT % "", both) == ["2"]
    assert values(store, "SELECT (SUM(?o) AS ?n) { ?s :p|:q ?o }", both) == ["8"]
    assert values(store, "SELECT ?o { ?s :p ?o . ?s :p ?x }", both) == ["1", "1", "2", "2"]


def test_a_graph_that_is_named_twice_is_one_graph(store: Store) -> None:
    assert values(store, COUNT % "FROM :one FROM :one") == ["1"]
    assert values(store, COUNT % "", Dataset((f"{E}one", f"{E}one"))) == ["1"]


def test_the_dataset_of_the_protocol_goes_before_from(store: Store) -> None:
    assert values(store, COUNT % "FROM :one FROM :two", Dataset((f"{E}three",))) == ["2"]
    assert values(store, COUNT % "FROM :three", Dataset((f"{E}one", f"{E}two"))) == ["1"]


def test_blank_nodes_of_two_graphs_stay_apart(store: Store) -> None:
    both = "FROM :one FROM :two"
    assert values(store, f"SELECT (COUNT(*) AS ?n) {both} {{ ?x :r 1 }}") == ["2"]
    assert values(store, f"SELECT ?x {both} {{ ?x :s ?y ; :t ?z }}") == []
    assert values(store, f"SELECT (COUNT(*) AS ?n) {both} {{ ?x :r 1 ; :s ?y }}") == ["1"]


def test_named_graphs_are_those_of_the_dataset(store: Store) -> None:
    named = "SELECT DISTINCT ?g %s { ?s :p 1 GRAPH ?g { ?s :p ?o } }"
    assert values(store, named % "FROM :one FROM :two FROM NAMED :three") == [f"{E}three"]
    assert values(store, named % "FROM :one FROM :two") == []
    assert values(store, named % "", Dataset((f"{E}one", f"{E}two"), (f"{E}two",))) == [f"{E}two"]


def test_named_graphs_are_merged_for_the_keyword_alone(merged: list[tuple[NamedNode, ...]]) -> None:
    # Our own namespace has the letters of GRAPH.
    small = memory_store(list(parse(DATA, format=RdfFormat.TRIG)))
    dataset = Dataset((f"{E}one", f"{E}two"), (f"{E}three",))
    ours = "PREFIX sg: <https://w3id.org/stratgraph/ontology#>\n"
    assert values(small, f"{ours}SELECT ?s {{ ?s :p ?o }}", dataset) == [f"{E}a"]
    assert values(small, f"{ours}SELECT ?s {{ ?s :p ?o . graph ?g {{ ?s :p 2 }} }}", dataset) == [f"{E}a"]
    assert [len(names) for names in merged] == [0, 1]


@pytest.mark.parametrize(
    ("second", "named_are_copied"),
    [
        (":b :p 1 . _:z :r 1", False),
        (":a :p 1", True),  # the triple of the first graph
        ("_:x :t 2", True),  # its blank node
        (":b :p << :c :d _:x >>", True),  # may be, in a triple term
    ],
)
def test_graphs_that_share_nothing_are_asked_where_they_are(
    merged: list[tuple[NamedNode, ...]], second: str, *, named_are_copied: bool
) -> None:
    data = f"PREFIX : <{E}> :one {{ :a :p 1 . _:x :r 1 }} :two {{ {second} }} :three {{ :a :p 1 . :b :p 1 }}"
    small = memory_store(list(parse(data.encode(), format=RdfFormat.TRIG)))
    both = "FROM :one FROM :two FROM NAMED :three"
    subjects = [f"{E}a", f"{E}b"] if second.startswith(":b :p 1") else [f"{E}a"]
    for _ in range(2):
        assert values(small, f"SELECT ?s {both} {{ ?s :p 1 GRAPH :three {{ ?s :p ?o }} }}") == subjects
    assert merged == [(NamedNode(f"{E}three"),)] * 2 * named_are_copied


def test_a_graph_that_is_not_there_is_empty(store: Store) -> None:
    assert values(store, COUNT % "FROM :one FROM :absent") == ["1"]
    assert values(store, COUNT % "", Dataset((f"{E}absent", f"{E}nowhere"))) == ["0"]


@pytest.mark.parametrize(
    "clauses", ["FROM:one FROM:two", "#\nFROM :one # FROM :three\nFROM :two", "from :one\nFrom :two"]
)
def test_clauses_are_found_however_they_are_written(store: Store, clauses: str) -> None:
    assert values(store, COUNT % clauses) == ["1"]


def test_words_that_are_written_together_are_cut_as_the_engine_cuts_them() -> None:
    query = "PREFIX fromhere: <a:> SELECT(1AS?x)FROMNAMED:a{FILTERNOTEXISTS{?s fromhere:p ?o}FILTERREGEX('','')}"
    words = [token.text for token in split_tokens(query)]
    assert words[3:10] == ["SELECT", "(", "1", "AS", "?x", ")", "FROM"]
    assert words[10:12] == ["NAMED", ":a"]
    assert words[13:16] == ["FILTER", "NOT", "EXISTS"]
    assert "fromhere:p" in words
    assert words.count("REGEX") == 1
    assert [token.text for token in split_tokens("ORDER BYRAND()")][:3] == ["ORDER", "BY", "RAND"]
