"""Validates what a store has published, graph by graph: of a plan of a thousand only its own graph is touched."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from pyoxigraph import parse

from stratgraph.errors import Location, SourceError
from stratgraph.serialisation import N_TRIPLES
from stratgraph.validation.reading import graphs_of
from stratgraph.validation.runs import check, in_turn, usable_jobs
from stratgraph.validation.shards import Survey, Ties, plans_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratgraph.store import Store
    from stratgraph.validation.rulesets import Ruleset
    from stratgraph.validation.runs import Checked, Progress


def check_published(
    store: Store, graphs: Sequence[str], rules: Ruleset, *, engine: str, jobs: int, progress: Progress | None
) -> list[Checked]:
    """Each graph by itself; those of them that hang together are then looked at again, as one.

    Args:
        store: is read by several threads at once.
        graphs: the names of graphs that each describe a version of a plan.
        rules: that each graph's plan is held against.
        engine: one of ``ENGINES``.
        jobs: how many at once.
        progress: called after each graph.

    Raises:
        SourceError: a graph describes no plan.
        NotFound: there is no such graph.
    """
    ties, lock = Ties(), Lock()

    def checked_together(names: Sequence[str]) -> Checked:
        texts = [_text(store, name) for name in names]
        if len(names) == 1 and len(graphs) > 1:
            survey = Survey(texts[0])
            with lock:
                ties.add(names[0], survey)
        return check("".join(texts), rules, engine=engine)

    threads = usable_jobs(engine, jobs)
    alone = in_turn(checked_together, [[name] for name in graphs], jobs=threads, progress=progress)
    checked = dict(zip(graphs, alone, strict=True))
    tied = ties.groups()
    for name in (name for group in tied for name in group):
        del checked[name]
    return [*checked.values(), *in_turn(checked_together, tied, jobs=threads, progress=progress)]


def _text(store: Store, name: str) -> str:
    with store.read_graph(name, N_TRIPLES) as answer:
        data = b"".join(answer)
    # Parsed and written again: another server writes N-Triples in its own way.
    text = graphs_of(lambda: parse(data, format=N_TRIPLES.engine), origin=0).get("", "")
    if not plans_of(text):
        raise SourceError(
            "The graph describes no plan: nothing is an sg:StrategicPlan.",
            where=Location(element=name),
            mend="Publish the plan again.",
        )
    return text
