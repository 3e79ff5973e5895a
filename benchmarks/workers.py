"""What a query costs over worker processes, against the same engine and data in this process; ratios.

In turn: the store in memory here, the published store on disk here, worker processes from memory, and from disk.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
import threading
import time
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad

from stratgraph.results import JSON
from stratgraph.settings import Settings
from stratgraph.store import Forms, PoolLimits, memory_store, open_store, publish_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.store import Store

EX = "http://example.org/"
FORMS = Forms(solutions=JSON, graph=None)
LOOK_UP = f"SELECT ?p ?o {{ <{EX}7> ?p ?o }}"
QUERIES = {
    "look-up": (LOOK_UP, 1000),
    "1,000 rows": ("SELECT * { ?s ?p ?o } LIMIT 1000", 100),
    "20,000 rows": ("SELECT * { ?s ?p ?o } LIMIT 20000", 10),
    "join and count": ("SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?b ?q ?c }", 10),
}


def quads(number: int) -> Iterator[Quad]:
    for i in range(number):
        other = NamedNode(f"{EX}{i * 7919 % number}") if i % 5 else Literal(f"label {i}")
        yield Quad(NamedNode(f"{EX}{i // 5}"), NamedNode(f"{EX}p{i % 5}"), other)


def microseconds(store: Store, query: str, times: int) -> float:
    found = []
    for _ in range(times):
        start = time.perf_counter()
        store.answer(query, FORMS).read()
        found.append(time.perf_counter() - start)
    return statistics.median(found) * 1e6


def each_second(store: Store, threads: int, seconds: float = 2) -> float:
    counts = [0] * threads
    end = time.monotonic() + seconds

    def ask(number: int) -> None:
        while time.monotonic() < end:
            store.answer(LOOK_UP, FORMS).read()
            counts[number] += 1

    running = [threading.Thread(target=ask, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return sum(counts) / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quads", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, pyoxigraph {pyoxigraph.__version__}, {os.cpu_count()} CPUs")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        publish_snapshot(Path(folder), quads(options.quads), name="x", created=datetime(2030, 1, 1, tzinfo=UTC))

        def opened(pool: PoolLimits | None) -> tuple[Store, float]:
            start = time.perf_counter()
            store = stack.enter_context(closing(open_store(folder, max_result_bytes=10**9, pool=pool)))
            return store, time.perf_counter() - start

        stores: dict[str, Store] = {"here, memory": memory_store(quads(options.quads))}
        for name, pool in (
            ("here, disk", None),
            ("workers, memory", Settings().part(PoolLimits)),
            ("workers, disk", Settings(max_memory_quads=0).part(PoolLimits)),
        ):
            stores[name], took = opened(pool)
            print(f"{name} opened in {took * 1000:.0f} ms")
        print(f"\nmedian µs, best of {options.rounds} rounds in turn (ratio to the first)")
        for title, (query, times) in QUERIES.items():
            best = dict.fromkeys(stores, float("inf"))
            for _ in range(options.rounds):
                for name, store in stores.items():
                    best[name] = min(best[name], microseconds(store, query, times))
            first = best["here, memory"]
            print(f"{title:15}", "  ".join(f"{n}: {us:.0f} ({us / first:.2f})" for n, us in best.items()))
        print("\nlook-ups a second")
        for threads in (1, 4, 16):
            print(f"{threads:3} threads", "  ".join(f"{n}: {each_second(s, threads):.0f}" for n, s in stores.items()))


if __name__ == "__main__":
    main()
