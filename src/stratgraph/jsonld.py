"""JSON-LD as people read it: compacted by the context of our ontology, which is named and not repeated."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from stratgraph.assets import read_asset
from stratgraph.errors import UsageError
from stratgraph.terms import CONTEXT, PREFIXES, RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

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
        A document of the one subject, or a ``@graph`` of all, sorted by their IRIs. It says the same triples.
    """
    by_subject: dict[str, dict[str, set[Any]]] = defaultdict(lambda: defaultdict(set))
    for triple in triples:
        by_subject[_node(triple.subject)][triple.predicate.value].add(triple.object)
    names = sorted(by_subject, key=lambda iri: (iri != first, iri))
    objects = [_object(iri, by_subject[iri]) for iri in names]
    if len(objects) == 1:
        return {"@context": CONTEXT} | objects[0]
    return {"@context": CONTEXT, "@graph": objects}


def to_json(document: Json) -> bytes:
    """The document as text, one member a line."""
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()


def _object(iri: str, values: dict[str, set[Any]]) -> Json:
    found: Json = {"id": iri}
    for predicate in sorted(values, key=lambda name: (name != RDF.TYPE, name)):
        for value in sorted(values[predicate], key=str):
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
        node = _node(value)
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
        context: Json = json.loads(context_bytes())["@context"]
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


def _node(term: object) -> str:
    if isinstance(term, NamedNode):
        return term.value
    if isinstance(term, BlankNode):
        return f"_:{term.value}"
    raise UsageError(f"This cannot be a node of JSON-LD: {term}.")
