"""The process between a server and its workers: holds one snapshot and forks a worker from itself on demand.

It is started by ``stratgraph.store.generation`` as ``python -m stratgraph.store.keeper CONFIG`` and has one thread, so
that forking it is safe. A snapshot that is served from memory is loaded here once, and its workers share these pages;
of a larger one each worker opens the files. It ends when the server does, whose end of the control socket is then
closed, and its workers with it.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import RdfFormat, Store  # noqa: TID251 - one of the places where stores are opened to be asked

from stratgraph.confinement import die_with, run_deep
from stratgraph.store import wire
from stratgraph.store.damage import ENGINE_ERRORS, MEND, store_error
from stratgraph.store.limits import PoolLimits
from stratgraph.store.worker import MEMORY_EXIT, STALLED_EXIT, confine, serve

if TYPE_CHECKING:
    from typing import IO, NoReturn

# How Rust's allocator begins its last words.
_NO_MEMORY: Final = b"memory allocation of "
_PANIC: Final = b"panicked at"
_LAST_WORDS_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Config:
    """What a keeper is started with.

    Args:
        control: descriptor of its end of the control socket.
        store_folder: Oxigraph's folder.
        quads: how many it has.
        in_memory: whether it is loaded.
        limits: of the workers.
        max_result_bytes: the setting of that name.
    """

    control: int
    store_folder: str
    quads: int
    in_memory: bool
    limits: PoolLimits
    max_result_bytes: int


def main(argument: str) -> None:
    """Loads the snapshot, says so, and keeps workers until the server is gone."""
    members = json.loads(argument)
    config = Config(**{**members, "limits": PoolLimits(**members["limits"])})
    # A panic's backtrace says nothing to an operator and takes longer than the rest of dying.
    os.putenv("RUST_BACKTRACE", "0")
    control = socket.socket(fileno=config.control)
    keeper, said = None, "\n"
    try:
        keeper = Keeper(config, control)
    except OSError as error:
        said = f"{error}\n"
    try:
        control.sendall(said.encode())
    except ConnectionError:
        return  # the server is gone already
    if keeper:
        keeper.keep()


class Keeper:
    """The workers of one snapshot.

    Raises:
        OSError: the snapshot cannot be read, or is not what was published.
    """

    def __init__(self, config: Config, control: socket.socket) -> None:
        self._config = config
        self._control = control
        self._store = _load(config) if config.in_memory else None
        if not config.in_memory:
            _try_opening(config)
        self._last_words: dict[int, IO[bytes]] = {}
        self._endings: dict[int, tuple[bytes, int]] = {}
        self._killed: set[int] = set()
        # What is here now is not looked at by the garbage collector again, so that its pages stay shared.
        gc.freeze()

    def keep(self) -> None:
        """Does what the server commands, and takes note of workers that end."""
        woken, waking = os.pipe()
        for descriptor in (woken, waking):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while True:
            ready, _, _ = select.select([self._control.fileno(), woken], [], [])
            if woken in ready:
                os.read(woken, 4096)
                self._reap()
            if self._control.fileno() in ready and not self._obey():
                break
        for pid in self._last_words:
            self._killed.add(pid)
            os.kill(pid, signal.SIGKILL)
        while self._last_words:
            self._note(*os.waitpid(-1, 0))

    def _obey(self) -> bool:
        """Does what one command says; False when there will be none, or nobody hears the reply."""
        try:
            return self._obey_next()
        except ConnectionError:
            return False

    def _obey_next(self) -> bool:
        command, descriptors, _, _ = socket.recv_fds(self._control, wire.COMMAND.size, 1, socket.MSG_WAITALL)
        if len(command) < wire.COMMAND.size:
            return False
        kind, pid = wire.COMMAND.unpack(command)
        if kind == wire.FORK:
            self._reply(wire.FORKED, self._fork(descriptors[0]))
        elif kind == wire.KILL:
            if pid in self._last_words:
                self._killed.add(pid)
                os.kill(pid, signal.SIGKILL)
            self._endings.pop(pid, None)
        elif kind == wire.WHY:
            if pid in self._last_words:
                self._note(*os.waitpid(pid, 0))
            self._reply(*self._endings.pop(pid, (wire.CRASHED, 0)))
        return True

    def _reply(self, kind: bytes, number: int) -> None:
        self._control.sendall(wire.REPLY.pack(kind, number))

    def _fork(self, channel: int) -> int:
        last_words = _scratch_file()
        keeper = os.getpid()
        pid = os.fork()
        if not pid:
            _work(self._config, self._store, socket.socket(fileno=channel), last_words, keeper)
        os.close(channel)
        self._last_words[pid] = last_words
        return pid

    def _reap(self) -> None:
        while self._last_words:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self._note(pid, status)

    def _note(self, pid: int, status: int) -> None:
        with self._last_words.pop(pid) as file:
            file.seek(0)
            last_words = file.read(_LAST_WORDS_BYTES)
        if pid in self._killed:
            self._killed.remove(pid)
            return
        code = os.waitstatus_to_exitcode(status)
        kind = {-signal.SIGALRM: wire.OUT_OF_TIME, STALLED_EXIT: wire.STALLED, MEMORY_EXIT: wire.OUT_OF_MEMORY}.get(
            code, _kind_of_abort(last_words) if code == -signal.SIGABRT else wire.CRASHED
        )
        if code and kind in {wire.CRASHED, wire.PANICKED}:
            # To the server's log.
            sys.stderr.write(f"Worker {pid} ended with {code}: {last_words.decode('utf-8', 'replace')}\n")
        self._endings[pid] = (kind, code)


def _kind_of_abort(last_words: bytes) -> bytes:
    """Why the engine ended its process: it says so on standard error before."""
    if _NO_MEMORY in last_words:
        return wire.OUT_OF_MEMORY
    return wire.PANICKED if _PANIC in last_words else wire.CRASHED


def _scratch_file() -> IO[bytes]:
    if sys.platform == "linux":
        return open(os.memfd_create("last words"), "r+b", buffering=0)  # noqa: PTH123 - a descriptor
    return tempfile.TemporaryFile(buffering=0)  # type: ignore[unreachable,unused-ignore]


def _work(config: Config, store: Store | None, channel: socket.socket, last_words: IO[bytes], keeper: int) -> NoReturn:
    """The life of a worker, from the fork to its end."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        die_with(keeper)  # a killed keeper leaves no worker behind
        os.dup2(last_words.fileno(), 2)
        os.closerange(3, channel.fileno())
        os.closerange(channel.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
        confine(in_memory=store is not None)
        opened = _opened(config, channel) if store is None else store
        if opened is not None:
            run_deep(lambda: serve(channel, opened, config.limits, config.max_result_bytes))
        code = 0
    except BaseException as error:  # noqa: BLE001 - a panic of the engine is one, and nothing must leave this function
        os.write(2, f"{type(error).__name__}: {error}".encode()[:_LAST_WORDS_BYTES])
    finally:
        # Not sys.exit: what was set up before the fork is the keeper's to take down.
        os._exit(code)


def _opened(config: Config, channel: socket.socket) -> Store | None:
    """The store on the disk; None where its files are gone or damaged since, which the first request is answered by."""
    try:
        return Store.read_only(config.store_folder)
    except ENGINE_ERRORS as error:
        told = store_error("The snapshot cannot be read any more", Path(config.store_folder), error, MEND)
        if wire.receive_request(channel) is not None:
            channel.sendall(wire.frame(wire.ERROR, wire.pack_error(told)) + wire.frame(wire.DONE))
        return None


def _load(config: Config) -> Store:
    """The snapshot in memory.

    Another process reads the files, because that leaves threads behind in which a fork could find anything, and
    hands the quads over as N-Quads.
    """
    store = Store()
    reading, writing = os.pipe()
    errors, telling = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        os.close(errors)
        _dump(config.store_folder, writing, telling)
    os.close(writing)
    os.close(telling)
    with open(reading, "rb", buffering=1 << 20) as quads, open(errors, "rb") as told:  # noqa: PTH123 - descriptors
        failure: object = None
        try:
            store.bulk_load(quads, RdfFormat.N_QUADS)
        except SyntaxError as error:
            failure = error
        failure = told.read().decode() or failure
    os.waitpid(pid, 0)
    if failure is None and len(store) != config.quads:
        failure = f"it has {len(store)} quads where {config.quads} were written"
    if failure is not None:
        raise OSError(str(failure))
    return store


def _dump(store_folder: str, writing: int, telling: int) -> NoReturn:
    code = 1
    try:
        with open(writing, "wb", buffering=1 << 20) as out:
            Store.read_only(store_folder).dump(out, RdfFormat.N_QUADS)
        code = 0
    except BaseException as error:  # noqa: BLE001 - a panic of the engine is one, and nothing must leave this function
        os.write(telling, str(error).encode())
    finally:
        os._exit(code)


def _try_opening(config: Config) -> None:
    """That the files can be opened, seen in another process for the same reason."""
    errors, telling = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            Store.read_only(config.store_folder)
        except BaseException as error:  # noqa: BLE001 - likewise
            os.write(telling, str(error).encode())
        finally:
            os._exit(0)
    os.close(telling)
    with open(errors, "rb") as told:  # noqa: PTH123 - a descriptor
        failure = told.read().decode()
    os.waitpid(pid, 0)
    if failure:
        raise OSError(failure)


if __name__ == "__main__":
    main(sys.argv[1])
