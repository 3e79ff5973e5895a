"""Sets of mappings as triples, both ways, and from a store."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from small_links import GOOD, OUTPUT, SET, SKOS, SUBJECTS, set_of, small_store

from stratgraph.errors import SourceError
from stratgraph.links import (
    direct_triples,
    graphs_of_set,
    mappings_of,
    published_sets,
    read_records,
    record_triples,
    record_turtle,
)
from stratgraph.store import memory_store, solutions
from stratgraph.store_contents import contents
from stratgraph.terms import DCTERMS_NS, SG

BARE = replace(
    GOOD,
    record=f"{SET}/record/10",
    subject_label="",
    object_label="",
    confidence=None,
    authors=(),
    author_labels=(),
    date=None,
    comment="",
    subject_source="",
    subject_source_version="",
    object_source="",
    subject_sha256="",
    where=None,
)
REJECTED = replace(GOOD, record=f"{SET}/record/2", object=f"{SUBJECTS}/9", is_negative=True)
WHOLE = set_of(GOOD, REJECTED, BARE)


def test_a_set_is_read_back_from_its_records_in_any_order() -> None:
    triples = list(record_triples(WHOLE))
    random.Random(1).shuffle(triples)  # noqa: S311
    assert read_records(triples, name="small") == WHOLE
    assert [one.record.rpartition("/")[2] for one in WHOLE.mappings] == ["1", "2", "10"]


def test_a_record_is_in_the_terms_of_sssom() -> None:
    record = NamedNode(GOOD.record)
    said = {(t.predicate.value, getattr(t.object, "value", "")) for t in record_triples(WHOLE) if t.subject == record}
    sssom, owl = "https://w3id.org/sssom/", "http://www.w3.org/2002/07/owl#"
    assert {
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"{owl}Axiom"),
        (f"{owl}annotatedSource", OUTPUT),
        (f"{owl}annotatedProperty", SG.IS_ABOUT),
        (f"{owl}annotatedTarget", f"{SUBJECTS}/7"),
        (f"{sssom}mapping_justification", "https://w3id.org/semapv/vocab/ManualMappingCuration"),
        (f"{sssom}confidence", "0.8"),
        ("http://purl.org/pav/authoredBy", "http://example.org/people/1"),
        ("http://purl.org/dc/terms/created", "2030-01-31"),
    } <= said


def test_what_is_rejected_is_no_direct_triple_and_what_is_said_twice_is_one() -> None:
    assert direct_triples(WHOLE) == (
        Triple(NamedNode(OUTPUT), NamedNode(SG.IS_ABOUT), NamedNode(f"{SUBJECTS}/7")),
        Triple(NamedNode(OUTPUT), NamedNode(SG.LINKED_TO), NamedNode(f"{SUBJECTS}/7")),
    )


@pytest.mark.parametrize(
    "relation", [f"{DCTERMS_NS}subject", f"{SKOS}closeMatch", SG.LINKED_TO, "http://example.org/r"]
)
def test_all_links_can_be_asked_together_whatever_each_of_them_says(relation: str) -> None:
    triples = direct_triples(set_of(replace(GOOD, predicate=relation)))
    assert {t.predicate.value for t in triples} == {relation, SG.LINKED_TO}


def test_the_turtle_of_a_set_depends_on_nothing_but_the_set() -> None:
    written = record_turtle(WHOLE)
    assert written.startswith(b"# Generated from small.sssom.tsv by stratgraph links convert; do not edit.\n")
    again = replace(WHOLE, mappings=WHOLE.mappings[::-1])
    assert record_turtle(again) == written
    found = [quad.triple for quad in parse(written, format=RdfFormat.TURTLE)]
    assert read_records(found, name="small") == WHOLE
    assert set(found) == set(record_triples(WHOLE))


def test_a_store_gives_its_sets_and_the_mappings_of_either_end() -> None:
    store = memory_store(contents(small_store(), graphs=graphs_of_set(WHOLE)))
    assert published_sets(store) == (WHOLE,)
    assert mappings_of(store, OUTPUT) == (GOOD, BARE)  # the surer one first; not the rejected one
    assert mappings_of(store, f"{SUBJECTS}/7") == (GOOD, BARE)
    assert mappings_of(store, f"{SUBJECTS}/9") == ()
    # The direct triples are part of the current view, the records are not.
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    direct = count.replace("?p", f"<{SG.IS_ABOUT}>")
    records = count.replace("?p", "<http://www.w3.org/2002/07/owl#annotatedSource>")
    numbers = [solutions(store, query).rows[0][0] for query in (direct, records)]
    assert [number.value for number in numbers if isinstance(number, Literal)] == ["1", "0"]


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ("http://www.w3.org/2002/07/owl#annotatedTarget", "does not have a subject"),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "0 sets"),
    ],
)
def test_records_that_lack_what_they_need_are_refused(lost: str, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        read_records([t for t in record_triples(WHOLE) if t.predicate.value != lost], name="small")
    assert caught.value.where is not None
    assert caught.value.mend
