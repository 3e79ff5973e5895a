"""What a case expects, and whether an answer is that: up to the names of blank nodes and what has no order.

Solutions are made a graph, each of them a node with its bindings, so that pyoxigraph's canonicalisation of graphs
compares blank nodes in tables too. Numbers are equal when type and value are: XPath's functions leave open how the
result of an operator is spelt, and cases that are about spelling ask for it by STR.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from manifests import RDF, Facts
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    Triple,
    parse_query_results,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

XSD = "http://www.w3.org/2001/XMLSchema#"
VALUES = {
    f"{XSD}integer": int,
    f"{XSD}decimal": Decimal,
    f"{XSD}float": float,
    f"{XSD}double": float,
    f"{XSD}boolean": {"1": "true", "true": "true", "0": "false", "false": "false"}.__getitem__,
}
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
Row = frozenset[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class Table:
    """The solutions of a SELECT; a row has the variables that are bound in it."""

    variables: frozenset[str]
    rows: tuple[Row, ...]
    is_ordered: bool


def read_solutions(data: bytes, form: QueryResultsFormat, *, is_ordered: bool = False) -> Table | bool:
    """An answer to SELECT or ASK, in JSON, XML or TSV."""
    parsed = parse_query_results(data, form)
    if isinstance(parsed, QueryBoolean):
        return bool(parsed)
    names = [v.value for v in parsed.variables]
    return Table(frozenset(names), tuple(_row(zip(names, row, strict=True)) for row in parsed), is_ordered)


def read_expected(file: Path, *, is_ordered: bool) -> Table | bool | list[Triple]:
    """A result file: of a result format, or of RDF that is a graph or describes a table in the suites' own terms."""
    form = QueryResultsFormat.from_extension(file.suffix[1:])
    if form is not None:
        return read_solutions(file.read_bytes(), form, is_ordered=is_ordered)
    facts = Facts(file)
    tables = [s for s in facts.subjects(f"{RDF}type") if NamedNode(f"{RS}ResultSet") in facts.all(s, f"{RDF}type")]
    return _described(facts, tables[0]) if tables else facts.triples


def _described(facts: Facts, table: NamedNode | BlankNode) -> Table | bool:
    boolean = facts.text(table, f"{RS}boolean")
    if boolean is not None:
        return boolean == "true"
    solutions = facts.all(table, f"{RS}solution")
    places = [facts.text(s, f"{RS}index") for s in solutions]
    is_ordered = bool(places) and all(places)
    if is_ordered:
        solutions = [s for _, s in sorted(zip(map(int, places), solutions, strict=True), key=lambda pair: pair[0])]
    rows = tuple(
        _row((facts.text(b, f"{RS}variable"), facts.one(b, f"{RS}value")) for b in facts.all(s, f"{RS}binding"))
        for s in solutions
    )
    return Table(frozenset(v.value for v in facts.all(table, f"{RS}resultVariable")), rows, is_ordered)


def _row(bindings: Iterable[tuple[str, object]]) -> Row:
    return frozenset((name, _by_value(term)) for name, term in bindings if term is not None)


def is_same_graph(found: Iterable[Triple], expected: Iterable[Triple]) -> bool:
    return _canonical(map(_quad, found)) == _canonical(map(_quad, expected))


def is_same_table(found: Table, expected: Table, *, is_lax: bool = False) -> bool:
    """Whether both have the same variables and solutions.

    ``is_lax``: of REDUCED, where duplicates may be missing (mf:LaxCardinality).
    """
    if found.variables != expected.variables:
        return False
    if is_lax:
        found_rows, expected_rows = Counter(found.rows), Counter(expected.rows)
        return set(found_rows) == set(expected_rows) and found_rows <= expected_rows
    found_graph, expected_graph = (_as_graph(table, is_ordered=expected.is_ordered) for table in (found, expected))
    return _canonical(found_graph) == _canonical(expected_graph)


def _as_graph(table: Table, *, is_ordered: bool) -> Iterable[Quad]:
    counted = enumerate(table.rows) if is_ordered else ((n, row) for row, n in Counter(table.rows).items())
    for number, row in counted:
        # The place of the row, or how often it is there: equal rows are one node, which canonicalises faster.
        node = BlankNode()
        yield Quad(node, NamedNode("urn:number"), Literal(number))
        for name, term in row:
            yield Quad(node, NamedNode(f"urn:variable:{name}"), term)


def _by_value(term: object) -> object:
    if isinstance(term, Triple):
        return Triple(term.subject, term.predicate, _by_value(term.object))
    if not isinstance(term, Literal) or term.datatype.value not in VALUES:
        return term
    try:
        value = VALUES[term.datatype.value](term.value)
    except (ArithmeticError, LookupError, ValueError):
        return term  # ill-typed: its lexical form is all it has
    return Literal(str(value.normalize() if isinstance(value, Decimal) else value), datatype=term.datatype)


def _quad(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, _by_value(triple.object))


def _canonical(quads: Iterable[Quad]) -> Dataset:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset
