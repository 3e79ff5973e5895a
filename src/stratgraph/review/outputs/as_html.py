"""A review as one HTML page that needs nothing else: no script, no picture, no address to load from."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from stratgraph.matching import Relation
from stratgraph.review.model import ChangeKind, Fate, Standing
from stratgraph.review.outputs import phrases
from stratgraph.review.outputs.elements import add, link
from stratgraph.review.outputs.filters import Filters
from stratgraph.review.outputs.phrases import counted, joined
from stratgraph.terms import shortened
from stratgraph.validation import SEVERITIES
from stratgraph.wording import visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from stratgraph.matching import Match
    from stratgraph.review.model import Change, Effect, Origin, Predecessor, Review, Reviewed

LONG: Final = 8
"""A group with more elements than this can be folded."""

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action"
_OWN, _NOBODY = "'self'", "'none'"
_WORDS: Final = {"same": "span", "removed": "del", "added": "ins"}
_HEADINGS: Final = {Standing.NEW: "New", Standing.UNCHANGED: "Unchanged", Standing.FIXED: "Fixed"}


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a page stands that is part of something larger, and what that puts into it.

    Args:
        address: of an IRI that the page would link to: where it is described there, or the IRI; empty where nothing is
            described yet, and there is no link.
        above: put below the facts, such as a way on.
        deciding: put in the place of the table of doubtful matches, where somebody can decide there.
    """

    address: Callable[[str], str]
    above: Element
    deciding: Element | None = None


def render(review: Review, *, created: datetime | None, setting: Setting | None = None) -> bytes:
    """The page, in UTF-8. What it shows is escaped by the one serialiser that writes all of it."""
    page = Element("html", lang="en")
    filters = Filters.of(review)
    _head(page, review, filters, sends=bool(setting))
    body = SubElement(page, "body")
    add(body, "a", "To the changes", href="#changes", classes="skip")
    header = _title(body, review, created)
    main = SubElement(body, "main")
    filters.add_to(main)
    if review.doubtful:
        numbers = counted(len(review.doubtful), "doubtful match", "doubtful matches")
        _doubtful(_section(main, "doubtful", "To be decided", numbers), review, setting.deciding if setting else None)
    if review.origin:
        heading = f"Published since version {review.origin.version}"
        _meanwhile(_section(main, "meanwhile", heading, phrases.fates(review)), review, review.origin)
    if review.predecessor:
        found = review.predecessor
        heading = f"From {shortened(found.version)}"
        _predecessor(_section(main, "predecessor", heading, phrases.predecessor(found)), found)
    if review.notices:
        _notices(_section(main, "notices", "Notices", str(len(review.notices))), review)
    _changes(_section(main, "changes", "Changes", phrases.changes(review)), review, filters)
    numbers = phrases.listed(phrases.numbers_of_findings(review))
    _findings(_section(main, "findings", "Findings", numbers), review, filters)
    if review.effects:
        _effects(_section(main, "effects", "Effects", str(len(review.effects))), review, filters)
    if sure := tuple(match for match in review.matches if not match.is_doubtful):
        frame = SubElement(_section(main, "matches", "Elements recognised", f"{len(sure)} sure"), "details")
        add(frame, "summary", "How each was recognised")
        _match_table(frame, "Sure matches", sure)
    if setting:
        _put(header, main, setting)
    written: bytes = tostring(page, encoding="utf-8", method="html")
    return b"<!DOCTYPE html>\n" + written + b"\n"


def _put(header: Element, main: Element, setting: Setting) -> None:
    """Leads the links of a page to where it stands, and puts in what belongs there."""
    for anchor in (*header.iter("a"), *main.iter("a")):
        target = anchor.get("href", "")
        if target.startswith("#"):
            continue
        anchor.set("href", setting.address(target))
        if anchor.get("href"):
            # The answer to a form is kept nowhere: who comes back to it would have to send the form again.
            anchor.set("target", "_blank")
            anchor.set("rel", "noopener")
        else:
            anchor.tag = "span"
            del anchor.attrib["href"]
    header.append(setting.above)


