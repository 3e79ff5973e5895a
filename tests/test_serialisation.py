"""RDF formats: reading with the place of an error, and writing whose bytes depend on the triples alone."""

from __future__ import annotations

import random

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from stratgraph.errors import SourceError, UsageError
from stratgraph.serialisation import RDF_FORMS, TURTLE, form_of_file, form_of_name, read_rdf, turtle

BASE = "https://w3id.org/stratgraph/id/"


def triples() -> list[Triple]:
    def node(name: str) -> NamedNode:
        return NamedNode(f"{BASE}{name}")

    label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    return [
        Triple(node("objective/10"), label, Literal("Ten\nlines", language="en")),
        Triple(node("objective/9"), label, Literal('A "quoted" \\ text', language="en")),
        Triple(node("objective/9"), NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), node("Kind")),
        Triple(node("objective/9"), NamedNode("https://w3id.org/stratgraph/ontology#position"), Literal(9)),
    ]


def test_turtle_is_the_same_whatever_the_order_and_comes_back() -> None:
    expected = turtle(triples(), base=BASE, comment="made")
    for seed in range(5):
        shuffled = triples() * 2
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - an order, no secret
        assert turtle(shuffled, base=BASE, comment="made") == expected
    back = {Triple(q.subject, q.predicate, q.object) for q in parse(expected, format=RdfFormat.TURTLE)}
    assert back == set(triples())
    assert expected.startswith(b"# made\n@base <")
    assert expected.index(b"objective/9") < expected.index(b"objective/10")
    assert b"@prefix skos:" not in expected


def test_a_blank_node_is_refused() -> None:
    with pytest.raises(UsageError, match="blank node"):
        turtle([Triple(BlankNode("b"), *list(triples()[0])[1:])], base=BASE, comment="")


def test_formats_are_found_by_name_and_by_file() -> None:
    assert form_of_name("turtle") is TURTLE
    assert form_of_file("Plan.TTL") is TURTLE
    assert [form_of_file(f"x{form.extensions[0]}") for form in RDF_FORMS] == list(RDF_FORMS)
    with pytest.raises(UsageError, match="turtle, ntriples"):
        form_of_name("excel")
    with pytest.raises(UsageError, match=r"\.ttl"):
        form_of_file("plan.doc")


@pytest.mark.parametrize(
    ("name", "data", "line", "column"),
    [
        ("a.ttl", b"@prefix a: <http://x/> .\na:b a:c c:d .", 2, 9),
        ("a.jsonld", b'{"@id": 3,\n', 2, 1),
        ("a.nt", b"<http://a> <http://b> .\n", 1, None),
        ("a.rdf", b"<a>\n<b/></a", 2, 5),
        ("a.ttl", b"\xff\xfe", 1, 1),
    ],
)
def test_an_error_says_where_it_is(name: str, data: bytes, line: int | None, column: int | None) -> None:
    with pytest.raises(SourceError, match=r"cannot be parsed|not well-formed|not UTF-8") as caught:
        read_rdf(data, file=name)
    where = caught.value.where
    assert where is not None
    assert (where.file, where.line) == (name, line)
    if column:
        assert where.column == column
    assert "line" not in caught.value.what


def test_relative_iris_are_read_against_our_own_base() -> None:
    (quad,) = read_rdf(b"<itu> <itu/b> 1 .", file="x.ttl")
    assert quad.subject == NamedNode(f"{BASE}itu")
