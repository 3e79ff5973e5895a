"""The comparison of answers can fail, and does not where it must not."""

from __future__ import annotations

import pytest
from comparison import Table, is_same_graph, is_same_table, read_solutions
from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, RdfFormat, parse

HEAD = "?x\t?y\n"


def rows(*lines: str, is_ordered: bool = False) -> Table:
    """A table from lines of TSV, with spaces for tabs."""
    text = HEAD + "".join(line.replace(" ", "\t") + "\n" for line in lines)
    return read_solutions(text.encode(), QueryResultsFormat.TSV, is_ordered=is_ordered)


@pytest.mark.parametrize(
    ("found", "expected", "is_same"),
    [
        (["<a:a> 1", "<a:b> 2"], ["<a:b> 2", "<a:a> 1"], True),
        (["<a:a> 1"], ["<a:a> 2"], False),
        (["<a:a> 1"], ["<a:a> 1", "<a:a> 1"], False),
        (["<a:a> 1", "<a:a> 1"], ["<a:a> 1"], False),
        (["<a:a> "], ["<a:a> 1"], False),
        (["<a:a> "], [" <a:a>"], False),
        (['<a:a> "1"'], ["<a:a> 1"], False),
        (['<a:a> "1"@en'], ['<a:a> "1"'], False),
        (["<a:a> 01"], ["<a:a> 1"], True),
        (["<a:a> 1.0"], ["<a:a> 1"], False),  # a decimal is no integer
        (["<a:a> 1.50"], ["<a:a> 1.5"], True),
        (["<a:a> 1.5e0"], ["<a:a> 15e-1"], True),
        # Blank nodes are the same when they play the same part in all of the table.
        (["_:a _:b", "_:b _:a"], ["_:x _:y", "_:y _:x"], True),
        (["_:a _:a"], ["_:x _:y"], False),
        (["_:a <a:p>", "_:a <a:q>"], ["_:x <a:p>", "_:y <a:q>"], False),
        (["_:a <a:p>", "_:a <a:p>"], ["_:x <a:p>", "_:y <a:p>"], False),
    ],
)
def test_solutions(found: list[str], expected: list[str], *, is_same: bool) -> None:
    assert is_same_table(rows(*found), rows(*expected)) is is_same


def test_the_order_counts_where_there_is_one() -> None:
    there, back = ["<a:a> 1", "<a:b> 2"], ["<a:b> 2", "<a:a> 1"]
    assert is_same_table(rows(*there), rows(*there, is_ordered=True))
    assert not is_same_table(rows(*back), rows(*there, is_ordered=True))


def test_variables_count_also_where_they_are_never_bound() -> None:
    assert not is_same_table(Table(frozenset("x"), (), is_ordered=False), rows())


def test_reduced_may_leave_duplicates_out_and_nothing_else() -> None:
    expected = rows("<a:a> 1", "<a:a> 1", "<a:b> 2")
    for found, is_same in (
        (["<a:a> 1", "<a:b> 2"], True),
        (["<a:a> 1", "<a:a> 1", "<a:b> 2"], True),
        (["<a:a> 1", "<a:a> 1", "<a:a> 1", "<a:b> 2"], False),
        (["<a:a> 1"], False),
    ):
        assert is_same_table(rows(*found), expected, is_lax=True) is is_same


def test_graphs_up_to_the_names_of_blank_nodes() -> None:
    def graph(text: str) -> list[object]:
        return [quad.triple for quad in parse(text, RdfFormat.TURTLE)]

    assert is_same_graph(graph("[ <a:p> [ <a:q> 01 ] ] ."), graph("_:x <a:p> _:y . _:y <a:q> 1 ."))
    assert not is_same_graph(graph("[ <a:p> [] ] ."), graph("_:x <a:p> _:x ."))


def test_an_ill_typed_number_is_its_spelling() -> None:
    typed = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    for value, is_same in (("one", True), ("two", False)):
        found = [(BlankNode(), NamedNode("a:p"), Literal("one", datatype=typed))]
        expected = [(BlankNode(), NamedNode("a:p"), Literal(value, datatype=typed))]
        assert is_same_graph(map(triple, found), map(triple, expected)) is is_same


def triple(terms: tuple[object, ...]) -> object:
    (quad,) = parse(" ".join(map(str, terms)) + " .", RdfFormat.N_TRIPLES)
    return quad.triple
