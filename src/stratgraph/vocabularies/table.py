"""A table of concepts, a row each: IRI, label, and concepts elsewhere that match closely."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.errors import Location, SourceError
from stratgraph.files import decoded
from stratgraph.terms import RDF, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.vocabularies.description import Table

TABLE_ENDING: Final = ".tsv"

_TYPE: Final = NamedNode(RDF.TYPE)
_CONCEPT: Final = NamedNode(SKOS.CONCEPT)
_IN_SCHEME: Final = NamedNode(SKOS.IN_SCHEME)
_PREF_LABEL: Final = NamedNode(SKOS.PREF_LABEL)
_CLOSE_MATCH: Final = NamedNode(SKOS.CLOSE_MATCH)


def read_table(data: bytes, table: Table | None, file: str) -> list[Triple]:
    """The concepts of a table and their scheme, in its order.

    Args:
        data: UTF-8, cells between tabs, the names of the columns in the first line.
        table: which column is what.
        file: its name, for errors.

    Raises:
        SourceError: nothing says which column is what; it is no UTF-8, lacks a column, or has a row of another length
            or a cell that is no IRI, or no label; says the line, and the cell.
    """
    if table is None:
        raise SourceError(
            "Nothing says which column of the table is what.",
            where=Location(file=file),
            mend="Write a description beside it, with a [table]; see docs/how-to/vocabularies.md.",
        )
    lines = decoded(data, file).splitlines()
    return list(_triples(lines, table, file))


def _triples(lines: list[str], table: Table, file: str) -> Iterator[Triple]:
    heads = lines[0].split("\t") if lines else []
    wanted = [table.concept, table.label, *filter(None, [table.close_match])]
    if missing := [name for name in wanted if name not in heads]:
        raise SourceError(
            f"The table has no column {', '.join(missing)}.",
            where=Location(file=file, line=1),
            mend=f"It has {', '.join(heads) or 'none'}; correct the [table] of its description.",
        )
    columns = [heads.index(name) for name in wanted]
    scheme = _iri(table.scheme, Location(file=file))
    yield Triple(scheme, _TYPE, NamedNode(SKOS.CONCEPT_SCHEME))
    yield Triple(scheme, _PREF_LABEL, Literal(table.title, language=table.language))
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(heads):
            raise SourceError(
                f"The row has {len(cells)} cells, and the table {len(heads)} columns.",
                where=Location(file=file, line=number),
                mend="Put a tab between each two cells, also where one is empty.",
            )
        places = [Location(file=file, line=number, column=column + 1, cell=True) for column in columns]
        concept = _iri(cells[columns[0]], places[0])
        label = cells[columns[1]]
        if not label.strip():
            raise SourceError("The concept has no label.", where=places[1], mend="Write one into the cell.")
        yield Triple(concept, _TYPE, _CONCEPT)
        yield Triple(concept, _IN_SCHEME, scheme)
        yield Triple(concept, _PREF_LABEL, Literal(label, language=table.language))
        for column, place in zip(columns[2:], places[2:], strict=True):
            for match in filter(None, cells[column].split(";")):
                yield Triple(concept, _CLOSE_MATCH, _iri(match, place))


def _iri(text: str, where: Location) -> NamedNode:
    try:
        if ":" in text:
            return NamedNode(text)
    except ValueError:
        pass
    raise SourceError(f"{text!r} is no IRI.", where=where, mend="Write the whole IRI, without brackets.")
