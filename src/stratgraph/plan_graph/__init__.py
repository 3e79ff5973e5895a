"""A plan document as statements and quads, and these back: the asserted graph of a version, and its provenance.

Every asserted triple has a record that names the spans of the source that it rests on (docs/reference/model.md). What a
document holds and what the two graphs hold is the same: ``tests/plan_documents.py`` reads it back to prove that.
"""

from stratgraph.plan_graph.reading import source_text, stated_version
from stratgraph.plan_graph.writing import plan_version, to_quads, to_statements, version_quads

__all__ = [
    "plan_version",
    "source_text",
    "stated_version",
    "to_quads",
    "to_statements",
    "version_quads",
]
