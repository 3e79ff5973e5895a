"""What the rules found in a version: as its report has it, or as they find it now where no report was kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stratgraph.asking import text_rows
from stratgraph.history import graph_quads
from stratgraph.terms import SH_NS, SHAPES_NS
from stratgraph.validation import SEVERITIES, validate_graph

if TYPE_CHECKING:
    from stratgraph.history import Version
    from stratgraph.store import Reading


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of one rule.

    Args:
        focus: IRI of what it is about.
        rule: the shape's local name.
        severity: one of ``SEVERITIES``.
        message: what is wrong.
        mend: how to mend it.
    """

    focus: str
    rule: str
    severity: str
    message: str
    mend: str

    @property
    def shape(self) -> str:
        """IRI of the shape."""
        return f"{SHAPES_NS}{self.rule}"


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of a version, the worst first.

    Args:
        found: each of them.
        is_recorded: whether the report of the version's publication says so; otherwise the rules were asked now.
    """

    found: tuple[Finding, ...]
    is_recorded: bool


def findings_of(reading: Reading, version: Version) -> Findings:
    """The findings of a version. Where none was kept, as in stores of before that, it is validated now.

    Args:
        reading: to ask.
        version: of a plan.
    """
    is_recorded = version.iris.report in reading.graph_names()
    if is_recorded:
        found = [
            Finding(
                # A rule may look at a plan as a whole, and find an element of it.
                row["value"] if row["value"].startswith(f"{row['focus']}/") else row["focus"],
                row["shape"].removeprefix(SHAPES_NS),
                row["severity"].removeprefix(SH_NS),
                row["message"],
                row["mend"],
            )
            for row in text_rows(reading, "sheet-findings", report=[version.iris.report])
        ]
    else:
        report = validate_graph(quad.triple for quad in graph_quads(reading, version.iris.graph))
        found = [Finding(one.focus, one.rule, one.severity, one.message, one.mend) for one in report.findings]
    return Findings(tuple(sorted(found, key=_order)), is_recorded)


def _order(finding: Finding) -> tuple[object, ...]:
    known = finding.severity in SEVERITIES
    return SEVERITIES.index(finding.severity) if known else len(SEVERITIES), finding.rule, finding.focus
