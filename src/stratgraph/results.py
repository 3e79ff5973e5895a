"""The formats of answers to SELECT and ASK: names and media types; those of SPARQL are written by pyoxigraph."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final, cast

from pyoxigraph import QueryResultsFormat, QuerySolutions

from stratgraph.errors import RemoteError, UsageError
from stratgraph.tabular import write_html, write_markdown, write_parquet, write_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pyoxigraph import QueryBoolean

    from stratgraph.files import Out
    from stratgraph.well_formed import WellFormed


@dataclass(frozen=True, slots=True)
class ResultForm:
    """One format of the answers to SELECT and ASK.

    Args:
        name: what people write after ``--format`` and ``format=``.
        media_types: the registered one first.
        extension: of file names, the registered one, with the dot.
        writer: the same format in pyoxigraph, or what writes columns and rows in it.
        other_names: that clients give it.
    """

    name: str
    media_types: tuple[str, ...]
    extension: str
    writer: QueryResultsFormat | Callable[[Sequence[str], Iterable[Sequence[object | None]], Out], None]
    other_names: tuple[str, ...] = ()

    def is_called(self, name: str) -> bool:
        """Whether a client that says this name means this format."""
        return name.lower() in {self.name, *self.other_names}

    @property
    def engine(self) -> QueryResultsFormat | None:
        """The format in pyoxigraph; None where that does not write it."""
        return self.writer if isinstance(self.writer, QueryResultsFormat) else None

    @property
    def is_text(self) -> bool:
        """Whether it is text, which can be shown and packed."""
        return self.engine is not None or self.media_types[0].startswith("text/")


JSON: Final = ResultForm(
    "json", ("application/sparql-results+json", "application/json"), ".srj", QueryResultsFormat.JSON
)
XML: Final = ResultForm(
    "xml", ("application/sparql-results+xml", "application/xml", "text/xml"), ".srx", QueryResultsFormat.XML
)
CSV: Final = ResultForm("csv", ("text/csv",), ".csv", QueryResultsFormat.CSV)
TSV: Final = ResultForm("tsv", ("text/tab-separated-values",), ".tsv", QueryResultsFormat.TSV)

XLSX: Final = ResultForm(
    "xlsx", ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",), ".xlsx", write_xlsx
)
PARQUET: Final = ResultForm("parquet", ("application/vnd.apache.parquet",), ".parquet", write_parquet)
MARKDOWN: Final = ResultForm("markdown", ("text/markdown",), ".md", write_markdown, ("md",))

HTML: Final = ResultForm("html", ("text/html",), ".html", write_html)
"""A page that stands alone: of the command line, for a server has pages of its own."""

RESULT_FORMS: Final = (JSON, XML, CSV, TSV, XLSX, PARQUET, MARKDOWN)
"""Every result format that we write, the preferred one first."""


def write_results(found: QuerySolutions | QueryBoolean, out: Out, form: ResultForm) -> None:
    """Writes the answer to SELECT or ASK, piece by piece; XML is well-formed, or an error.

    Raises:
        NotAcceptable: the answer has a character that XML does not have, or something that the form cannot hold.
    """
    if not isinstance(form.writer, QueryResultsFormat):
        try:
            if isinstance(found, QuerySolutions):
                form.writer([one.value for one in found.variables], map(tuple, found), out)
            else:
                form.writer(["answer"], [["true" if found else "false"]], out)
        finally:
            del found
        return
    # The engine asks a file for write and flush only.
    xml = _well_formed(out) if form is XML else None
    try:
        found.serialize(cast("IO[bytes]", xml or out), form.writer)
    finally:
        # It must end in this thread, and the traceback of an error may travel to another one.
        del found
    if xml:
        xml.close()


def _well_formed(out: Out) -> WellFormed:
    from stratgraph.well_formed import WellFormed  # noqa: PLC0415 - XML alone needs its tables of characters

    return WellFormed(out, f"{JSON.name} ({JSON.media_types[0]})")


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


@contextmanager
def understood() -> Iterator[None]:
    """While an answer is read: what is no result of SPARQL is an error of the server that gave it.

    Raises:
        RemoteError: it is none, as where a server fails in the middle of its answer and ends it as if it were whole.
    """
    try:
        yield
    except SyntaxError as error:
        raise RemoteError(
            f"What the server answers is no result of SPARQL: {error.msg}.",
            mend="Ask again; if it stays so, look at that server's log.",
        ) from error


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
