"""Shapes → findings → traced to line and paragraph.

The validator looks at asserted data, before inference: a type inferred from a range would hide that it is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratgraph.errors import Location, SourceError
from stratgraph.validation.engines import ENGINES, Result, validate
from stratgraph.validation.findings import SEVERITIES, Descriptions, Finding, Report, to_findings
from stratgraph.validation.outputs import REPORT_FORMATS, render
from stratgraph.validation.reading import named_nodes, read_bytes, read_triples
from stratgraph.validation.rules import SHAPE_SETS, load_shapes
from stratgraph.validation.shards import plans_of, split
from stratgraph.validation.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pyoxigraph import Quad, Triple

__all__ = [
    "ENGINES",
    "REPORT_FORMATS",
    "SEVERITIES",
    "SHAPE_SETS",
    "Finding",
    "Report",
    "render",
    "validate_files",
    "validate_graph",
]


def validate_files(
    paths: Sequence[Path],
    *,
    max_plan_bytes: int,
    engine: str = ENGINES[0],
    sets: tuple[str, ...] = SHAPE_SETS,
) -> Report:
    """Validates files together, as one graph: a plan may be spread over several.

    Args:
        paths: of RDF files; the ending of a name says the format. Named graphs count as parts of the one graph.
        max_plan_bytes: the setting of that name; for each file.
        engine: one of ``ENGINES``.
        sets: of shapes, some of ``SHAPE_SETS``.

    Raises:
        SourceError: a file is not of its format, or empty, or no file describes a plan.
        UsageError: a file is missing or its name says no format; there is no such engine or set.
        LimitError: a file is too large.
    """
    files = {str(path): read_bytes(path, max_plan_bytes=max_plan_bytes) for path in paths}
    triples = [
        triple
        for origin, (file, content) in enumerate(files.items(), 1)
        for triple in read_triples(content, file, origin=origin)
    ]
    return _validate(triples, files, engine, sets)


def validate_graph(
    quads: Iterable[Quad | Triple], *, engine: str = ENGINES[0], sets: tuple[str, ...] = SHAPE_SETS
) -> Report:
    """Validates a graph that is no file; its findings have no file and line. Names of graphs are left out.

    Raises:
        SourceError: it describes no plan.
        UsageError: there is no such engine or set.
    """
    return _validate(list(named_nodes(quads, origin=0)), {}, engine, sets)


def _validate(triples: list[Triple], files: Mapping[str, bytes], engine: str, sets: tuple[str, ...]) -> Report:
    plans = plans_of(triples)
    if not plans:
        raise SourceError(
            "There is no plan: nothing is an sg:StrategicPlan.",
            where=Location(file=", ".join(files)) if files else None,
            mend="Describe the plan as an sg:StrategicPlan, and let its elements lead to it by sg:inPlan.",
        )
    shapes = load_shapes(sets)
    # What several pieces have in common is found in each of them, and is one result.
    results = frozenset[Result]().union(*(validate(piece, shapes, engine=engine) for piece in split(triples)))
    trace = Trace.of_files(results, files) if results and files else None
    data = Descriptions(triples if results else ())
    return Report(to_findings(results, shapes.rules, data, trace), plans, engine, sets)
