"""Whether the server runs, and whether it can answer: for monitors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation

from stratgraph.assets import query_text
from stratgraph.errors import StoreError
from stratgraph.results import RESULT_FORMS
from stratgraph.store.protocol import Forms
from stratgraph_api.http.openapi import Health

if TYPE_CHECKING:
    from stratgraph.store.protocol import Store


async def live() -> Health:
    """The process answers."""
    return Health(status="live")


def ready(request: Request) -> Health:
    """The store opens and answers, and there is something in it.

    Raises:
        StoreError: it does not; the problem says how to mend it.
    """
    store: Store = request.state.open_store()
    with store.answer(query_text("health-ready"), Forms(solutions=RESULT_FORMS[0], graph=None)) as answer:
        body = answer.read()
    if b"true" not in body:
        raise StoreError("The current view is empty.", mend="Publish a snapshot with `stratgraph build`.")
    return Health(status="ready", snapshot=store.state)
