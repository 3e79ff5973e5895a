"""The headers that keep a page to itself; nothing here loads from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY: Final = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
"""Of every answer, whatever it says."""

_FIELDS: Final = tuple((name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items())


def with_styles(hashes: Sequence[str]) -> str:
    """The policy of a page of this server that holds styles of its own.

    Args:
        hashes: of them, as a policy names them.
    """
    return "; style-src ".join((_POLICY, " ".join(("'self'", *hashes)))) if hashes else _POLICY


class SecurityHeaders:
    """The middleware that sets them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on and adds the headers to its answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                names = {name for name, _ in headers}
                # A page that stands alone has a stricter policy of its own.
                message["headers"] = [*headers, *(field for field in _FIELDS if field[0] not in names)]
            await send(message)

        await self._app(scope, receive, send_with_headers)
