"""SPARQL result formats: names and media types; the writing is pyoxigraph's."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final, cast

from pyoxigraph import QueryResultsFormat

from stratgraph.errors import UsageError
from stratgraph.terms import XSD, XSD_NS
from stratgraph.well_formed import WellFormed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import QueryBoolean, QuerySolutions

    from stratgraph.well_formed import Out


@dataclass(frozen=True, slots=True)
class ResultForm:
    """One format of the answers to SELECT and ASK.

    Args:
        name: what people write after ``--format`` and ``format=``.
        media_types: the registered one first.
        extension: of file names, the registered one, with the dot.
        engine: the same format in pyoxigraph.
    """

    name: str
    media_types: tuple[str, ...]
    extension: str
    engine: QueryResultsFormat

    def is_called(self, name: str) -> bool:
        """Whether a client that says this name means this format."""
        return name.lower() == self.name


JSON: Final = ResultForm(
    "json", ("application/sparql-results+json", "application/json"), ".srj", QueryResultsFormat.JSON
)
XML: Final = ResultForm(
    "xml", ("application/sparql-results+xml", "application/xml", "text/xml"), ".srx", QueryResultsFormat.XML
)
CSV: Final = ResultForm("csv", ("text/csv",), ".csv", QueryResultsFormat.CSV)
TSV: Final = ResultForm("tsv", ("text/tab-separated-values",), ".tsv", QueryResultsFormat.TSV)

_MORE_NUMERIC: Final = (
    "float", "byte", "int", "long", "short", "negativeInteger", "nonNegativeInteger", "nonPositiveInteger",
    "positiveInteger", "unsignedByte", "unsignedInt", "unsignedLong", "unsignedShort",
)  # fmt: skip
NUMERIC: Final = frozenset((XSD.INTEGER, XSD.DECIMAL, XSD.DOUBLE, *(f"{XSD_NS}{name}" for name in _MORE_NUMERIC)))
"""The datatypes of numbers (SPARQL 1.1 Query Language, section 17.1)."""

RESULT_FORMS: Final = (JSON, XML, CSV, TSV)
"""Every result format that we write, the preferred one first."""


def write_results(found: QuerySolutions | QueryBoolean, out: Out, form: ResultForm) -> None:
    """Writes the answer to SELECT or ASK, piece by piece; XML is well-formed, or an error.

    Raises:
        NotAcceptable: the answer has a character that XML does not have.
    """
    # The engine asks a file for write and flush only.
    xml = WellFormed(out, f"{JSON.name} ({JSON.media_types[0]})") if form is XML else None
    try:
        found.serialize(cast("IO[bytes]", xml or out), form.engine)
    finally:
        # It must end in this thread, and the traceback of an error may travel to another one.
        del found
    if xml:
        xml.close()


def form_of_name(name: str) -> ResultForm:
    """The format called ``name``.

    Raises:
        UsageError: none is called so.
    """
    for form in RESULT_FORMS:
        if name == form.name:
            return form
    raise UsageError(
        f"There is no result format {name!r}.", mend=f"Use one of {', '.join(f.name for f in RESULT_FORMS)}."
    )


def file_of(chunks: Iterator[bytes]) -> IO[bytes]:
    """Pieces of bytes as a file, for a parser that reads one: no more is taken than it asks for."""
    return cast("IO[bytes]", io.BufferedReader(_Chunks(chunks)))


class _Chunks(io.RawIOBase):
    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._chunks, None)
            if piece is None:
                return 0
            self._rest = piece
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)
