"""Places on the event loop: how many do something at once, shared among clients, the others waiting in line."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from stratgraph.errors import Overloaded, TooManyQueries
from stratgraph.shares import Line, Shares, Waiting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Places:
    """A number of places; used on one event loop alone.

    Args:
        count: how many there are.
        wait_s: how long one waits for a place, in seconds.
        setting: the name of the setting that a refusal names: that says how many, or how long.
        value: of that setting; ``count`` where it is not given.
        what: those who have a place, in words: "files are being checked".
    """

    def __init__(self, count: int, wait_s: float, *, setting: str, what: str, value: float | None = None) -> None:
        self._count = count
        self._wait_s = wait_s
        self._setting = setting
        self._value = count if value is None else value
        self._what = what
        self._shares = Shares(count)
        self._line = Line(self._shares)

    @asynccontextmanager
    async def place(self, client: str) -> AsyncIterator[None]:
        """A place for as long as the ``with`` statement lasts.

        Raises:
            Overloaded: none became free in time.
            TooManyQueries: none became free in time, and this client has some.
        """
        await self._enter(client)
        try:
            yield
        finally:
            self._leave(client)

    async def _enter(self, client: str) -> None:
        if self._shares.has_room(client):
            self._shares.take(client)
            return
        woken = asyncio.Event()
        waiting = Waiting(client, woken.set)
        self._line.join(waiting)
        try:
            async with asyncio.timeout(self._wait_s):
                await woken.wait()
        except BaseException as error:
            if waiting.is_admitted:
                self._leave(client)
            else:
                self._line.leave(waiting)
            if isinstance(error, TimeoutError):
                raise self._waited_too_long(client) from error
            raise

    def _leave(self, client: str) -> None:
        self._shares.give_back(client)
        self._line.admit()

    def _waited_too_long(self, client: str) -> Overloaded:
        own = self._shares.taken_by(client)
        what = f"{self._count} {self._what}{f', {own} of this client' if own else ''}, and none was done within "
        return refusal(own, f"{what}{self._wait_s:g} seconds.", setting=self._setting, value=self._value)


def refusal(own: int, what: str, *, setting: str, value: float) -> Overloaded:
    """The error for a client that finds no room.

    Args:
        own: how many places the client has itself.
        what: is wrong.
        setting: that says how many places there are, or how long one waits for them.
        value: of that setting.
    """
    kind = TooManyQueries if own else Overloaded
    mend = "Wait for their answers, then ask again." if own else "Ask again later."
    return kind(what, setting=setting, value=value, mend=mend)
