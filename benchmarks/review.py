"""How long the review of one revised plan takes beside none and beside a thousand others in the store.

The revision is the annex with a few words changed, read from its text, matched, validated with the version before and
compared. The other plans are generated (generate.py, which leaves
provenance out), in the same snapshot on disk.

    .venv/bin/python benchmarks/review.py [--sizes 1 100 1000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from generate import quads as generated

from stratgraph.comparison import compare, propose
from stratgraph.formats import annex
from stratgraph.plan_files import read_annex
from stratgraph.plan_graph import to_statements
from stratgraph.store import open_store, publish_snapshot
from stratgraph.store_contents import Act, contents, version_graphs

if TYPE_CHECKING:
    from stratgraph.statements import StatedPlan

CREATED = datetime(2030, 1, 2, tzinfo=UTC)
OLD, NEW = "Improvement (e.g. user-friendly) of software", "Improvement of software"


def revised(text: str) -> StatedPlan:
    """The annex with some words changed, read from its text."""
    data = text.replace(OLD, NEW).encode()
    return to_statements(annex.read(data, file="revised.txt", max_bytes=5_000_000), file="revised.txt")


def run(folder: Path, text: str) -> dict[str, float]:
    """Seconds of each stage of one review, in a store that is opened for it."""
    times = {}
    start = time.perf_counter()

    def stage(name: str) -> None:
        nonlocal start
        now = time.perf_counter()
        times[name], start = now - start, now

    plan = revised(text)
    stage("read the revision")
    with closing(open_store(str(folder), max_result_bytes=200_000_000)) as store:
        stage("open the store")
        comparison = compare(store, plan)
        stage("read the version before")
        proposal = propose(comparison)
        stage("match, validate, compare")
    if not proposal.review.changes:
        sys.exit("The review found no change: there is nothing to measure.")
    return times


def main() -> None:
    """Prints the medians of each stage, and the whole as a ratio to that beside no other plan."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 100, 1000], help="plans in the store")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    document = read_annex(5_000_000)
    plan = to_statements(document, file="annex.txt")
    with tempfile.TemporaryDirectory() as home:
        folders = {}
        for size in arguments.sizes:
            folders[size] = Path(home) / str(size)
            published = chain(contents(None, version_graphs(plan, 1, Act(CREATED))), generated(size - 1))
            publish_snapshot(folders[size], published, name="benchmark", created=CREATED)
        times: dict[int, list[dict[str, float]]] = {size: [] for size in folders}
        for _ in range(arguments.rounds + 1):
            for size, folder in folders.items():
                times[size].append(run(folder, document.source.text))
    first = None
    for size, rounds in times.items():
        medians = {name: statistics.median(one[name] for one in rounds[1:]) for name in rounds[0]}  # the first warms up
        whole = sum(medians.values())
        first = first or whole
        stages = ", ".join(f"{name} {1000 * seconds:.0f}" for name, seconds in medians.items())
        print(f"{size:5} plans: {1000 * whole:6.0f} ms, {whole / first:.2f} times the first ({stages})")


if __name__ == "__main__":
    main()
