"""JSON-LD compacted by our context says the same triples as what it was made of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import rdflib
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
from stratgraph.errors import Location, SourceError
from stratgraph.jsonld import compacted, context_bytes, to_json
from stratgraph.serialisation import JSON_LD, RdfText
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
    """What a reader takes from the document, and nothing else."""
    written = to_json(compacted(triples))
    assert json.loads(written)["@context"].items() <= json.loads(context_bytes())["@context"].items()
    return canonical(quad.triple for quad in parse(written, format=RdfFormat.JSON_LD))


def canonical(triples: Iterable[Triple]) -> Dataset:
    found = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return found


@given(st.lists(TRIPLES, min_size=1, max_size=8))
def test_reading_it_back_gives_the_same_triples(triples: list[Triple]) -> None:
    assert read_back(triples) == canonical(triples)


@pytest.mark.parametrize("name", ["stratgraph.ttl", "alignments.ttl", "frameworks.ttl"])
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
        "@context": {
            "@version": 1.1,
            "@language": "en",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "sg": "https://w3id.org/stratgraph/ontology#",
            "id": "@id",
            "type": "@type",
            "Goal": "sg:Goal",
            "servesMission": {"@id": "sg:servesMission", "@type": "@id"},
            "label": "rdfs:label",
            "notation": {"@id": "sg:notation", "@language": None},
            "text": "sg:text",
        },
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


def test_a_second_reader_reads_it_without_a_network() -> None:
    goal, mission = NODES
    triples = [
        Triple(goal, NamedNode(RDF.TYPE), NamedNode(SG.GOAL)),
        Triple(goal, NamedNode(SG.POSITION), Literal("1", datatype=NamedNode(XSD.INTEGER))),
        Triple(goal, NamedNode(SG.SERVES_MISSION), mission),
        Triple(goal, NamedNode(SKOS.EDITORIAL_NOTE), Literal("x", language="fr")),
    ]
    graph = rdflib.Graph().parse(data=to_json(compacted(triples)), format="json-ld")
    assert canonical(quad.triple for quad in parse(graph.serialize(format="nt"), format=RdfFormat.N_TRIPLES)) == (
        canonical(triples)
    )


@pytest.mark.parametrize("name", ["@context", r"\u0040context", r"@\u0063ontext", r"\u0040conte\u0078t"])
def test_a_context_is_one_however_its_name_is_escaped(name: str) -> None:
    # RFC 8259, section 7: an escaped character is that character.
    known = f'{{"{name}": "{CONTEXT}", "@id": "http://e.x/1", "label": "One"}}'
    ((quad, _),) = RdfText(known.encode(), file="x.jsonld", form=JSON_LD).placed()
    assert (quad.predicate.value, quad.object) == (RDFS.LABEL, Literal("One", language="en"))
    other = f'{{"@id": "http://e.x/1",\n"{name}": "http://e.x/context"}}'
    with pytest.raises(SourceError, match=r"takes its context from <http://e\.x/context>") as caught:
        RdfText(other.encode(), file="x.jsonld", form=JSON_LD)
    assert caught.value.where == Location(file="x.jsonld", line=2, column=5 + len(name))


def test_what_a_literal_of_json_holds_is_never_taken_for_a_context_however_it_is_escaped() -> None:
    text = r'{"http://e.x/p": {"@type": "\u0040json", "@value": {"@context": "' + CONTEXT + '"}}}'
    with pytest.raises(SourceError, match="takes its context from"):
        RdfText(text.encode(), file="x.jsonld", form=JSON_LD)


@pytest.mark.parametrize(
    "written", ['"{}"', '[ "{}" ,{{"x": "http://e.x/x"}}]', '{{"x": {{"@id": "sg:x", "@context": "{}"}}}}']
)
def test_our_own_context_is_known_by_its_iri(written: str) -> None:
    text = (
        '{"@context": ' + written.format(CONTEXT) + ',\n "@id": "http://e.x/1",\n'
        f'"{SG.TEXT}": "@context", "{RDFS.LABEL}": "\\"@context\\": \\"http://e.x/\\""}}'
    )
    quads = list(RdfText(text.encode(), file="a.jsonld", form=JSON_LD).placed())
    assert {quad.object.value for quad, _ in quads} == {"@context", '"@context": "http://e.x/"'}


@pytest.mark.parametrize(
    "written", ['"https://schema.org/"', '[{}, "https://schema.org/"]', '{"@import": "https://schema.org/"}']
)
def test_any_other_context_is_refused_with_its_place(written: str) -> None:
    text = '{"@id": "http://e.x/1",\n"@context": ' + written + "}"
    with pytest.raises(
        SourceError, match=r"takes its context from <https://schema.org/>, and contexts are not fetched"
    ) as e:
        RdfText(text.encode(), file="a.jsonld", form=JSON_LD)
    assert (e.value.where.line, e.value.where.column) == (2, 13 + written.index('"https'))
    assert "https://w3id.org/stratgraph/ontology/context.jsonld" in e.value.mend


def test_what_a_literal_of_json_holds_is_never_taken_for_a_context() -> None:
    text = '{"http://e.x/p": {"@type": "@json", "@value": {"@context": "' + CONTEXT + '"}}}'
    with pytest.raises(SourceError, match="contexts are not fetched"):
        RdfText(text.encode(), file="a.jsonld", form=JSON_LD)
