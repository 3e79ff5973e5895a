"""A report as a table, for people."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from stratgraph.terms import shortened
from stratgraph.wording import visible

if TYPE_CHECKING:
    from stratgraph.validation.findings import Finding, Report

_STYLES = {"Violation": "bold red", "Warning": "yellow", "Info": "cyan"}


def render(report: Report, *, width: int, colour: bool) -> str:
    """The findings, a row each, and a line that sums up."""
    page = io.StringIO()
    console = Console(
        file=page, width=width, force_terminal=colour, no_color=not colour, highlight=False, legacy_windows=False
    )
    if report.findings:
        console.print(_table(report))
    console.print(Text(summary(report)))
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines()) + "\n"


def summary(report: Report) -> str:
    """How many findings of each severity, and what that means."""
    parts = [f"{count} {severity}{'' if count == 1 else 's'}" for severity, count in report.counts.items() if count]
    verdict = "conforms" if report.conforms else "does not conform"
    plans = ", ".join(shortened(plan) for plan in report.plans)
    return f"{plans} {verdict}: {', '.join(parts) or 'nothing found'}."


def _table(report: Report) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_lines=True)
    table.add_column("Rule", ratio=3, overflow="fold")
    table.add_column("Element", ratio=4, overflow="fold")
    table.add_column("Where", ratio=2, overflow="fold")
    table.add_column("What is wrong, and how to mend it", ratio=6, overflow="fold")
    for finding in report.findings:
        style = _STYLES[finding.severity]
        table.add_row(
            Text.assemble((finding.severity, style), "\n", finding.rule),
            Text(visible("\n".join(filter(None, (finding.label, shortened(finding.focus)))))),
            Text("\n".join(filter(None, (_place(finding), finding.paragraph)))),
            Text(visible("\n".join(filter(None, (shortened(finding.message), _value(finding), finding.mend))))),
        )
    return table


def _place(finding: Finding) -> str:
    if finding.sheet is not None:
        return str(finding.where)
    numbers = [finding.file, finding.line, finding.column]
    return ":".join(str(number) for number in numbers if number is not None)


def _value(finding: Finding) -> str:
    """The value, unless the message has it already."""
    if not finding.value or finding.value in finding.message or finding.value == finding.focus:
        return ""
    return f"Value: {shortened(finding.value)}"
