"""Answers as tables for people's own tools: a workbook, Parquet, Markdown, a page.

Each takes the rows of an answer as RDF terms, and writes a number as a number and a day as a day where the tool has
such a thing and loses nothing by it; what it cannot hold is refused.
"""

from __future__ import annotations

import io
import math
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any, Final

from stratgraph.errors import NotAcceptable
from stratgraph.terms import COMMON_PREFIXES, FLOATS, IDENTIFIERS, INTEGERS, XSD, prefixed
from stratgraph.wording import visible
from stratgraph.xlsx import MOST_UNITS, escaped, keep_in_memory, packed, units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pyarrow as pa

    from stratgraph.files import Out

MOST_ROWS: Final = 1_048_575
"""What a sheet can hold beside its heading: Excel's own limit."""

_MOST_DIGITS: Final = 15
"""So many a cell's number keeps (ECMA-376 has IEEE 754 doubles)."""

_FIRST_DAY: Final = date(1900, 3, 1)
"""Before that workbooks count a day that never was."""

_LARGEST: Final = 2**63 - 1
_MOST_PRECISE: Final = 38
_WIDEST: Final = 60
_MARKS: Final = re.compile(r"([\\`*_\[\]<>|~#&])")
_UNIT_BYTES: Final = 65_536

Value = str | int | float | bool | Decimal | date | datetime | None


def value_of(term: object) -> Value:
    """A term as a value of Python: numbers, truth values, days and times as such; all others as text.

    What is not in the lexical space of its datatype is text too, and so is a time at an offset that Python has not.
    """
    if term is None:
        return None
    text = str(getattr(term, "value", term))
    pattern, read = _READERS.get(getattr(getattr(term, "datatype", None), "value", ""), _TEXT)
    try:
        return read(text) if re.fullmatch(pattern, text, re.DOTALL) else text
    except ValueError:  # the 30th of February
        return text


