"""``/mcp``: the tools of assistants over HTTP, where the operator has them on."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool

from stratgraph.assistants import assistant_server
from stratgraph.library import KnowledgeGraph
from stratgraph.validation import Ruleset
from stratgraph_api.http.clients import client_of
from stratgraph_api.work.revisions import SentRevision
from stratgraph_api.work.tasks import review, validate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from stratgraph.settings import Settings
    from stratgraph_api.work.job_process import Document
    from stratgraph_api.work.jobs import Jobs


class AssistantsDoor:
    """The door; an application of ASGI. Each request stands alone: no session is held for anybody.

    Args:
        settings: of the server.

    Raises:
        NotAcceptable: the protocol's SDK is not installed.
    """

    path: Final = "/mcp"

    def __init__(self, settings: Settings) -> None:
        server = assistant_server(_graph_of, self)
        from mcp.server.transport_security import TransportSecuritySettings  # noqa: PLC0415 - an extra

        self._app = server.streamable_http_app(
            streamable_http_path=self.path,
            json_response=True,
            stateless_http=True,
            max_request_body_size=settings.max_upload_bytes,
            # By whichever name the server is reached: it gives everybody the same, and there is nothing to act on.
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        self._server = server

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """While the application runs."""
        async with self._server.session_manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        await self._app(scope, receive, send)

    async def validated(self, text: str, name: str, context: Any) -> str:
        """See :class:`stratgraph.assistants.Checks`."""
        request: Request = context.request_context.request
        rules = await run_in_threadpool(Ruleset.of, request.state.settings)
        return await _done(request, partial(validate, {name: text.encode()}, rules, "markdown", _now()))

    async def reviewed(self, text: str, name: str, description: str, against: str, context: Any) -> str:
        """See :class:`stratgraph.assistants.Checks`."""
        request: Request = context.request_context.request
        beside = (description.encode(), "description.toml") if description.strip() else None
        sent = SentRevision(name, text.encode(), against.strip(), description=beside)
        return await _done(request, partial(review, sent, request.state.settings, "markdown", _now()))


async def _done(request: Request, work: partial[Document]) -> str:
    jobs: Jobs = request.state.jobs
    with jobs.admitted(request):
        return (await jobs.run(request, work)).body.decode()


def _graph_of(context: Any) -> KnowledgeGraph:
    request: Request = context.request_context.request
    return KnowledgeGraph(request.state.settings, request.state.open_store(), client=client_of(request.scope))


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a door: here the clock comes in
