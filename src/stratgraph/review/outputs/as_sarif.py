"""A review as SARIF 2.1.0 (OASIS), which code hosts show on the lines of a change.

One run. Its rules are the shapes that were asked, one for each kind of effect, and one for what was published
meanwhile. Its results are the findings, the effects, and what was published and would be lost. Doubtful matches, and
what the model has no place for, are notifications of the run.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import PurePath, PureWindowsPath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from stratgraph.review.model import EffectKind, Standing
from stratgraph.review.outputs import phrases
from stratgraph.review.outputs.phrases import joined
from stratgraph.terms import BASE, SARIF_SCHEMA
from stratgraph.validation import SEVERITIES
from stratgraph.version import __version__
from stratgraph.wording import visible

if TYPE_CHECKING:
    from datetime import datetime

    from stratgraph.errors import Location
    from stratgraph.matching import Match
    from stratgraph.review.model import Effect, Meanwhile, Review, Reviewed
    from stratgraph.statements import Notice
    from stratgraph.validation.rules import Rule

_LEVELS: Final = dict(zip(SEVERITIES, ("error", "warning", "note"), strict=True))
_STATES: Final = {Standing.NEW: "new", Standing.UNCHANGED: "unchanged", Standing.FIXED: "absent"}
_ROOT: Final = "%SRCROOT%"
"""The base of relative addresses that code hosts know: the top of the checkout."""

_EFFECTS: Final = {
    EffectKind.LINK: ("LinkIsLookedAtAgain", "What a link leads from has changed: somebody looks at the link again."),
    EffectKind.COVERAGE: ("CoverageHasChanged", "Something lost the last, or got the first, of what depends on it."),
}

_LOST: Final = (
    "NothingPublishedIsLost",
    "The revision was made from an earlier version than the one in force, and would undo what was published since.",
)


def render(review: Review, *, created: datetime | None, show_all: bool = False, tool: str = "") -> bytes:
    """The review; where there is no version before, without states of its results.

    Args:
        review: to render.
        created: when it was made.
        show_all: whether fixed findings are there too, as ``absent``; code hosts take every result for an open one.
        tool: the name of another program that found this; then stratgraph is the one that converted it (3.22).
    """
    ours = {"name": "stratgraph", "version": __version__, "informationUri": BASE}
    driver: dict[str, Any] = {"name": tool} if tool else dict(ours)
    driver["rules"] = [_rule(rule) for rule in review.shapes.rules.values()]
    if not tool:
        driver["rules"] += [_own_rule(name, text, SEVERITIES[-1]) for name, text in _EFFECTS.values()]
        driver["rules"].append(_own_rule(*_LOST, SEVERITIES[0]))
    invocation: dict[str, Any] = {
        "executionSuccessful": True,
        "toolExecutionNotifications": [_doubt(match, review.file) for match in review.doubtful]
        + [_notice(notice, review.file) for notice in review.notices],
    }
    if created:
        invocation["endTimeUtc"] = phrases.instant(created)
    run = {
        "tool": {"driver": driver},
        **({"conversion": {"tool": {"driver": ours}}} if tool else {}),
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation],
        "results": _results(review, driver["rules"], show_all=show_all),
    }
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return f"{json.dumps(log, ensure_ascii=False, indent=2)}\n".encode()


def _rule(rule: Rule) -> dict[str, Any]:
    described = {
        "id": rule.name,
        "shortDescription": _message(rule.label or rule.name),
        "fullDescription": _message(rule.explanation or rule.label or rule.name),
        "help": _message(joined([rule.mend, rule.explanation, rule.source], "\n\n") or rule.label or rule.name),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"shape": rule.iri},
    }
    return described | ({"helpUri": rule.source} if rule.source else {})


def _own_rule(name: str, text: str, severity: str) -> dict[str, Any]:
    return {
        "id": name,
        "shortDescription": _message(text),
        "fullDescription": _message(text),
        "help": _message(text),
        "defaultConfiguration": {"level": _LEVELS[severity]},
    }


def _results(review: Review, rules: Any, *, show_all: bool) -> list[dict[str, Any]]:
    results = [
        _finding(reviewed, review)
        for reviewed in review.findings
        if show_all or reviewed.standing is not Standing.FIXED
    ] + [_effect(effect, review) for effect in review.effects]
    results += [_lost(one, review) for one in review.undone]
    places = {rule["id"]: index for index, rule in enumerate(rules)}
    seen: Counter[str] = Counter()
    for result in results:
        result["ruleIndex"] = places[result["ruleId"]]
        prints = result["partialFingerprints"]
        for name, value in prints.items():
            # Two results that nothing tells apart are counted, as code hosts do with two lines of the same text.
            seen[value] += 1
            prints[name] = f"{value}:{seen[value]}"
        if not review.against:
            del result["baselineState"]
    return results


def _finding(reviewed: Reviewed, review: Review) -> dict[str, Any]:
    finding = reviewed.finding
    value = phrases.told_value(finding)
    # What is fixed has no place in the revision; the result says where it was in the version before.
    where = None if reviewed.standing is Standing.FIXED else finding.where
    message = [
        finding.message,
        finding.label,
        f"Value: {value}" if value else "",
        f"Mend: {finding.mend}" if finding.mend else "",
        _beside(where, finding.paragraph) if where else f"It was at: {phrases.place(finding.where)}",
    ]
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": _message(joined(message, "\n")),
        "locations": [_location(where, review.file, finding.focus)],
        "partialFingerprints": _fingerprint(finding.rule, finding.focus, finding.path, finding.value),
        "baselineState": _STATES[reviewed.standing],
    } | _stood(reviewed.stood, review, finding.focus)


def _effect(effect: Effect, review: Review) -> dict[str, Any]:
    name, _ = _EFFECTS[effect.kind]
    message = [
        effect.message,
        effect.label,
        f"Mend: {effect.mend}" if effect.mend else "",
        _beside(effect.where, effect.paragraph),
    ]
    return {
        "ruleId": name,
        "level": _LEVELS[SEVERITIES[-1]],
        "message": _message(joined(message, "\n")),
        "locations": [_location(effect.where, review.file, effect.subject)],
        "partialFingerprints": _fingerprint(name, effect.subject),
        "baselineState": _STATES[Standing.NEW],
    } | _stood(effect.stood, review, effect.subject)


def _stood(where: Location | None, review: Review, element: str) -> dict[str, Any]:
    """Where something stood in the version before, as a location beside the result's own (3.27.22)."""
    if where is None:
        return {}
    message = joined([f"It stood here in version {phrases.version_before(review)}.", _beside(where, "")], "\n")
    return {"relatedLocations": [_location(where, review.file, element) | {"message": _message(message)}]}


