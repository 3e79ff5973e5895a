"""Every error that stratgraph raises, by who can mend it.

    StratgraphError
    ├── SourceError      the author of a document: it is not of the form we read
    ├── QueryError       the asker: the query is malformed or not allowed
    │   ├── QuerySyntaxError    it is not SPARQL: line, column, and what could stand there
    │   └── EngineFailed        an error of the engine, which this query meets
    ├── UsageError       the caller: an option, a name or a media type that does not exist
    │   ├── NotFound            no graph, example or snapshot is called so
    │   ├── NotAcceptable       the answer has no form that the caller accepts
    │   ├── PublicationRefused  a revision is not fit to be published
    │   │   └── Superseded          it was made from, or is to replace, a version that is not in force any more
    │   └── Cancelled           the caller took the question back
    ├── LimitError       the operator: a limit was hit; names its setting and present value
    │   ├── QueryTooLong        the asker can mend these three and the next two as well
    │   ├── ResultTooLarge
    │   ├── DeadlineExceeded
    │   ├── MemoryExceeded
    │   ├── ReaderStalled       the reader of an answer does not take it
    │   └── Overloaded          nobody is free; later there may be
    │       └── TooManyQueries      of one client
    ├── StoreError       the operator: a snapshot is missing, damaged or in use
    │   ├── NothingPublished    it has no publication yet
    │   ├── Overtaken           somebody else published in the meantime
    │   └── WorkerLost          the process that answered a query ended before its time
    └── RemoteError      the remote server: it refused, failed or did not answer

A SHACL finding is not an error: it is data (``stratgraph.validation.findings``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """Where something is wrong; every part is optional, numbers count from 1.

    ``column`` is a character column in a text, or the number of a cell in a table's row when
    ``cell`` is true. ``element`` is an IRI. In a workbook ``sheet`` is the sheet's name, ``line`` the row and
    ``column`` the number of the column. ``said`` is what an engine says of that place, in its own words, which may name
    files of this machine.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    cell: bool = False
    element: str | None = None
    sheet: str | None = None
    said: str | None = None

    @property
    def cell_name(self) -> str:
        """What a workbook calls the cell, ``E2``; empty of a place that is no cell of a sheet."""
        is_known = self.sheet is not None and self.line is not None and self.column is not None
        return f"{column_name(self.column or 0)}{self.line}" if is_known else ""

    def __str__(self) -> str:
        parts = []
        if self.file:
            parts.append(self.file)
        if self.sheet is not None:
            parts.append(f"sheet {self.sheet}")
        if self.cell_name:
            parts.append(f"cell {self.cell_name}")
        elif self.line is not None:
            parts.append(f"{'line' if self.sheet is None else 'row'} {self.line}")
        if self.sheet is None and self.column is not None:
            parts.append(f"{'cell' if self.cell else 'column'} {self.column}")
        if self.element:
            parts.append(f"<{self.element}>")
        place = ", ".join(parts)
        if self.said is None:
            return place
        return f"{place} ({self.said})" if place else self.said


def column_name(number: int) -> str:
    """The name of a workbook's column by its number from 1: 1 is A, 27 is AA."""
    name = ""
    while number:
        number, letter = divmod(number - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


class StratgraphError(Exception):
    """Base of all errors; the three parts are fields, and the doors format them.

    Args:
        what: what is wrong, in one sentence.
        where: the place, if there is one.
        mend: how to mend it, in one sentence; empty where nothing can be advised.
    """

    def __init__(self, what: str, *, where: Location | None = None, mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where and str(self.where) else self.what
        return f"{head} {self.mend}".rstrip()


class SourceError(StratgraphError):
    """A document is not of the form that we read; nothing was written."""


class QueryError(StratgraphError):
    """A query is malformed, or asks for what is not allowed."""


class QuerySyntaxError(QueryError):
    """A query is not SPARQL.

    Args:
        expected: what could stand at that place, in words; empty where that is not known or says nothing.
    """

    def __init__(
        self, what: str, *, where: Location | None = None, mend: str = "", expected: tuple[str, ...] = ()
    ) -> None:
        super().__init__(what, where=where, mend=mend)
        self.expected = expected


class EngineFailed(QueryError):  # noqa: N818 - what happened
    """The engine gave up on a query by an error of its own; another wording may do."""


class UsageError(StratgraphError):
    """An option, a name or a format that does not exist."""


class NotFound(UsageError):  # noqa: N818 - what HTTP calls it, 404
    """Nothing is called so: a graph, an example query, a snapshot."""


class NotAcceptable(UsageError):  # noqa: N818 - what HTTP calls it, 406
    """The answer cannot be written in any form that the caller accepts."""


class PublicationRefused(UsageError):  # noqa: N818 - what happened
    """A revision is not fit to be published; nothing was written."""


class Superseded(PublicationRefused):
    """The version that a revision was made from, or is to replace, is not the one in force; nothing was written."""


class Cancelled(UsageError):  # noqa: N818 - it says what happened
    """The caller took the question back before there was an answer."""


class LimitError(StratgraphError):
    """A limit was hit.

    Args:
        setting: name of the setting in ``stratgraph.settings``.
        value: its present value.
    """

    def __init__(
        self, what: str, *, setting: str, value: object, where: Location | None = None, mend: str = ""
    ) -> None:
        super().__init__(what, where=where, mend=mend or f"Raise the setting {setting} (now {value}).")
        self.setting = setting
        self.value = value


class QueryTooLong(LimitError):  # noqa: N818 - this and the next ones say which limit
    """A query is longer than it may be."""


class ResultTooLarge(LimitError):  # noqa: N818
    """An answer is larger than it may be; what was given out of it is not whole."""


class DeadlineExceeded(LimitError):  # noqa: N818
    """A query took longer than it may."""


class MemoryExceeded(LimitError):  # noqa: N818
    """A query needed more memory than it may have."""


class ReaderStalled(LimitError):  # noqa: N818
    """The reader of an answer takes it too slowly; what was given out of it is not whole."""


class Overloaded(LimitError):  # noqa: N818
    """Too many queries at once; the same query may be answered later."""


class TooManyQueries(Overloaded):
    """Too many queries of one client at once."""


class StoreError(StratgraphError):
    """A snapshot is missing, damaged or held by someone else."""


class NothingPublished(StoreError):  # noqa: N818 - what is the case
    """A store has no publication yet."""


class Overtaken(StoreError):  # noqa: N818 - what happened
    """Somebody else published since the store was looked at; nothing was written."""


class WorkerLost(StoreError):  # noqa: N818 - what happened
    """The process that answered a query crashed or was killed; the next query has another one."""


class RemoteError(StratgraphError):
    """A remote server refused, failed or did not answer."""
