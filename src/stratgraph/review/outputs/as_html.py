"""A review as one HTML page that needs nothing else: no script, no picture, no address to load from."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from stratgraph.matching import Relation
from stratgraph.review.model import Fate, Standing
from stratgraph.review.outputs import phrases
from stratgraph.review.outputs.phrases import counted, joined
from stratgraph.terms import shortened
from stratgraph.validation import SEVERITIES
from stratgraph.wording import visible

if TYPE_CHECKING:
    from datetime import datetime

    from stratgraph.matching import Match
    from stratgraph.review.model import Change, Effect, Origin, Predecessor, Review, Reviewed

LONG: Final = 8
"""A group with more elements than this can be folded."""

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_WORDS: Final = {"same": "span", "removed": "del", "added": "ins"}
_HEADINGS: Final = {Standing.NEW: "New", Standing.UNCHANGED: "Unchanged", Standing.FIXED: "Fixed"}


def render(review: Review, *, created: datetime | None) -> bytes:
    """The page, in UTF-8. What it shows is escaped by the one serialiser that writes all of it."""
    page = Element("html", lang="en")
    _head(page, review)
    body = SubElement(page, "body")
    _add(body, "a", "To the changes", href="#changes", classes="skip")
    _title(body, review, created)
    main = SubElement(body, "main")
    if review.origin:
        heading = f"Published since version {review.origin.version}"
        _meanwhile(_section(main, "meanwhile", heading, phrases.fates(review)), review, review.origin)
    if review.predecessor:
        found = review.predecessor
        heading = f"From {shortened(found.version)}"
        _predecessor(_section(main, "predecessor", heading, phrases.predecessor(found)), found)
    _changes(_section(main, "changes", "Changes", phrases.changes(review)), review)
    _findings(_section(main, "findings", "Findings", phrases.listed(phrases.numbers_of_findings(review))), review)
    if review.effects:
        _effects(_section(main, "effects", "Effects", str(len(review.effects))), review)
    if review.matches:
        _matches(_section(main, "matches", "Elements recognised", _surety(review)), review)
    if review.notices:
        _notices(_section(main, "notices", "Notices", str(len(review.notices))), review)
    written: bytes = tostring(page, encoding="utf-8", method="html")
    return b"<!DOCTYPE html>\n" + written + b"\n"


def _add(parent: Element, tag: str, text: str = "", *, classes: str = "", **attributes: str) -> Element:
    """One element below another."""
    added = SubElement(parent, tag, {name: visible(value) for name, value in attributes.items()})
    if classes:
        added.set("class", classes)
    added.text = visible(text)
    return added


def _link(parent: Element, iri: str, text: str) -> None:
    """A link to what has an address on the web; other IRIs, which may be a script's, are shown as text."""
    if iri.startswith(("http://", "https://")):
        _add(parent, "a", text, href=iri)
    else:
        _add(parent, "span", text)


def _head(page: Element, review: Review) -> None:
    head = SubElement(page, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY})
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    SubElement(head, "meta", name="color-scheme", content="light dark")
    _add(head, "title", f"Review: {review.title or shortened(review.plan)}, version {review.version}")
    SubElement(head, "style").text = (resources.files(__package__) / "review.css").read_text("utf-8")


def _title(body: Element, review: Review, created: datetime | None) -> None:
    header = SubElement(body, "header")
    _add(header, "p", "Review of a revised plan", classes="kicker")
    _add(header, "h1", review.title or shortened(review.plan))
    _add(header, "p", phrases.verdict(review), classes=f"verdict {'fit' if phrases.is_fit(review) else 'unfit'}")
    facts = SubElement(header, "dl")
    _link(_fact(facts, "Plan"), review.plan, shortened(review.plan))
    _fact(facts, "File").text = visible(review.file)
    against = _fact(facts, "Against")
    if review.against:
        _link(against, review.against, shortened(review.against))
    else:
        against.text = "nothing: a first version"
    if review.origin:
        _link(_fact(facts, "Made from"), review.origin.iri, phrases.origin(review).removeprefix("made from "))
    _fact(facts, "Would be").text = f"version {review.version}"
    _fact(facts, "Shapes").text = visible(f"{phrases.shapes(review.shapes)} ({review.engine})")
    if created:
        time = phrases.instant(created)
        _add(_fact(facts, "Made"), "time", time.replace("T", " ").replace("Z", " UTC"), datetime=time)
    _counts(header, review)


def _fact(facts: Element, name: str) -> Element:
    pair = SubElement(facts, "div")
    _add(pair, "dt", name)
    return _add(pair, "dd")


