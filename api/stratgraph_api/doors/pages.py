"""Pages for people: they work offline and without scripts, and every figure on them comes from a query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from pyoxigraph import Literal
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import HTMLResponse, JSONResponse, Response

from stratgraph.asking import filled, text_rows
from stratgraph.assets import query_text
from stratgraph.document import ElementKind
from stratgraph.entities import names_of, plans_of
from stratgraph.errors import DeadlineExceeded, Location, MemoryExceeded, NotFound, ResultTooLarge
from stratgraph.history import newest_versions
from stratgraph.query import examples, with_values
from stratgraph.store.protocol import WHOLE
from stratgraph_api.http.addresses import sheet_address
from stratgraph_api.http.documents import (
    HTML,
    JSON,
    Language,
    addresses_of,
    asked_languages,
    link_to_explanation,
    prefers_page,
    query_address,
    send_document,
)
from stratgraph_api.http.openapi import answers
from stratgraph_api.http.problems import ALL_TYPES, PROBLEM_TYPES, root_path
from stratgraph_api.http.rendering import render

if TYPE_CHECKING:
    from collections.abc import Container

    from stratgraph.entities import InPlan, Named
    from stratgraph.store.protocol import Reading
    from stratgraph_api.http.problems import Problem

_OF_LONG_QUERIES: Final = frozenset(PROBLEM_TYPES[kind] for kind in (DeadlineExceeded, MemoryExceeded, ResultTooLarge))


@dataclass(frozen=True, slots=True)
class Unit:
    """A column of a plan's table of counts."""

    iri: str
    notation: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """How many elements of one class each unit has, with the address of their list; None where it has none.

    ``total`` counts each once, of whatever units it is.
    """

    label: str
    is_part: bool
    counts: tuple[tuple[int, str] | None, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A published plan, the table of its counts, and where its sheet is; empty where no version of it is kept."""

    iri: str
    title: str
    organisation: str
    years: str
    units: tuple[Unit, ...]
    rows: tuple[Row, ...]
    sheet: str


@dataclass(frozen=True, slots=True)
class Runnable:
    """A query and the address, relative to the application's root, that runs it."""

    text: str
    address: str


def front_page(request: Request, language: Language = "") -> Response:
    """What the graph holds, a form to ask it, and the example queries."""
    reading: Reading = request.state.open_reading()
    languages = asked_languages(request, language)

    def make() -> bytes:
        page = _render(
            request,
            "front.html",
            plans=_plans(reading, languages),
            snapshot=reading.state,
            graphs=tuple((name, _graph_address(name)) for name in reading.graph_names()),
            starter=query_text("page-starter"),
            counts_query=_program_query("page-counts"),
            plans_query=_program_query("page-plans"),
            number_of_queries=len(examples()),
        )
        return page.encode()

    return send_document(request, reading.state, None, make, languages=languages)


def problem_page(request: Request, problem: Problem) -> Response:
    """A problem for somebody who came with a browser, with the query to mend where there is one."""
    query = getattr(request.state, "query", None)
    dataset = getattr(request.state, "dataset", WHOLE)
    explained = link_to_explanation(query, dataset) if query and problem.type in _OF_LONG_QUERIES else ""
    page = _render(
        request,
        "problem.html",
        problem=problem,
        cell=_cell(problem),
        query=query,
        graphs=dataset,
        chosen_form=request.query_params.get("format", ""),
        explained=explained,
    )
    return HTMLResponse(page, status_code=problem.status, headers=dict(problem.headers) | {"Vary": "Accept"})


def _cell(problem: Problem) -> str:
    """The cell of a workbook where it is, ``H2``; empty where it is in none."""
    sheet, line, column = map(problem.extensions.get, ("sheet", "line", "column"))
    if isinstance(sheet, str) and isinstance(line, int) and isinstance(column, int):
        return Location(sheet=sheet, line=line, column=column).cell_name
    return ""


def problem_type(request: Request, name: str) -> Response:
    """What a problem type means, as its URI says; a page or JSON."""
    found = next((kind for kind in ALL_TYPES if kind.name == name), None)
    if found is None:
        raise NotFound(
            f"There is no problem type {name!r}.", mend=f"There are {', '.join(kind.name for kind in ALL_TYPES)}."
        )
    headers = {"Vary": "Accept"}
    if prefers_page(request, JSON):
        return HTMLResponse(_render(request, "problem-type.html", kind=found), headers=headers)
    members = {
        "type": f"{root_path(request)}{found.path}",
        "title": found.title,
        "status": found.status,
        "explanation": found.explanation,
        "mend": found.mend,
    }
    return JSONResponse(members, headers=headers)


def _render(request: Request, template: str, **context: object) -> str:
    return render(template, addresses_of(request), **context)


def _plans(reading: Reading, languages: tuple[str, ...]) -> tuple[Plan, ...]:
    # As the classes are listed everywhere; those of others below ours come last.
    order = {kind.value: rank for rank, kind in enumerate(ElementKind)}
    counts = tuple(sorted(text_rows(reading, "page-counts"), key=lambda row: order.get(row["class"], len(order))))
    years = {
        row["plan"]: "–".join(filter(None, (row["start"], row["end"]))) for row in text_rows(reading, "page-plans")
    }
    units = names_of(reading, [row["unit"] for row in counts if row["unit"]], languages)
    plans = sorted(plans_of(reading, years, languages), key=lambda one: (one.organisation, years[one.iri], one.iri))
    in_force = newest_versions(reading)
    return tuple(_plan(plan, years[plan.iri], counts, units, in_force) for plan in plans)


def _plan(
    plan: InPlan, years: str, counts: tuple[dict[str, str], ...], names: dict[str, Named], in_force: Container[str]
) -> Plan:
    of_plan = [record for record in counts if record["plan"] == plan.iri]
    totals = {(r["class"], r["label"], r["isPart"]): int(r["count"]) for r in of_plan if not r["unit"]}
    own = [record for record in of_plan if record["unit"]]
    unit_records = sorted(own, key=lambda r: (r["unitRank"], r["notation"]))
    units = tuple(dict.fromkeys(Unit(r["unit"], r["notation"], names[r["unit"]].label) for r in unit_records))
    found = {(r["class"], r["isPart"], r["unit"]): (int(r["count"]), _elements_address(plan.iri, r)) for r in own}
    rows = tuple(
        Row(label, is_part == "true", tuple(found.get((kind, is_part, unit.iri)) for unit in units), total)
        for (kind, label, is_part), total in totals.items()
    )
    sheet = sheet_address(plan.iri) if plan.iri in in_force else ""
    return Plan(plan.iri, plan.title, plan.organisation, years, units, rows, sheet)


def _elements_address(plan: str, record: dict[str, str]) -> str:
    """Where the elements that a count is of are listed."""
    text = filled("elements-of-unit", plan=[plan], unit=[record["unit"]], **{"class": [record["class"]]})
    return query_address(with_values(text, "isPart", [Literal(record["isPart"])]))


def _program_query(name: str) -> Runnable:
    text = query_text(name)
    return Runnable(text, query_address(text))


def _graph_address(name: str) -> str:
    return f"{query_address(query_text('page-graph'))}&{urlencode({'default-graph-uri': name})}"


FRONT: Final = answers("The page.", (HTML,), 304, 429, 503, 504)
PROBLEM_TYPE: Final = answers("What it means.", (JSON, HTML), 429, also={404: "There is no such problem type."})
