"""The body of a request, read no further than it may be large; how slowly it may come is the server's business."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final

from starlette.requests import ClientDisconnect

from stratgraph.errors import Cancelled, QueryTooLong, UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import Request

    from stratgraph.errors import LimitError

GZIP: Final = ("gzip", "x-gzip")
"""The content codings of a body that are read, beside none."""

_GZIP_BITS: Final = zlib.MAX_WBITS | 16
_SEND_PLAIN: Final = "Pack it with gzip, or leave Content-Encoding out."


class UnsupportedMediaTypeError(UsageError):
    """The body is of a media type that is not read here.

    Args:
        supported: the media types that are.
    """

    def __init__(self, what: str, *, supported: tuple[str, ...], mend: str = "") -> None:
        super().__init__(what, mend=mend or f"Send one of {', '.join(supported)}.")
        self.supported = supported


class UnsupportedEncodingError(UsageError):
    """The body is in a content coding that is not read here."""


async def body_chunks(request: Request, most: int, too_large: LimitError) -> AsyncGenerator[bytes, None]:
    """The body in pieces.

    Args:
        request: whose body was not touched.
        most: how many bytes it may have, and what a packed one is unpacked to.
        too_large: is raised where it has more, or says that it has.

    Raises:
        LimitError: ``too_large``.
        UnsupportedEncodingError: it is in a content coding that is not read.
        Cancelled: the client went away.
    """
    announced = request.headers.get("content-length", "")
    # A number of thousands of digits is refused for its length: int() refuses it.
    if announced.isdecimal() and (len(announced) > len(str(most)) + 1 or int(announced) > most):
        raise too_large
    size = 0
    try:
        async for chunk in _unpacked(request, most):
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


async def _unpacked(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """A body without its content coding, in pieces (RFC 9110, section 8.4.1), each of at most ``most`` bytes and 1."""
    encoding = request.headers.get("content-encoding", "")
    codings = [name for name in re.split(r"[\s,]+", encoding.lower()) if name not in {"", "identity"}]
    if not codings:
        async for chunk in request.stream():
            yield chunk
        return
    if len(codings) > 1 or codings[0] not in GZIP:
        raise UnsupportedEncodingError(
            f"A body in the content coding {encoding!r} is not read.", mend="Send it in gzip, or as it is."
        )
    inflater = zlib.decompressobj(wbits=_GZIP_BITS)
    try:
        async for chunk in request.stream():
            rest = chunk
            while rest:
                if inflater.eof:  # what follows is another member (RFC 1952, section 2.2)
                    inflater = zlib.decompressobj(wbits=_GZIP_BITS)
                yield inflater.decompress(rest, max_length=most + 1)
                rest = inflater.unconsumed_tail or inflater.unused_data
    except zlib.error as error:
        raise UsageError("The body is not gzip, though its Content-Encoding says so.", mend=_SEND_PLAIN) from error
    if not inflater.eof:
        raise UsageError("The body ends in the middle of its gzip.", mend=_SEND_PLAIN)
