"""Reconciliation: which element, unit, term or concept does somebody mean by a name (Reconciliation Service API 0.2)?

Questions are read from the JSON of clients (:func:`read_queries`, :func:`read_extension_query`), a :class:`Reconciler`
answers them, and each answer gives the JSON that the specification wants (``as_json``). HTTP is not here.
"""

from stratgraph.reconciliation.manifest import manifest
from stratgraph.reconciliation.model import (
    Candidate,
    Condition,
    Entity,
    Extension,
    ExtensionQuery,
    Kind,
    Preview,
    Proposals,
    Query,
    Strictness,
    Suggestion,
    Wanted,
    results_as_json,
    suggestions_as_json,
)
from stratgraph.reconciliation.reconciler import Reconciler
from stratgraph.reconciliation.requests import check_count, read_extension_query, read_queries

__all__ = [
    "Candidate",
    "Condition",
    "Entity",
    "Extension",
    "ExtensionQuery",
    "Kind",
    "Preview",
    "Proposals",
    "Query",
    "Reconciler",
    "Strictness",
    "Suggestion",
    "Wanted",
    "check_count",
    "manifest",
    "read_extension_query",
    "read_queries",
    "results_as_json",
    "suggestions_as_json",
]