def _head(page: Element, review: Review, filters: Filters, *, sends: bool) -> None:
    head = SubElement(page, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(
        head, "meta", {"http-equiv": "Content-Security-Policy", "content": f"{_POLICY} {_OWN if sends else _NOBODY}"}
    )
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    SubElement(head, "meta", name="color-scheme", content="light dark")
    add(head, "title", f"Review: {review.title or shortened(review.plan)}, version {review.version}")
    SubElement(head, "style").text = (resources.files(__package__) / "review.css").read_text("utf-8")
    if filters.style:
        SubElement(head, "style").text = filters.style


def _title(body: Element, review: Review, created: datetime | None) -> Element:
    header = SubElement(body, "header")
    add(header, "p", "Review of a revised plan", classes="kicker")
    add(header, "h1", review.title or shortened(review.plan))
    add(header, "p", phrases.verdict(review), classes=f"verdict {'fit' if phrases.is_fit(review) else 'unfit'}")
    facts = SubElement(header, "dl")
    link(_fact(facts, "Plan"), review.plan, shortened(review.plan))
    _fact(facts, "File").text = visible(review.file)
    against = _fact(facts, "Against")
    if review.against:
        link(against, review.against, shortened(review.against))
    else:
        against.text = "nothing: a first version"
    if review.origin:
        link(_fact(facts, "Made from"), review.origin.iri, phrases.origin(review).removeprefix("made from "))
    _fact(facts, "Would be").text = f"version {review.version}"
    _fact(facts, "Shapes").text = visible(f"{phrases.shapes(review.shapes)} ({review.engine})")
    if created:
        time = phrases.instant(created)
        add(_fact(facts, "Made"), "time", time.replace("T", " ").replace("Z", " UTC"), datetime=time)
    _counts(header, review)
    return header


def _fact(facts: Element, name: str) -> Element:
    pair = SubElement(facts, "div")
    add(pair, "dt", name)
    return add(pair, "dd")


def _counts(header: Element, review: Review) -> None:
    """How many findings of each severity there are of each standing; the parts of the page."""
    table = _table(header, "Findings")
    row = SubElement(SubElement(table, "thead"), "tr")
    for name in ("Severity", *_HEADINGS.values()):
        add(row, "th", name, scope="col")
    rows = SubElement(table, "tbody")
    for severity in SEVERITIES:
        row = SubElement(rows, "tr")
        add(row, "th", severity, scope="row")
        for standing in Standing:
            found = phrases.of_standing(review, standing)
            add(row, "td", str(sum(reviewed.finding.severity == severity for reviewed in found)))
    parts = SubElement(SubElement(header, "nav", {"aria-label": "Parts of the review"}), "ul")
    for name, text in (
        ("doubtful", f"{len(review.doubtful)} to be decided" if review.doubtful else ""),
        ("meanwhile", f"{counted(len(review.undone), 'published change')} lost" if review.undone else ""),
        ("notices", counted(len(review.notices), "notice")),
        ("changes", phrases.number_of_changes(review)),
        ("findings", counted(len(review.findings), "finding") or "no finding"),
        ("effects", counted(len(review.effects), "effect")),
        ("matches", f"{sure} recognised" if (sure := len(review.matches) - len(review.doubtful)) else ""),
    ):
        if text:
            add(SubElement(parts, "li"), "a", text, href=f"#{name}")


def _section(main: Element, name: str, heading: str, numbers: str) -> Element:
    section = SubElement(main, "section", {"id": name, "aria-labelledby": f"{name}-heading"})
    title = add(section, "h2", f"{heading} ", id=f"{name}-heading")
    add(title, "span", numbers, classes="numbers")
    return section


def _meanwhile(section: Element, review: Review, origin: Origin) -> None:
    if review.undone:
        add(section, "p", phrases.mend_of_undone(review), classes="mend")
    table = _table(section, f"Published since version {origin.version}")
    row = SubElement(SubElement(table, "thead"), "tr")
    for name in ("In the revision", "Element", "What", f"In version {origin.version}", "Published", "Here"):
        add(row, "th", name, scope="col")
    rows = SubElement(table, "tbody")
    for one in origin.meanwhile:
        change = one.change
        row = SubElement(rows, "tr")
        add(row, "td", one.fate.value)
        link(SubElement(row, "td"), change.subject, joined([change.type, change.label]))
        here = {Fate.UNDONE: change.old, Fate.COLLIDES: one.here, Fate.KEPT: change.new}[one.fate]
        for text in (change.property_label or change.kind.value, change.old, change.new, here):
            add(row, "td", text)


def _predecessor(section: Element, found: Predecessor) -> None:
    add(section, "p", phrases.is_recorded(found))
    for is_ended in (False, True):
        some = [one for one in found.successions if (one.relation is Relation.ENDED) is is_ended]
        if not some:
            continue
        frame = SubElement(section, "details", {} if is_ended else {"open": "open"})
        add(frame, "summary", f"{'What ended' if is_ended else 'What is carried on, and what is new'}: {len(some):,}")
        table = _table(frame, "What ended" if is_ended else "What became of elements")
        row = SubElement(SubElement(table, "thead"), "tr")
        for name in ("What became", "In the plan before", "In this plan", "How, and how sure"):
            add(row, "th", name, scope="col")
        rows = SubElement(table, "tbody")
        for one in some:
            row = SubElement(rows, "tr")
            add(row, "th", one.relation.value, scope="row")
            for side in (one.old, one.new):
                cell = SubElement(row, "td")
                for named in side:
                    link(add(cell, "p"), named.iri, joined([named.label, named.place]))
            add(row, "td", phrases.how_sure(one))


def _changes(section: Element, review: Review, filters: Filters) -> None:
    by_unit = {unit: [*some] for unit, some in groupby(review.changes, key=lambda change: change.unit)}
    if len(by_unit) > 1:
        rows = SubElement(SubElement(section, "nav", {"aria-label": "Changes by unit"}), "ul")
        for number, (unit, changes) in enumerate(by_unit.items(), 1):
            row = SubElement(rows, "li")
            add(row, "a", unit or phrases.WHOLE, href=f"#unit-{number}").tail = f" {len(changes):,}"
    anchors: set[str] = set()
    for number, (unit, changes) in enumerate(by_unit.items(), 1):
        part = SubElement(section, "section", {"id": f"unit-{number}", "aria-labelledby": f"unit-{number}-heading"})
        filters.mark(part, unit=unit)
        title = add(part, "h3", f"{unit or phrases.WHOLE} ", id=f"unit-{number}-heading")
        add(title, "span", phrases.listed(phrases.kinds_of(changes)), classes="numbers")
        _unit(part, changes, anchors, review)


def _unit(part: Element, changes: list[Change], anchors: set[str], review: Review) -> None:
    for _, group, elements in phrases.by_element(changes):
        frame = part
        if len(elements) > LONG:
            frame = SubElement(part, "details", open="open")
            add(frame, "summary", counted(len(elements), "element"))
        if group:
            add(frame if frame is part else frame[0], "h4", group)
        for several in elements:
            _element(frame, several, anchors, review)


def _element(frame: Element, changes: tuple[Change, ...], anchors: set[str], review: Review) -> None:
    first = changes[0]
    block = SubElement(frame, "article", {"class": f"element {first.kind.value}"})
    anchor = quote(shortened(first.subject), safe="/:")
    if anchor not in anchors:
        block.set("id", anchor)
    anchors.add(anchor)
    name = add(block, "p", classes="name")
    add(name, "span", first.type, classes="type").tail = " "
    link(name, first.subject, first.label or shortened(first.subject))
    where = [shortened(first.subject), phrases.place_of(first, review), first.paragraph]
    add(block, "p", joined(where), classes="where")
    rows = SubElement(block, "ul")
    for change in changes:
        row = SubElement(rows, "li")
        _change(row, change)
        if change.stood and change.kind is not ChangeKind.REMOVED:
            add(row, "p", phrases.stood(change.stood, review), classes="where")


def _change(row: Element, change: Change) -> None:
    add(row, "span", change.kind.value, classes=f"kind {change.kind.value}").tail = " "
    if change.property_label:
        add(row, "span", f"{change.property_label}: ", classes="property")
    if change.words:
        for words in change.words:
            add(row, _WORDS[words.kind]).text = visible(words.text, is_changed=words.kind != "same")
        return
    if change.old:
        removed = add(row, "del")
        removed.text, removed.tail = visible(change.old, is_changed=True), " "
    if change.new:
        add(row, "ins").text = visible(change.new, is_changed=True)


def _findings(section: Element, review: Review, filters: Filters) -> None:
    for standing, heading in _HEADINGS.items():
        found = phrases.of_standing(review, standing)
        if not found:
            continue
        frame = SubElement(section, "details")
        if standing is Standing.NEW or any(reviewed.finding in review.violations for reviewed in found):
            frame.set("open", "open")
        add(add(frame, "summary"), "h3", f"{heading}: {len(found)}")
        for number, reviewed in enumerate(found, 1):
            block = _finding(frame, reviewed, f"{standing.value}-{number}")
            filters.mark(block, unit=reviewed.unit, rule=reviewed.finding.rule, severity=reviewed.finding.severity)


def _finding(frame: Element, reviewed: Reviewed, anchor: str) -> Element:
    finding = reviewed.finding
    block = add(frame, "article", id=anchor, classes=f"finding {finding.severity.lower()}")
    title = add(block, "h4")
    add(title, "span", finding.severity, classes="severity").tail = " "
    add(title, "span", finding.rule)
    link(add(block, "p", classes="name"), finding.focus, finding.label or shortened(finding.focus))
    where = [shortened(finding.focus) if finding.label else "", phrases.place(finding.where), finding.paragraph]
    add(block, "p", joined(where), classes="where")
    add(block, "p", finding.message)
    value = phrases.told_value(finding)
    if value:
        row = add(block, "p", "Value: ")
        link(row, value, shortened(value))
    _labelled(block, "Mend", finding.mend)
    if finding.reason:
        row = add(block, "p", "Why: ", classes="where")
        link(row, finding.reason, shortened(finding.reason))
    return block


def _labelled(block: Element, label: str, text: str) -> None:
    if text:
        row = add(block, "p")
        add(row, "strong", f"{label}: ").tail = visible(text)


def _effects(section: Element, review: Review, filters: Filters) -> None:
    for number, effect in enumerate(review.effects, 1):
        block = add(section, "article", id=f"effect-{number}", classes="effect")
        filters.mark(block, unit=effect.unit)
        _effect(block, effect)


def _effect(block: Element, effect: Effect) -> None:
    name = add(block, "p", classes="name")
    add(name, "span", effect.kind.value, classes="type").tail = " "
    link(name, effect.subject, effect.label or shortened(effect.subject))
    add(block, "p", joined([shortened(effect.subject), phrases.place(effect.where), effect.paragraph]), classes="where")
    add(block, "p", effect.message)
    for target in effect.targets:
        link(add(block, "p", "Link to: "), target, shortened(target))
    _labelled(block, "Mend", effect.mend)


def _doubtful(section: Element, review: Review, deciding: Element | None) -> None:
    add(section, "p", "The revision can be published when somebody has decided which elements these are.")
    if deciding is None:
        _match_table(section, "Doubtful matches", review.doubtful)
    else:
        section.append(deciding)


def _match_table(section: Element, caption: str, matches: tuple[Match, ...]) -> None:
    table = _table(section, caption)
    row = SubElement(SubElement(table, "thead"), "tr")
    for name in ("Element", "In the revision", "In the version before", "How, and how sure", "Could also be"):
        add(row, "th", name, scope="col")
    rows = SubElement(table, "tbody")
    for match in matches:
        row = SubElement(rows, "tr")
        add(row, "th", match.label, scope="row")
        add(row, "td", match.new or "not there")
        add(row, "td", match.old or f"new: {match.place}")
        decided = ", decided" if match.is_decided else ""
        add(row, "td", f"{match.how} ({match.confidence:.0%}{decided})")
        add(row, "td", ", ".join(match.alternatives))


def _table(parent: Element, caption: str) -> Element:
    """A table in a frame that scrolls, by keys too."""
    frame = add(parent, "div", classes="wide", tabindex="0", role="group", aria_label=caption)
    table = SubElement(frame, "table")
    add(table, "caption", caption)
    return table


def _notices(section: Element, review: Review) -> None:
    rows = SubElement(section, "ul")
    for notice in review.notices:
        add(rows, "li", joined([phrases.place(notice.where), notice.what], ": "))
