"""How long the annex takes from its text to a published, validated snapshot: whole processes, and stage by stage.

Whole processes run in turn with two floors: the same program doing nothing (``--version``), and a Python that imports
what a build needs. What counts is the build's time beyond the start of its process.

    .venv/bin/python benchmarks/build.py [RUNS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from stratgraph.plan_files import ReadingLimits, read_file
from stratgraph.settings import Settings
from stratgraph.store import publish_snapshot
from stratgraph.store_contents import contents, version_graphs
from stratgraph.validation import validate_graph

PROGRAM = Path(sys.executable).with_name("stratgraph")
IMPORTS = "import stratgraph.cli, stratgraph.publication, pyoxigraph, shacl"


def timed(command: list[str]) -> float:
    """Seconds of wall clock of one whole process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def whole_processes(runs: int) -> None:
    """Prints the medians of builds and of both floors, run in turn."""
    times: dict[str, list[float]] = {"build": [], "start": [], "imports": []}
    for _ in range(runs + 1):
        with tempfile.TemporaryDirectory() as store:
            times["build"].append(timed([str(PROGRAM), "build", "--store", store]))
        times["start"].append(timed([str(PROGRAM), "--version"]))
        times["imports"].append(timed([sys.executable, "-c", IMPORTS]))
    medians = {name: statistics.median(values[1:]) for name, values in times.items()}  # the first is a warm-up
    print(f"{runs} runs in turn, medians of whole processes, seconds")
    for name, value in medians.items():
        spread = sorted(times[name][1:])
        print(f"  {name:8} {value:6.2f}   ({spread[0]:.2f} to {spread[-1]:.2f})")
    print(f"  build beyond process start {medians['build'] - medians['start']:6.2f}")
    print(f"  build / imports alone      {medians['build'] / medians['imports']:6.2f}")


def stages(runs: int) -> None:
    """Prints the medians of each stage within one process."""
    times: dict[str, list[float]] = {}

    def stage(name: str, start: float) -> float:
        now = time.perf_counter()
        times.setdefault(name, []).append(now - start)
        return now

    for _ in range(runs):
        now = time.perf_counter()
        plan = read_file(None, Settings().part(ReadingLimits))
        now = stage("read the text", now)
        written = version_graphs(plan, 1)
        now = stage("make the version's graphs, entail", now)
        quads = tuple(contents(None, written))
        now = stage("the snapshot's quads", now)
        report = validate_graph(plan.statements)
        now = stage("validate", now)
        if not report.conforms:
            sys.exit("The annex has a Violation: nothing to measure.")
        with tempfile.TemporaryDirectory() as store:
            now = time.perf_counter()
            publish_snapshot(Path(store), quads, name=plan.source.title, created=datetime.now(UTC))
            stage("write and publish", now)
    print(f"\n{runs} runs in one process, medians, milliseconds; {len(quads):,} quads")
    for name, values in times.items():
        print(f"  {name:36} {1000 * statistics.median(values):8.1f}")


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    whole_processes(count)
    stages(count)
