"""``/reconcile``: the Reconciliation Service API 0.2 of the W3C community group, as OpenRefine and others speak it.

What the answers say is the business of ``stratgraph.reconciliation``; here is what holds it ready, and HTTP. Sections
are those of the final report of 10 April 2023.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

from fastapi import Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import RedirectResponse, Response

from stratgraph.errors import DeadlineExceeded, NotFound, UsageError
from stratgraph.reconciliation import (
    Reconciler,
    check_count,
    manifest,
    read_extension_query,
    read_queries,
    results_as_json,
    suggestions_as_json,
)
from stratgraph.search import read_lexicon
from stratgraph_api.http.addresses import local_address
from stratgraph_api.http.bodies import UnsupportedMediaTypeError, read_query_body
from stratgraph_api.http.clients import client_of
from stratgraph_api.http.documents import HTML, JSON, addresses_of, base_address, send_document
from stratgraph_api.http.negotiation import parse_media_type
from stratgraph_api.http.openapi import answers
from stratgraph_api.http.parameters import Iri, Number, parse_parameters
from stratgraph_api.http.places import Places
from stratgraph_api.http.problems import root_path
from stratgraph_api.http.rendering import render

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from stratgraph.reconciliation import Query as NameQuery
    from stratgraph.settings import Settings
    from stratgraph.store.protocol import Store

PATH: Final = "/reconcile"

_FORM: Final = "application/x-www-form-urlencoded"
_QUERIES: Final = "A batch of reconciliation queries, in JSON."
_EXTEND: Final = "A data extension query, in JSON."
_KINDS: Final = ("entity", "property", "type")
_Id: TypeAlias = Annotated[Iri, Query(alias="id", description="The IRI of a thing.")]

_MOST_CANDIDATES: Final = 25
"""Of one query, whatever it asks for."""

_AT_ONCE: Final = 2
"""Requests that are answered at once: they compute in this process, and more of them would only slow each other."""

# A form writes one byte as up to three characters.
_FORM_GROWTH: Final = 4

# Tools that reconcile show it in a frame of their own; beside its style sheet it loads nothing.
_FRAMED: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"


class ReconcilerOnDemand:
    """The reconciler of what the store holds now: made at the first request, and anew when something is published.

    Used on the event loop alone; the work is done in threads.

    Args:
        wait_s: how long a request waits for others, in seconds.
    """

    def __init__(self, wait_s: float) -> None:
        self._making = asyncio.Lock()
        what = "batches of names are being looked up"
        self._places = Places(_AT_ONCE, wait_s, setting="queue_wait_s", value=wait_s, what=what)
        self._made: tuple[str, Reconciler] | None = None

    async def answer(self, request: Request, write: Callable[[Reconciler, str], Response]) -> Response:
        """A response that is written in a thread.

        Args:
            request: gives the store and the settings.
            write: makes it of the reconciler and of the store's state that this is of.

        Raises:
            Overloaded: others are being answered for longer than a request waits.
            StoreError: there is no snapshot, or it is damaged.
            LimitError: the store holds more than it gives out in one answer.
        """
        state, reconciler = await self._current(request.state.open_store)
        async with self._places.place(client_of(request.scope)):
            return await run_in_threadpool(write, reconciler, state)

    async def _current(self, open_store: Callable[[], Store]) -> tuple[str, Reconciler]:
        store, state = await run_in_threadpool(_opened, open_store)
        if self._made is None or self._made[0] != state:
            # Others wait here, without a thread, for the one that makes it.
            async with self._making:
                self._made = await run_in_threadpool(_made, store, self._made)
        return self._made


def _opened(open_store: Callable[[], Store]) -> tuple[Store, str]:
    store = open_store()
    return store, store.state


def _made(store: Store, last: tuple[str, Reconciler] | None) -> tuple[str, Reconciler]:
    """The store's state and the reconciler of it, the last one where that is still of this state."""
    with store.reading() as reading:
        state = reading.state
        return last if last and last[0] == state else (state, Reconciler(read_lexicon(reading)))


async def answer_get(
    request: Request,
    queries: Annotated[str | None, Query(description=_QUERIES)] = None,
    extend: Annotated[str | None, Query(description=_EXTEND)] = None,
) -> Response:
    """The manifest (section 3.1), or an answer to ``queries`` (section 4.3) or ``extend`` (section 7.3) in the URL."""
    if not (queries is None and extend is None):
        return await _answer_batch(request, queries, extend)
    most, place = request.state.settings.max_reconciled, f"{base_address(request)}{PATH}"
    return await _answer(request, lambda made: manifest(place, made.types, max_queries=most), f".{most}")


async def answer_post(request: Request) -> Response:
    """Candidates or values, by a form with ``queries`` or ``extend``."""
    sent = request.headers.get("content-type", "")
    body_type = parse_media_type(sent)
    if f"{body_type.main}/{body_type.sub}" != _FORM:
        raise UnsupportedMediaTypeError(
            f"Queries cannot be read from a body of type {sent!r}." if sent else "The body has no Content-Type.",
            supported=(_FORM,),
        )
    form = parse_parameters(await read_query_body(request, growth=_FORM_GROWTH, mend="Ask in several batches."))
    return await _answer_batch(request, form.one("queries"), form.one("extend"))


