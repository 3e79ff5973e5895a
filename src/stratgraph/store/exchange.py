"""One request to a worker, and what it answers: reading the frames, and ending it, from either side."""

from __future__ import annotations

import logging
import os
import socket
from contextlib import suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

from stratgraph.errors import Cancelled, DeadlineExceeded, EngineFailed, MemoryExceeded, ReaderStalled, WorkerLost
from stratgraph.store import wire
from stratgraph.store.protocol import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stratgraph.errors import StratgraphError
    from stratgraph.store.generation import Ending
    from stratgraph.store.lease import Lease
    from stratgraph.store.limits import PoolLimits
    from stratgraph.store.protocol import Caller

T = TypeVar("T")
_log: Final = logging.getLogger(__name__)
_CHUNK_BYTES: Final = 65_536
_SENT_AT_ONCE_BYTES: Final = 65_536
"""So much the socket of a worker takes without waiting for it."""

_ALMOST: Final = 0.99
_TOLD: Final = 200
"""So many characters of a query that ended its worker are in the log."""


class Exchange:
    """A worker that is busy with one request. Exactly once it is given back, found dead, or killed.

    Args:
        lease: of the worker.
        caller: who asks.
        limits: named by errors.
        deadline_s: of this request.
    """

    def __init__(self, lease: Lease, caller: Caller, limits: PoolLimits, deadline_s: float) -> None:
        self._lease = lease
        self._worker = lease.worker
        self._caller = caller
        self._limits = limits
        self._deadline_s = deadline_s
        self._frames = wire.FrameReader(self._receive)
        self._asked = ""
        self._is_closed = False
        # The lock is for these two: a socket must not be closed while another thread sends or receives.
        self._lock = Lock()
        self._is_over = False
        self._is_in_use = False

    def answer(self, request: wire.Request) -> Answer:
        """The answer to a query, or a graph: whole, or the beginning of a long one."""
        return self._answer_of(*self._first(request))

    async def answer_on_loop(self, request: wire.Request, patience_s: float) -> Answer:
        """As :meth:`answer`, awaited on an event loop.

        An answer that comes in one piece, as short ones do, is read there. Whatever may take time is left to a thread:
        a long request or answer, and the end of the worker.

        Args:
            request: to the worker.
            patience_s: how long the worker may say nothing.
        """
        packed = self._packed(request)
        try:
            if len(packed) <= _SENT_AT_ONCE_BYTES:
                self._begin(packed)
            else:
                import asyncio  # noqa: PLC0415 - as below

                await asyncio.to_thread(self._begin, packed)
            is_there = await self._is_there(patience_s)
        except BaseException:
            # To kill a worker is to wait for its keeper.
            Thread(target=self.close, name="stratgraph-kill", daemon=True).start()
            raise
        if whole := self._frames.take_whole():
            self._settle_by(wire.READY)
            kind, content = whole
            if kind == wire.ERROR:
                raise wire.unpack_error(content)
            return self._answer_of(kind, content)
        return await in_thread(lambda: self._answer_of(*self._received(is_there=is_there)), Answer.close)

    async def _is_there(self, patience_s: float) -> bool:
        """Waits for the beginning of the answer, or the end of the worker, and takes what is there of it."""
        channel = self._worker.channel
        self._begin_use()
        try:
            if not await _is_readable(channel, patience_s):
                return False
            with suppress(OSError):  # the next read finds out what is the matter
                self._frames.put(os.read(channel.fileno(), _CHUNK_BYTES))
            return True
        finally:
            self._end_use()

    def _answer_of(self, kind: bytes, content: bytes) -> Answer:
        if kind == wire.FORM:
            return Answer(wire.form_of(content), self._stream(), self.close)
        form, body = wire.split_whole(content)
        return Answer(form, self._pieces(body), self._shut, whole=body)

    def names(self, request: wire.Request) -> tuple[str, ...]:
        """The answer to a request for the names of graphs."""
        _, content = self._first(request)
        return tuple(content.decode().split("\n")) if content else ()

    def close(self) -> None:
        """Nobody wants what is left: if there is something, its worker is killed."""
        self._is_closed = True
        if not self._is_over:
            self._kill()

    # --- reading

    def _first(self, request: wire.Request) -> tuple[bytes, bytes]:
        """Kind and content of the first frame, which is no error; where it is the only one, this has ended."""
        try:
            self._begin(self._packed(request))
        except BaseException:
            self.close()
            raise
        return self._received()

    def _packed(self, request: wire.Request) -> bytes:
        self._asked = request.text or request.members.decode()
        return request.packed(self._deadline_s)

    def _begin(self, packed: bytes) -> None:
        if self._caller.stop:
            self._caller.stop.watch(self.close)
        self._send(packed)

    def _received(self, *, is_there: bool = True) -> tuple[bytes, bytes]:
        """See :meth:`_first`; ``is_there`` says that the worker has said something within its time."""
        try:
            if not is_there:
                self._give_up()
            kind, length = self._frames.head()
            content = self._frames.take(length)
            if kind != wire.FORM:
                self._settle()
        except BaseException:
            self.close()
            raise
        if kind == wire.ERROR:
            raise wire.unpack_error(content)
        return kind, content

    def _send(self, request: bytes) -> None:
        self._begin_use()
        try:
            self._worker.channel.sendall(request)
            is_lost = False
        except OSError:
            is_lost = True
        self._end_use()
        if is_lost:
            self._lose()

    def _stream(self) -> Iterator[bytes]:
        try:
            kind, length = self._frames.head()
            while kind == wire.DATA:
                while length:
                    piece = self._frames.take_some(length)
                    length -= len(piece)
                    yield piece
                    if self._is_closed:
                        raise self._gone()
                kind, length = self._frames.head()
            if kind == wire.ERROR:
                error = wire.unpack_error(self._frames.take(length))
                self._settle()
                raise error
            self._settle_by(kind)
        finally:
            self.close()

    def _pieces(self, body: bytes) -> Iterator[bytes]:
        for start in range(0, len(body), _CHUNK_BYTES):
            if self._is_closed:
                raise self._gone()
            yield body[start : start + _CHUNK_BYTES]

    def _shut(self) -> None:
        self._is_closed = True

    def _receive(self, most: int) -> bytes:
        self._begin_use()
        piece: bytes | None
        try:
            piece = self._worker.channel.recv(most)
        except TimeoutError:
            # It has been silent for longer than any deadline.
            piece = None
        except OSError:
            piece = b""
        self._end_use()
        if piece is None:
            self._give_up()
        if not piece:
            self._lose()
        return piece

    def _begin_use(self) -> None:
        with self._lock:
            self._is_in_use = not self._is_over
            if self._is_over:
                raise self._gone()

    def _end_use(self) -> None:
        with self._lock:
            self._is_in_use = False
            if self._is_over:
                self._worker.channel.close()
                raise self._gone()

    # --- ending

    def _ends(self) -> bool:
        """Whether the caller is the one who ends it."""
        with self._lock:
            is_first, self._is_over = not self._is_over, True
        return is_first

    def _settle(self) -> None:
        """The worker has answered."""
        kind, _ = self._frames.head()
        self._settle_by(kind)

    def _settle_by(self, kind: bytes) -> None:
        if self._ends():
            if kind == wire.READY:
                self._lease.give_back()
            else:
                self._lease.dismiss()

    def _give_up(self) -> NoReturn:
        """The worker has been silent for too long."""
        self._kill()
        raise self._told(self._too_late())

    def _lose(self) -> NoReturn:
        """The worker has ended."""
        if not self._ends():
            raise self._gone()
        ending = self._lease.lose()
        error = self._error_of(ending)
        # Where the keeper has ended too, all workers have, and the store says so once.
        raise self._told(error) if ending else error

    def _kill(self) -> None:
        with self._lock:
            if self._is_over:
                return
            self._is_over, is_in_use = True, self._is_in_use
        channel = self._worker.channel
        if is_in_use:
            # Wakes the other thread, which then closes it.
            with suppress(OSError):
                channel.shutdown(socket.SHUT_RDWR)
        else:
            channel.close()
        self._lease.kill()

    # --- errors

    def _gone(self) -> Exception:
        if self._caller.stop and self._caller.stop.is_set:
            return Cancelled("The question was taken back.")
        return ValueError("The answer is closed.")

    def _told(self, error: StratgraphError) -> StratgraphError:
        """An error of a worker that has ended, which is in the log now."""
        asked = " ".join(self._asked[:_TOLD].split())
        _log.warning("Worker %d has ended: %s It was asked: %s", self._worker.pid, error.what, asked)
        return error

    def _error_of(self, ending: Ending | None) -> StratgraphError:
        if ending is None:
            return WorkerLost("The process that kept the workers ended.", mend="Ask again.")
        if ending.kind == wire.OUT_OF_TIME:
            return self._too_late()
        if ending.kind == wire.OUT_OF_MEMORY:
            memory = self._limits.query_memory_mb
            return MemoryExceeded(
                f"The query needs more than {memory} megabytes of memory.",
                setting="query_memory_mb",
                value=memory,
                mend="Ask for less: sorting, grouping and DISTINCT keep what they have seen; or have query_memory_mb "
                f"raised (now {memory}).",
            )
        if ending.kind == wire.STALLED:
            return ReaderStalled(
                "The answer was taken too slowly, and is not whole.",
                setting="stall_s",
                value=self._limits.stall_s,
                mend=f"Read it faster, or have stall_s (now {self._limits.stall_s:g}) raised.",
            )
        if ending.kind == wire.PANICKED:
            return EngineFailed(
                "The engine failed on this query by an error of its own; the server's log has its words.",
                mend="Word it differently. ORDER BY over terms of different kinds is one such case: sort by STR(?x).",
            )
        how = f"signal {-ending.code}" if ending.code < 0 else f"exit code {ending.code}"
        return WorkerLost(
            f"The process that answered the query ended with {how}.",
            mend="Ask again; if it stays, simplify the query, and report it.",
        )

    def _too_late(self) -> DeadlineExceeded:
        most_s = self._limits.deadline_s
        # A look at the store that asks its first question has some thousandth less: that is nobody's own choice.
        deadline_s = most_s if self._deadline_s > _ALMOST * most_s else self._deadline_s
        return DeadlineExceeded(
            f"The query took longer than {deadline_s:g} seconds.",
            setting="deadline_s",
            value=most_s,
            mend=f"Give it more time, up to {most_s:g} seconds."
            if deadline_s < most_s
            else f"Ask for less, or have deadline_s raised (now {most_s:g}).",
        )


async def in_thread(work: Callable[[], T], undo: Callable[[T], None]) -> T:
    """What a function gives that runs in a thread; where nobody waits for that any more, it is undone."""
    import asyncio  # noqa: PLC0415 - who has no event loop does without

    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.add_done_callback(lambda done: None if done.cancelled() or done.exception() else undo(done.result()))
        raise


async def _is_readable(channel: socket.socket, patience_s: float) -> bool:
    """Waits on the event loop until there is something to be read; False where that took too long."""
    import asyncio  # noqa: PLC0415 - who has no event loop does without

    loop = asyncio.get_running_loop()
    woken: asyncio.Future[bool] = loop.create_future()

    def wake(is_readable: bool) -> None:  # noqa: FBT001 - a callback
        if not woken.done():
            woken.set_result(is_readable)

    place = channel.fileno()
    loop.add_reader(place, wake, True)
    timer = loop.call_later(patience_s, wake, False)
    try:
        return await woken
    finally:
        timer.cancel()
        loop.remove_reader(place)