# By datatypes: what their texts look like (XML Schema 1.1 part 2, sections 3.3 and 3.4); Python reads more than that.
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TEXT: Final[tuple[str, Callable[[str], Value]]] = (".*", str)
_READERS: Final[dict[str, tuple[str, Callable[[str], Value]]]] = {
    **dict.fromkeys(INTEGERS, (r"[+-]?[0-9]{1,4000}", int)),
    XSD.DECIMAL: (r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)", Decimal),
    **dict.fromkeys(FLOATS, (r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN", float)),
    XSD.BOOLEAN: ("true|false|1|0", lambda text: text in {"true", "1"}),
    XSD.DATE: (_DAY, date.fromisoformat),
    XSD.DATE_TIME: (rf"{_DAY}T[0-9:]{{8}}(?:\.[0-9]{{1,6}})?(?:Z|[+-][0-9:]{{5}})?", datetime.fromisoformat),
}


# --- Markdown


def write_markdown(variables: Sequence[str], rows: Iterable[Sequence[object | None]], out: Out) -> None:
    """A table as GitHub Flavored Markdown has it (section 4.10): no cell ends its row or becomes something else."""
    kept = bytearray(f"{_line(map(_markdown, variables))}{_line(['---'] * len(variables))}".encode())
    for row in rows:
        kept += _line(map(_markdown, row)).encode()
        if len(kept) > _UNIT_BYTES:
            out.write(bytes(kept))
            kept.clear()
    out.write(bytes(kept))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _markdown(term: object | None) -> str:
    if term is None:
        return ""
    text = str(getattr(term, "value", term))
    if (
        hasattr(term, "value")
        and not hasattr(term, "datatype")
        and re.fullmatch(r"[A-Za-z][\w+.-]{1,31}:[^\s<>|]*", text)
    ):
        return f"<{text}>"
    return markdown_text(text)


def markdown_text(text: str) -> str:
    """A text of which no character is Markdown; it stays in one line."""
    return " <br> ".join(_MARKS.sub(r"\\\1", line) for line in re.split(r"\r\n|\n|\r", text))


# --- a page

_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Answer</title>
<style>
:root { color-scheme: light dark; }
body { margin: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; }
table { border-collapse: collapse; }
th, td { padding: .35rem .8rem .35rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #8888; }
th { position: sticky; top: 0; background: Canvas; }
td { overflow-wrap: anywhere; min-width: 4rem; max-width: 40rem; white-space: pre-line; unicode-bidi: isolate; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
</style>
</head>
<body>
<table>
"""


def write_html(variables: Sequence[str], rows: Iterable[Sequence[object | None]], out: Out) -> None:
    """A page of one table, which needs nothing else: no script, no network."""
    heading = "".join(f'<th scope="col">{escape(visible(name))}</th>' for name in variables)
    out.write(f"{_PAGE}<thead><tr>{heading}</tr></thead>\n<tbody>\n".encode())
    for row in rows:
        out.write(f"<tr>{''.join(map(_html, row))}</tr>\n".encode())
    out.write(b"</tbody>\n</table>\n</body>\n</html>\n")


def _html(term: object | None) -> str:
    if term is None:
        return "<td></td>"
    text = str(getattr(term, "value", term))
    if hasattr(term, "value") and not hasattr(term, "datatype") and text.startswith(("http://", "https://")):
        short = prefixed(text, COMMON_PREFIXES) or text.removeprefix(IDENTIFIERS)
        return f'<td><a href="{escape(visible(text))}">{escape(visible(short))}</a></td>'
    language = getattr(term, "language", None)
    tag = f' lang="{escape(language)}"' if language else ""
    look = ' class="number"' if isinstance(value_of(term), int | float | Decimal) else ""
    return f"<td{tag}{look}>{escape(visible(text))}</td>"


# --- a workbook


def write_xlsx(variables: Sequence[str], rows: Iterable[Sequence[object | None]], out: Out) -> None:
    """A workbook of one sheet with a heading.

    Raises:
        NotAcceptable: there are more rows than a sheet has, or a text is longer than a cell may be.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - few answers are workbooks
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - likewise
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - likewise

    book = Workbook(write_only=True)
    sheet = book.create_sheet("answer")
    sheet.freeze_panes = "A2"
    wrapped, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)

    def cell(value: Any) -> Any:
        made = WriteOnlyCell(sheet, value=escaped(value) if isinstance(value, str) else value)
        if isinstance(value, str):
            made.data_type = "s"  # or what begins with an equals sign would be a formula
            made.alignment = wrapped
        return made

    heading = [cell(name) for name in variables]
    for one in heading:
        one.font = bold
    begun, widths = [], [len(name) for name in variables]
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise _too_much(f"more than {MOST_ROWS:,} rows, which a sheet cannot hold")
        values = [_in_cell(value_of(term), number, name) for name, term in zip(variables, row, strict=True)]
        begun.append(values)
        widths = [max(width, min(len(str(value)), _WIDEST)) for width, value in zip(widths, values, strict=True)]
    for place, width in enumerate(widths):
        sheet.column_dimensions[_letters(place)].width = width + 2
    keep_in_memory(sheet)
    sheet.append(heading)
    for values in begun:
        sheet.append([None if value is None else cell(value) for value in values])
    data = packed(book)
    for start in range(0, len(data), _UNIT_BYTES):
        out.write(data[start : start + _UNIT_BYTES])


def _letters(place: int) -> str:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - few answers are workbooks

    return get_column_letter(place + 1)


def _in_cell(value: Value, number: int, name: str) -> Value:
    """The value as a cell holds it; as text where a cell would round it or has no such thing."""
    is_rounded = isinstance(value, (int, Decimal)) and len(Decimal(value).as_tuple().digits) > _MOST_DIGITS
    is_no_number = isinstance(value, float) and not math.isfinite(value)
    if isinstance(value, datetime):
        value = value.isoformat() if value.tzinfo or value.date() < _FIRST_DAY else value
    elif is_rounded or is_no_number or (isinstance(value, date) and value < _FIRST_DAY):
        value = str(value)
    if isinstance(value, str) and units(value) > MOST_UNITS:
        raise _too_much(f"a value of {name} in row {number:,} with more characters than a cell can hold")
    return value


def _too_much(what: str) -> NotAcceptable:
    return NotAcceptable(f"The answer has {what}.", mend="Ask for it in CSV, or for less of it.")


# --- Parquet


def arrow_table(variables: Sequence[str], rows: Iterable[Sequence[object | None]]) -> pa.Table:
    """A table of Arrow, whose columns have the type of all their values; text where these have several.

    Raises:
        NotAcceptable: pyarrow is not installed here.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - large, and an extra
    except ImportError as error:
        raise NotAcceptable(
            "Tables of Arrow and Parquet are made by pyarrow, which is not installed here.",
            mend="Install stratgraph[parquet], or ask for another form.",
        ) from error
    columns: list[list[object | None]] = [[] for _ in variables]
    for row in rows:
        for column, term in zip(columns, row, strict=True):
            column.append(term)
    return pa.Table.from_arrays([_array(pa, column) for column in columns], names=list(variables))


def write_parquet(variables: Sequence[str], rows: Iterable[Sequence[object | None]], out: Out) -> None:
    """A table in Parquet, with the types of :func:`arrow_table`; raises what that raises."""
    table = arrow_table(variables, rows)
    from pyarrow import parquet  # noqa: PLC0415 - large, and an extra

    made = io.BytesIO()
    parquet.write_table(table, made)
    out.write(made.getvalue())


def _array(pa: Any, terms: list[object | None]) -> Any:
    values = [value_of(term) for term in terms]
    typed = _TYPED.get(frozenset(type(value) for value in values if value is not None))
    made = typed(pa, values) if typed else None
    if made is None:
        texts = [None if term is None else str(getattr(term, "value", term)) for term in terms]
        return pa.array(texts, pa.string())
    return made


def _integers(pa: Any, values: list[Any]) -> Any:
    is_small = all(abs(value) <= _LARGEST for value in values if value is not None)
    return pa.array(values, pa.int64()) if is_small else None


def _decimals(pa: Any, values: list[Any]) -> Any:
    numbers = [None if value is None else Decimal(value) for value in values]
    parts = [number.as_tuple() for number in numbers if number is not None]
    scale = max(0, *(-int(one.exponent) for one in parts))
    precision = max(1, *(len(one.digits) + int(one.exponent) for one in parts)) + scale
    return pa.array(numbers, pa.decimal128(precision, scale)) if precision <= _MOST_PRECISE else None


def _floats(pa: Any, values: list[Any]) -> Any:
    return pa.array([None if value is None else float(value) for value in values], pa.float64())


def _times(pa: Any, values: list[Any]) -> Any:
    zones = {value.tzinfo is None for value in values if value is not None}
    if len(zones) > 1:
        return None
    if True in zones:
        return pa.array(values, pa.timestamp("us"))
    return pa.array([value and value.astimezone(UTC) for value in values], pa.timestamp("us", "UTC"))


_TYPED: Final[dict[frozenset[type], Callable[[Any, list[Any]], Any]]] = {
    frozenset((int,)): _integers,
    frozenset((Decimal,)): _decimals,
    frozenset((int, Decimal)): _decimals,
    frozenset((float,)): _floats,
    frozenset((int, float)): _floats,
    frozenset((bool,)): lambda pa, values: pa.array(values, pa.bool_()),
    frozenset((date,)): lambda pa, values: pa.array(values, pa.date32()),
    frozenset((datetime,)): _times,
}
"""What makes a column of values of these types; None where Parquet has no type for them."""
