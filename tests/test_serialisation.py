"""RDF formats: reading with the place of an error, and writing whose bytes depend on the triples alone."""

from __future__ import annotations

import random

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from stratgraph.errors import Location, SourceError, UsageError
from stratgraph.serialisation import (
    JSON_LD,
    MOST_TEXT_BYTES,
    N_QUADS,
    N_TRIPLES,
    RDF_FORMS,
    RDF_XML,
    TRIG,
    TURTLE,
    RdfForm,
    form_of_file,
    form_of_name,
    read_rdf,
    turtle,
)

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


@pytest.mark.parametrize(
    ("form", "text", "line"),
    [
        (TURTLE, '<urn:a>\n<urn:b> "LONG" .\n', 2),
        (TURTLE, "# LONG\n<urn:a> <urn:b> 1 .\n", 1),
        (N_TRIPLES, '<urn:a> <urn:b> "1" .\n<urn:a> <urn:b> "LONG" .\n', 2),
        (N_QUADS, '<urn:a> <urn:b> "LONG" <urn:c> .\n', 1),
        (TRIG, '<urn:a> {\n<urn:a> <urn:b> "LONG" }\n', 2),
        (JSON_LD, '{\n"@id": "urn:a",\n"urn:b": "LONG"}', 3),
        (
            RDF_XML,
            '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<r:Alt><r:_1>LONG</r:_1></r:Alt></r:RDF>',
            2,
        ),
    ],
    ids=["a text", "a comment", "N-Triples", "N-Quads", "TriG", "JSON-LD", "RDF/XML"],
)
def test_a_text_that_is_too_long_for_the_parsers_is_an_error_with_its_line(form: RdfForm, text: str, line: int) -> None:
    with pytest.raises(SourceError, match=r"more than 16,777,216 bytes") as caught:
        read_rdf(text.replace("LONG", "x" * (MOST_TEXT_BYTES + 1)).encode(), file="plan", form=form)
    assert caught.value.where == Location(file="plan", line=line)
