"""A report for people, for programs, and as the W3C's validation report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stratgraph.errors import UsageError
from stratgraph.validation.outputs import as_json, as_table, as_turtle

if TYPE_CHECKING:
    from stratgraph.validation.findings import Report

REPORT_FORMATS: Final = ("text", "json", "turtle")
"""The default first."""


def render(report: Report, form: str = REPORT_FORMATS[0], *, width: int = 120, colour: bool = False) -> str:
    """The report in this form, with a final newline.

    Args:
        report: to render.
        form: one of ``REPORT_FORMATS``.
        width: of the text's table, in columns.
        colour: whether the text may hold a terminal's colour codes.

    Raises:
        UsageError: there is no such form.
    """
    if form == "text":
        return as_table.render(report, width=width, colour=colour)
    if form == "json":
        return as_json.render(report)
    if form == "turtle":
        return as_turtle.render(report)
    raise UsageError(f"There is no form of report {form!r}.", mend=f"Use one of {', '.join(REPORT_FORMATS)}.")
