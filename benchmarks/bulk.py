"""A thousand plans (2.5 million asserted triples, 6.3 million quads as published): load, publish, serve.

    make bench-bulk [ARGUMENTS='--plans 100 --rounds 3']        (or: .venv/bin/python benchmarks/bulk.py …)

Three ways to bring the same file to the disk, each in a process of its own, in turn: ``Store.bulk_load`` alone; the
same with ``optimize``, as a store that is to be read needs it; and ``publish_snapshot``, which also counts, writes the
manifest, opens what it wrote as a reader will, brings all to the disk and makes it current. Then ``stratgraph serve``
and the Oxigraph server on what was published: seconds to the first answer, beside importing FastAPI and pyoxigraph;
memory before and after some queries over everything.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import peers
from generate import write
from http_servers import QUERIES, Client, Query, machine
from pyoxigraph import RdfFormat, Store, parse

from stratgraph.store import list_snapshots, publish_snapshot, snapshot, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from pyoxigraph import Quad

IMPORTS: Final = "import fastapi, pyoxigraph"
ASKED: Final = ("class-counts", "group-by", "text-of-all", "order-limit", "rows")
STARTS: Final = 5


# --- the three ways, each in a process of its own ---------------------------------------------------------------------


def bulk_load(file: Path, folder: Path) -> int:
    """What publishing cannot be faster than."""
    store = Store(folder)
    store.bulk_load(path=str(file), format=RdfFormat.N_QUADS)
    store.flush()
    return len(store)


def bulk_load_and_optimize(file: Path, folder: Path) -> int:
    """The same, made ready for reading."""
    store = Store(folder)
    store.bulk_load(path=str(file), format=RdfFormat.N_QUADS)
    store.optimize()
    store.flush()
    return len(store)


def publish(file: Path, folder: Path) -> int:
    """The whole publication."""
    quads: Iterable[Quad] = parse(path=str(file), format=RdfFormat.N_QUADS)
    return publish_snapshot(folder, quads, name="bulk", created=datetime.now(UTC)).quads


WAYS: Final[dict[str, Callable[[Path, Path], int]]] = {
    "Store.bulk_load": bulk_load,
    "Store.bulk_load, optimize": bulk_load_and_optimize,
    "publish_snapshot": publish,
}


def perform(way: str, file: Path, folder: Path) -> None:
    """One way, in this process; what it took goes to standard output."""
    stages: dict[str, float] = {}
    for owner, name in ((writing, "open_checked"), (snapshot, "_sync_tree")):
        _time_stage(owner, name, stages)
    start = time.perf_counter()
    quads = WAYS[way](file, folder)
    taken = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps({"quads": quads, "seconds": taken, "peak_mb": peak, **stages}))


def _time_stage(owner: ModuleType, name: str, stages: dict[str, float]) -> None:
    real = getattr(owner, name)

    def timed(*arguments: Any) -> None:
        start = time.perf_counter()
        real(*arguments)
        stages[name] = time.perf_counter() - start

    setattr(owner, name, timed)


# --- loading ----------------------------------------------------------------------------------------------------------


def compare_loading(file: Path, folder: Path, rounds: int) -> None:
    """Prints the medians; leaves what was published last."""
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    disk: dict[str, float] = {}
    for number in range(rounds):
        names = list(WAYS)
        turn = number % len(names)
        for way in names[turn:] + names[:turn]:
            target = folder / way.replace(" ", "-")
            shutil.rmtree(target, ignore_errors=True)
            command = [sys.executable, __file__, "--perform", way, "--file", str(file), "--folder", str(target)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found[way].append(json.loads(done.stdout))
            disk[way] = sum(path.stat().st_size for path in target.rglob("*") if path.is_file()) / 1e6
    alone = statistics.median(one["seconds"] for one in found["Store.bulk_load"])
    print(f"\n{found['publish_snapshot'][0]['quads']:,} quads from N-Quads of {file.stat().st_size / 1e6:,.0f} MB\n")
    print("| way | seconds | quads a second | speed by Store.bulk_load alone | peak memory, MB | disk, MB |")
    print("| --- | --- | --- | --- | --- | --- |")
    for way, runs in found.items():
        seconds = statistics.median(one["seconds"] for one in runs)
        peak = statistics.median(one["peak_mb"] for one in runs)
        speed = runs[0]["quads"] / seconds
        print(f"| {way} | {seconds:.1f} | {speed:,.0f} | {alone / seconds:.2f} | {peak:,.0f} | {disk[way]:,.0f} |")
    stages = {name: statistics.median(one[name] for one in found["publish_snapshot"]) for name in _STAGES}
    words = ", ".join(f"{_STAGES[name]} {seconds:.2f} s" for name, seconds in stages.items())
    print(f"\nOf publish_snapshot: {words}.")


_STAGES: Final = {"open_checked": "opening and counting what was written", "_sync_tree": "bringing it to the disk"}


# --- serving ----------------------------------------------------------------------------------------------------------


def compare_serving(plans: int, folder: Path) -> None:
    """Prints seconds to the first answer and memory."""
    published = folder / "publish_snapshot"
    (folder / "store").symlink_to(published)
    data = peers.Data(plans, folder, list_snapshots(published)[-1])
    starts = {"stratgraph serve": peers.ours, "Oxigraph server": peers.oxigraph}
    if not peers.oxigraph_program():
        del starts["Oxigraph server"]
    queries = [Query(name, (QUERIES / f"{name}.rq").read_text("utf-8")) for name in ASKED]
    seconds: dict[str, list[float]] = defaultdict(list)
    memory: dict[str, tuple[float, float]] = {}
    for _ in range(STARTS):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", IMPORTS], check=True)
        seconds["importing FastAPI and pyoxigraph"].append(time.perf_counter() - start)
        for name, start_server in starts.items():
            for log in ("ours", "oxigraph"):
                shutil.rmtree(folder / log, ignore_errors=True)
            with start_server(data) as peer:
                seconds[name].append(peer.loaded_s)
                before = peers.memory_mb(peer.pid)
                client = Client(peer)
                for query in queries:
                    client.ask(query, query.text)
                memory[name] = (before, peers.memory_mb(peer.pid))
    floor = statistics.median(seconds["importing FastAPI and pyoxigraph"])
    print(f"\n| serving {plans:,} plans | seconds to the first answer | by the imports | memory, MB | after queries |")
    print("| --- | --- | --- | --- | --- |")
    for name, times in seconds.items():
        middle = statistics.median(times)
        before, after = (f"{value:,.0f}" for value in memory[name]) if name in memory else ("", "")
        print(f"| {name} | {middle:.2f} | {middle / floor:.2f} | {before} | {after} |")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Load, publish and serve many plans.")
    parser.add_argument("--plans", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--perform", choices=list(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.perform:
        perform(chosen.perform, chosen.file, chosen.folder)
        return
    print(machine())
    with tempfile.TemporaryDirectory(prefix="stratgraph-bench-") as name:
        folder = Path(name)
        file = folder / "plans.nq"
        start = time.perf_counter()
        write(file, chosen.plans)
        print(f"\nGenerating {chosen.plans:,} plans took {time.perf_counter() - start:.1f} s.")
        compare_loading(file, folder, chosen.rounds)
        compare_serving(chosen.plans, folder)


if __name__ == "__main__":
    main()
