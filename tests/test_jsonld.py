"""JSON-LD compacted by our context says the same triples as what it was made of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from stratgraph.assets import read_asset
from stratgraph.jsonld import compacted, context_bytes, to_json
from stratgraph.terms import CONTEXT, DCTERMS, ORG, RDF, RDFS, SG, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

NODES = [NamedNode(f"https://w3id.org/stratgraph/id/a/plan/1/{name}") for name in ("goal", "mission")]
PROPERTIES = [
    *(SG.TEXT, SG.NOTATION, SG.POSITION, SG.SERVES_MISSION, SG.SHA256, RDFS.LABEL, RDF.TYPE, DCTERMS.PUBLISHER),
    *(SKOS.EDITORIAL_NOTE, ORG.UNIT_OF, "http://example.org/other"),
]
LITERALS = st.one_of(
    st.builds(Literal, st.text(alphabet="ab1 \n\"'é", max_size=5)),
    st.builds(Literal, st.just("x"), language=st.sampled_from(["en", "fr", "en-gb"])),
    st.builds(
        Literal,
        st.sampled_from(["1", "01", "true"]),
        datatype=st.sampled_from([NamedNode(XSD.INTEGER), NamedNode(XSD.BOOLEAN), NamedNode("http://example.org/d")]),
    ),
)
TRIPLES = st.builds(
    Triple,
    st.sampled_from([*NODES, BlankNode("b")]),
    st.sampled_from([NamedNode(name) for name in PROPERTIES]),
    st.one_of(st.sampled_from([*NODES, NamedNode(SG.GOAL)]), LITERALS),
)


def read_back(triples: Iterable[Triple]) -> Dataset:
    """What a reader takes from the document, with the context in place of its address."""
    document = json.loads(to_json(compacted(triples)))
    assert document["@context"] == CONTEXT
    document["@context"] = json.loads(context_bytes())["@context"]
    return canonical(quad.triple for quad in parse(json.dumps(document).encode(), format=RdfFormat.JSON_LD))


def canonical(triples: Iterable[Triple]) -> Dataset:
    found = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return found


@given(st.lists(TRIPLES, min_size=1, max_size=8))
def test_reading_it_back_gives_the_same_triples(triples: list[Triple]) -> None:
    assert read_back(triples) == canonical(triples)


@pytest.mark.parametrize("name", ["stratgraph.ttl", "alignments.ttl"])
def test_the_ontology_too_with_its_blank_nodes_and_lists(name: str) -> None:
    triples = [quad.triple for quad in parse(read_asset("ontology", name), format=RdfFormat.TURTLE)]
    assert read_back(triples) == canonical(triples)


def test_it_reads_as_people_write_it() -> None:
    goal, mission = NODES
    document = compacted(
        [
            Triple(goal, NamedNode(RDF.TYPE), NamedNode(SG.GOAL)),
            Triple(goal, NamedNode(RDFS.LABEL), Literal("The goal", language="en")),
            Triple(goal, NamedNode(SG.NOTATION), Literal("4.4")),
            Triple(goal, NamedNode(SG.SERVES_MISSION), mission),
            Triple(goal, NamedNode(SG.TEXT), Literal("Le but", language="fr")),
        ]
    )
    assert document == {
        "@context": "https://w3id.org/stratgraph/ontology/context.jsonld",
        "id": goal.value,
        "type": "Goal",
        "label": "The goal",
        "notation": "4.4",
        "servesMission": mission.value,
        "text": {"@value": "Le but", "@language": "fr"},
    }


def test_the_thing_that_it_is_about_comes_first() -> None:
    triples = [Triple(node, NamedNode(RDFS.LABEL), Literal("x", language="en")) for node in NODES]
    assert [one["id"] for one in compacted(triples, first=NODES[1].value)["@graph"]] == [NODES[1].value, NODES[0].value]
