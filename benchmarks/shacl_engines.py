"""Validation: ours beside the other SHACL engines of PyPI, on the project's own shapes and faulty plans.

    make bench-shacl [ARGUMENTS='--sizes 1 10 --timeout 60']        (or: .venv/bin/python benchmarks/shacl_engines.py …)

In one run: pySHACL and ours on one plan in the same process, in turn; every engine on 1, 10, 100 and 1,000 plans, each
in a process of its own, until one takes too long, with its results compared with ours; ours with one job and with one
for each processor; one plan of a store of 1,000 beside the same plan alone in a store.

A fault is put into each line of a plan with a chance of one in a hundred: the line is gone, or leads nowhere, or loses
its language. The data of all engines are the same N-Triples, with the superclasses that the ontology declares.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generate import PERIOD, SEED, plan_lines
from http_servers import machine
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from shacl_peers import ENGINES, Spent, since, spent, write

from stratgraph.history import newest_versions, versions_of
from stratgraph.identifiers import PlanIdentifiers
from stratgraph.store import open_store, publish_snapshot
from stratgraph.terms import DCTERMS, PROV, RDF
from stratgraph.validation import validate_files, validate_published
from stratgraph.validation.engines import prepared, validate_text
from stratgraph.validation.reading import n_triples, read_graphs
from stratgraph.validation.rules import SHAPE_SETS, load_shapes, superclasses
from stratgraph.validation.rulesets import Ruleset
from stratgraph.validation.runs import check_each
from stratgraph.validation.shards import readings, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PEERS_PYTHON: Final = Path(__file__).parents[1] / ".venv-bench" / "bin" / "python"
FAULTS: Final = 0.01
MOST_BYTES: Final = 10**10
CPUS: Final = os.cpu_count() or 1


# --- the data ---------------------------------------------------------------------------------------------------------


def faulty_plan(number: int, *, seed: int = SEED) -> str:
    """The asserted lines of a generated plan, some of them damaged; always the same ones."""
    choice = random.Random(f"{seed}/faults/{number}")
    lines = []
    for line in plan_lines(number, "asserted", seed=seed).splitlines(keepends=True):
        # Without its type a plan would be none.
        if choice.random() >= FAULTS or "#StrategicPlan>" in line:
            lines.append(line)
        elif choice.random() < 0.5:
            continue
        elif line.endswith("@en .\n"):
            lines.append(line.replace("@en .\n", " .\n"))
        elif line.endswith("> .\n"):
            subject, predicate, _ = line.split(" ", 2)
            lines.append(f"{subject} {predicate} <{plan_of(number).plan_iri}/nowhere> .\n")
    return "".join(lines)


def plan_of(number: int) -> PlanIdentifiers:
    """The identifiers of a generated plan."""
    return PlanIdentifiers(f"org-{number:06}", PERIOD)


def write_data(folder: Path, size: int) -> Path:
    """A file of so many plans."""
    file = folder / f"{size}.nt"
    with file.open("w", encoding="utf-8") as out:
        out.writelines(faulty_plan(number) for number in range(1, size + 1))
        out.write(n_triples(superclasses()))
    return file


# --- one engine, in a process of its own -----------------------------------------------------------------------------


def perform(way: str, data: Path, results: Path, jobs: int) -> None:
    """Ours, or the reference as we call it; writes its results and prints the seconds."""
    start = spent()
    if way == "report":
        report = validate_files([data], max_plan_bytes=MOST_BYTES, jobs=jobs, rules=Ruleset(sets=SHAPE_SETS))
        found = [finding.result for finding in report.findings]
    else:
        prepared(way, load_shapes())
        graphs = read_graphs(data.read_bytes(), data.name, origin=1)
        pieces = [piece for text in readings(graphs) for piece in split(text)]
        checked = check_each(pieces, Ruleset(sets=SHAPE_SETS), engine=way, jobs=jobs, progress=None)
        found = list(frozenset().union(*(one.results for one in checked)))
    took = since(start)
    write(((r.focus.value, r.component, r.severity, r.shape) for r in found), results)
    print(json.dumps({"spent": took, "version": ""}))


def ours(way: str, jobs: int) -> list[str]:
    """The command that performs a way of ours, without its files."""
    return [sys.executable, __file__, "--perform", way, "--jobs", str(jobs)]


def peer(engine: str, python: str) -> list[str]:
    """The command that runs another engine."""
    return [sys.executable if engine == "pyshacl" else python, str(Path(__file__).with_name("shacl_peers.py")), engine]


def commands(python: str) -> dict[str, list[str]]:
    """Of each row of the table the command, ours first."""
    found = {"ours, 1 job": ours("shacl", 1)}
    if CPUS > 1:
        found[f"ours, {CPUS} jobs"] = ours("shacl", CPUS)
    found[f"ours with report and lines, {CPUS} jobs"] = ours("report", CPUS)
    found["pySHACL, prepared queries"] = ours("pyshacl", 1)
    return found | {name: peer(name, python) for name in ENGINES}


def run(command: list[str], data: Path, shapes: Path, results: Path, timeout: float | None) -> tuple[Spent, str] | str:
    """What it took and its version, or a word on what went wrong."""
    files = [str(data), str(results)] if "--perform" in command else [str(data), str(shapes), str(results)]
    try:
        process = subprocess.Popen(
            [*command, *files], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
    except FileNotFoundError:
        return "not installed"
    with process:
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            # With what it started in turn, such as Java.
            os.killpg(process.pid, signal.SIGKILL)
            return f"over {timeout:.0f} s"
    if process.returncode:
        lines = errors.strip().splitlines()
        return f"failed: {lines[-1][:80] if lines else process.returncode}"
    said = json.loads(output.splitlines()[-1])
    return tuple(said["spent"]), said["version"]


def compare(sizes: list[int], timeout: float, python: str, folder: Path) -> None:
    """The table of all engines."""
    shapes = folder / "shapes.nt"
    shapes.write_text(n_triples(load_shapes().triples), "utf-8")
    last: dict[str, float] = {}
    versions: dict[str, str] = {}
    slow: dict[str, str] = {}
    for size in sizes:
        data = write_data(folder, size)
        print(f"\n### {size:,} plan{'s' * (size > 1)}, {sum(1 for _ in data.open('rb')):,} triples\n")
        print("| engine | seconds | of processors | by ours, 1 job | results | agrees |")
        print("| --- | --- | --- | --- | --- | --- |")
        expected: Counter[str] = Counter()
        base = 0.0
        for name, command in commands(python).items():
            is_ours = name.startswith("ours")
            # Ten times the data take at least ten times as long.
            if not is_ours and (name in slow or last.get(name, 0) > timeout):
                print(f"| {name} | {slow.get(name, f'not run: {timeout:.0f} s are too few')} | | | | |", flush=True)
                continue
            results = folder / "results"
            outcome = run(command, data, shapes, results, None if is_ours else timeout)
            if isinstance(outcome, str):
                slow[name] = outcome
                print(f"| {name} | {outcome} | | | | |", flush=True)
                continue
            (seconds, processors), versions[name] = outcome
            following = sizes[sizes.index(size) + 1 :]
            last[name] = seconds * (following[0] / size if following else 1)
            found = Counter(results.read_text("utf-8").splitlines())
            expected, base = (expected or found), (base or seconds)
            missing, more = (expected - found).total(), (found - expected).total()
            agrees = "yes" if found == expected else f"no: {missing} missing, {more} more"
            print(
                f"| {name} | {seconds:.3g} | {processors:.3g} | {seconds / base:.2f} | {found.total():,} | {agrees} |",
                flush=True,
            )
    print("\nVersions:", ", ".join(f"{name} {version}" for name, version in versions.items() if version) + ".")


# --- the same process -------------------------------------------------------------------------------------------------


def compare_in_process(rounds: int, folder: Path) -> None:
    """One plan: pySHACL by ours, each from N-Triples to results, in turn."""
    data = write_data(folder, 1)
    shapes_file = folder / "one-shapes.nt"
    shapes_file.write_text(n_triples(load_shapes().triples), "utf-8")
    shapes, text = load_shapes(), data.read_text("utf-8")
    ways: dict[str, Callable[[], object]] = {
        "ours": lambda: validate_text(text, shapes),
        "ours, from the file to the findings": lambda: validate_files([data], max_plan_bytes=MOST_BYTES),
        "pySHACL, prepared queries": lambda: validate_text(text, shapes, engine="pyshacl"),
        "pySHACL as it comes": lambda: ENGINES["pyshacl"](data, shapes_file),
    }
    took: dict[str, list[Spent]] = {name: [] for name in ways}
    for name, way in ways.items():
        if name != "pySHACL as it comes":
            way()  # compiles the shapes, imports
    for number in range(rounds):
        for name, way in ways.items():
            if name == "pySHACL as it comes" and number:
                continue
            # Those that take a thousandth of a second are measured better by several.
            for _ in range(1 if "pySHACL" in name else 5):
                start = spent()
                way()
                took[name].append(since(start))
    base = [statistics.median(column) for column in zip(*took["ours"], strict=True)]
    print("\n### One plan in one process\n")
    print("| engine | ms | by ours | ms of processors | by ours |\n| --- | --- | --- | --- | --- |")
    for name, times in took.items():
        wall, processors = (statistics.median(column) for column in zip(*times, strict=True))
        print(
            f"| {name} | {wall * 1000:,.1f} | {wall / base[0]:,.1f} | {processors * 1000:,.1f} |"
            f" {processors / base[1]:,.1f} |",
            flush=True,
        )


# --- one plan of a store ----------------------------------------------------------------------------------------------


def quads(size: int) -> Iterator[Quad]:
    """So many plans, each in its graph, with as much of a record as a version needs to be known."""
    for number in range(1, size + 1):
        identifiers = plan_of(number)
        iris = identifiers.version(1)
        for quad in parse(faulty_plan(number), format=RdfFormat.N_TRIPLES):
            yield Quad(*quad.triple, NamedNode(iris.graph))
        version, source, record = NamedNode(iris.graph), NamedNode(iris.source), NamedNode(iris.provenance)
        for subject, predicate, value in (
            (version, RDF.TYPE, NamedNode(PROV.ENTITY)),
            (version, DCTERMS.IS_VERSION_OF, NamedNode(identifiers.plan_iri)),
            (version, PROV.WAS_DERIVED_FROM, source),
            (source, DCTERMS.TITLE, Literal("Generated")),
            (source, DCTERMS.FORMAT, Literal("text/plain")),
        ):
            yield Quad(subject, NamedNode(predicate), value, record)


def compare_stores(sizes: list[int], rounds: int, folder: Path) -> None:
    """One plan, in stores of several sizes; and the largest one as a whole."""
    plan = plan_of(1).plan_iri
    print("\n### One plan where it is published\n")
    print("| plans in the store | ms | of it, finding the version |\n| --- | --- | --- |")
    for size in sizes:
        location = folder / f"store-{size}"
        publish_snapshot(location, quads(size), name="bench", created=datetime.now(UTC))
        store = open_store(str(location), max_result_bytes=MOST_BYTES)
        found: list[tuple[float, float]] = []
        for _ in range(rounds + 1):
            start = time.perf_counter()
            graph = versions_of(store, plan)[-1].iris.graph
            between = time.perf_counter()
            validate_published(store, [graph])
            found.append((time.perf_counter() - start, between - start))
        whole, part = (statistics.median(column) * 1000 for column in zip(*found[1:], strict=True))
        print(f"| {size:,} | {whole:.1f} | {part:.1f} |", flush=True)
        if size != sizes[-1]:
            store.close()
    print(f"\nAll {sizes[-1]:,} of the last store:\n")
    print("| jobs | seconds | of processors | speed-up |\n| --- | --- | --- | --- |")
    base = 0.0
    for jobs in dict.fromkeys((1, CPUS)):
        start = spent()
        validate_published(store, list(newest_versions(store).values()), jobs=jobs)
        seconds, processors = since(start)
        base = base or seconds
        print(f"| {jobs} | {seconds:.1f} | {processors:.1f} | {base / seconds:.2f} |", flush=True)
    store.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="SHACL engines side by side.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 100, 1000], help="numbers of plans")
    parser.add_argument("--stores", type=int, nargs="+", default=[1, 1000], help="numbers of plans in a store")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--timeout", type=float, default=150, help="seconds that another engine may take for one size")
    parser.add_argument("--python", default=str(PEERS_PYTHON), help="of the environment that has the other engines")
    parser.add_argument("--perform", choices=("shacl", "pyshacl", "report"), help=argparse.SUPPRESS)
    parser.add_argument("--jobs", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("files", type=Path, nargs="*", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.perform:
        perform(chosen.perform, *chosen.files, chosen.jobs)
        return
    print(machine())
    with tempfile.TemporaryDirectory(prefix="stratgraph-bench-") as name:
        compare_in_process(chosen.rounds, Path(name))
        compare(sorted(chosen.sizes), chosen.timeout, chosen.python, Path(name))
        compare_stores(sorted(chosen.stores), chosen.rounds, Path(name))


if __name__ == "__main__":
    main()
