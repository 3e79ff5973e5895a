"""Shapes → findings → traced to line and paragraph.

The validator looks at asserted data, before inference: a type inferred from a range would hide that it is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import parse

from stratgraph.errors import Location, SourceError
from stratgraph.files import read_bytes
from stratgraph.graph import Graph
from stratgraph.serialisation import N_TRIPLES
from stratgraph.validation.engines import ENGINES, Result
from stratgraph.validation.findings import SEVERITIES, Finding, Report, to_findings
from stratgraph.validation.outputs import REPORT_FORMATS, render
from stratgraph.validation.published import check_published
from stratgraph.validation.reading import graphs_of, read_together
from stratgraph.validation.rules import SHAPE_SETS, together
from stratgraph.validation.rulesets import DEFAULT_RULES, Ruleset
from stratgraph.validation.runs import check_each
from stratgraph.validation.shards import plans_of, readings, split
from stratgraph.validation.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pyoxigraph import Quad, Triple

    from stratgraph.store import Store
    from stratgraph.validation.runs import Checked, Progress

__all__ = [
    "DEFAULT_RULES",
    "ENGINES",
    "REPORT_FORMATS",
    "SEVERITIES",
    "SHAPE_SETS",
    "Finding",
    "Report",
    "Ruleset",
    "render",
    "validate_contents",
    "validate_files",
    "validate_graph",
    "validate_published",
]


def validate_files(
    paths: Sequence[Path],
    *,
    max_plan_bytes: int,
    engine: str = ENGINES[0],
    rules: Ruleset = DEFAULT_RULES,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Report:
    """Validates files together, as one dataset: a plan may be spread over several.

    Args:
        paths: of RDF files; the ending of a name says the format. Named graphs are read as one graph, except those
            that are versions of the same plan (``shards.readings``).
        max_plan_bytes: the setting of that name; for each file.
        engine: one of ``ENGINES``.
        rules: that the plans are held against.
        jobs: how many plans are validated at once; they have to be independent of each other.
        progress: called with how many pieces are validated, and of how many.

    Raises:
        SourceError: a file is not of its format, or empty, or no file describes a plan.
        UsageError: a file is missing or its name says no format; there is no such engine, profile or set.
        LimitError: a file is too large.
    """
    files = {str(path): read_bytes(path, most=max_plan_bytes, setting="max_plan_bytes") for path in paths}
    return validate_contents(files, engine=engine, rules=rules, jobs=jobs, progress=progress)


def validate_contents(
    files: Mapping[str, bytes],
    *,
    engine: str = ENGINES[0],
    rules: Ruleset = DEFAULT_RULES,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Report:
    """As ``validate_files``, of what was read already.

    Args:
        files: names, whose endings say the formats, and contents.
        engine: one of ``ENGINES``.
        rules: that the plans are held against.
        jobs: how many plans are validated at once; they have to be independent of each other.
        progress: called with how many pieces are validated, and of how many.

    Raises:
        SourceError: a file is not of its format, or empty, or no file describes a plan.
        UsageError: a file's name says no format; there is no such engine, profile or set.
    """
    return _validate(read_together(files), files, engine=engine, rules=rules, jobs=jobs, progress=progress)


def validate_graph(
    quads: Iterable[Quad | Triple], *, engine: str = ENGINES[0], rules: Ruleset = DEFAULT_RULES
) -> Report:
    """Validates a graph or dataset that is no file; its findings have no file and line.

    Raises:
        SourceError: it describes no plan.
        UsageError: there is no such engine, profile or set.
    """
    given = list(quads)
    return _validate(graphs_of(lambda: given, origin=0), {}, engine=engine, rules=rules, jobs=1, progress=None)


def validate_published(
    store: Store,
    graphs: Sequence[str],
    *,
    engine: str = ENGINES[0],
    rules: Ruleset = DEFAULT_RULES,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Report:
    """Validates versions of plans where they are published; nothing but their graphs is read.

    Args:
        store: that has them.
        graphs: the names of their graphs, each of another plan.
        engine: one of ``ENGINES``.
        rules: that the plans are held against.
        jobs: how many are validated at once.
        progress: called with how many are validated, and of how many.

    Raises:
        SourceError: there is no graph, or one describes no plan.
        NotFound: the store has no such graph.
        UsageError: there is no such engine, profile or set.
    """
    if not graphs:
        raise SourceError("Nothing is published.", mend="Publish a plan.")
    checked = check_published(store, graphs, rules, engine=engine, jobs=jobs, progress=progress)
    return _report(checked, {}, engine)


def _validate(
    graphs: Mapping[str, str],
    files: Mapping[str, bytes],
    *,
    engine: str,
    rules: Ruleset,
    jobs: int,
    progress: Progress | None,
) -> Report:
    texts = readings(graphs)
    if not any(map(plans_of, texts)):
        raise SourceError(
            "There is no plan: nothing is an sg:StrategicPlan.",
            where=Location(file=", ".join(files)) if files else None,
            mend="Describe the plan as an sg:StrategicPlan, and let its elements lead to it by sg:inPlan.",
        )
    pieces = [piece for text in texts for piece in split(text)]
    checked = check_each(pieces, rules, engine=engine, jobs=jobs, progress=progress)
    return _report(checked, files, engine)


def _report(checked: Sequence[Checked], files: Mapping[str, bytes], engine: str) -> Report:
    # What several pieces have in common is found in each of them, and is one result.
    results = frozenset[Result]().union(*(one.results for one in checked))
    plans = tuple(sorted({plan for one in checked for plan in one.plans}))
    trace = Trace.of_files(results, files) if results and files else None
    shown = "".join(one.shown for one in checked)
    data = Graph(parse(shown, format=N_TRIPLES.engine))
    shapes = together(one.shapes for one in checked)
    return Report(to_findings(results, shapes.rules, data, trace), plans, engine, shapes)
