"""A report as JSON, for programs: one object, its findings in the report's order."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING

from stratgraph.validation.findings import Finding

if TYPE_CHECKING:
    from stratgraph.validation.findings import Report


def render(report: Report) -> str:
    """The report; what is not known of a finding is null."""
    names = [field.name for field in fields(Finding) if field.name != "result"]
    content = {
        "conforms": report.conforms,
        "plans": report.plans,
        "engine": report.engine,
        "profiles": report.shapes.profiles,
        "shapes": (*report.shapes.sets, *report.shapes.own),
        "counts": report.counts,
        "findings": [{name: getattr(finding, name) for name in names} for finding in report.findings],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
