"""A review as a workbook (Office Open XML), for those who sort, filter and comment: a sheet for each kind of fact."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from stratgraph.review.outputs import phrases
from stratgraph.wording import visible
from stratgraph.xlsx import FIRST_DAY, MOST_UNITS, escaped, packed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from stratgraph.review.model import Predecessor, Review

    Value = str | int | float | bool | None

_CUT: Final = " … [cut: a cell holds no more; the other forms have the whole]"
_WIDTHS: Final = {
    "label": 50, "message": 60, "mend": 50, "before": 60, "after": 60, "changed words": 60, "value": 40, "what": 90,
    "here": 60, "element": 60, "group": 40, "how": 30,
}  # fmt: skip
_CHANGES: Final = (
    "kind", "unit", "group", "type", "label", "property", "before", "after", "changed words", "where", "paragraph",
    "element", "property IRI", "stood",
)  # fmt: skip
_MEANWHILE: Final = ("in the revision", "type", "label", "property", "before", "after", "here", "element")
_FINDINGS: Final = (
    "standing", "severity", "rule", "label", "message", "value", "mend", "where", "paragraph", "element", "path",
    "reason", "stood",
)  # fmt: skip
_SUCCESSIONS: Final = (
    "relation", "before", "after", "how", "confidence", "doubtful", "decided", "place before", "place in the plan",
)  # fmt: skip
_EFFECTS: Final = ("kind", "label", "message", "mend", "where", "paragraph", "element", "targets", "stood")
_MATCHES: Final = (
    "doubtful", "decided", "label", "place in the revision", "place before", "place it gets", "how", "confidence",
    "could also be",
)  # fmt: skip


def render(review: Review, *, created: datetime | None) -> bytes:
    """The review; the same bytes for the same review and time. No cell is a formula, whatever its text begins with."""
    book = Workbook()
    summary = book.active
    assert summary is not None  # noqa: S101 - a new workbook has a sheet
    book.remove(summary)
    _sheet(book, "Summary", ("what", "value"), _summary(review, created))
    _sheet(book, "Changes", _CHANGES, _changes(review))
    _sheet(book, "Findings", _FINDINGS, _findings(review))
    _sheet(book, "Effects", _EFFECTS, _effects(review))
    _sheet(book, "Matches", _MATCHES, _matches(review))
    _sheet(book, "Notices", ("where", "what"), [(phrases.place(n.where), n.what) for n in review.notices])
    _sheet(book, "Published meanwhile", _MEANWHILE, _meanwhile(review))
    if review.predecessor:
        _sheet(book, "Plan before", _SUCCESSIONS, _successions(review.predecessor))
    book.properties.creator = "stratgraph"
    book.properties.title = _cell_text(f"Review of {review.file}")
    return packed(book, created.astimezone(UTC).replace(tzinfo=None) if created else FIRST_DAY)


def _summary(review: Review, created: datetime | None) -> list[tuple[Value, ...]]:
    rows: list[tuple[Value, ...]] = [
        ("Title", review.title),
        ("Verdict", phrases.verdict(review)),
        ("Plan", review.plan),
        ("File", review.file),
        ("Against", review.against),
        ("Version", review.version),
        ("Made from", phrases.origin(review).removeprefix("made from ")),
        ("Made", phrases.instant(created) if created else ""),
        ("Shapes", phrases.shapes(review.shapes)),
        ("Engine", review.engine),
        ("Elements", review.elements),
    ]
    rows += [(f"Changes: {kind.value}", number) for kind, number in phrases.numbers_of_changes(review).items()]
    rows += [
        (f"Findings: {standing.value}", number) for standing, number in phrases.numbers_of_findings(review).items()
    ]
    return [
        *rows,
        ("Violations", len(review.violations)),
        ("Effects", len(review.effects)),
        ("Doubtful matches", len(review.doubtful)),
        ("Notices", len(review.notices)),
        ("Published changes that would be lost", len(review.undone)),
    ]


def _meanwhile(review: Review) -> Iterable[tuple[Value, ...]]:
    for one in review.origin.meanwhile if review.origin else ():
        change = one.change
        yield (
            one.fate.value, change.type, change.label, change.property_label or change.kind.value, change.old,
            change.new, one.here, change.subject,
        )  # fmt: skip


def _successions(found: Predecessor) -> Iterable[tuple[Value, ...]]:
    for one in found.successions:
        texts, places = (
            tuple("\n".join(getattr(named, name) for named in side) for side in (one.old, one.new))
            for name in ("text", "place")
        )
        yield (one.relation.value, *texts, one.how, one.confidence, one.is_doubtful, one.is_decided, *places)


def _changes(review: Review) -> Iterable[tuple[Value, ...]]:
    for change in review.changes:
        words = "".join(_word(words.text, words.kind) for words in change.words)
        yield (
            change.kind.value, change.unit, change.group, change.type, change.label, change.property_label, change.old,
            change.new, words, phrases.place(change.where), change.paragraph, change.subject, change.property,
            phrases.place(change.stood),
        )  # fmt: skip


def _word(text: str, kind: str) -> str:
    text = visible(text, is_changed=kind != "same")
    return {"same": text, "removed": f"[-{text}-]", "added": f"{{+{text}+}}"}[kind]


def _findings(review: Review) -> Iterable[tuple[Value, ...]]:
    for reviewed in review.findings:
        finding = reviewed.finding
        yield (
            reviewed.standing.value, finding.severity, finding.rule, finding.label, finding.message, finding.value,
            finding.mend, phrases.place(finding.where), finding.paragraph, finding.focus, finding.path, finding.reason,
            phrases.place(reviewed.stood),
        )  # fmt: skip


def _effects(review: Review) -> Iterable[tuple[Value, ...]]:
    for effect in review.effects:
        yield (
            effect.kind.value, effect.label, effect.message, effect.mend, phrases.place(effect.where), effect.paragraph,
            effect.subject, "\n".join(effect.targets), phrases.place(effect.stood),
        )  # fmt: skip


def _matches(review: Review) -> Iterable[tuple[Value, ...]]:
    for match in review.matches:
        yield (
            match.is_doubtful, match.is_decided, match.label, match.new, match.old, match.place, match.how,
            match.confidence, ", ".join(match.alternatives),
        )  # fmt: skip


def _sheet(book: Workbook, name: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    sheet = book.create_sheet(name)
    _row(sheet, 1, columns)
    for number, row in enumerate(rows, 2):
        _row(sheet, number, row)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(column, 22)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _row(sheet: Worksheet, number: int, values: Sequence[Value]) -> None:
    for column, value in enumerate(values, 1):
        cell = sheet.cell(number, column)
        assert isinstance(cell, Cell)  # noqa: S101 - no cells are merged
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        if isinstance(value, str):
            cell.value = _cell_text(value)
            # Else a text that begins with = would be a formula, and one like #N/A an error.
            cell.data_type = "s"
            cell.quotePrefix = True
        else:
            cell.value = value


def _cell_text(text: str) -> str:
    shown = escaped(visible(text))
    return shown if len(shown) <= MOST_UNITS else shown[: MOST_UNITS - len(_CUT)] + _CUT
