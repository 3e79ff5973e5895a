"""What a worker process does: answers the requests of one server, one after the other, within its limits.

A deadline ends the process: the engine cannot be stopped otherwise. The timer runs while the engine works and stands
still while the server takes what was written. An answer of up to a mebibyte is kept back until it is whole, so that
an error before that is the answer instead of it; a longer one is streamed.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from functools import lru_cache
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from stratgraph.confinement import confine_memory, lower_limit, peak_kb
from stratgraph.errors import StratgraphError
from stratgraph.results import form_of_name as result_form
from stratgraph.serialisation import form_of_name as rdf_form
from stratgraph.store import wire
from stratgraph.store.datasets import Datasets
from stratgraph.store.evaluation import graph_names, result_too_large, write_answer, write_graph
from stratgraph.store.protocol import Dataset, Forms, Screen

if TYPE_CHECKING:
    import socket

    from pyoxigraph import Store  # noqa: TID251 - opened by the keeper

    from stratgraph.results import ResultForm
    from stratgraph.serialisation import RdfForm
    from stratgraph.store.limits import PoolLimits

STALLED_EXIT: Final = 3
MEMORY_EXIT: Final = 4

_KEPT_BACK_BYTES: Final = 1_048_576
# To the timer less than a microsecond is never.
_SHORTEST_S: Final = 0.001
_SENT_BYTES: Final = 262_144
# A worker that has grown by so much ends itself after the answer, so that the next query has all its memory.
_GROWN_KB: Final = 65_536
# What the engine says before it dies, and nothing else, is written to a file.
_FILE_BYTES: Final = 65_536
# Oxigraph refuses to open a store on disk with fewer than 96, and opens its tables with what is left.
_OPEN_FILES: Final = {True: 32, False: 512}


def confine(*, in_memory: bool) -> None:
    """Takes from this process what no query needs, before the store is opened."""
    lower_limit(resource.RLIMIT_CORE, 0)
    lower_limit(resource.RLIMIT_FSIZE, _FILE_BYTES)
    # Python 3.11 keeps the bytecode of a module that is imported here even where only its beginning could be written,
    # and then nobody can import the module any more.
    sys.dont_write_bytecode = True
    lower_limit(resource.RLIMIT_NOFILE, _OPEN_FILES[in_memory])


def serve(channel: socket.socket, store: Store, limits: PoolLimits, max_result_bytes: int) -> None:
    """Answers requests until there will be none."""
    confine_memory(limits.query_memory_mb)
    most_kb = peak_kb() + _GROWN_KB
    datasets = Datasets(store)
    while (received := wire.receive_request(channel)) is not None:
        request, deadline_s = received
        out = _Output(channel, limits, max_result_bytes)
        # By default the signal ends the process; nothing of Python's has to run for it.
        signal.setitimer(signal.ITIMER_REAL, max(deadline_s, _SHORTEST_S))
        try:
            _perform(request, datasets, out)
        except StratgraphError as error:
            out.fail(error)
        except MemoryError:
            os._exit(MEMORY_EXIT)
        is_done = peak_kb() > most_kb
        out.end(wire.DONE if is_done else wire.READY)
        if is_done:
            return


def _perform(request: wire.Request, datasets: Datasets, out: _Output) -> None:
    match _read(request.members):
        case {"ask": "answer", "forms": forms, "dataset": dataset, "screen": screen}:
            write_answer(datasets, request.text, forms, dataset, out, screen)
        case {"ask": "graph", "graph": graph, "form": form}:
            write_graph(datasets.store, graph, rdf_form(form), out)
        case _:
            out.name_graphs(graph_names(datasets.store))


@lru_cache(maxsize=100)
def _read(members: bytes) -> dict[str, Any]:
    """The members of a request, as the store is asked with them."""
    request: dict[str, Any] = json.loads(members)
    if request["ask"] == "answer":
        solutions, graph = request["forms"]
        request["forms"] = Forms(solutions and result_form(solutions), graph and rdf_form(graph))
        request["dataset"] = Dataset(*map(tuple, request["dataset"]))
        if request["screen"]:
            base, services = request["screen"]
            request["screen"] = Screen(base, tuple((endpoint, address) for endpoint, address in services))
    return request


class _Output:
    """What the engine writes one answer into."""

    def __init__(self, channel: socket.socket, limits: PoolLimits, max_result_bytes: int) -> None:
        self._channel = channel
        self._limits = limits
        self._max_result_bytes = max_result_bytes
        self._form: ResultForm | RdfForm | None = None
        self._kept = bytearray()
        self._size = 0
        self._sent = 0
        self._waited_s = 0.0
        # What is sent last, behind what is kept.
        self._tail = b""

    def begin(self, form: ResultForm | RdfForm) -> None:
        self._form = form

    def write(self, data: bytes) -> int:
        self._size += len(data)
        if self._size > self._max_result_bytes:
            raise result_too_large(self._max_result_bytes)
        self._kept += data
        if len(self._kept) >= (_SENT_BYTES if self._sent else _KEPT_BACK_BYTES):
            left_s, _ = signal.setitimer(signal.ITIMER_REAL, 0)
            self._stream()
            signal.setitimer(signal.ITIMER_REAL, left_s)
        return len(data)

    def flush(self) -> None:
        """The engine calls it at the end; :meth:`end` sends."""

    def fail(self, error: StratgraphError) -> None:
        """An error instead of the answer, or of what is left of it."""
        self._form = None
        self._kept.clear()
        self._tail = wire.frame(wire.ERROR, wire.pack_error(error))

    def name_graphs(self, names: tuple[str, ...]) -> None:
        self._tail = wire.frame(wire.NAMES, "\n".join(names).encode())

    def end(self, last: bytes) -> None:
        """Sends what was not sent yet, and that it is all."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._tail += wire.frame(last)
        if self._sent:
            if self._kept:
                self._stream()
            self._send(self._tail)
            return
        # The server takes it at once, whatever its client does.
        head = wire.whole_head(self._form, len(self._kept)) if self._form else b""
        try:
            self._channel.sendall(b"".join((head, self._kept, self._tail)))
        except OSError:
            os._exit(0)

    def _stream(self) -> None:
        if not self._sent and self._form is not None:
            self._send(wire.frame(wire.FORM, self._form.name.encode()))
        self._send(wire.head(wire.DATA, len(self._kept)))
        self._send(self._kept)
        self._sent += len(self._kept)
        self._kept.clear()

    def _send(self, data: bytes | bytearray) -> None:
        """Sends all of it within the time that the client has to take it."""
        limits = self._limits
        allowed_s = limits.stall_s + self._sent / limits.min_client_bytes_per_s - self._waited_s
        started_s = monotonic()
        try:
            self._channel.settimeout(max(allowed_s, 0.001))
            self._channel.sendall(data)
            self._channel.settimeout(None)
        except TimeoutError:
            os._exit(STALLED_EXIT)
        except OSError:
            # The process that asked has gone.
            os._exit(0)
        self._waited_s += monotonic() - started_s
