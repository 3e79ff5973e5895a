"""A review as Markdown, for a comment on a change of the plan: what is in the way first, the changes below, folded.

It is what GitHub and GitLab show: GitHub Flavored Markdown, with the elements of HTML that both let pass.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from stratgraph.review.model import ChangeKind, Standing
from stratgraph.review.outputs import phrases
from stratgraph.review.outputs.phrases import joined
from stratgraph.tabular import markdown_text
from stratgraph.terms import shortened
from stratgraph.validation import SEVERITIES
from stratgraph.wording import counted, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratgraph.review.model import Change, Review, Reviewed

MOST: Final = 60_000
"""So many characters at the most: GitHub takes a comment of 65,536."""

_TAGS: Final = {"removed": "del", "added": "ins"}


def render(review: Review, *, show_all: bool = False) -> bytes:
    """The review in UTF-8.

    Args:
        review: to render.
        show_all: whether findings that are not new are shown too, however long it gets. Otherwise what a comment has no
            room for is left out, and its last line says how much that is.
    """
    written: list[str] = []
    left, room = 0, MOST
    for block in _blocks(review, show_all=show_all):
        is_entry = block.startswith("- ")
        if is_entry and not show_all and len(block) > room:
            left += 1
            continue
        room -= len(block)
        written.append(block)
    if left:
        written.append(f"\n{counted(left, 'entry', 'entries')} left out here for want of room: the page has all.\n")
    return "".join(written).encode()


def _blocks(review: Review, *, show_all: bool) -> Iterator[str]:
    """The parts of the text, each with its newline; what may be left out begins with a hyphen."""
    yield from _head_of_validation(review) if _is_validation(review) else _head(review)
    if review.undone:
        yield f"\n#### Published since, and lost with this\n\n{_text(phrases.mend_of_undone(review))}\n\n"
        for lost in review.undone:
            yield f"- **{_text(lost.change.label)}** {_text(phrases.meanwhile(lost))}\n"
    if review.notices:
        yield "\n#### Notices\n\n"
        for notice in review.notices:
            place = phrases.place(notice.where)
            yield f"- {joined([f'`{place}`' if place else '', _text(notice.what)], ' ')}\n"
    yield from _findings(review, show_all=show_all)
    if review.doubtful:
        yield "\n#### To be decided\n\n"
        for match in review.doubtful:
            likely = ", ".join([match.old or "new", *match.alternatives])
            yield f"- **{_text(match.label)}** `{match.new}` could be {_text(likely)} ({match.confidence:.0%})\n"
    if review.effects:
        yield "\n#### Effects\n\n"
        for effect in review.effects:
            told = joined([_text(effect.message), _text(effect.mend)], " ")
            yield f"- **{_text(effect.label or shortened(effect.subject))}** {told}\n"
    yield from _changes(review)


def _is_validation(review: Review) -> bool:
    """Whether nothing was compared: a validation's report (``of_report``) does not say how many elements there are."""
    return not review.against and not review.elements


def _head_of_validation(review: Review) -> Iterator[str]:
    yield f"### {_text(review.file or shortened(review.plan))}\n\n"
    verdict = "Does not conform" if review.violations else "Conforms"
    counts = Counter(reviewed.finding.severity for reviewed in review.findings)
    found = [counted(counts[severity], severity) for severity in SEVERITIES if counts[severity]]
    yield f"**{verdict}: {', '.join(found) or 'no finding'}.**\n\n"
    yield f"Held against {_text(phrases.shapes(review.shapes))}.\n"


def _head(review: Review) -> Iterator[str]:
    yield f"### {_text(review.title or shortened(review.plan))}\n\n"
    yield f"**{phrases.verdict(review)}**\n\n"
    against = f"against {shortened(review.against)}" if review.against else "a first version"
    facts = [_text(review.file), _text(against), f"it would be version {review.version}", _text(phrases.origin(review))]
    yield f"{joined(facts, ', ')}\n\n"
    yield "| changes | findings | effects | doubtful matches |\n| --- | --- | --- | --- |\n"
    numbers = [
        phrases.number_of_changes(review),
        phrases.listed(phrases.numbers_of_findings(review)),
        str(len(review.effects)),
        str(len(review.doubtful)),
    ]
    yield f"| {' | '.join(numbers)} |\n"


def _findings(review: Review, *, show_all: bool) -> Iterator[str]:
    shown = [
        one for one in review.findings if show_all or one.standing is Standing.NEW or one.finding in review.violations
    ]
    if not shown:
        return
    yield "\n#### Findings\n\n"
    for reviewed in shown:
        yield _finding(reviewed)


def _finding(reviewed: Reviewed) -> str:
    finding = reviewed.finding
    severity = f"**{finding.severity}**" if finding.severity == SEVERITIES[0] else finding.severity
    standing = "" if reviewed.standing is Standing.NEW else f"{reviewed.standing.value} "
    place = phrases.place(finding.where)
    where = joined([f"`{place}`" if place else "", _text(finding.paragraph or "")])
    head = joined([f"{standing}{severity} {finding.rule}", _text(finding.label or shortened(finding.focus)), where])
    value = phrases.told_value(finding)
    told = [
        _text(shortened(finding.message)),
        f"Value: {_text(shortened(value))}" if value else "",
        f"Mend: {_text(finding.mend)}" if finding.mend else "",
    ]
    return f"- {head}<br>{joined(told, '<br>')}\n"


def _changes(review: Review) -> Iterator[str]:
    if not review.changes:
        return
    yield f"\n<details><summary>{phrases.changes(review)}</summary>\n"
    last = None
    for unit, group, elements in phrases.by_element(review.changes):
        if unit != last:
            yield f"\n#### {_text(unit or phrases.WHOLE)}\n"
        last = unit
        yield f"\n{_text(group)}\n\n" if group else "\n"
        for changes in elements:
            yield _element(changes)
    yield "\n</details>\n"


def _element(changes: Sequence[Change]) -> str:
    first = changes[0]
    told = [f"- **{_text(first.label)}** ({_text(first.type)}, `{shortened(first.subject)}`)"]
    for change in changes:
        if change.kind in {ChangeKind.ADDED, ChangeKind.REMOVED}:
            value = change.new or change.old
            told.append(f"{change.kind.value}{f': {_text(value)}' if value != change.label else ''}")
        else:
            told.append(f"{change.kind.value}: {_values(change)}")
    return f"{'<br>'.join(told)}\n"


def _values(change: Change) -> str:
    label = f"{_text(change.property_label)}: " if change.property_label and change.kind != ChangeKind.REWORDED else ""
    if change.words:
        return label + "".join(_marked(words.text, _TAGS.get(words.kind, "")) for words in change.words)
    old, new = (_text(value) or "(nothing)" for value in (change.old, change.new))
    return f"{label}{new}" if change.kind is ChangeKind.TRANSLATED else f"{label}{old} → {new}"


def _marked(text: str, tag: str) -> str:
    words = text.rstrip()
    blanks = " " if text != words else ""
    return f"<{tag}>{_text(words)}</{tag}>{blanks}" if tag else f"{_text(words)}{blanks}"


def _text(text: str) -> str:
    """A text of the plan, of which no character is Markdown and which nobody is called by: ``@name`` is no mention."""
    return markdown_text(visible(text)).replace("@", "@<!-- -->")
