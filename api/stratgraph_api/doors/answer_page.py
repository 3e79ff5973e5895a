"""An answer as a page: the query in its form, and below it a table of rows, with labels and places in the source."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode

from stratgraph.entities import names_of, places_of
from stratgraph.entities.description import short_name
from stratgraph.errors import QueryError, UsageError
from stratgraph.explanation import explain
from stratgraph.graph import text_of
from stratgraph.identifiers import whole_number
from stratgraph.paging import FORMS, Page, read_page
from stratgraph.query import ask_in, is_ordered
from stratgraph.results import RESULT_FORMS
from stratgraph.serialisation import RDF_FORMS
from stratgraph.store import WHOLE
from stratgraph.tabular import value_of
from stratgraph.terms import NUMERIC, RDF, XSD
from stratgraph_api.drawings import Arrow, Box, Panel, bars, network
from stratgraph_api.http.addresses import Addresses, local_address
from stratgraph_api.http.documents import addresses_of, base_address, link_to_explanation, query_address
from stratgraph_api.http.parameters import Parameters
from stratgraph_api.http.rendering import render
from stratgraph_api.http.snippets import snippets_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup
    from starlette.requests import Request

    from stratgraph.entities import Named, Place
    from stratgraph.explanation import Explanation
    from stratgraph.results import ResultForm
    from stratgraph.serialisation import RdfForm
    from stratgraph.store import Dataset, Reading, Term
    from stratgraph_api.http.snippets import Snippet

ROWS: Final = 100
"""So many are on a page."""

_MOST_SHOWN: Final = 5_000
"""So many characters of a value are shown; the whole of it is in every download."""

_MOST_BOXES: Final = 60
"""A graph of more things is no picture any more."""

_LONG: Final = 40
"""So many characters of a text need a column that is not narrow."""

_FEWEST_BARS: Final = 2
_MOST_PANELS: Final = 4
"""So many columns of numbers stand beside each other."""

_MOST_ROWS: Final = 10_000_000
"""So far pages are turned; who wants more takes the answer whole."""

_PLAIN: Final = frozenset((XSD.STRING, RDF.LANG_STRING, XSD.BOOLEAN, XSD.DATE, XSD.DATE_TIME, *NUMERIC))
"""Datatypes that a value shows by itself."""

OWN_PARAMETERS: Final = ("format", "page", "lang")
"""What an address says of the page, and not of the answer."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as a page shows it.

    Args:
        text: the value; of an IRI its label.
        iri: of a thing; empty for every other value.
        address: where it is described on this server, relative to the application's root; empty where it is no IRI.
        short: the IRI, shortened; empty where the text says as much.
        code: of a concept.
        language: of the text; empty where it has none.
        datatype: shortened; empty where it has none that has to be said.
        left_out: how many characters of the text are not shown.
        place: where the thing stands in its source; None where it rests on none.
    """

    text: str
    iri: str = ""
    address: str = ""
    short: str = ""
    code: str = ""
    language: str = ""
    datatype: str = ""
    left_out: int = 0
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its variable, and how it looks: ``number`` of numbers alone, ``long`` for texts, or empty."""

    name: str
    look: str


