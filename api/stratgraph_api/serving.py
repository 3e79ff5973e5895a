"""The server: uvicorn with our limits on connections, a log with times and requests, and an end that comes."""

from __future__ import annotations

import logging
import math
import multiprocessing
import os
import resource
import signal
import sys
import time
from dataclasses import replace
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final

import uvicorn

from stratgraph.confinement import die_with
from stratgraph.errors import StoreError, UsageError
from stratgraph_api.app import create_app
from stratgraph_api.http.connections import ConnectionLimits, bounded_protocol

if TYPE_CHECKING:
    import socket
    from multiprocessing.context import SpawnProcess
    from types import FrameType

    from starlette.types import ASGIApp

    from stratgraph.settings import Settings

_log: Final = logging.getLogger(__name__)
_OTHER_FILES: Final = 200
"""Beside connections and workers: files of the store, of jobs, of pages."""

_EARLY_S: Final = 1
"""A process that ends so soon after its start would not be better for being started again."""

_SHARED: Final = (
    "max_connections",
    "connections_per_client",
    "max_requests",
    "pages_at_once",
    "workers",
    "queries_per_client",
    "queue_length",
    "reviews_at_once",
    "response_cache_bytes",
)
"""The limits that are of all processes together."""

_LOG: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"requests": {"()": "stratgraph_api.http.guard.RequestNumbers"}},
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s [%(request)s] %(name)s: %(message)s"},
    },
    "handlers": {
        "errors": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stderr",
            "formatter": "plain",
            "filters": ["requests"],
        }
    },
    "root": {"handlers": ["errors"], "level": "WARNING"},
}


class Server(uvicorn.Server):
    """Ends within ``shutdown_s`` seconds of a signal, and at once at a second one."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called at a signal that asks to end."""
        if self.should_exit:
            # Nothing is waited for. The keeper sees its socket closed, and its workers and the jobs end with their
            # parents.
            _log.warning("Stopped at once by a second signal.")
            sys.stderr.flush()
            os._exit(128 + sig)
        super().handle_exit(sig, frame)


def make_server(app: ASGIApp, settings: Settings, **options: Any) -> Server:
    """A server of an application, to be run.

    Args:
        app: the application.
        settings: those of connections are kept.
        options: more of uvicorn's own.
    """
    limits = settings.part(ConnectionLimits)
    config = uvicorn.Config(
        app,
        http=bounded_protocol(limits),
        ws="none",
        lifespan="on",
        server_header=False,
        access_log=False,
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=math.ceil(settings.shutdown_s),
        **{"log_config": _LOG, "log_level": "warning", **options},
    )
    return Server(config)


def run(settings: Settings, listener: socket.socket) -> None:
    """Serves until a signal ends it; SIGTERM and SIGINT give the requests that run some time to end.

    Raises:
        UsageError: a limit is too small to be shared among so many processes.
    """
    if settings.processes == 1:
        _serve(settings, listener)
    else:
        Processes(part_of(settings), listener, settings.processes).run()


def part_of(settings: Settings) -> Settings:
    """The settings of one process of several: its part of each limit of the whole.

    Raises:
        UsageError: there is less than one for each.
    """
    parts = {name: getattr(settings, name) // settings.processes for name in _SHARED}
    for name, part in parts.items():
        if not part and getattr(settings, name):
            raise UsageError(
                f"{settings.processes} processes cannot share {name}, which is {getattr(settings, name)}.",
                mend=f"Start fewer processes, or raise {name}.",
            )
    return replace(settings, **parts)


class Processes:
    """Processes that serve on one port; one that ends is replaced, and all end with this one.

    Args:
        settings: of each of them.
        listener: the socket that all of them take connections from.
        count: how many there are.
    """

    def __init__(self, settings: Settings, listener: socket.socket, count: int) -> None:
        # Not forked: a child begins with no thread, and with no file but the socket.
        self._context = multiprocessing.get_context("spawn")
        self._arguments = (os.getpid(), settings, listener)
        self._is_ending = False
        self._running = {self._start(): time.monotonic() for _ in range(count)}

    def run(self) -> None:
        """Returns when all have ended after a signal.

        Raises:
            StoreError: one has ended as soon as it was started.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        while self._running:
            wait([process.sentinel for process in self._running])
            for process in [one for one in self._running if not one.is_alive()]:
                self._replace(process, self._running.pop(process))

    def _start(self) -> SpawnProcess:
        process = self._context.Process(target=_serve_beside, args=self._arguments)
        process.start()
        return process

    def _end(self, *_: object) -> None:
        self._is_ending = True
        for process in self._running:
            process.terminate()

    def _replace(self, ended: SpawnProcess, started_s: float) -> None:
        if self._is_ending:
            return
        if time.monotonic() - started_s < _EARLY_S:
            self._end()
            raise StoreError("A process that serves ended as soon as it was started.", mend="Look into its log.")
        _log.warning("Process %s has ended with %s, and another one is started.", ended.pid, ended.exitcode)
        self._running[self._start()] = time.monotonic()


def _serve_beside(parent: int, settings: Settings, listener: socket.socket) -> None:
    # An interrupt from the terminal is the parent's to pass on.
    os.setpgrp()
    die_with(parent)
    _serve(settings, listener)


def _serve(settings: Settings, listener: socket.socket) -> None:
    server = make_server(create_app(settings), settings)
    server.config.configure_logging()
    _allow_files(settings.max_connections + settings.workers + _OTHER_FILES)
    server.run(sockets=[listener])


def _allow_files(wanted: int) -> None:
    """Lets this process have so many files and connections open, and says where it may not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < wanted:
        _log.warning("Only %d files may be open: lower max_connections, or raise the limit (ulimit -n).", most)
