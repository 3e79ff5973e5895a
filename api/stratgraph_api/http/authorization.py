"""The operator's token: kept as a hash, compared in a time that says nothing, and guessed at slowly."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
from typing import TYPE_CHECKING, Final

from stratgraph_api.http.clients import client_of
from stratgraph_api.http.problems import NotAuthorizedError, PublishingOffError

if TYPE_CHECKING:
    from starlette.requests import Request

_log: Final = logging.getLogger(__name__)
_SLOWED_S: Final = 1
"""A wrong token is answered so much later; of one client no more are looked at than it may have requests."""


class Operator:
    """Tells whether a request is the operator's.

    Args:
        token: that the operator has set; where it is empty nobody is. It is not kept.
    """

    def __init__(self, token: str) -> None:
        self._salt = secrets.token_bytes(16)
        self._digest = self._hash(token.encode()) if token else None

    async def authorize(self, request: Request) -> None:
        """Lets the operator pass, before anything of the body is read.

        Raises:
            PublishingOffError: there is no token.
            NotAuthorizedError: the request does not show it.
        """
        if self._digest is None:
            raise PublishingOffError("The setting publish_token is empty.")
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        if not scheme:
            raise NotAuthorizedError("There is no token.")
        # Starlette reads the bytes of a field as Latin-1.
        is_same = hmac.compare_digest(self._hash(shown.strip().encode("latin-1")), self._digest)
        if scheme.lower() != "bearer" or not is_same:
            # These doors have paths without parts of the client's.
            _log.warning("A wrong token for %s %s from %s.", request.method, request.url.path, client_of(request.scope))
            await asyncio.sleep(_SLOWED_S)
            raise NotAuthorizedError("The token is not the one of this server.")

    def _hash(self, token: bytes) -> bytes:
        # Fast on purpose: the token is long and random, and each guess costs the server this much.
        return hashlib.sha256(self._salt + token).digest()
