"""Searches over HTTP at 1,000 plans, beside CONTAINS in SPARQL on the same server; and what the index costs.

    make bench-search [ARGUMENTS='--plans 100']        (or: .venv/bin/python benchmarks/search.py …)

No request of a round is one that was asked before: each has a parameter or a comment with a number. A search finds and
ranks, counts by kind and unit, and shows twenty things with their plan; the query only finds and counts labels, as a
floor. The same searches are made in this process too, in processor time: what a machine without other work would take.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import tempfile
import time
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode, urlsplit

import peers
from generate import quads
from http_servers import machine

from stratgraph.search import CurrentWords, index_snapshot
from stratgraph.searching import search
from stratgraph.store import list_snapshots, publish_snapshot, snapshot_store

if TYPE_CHECKING:
    from collections.abc import Callable

SEARCHES: Final = {
    "a word of a third of the texts": "support",
    "another form, two words": "harmonized databases",
    "three words, few texts": "multilingual consumer requests",
    "five words": "support regional studies members due",
    "a phrase": '"climate observations for maritime safety"',
    "a code": "org-{number:06}-d objective 2",
    "a place": "d/objective/2/output/1",
    "a word and a code": "cybersecurity objective 2",
    "a misspelt word": "cyberseccurity",
    "no text has all": "xylophones networks",
    "a word of every text": "for",
}
BUDGET_MS: Final = 50
_CONTAINS: Final = (
    "# {number}\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "  # a query that nobody else asks
    'SELECT (COUNT(*) AS ?n) WHERE {{ ?t rdfs:label ?l FILTER(CONTAINS(LCASE(STR(?l)), "{word}")) }}'
)


class Client:
    """One connection to our server."""

    def __init__(self, address: str) -> None:
        self._place = urlsplit(address)
        self._connection = http.client.HTTPConnection(str(self._place.hostname), self._place.port, timeout=60)

    def get(self, target: str, accept: str) -> tuple[float, bytes]:
        """How long the answer took, in milliseconds, and its body."""
        start = time.perf_counter()
        self._connection.request("GET", target, headers={"Accept": accept})
        response = self._connection.getresponse()
        body = response.read()
        taken = (time.perf_counter() - start) * 1e3
        if response.status not in {200, 303}:
            raise SystemExit(f"{target}: {response.status} {body[:300]!r}")
        return taken, body


def compare(folder: Path, plans: int, rounds: int) -> None:
    """Prints the times of each search, and of the floor."""
    data = peers.Data(plans, folder, list_snapshots(folder / "store")[-1])
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    totals: dict[str, str] = {}
    with peers.ours(data) as peer:
        client = Client(peer.address)
        before = peers.memory_mb(peer.pid)
        for number in range(1, rounds + 1):
            for name, words in SEARCHES.items():
                text = words.format(number=number)
                for form, accept in (("JSON", "application/json"), ("page", "text/html")):
                    # A parameter that nothing reads makes it a request of its own.
                    target = f"/search?{urlencode({'q': text, 'round': number})}"
                    taken, body = client.get(target, accept)
                    times[name, form].append(taken)
                    if form == "JSON":
                        found = json.loads(body)
                        totals[name] = f"{'> ' if found['is_cut'] else ''}{found['total']:,}"
            for word in ("support", "multilingual"):
                query = _CONTAINS.format(number=number, word=word)
                taken, _ = client.get(f"/sparql?query={quote(query)}", "text/csv")
                times[f"CONTAINS {word}", "query"].append(taken)
        after = peers.memory_mb(peer.pid)
    worked = in_process(data, rounds)
    print(f"\n{rounds} rounds; a server of {before:,.0f} MB before and {after:,.0f} MB after.\n")
    print("| search | things | JSON: median, longest, ms | page: median, longest, ms | at work, ms |")
    print("| --- | --- | --- | --- | --- |")
    for name in SEARCHES:
        cells = " | ".join(_written(times[name, form]) for form in ("JSON", "page"))
        print(f"| {name}: `{SEARCHES[name]}` | {totals[name]} | {cells} | {worked[name]:.0f} |")
    for word in ("support", "multilingual"):
        cell = _written(times[f"CONTAINS {word}", "query"])
        print(f"| floor: CONTAINS “{word}” in labels, counted only | | {cell} | | |")
    for what, late in (
        ("the median of a page", [name for name in SEARCHES if statistics.median(times[name, "page"]) > BUDGET_MS]),
        ("work", [name for name in SEARCHES if worked[name] > BUDGET_MS]),
    ):
        print(f"\nOver {BUDGET_MS} ms in {what}: {', '.join(late) or 'none'}.")


def in_process(data: peers.Data, rounds: int) -> dict[str, float]:
    """The processor time of each search without HTTP, over the store in this process: the median, in milliseconds."""
    words = CurrentWords(str(data.folder / "store"))
    found: dict[str, list[float]] = defaultdict(list)
    with closing(snapshot_store(data.folder / "store", data.snapshot.id)) as store:
        for number in range(1, rounds + 1):
            for name, text in SEARCHES.items():
                start = time.process_time()
                search(store, words, text.format(number=number))
                found[name].append((time.process_time() - start) * 1e3)
    return {name: statistics.median(times) for name, times in found.items()}


def _written(times: list[float]) -> str:
    return f"{statistics.median(times):.0f}, {max(times):.0f}"


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Search many plans over HTTP.")
    parser.add_argument("--plans", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--store", type=Path, help="a folder where so many generated plans are published already")
    chosen = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="stratgraph-bench-") as name:
        folder = Path(name)
        if chosen.store:
            (folder / "store").symlink_to(chosen.store.absolute())
        else:
            taken = seconds(
                lambda: publish_snapshot(folder / "store", quads(chosen.plans), name="many", created=datetime.now(UTC))
            )
            print(f"\nPublishing {chosen.plans:,} plans, which are generated meanwhile, took {taken:.0f} s.")
        snapshot = list_snapshots(folder / "store")[-1]
        for old in snapshot.folder.glob("words.*"):
            old.unlink()
        start = time.process_time()
        taken = seconds(lambda: index_snapshot(snapshot.folder))
        worked = time.process_time() - start
        size = sum(file.stat().st_size for file in snapshot.folder.glob("words.*")) / 1e6
        engine = sum(file.stat().st_size for file in snapshot.store_folder.iterdir()) / 1e6
        print(
            f"Its index: {taken:.1f} s, {worked:.1f} of them at work; "
            f"{size:,.0f} MB beside {engine:,.0f} MB of the engine."
        )
        compare(folder, chosen.plans, chosen.rounds)


if __name__ == "__main__":
    main()
