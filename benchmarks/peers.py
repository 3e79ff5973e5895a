"""The SPARQL servers that are compared, each with the same plans: started on loopback, stopped by their ids."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generate import lines
from pyoxigraph import RdfFormat, parse

from stratgraph.store import publish_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from stratgraph.store import Snapshot

TOP: Final = Path(__file__).parents[1]
# The tests start the same servers: how that is done is written there.
sys.path.append(str(TOP / "tests"))
from sparql_servers import VIRTUOSO_INI, free_port, oxigraph_program, running, virtuoso_program  # noqa: E402

BIN: Final = Path(sys.executable).parent
RDFLIB_ENDPOINT: Final = TOP / ".venv-bench" / "bin" / "rdflib-endpoint"
RDFLIB_MOST_PLANS: Final = 10
"""Beyond, it takes minutes to load, and seconds or minutes for a query over everything."""

DEADLINE_S: Final = 30
DEFAULT_GRAPH: Final = "urn:x-stratgraph:default"
"""What the default graph is called in Virtuoso, whose own one is the union of all graphs."""

_BUFFERS: Final = 170_000


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that runs.

    Args:
        name: in the tables.
        address: of its SPARQL endpoint.
        pid: of its first process.
        parameters: that each request needs beside the query.
        prologue: that each query needs.
        has_graphs: whether it holds the plans' named graphs too.
        loaded_s: how long it took to load the data, until it could answer.
    """

    name: str
    address: str
    pid: int
    parameters: tuple[tuple[str, str], ...] = ()
    prologue: str = ""
    has_graphs: bool = True
    loaded_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Data:
    """The plans, in the forms that the servers load."""

    plans: int
    folder: Path
    snapshot: Snapshot

    @property
    def quads(self) -> Path:
        """The published layout."""
        return self.folder / "plans.nq"


def prepare(plans: int, folder: Path) -> Data:
    """Generates the plans and publishes them."""
    file = folder / "plans.nq"
    with file.open("wb") as out:
        out.writelines(lines(plans))
    quads = parse(path=str(file), format=RdfFormat.N_QUADS)
    snapshot = publish_snapshot(folder / "store", quads, name=f"{plans} plans", created=datetime.now(UTC))
    return Data(plans, folder, snapshot)


@contextmanager
def ours(data: Data) -> Iterator[Peer]:
    """``stratgraph serve`` with its defaults."""
    port = free_port()
    command = [str(BIN / "stratgraph"), "serve", "--store", str(data.folder / "store"), "--port", str(port)]
    start = time.perf_counter()
    with _started("ours", command, data, f"http://127.0.0.1:{port}/health/live") as pid:
        yield Peer("ours", f"http://127.0.0.1:{port}/sparql", pid, loaded_s=time.perf_counter() - start)


@contextmanager
def oxigraph(data: Data) -> Iterator[Peer]:
    """The native Oxigraph server, read-only, on the very files of the snapshot."""
    port = free_port()
    command = [str(oxigraph_program()), "serve-read-only", "--location", str(data.snapshot.store_folder)]
    # Without --timeout-s: its thread for each query stays for all that time, and under load the server ends for want of
    # more threads.
    command += ["--bind", f"127.0.0.1:{port}"]
    start = time.perf_counter()
    with _started("oxigraph", command, data, f"http://127.0.0.1:{port}/") as pid:
        yield Peer("Oxigraph", f"http://127.0.0.1:{port}/query", pid, loaded_s=time.perf_counter() - start)


@contextmanager
def virtuoso(data: Data) -> Iterator[Peer]:
    """Virtuoso with the buffers that its manual recommends for 2 GB."""
    folder = data.folder / "virtuoso"
    folder.mkdir()
    (folder / "plans.nq").symlink_to(data.quads)
    port, sql_port = free_port(), free_port()
    ini = VIRTUOSO_INI.format(
        port=port,
        sql_port=sql_port,
        buffers=_BUFFERS,
        dirty_buffers=_BUFFERS * 3 // 4,
        sparql=f"ResultSetMaxRows = 10000000\nMaxQueryExecutionTime = {DEADLINE_S}\n",
    ).replace("[HTTPServer]", f"DirsAllowed = {folder}\n[HTTPServer]")
    (folder / "virtuoso.ini").write_text(ini, "utf-8")
    address = f"http://127.0.0.1:{port}/sparql"
    with running([str(virtuoso_program()), "-f", "-c", "virtuoso.ini"], folder, f"{address}?query=ASK%7B%7D") as pid:
        start = time.perf_counter()
        load = f"ld_dir('{folder}', 'plans.nq', '{DEFAULT_GRAPH}'); rdf_loader_run(); checkpoint;"
        subprocess.run(
            ["isql-vt", f"127.0.0.1:{sql_port}", "dba", "dba", f"exec={load}"], check=True, capture_output=True
        )
        parameters = (("default-graph-uri", DEFAULT_GRAPH),)
        # By default a description has the triples that lead to a thing too.
        prologue = 'define sql:describe-mode "CBD"\n'
        yield Peer("Virtuoso", address, pid, parameters, prologue, loaded_s=time.perf_counter() - start)


@contextmanager
def rdflib_endpoint(data: Data) -> Iterator[Peer]:
    """rdflib-endpoint, which has one graph alone: the current view."""
    port, file = free_port(), data.folder / "current.nt"
    with file.open("wb") as out:
        out.writelines(lines(data.plans, "current"))
    command = [str(RDFLIB_ENDPOINT), "serve", str(file), "--host", "127.0.0.1", "--port", str(port)]
    start = time.perf_counter()
    with _started("rdflib", command, data, f"http://127.0.0.1:{port}/?query=ASK%7B%7D") as pid:
        address = f"http://127.0.0.1:{port}/"
        yield Peer("rdflib-endpoint", address, pid, has_graphs=False, loaded_s=time.perf_counter() - start)


def found(plans: int) -> tuple[list[Callable[[Data], AbstractContextManager[Peer]]], list[str]]:
    """The servers that can be started here, ours first, and a sentence on each that cannot."""
    starts: list[Callable[[Data], AbstractContextManager[Peer]]] = [ours]
    missing = []
    if oxigraph_program():
        starts.append(oxigraph)
    else:
        missing.append("The Oxigraph server is not installed (PyPI: oxigraph).")
    if virtuoso_program() and shutil.which("isql-vt"):
        starts.append(virtuoso)
    else:
        missing.append("Virtuoso is not installed (Debian: virtuoso-opensource-7-bin).")
    if not RDFLIB_ENDPOINT.exists():
        missing.append("rdflib-endpoint is not installed (make bench-http does it).")
    elif plans > RDFLIB_MOST_PLANS:
        missing.append(f"rdflib-endpoint is left out beyond {RDFLIB_MOST_PLANS} plans.")
    else:
        starts.append(rdflib_endpoint)
    return starts, missing


@contextmanager
def _started(name: str, command: list[str], data: Data, address: str) -> Iterator[int]:
    folder = data.folder / name
    folder.mkdir()
    with running(command, folder, address) as pid:
        yield pid


def memory_mb(pid: int) -> float:
    """Memory of a process and all below it; what several share counts once (Linux: PSS)."""
    process = Path(f"/proc/{pid}")
    try:
        lines_of_sum = (process / "smaps_rollup").read_text("ascii").splitlines()
        children = [child for file in process.glob("task/*/children") for child in file.read_text("ascii").split()]
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # a worker that has just ended
    kilobytes = next((int(line.split()[1]) for line in lines_of_sum if line.startswith("Pss:")), 0)
    return kilobytes / 1000 + sum(memory_mb(int(child)) for child in children)
