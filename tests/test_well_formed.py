"""XML that is written is read back by a reader of XML with namespaces as the same, or it is an error (XML 1.0, 2.2)."""

from __future__ import annotations

import io
import xml.sax
import xml.sax.handler
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from defusedxml.ElementTree import fromstring
from defusedxml.sax import make_parser
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from stratgraph.errors import NotAcceptable
from stratgraph.results import XML
from stratgraph.serialisation import RDF_XML, TURTLE, to_bytes
from stratgraph.store import Forms, memory_store
from stratgraph.terms import PREFIXES, RDF, RDF_NS
from stratgraph.well_formed import WellFormed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.store import Store

S, P, V = (NamedNode(f"http://e.x/{name}") for name in "spo")
A = NamedNode(RDF.TYPE)
FORMS = Forms(XML, RDF_XML)
ALL = "SELECT ?o WHERE { ?s ?p ?o }"
GRAPH = "CONSTRUCT WHERE { ?s ?p ?o }"
NO_CHARACTERS = ["\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\ufffe", "\uffff"]


def store_of(*triples: Triple) -> Store:
    return memory_store(Quad(*triple) for triple in triples)


def answer(store: Store, query: str) -> bytes:
    with store.answer(query, FORMS) as given_answer:
        return given_answer.read()


def read_with_namespaces(data: bytes) -> None:
    reader = make_parser()
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    source = xml.sax.InputSource()
    source.setByteStream(io.BytesIO(data))
    reader.parse(source)


def triples_of(data: bytes) -> set[Triple]:
    read_with_namespaces(data)
    return {quad.triple for quad in parse(data, format=RdfFormat.RDF_XML)}


@pytest.mark.parametrize("character", NO_CHARACTERS)
def test_a_character_that_xml_lacks_is_an_error_and_the_message_names_it(character: str) -> None:
    store = store_of(Triple(S, P, Literal(f"a{character}b")))
    for query, other in ((ALL, "json"), (GRAPH, "turtle")):
        with pytest.raises(NotAcceptable, match=f"U\\+{ord(character):04X}") as refusal:
            answer(store, query)
        assert other in refusal.value.mend
    with pytest.raises(NotAcceptable), store.read_graph(None, RDF_XML) as graph:
        graph.read()


@pytest.mark.parametrize("text", ["a\rb", "\r\n", "\r", "tab\tline\n\u0085\u2028", "\ufffd\U0010ffff<&>]]>\"'"])
def test_other_characters_come_back_as_they_were(text: str) -> None:
    """XML 1.0, section 2.11: a carriage return that is written as such would come back as a line feed."""
    store = store_of(Triple(S, P, Literal(text)))
    assert fromstring(answer(store, ALL)).findtext(".//{*}literal") == text
    assert triples_of(answer(store, GRAPH)) == {Triple(S, P, Literal(text))}


@pytest.mark.parametrize("name", ["123", "p/", "p)", "a%20", "q?a=1&b=2", "x-1/", "p#"])
def test_a_property_without_a_local_name_is_an_error_in_rdf_xml(name: str) -> None:
    """RDF/XML 1.1, section 8."""
    store = store_of(Triple(S, NamedNode(f"http://e.x/{name}"), V))
    for ask in (lambda: answer(store, GRAPH), lambda: store.read_graph(None, RDF_XML).read()):
        with pytest.raises(NotAcceptable, match="cannot write the property") as refusal:
            ask()
        assert f"<http://e.x/{name}>" in refusal.value.what
        assert TURTLE.name in refusal.value.mend


@pytest.mark.parametrize("name", ["li", "Description", "about", "ID"])
def test_a_property_that_is_a_word_of_rdf_xml_is_an_error(name: str) -> None:
    with pytest.raises(NotAcceptable, match="a word of RDF/XML itself"):
        answer(store_of(Triple(S, NamedNode(f"{RDF_NS}{name}"), V)), GRAPH)


@pytest.mark.parametrize("name", ["1a", "-a", "a·b", "\u00e9", "xmlfoo", "a.b", "_"])
def test_a_property_with_a_local_name_is_written(name: str) -> None:
    triple = Triple(S, NamedNode(f"http://e.x/{name}"), V)
    assert triples_of(answer(store_of(triple), GRAPH)) == {triple}


UNBIS = "http://metadata.un.org/thesaurus/"
CLASSES = [f"{UNBIS}00", "http://e.x/00/", "urn:uuid:3", "http://e.x/q?a=1&b=2", *list(PREFIXES.values())[:3]]


@pytest.mark.parametrize("iri", CLASSES)
@pytest.mark.parametrize("more", [(), (Triple(S, P, V),), (Triple(S, A, NamedNode("http://e.x/Z")),)])
def test_a_class_without_a_local_name_is_an_element(iri: str, more: tuple[Triple, ...]) -> None:
    """RDF/XML 1.1, section 2.13: a typed node is an abbreviation; the other form is always possible."""
    triples = {Triple(S, A, NamedNode(iri)), Triple(V, A, NamedNode(iri)), *more}
    assert triples_of(answer(store_of(*triples), GRAPH)) == triples
    assert triples_of(store_of(*triples).read_graph(None, RDF_XML).read()) == triples
    assert triples_of(to_bytes(sorted(triples, key=str), RDF_XML)) == triples


class Pieces:
    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> int:
        self.data += data
        return len(data)


def passed(pieces: Iterable[bytes]) -> bytes:
    out = Pieces()
    xml_file = WellFormed(out, "json", {"ex": "http://e.x/"})
    for piece in pieces:
        xml_file.write(piece)
    xml_file.close()
    return out.data


@given(st.lists(st.integers(0, 200)))
def test_it_is_the_same_in_whatever_pieces_it_comes(cuts: list[int]) -> None:
    whole = (
        '<?xml version="1.0"?><r xmlns:ex="http://e.x/"><ex: rdf:about="a"/>'
        '<oxprefix: xmlns:oxprefix="u:1" rdf:about="é\ufffd">'
        "text\r\n, a: b</oxprefix:></r>"
    ).encode()
    places = sorted({0, len(whole), *(cut % len(whole) for cut in cuts)})
    expected = passed([whole])
    assert b'<rdf:Description rdf:about="a">' in expected
    assert b'rdf:resource="u:1"/>text&#xD;\n, a: b</rdf:Description></r>' in expected
    assert passed(whole[a:b] for a, b in pairwise(places)) == expected


@given(st.lists(st.integers(0, 30)), st.sampled_from(["\ufffe", "\x01"]))
def test_what_xml_lacks_is_found_in_whatever_pieces_it_comes(cuts: list[int], character: str) -> None:
    whole = f"<r>abc{character}def</r>".encode()
    places = sorted({0, len(whole), *(cut % len(whole) for cut in cuts)})
    with pytest.raises(NotAcceptable):
        passed(whole[a:b] for a, b in pairwise(places))


def test_the_default_graph_is_read_in_rdf_xml() -> None:
    store = memory_store([Quad(S, P, V, DefaultGraph()), Quad(S, P, S, V)])
    assert triples_of(store.read_graph(None, RDF_XML).read()) == {Triple(S, P, V)}
    assert triples_of(store.read_graph(V.value, RDF_XML).read()) == {Triple(S, P, S)}
