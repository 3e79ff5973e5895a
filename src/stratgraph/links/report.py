"""What was found of mappings, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from stratgraph.errors import UsageError
from stratgraph.links.checks import Trouble
from stratgraph.terms import shortened
from stratgraph.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratgraph.links.checks import LinkFinding
    from stratgraph.links.model import MappingSet

LINK_REPORT_FORMATS: Final = ("text", "json")
"""The default first."""


def render_links(
    findings: Sequence[LinkFinding], sets: Sequence[MappingSet], form: str = LINK_REPORT_FORMATS[0]
) -> str:
    """The findings in this form, with a final newline.

    Args:
        findings: of the sets.
        sets: that were checked.
        form: one of ``LINK_REPORT_FORMATS``.

    Raises:
        UsageError: there is no such form.
    """
    if form == "text":
        return "".join(_text(findings, sets))
    if form == "json":
        return json.dumps(_content(findings, sets), ensure_ascii=False, indent=2) + "\n"
    raise UsageError(f"There is no form of report {form!r}.", mend=f"Use one of {', '.join(LINK_REPORT_FORMATS)}.")


def _counts(findings: Sequence[LinkFinding]) -> dict[str, int]:
    """How many mappings are in each trouble; one that is in several counts in each of them."""
    found = Counter(trouble for trouble, _ in {(one.trouble, one.mapping.record) for one in findings})
    return {trouble: found[trouble] for trouble in Trouble}


def _text(findings: Sequence[LinkFinding], sets: Sequence[MappingSet]) -> Iterator[str]:
    for one in findings:
        finding, mapping = one.finding, one.mapping
        place = f"{finding.file}:{finding.line}" if finding.file else shortened(mapping.record)
        yield f"{one.trouble}: {place}: {finding.rule}\n"
        yield f"  {shortened(mapping.subject)} {shortened(mapping.predicate)} {shortened(mapping.object)}\n"
        yield f"  {shortened(finding.message)}\n  {finding.mend}\n"
    mappings = sum(len(one.mappings) for one in sets)
    counts = ", ".join(f"{count} {trouble}" for trouble, count in _counts(findings).items() if count)
    yield f"{counted(mappings, 'mapping')} in {counted(len(sets), 'set')}: {counts or 'nothing found'}.\n"


def _content(findings: Sequence[LinkFinding], sets: Sequence[MappingSet]) -> dict[str, Any]:
    return {
        "sets": [one.iri for one in sets],
        "mappings": sum(len(one.mappings) for one in sets),
        "counts": _counts(findings),
        "findings": [
            {
                "trouble": one.trouble,
                "rule": one.finding.rule,
                "severity": one.finding.severity,
                "record": one.mapping.record,
                "subject": one.mapping.subject,
                "subject_label": one.mapping.subject_label,
                "predicate": one.mapping.predicate,
                "object": one.mapping.object,
                "object_label": one.mapping.object_label,
                "value": one.finding.value,
                "message": one.finding.message,
                "mend": one.finding.mend,
                "file": one.finding.file,
                "line": one.finding.line,
            }
            for one in findings
        ],
    }
