"""Classes without a member in common, by each way of OWL to say so."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from stratgraph.disjointness import disjoint_classes

PREFIXES = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


@pytest.mark.parametrize(
    ("axioms", "pairs"),
    [
        (":a owl:disjointWith :b .", {"a b"}),
        ("[] a owl:AllDisjointClasses ; owl:members (:a :b :c) .", {"a b", "a c", "b c"}),
        # What is below is apart as well, on both sides and however far.
        (":b owl:disjointWith :a . :c rdfs:subClassOf :d . :d rdfs:subClassOf :a .", {"a b", "b c", "b d"}),
        (
            ":a owl:disjointWith :b . :c rdfs:subClassOf :a . :d rdfs:subClassOf :b .",
            {"a b", "a d", "b c", "c d"},
        ),
        # A union is apart from what all of its members are apart from, and so is what is below it.
        (
            (
                ":a owl:disjointWith :c . :b owl:disjointWith :c . :a owl:disjointWith :d . "
                ":u a owl:Class ; owl:unionOf (:a :b) . :v rdfs:subClassOf :u ."
            ),
            {"a c", "b c", "a d", "c u", "c v"},
        ),
        # A class below two that are apart can have no member.
        (":a owl:disjointWith :b . :c rdfs:subClassOf :a , :b .", {"a b", "a c", "b c", "c c"}),
        (":u a owl:Class ; owl:unionOf () . :a a owl:Class .", set[str]()),
    ],
)
def test_each_way_to_say_that_classes_are_apart_is_understood(axioms: str, pairs: set[str]) -> None:
    quads = parse(PREFIXES + axioms, format=RdfFormat.TURTLE)

    found = disjoint_classes(tuple(Triple(q.subject, q.predicate, q.object) for q in quads))

    assert {" ".join(sorted((t.subject.value[-1], t.object.value[-1]))) for t in found} == pairs