@dataclass(frozen=True, slots=True)
class Download:
    """The whole answer in a form, at an address relative to the application's root."""

    form: ResultForm | RdfForm
    address: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as a page shows it.

    Args:
        page: the rows as terms, and how many there are.
        columns: of the table.
        rows: a cell for each column, None where nothing is bound.
        seconds: that it took.
        is_ordered: whether the query says in which order its rows are to come.
        downloads: the answer in other forms.
        before: address of the page before; empty on the first.
        after: address of the page after; empty on the last.
        snippets: how to ask the same from elsewhere.
        explanation: why the answer has nothing, or nothing in a column; None where it is full.
        picture: of a graph that is small enough to be seen, or of the numbers of a table; None of every other answer.
    """

    page: Page
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    seconds: float
    is_ordered: bool
    downloads: tuple[Download, ...]
    before: str
    after: str
    snippets: tuple[Snippet, ...]
    explanation: Explanation | None
    picture: Markup | None


def answered(
    request: Request,
    text: str,
    parameters: Parameters,
    languages: tuple[str, ...],
    *,
    dataset: Dataset = WHOLE,
    base: str | None = None,
) -> Shown:
    """The answer to a query, or the page of it that the address names.

    Args:
        request: that asks; its door has one look at the store.
        text: the query.
        parameters: of the address, from which those of the other pages and forms are made.
        languages: that things are named in, before those of their plans.
        dataset: the graphs that are asked.
        base: what relative IRIs of the query are relative to.

    Raises:
        StratgraphError: as with ``ask``; UsageError where the page has no such number.
    """
    settings = request.state.settings
    reading: Reading = request.state.open_reading()
    number = _number(parameters)
    began = monotonic()
    answer = ask_in(
        reading,
        text,
        FORMS,
        dataset,
        base=base,
        max_query_bytes=settings.max_query_bytes,
        gateway=request.state.gateway,
    )
    page = read_page(answer, before=(number - 1) * ROWS, size=ROWS)
    seconds = monotonic() - began
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    kept = [pair for pair in parameters.pairs if pair[0] not in {"format", "page"} and pair[1]]
    asked = [pair for pair in kept if pair[0] not in OWN_PARAMETERS]
    is_more = page.is_cut or page.counted > page.last
    rows = _rows(page, reading, languages)
    addresses = addresses_of(request, parameters.one("lang"))
    columns = _columns(page, rows)
    return Shown(
        page,
        columns,
        rows,
        seconds,
        is_ordered(text),
        tuple(
            Download(form, _address(path, [*asked, ("format", form.name)]))
            for form in (RDF_FORMS if page.is_graph else RESULT_FORMS)
        ),
        _address(path, [*kept, ("page", str(number - 1))]) if number > 1 else "",
        _address(path, [*kept, ("page", str(number + 1))]) if is_more and page.rows else "",
        snippets_of(f"{base_address(request)}{path}", asked, is_graph=page.is_graph),
        _explained(page, text, reading, dataset, base),
        _picture(page, rows, addresses) if page.is_graph else _bars(page, columns, rows),
    )


def _bars(page: Page, columns: tuple[Column, ...], rows: tuple[tuple[Cell | None, ...], ...]) -> Markup | None:
    """The numbers of a table that is whole on this page; None where it has none, or they only count its rows."""
    if not _FEWEST_BARS <= page.counted == len(rows):
        return None
    numbers = [place for place, column in enumerate(columns) if column.look == "number" and not _counts(page, place)]
    panels = [
        Panel(
            columns[place].name,
            tuple(_figure(row[place]) for row in page.rows),
            tuple(cell.text if (cell := row[place]) else "" for row in rows),
        )
        for place in numbers[:_MOST_PANELS]
    ]
    if not panels or len(numbers) == len(columns):
        return None
    named = [place for place, column in enumerate(columns) if column.look != "number"]
    # The label of a thing says what the columns beside it say.
    things = [place for place in named if all(cell and cell.iri for cell in (row[place] for row in rows))]
    named = things[-1:] or named
    names = [" ".join(cell.text for place in named if (cell := row[place])) for row in rows]
    title = f"{', '.join(panel.name for panel in panels)} by {', '.join(columns[place].name for place in named)}"
    return bars(title, "The same is in the table above, row by row.", names, panels)


def _counts(page: Page, place: int) -> bool:
    """Whether a column of numbers says which row it is, and no more, or has what no bar can show."""
    values = [_figure(row[place]) for row in page.rows]
    return values == list(range(1, len(values) + 1)) or any(one is not None and not isfinite(one) for one in values)


def _figure(term: Term | None) -> float | None:
    value = value_of(term)
    return float(value) if isinstance(value, int | float | Decimal) else None


def _picture(page: Page, rows: tuple[tuple[Cell | None, ...], ...], addresses: Addresses) -> Markup | None:
    """The things of a graph and what leads from one to another; classes and texts stand in the table."""
    if not page.is_graph or page.counted > len(rows):
        return None
    boxes: dict[str, Box] = {}
    arrows = []
    for terms, (subject, predicate, value) in zip(page.rows, rows, strict=True):
        if subject and predicate and value and value.iri and predicate.iri != RDF.TYPE:
            for key, cell in ((str(terms[0]), subject), (str(terms[2]), value)):
                label = f"{cell.code} {cell.text}" if cell.code else cell.text
                boxes.setdefault(key, Box(key, label, addresses.to(cell.address) if cell.address else ""))
            arrows.append(Arrow(str(terms[0]), str(terms[2]), predicate.text))
    if not boxes or len(boxes) > _MOST_BOXES:
        return None
    return network(list(boxes.values()), arrows, "The graph", "The same is in the table above, statement by statement.")


def _explained(page: Page, text: str, reading: Reading, dataset: Dataset, base: str | None) -> Explanation | None:
    is_empty = page.counted == 0 and not page.truth
    if not is_empty and all(any(row[place] for row in page.rows) for place in range(len(page.variables))):
        return None
    try:
        return explain(text, reading, dataset=dataset, base=base, is_empty=is_empty)
    except (UsageError, QueryError):  # it is too long or too deep to be explained, and was answered
        return None


def answer_page(
    request: Request, template: str, shown: Shown | None, chosen: str | None = None, **context: object
) -> bytes:
    """A page with an answer on it.

    Args:
        request: that asks.
        template: its name.
        shown: the answer; None of a page that has none yet.
        chosen: the languages that its reader chose, where they stand elsewhere than in the URL.
        context: what else the template shows.
    """
    return render(
        template,
        addresses_of(request, chosen),
        shown=shown,
        address_of_query=query_address,
        link_to_explanation=link_to_explanation,
        **context,
    ).encode()


def _number(parameters: Parameters) -> int:
    given = parameters.one("page")
    number = whole_number(given) if given else 1
    if not number or number * ROWS > _MOST_ROWS:
        raise UsageError(
            f"There is no page {given!r}.", mend=f"Name one from 1 to {_MOST_ROWS // ROWS:,}, or take the answer whole."
        )
    return number


def _address(path: str, pairs: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}"


def _columns(page: Page, rows: tuple[tuple[Cell | None, ...], ...]) -> tuple[Column, ...]:
    found = []
    for place, name in enumerate(page.variables):
        values = [row[place] for row in page.rows if row[place] is not None]
        is_number = all(isinstance(one, Literal) and one.datatype.value in NUMERIC for one in values)
        is_long = any(len(cell.text) > _LONG for row in rows if (cell := row[place]))
        found.append(Column(name, "number" if values and is_number else "long" if is_long else ""))
    return tuple(found)


def _rows(page: Page, reading: Reading, languages: tuple[str, ...]) -> tuple[tuple[Cell | None, ...], ...]:
    iris = tuple(dict.fromkeys(one.value for row in page.rows for one in row if isinstance(one, NamedNode)))
    names, places = names_of(reading, iris, languages), places_of(reading, iris)
    return tuple(tuple(_cell(one, names, places) for one in row) for row in page.rows)


def _cell(term: Term | None, names: Mapping[str, Named], places: Mapping[str, Place]) -> Cell | None:
    if term is None:
        return None
    if isinstance(term, NamedNode):
        named, short = names[term.value], short_name(term.value)
        return Cell(
            named.label,
            iri=term.value,
            address=local_address(term.value),
            short=short if short != named.label else "",
            code=named.code,
            language=named.language,
            place=places.get(term.value),
        )
    if not isinstance(term, Literal):
        return Cell(str(term))
    text, kind = text_of(term), term.datatype.value
    return Cell(
        text[:_MOST_SHOWN],
        language=term.language or "",
        datatype="" if kind in _PLAIN else short_name(kind),
        left_out=max(0, len(text) - _MOST_SHOWN),
    )
