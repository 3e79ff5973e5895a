"""JSON-LD as people read it: compacted by the context of our ontology, of which it brings along what it uses.

So it can be read where nothing leads to the context's own IRI, and nothing is fetched for it.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

from stratgraph.assets import read_asset
from stratgraph.errors import UsageError
from stratgraph.graph import Graph
from stratgraph.rdf_text import own_context
from stratgraph.terms import PREFIXES, RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Triple

Json: TypeAlias = dict[str, Any]


def context_bytes() -> bytes:
    """The context, as it is served at its own IRI."""
    return read_asset("ontology", "context.jsonld")


def compacted(triples: Iterable[Triple], *, first: str | None = None) -> Json:
    """The triples of one graph as a JSON-LD document.

    Args:
        triples: in any order.
        first: the subject that comes first; the document is that one's object where there is no other.

    Returns:
        A document of the one subject, or a ``@graph`` of all, sorted by their IRIs. It says the same triples, and its
        context is that part of ours that it needs.
    """
    graph = Graph(triples)
    objects = [_object(iri, graph) for iri in sorted(graph, key=lambda iri: (iri != first, iri))]
    context = _terms().context_for(set(_words(objects)))
    if len(objects) == 1:
        return {"@context": context} | objects[0]
    return {"@context": context, "@graph": objects}


def to_json(document: Json) -> bytes:
    """The document as text, one member a line."""
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()


def _words(written: object) -> Iterator[str]:
    """The words of a document that a context may define: names of members, classes and datatypes."""
    if isinstance(written, list):
        for one in written:
            yield from _words(one)
    elif isinstance(written, dict):
        for name, value in written.items():
            yield name
            if name in {"type", "@type"}:
                yield from [value] if isinstance(value, str) else value
            else:
                yield from _words(value)


def _object(iri: str, graph: Graph) -> Json:
    found: Json = {"id": iri}
    for predicate in sorted(graph.predicates(iri), key=lambda name: name != RDF.TYPE):
        for value in sorted(graph.objects(iri, predicate), key=str):
            name, written = _member(predicate, value)
            if name not in found:
                found[name] = written
            elif isinstance(found[name], list):
                found[name].append(written)
            else:
                found[name] = [found[name], written]
    return found


def _member(predicate: str, value: object) -> tuple[str, object]:
    """The name of a member and one value of it, as the context reads them."""
    terms = _terms()
    if predicate == RDF.TYPE and isinstance(value, NamedNode):
        return "type", terms.names.get(value.value, value.value)
    name, definition = terms.properties.get(predicate, (terms.prefixed(predicate), {}))
    if isinstance(value, NamedNode | BlankNode):
        node = value.value if isinstance(value, NamedNode) else str(value)
        return name, node if definition.get("@type") == "@id" else {"id": node}
    if not isinstance(value, Literal):
        raise UsageError(f"A quoted triple has no place in this JSON-LD: {value}.")
    return name, _literal(value, definition)


def _literal(value: Literal, definition: Json) -> object:
    terms, coerced = _terms(), definition.get("@type")
    language = definition.get("@language", terms.language)
    if value.language is not None:
        is_expected = value.language == language and coerced is None
        return value.value if is_expected else {"@value": value.value, "@language": value.language}
    datatype = value.datatype.value
    if datatype == XSD.STRING:
        return value.value if language is None and coerced is None else {"@value": value.value}
    if coerced in {datatype, terms.prefixed(datatype)}:
        return value.value
    return {"@value": value.value, "@type": terms.prefixed(datatype)}


class _Terms:
    """What the context says: names of classes, and of properties with how their values are written."""

    def __init__(self) -> None:
        context = own_context()
        self._context = context
        self.language: str = context["@language"]
        self.names: dict[str, str] = {}
        self.properties: dict[str, tuple[str, Json]] = {}
        for name, said in context.items():
            if name.startswith("@"):
                continue
            definition = said if isinstance(said, dict) else {"@id": said}
            iri = _full(definition["@id"], context)
            if iri.startswith("@") or iri.endswith(("#", "/")):
                continue
            self.names[iri] = name
            self.properties[iri] = (name, definition)
        self._prefixes = {prefix: iri for prefix, iri in PREFIXES.items() if context.get(prefix) == iri}

    def context_for(self, words: set[str]) -> Json:
        """The part of the context that gives these words their meaning, in its order."""
        defined = (self._context[word] for word in words if word in self._context)
        said = [part for one in defined for part in (one.values() if isinstance(one, dict) else [one])]
        needed = words | {word.partition(":")[0] for word in (*words, *said) if word and ":" in word}
        return {name: one for name, one in self._context.items() if name.startswith("@") or name in needed}

    def prefixed(self, iri: str) -> str:
        """A name with a prefix of the context; the IRI itself where none fits."""
        for prefix, namespace in self._prefixes.items():
            local = iri.removeprefix(namespace)
            if local != iri and local.isidentifier():
                return f"{prefix}:{local}"
        return iri


@cache
def _terms() -> _Terms:
    return _Terms()


def _full(name: str, context: Json) -> str:
    prefix, colon, local = name.partition(":")
    known = context.get(prefix)
    return f"{known}{local}" if colon and isinstance(known, str) else name
