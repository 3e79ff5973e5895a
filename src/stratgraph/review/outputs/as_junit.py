"""A review as JUnit XML, which continuous integration shows as tests: a suite for a set of shapes, a test for a rule.

A rule whose Violations the revision has, new ones or old, fails; what else was found stands in the test's output. One
more suite asks whether every element was recognised, and one whether what was published meanwhile is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from stratgraph.review.model import Standing
from stratgraph.review.outputs import phrases
from stratgraph.review.outputs.phrases import counted, joined
from stratgraph.validation import SEVERITIES
from stratgraph.validation.rules import load_shapes
from stratgraph.wording import visible

if TYPE_CHECKING:
    from datetime import datetime

    from stratgraph.matching import Match
    from stratgraph.review.model import Review, Reviewed
    from stratgraph.validation.rules import Rule

_VIOLATION: Final = SEVERITIES[0]
_RECOGNITION: Final = "recognition"
_PUBLISHED: Final = "published"
_HOUSE: Final = "house"


def render(review: Review, *, created: datetime | None) -> bytes:
    """The review, valid by the schema of Jenkins' xUnit plugin (junit-10.xsd)."""
    root = Element("testsuites", name=f"stratgraph review of {visible(review.file)}")
    left = dict(review.shapes.rules)
    for name in review.shapes.sets:
        suite = _suite(root, name, created)
        for iri in load_shapes((name,)).rules:
            _rule(suite, left.pop(iri), phrases.of_shape(review.findings, iri))
    if left:
        suite = _suite(root, _HOUSE, created)
        for iri, rule in left.items():
            _rule(suite, rule, phrases.of_shape(review.findings, iri))
    _doubts(_suite(root, _RECOGNITION, created), review)
    _lost(_suite(root, _PUBLISHED, created), review)
    for suite in root:
        _count(suite, [suite])
    _count(root, root.findall("testsuite"))
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _suite(root: Element, name: str, created: datetime | None) -> Element:
    suite = SubElement(root, "testsuite", name=f"stratgraph.{name}")
    if created:
        # The format has no time zone; UTC is meant.
        suite.set("timestamp", phrases.instant(created).removesuffix("Z"))
    return suite


def _case(suite: Element, name: str) -> Element:
    return SubElement(suite, "testcase", classname=suite.get("name", ""), name=name, time="0")


def _count(element: Element, suites: list[Element]) -> None:
    cases = [case for suite in suites for case in suite.findall("testcase")]
    failures = sum(case.find("failure") is not None for case in cases)
    element.attrib |= {"tests": str(len(cases)), "failures": str(failures), "errors": "0"}
    if element.tag == "testsuite":
        element.set("skipped", "0")


def _rule(suite: Element, rule: Rule, found: tuple[Reviewed, ...]) -> None:
    case = _case(suite, rule.name)
    failing = [
        reviewed
        for reviewed in found
        if reviewed.finding.severity == _VIOLATION and reviewed.standing is not Standing.FIXED
    ]
    if failing:
        new = sum(reviewed.standing is Standing.NEW for reviewed in failing)
        # Of several failures in one test some readers show the first alone.
        failure = SubElement(case, "failure", type=_VIOLATION)
        failure.set("message", f"{rule.label or rule.name}: {counted(len(failing), _VIOLATION)}, {new} new")
        failure.text = _text(failing)
    others = [reviewed for reviewed in found if reviewed not in failing]
    if others:
        SubElement(case, "system-out").text = _text(others)


def _text(findings: list[Reviewed]) -> str:
    return "\n\n".join(_finding(reviewed) for reviewed in findings)


def _finding(reviewed: Reviewed) -> str:
    finding = reviewed.finding
    value = phrases.told_value(finding)
    lines = [
        joined([phrases.place(finding.where), f"{finding.severity} ({reviewed.standing.value})"], ": "),
        joined([finding.label, f"<{finding.focus}>", finding.paragraph]),
        finding.message,
        f"Value: {value}" if value else "",
        f"Mend: {finding.mend}" if finding.mend else "",
    ]
    return visible(joined(lines, "\n"))


def _doubts(suite: Element, review: Review) -> None:
    case = _case(suite, "EveryElementIsRecognised")
    if review.doubtful:
        failure = SubElement(case, "failure", type="doubtful")
        failure.set("message", counted(len(review.doubtful), "doubtful match", "doubtful matches"))
        failure.text = "\n\n".join(_doubt(match) for match in review.doubtful)


def _doubt(match: Match) -> str:
    lines = [
        match.label,
        f"{match.new} is taken for {match.old or 'a new element'} ({match.how}, {match.confidence:.0%}).",
        f"It could be {', '.join(match.alternatives)}." if match.alternatives else "",
    ]
    return visible(joined(lines, "\n"))


def _lost(suite: Element, review: Review) -> None:
    case = _case(suite, "NothingPublishedIsLost")
    if review.undone:
        failure = SubElement(case, "failure", type="undone")
        failure.set("message", f"{phrases.origin(review)}; since then: {phrases.fates(review)}")
        lines = [joined([one.fate.value, one.change.label, phrases.meanwhile(one)], ": ") for one in review.undone]
        failure.text = visible(joined([*lines, f"Mend: {phrases.mend_of_undone(review)}"], "\n"))
