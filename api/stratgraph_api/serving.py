"""The server: uvicorn with our limits on connections, a log with times and requests, and an end that comes."""

from __future__ import annotations

import logging
import math
import os
import resource
import sys
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

import uvicorn

from stratgraph_api.app import create_app
from stratgraph_api.http.connections import ConnectionLimits, bounded_protocol

if TYPE_CHECKING:
    import socket
    from types import FrameType

    from starlette.types import ASGIApp

    from stratgraph.settings import Settings

_log: Final = logging.getLogger(__name__)
_OTHER_FILES: Final = 200
"""Beside connections and workers: files of the store, of jobs, of pages."""

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
    limits = ConnectionLimits(**{one.name: getattr(settings, one.name) for one in fields(ConnectionLimits)})
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
    """Serves until a signal ends it; SIGTERM and SIGINT give the requests that run some time to end."""
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