async def suggest(
    request: Request,
    kind: Annotated[str, Path(json_schema_extra={"enum": _KINDS})],
    prefix: Annotated[str, Query(description="What somebody has typed.")],
    cursor: Annotated[Number, Query(description="How many to leave out.")] = None,
) -> Response:
    """What begins with ``prefix``: entities, properties or types (section 6)."""
    if kind not in _KINDS:
        raise NotFound(f"Nothing of kind {kind!r} is suggested.", mend="There is entity, property and type.")

    def find(made: Reconciler) -> dict[str, Any]:
        finds = {"entity": made.suggest_entities, "property": made.suggest_properties, "type": made.suggest_types}
        return suggestions_as_json(finds[kind](prefix, cursor=cursor or 0))

    return await _answer(request, find)


async def propose_properties(
    request: Request,
    kind: Annotated[Iri, Query(alias="type", description="The IRI of a type; any without it.")] = "",
    limit: Annotated[Number, Query(description="How many at most.")] = None,
) -> Response:
    """The properties that things of ``type`` have (section 7.2)."""
    return await _answer(request, lambda made: made.propose_properties(kind, limit=limit).as_json())


async def preview(request: Request, iri: _Id) -> Response:
    """A small page about a thing, for a frame in whatever page somebody reconciles in (section 5)."""

    def write(reconciler: Reconciler, state: str) -> Response:
        thing = reconciler.preview(iri)
        addresses = addresses_of(request)

        def page() -> bytes:
            return render("preview.html", addresses, thing=thing, address=addresses.about(iri)).encode()

        return send_document(request, state, None, page, headers={"Content-Security-Policy": _FRAMED})

    return await _in_turn(request, write)


def view(request: Request, iri: _Id) -> Response:
    """Leads to the document about a thing (section 2.1)."""
    return RedirectResponse(f"{root_path(request)}{local_address(iri)}", status_code=303)


# --- answering


async def _answer(request: Request, find: Callable[[Reconciler], dict[str, Any]], key: str = "") -> Response:
    """What is found, as JSON; ``key`` is what it depends on beside the state of the store and the URL."""

    def write(reconciler: Reconciler, state: str) -> Response:
        if request.method == "POST":
            return Response(_written(find(reconciler)), media_type=JSON, headers={"Cache-Control": "no-store"})
        return send_document(request, f"{state}{key}", None, lambda: _written(find(reconciler)), media_type=JSON)

    return await _in_turn(request, write)


async def _in_turn(request: Request, write: Callable[[Reconciler, str], Response]) -> Response:
    reconciler: ReconcilerOnDemand = request.state.reconciler
    return await reconciler.answer(request, write)


async def _answer_batch(request: Request, queries: str | None, extend: str | None) -> Response:
    """The candidates of a batch of queries, or the values of some things."""
    if (queries is None) == (extend is None):
        raise UsageError(
            "There are neither queries nor extend." if queries is None else "There are queries and extend at once.",
            mend="Send one of them a request.",
        )
    settings: Settings = request.state.settings
    most = settings.max_reconciled

    def find(reconciler: Reconciler) -> dict[str, Any]:
        if extend is not None:
            return reconciler.extend(read_extension_query(extend, max_things=most)).as_json()
        batch = read_queries(queries or "", max_queries=most, max_candidates=_MOST_CANDIDATES)
        for query in batch.values():
            # All things are compared with each of them.
            check_count(sum(len(one.values) for one in query.conditions), most, "values of properties in a query")
        return _candidates(reconciler, batch, settings)

    return await _answer(request, find)


def _candidates(reconciler: Reconciler, queries: dict[str, NameQuery], settings: Settings) -> dict[str, Any]:
    end = time.monotonic() + settings.deadline_s
    found = {}
    for name, query in queries.items():
        if time.monotonic() > end:
            raise DeadlineExceeded(
                f"The batch took longer than {settings.deadline_s} seconds.",
                setting="deadline_s",
                value=settings.deadline_s,
                mend="Ask fewer queries in a batch.",
            )
        found[name] = reconciler.candidates(query)
    return results_as_json(found)


def _written(content: dict[str, Any]) -> bytes:
    # In ASCII: what a client has escaped and sent may come back, and halves of a surrogate pair have no UTF-8.
    return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")


# --- what OpenAPI shows

_BATCHES: Final = {
    400: "A parameter is missing, or is not of the Reconciliation API.",
    413: "There are more queries at once, or longer ones, than are answered.",
    504: "The batch took too long.",
}
ASKING: Final = answers("The manifest, candidates or values.", (JSON,), 304, 429, 503, also=_BATCHES)
SENDING: Final = answers("Candidates or values.", (JSON,), 429, 503, also=_BATCHES | {415: "The body is no form."}) | {
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": {
                _FORM: {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "queries": {"type": "string", "description": _QUERIES},
                            "extend": {"type": "string", "description": _EXTEND},
                        },
                    }
                }
            },
        }
    }
}
SUGGESTIONS: Final = answers(
    "What there is, at most twenty at once.",
    (JSON,),
    *(304, 400, 429, 503),
    also={404: "Nothing of this kind is suggested."},
)
PROPOSALS: Final = answers("The properties, at most twenty at once.", (JSON,), 304, 400, 429, 503)
PREVIEW: Final = answers("The page.", (HTML,), 304, 400, 429, 503, also={404: "There is no such thing."})
VIEW: Final = answers("Where the thing is described.", (), 400, 429, status=303)
