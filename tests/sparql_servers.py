"""SPARQL servers for tests and for trying things out: on loopback, at a free port, in a folder that is theirs.

``python tests/sparql_servers.py virtuoso`` (or ``oxigraph``) starts one, prints the settings that make it the
store of stratgraph, and stops it at Ctrl-C.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from stratgraph.store import RemoteAccess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi import FastAPI

STARTED_S = 60

VIRTUOSO_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
ServerThreads = 20
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty_buffers}
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 20
[SPARQL]
{sparql}
"""


@dataclass(frozen=True, slots=True)
class Server:
    """One that runs."""

    address: str
    access: RemoteAccess
    pid: int

    @property
    def settings(self) -> dict[str, str]:
        """What makes it the store, as variables of the environment."""
        found = {
            "STORE": self.address,
            "REMOTE_UPDATE": self.access.update,
            "REMOTE_GRAPH_STORE": self.access.graph_store,
            "REMOTE_USER": self.access.user,
            "REMOTE_PASSWORD": self.access.password,
            "REMOTE_TIMEOUT_S": f"{self.access.timeout_s:g}",
        }
        return {f"STRATGRAPH_{name}": value for name, value in found.items() if value}


def oxigraph_program() -> str | None:
    """PyPI's ``oxigraph``: beside this Python, or on the path."""
    return shutil.which("oxigraph", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))


def virtuoso_program() -> str | None:
    """Debian's ``virtuoso-opensource-7-bin``."""
    return shutil.which("virtuoso-t")


@contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    """The native Oxigraph server, its data in memory."""
    program, port = oxigraph_program(), free_port()
    assert program
    base = f"http://127.0.0.1:{port}"
    access = RemoteAccess(update=f"{base}/update", graph_store=f"{base}/store", timeout_s=300)
    with running([program, "serve", "--bind", f"127.0.0.1:{port}"], folder, f"{base}/") as pid:
        yield Server(f"{base}/query", access, pid)


@contextmanager
def virtuoso(folder: Path, *, sparql: str = "", buffers: int = 10_000) -> Iterator[Server]:
    """Virtuoso with a database of its own."""
    program, port = virtuoso_program(), free_port()
    assert program
    ini = VIRTUOSO_INI.format(
        port=port, sql_port=free_port(), sparql=sparql, buffers=buffers, dirty_buffers=buffers * 3 // 4
    )
    (folder / "virtuoso.ini").write_text(ini, "utf-8")
    base = f"http://127.0.0.1:{port}"
    access = RemoteAccess(
        update=f"{base}/sparql-auth",
        graph_store=f"{base}/sparql-graph-crud-auth",
        user="dba",
        password="dba",  # noqa: S106 - what Virtuoso begins with, in a database that goes with the test
        timeout_s=300,
    )
    with running([program, "-f", "-c", "virtuoso.ini"], folder, f"{base}/sparql?query=ASK%7B%7D") as pid:
        yield Server(f"{base}/sparql", access, pid)


@contextmanager
def stratgraph(folder: Path, settings: dict[str, str]) -> Iterator[str]:
    """``stratgraph serve`` with settings from the environment; gives its address."""
    from program import warm  # noqa: PLC0415 - it lies where a test finds it, and main() does not

    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with running([str(warm()), "serve", "--port", str(port)], folder, f"{base}/health/live", settings):
        yield base


@contextmanager
def serving(app: FastAPI, root_path: str = "") -> Iterator[str]:
    """Runs an application in a thread, under the server that production runs; gives its address."""
    from stratgraph_api.serving import make_server  # noqa: PLC0415 - the other servers do without

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = make_server(app, app.state.settings, log_level="critical", log_config=None, root_path=root_path)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the server did not start"
                thread.join(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def running(
    command: list[str], folder: Path, address: str, variables: Mapping[str, str] | None = None
) -> Iterator[int]:
    """A process that answers at an address; it is stopped at the end, by its id."""
    with (folder / "server.log").open("wb") as log:
        environment = os.environ | dict(variables or {})
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment)
        try:
            deadline = time.monotonic() + STARTED_S
            while True:
                assert process.poll() is None, (folder / "server.log").read_text("utf-8", "replace")
                with suppress(URLError, OSError), urlopen(address, timeout=5):  # noqa: S310 - our own
                    break
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.02)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def main(name: str) -> None:
    """Runs one until it is interrupted."""
    start = {"oxigraph": oxigraph, "virtuoso": virtuoso}[name]
    with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as server:
        for variable, value in server.settings.items():
            sys.stdout.write(f"export {variable}={value}\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
