"""Every error that stratgraph raises, by who can mend it.

    StratgraphError
    ├── SourceError      the author of a document: it is not of the form we read
    ├── QueryError       the asker: the query is malformed or not allowed
    │   └── QuerySyntaxError    it is not SPARQL: line, column, and what could stand there
    ├── UsageError       the caller: an option, a name or a media type that does not exist
    │   ├── NotFound            no graph, example or snapshot is called so
    │   └── NotAcceptable       the answer has no form that the caller accepts
    ├── LimitError       the operator: a limit was hit; names its setting and present value
    ├── StoreError       the operator: a snapshot is missing, damaged or in use
    └── RemoteError      the remote server: it refused, failed or did not answer

A SHACL finding is not an error: it is data (``stratgraph.validation.findings``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """Where something is wrong; every part is optional, numbers count from 1.

    ``column`` is a character column in a text, or the number of a cell in a table's row when
    ``cell`` is true. ``element`` is an IRI.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    cell: bool = False
    element: str | None = None

    def __str__(self) -> str:
        parts = []
        if self.file:
            parts.append(self.file)
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.column is not None:
            parts.append(f"{'cell' if self.cell else 'column'} {self.column}")
        if self.element:
            parts.append(f"<{self.element}>")
        return ", ".join(parts)


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


class UsageError(StratgraphError):
    """An option, a name or a format that does not exist."""


class NotFound(UsageError):  # noqa: N818 - what HTTP calls it, 404
    """Nothing is called so: a graph, an example query, a snapshot."""


class NotAcceptable(UsageError):  # noqa: N818 - what HTTP calls it, 406
    """The answer cannot be written in any form that the caller accepts."""


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


class StoreError(StratgraphError):
    """A snapshot is missing, damaged or held by someone else."""


class RemoteError(StratgraphError):
    """A remote server refused, failed or did not answer."""
