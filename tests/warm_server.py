"""A process that has imported stratgraph and forks for each command: the commands that tests run pay for no imports.

They do not pay either for reading what comes with the program, its shapes and its ontology: that was done once.

``program.py`` starts it as ``python warm_server.py SOCKET``, and it ends when its standard input does. A command is a
process of its own, with the standard streams, the folder, the environment and the signals that its caller has. It
imports ``stratgraph.cli`` itself, since that module looks at the environment.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import pkgutil
import selectors
import signal
import socket
import struct
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NoReturn

STATUS = struct.Struct("!i")
SIZE = struct.Struct("!I")
OTHERS = (
    "httpx",
    "rich.progress",
    "rich.prompt",
    "rich.table",
    "sssom.parsers",
    "stratgraph_api.serving",
    "typer.main",
)
"""What commands import beside the library."""


def import_all() -> None:
    """Imports the library, but for its command line, and leaves this process with one thread, so that it can fork."""
    import stratgraph  # noqa: PLC0415 - after the environment is cleared

    def walk(package: str, path: list[str]) -> None:
        for one in pkgutil.iter_modules(path, f"{package}."):
            if one.name not in {"stratgraph.cli", "stratgraph.store.keeper"}:
                module = importlib.import_module(one.name)
                if one.ispkg:
                    walk(one.name, module.__path__)

    walk("stratgraph", stratgraph.__path__)
    for name in OTHERS:
        importlib.import_module(name)
    _use_once()
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        sys.exit("A process that has threads is not to be forked.")
    # What is there now is neither looked through nor copied by the commands' garbage collectors.
    gc.collect()
    gc.freeze()


def _use_once() -> None:
    """Has shapes, ontology, queries and schemas read that are the same for each command; what needs a store is left."""
    from stratgraph.formats import rdf  # noqa: PLC0415 - after the environment is cleared
    from stratgraph.links.sssom import read_mapping_set  # noqa: PLC0415 - likewise
    from stratgraph.reasoning import conclusions  # noqa: PLC0415 - likewise
    from stratgraph.search.words import languages_stemmed, stems  # noqa: PLC0415 - likewise
    from stratgraph.validation import ENGINES, validate_graph  # noqa: PLC0415 - likewise
    from stratgraph.validation.engines import prepared  # noqa: PLC0415 - likewise
    from stratgraph.validation.rules import (  # noqa: PLC0415 - likewise
        LINK_SETS,
        TRANSITION_SETS,
        VOCABULARY_SETS,
        load_shapes,
    )

    file = Path(__file__).parent / "shapes/base.ttl"
    plan = rdf.read(file.read_bytes(), file=file.name, max_bytes=1_000_000)
    validate_graph(plan.statements)
    conclusions(plan.statements)
    for sets in (LINK_SETS, TRANSITION_SETS, VOCABULARY_SETS):
        prepared(ENGINES[0], load_shapes(sets))
    table = Path(__file__).parents[1] / "data/links/itu-2012-2015-wsis.sssom.tsv"
    read_mapping_set(table.read_bytes(), file=table.name)
    for language in languages_stemmed():
        stems("été", language)


class Commands:
    """The commands that run, each with the connection to its caller."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._running: dict[int, socket.socket] = {}
        self._ended, self._waker = socket.socketpair()
        self._ended.setblocking(False)
        self._waker.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        self._selector = selectors.DefaultSelector()
        for one in (listener, self._ended, sys.stdin):
            self._selector.register(one, selectors.EVENT_READ)

    def serve(self) -> tuple[bytes, list[int]] | None:
        """Returns in each process that is to become a command, with the request and the streams; None at the end."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is sys.stdin:
                    self._end()
                    return None
                if key.fileobj is self._ended:
                    self._ended.recv(4096)
                    self._reap()
                elif key.data:
                    self._pass_on(key.data)
                elif command := self._start():
                    return command

    def _start(self) -> tuple[bytes, list[int]] | None:
        connection, _ = self._listener.accept()
        head, files, _, _ = socket.recv_fds(connection, SIZE.size, 3)
        with connection.makefile("rb") as stream:
            request = stream.read(*SIZE.unpack(head))
        if (pid := os.fork()) == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._selector.close()
            for one in (connection, self._listener, self._ended, self._waker, *self._running.values()):
                one.close()
            return request, files
        for file in files:
            os.close(file)
        self._running[pid] = connection
        self._selector.register(connection, selectors.EVENT_READ, pid)
        return None

    def _reap(self) -> None:
        while self._running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            connection = self._running.pop(pid)
            if connection in self._selector.get_map():
                self._selector.unregister(connection)
            with connection:
                try:
                    connection.sendall(STATUS.pack(os.waitstatus_to_exitcode(status)))
                except BrokenPipeError:
                    continue  # its caller was killed

    def _pass_on(self, pid: int) -> None:
        """Gives a command the signals that its caller got; where the caller was killed, it is too."""
        connection = self._running[pid]
        if signals := connection.recv(16):
            for number in signals:
                os.kill(pid, number)
        else:
            self._selector.unregister(connection)
            os.kill(pid, signal.SIGKILL)

    def _end(self) -> None:
        for pid in self._running:
            os.kill(pid, signal.SIGKILL)


def become(request: bytes, files: list[int]) -> NoReturn:
    """Turns this process into the command: with its words, its folder, its environment and its streams."""
    folder, count, *rest = os.fsdecode(request).split("\0")
    words, variables = rest[: int(count)], rest[int(count) :]
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variable.split("=", 1) for variable in variables if variable)
    is_buffered = "PYTHONUNBUFFERED" not in os.environ
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as it runs
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.stdout.reconfigure(line_buffering=sys.stdout.isatty(), write_through=not is_buffered)
    sys.stderr.reconfigure(line_buffering=True, write_through=not is_buffered)
    sys.argv = words
    from stratgraph.cli import main  # noqa: PLC0415 - it looks at the environment

    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    # As an interpreter ends, but for taking all apart that was imported, which takes longer than most commands.
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main(address: str) -> None:
    """Serves on a socket of this address."""
    # Numerical libraries start threads, unless they are told not to; of pyarrow it is its allocator that does.
    os.environ |= {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
    }
    import_all()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(64)
        command = Commands(listener).serve()
    if command:
        become(*command)


if __name__ == "__main__":
    main(*sys.argv[1:])
