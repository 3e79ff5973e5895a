"""A review for people, for programs, for code hosts, and as RDF: a module for each form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratgraph.errors import UsageError
from stratgraph.report_forms import REVIEW_FORMATS
from stratgraph.review.model import Review, Reviewed, Standing
from stratgraph.review.outputs import (
    as_html,
    as_json,
    as_junit,
    as_kgcl,
    as_markdown,
    as_rdf_patch,
    as_sarif,
    as_text,
    as_turtle,
)
from stratgraph.review.outputs.as_html import Setting
from stratgraph.review.outputs.as_json import schema
from stratgraph.review.outputs.as_sarif import render as render_sarif
from stratgraph.review.outputs.as_turtle import report_iri, triples
from stratgraph.review.outputs.elements import add
from stratgraph.review.outputs.filters import Filters

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from stratgraph.validation import Report

__all__ = [
    "REVIEW_FORMATS",
    "Filters",
    "Setting",
    "add",
    "of_report",
    "render",
    "render_sarif",
    "report_iri",
    "schema",
    "triples",
]


def render(
    review: Review,
    form: str = REVIEW_FORMATS[0],
    *,
    width: int = 120,
    colour: bool = False,
    show_all: bool = False,
    created: datetime | None = None,
    setting: Setting | None = None,
) -> bytes:
    """The review in this form; the same bytes for the same arguments.

    Args:
        review: to render.
        form: one of ``REVIEW_FORMATS``.
        width: of the text, in columns.
        colour: whether the text may hold a terminal's colour codes.
        show_all: whether the text shows unchanged and fixed findings and sure matches one by one too, Markdown the
            findings, and SARIF has the fixed findings, as absent; the other forms always have everything.
        created: when the review was made, with its time zone; None leaves it out.
        setting: of the page, where it does not stand alone.

    Raises:
        UsageError: there is no such form.
    """
    writers: dict[str, Callable[[], bytes]] = {
        "text": lambda: as_text.render(review, width=width, colour=colour, show_all=show_all),
        "html": lambda: as_html.render(review, created=created, setting=setting),
        "json": lambda: as_json.render(review, created=created),
        "sarif": lambda: as_sarif.render(review, created=created, show_all=show_all),
        "junit": lambda: as_junit.render(review, created=created),
        "xlsx": lambda: _as_xlsx(review, created),
        "turtle": lambda: as_turtle.render(review),
        "markdown": lambda: as_markdown.render(review, show_all=show_all),
        "kgcl": lambda: as_kgcl.render(review),
        "rdf-patch": lambda: as_rdf_patch.render(review),
    }
    if form in writers:
        return writers[form]()
    raise UsageError(f"There is no form of review {form!r}.", mend=f"Use one of {', '.join(REVIEW_FORMATS)}.")


def _as_xlsx(review: Review, created: datetime | None) -> bytes:
    from stratgraph.review.outputs import as_xlsx  # noqa: PLC0415 - its library takes longer to import than all others

    return as_xlsx.render(review, created=created)


def of_report(report: Report, *, file: str, unit: Callable[[str], str] = lambda _: "") -> Review:
    """A validation report as a review against nothing, for the forms that a report alone does not have.

    Args:
        report: whose findings are all taken for new ones.
        file: name for what has no place in a file.
        unit: of an element, by its IRI, what its unit is called; none has one without it.
    """
    return Review(
        plan=report.plans[0],
        title="",
        file=file,
        against="",
        version=1,
        elements=0,
        changes=(),
        findings=tuple(Reviewed(Standing.NEW, one, unit=unit(one.focus)) for one in report.findings),
        effects=(),
        matches=(),
        notices=(),
        shapes=report.shapes,
        engine=report.engine,
    )
