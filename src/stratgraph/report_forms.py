"""The forms of reports: what people call each, its media types and the ending of its files; the one list of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True)
class ReportForm:
    """One form.

    Args:
        name: what people write after ``--format`` and ``format=``.
        media_types: the registered one first.
        extension: of a file that has it.
        is_of_changes: whether it says what changed and nothing else: a validation, which compares nothing, has it not.
        is_of_findings: whether a validation alone has it.
    """

    name: str
    media_types: tuple[str, ...]
    extension: str
    is_of_changes: bool = False
    is_of_findings: bool = False


REPORT_FORMS: Final = (
    ReportForm("text", ("text/plain",), ".txt"),
    ReportForm("html", ("text/html", "application/xhtml+xml"), ".html"),
    ReportForm("markdown", ("text/markdown",), ".md"),
    ReportForm("json", ("application/json",), ".json"),
    ReportForm("sarif", ("application/sarif+json",), ".sarif"),
    ReportForm("junit", ("application/xml", "text/xml"), ".xml"),
    ReportForm("xlsx", ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",), ".xlsx"),
    ReportForm("turtle", ("text/turtle",), ".ttl"),
    ReportForm("kgcl", ("text/x-kgcl",), ".kgcl", is_of_changes=True),
    ReportForm("rdf-patch", ("application/rdf-patch",), ".rdfp", is_of_changes=True),
)
"""The default of the command line first."""

REVIEW_FORMATS: Final = tuple(form.name for form in REPORT_FORMS if not form.is_of_findings)
VALIDATION_FORMATS: Final = tuple(form.name for form in REPORT_FORMS if not form.is_of_changes)


def forms_of(names: Collection[str]) -> tuple[ReportForm, ...]:
    """The forms called so, in the order of the list."""
    return tuple(form for form in REPORT_FORMS if form.name in names)
