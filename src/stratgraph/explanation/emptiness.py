"""Whether an answer has anything in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, QueryBoolean, parse, parse_query_results

from stratgraph.results import CSV
from stratgraph.serialisation import RdfForm

if TYPE_CHECKING:
    from stratgraph.results import ResultForm

MOST_BYTES: Final = 4096
"""A longer answer is not empty: so much is not written for the names of variables and the prefixes of a graph."""


def has_nothing(form: ResultForm | RdfForm, data: bytes) -> bool:
    """Whether an answer is no row, no triple, or false; one row that only counts nothing is none either.

    A workbook, Parquet and Markdown are not looked into: of these it is never said.

    Args:
        form: that it is in.
        data: its beginning, of at least :data:`MOST_BYTES` where it is longer.
    """
    if len(data) >= MOST_BYTES or form.engine is None:
        return False
    if isinstance(form, RdfForm):
        return not any(True for _ in parse(data, form.engine))
    if form is CSV:  # which the engine does not read
        _, *lines = data.decode().splitlines()
        return (
            data.strip() == b"false"
            or (not lines and data.strip() != b"true")
            or (len(lines) == 1 and set(lines[0].split(",")) == {"0"})
        )
    found = parse_query_results(data, form.engine)
    if isinstance(found, QueryBoolean):
        return not found
    rows = [tuple(row) for row in found]
    is_zero = len(rows) == 1 and bool(rows[0]) and all(isinstance(one, Literal) and one.value == "0" for one in rows[0])
    return not rows or is_zero
