"""The page of a validation: its findings by severity and rule, filters, and a form that sends the files again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, tostring

from markupsafe import Markup
from pyoxigraph import parse

from stratgraph.graph import Graph
from stratgraph.report_forms import VALIDATION_FORMATS
from stratgraph.review.hierarchy import Hierarchy
from stratgraph.review.outputs import Filters, of_report
from stratgraph.serialisation import N_TRIPLES
from stratgraph.validation import SEVERITIES
from stratgraph.validation.reading import read_together
from stratgraph_api.http.parts import FILE
from stratgraph_api.http.rendering import name_site, render
from stratgraph_api.work.carrying import add_form, file_fields, size_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stratgraph.review import Reviewed
    from stratgraph.validation import Report
    from stratgraph_api.http.addresses import Addresses


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the page stands.

    Args:
        addresses: where its links lead.
        site: what the page calls the site.
        most_bytes: how large a request may be; what is larger is not carried.
        fields: that came beside the files, and say how they are validated.
    """

    addresses: Addresses
    site: str
    most_bytes: int
    fields: tuple[tuple[str, str], ...]


def render_report(report: Report, files: Mapping[str, bytes], frame: Frame) -> bytes:
    """The page, in UTF-8. It holds one style sheet of its own, which its policy has to let pass.

    Args:
        report: of the files.
        files: by their names.
        frame: where it stands.
    """
    triples = (triple for text in read_together(files).values() for triple in parse(text, format=N_TRIPLES.engine))
    review = of_report(report, file="", unit=Hierarchy(Graph(triples)).unit)
    filters = Filters.of(review)
    above = Element("div")
    filters.add_to(above)
    name_site(frame.site)
    return render(
        "report.html",
        frame.addresses,
        report=report,
        files=tuple(files),
        severities=SEVERITIES,
        by_severity={
            severity: {rule: [*some] for rule, some in groupby(of_severity, key=lambda one: one.finding.rule)}
            for severity, of_severity in groupby(review.findings, key=lambda one: one.finding.severity)
        },
        marks=lambda one: _marks(filters, one),
        filters=_written(above),
        style=Markup(filters.style),  # noqa: S704 - made of numbers
        again=_again(files, frame),
    ).encode()


def _marks(filters: Filters, one: Reviewed) -> dict[str, str]:
    return filters.marks(unit=one.unit, rule=one.finding.rule, severity=one.finding.severity)


def _again(files: Mapping[str, bytes], frame: Frame) -> Markup:
    """The form that sends the files again; nothing where they are too large to be carried."""
    fields = [*frame.fields]
    for name, data in files.items():
        fields += file_fields(FILE, data, name)
    above = Element("div")
    if size_of(fields) <= frame.most_bytes:
        add_form(above, fields, action=frame.addresses.to("/validate"), forms=VALIDATION_FORMATS)
    return _written(above)


def _written(elements: Iterable[Element]) -> Markup:
    """Elements as HTML; whatever they show is escaped there."""
    return Markup("".join(tostring(one, encoding="unicode", method="html") for one in elements))  # noqa: S704
