"""Conditions of requests: ``If-None-Match``, of what a client has already, and ``If-Match``, of what is to be replaced.

RFC 9110, sections 13.1.1 and 13.1.2.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stratgraph.errors import UsageError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The comparison is the weak one (section 8.8.3.2): what is between the quotes decides, and not the W/ before them.
OPAQUE_TAG: Final = re.compile(r'"([^"]*)"')


_SAFE: Final = ("GET", "HEAD")
_OK: Final = 200
_NOT_MODIFIED: Final = 304
_OF_CONTENT: Final = (b"content-length", b"content-type", b"content-encoding")


def known_tags(request: Request) -> frozenset[str]:
    """What is between the quotes of each entity tag that the client of a GET or HEAD knows; others are answered always.

    Of ``*`` there is none: :class:`AnyKnown` sees to it.
    """
    return frozenset(OPAQUE_TAG.findall(_field(request.scope)) if request.method in _SAFE else ())


class AnyKnown:
    """The middleware for ``If-None-Match: *``, which any representation meets.

    Whether there is one is asked as for a HEAD, and an error comes before the condition (section 13.2.1).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on; 304 in place of 200 where the condition is a star."""
        if scope["type"] != "http" or scope["method"] not in _SAFE or _field(scope).strip() != "*":
            await self._app(scope, receive, send)
            return

        is_known = False

        async def send_condition(message: Message) -> None:
            nonlocal is_known
            if message["type"] == "http.response.start":
                is_known = message["status"] == _OK
                if is_known:
                    message["status"] = _NOT_MODIFIED
                    message["headers"] = [field for field in message["headers"] if field[0].lower() not in _OF_CONTENT]
            elif is_known:
                message["body"] = b""
            await send(message)

        await self._app(dict(scope, method="HEAD"), receive, send_condition)


def _field(scope: Scope) -> str:
    return ", ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"if-none-match")


def tag_to_match(request: Request) -> str | None:
    """What is between the quotes of the one entity tag in ``If-Match``; None without the field.

    Raises:
        UsageError: the field holds no tag, several, or ``*``, which any version meets and so protects none.
    """
    field = ", ".join(request.headers.getlist("if-match"))
    if not field:
        return None
    tags = OPAQUE_TAG.findall(field)
    if len(tags) != 1:
        raise UsageError(
            f"If-Match is {field}, which names {len(tags)} versions.", mend='Name the one in force: If-Match: "2".'
        )
    return str(tags[0])
