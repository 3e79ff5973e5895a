"""What the IRIs of a graph are called, for people who read it: the annotations of Prez's annotated RDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from stratgraph.asking import triples
from stratgraph.graph import LABELS
from stratgraph.terms import SG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple

    from stratgraph.store import Reading

_AT_ONCE: Final = 2_000
"""So many IRIs are asked for by one query."""


def annotations_of(reading: Reading, graph: Iterable[Triple]) -> list[Triple]:
    """The labels and definitions of each IRI of a graph, in every language, as far as the store has any.

    Of an element that has no label it is the text. Where the current view says nothing of a thing, such as a version
    or a record, it is what named graphs say.

    Raises:
        StoreError, LimitError, RemoteError: as with ``Store.answer``.
    """
    nodes = (node for one in graph for node in (one.subject, one.predicate, one.object))
    wanted = sorted({node.value for node in nodes if isinstance(node, NamedNode)})
    found = _asked(reading, "annotations", wanted)
    known = {str(one.subject) for one in found}
    found += _asked(reading, "annotations-elsewhere", [iri for iri in wanted if f"<{iri}>" not in known])
    labelled = {one.subject for one in found if one.predicate.value in LABELS and one.predicate.value != SG.TEXT}
    return [one for one in found if one.predicate.value != SG.TEXT or one.subject not in labelled]


def _asked(reading: Reading, query: str, wanted: list[str]) -> list[Triple]:
    parts = (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE))
    return [one for part in parts for one in triples(reading, query, thing=part)]
