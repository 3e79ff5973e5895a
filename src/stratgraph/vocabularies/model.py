"""A vocabulary as it is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stratgraph.identifiers import record_graph

if TYPE_CHECKING:
    from pyoxigraph import Triple


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A concept scheme, or several, and the record of its origin.

    Args:
        name: short and in lower case, as it stands in the name of its graph: ``sdg``.
        title: what people call it.
        description: what is in it.
        graph: the name of its graph.
        triples: in the order of their source, without blank nodes, each once.
        record: what is said of the graph: origin, version, terms, time, counts, mendings.
        concepts: how many there are.
        notes: what was mended on reading, a sentence each.
        digest: of all that is said in both graphs but the time when the file was fetched.
    """

    name: str
    title: str
    description: str
    graph: str
    triples: tuple[Triple, ...]
    record: tuple[Triple, ...]
    concepts: int
    notes: tuple[str, ...]
    digest: str

    @property
    def graphs(self) -> dict[str, tuple[Triple, ...]]:
        """The two graphs, of its triples and of its record, by name, as ``publication.publish_graphs`` takes them."""
        return {self.graph: self.triples, record_graph(self.graph): self.record}
