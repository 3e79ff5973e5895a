"""What ``import stratgraph`` gives: published plans, their elements and words, questions, revisions."""

from stratgraph.library.asynchronous import AsyncKnowledgeGraph, connect_async
from stratgraph.library.checks import validate
from stratgraph.library.knowledge import KnowledgeGraph, connect
from stratgraph.library.knowledge import open_folder as open  # noqa: A004 - as a file is opened
from stratgraph.library.plans import Element, Plan, Source
from stratgraph.library.queries import Queries
from stratgraph.library.revisions import Revision
from stratgraph.library.rows import Iri, Row, Rows
from stratgraph.store import Stop

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
    "connect",
    "connect_async",
    "open",
    "validate",
]
