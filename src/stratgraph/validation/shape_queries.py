"""The queries within a file of shapes: what would ask another server, and what is no SPARQL, told where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, RdfFormat, parse

from stratgraph.errors import Location, SourceError
from stratgraph.files import decoded
from stratgraph.graph import Graph
from stratgraph.rdf_literals import in_turtle
from stratgraph.store.syntax import explain, is_beginning, location
from stratgraph.store.tokens import tokens
from stratgraph.terms import SH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Triple

_DECLARE: Final = "PREFIX"
_QUERIES: Final = (SH.SELECT, SH.ASK, SH.CONSTRUCT)
_PATH: Final = re.compile(r"[$?]PATH\b")
"""Stands for the path of the shape, which is no variable (SHACL, section 6.2.2)."""


def refuse_service(triples: Iterable[Triple], data: bytes, file: str) -> None:
    """Refuses queries with SERVICE, as SHACL does (section 5.2.1): nobody's server is asked for what a plan says.

    Args:
        triples: of the file.
        data: the file, in Turtle.
        file: its name.

    Raises:
        SourceError: there is one; says line and column.
    """
    for query in _queries(triples):
        found = next((token for token in tokens(query) if token.is_word("SERVICE")), None)
        if found:
            raise SourceError(
                "A query of a shape has SERVICE, which asks another server.",
                where=_place(query, found.start, data, file),
                mend="Leave SERVICE out, and put what is needed into the files that are checked.",
            )


def located(error: SourceError, files: Iterable[tuple[str, bytes]], shapes: Iterable[Triple]) -> SourceError:
    """What an engine found wrong with the shapes of a house, with the place where a query of theirs is no SPARQL.

    Args:
        error: of the engine.
        files: of the house, each with its name, in Turtle.
        shapes: all that the engine got, which say the prefixes.
    """
    graph = Graph(shapes)
    names = {graph.text(one, SH.PREFIX): graph.text(one, SH.NAMESPACE) for one in graph.subjects(SH.PREFIX)}
    declared = "".join(f"{_DECLARE} {name}: <{iri}> " for name, iri in names.items())
    places = tuple(files)
    for file, data in places:
        for query in _queries(quad.triple for quad in parse(data, format=RdfFormat.TURTLE)):
            text = declared + _PATH.sub(lambda path: f"<a:{path[0][1:]}>", query)
            if is_beginning(text):
                continue
            found = explain(text, "")
            # All prefixes stand in the first line.
            line, column = (found.where.line or 1, found.where.column or 1) if found.where else (1, 1)
            lines = query.split("\n")
            before = sum(len(one) + 1 for one in lines[: line - 1])
            offset = before + column - 1 - (len(declared) if line == 1 else 0)
            return SourceError(
                f"A query of a shape is no SPARQL: {found.what}",
                where=_place(query, min(max(0, offset), len(query)), data, file),
                mend=found.mend or error.mend,
            )
    name = ", ".join(file for file, _ in places)
    return SourceError(error.what, where=Location(file=name), mend=error.mend)


def _queries(triples: Iterable[Triple]) -> Iterator[str]:
    for triple in triples:
        if triple.predicate.value in _QUERIES and isinstance(triple.object, Literal):
            yield triple.object.value


def _place(query: str, offset: int, data: bytes, file: str) -> Location:
    """Where a character of a query stands in its file; of one that is written with escapes, where the query begins."""
    text = decoded(data, file)
    start = next((areas[0][0] for value, areas in in_turtle(text) if value == query), None)
    if start is None:
        return Location(file=file)
    found = location(text, start + (offset if text.startswith(query, start) else 0))
    return Location(file=file, line=found.line, column=found.column)