def _counts(header: Element, review: Review) -> None:
    """How many findings of each severity there are of each standing; the parts of the page."""
    frame = SubElement(header, "div", {"class": "wide"})
    table = SubElement(frame, "table")
    _add(table, "caption", "Findings")
    row = SubElement(SubElement(table, "thead"), "tr")
    for name in ("Severity", *_HEADINGS.values()):
        _add(row, "th", name, scope="col")
    rows = SubElement(table, "tbody")
    for severity in SEVERITIES:
        row = SubElement(rows, "tr")
        _add(row, "th", severity, scope="row")
        for standing in Standing:
            found = phrases.of_standing(review, standing)
            _add(row, "td", str(sum(reviewed.finding.severity == severity for reviewed in found)))
    parts = SubElement(SubElement(header, "nav", {"aria-label": "Parts of the review"}), "ul")
    for name, text in (
        ("meanwhile", f"{counted(len(review.undone), 'published change')} lost" if review.undone else ""),
        ("changes", phrases.number_of_changes(review)),
        ("findings", counted(len(review.findings), "finding") or "no finding"),
        ("effects", counted(len(review.effects), "effect")),
        ("matches", f"{len(review.matches)} recognised" if review.matches else ""),
        ("notices", counted(len(review.notices), "notice")),
    ):
        if text:
            _add(SubElement(parts, "li"), "a", text, href=f"#{name}")


def _section(main: Element, name: str, heading: str, numbers: str) -> Element:
    section = SubElement(main, "section", {"id": name, "aria-labelledby": f"{name}-heading"})
    title = _add(section, "h2", f"{heading} ", id=f"{name}-heading")
    _add(title, "span", numbers, classes="numbers")
    return section


def _meanwhile(section: Element, review: Review, origin: Origin) -> None:
    if review.undone:
        _add(section, "p", phrases.mend_of_undone(review), classes="mend")
    frame = SubElement(section, "div", {"class": "wide"})
    table = SubElement(frame, "table")
    row = SubElement(SubElement(table, "thead"), "tr")
    for name in ("In the revision", "Element", "What", f"In version {origin.version}", "Published", "Here"):
        _add(row, "th", name, scope="col")
    rows = SubElement(table, "tbody")
    for one in origin.meanwhile:
        change = one.change
        row = SubElement(rows, "tr")
        _add(row, "td", one.fate.value)
        _link(SubElement(row, "td"), change.subject, joined([change.type, change.label]))
        here = {Fate.UNDONE: change.old, Fate.COLLIDES: one.here, Fate.KEPT: change.new}[one.fate]
        for text in (change.property_label or change.kind.value, change.old, change.new, here):
            _add(row, "td", text)


def _predecessor(section: Element, found: Predecessor) -> None:
    _add(section, "p", phrases.is_recorded(found))
    for is_ended in (False, True):
        some = [one for one in found.successions if (one.relation is Relation.ENDED) is is_ended]
        if not some:
            continue
        frame = SubElement(section, "details", {} if is_ended else {"open": "open"})
        _add(frame, "summary", f"{'What ended' if is_ended else 'What is carried on, and what is new'}: {len(some):,}")
        table = SubElement(SubElement(frame, "div", {"class": "wide", "tabindex": "0"}), "table")
        row = SubElement(SubElement(table, "thead"), "tr")
        for name in ("What became", "In the plan before", "In this plan", "How, and how sure"):
            _add(row, "th", name, scope="col")
        rows = SubElement(table, "tbody")
        for one in some:
            row = SubElement(rows, "tr")
            _add(row, "th", one.relation.value, scope="row")
            for side in (one.old, one.new):
                cell = SubElement(row, "td")
                for named in side:
                    _link(_add(cell, "p"), named.iri, joined([named.label, named.place]))
            _add(row, "td", phrases.how_sure(one))


def _changes(section: Element, review: Review) -> None:
    last = None
    anchors: set[str] = set()
    for unit, group, elements in phrases.by_element(review.changes):
        if unit != last:
            _add(section, "h3", unit or phrases.WHOLE)
        last = unit
        frame = section
        if len(elements) > LONG:
            frame = SubElement(section, "details", open="open")
            _add(frame, "summary", counted(len(elements), "element"))
        if group:
            _add(frame if frame is section else frame[0], "h4", group)
        for changes in elements:
            _element(frame, changes, anchors)


def _element(frame: Element, changes: tuple[Change, ...], anchors: set[str]) -> None:
    first = changes[0]
    block = SubElement(frame, "article", {"class": f"element {first.kind.value}"})
    anchor = quote(shortened(first.subject), safe="/:")
    if anchor not in anchors:
        block.set("id", anchor)
    anchors.add(anchor)
    name = _add(block, "p", classes="name")
    _add(name, "span", first.type, classes="type").tail = " "
    _link(name, first.subject, first.label or shortened(first.subject))
    _add(block, "p", joined([shortened(first.subject), phrases.place(first.where), first.paragraph]), classes="where")
    rows = SubElement(block, "ul")
    for change in changes:
        _change(SubElement(rows, "li"), change)


