"""``/llms.txt`` and ``/llms-full.txt``: how to ask this graph, for language models and whoever works with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - likewise

from stratgraph.briefing import briefing, index
from stratgraph_api.http.documents import base_address, send_document
from stratgraph_api.http.openapi import answers

if TYPE_CHECKING:
    from stratgraph.store.protocol import Reading

PATH: Final = "/llms.txt"
FULL_PATH: Final = "/llms-full.txt"
_TEXT: Final = "text/plain"


def show_index(request: Request) -> Response:
    """What is here, as links with a line each, in the form of llmstxt.org."""
    root = base_address(request)
    return send_document(request, "llms", None, lambda: index(root).encode(), media_type=_TEXT)


def show_briefing(request: Request) -> Response:
    """The model, the prefixes, where figures mislead, the rules, and the documented queries, on one page."""
    root = base_address(request)
    reading: Reading = request.state.open_reading()
    return send_document(
        request, f"llms-full.{reading.state}", None, lambda: briefing(root, reading).encode(), media_type=_TEXT
    )


ANSWERS: Final = answers("The page, as Markdown.", (_TEXT,), 304, 429, 503)
