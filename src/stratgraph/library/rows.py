"""The answer to a SELECT in Python's own types, and as a frame of pandas, polars or Arrow."""

from __future__ import annotations

import html
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, overload

from pyoxigraph import Literal, NamedNode

from stratgraph.errors import UsageError
from stratgraph.files import write_bytes
from stratgraph.labelled import SUFFIX
from stratgraph.tabular import Value, arrow_table, value_of, write_markdown, write_parquet, write_xlsx
from stratgraph.terms import shortened

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from stratgraph.store import Term

_SHOWN: Final = 20
"""So many rows a notebook shows."""


class Iri(str):
    """An IRI: a text that says that it is no text."""

    __slots__ = ()

    @property
    def short(self) -> str:
        """The IRI with a usual prefix, such as ``sg:Objective``."""
        return shortened(self)


Cell: TypeAlias = Value | Iri
"""What a cell holds: a number, a truth value, a day or time, an :class:`Iri`, a text, or None where it is not bound."""


class Row(Mapping[str, Cell]):
    """One solution: a mapping from the columns to their values, which are attributes too.

    What a mapping can do itself goes before: a column that is called ``keys`` or ``items`` is ``row["keys"]``.
    """

    __slots__ = ("_places", "_values")

    def __init__(self, places: Mapping[str, int], values: tuple[Cell, ...]) -> None:
        self._places = places
        self._values = values

    def __getitem__(self, column: str) -> Cell:
        return self._values[self._places[column]]

    def __getattr__(self, column: str) -> Any:
        if column not in self._places:
            raise AttributeError(f"The row has no column {column!r}; it has {', '.join(self._places)}.")
        return self._values[self._places[column]]

    def __reduce__(self) -> tuple[type[Row], tuple[dict[str, int], tuple[Cell, ...]]]:
        # Made anew when it is copied or unpickled: otherwise attributes are asked for before there are any.
        return Row, (dict(self._places), self._values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{name}={value!r}' for name, value in self.items())})"


class Rows(Sequence[Row]):
    """The solutions of a SELECT, in their order.

    Args:
        columns: the variables, without the question mark.
        terms: for each solution an RDF term for each column, None where it is not bound. They are kept: languages and
            datatypes stand here.
        names: asks what things are called, for :meth:`with_labels`.
    """

    def __init__(
        self,
        columns: tuple[str, ...],
        terms: tuple[tuple[Term | None, ...], ...],
        names: Callable[[set[str], tuple[str, ...]], Mapping[str, Literal]],
    ) -> None:
        self.columns = columns
        self.terms = terms
        self._names = names
        self._places = {name: place for place, name in enumerate(columns)}

    def __reduce__(self) -> tuple[type[Rows], tuple[object, ...]]:
        # What is kept in a file or sent to another process has no store at hand.
        return Rows, (self.columns, self.terms, _nobody)

    def __len__(self) -> int:
        return len(self.terms)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> Rows: ...

    def __getitem__(self, index: int | slice) -> Row | Rows:
        if isinstance(index, slice):
            return Rows(self.columns, self.terms[index], self._names)
        return row_of(self._places, self.terms[index])

    def column(self, name: str) -> list[Cell]:
        """The values of one column.

        Raises:
            UsageError: there is no such column.
        """
        if name not in self._places:
            raise UsageError(f"The answer has no column {name!r}.", mend=f"It has {', '.join(self.columns)}.")
        place = self._places[name]
        return [cell_of(row[place]) for row in self.terms]

    def with_labels(self, *languages: str) -> Rows:
        """The same rows, with a column of labels (``goalLabel``) behind each column in which things stand.

        A query that has a variable of that name itself keeps its own, as on the command line.

        Args:
            languages: BCP 47 tags, the preferred one first; then those of the plan, then English.

        Raises:
            UsageError: the rows come from a file or another process, where nobody can be asked.
        """
        labelled = [
            place
            for place, name in enumerate(self.columns)
            if f"{name}{SUFFIX}" not in self.columns and any(isinstance(row[place], NamedNode) for row in self.terms)
        ]
        iris = {
            str(term.value) for row in self.terms for place in labelled if isinstance(term := row[place], NamedNode)
        }
        labels = self._names(iris, languages)
        head = [(name, f"{name}{SUFFIX}") if at in labelled else (name,) for at, name in enumerate(self.columns)]
        terms = tuple(
            tuple(cell for at, term in enumerate(row) for cell in _pair(term, labels if at in labelled else None))
            for row in self.terms
        )
        return Rows(tuple(name for names in head for name in names), terms, self._names)

    def to_arrow(self) -> pa.Table:
        """A table of Arrow: whole and decimal numbers, floats, truth values, days and times have their own types.

        Raises:
            NotAcceptable: pyarrow is not installed.
        """
        return arrow_table(self.columns, self.terms)

    def to_pandas(self) -> pd.DataFrame:
        """A frame of pandas: types are kept beside missing values; decimal numbers are floats, which can be drawn.

        Raises:
            NotAcceptable: pyarrow is not installed.
            UsageError: pandas is not.
        """
        pandas = _imported("pandas")
        table = self.to_arrow()
        import pyarrow as pa  # noqa: PLC0415 - an extra, which is there after to_arrow

        decimals = [
            field.with_type(pa.float64()) if pa.types.is_decimal(field.type) else field for field in table.schema
        ]
        table = table.cast(pa.schema(decimals))
        knows_missing = {
            pa.int64(): pandas.Int64Dtype(),
            pa.float64(): pandas.Float64Dtype(),
            pa.bool_(): pandas.BooleanDtype(),
        }
        columns = {
            # Types that know a missing value only where one is missing: few libraries that draw take them.
            name: column.to_pandas(types_mapper=knows_missing.get if column.null_count else None)
            for name, column in zip(table.column_names, table.columns, strict=True)
        }
        frame: pd.DataFrame = pandas.DataFrame(columns)
        return frame

    def to_polars(self) -> pl.DataFrame:
        """A frame of polars.

        Raises:
            NotAcceptable: pyarrow is not installed.
            UsageError: polars is not.
        """
        frame: pl.DataFrame = _imported("polars").from_arrow(self.to_arrow())
        return frame

    def to_markdown(self) -> str:
        """A table of GitHub Flavored Markdown."""
        made = io.BytesIO()
        write_markdown(self.columns, self.terms, made)
        return made.getvalue().decode()

    def save(self, file: str | PathLike[str]) -> None:
        """Writes the rows to a file: ``.xlsx``, ``.parquet`` or ``.md``, as its name ends.

        Raises:
            UsageError: it ends otherwise.
            NotAcceptable: the form cannot hold them, or what writes it is not installed.
        """
        path = Path(file)
        write = _WRITERS.get(path.suffix.lower())
        if write is None:
            raise UsageError(
                f"{path.name} ends in none of {', '.join(_WRITERS)}.",
                mend="Name it so; to_pandas() and to_polars() write CSV and more.",
            )
        made = io.BytesIO()
        write(self.columns, self.terms, made)
        write_bytes(path, made.getvalue())

    def __repr__(self) -> str:
        return f"<Rows: {len(self)} of {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.columns)
        body = "".join(f"<tr>{''.join(f'<td>{_shown(term)}</td>' for term in row)}</tr>" for row in self.terms[:_SHOWN])
        more = f"<p>{len(self) - _SHOWN:,} more</p>" if len(self) > _SHOWN else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _pair(term: Term | None, labels: Mapping[str, Literal] | None) -> tuple[Term | None, ...]:
    """A term, with its label behind it where there are labels."""
    if labels is None:
        return (term,)
    return term, labels.get(term.value) if isinstance(term, NamedNode) else None


def _nobody(_: set[str], __: tuple[str, ...]) -> Mapping[str, Literal]:
    raise UsageError(
        "These rows have no store at hand to ask for labels.", mend="Call with_labels() before they are kept."
    )


def words_of(given: tuple[str, ...] | str) -> tuple[str, ...]:
    """Several words, or the one that was given without a tuple: Python would take its letters."""
    return (given,) if isinstance(given, str) else tuple(given)


def row_of(places: Mapping[str, int], terms: Sequence[Term | None]) -> Row:
    """A row of Python's values."""
    return Row(places, tuple(map(cell_of, terms)))


def cell_of(term: Term | None) -> Cell:
    """The value of a term."""
    return Iri(term.value) if isinstance(term, NamedNode) else value_of(term)


def _shown(term: Term | None) -> str:
    if isinstance(term, NamedNode):
        return f'<a href="{html.escape(term.value)}">{html.escape(shortened(term.value))}</a>'
    return html.escape("" if term is None else str(getattr(term, "value", term)))


def _imported(name: str) -> Any:
    from importlib import import_module  # noqa: PLC0415 - only where a frame is made

    try:
        return import_module(name)
    except ImportError as error:
        raise UsageError(f"{name} is not installed here.", mend=f"Install stratgraph[{name}].") from error


_WRITERS: Final = {".xlsx": write_xlsx, ".parquet": write_parquet, ".md": write_markdown}
