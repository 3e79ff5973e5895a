"""How the answer of a store goes out: entity tags, the headers of a form, and a stream that is closed in the end.

While a store is asked and its answer is sent, the client is watched: when it goes away, its query is stopped.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from stratgraph.errors import Cancelled, ReaderStalled
from stratgraph.serialisation import RdfForm
from stratgraph.store.protocol import Caller, Stop
from stratgraph_api.http.clients import client_of
from stratgraph_api.http.conditional import known_tags
from stratgraph_api.http.response_cache import keep
from stratgraph_api.http.store_on_demand import opened_store
from stratgraph_api.http.watching import stopped_when_gone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from starlette.requests import Request
    from starlette.types import Message, Receive, Scope, Send

    from stratgraph.results import ResultForm
    from stratgraph.store.protocol import Answer, Asked, Given, Store

_FIRST_CHUNKS: Final = 2


class Begin(Protocol):
    """A function that asks a store."""

    def __call__(self, store: Asked[Given], caller: Caller, /) -> Given:
        """Asks it on behalf of a caller."""


@dataclass(frozen=True, slots=True)
class _Started:
    """An answer that has begun: its first chunks, what is left of it, and whether there is nothing left."""

    answer: Answer
    chunks: tuple[bytes, ...]
    rest: Iterator[bytes]
    is_complete: bool
    tag: str | None
    state: str


class AnswerResponse(StreamingResponse):
    """Sends the chunks of an answer and closes it, also when the client goes away, or takes nothing, before the end.

    An error after the first bytes breaks the connection off: the client sees that the answer is not whole.
    """

    def __init__(
        self, started: _Started, stop: Stop, *, stall_s: float, headers: Mapping[str, str], media_type: str
    ) -> None:
        super().__init__(_chunks(started), headers=headers)
        self.headers["Content-Type"] = media_type
        self._answer = started.answer
        self._stop = stop
        self._stall_s = stall_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the answer."""

        async def receive_and_stop() -> Message:
            message = await receive()
            if message["type"] == "http.disconnect":
                # The thread that waits for the next chunk would otherwise hold the query until it comes.
                await run_in_threadpool(self._stop.set)
            return message

        async def send_in_time(message: Message) -> None:
            try:
                async with asyncio.timeout(self._stall_s):
                    await send(message)
            except TimeoutError as error:
                raise ReaderStalled(
                    "The client took nothing of its answer.", setting="stall_s", value=self._stall_s
                ) from error

        try:
            await super().__call__(scope, receive_and_stop, send_in_time)
        finally:
            # The request may have been cancelled; what holds the answer has to be let go nevertheless.
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(self._answer.close)


class WholeResponse(Response):
    """A response whose body and headers are there: what Starlette would work out for each is known."""

    def __init__(self, body: bytes, headers: Mapping[str, str]) -> None:
        self.status_code = 200
        self.background = None
        self.body = body
        fields = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        self.raw_headers = [*fields, (b"content-length", b"%d" % len(body))]


async def send_answer(
    request: Request,
    begin: Begin,
    *,
    tag_of: Callable[[str], str | None],
    media_type_of: Callable[[ResultForm | RdfForm], str],
    deadline_s: float | None = None,
    link: str = "",
    location: str = "",
) -> Response:
    """The response with the answer of the store, or 304 where the client has it already.

    Args:
        request: conditions are about GET and HEAD; a POST is answered always.
        begin: asks the store on behalf of the client: on the event loop where that is possible, or else in a thread.
        tag_of: what is in the entity tag in a state of the store, None where the answer may be another one each time.
        media_type_of: the value of ``Content-Type`` for an answer in this form.
        deadline_s: how long the client gives the query.
        link: the value of ``Link`` in an answer to GET and HEAD; none where empty.
        location: the value of ``Content-Location``; none where empty.
    """
    is_safe = request.method != "POST"
    known = known_tags(request)
    stop = Stop()
    caller = Caller(client_of(request.scope), deadline_s, stop)
    with stopped_when_gone(request, stop):
        started = await _start(request.state.open_store, begin, caller, tag_of, known)
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    if isinstance(started, str):
        return Response(status_code=304, headers=headers | {"ETag": started})
    if is_safe and started.tag:
        headers["ETag"] = started.tag
    if started.tag:
        keep(request.scope, started.state)
    if is_safe and link:
        headers["Link"] = link
    if location:
        headers["Content-Location"] = location
    headers["Content-Disposition"] = f'inline; filename="answer{_extension(started.answer.form)}"'
    media_type = media_type_of(started.answer.form)
    if request.method == "HEAD":
        started.answer.close()
        return _without_body(headers, media_type)
    if started.is_complete:
        return WholeResponse(b"".join(started.chunks), headers | {"Content-Type": media_type})
    stall_s = request.state.settings.stall_s
    return AnswerResponse(started, stop, stall_s=stall_s, headers=headers, media_type=media_type)


async def _start(
    open_store: Callable[[], Store],
    begin: Begin,
    caller: Caller,
    tag_of: Callable[[str], str | None],
    known: frozenset[str],
) -> _Started | str:
    """Begins the answer, or gives its entity tag where the client has it already.

    The first chunks are taken here: an error in them still gets a status of its own, and a short answer needs no
    stream.
    """
    # Weak: the engine does not promise the same order each time. Read before the store is asked: should a snapshot be
    # published in between, a new answer has an old tag, which costs one more request; never the other way round.
    opened = opened_store(open_store)
    state = opened.state if opened else await run_in_threadpool(lambda: open_store().state)
    tag = tag_of(state)
    if tag in known:
        return f'W/"{tag}"'
    if not opened:
        return await run_in_threadpool(lambda: _begun(begin(open_store(), caller), state, tag))
    answer = await begin(opened.on_loop, caller)
    if answer.whole is None:
        return await run_in_threadpool(_begun, answer, state, tag)
    return _Started(answer, (answer.whole,), iter(()), is_complete=True, tag=tag and f'W/"{tag}"', state=state)


def _begun(answer: Answer, state: str, tag: str | None) -> _Started:
    """An answer with its first chunks."""
    rest = iter(answer)
    try:
        chunks = tuple(islice(rest, _FIRST_CHUNKS))
    except BaseException:
        answer.close()
        raise
    is_complete = len(chunks) < _FIRST_CHUNKS
    if is_complete:
        answer.close()
    return _Started(answer, chunks, rest, is_complete, tag and f'W/"{tag}"', state)


async def _chunks(started: _Started) -> AsyncIterator[bytes]:
    for chunk in started.chunks:
        yield chunk
    try:
        while (following := await run_in_threadpool(_next, started.rest)) is not None:
            yield following
    except Cancelled:
        return  # nobody is there to notice


def _next(chunks: Iterator[bytes]) -> bytes | None:
    return next(chunks, None)


def _extension(form: ResultForm | RdfForm) -> str:
    return form.extensions[0] if isinstance(form, RdfForm) else form.extension


def _without_body(headers: Mapping[str, str], media_type: str) -> Response:
    # A Response of no bytes would promise a GET of no bytes; a stream promises no length.
    response = StreamingResponse(iter(()), headers=headers)
    response.headers["Content-Type"] = media_type
    return response