def _change(row: Element, change: Change) -> None:
    _add(row, "span", change.kind.value, classes=f"kind {change.kind.value}").tail = " "
    if change.property_label:
        _add(row, "span", f"{change.property_label}: ", classes="property")
    if change.words:
        for words in change.words:
            _add(row, _WORDS[words.kind]).text = visible(words.text, is_changed=words.kind != "same")
        return
    if change.old:
        removed = _add(row, "del")
        removed.text, removed.tail = visible(change.old, is_changed=True), " "
    if change.new:
        _add(row, "ins").text = visible(change.new, is_changed=True)


def _findings(section: Element, review: Review) -> None:
    for standing, heading in _HEADINGS.items():
        found = phrases.of_standing(review, standing)
        if not found:
            continue
        frame = SubElement(section, "details")
        if standing is Standing.NEW or any(reviewed.finding in review.violations for reviewed in found):
            frame.set("open", "open")
        _add(_add(frame, "summary"), "h3", f"{heading}: {len(found)}")
        for number, reviewed in enumerate(found, 1):
            _finding(frame, reviewed, f"{standing.value}-{number}")


def _finding(frame: Element, reviewed: Reviewed, anchor: str) -> None:
    finding = reviewed.finding
    block = _add(frame, "article", id=anchor, classes=f"finding {finding.severity.lower()}")
    title = _add(block, "h4")
    _add(title, "span", finding.severity, classes="severity").tail = " "
    _add(title, "span", finding.rule)
    _link(_add(block, "p", classes="name"), finding.focus, finding.label or shortened(finding.focus))
    where = [shortened(finding.focus) if finding.label else "", phrases.place(finding.where), finding.paragraph]
    _add(block, "p", joined(where), classes="where")
    _add(block, "p", finding.message)
    value = phrases.told_value(finding)
    if value:
        row = _add(block, "p", "Value: ")
        _link(row, value, shortened(value))
    _labelled(block, "Mend", finding.mend)
    if finding.reason:
        row = _add(block, "p", "Why: ", classes="where")
        _link(row, finding.reason, shortened(finding.reason))


def _labelled(block: Element, label: str, text: str) -> None:
    if text:
        row = _add(block, "p")
        _add(row, "strong", f"{label}: ").tail = visible(text)


def _effects(section: Element, review: Review) -> None:
    for number, effect in enumerate(review.effects, 1):
        _effect(_add(section, "article", id=f"effect-{number}", classes="effect"), effect)


def _effect(block: Element, effect: Effect) -> None:
    name = _add(block, "p", classes="name")
    _add(name, "span", effect.kind.value, classes="type").tail = " "
    _link(name, effect.subject, effect.label or shortened(effect.subject))
    _add(
        block, "p", joined([shortened(effect.subject), phrases.place(effect.where), effect.paragraph]), classes="where"
    )
    _add(block, "p", effect.message)
    for target in effect.targets:
        _link(_add(block, "p", "Link to: "), target, shortened(target))
    _labelled(block, "Mend", effect.mend)


def _surety(review: Review) -> str:
    return f"{len(review.matches) - len(review.doubtful)} sure, {len(review.doubtful)} doubtful"


def _matches(section: Element, review: Review) -> None:
    if review.doubtful:
        _add(section, "h3", "To be decided")
        _match_table(section, "Doubtful matches", review.doubtful)
    sure = tuple(match for match in review.matches if not match.is_doubtful)
    if sure:
        frame = SubElement(section, "details")
        _add(_add(frame, "summary"), "h3", f"Sure: {len(sure)}")
        _match_table(frame, "Sure matches", sure)


def _match_table(section: Element, caption: str, matches: tuple[Match, ...]) -> None:
    table = SubElement(SubElement(section, "div", {"class": "wide", "tabindex": "0"}), "table")
    _add(table, "caption", caption)
    row = SubElement(SubElement(table, "thead"), "tr")
    for name in ("Element", "In the revision", "In the version before", "How, and how sure", "Could also be"):
        _add(row, "th", name, scope="col")
    rows = SubElement(table, "tbody")
    for match in matches:
        row = SubElement(rows, "tr")
        _add(row, "th", match.label, scope="row")
        _add(row, "td", match.new or "not there")
        _add(row, "td", match.old or f"new: {match.place}")
        decided = ", decided" if match.is_decided else ""
        _add(row, "td", f"{match.how} ({match.confidence:.0%}{decided})")
        _add(row, "td", ", ".join(match.alternatives))


def _notices(section: Element, review: Review) -> None:
    rows = SubElement(section, "ul")
    for notice in review.notices:
        _add(rows, "li", joined([phrases.place(notice.where), notice.what], ": "))
