"""A version of a plan as one sheet: what hangs at what, with the words, values, links and findings of each element."""

from stratgraph.sheets.findings import Finding, Findings, findings_of
from stratgraph.sheets.model import Band, Gap, Group, Link, Node, Sheet, Value
from stratgraph.sheets.reading import lay_out, sheet_of

__all__ = [
    "Band",
    "Finding",
    "Findings",
    "Gap",
    "Group",
    "Link",
    "Node",
    "Sheet",
    "Value",
    "findings_of",
    "lay_out",
    "sheet_of",
]
