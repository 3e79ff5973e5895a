"""The body of a request, read no further than it may be large; how slowly it may come is the server's business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

from stratgraph.errors import Cancelled, QueryTooLong

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import Request

    from stratgraph.errors import LimitError


async def body_chunks(request: Request, most: int, too_large: LimitError) -> AsyncGenerator[bytes, None]:
    """The body in pieces.

    Args:
        request: whose body was not touched.
        most: how many bytes it may have.
        too_large: is raised where it has more, or says that it has.

    Raises:
        LimitError: ``too_large``.
        Cancelled: the client went away.
    """
    announced = request.headers.get("content-length", "")
    # A number of thousands of digits is refused for its length: int() refuses it.
    if announced.isdecimal() and (len(announced) > len(str(most)) + 1 or int(announced) > most):
        raise too_large
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > most:
                raise too_large
            yield chunk
    except ClientDisconnect as error:
        raise Cancelled("The client has gone away.") from error


async def read_body(request: Request, most: int, too_large: LimitError) -> bytes:
    """The whole body; arguments and errors as of :func:`body_chunks`."""
    return b"".join([chunk async for chunk in body_chunks(request, most, too_large)])


async def read_query_body(request: Request, *, growth: int, mend: str = "") -> bytes:
    """The body, read no further than a query may be long.

    Args:
        request: whose body was not touched.
        growth: how many bytes of the body one of a query takes.
        mend: how to send less, where there is a way.

    Raises:
        QueryTooLong: it is longer.
        Cancelled: the client went away.
    """
    most = request.state.settings.max_query_bytes
    what = f"The body is longer than a query may be ({most} bytes)."
    return await read_body(request, most * growth, QueryTooLong(what, setting="max_query_bytes", value=most, mend=mend))
