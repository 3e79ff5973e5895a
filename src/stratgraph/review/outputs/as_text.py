"""A review for a person at a terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from stratgraph.matching import Relation
from stratgraph.review.model import ChangeKind, Fate, Standing
from stratgraph.review.outputs import phrases
from stratgraph.review.outputs.phrases import counted, joined
from stratgraph.terms import shortened
from stratgraph.validation import SEVERITIES
from stratgraph.wording import visible

if TYPE_CHECKING:
    from stratgraph.matching import Match
    from stratgraph.review.model import Change, Effect, Review, Reviewed

_SEVERITY_STYLES: Final = dict(zip(SEVERITIES, ("bold red", "yellow", "cyan"), strict=True))
_CHANGE_STYLES: Final = {ChangeKind.ADDED: "green", ChangeKind.REMOVED: "red"}
_FATE_STYLES: Final = {Fate.UNDONE: "bold red", Fate.COLLIDES: "bold red", Fate.KEPT: "green"}
_QUIET: Final = "dim"
_NOTHING: Final = "(nothing)"


def render(review: Review, *, width: int, colour: bool, show_all: bool) -> bytes:
    """The review in UTF-8, at most ``width`` columns wide.

    Args:
        review: to render.
        width: in columns.
        colour: whether the text may hold a terminal's colour codes; without them words that went are ``[-so-]``, and
            those that came ``{+so+}``.
        show_all: whether findings that are not new, and matches that are sure, are shown one by one too.
    """
    page = _Page(width=width, colour=colour)
    _head(page, review)
    _meanwhile(page, review)
    _predecessor(page, review, show_all=show_all)
    # Before the changes: what was not read, or left out, may explain them.
    _notices(page, review)
    _changes(page, review)
    _findings(page, review, show_all=show_all)
    _effects(page, review)
    _matches(page, review, show_all=show_all)
    page.line(0, Text(_summary(review), "bold"))
    return page.text().encode("utf-8")


class _Page:
    """Lines at a depth, wrapped to a width."""

    def __init__(self, *, width: int, colour: bool) -> None:
        self._file = io.StringIO()
        self._console = Console(
            file=self._file, width=width, force_terminal=colour, no_color=not colour, highlight=False,
            legacy_windows=False,
        )  # fmt: skip
        self.colour = colour

    def line(self, depth: int, *parts: str | tuple[str, str] | Text) -> None:
        """One paragraph, ``depth`` columns from the left; nothing where it would be empty."""
        text = Text.assemble(*parts, overflow="fold")
        if text.plain.strip():
            self._console.print(Padding(text, (0, 0, 0, depth)))

    def heading(self, text: str, numbers: str = "") -> None:
        """The beginning of a part, after an empty line."""
        self._console.print()
        self.line(0, (text, "bold underline"), f": {numbers}" if numbers else "")

    def text(self) -> str:
        """All that was written, with one newline at the end."""
        return "\n".join(line.rstrip() for line in self._file.getvalue().splitlines()) + "\n"


def _head(page: _Page, review: Review) -> None:
    page.line(0, (visible(review.title or shortened(review.plan)), "bold"))
    against = f"against {shortened(review.against)}" if review.against else "a first version"
    page.line(0, (f"{visible(review.file)}, {against}; it would be version {review.version}", _QUIET))
    page.line(0, (phrases.origin(review).capitalize(), _QUIET))
    page.line(0, (phrases.verdict(review), "green" if phrases.is_fit(review) else "bold red"))


def _meanwhile(page: _Page, review: Review) -> None:
    if review.origin is None:
        return
    page.heading(f"Published since version {review.origin.version}", phrases.fates(review))
    for one in review.origin.meanwhile:
        change = one.change
        style = _FATE_STYLES[one.fate]
        page.line(2, (one.fate.value, style), " ", (visible(change.label), "bold"))
        page.line(4, (visible(joined([change.type, shortened(change.subject), change.unit, change.group])), _QUIET))
        page.line(4, visible(phrases.meanwhile(one)))
    if review.undone:
        page.line(2, f"Mend: {phrases.mend_of_undone(review)}")


def _predecessor(page: _Page, review: Review, *, show_all: bool) -> None:
    found = review.predecessor
    if found is None:
        return
    page.heading(f"From {shortened(found.version)}", phrases.predecessor(found))
    page.line(2, (phrases.is_recorded(found), _QUIET))
    for one in found.successions:
        if one.relation is Relation.ENDED:
            continue
        named = one.old[0] if one.relation is Relation.SPLIT else one.new[0]
        page.line(2, one.relation.value, " ", (visible(named.label), "bold"))
        page.line(4, (visible(phrases.succession(one)), _QUIET))
        page.line(4, visible(phrases.how_sure(one)))
    below = phrases.below_ended(found)
    for one in found.successions:
        # What stands below something that ended has ended with it.
        if one.relation is Relation.ENDED and (show_all or one.old[0].iri in below):
            more = 0 if show_all else below[one.old[0].iri]
            page.line(2, one.relation.value, " ", (visible(one.old[0].label), "bold"))
            page.line(4, (visible(f"{one.old[0].place}{f', and {more:,} below it' if more else ''}"), _QUIET))


def _changes(page: _Page, review: Review) -> None:
    page.heading("Changes", phrases.changes(review))
    last = None
    for unit, group, elements in phrases.by_element(review.changes):
        if unit != last:
            page.line(0, (visible(unit or phrases.WHOLE), "bold"))
        last = unit
        page.line(2, (visible(group), "italic"))
        for changes in elements:
            _element(page, changes, review)


def _element(page: _Page, changes: tuple[Change, ...], review: Review) -> None:
    first = changes[0]
    page.line(4, _mark(first), f" {visible(first.type)}: ", (visible(first.label), "bold"))
    where = [shortened(first.subject), phrases.place_of(first, review), first.paragraph]
    page.line(6, (visible(joined(where)), _QUIET))
    for change in changes:
        # Of what was added or removed the mark says everything.
        if change is first and change.kind in _CHANGE_STYLES:
            value = change.new or change.old
            page.line(6, visible(value) if value != change.label else "")
        else:
            page.line(6, _mark(change), f" {change.kind.value}: ", *_values(change, colour=page.colour))
            page.line(8, (visible(phrases.stood(change.stood, review)), _QUIET))


def _mark(change: Change) -> tuple[str, str]:
    return phrases.MARKS[change.kind], f"bold {_CHANGE_STYLES.get(change.kind, 'yellow')}"


def _values(change: Change, *, colour: bool) -> list[str | tuple[str, str]]:
    label = f"{visible(change.property_label)}: " if change.property_label else ""
    if change.words:
        words = [_word(words.text, words.kind, colour=colour) for words in change.words]
        # A rewording is one of the text, and need not say so.
        return words if change.kind is ChangeKind.REWORDED else [label, *words]
    if change.kind is ChangeKind.TRANSLATED:
        return [f"{label}{visible(change.new, is_changed=True)}"]
    old, new = (visible(value, is_changed=True) or _NOTHING for value in (change.old, change.new))
    return [f"{label}{old} → {new}"]


def _word(text: str, kind: str, *, colour: bool) -> str | tuple[str, str]:
    if kind == "same":
        return visible(text)
    text = visible(text, is_changed=True)
    words = text.rstrip()
    blanks = text.removeprefix(words)
    if colour:
        return (text, "strike red" if kind == "removed" else "bold green")
    return (f"[-{words}-]" if kind == "removed" else f"{{+{words}+}}") + blanks


def _findings(page: _Page, review: Review, *, show_all: bool) -> None:
    page.heading("Findings", phrases.listed(phrases.numbers_of_findings(review)))
    for reviewed in review.findings:
        # An old Violation is in the way of publication like a new one.
        refuses = reviewed.standing is Standing.UNCHANGED and reviewed.finding.severity == SEVERITIES[0]
        if show_all or reviewed.standing is Standing.NEW or refuses:
            _finding(page, reviewed)


def _finding(page: _Page, reviewed: Reviewed) -> None:
    finding = reviewed.finding
    page.line(
        2, f"{reviewed.standing.value} ", (finding.severity, _SEVERITY_STYLES[finding.severity]), f" {finding.rule}"
    )
    page.line(4, (visible(finding.label or shortened(finding.focus)), "bold"))
    where = [shortened(finding.focus) if finding.label else "", phrases.place(finding.where), finding.paragraph]
    page.line(4, (visible(joined(where)), _QUIET))
    page.line(4, visible(shortened(finding.message)))
    value = phrases.told_value(finding)
    page.line(4, f"Value: {visible(shortened(value))}" if value else "")
    page.line(4, f"Mend: {visible(finding.mend)}" if finding.mend else "")


def _effects(page: _Page, review: Review) -> None:
    if review.effects:
        page.heading("Effects", str(len(review.effects)))
    for effect in review.effects:
        _effect(page, effect, review)


def _effect(page: _Page, effect: Effect, review: Review) -> None:
    page.line(2, f"{effect.kind.value} ", (visible(effect.label or shortened(effect.subject)), "bold"))
    where = [
        shortened(effect.subject) if effect.label else "",
        phrases.place(effect.where),
        phrases.stood(effect.stood, review),
        effect.paragraph,
    ]
    page.line(4, (visible(joined(where)), _QUIET))
    page.line(4, visible(effect.message))
    page.line(4, f"Mend: {visible(effect.mend)}" if effect.mend else "")


def _matches(page: _Page, review: Review, *, show_all: bool) -> None:
    shown = review.matches if show_all else review.doubtful
    recognised = [match for match in review.matches if match.new]
    if recognised:
        sure = len(recognised) - len(review.doubtful)
        page.heading("Elements recognised", f"{sure} sure, {len(review.doubtful)} doubtful")
    for match in shown:
        _match(page, match)


def _match(page: _Page, match: Match) -> None:
    page.line(2, "? " if match.is_doubtful else "  ", (visible(match.label), "bold"))
    page.line(4, (visible(f"{match.new or _NOTHING} is {match.old or f'new: {match.place}'}"), _QUIET))
    page.line(4, visible(f"{match.how} ({match.confidence:.0%})"))
    page.line(4, visible(f"or {', '.join(match.alternatives)}") if match.alternatives else "")


def _notices(page: _Page, review: Review) -> None:
    if review.notices:
        page.heading("Notices", str(len(review.notices)))
    for notice in review.notices:
        page.line(2, visible(joined([phrases.place(notice.where), notice.what], ": ")))


def _summary(review: Review) -> str:
    parts = [
        phrases.number_of_changes(review),
        f"findings: {phrases.listed(phrases.numbers_of_findings(review))}",
        counted(len(review.effects), "effect"),
        counted(len(review.doubtful), "doubtful match", "doubtful matches"),
        counted(len(review.notices), "notice"),
    ]
    return f"\n{joined(parts, '; ').capitalize()}. {phrases.verdict(review)}"
