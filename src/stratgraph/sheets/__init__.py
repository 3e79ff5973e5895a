"""A version of a plan as one sheet: what hangs at what, with the words, values, links and findings of each element."""

from stratgraph.sheets.findings import Finding, Findings, findings_of
from stratgraph.sheets.matrices import SDG_QUERY, GoalMatrix, SdgMatrix, goal_matrix, sdg_matrix
from stratgraph.sheets.model import Band, Gap, Group, Link, Node, Sheet, Value
from stratgraph.sheets.reading import graph_of_version, lay_out, links_in, sheet_of

__all__ = [
    "SDG_QUERY",
    "Band",
    "Finding",
    "Findings",
    "Gap",
    "GoalMatrix",
    "Group",
    "Link",
    "Node",
    "SdgMatrix",
    "Sheet",
    "Value",
    "findings_of",
    "goal_matrix",
    "graph_of_version",
    "lay_out",
    "links_in",
    "sdg_matrix",
    "sheet_of",
]
