"""Work on files that somebody sent: in processes that can be killed, a few at once, never on the event loop.

A file that is read, checked and reviewed takes a second or more, and nobody knows what is in it. So a job has a
process, which is kept for the next one where all went well, a deadline and a limit on memory.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from stratgraph.errors import (
    Cancelled,
    DeadlineExceeded,
    MemoryExceeded,
    ResultTooLarge,
    StratgraphError,
    WorkerLost,
)
from stratgraph.shares import Shares
from stratgraph.store.wire import unpack_error
from stratgraph_api.http.clients import client_of
from stratgraph_api.http.places import Places, refusal
from stratgraph_api.http.watching import until_gone
from stratgraph_api.work.job_process import DONE, FAILED, JOB, OUT_OF_MEMORY, REPLY, Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.requests import Request

    from stratgraph.settings import Settings

_log: Final = logging.getLogger(__name__)
_SHARE: Final = 8
"""For each job that may run, so many requests are taken in: those that run, wait, or whose file still comes."""

_GRACE_S: Final = 5
_NO_MEMORY: Final = b"memory allocation of "
_LAST_WORDS_BYTES: Final = 4096


class Jobs:
    """The jobs of one server; used on its event loop alone. Processes are started at need.

    The clients share what may run and what is taken in; the operator has a place beside theirs.

    Args:
        settings: how many there are, what each may take, and how long one waits.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        at_once, wait_s = settings.reviews_at_once, settings.queue_wait_s
        self._places = Places(at_once, wait_s, setting="reviews_at_once", what="files are being checked")
        what = "file is being published"
        self._operators = Places(1, wait_s, setting="queue_wait_s", value=wait_s, what=what)
        self._taken_in = Shares(at_once * _SHARE)
        self._idle: list[_Process] = []

    @contextmanager
    def admitted(self, request: Request) -> Iterator[None]:
        """Takes a request in, before its file is read, so that what waits has a bound too.

        Raises:
            Overloaded: there are too many.
            TooManyQueries: of this client.
        """
        client = client_of(request.scope)
        if not self._taken_in.has_room(client):
            own = self._taken_in.taken_by(client)
            what = f"There are {f'{own} files of this client' if own else 'too many files'} to be checked already."
            raise refusal(own, what, setting="reviews_at_once", value=self._settings.reviews_at_once)
        self._taken_in.take(client)
        try:
            yield
        finally:
            self._taken_in.give_back(client)

    async def run(self, request: Request, work: Callable[[], Document], *, is_operators: bool = False) -> Document:
        """Does a job for a request whose body was read, and stops it when the client goes away.

        Args:
            request: to be answered.
            work: a function of a module with its arguments (``functools.partial``), which can be pickled; it is called
                in another process.
            is_operators: whether it is the operator's, who has a place of their own.

        Raises:
            Overloaded: no process became free in time.
            DeadlineExceeded: it took too long.
            MemoryExceeded: it needed too much memory.
            ResultTooLarge: what it gave is larger than an answer may be.
            WorkerLost: its process ended before its time.
            Cancelled: the client has gone away.
            StratgraphError: what the function raised.
        """
        places = self._operators if is_operators else self._places
        job = asyncio.create_task(self._run(pickle.dumps(work), places, client_of(request.scope)))
        gone = asyncio.create_task(until_gone(request))
        try:
            await asyncio.wait({job, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not job.done():
                raise Cancelled("The client has gone away.")
            return job.result()
        finally:
            for task in (job, gone):
                task.cancel()
            await asyncio.gather(job, gone, return_exceptions=True)

    async def close(self) -> None:
        """Ends the processes."""
        while self._idle:
            await self._idle.pop().end()

    async def _run(self, job: bytes, places: Places, client: str) -> Document:
        async with places.place(client):
            try:
                return await self._done_by(self._free_process(), job)
            except _EndedIdleError:
                return await self._done_by(_Process(self._settings), job)

    async def _done_by(self, process: _Process, job: bytes) -> Document:
        is_kept = False
        try:
            document, is_kept = await process.do(job)
            return document
        finally:
            if is_kept:
                self._idle.append(process)
            else:
                await process.end()

    def _free_process(self) -> _Process:
        while self._idle:
            process = self._idle.pop()
            if process.is_alive:
                return process
            process.close()
        return _Process(self._settings)


class _EndedIdleError(Exception):
    """A process that waited for a job has ended before it read this one, which another process may take."""


class _Process:
    """A process for jobs, and the connection to it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._has_waited = False
        self._channel, theirs = socket.socketpair()
        self._channel.setblocking(False)
        self._last_words = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and our own module
                # -P: nothing that lies in the working folder is imported.
                [
                    *(sys.executable, "-P", "-m", "stratgraph_api.work.job_process"),
                    *map(str, (theirs.fileno(), settings.review_memory_mb, os.getpid())),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._last_words,
                # An interrupt from the terminal is the server's business; this process ends with its connection.
                start_new_session=True,
            )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    async def do(self, job: bytes) -> tuple[Document, bool]:
        """What the job gives, and whether the process takes another one."""
        loop, deadline_s = asyncio.get_running_loop(), self._settings.review_deadline_s
        try:
            async with asyncio.timeout(deadline_s):
                await loop.sock_sendall(self._channel, JOB.pack(len(job), deadline_s + _GRACE_S) + job)
                kind, is_last, facts_size, body_size = REPLY.unpack(await self._receive(REPLY.size))
                self._refuse_beyond(facts_size + body_size)
                facts, body = await self._receive(facts_size), await self._receive(body_size)
        except TimeoutError as error:
            raise DeadlineExceeded(
                f"The file was not done with after {deadline_s:g} seconds.",
                setting="review_deadline_s",
                value=deadline_s,
            ) from error
        except (EOFError, ConnectionError) as error:
            # Where the job was read, there is nothing more to receive, and the connection is not broken.
            if self._has_waited and isinstance(error, ConnectionError):
                raise _EndedIdleError from error
            raise await self._ending() from error
        self._has_waited = True
        if kind == DONE:
            return Document(body, json.loads(facts)), not is_last
        if kind == OUT_OF_MEMORY:
            raise self._out_of_memory()
        if kind == FAILED:
            raise RuntimeError(body.decode())
        raise unpack_error(facts)

    async def end(self) -> None:
        """Kills it, if it is still there, and leaves nothing open."""
        self._process.kill()
        try:
            await run_in_threadpool(self._process.wait)
        finally:
            self.close()

    def close(self) -> None:
        """Leaves nothing open of a process that has ended."""
        self._channel.close()
        self._last_words.close()

    async def _receive(self, size: int) -> bytes:
        received = bytearray(size)
        view, there = memoryview(received), 0
        while there < size:
            count = await asyncio.get_running_loop().sock_recv_into(self._channel, view[there:])
            if not count:
                raise EOFError
            there += count
        return bytes(received)

    def _refuse_beyond(self, size: int) -> None:
        if size > self._settings.max_result_bytes:
            raise ResultTooLarge(
                f"The answer has {size} bytes, more than are sent.",
                setting="max_result_bytes",
                value=self._settings.max_result_bytes,
            )

    async def _ending(self) -> StratgraphError:
        """Why the process ended."""
        code = await run_in_threadpool(self._process.wait)
        self._last_words.seek(0)
        words = self._last_words.read(_LAST_WORDS_BYTES)
        # Where the memory is at its end Rust's allocator ends the process, and says so before.
        if code == -signal.SIGABRT and _NO_MEMORY in words:
            return self._out_of_memory()
        _log.error("A process for jobs ended with %s: %s", code, words.decode("utf-8", "replace"))
        return WorkerLost("The process that read the file ended before its time.")

    def _out_of_memory(self) -> MemoryExceeded:
        return MemoryExceeded(
            "The file needs more memory than it may have.",
            setting="review_memory_mb",
            value=self._settings.review_memory_mb,
        )
