"""Strategic plans as a validated, queryable knowledge graph with provenance for every triple.

import stratgraph

with stratgraph.open(".stratgraph") as graph:
plan = graph.plan()
objective = plan["itu-d/objective/3"]
print(objective.text, objective.source.line, len(objective.kpis))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stratgraph.version import __version__

if TYPE_CHECKING:
    from stratgraph.library import (
        AsyncKnowledgeGraph,
        Element,
        Iri,
        KnowledgeGraph,
        Plan,
        Queries,
        Revision,
        Row,
        Rows,
        Source,
        Stop,
        connect,
        connect_async,
        open,  # noqa: A004 - as a file is opened
        validate,
    )

__all__ = [
    "AsyncKnowledgeGraph",
    "Element",
    "Iri",
    "KnowledgeGraph",
    "Plan",
    "Queries",
    "Revision",
    "Row",
    "Rows",
    "Source",
    "Stop",
    "__version__",
    "connect",
    "connect_async",
    "open",
    "validate",
]


def __getattr__(name: str) -> Any:
    """The library, imported when something of it is asked for: the command line does without."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - only where something is asked for

    return getattr(import_module("stratgraph.library"), name)


def __dir__() -> list[str]:
    """What can be asked for."""
    return __all__