def _lost(one: Meanwhile, review: Review) -> dict[str, Any]:
    change = one.change
    made = phrases.origin(review).capitalize()
    message = [
        f"{made}; since then this was published, and would be lost. {phrases.meanwhile(one)}",
        change.label,
        f"Mend: {phrases.mend_of_undone(review)}",
    ]
    return {
        "ruleId": _LOST[0],
        "level": _LEVELS[SEVERITIES[0]],
        "message": _message(joined(message, "\n")),
        "locations": [_location(None, review.file, change.subject)],
        "partialFingerprints": _fingerprint(_LOST[0], change.subject, change.property, change.new),
        "baselineState": _STATES[Standing.NEW],
    }


def _message(text: str) -> dict[str, str]:
    """A text as it is: no place for an argument and no link is made of what stands in it (3.11.5, 3.11.6)."""
    return {"text": visible(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _beside(where: Location | None, paragraph: str | None) -> str:
    """What SARIF's regions cannot say: the cell of a workbook, and the part of the document."""
    cell = phrases.cell_reference(where) if where is not None and where.sheet is not None else ""
    place = joined([cell, paragraph])
    return f"At: {place}" if place else ""


def _location(where: Location | None, file: str, element: str) -> dict[str, Any]:
    """The file, its line where it has lines, and the element.

    Code hosts refuse a result without a file, and all others with it: what has no place is in the file as a whole.
    """
    named = where.file if where is not None and where.file else file
    physical: dict[str, Any] = {"artifactLocation": artifact(named)}
    # The rows of a workbook are no lines of a text.
    if where is not None and where.sheet is None and where.line is not None:
        physical["region"] = {"startLine": where.line}
        if where.column is not None and not where.cell:
            physical["region"]["startColumn"] = where.column
    logical: dict[str, Any] = {"fullyQualifiedName": visible(element), "kind": "element"}
    if where is not None and where.sheet is not None:
        logical["name"] = visible(phrases.cell_reference(where))
    return {"physicalLocation": physical, "logicalLocations": [logical]}


def artifact(file: str) -> dict[str, Any]:
    """The address of a file (RFC 3986): relative to the checkout's top, or absolute where its name is."""
    path = PureWindowsPath(file) if "\\" in file or file[1:2] == ":" else PurePath(file)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix(), safe="/", errors="surrogateescape"), "uriBaseId": _ROOT}


def _fingerprint(*parts: str) -> dict[str, str]:
    """The same for the same element and rule, wherever it stands; under the name that code hosts look at."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()
    return {"primaryLocationLineHash": digest[:32]}


def _doubt(match: Match, file: str) -> dict[str, Any]:
    likely = [match.old or "new", *match.alternatives]
    text = f"{match.label}: {match.new} could be {', '.join(likely)} ({match.how}, {match.confidence:.0%})."
    return {
        "level": "warning",
        "message": _message(text),
        "locations": [{"physicalLocation": {"artifactLocation": artifact(file)}}],
    }


def _notice(notice: Notice, file: str) -> dict[str, Any]:
    location = _location(notice.where, file, notice.where.element or "")
    if not notice.where.element:
        del location["logicalLocations"]
    message = joined([notice.what, _beside(notice.where, "")], "\n")
    return {"level": "note", "message": _message(message), "locations": [location]}
