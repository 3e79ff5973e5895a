"""One snapshot's keeper and workers, as the server sees them."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import traceback
import weakref
from contextlib import suppress
from dataclasses import asdict, dataclass
from threading import Lock
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final, Protocol

from stratgraph.errors import WorkerLost
from stratgraph.store import wire
from stratgraph.store.snapshot import cannot_be_opened

if TYPE_CHECKING:
    from typing import NoReturn

    from stratgraph.store.limits import PoolLimits
    from stratgraph.store.snapshot import Snapshot

_AHEAD: Final = 2
"""How many workers are there before anybody asks."""

_KEEPER_S: Final = 30
"""How long the keeper may take to fork; after that it counts as dead."""


_LOOK_S: Final = 0.002

_KEEPER_END_S: Final = 2
"""How long a keeper may take to end its workers when everything is to end."""


@dataclass(frozen=True, slots=True, eq=False)
class Worker:
    """A worker process, the socket to it, and what says whether something is to be read there."""

    pid: int
    channel: socket.socket
    poll: select.poll


@dataclass(frozen=True, slots=True)
class Ending:
    """How a worker ended: one of the kinds of ``wire``, and its exit code or, less than 0, the signal."""

    kind: bytes
    code: int


class _Process(Protocol):
    """A process that was started: what is needed of :class:`subprocess.Popen`."""

    def wait(self, timeout: float | None = None) -> object:
        """Waits for its end; raises TimeoutExpired after so many seconds."""

    def kill(self) -> None:
        """Ends it."""


class Generation:
    """The processes that serve one snapshot; they go when it is retired and its last answer has ended.

    Args:
        snapshot: what they serve.
        held: descriptor that keeps it from being removed; closed here.
        limits: of the workers, and up to how many quads it is loaded into memory.
        max_result_bytes: the setting of that name.
        patience_s: how long a worker may say nothing.
        is_forked: the keeper is forked from this process, which has one thread, and not started anew: it is there in
            a hundredth of the time.

    Raises:
        StoreError: the snapshot cannot be opened.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        held: int,
        *,
        limits: PoolLimits,
        max_result_bytes: int,
        patience_s: float,
        is_forked: bool = False,
    ) -> None:
        self.state = snapshot.id
        self.graph_names: tuple[str, ...] | None = None
        """Where somebody has asked for them: they are always the same."""
        self._patience_s = patience_s
        self._lock = Lock()
        self._idle: list[Worker] = []
        self._users = 0
        self._is_retired = False
        self._control_lock = Lock()
        self._control, theirs = socket.socketpair()
        config = {
            "control": theirs.fileno(),
            "store_folder": str(snapshot.store_folder.absolute()),
            "quads": snapshot.quads,
            "in_memory": snapshot.quads <= limits.max_memory_quads,
            "limits": asdict(limits),
            "max_result_bytes": max_result_bytes,
        }
        try:
            with theirs:
                process = (
                    _Forked(self._control, json.dumps(config))
                    if is_forked
                    else _start_keeper(theirs.fileno(), json.dumps(config))
                )
        except OSError as error:
            self._control.close()
            os.close(held)
            raise cannot_be_opened(snapshot, error) from error
        self._process = process
        # Also at the end of this process, and when nobody refers to this object any more.
        self._end = weakref.finalize(self, _end, self._control, process, held, self._idle)
        try:
            self._wait_for_keeper(snapshot)
            for _ in range(min(_AHEAD, limits.workers)):
                self._idle.append(self._fork())
        except BaseException:
            self._end()
            raise

    def hold(self) -> bool:
        """Keeps it from ending until :meth:`release`; False where it is retired already."""
        with self._lock:
            self._users += not self._is_retired
            return not self._is_retired

    def release(self) -> None:
        """Ends what :meth:`hold` began."""
        self._leave()

    def take(self, *, is_held: bool = False) -> Worker | None:
        """A worker for one request, to be given back, lost or killed; None where this generation is retired.

        Args:
            is_held: the caller holds it, so that it gives workers although it is retired.

        Raises:
            WorkerLost: the keeper has ended.
        """
        with self._lock:
            if self._is_retired and not is_held:
                return None
            self._users += 1
        try:
            return self._pop_living() or self._fork()
        except BaseException:
            self._leave()
            raise

    def take_idle(self) -> Worker | None:
        """As :meth:`take`, without waiting: None also where there is no worker yet."""
        with self._lock:
            if self._is_retired or not self._idle:
                return None
            self._users += 1
        worker = self._pop_living()
        if worker is None:
            self._leave()
        return worker

    def give_back(self, worker: Worker) -> None:
        """It has answered and is ready for the next request."""
        with self._lock:
            self._idle.append(worker)
        self._leave()

    def dismiss(self, worker: Worker) -> None:
        """It has answered and ends itself."""
        worker.channel.close()
        self._replace()
        self._leave()

    def kill(self, worker: Worker) -> None:
        """Ends it, whatever it does; its socket is the caller's to close."""
        try:
            with self._control_lock:
                self._control.sendall(wire.COMMAND.pack(wire.KILL, worker.pid))
        except OSError:
            pass  # the keeper has ended, and its workers with it
        self._replace()
        self._leave()

    def lose(self, worker: Worker) -> Ending | None:
        """It has ended before its time: how; None where the keeper has ended too."""
        worker.channel.close()
        try:
            with self._control_lock:
                self._control.sendall(wire.COMMAND.pack(wire.WHY, worker.pid))
                kind, code = self._reply()
        except (OSError, WorkerLost):
            return None
        else:
            self._replace()
            return Ending(kind, code)
        finally:
            self._leave()

    def retire(self) -> None:
        """Gives out no more workers; ends when the last one is back."""
        with self._lock:
            self._is_retired = True
            is_last = not self._users
        if is_last:
            self._end()

    def abort(self) -> None:
        """Ends the processes now, whatever they do; callers that wait for an answer get :class:`WorkerLost`."""
        with suppress(OSError):  # it has ended already
            # The keeper kills its workers then, takes note of their ends, and ends itself.
            self._control.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(_KEEPER_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self.retire()

    def _leave(self) -> None:
        with self._lock:
            self._users -= 1
            is_last = self._is_retired and not self._users
        if is_last:
            self._end()

    def _pop_living(self) -> Worker | None:
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            if worker is None or not worker.poll.poll(0):
                return worker
            # An idle worker says nothing: this one has ended.
            worker.channel.close()

    def _replace(self) -> None:
        """Another worker at once, so that the next query does not wait for it."""
        if self._is_retired:
            return
        try:
            worker = self._fork()
        except WorkerLost:
            return  # the next request that needs a worker raises it
        with self._lock:
            self._idle.append(worker)

    def _fork(self) -> Worker:
        ours, theirs = socket.socketpair()
        # Not a timeout of the socket itself: an event loop that watches it makes it one that never waits.
        ours.settimeout(self._patience_s)
        try:
            with theirs, self._control_lock:
                socket.send_fds(self._control, [wire.COMMAND.pack(wire.FORK, 0)], [theirs.fileno()])
                _, pid = self._reply()
        except OSError as error:
            ours.close()
            raise WorkerLost("The keeper of the workers has ended.", mend="Ask again.") from error
        except WorkerLost:
            ours.close()
            raise
        poll = select.poll()
        poll.register(ours, select.POLLIN)
        return Worker(pid, ours, poll)

    def _reply(self) -> tuple[bytes, int]:
        reply = self._control.recv(wire.REPLY.size, socket.MSG_WAITALL)
        if len(reply) < wire.REPLY.size:
            raise WorkerLost("The keeper of the workers has ended.", mend="Ask again.")
        kind, number = wire.REPLY.unpack(reply)
        return kind, number

    def _wait_for_keeper(self, snapshot: Snapshot) -> None:
        """However long it takes to load; it says nothing but the end of the line, or what is wrong."""
        said = b""
        while not said.endswith(b"\n"):
            piece = self._control.recv(4096)
            if not piece:
                raise cannot_be_opened(snapshot, "the process that loads it ended")
            said += piece
        if said != b"\n":
            raise cannot_be_opened(snapshot, said.decode("utf-8", "replace").strip())
        self._control.settimeout(_KEEPER_S)


def _start_keeper(control: int, config: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - this interpreter and our own module
        # -P: nothing that lies in the working folder is imported.
        [sys.executable, "-P", "-m", "stratgraph.store.keeper", config],
        pass_fds=[control],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        # An interrupt from the terminal is the server's business, and nobody else's.
        start_new_session=True,
    )


class _Forked:
    """A keeper that is forked from this process.

    Args:
        ours: this process's end of its control socket, which the keeper closes: it ends when all of these are closed.
        config: what it is started with.
    """

    def __init__(self, ours: socket.socket, config: str) -> None:
        # What waits to be written is written once.
        sys.stdout.flush()
        sys.stderr.flush()
        self._pid = os.fork()
        if not self._pid:
            ours.close()
            _keep(config)
        self._is_over = False

    def wait(self, timeout: float | None = None) -> None:
        """See :class:`subprocess.Popen`; it ends within milliseconds."""
        until = monotonic() + timeout if timeout is not None else None
        while not self._is_over:
            self._is_over = os.waitpid(self._pid, 0 if until is None else os.WNOHANG) != (0, 0)
            if not self._is_over:
                if until is not None and monotonic() > until:
                    raise subprocess.TimeoutExpired("keeper", timeout or 0)
                sleep(_LOOK_S)

    def kill(self) -> None:
        """See :class:`subprocess.Popen`."""
        if not self._is_over:
            os.kill(self._pid, signal.SIGKILL)


def _keep(config: str) -> NoReturn:
    """The life of a keeper that was forked: as one that is started by :func:`_start_keeper`."""
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 0)
        os.dup2(nowhere, 1)
        from stratgraph.store import keeper  # noqa: PLC0415 - a server starts it in an interpreter of its own

        keeper.main(config)
    except Exception:  # noqa: BLE001 - nothing must leave this function
        traceback.print_exc()
    finally:
        # Nothing that was set up before the fork is taken down here.
        os._exit(0)


def _end(control: socket.socket, process: _Process, held: int, idle: list[Worker]) -> None:
    """Ends the keeper, which ends its workers, and leaves nothing open."""
    control.close()
    for worker in idle:
        worker.channel.close()
    idle.clear()
    try:
        process.wait(_KEEPER_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    os.close(held)
