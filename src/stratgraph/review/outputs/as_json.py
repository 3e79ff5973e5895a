"""A review for programs: one JSON object, valid by ``review.schema.json`` beside this module."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from stratgraph.review.outputs import phrases
from stratgraph.terms import BASE

if TYPE_CHECKING:
    from datetime import datetime

    from stratgraph.errors import Location
    from stratgraph.matching import Match, Named
    from stratgraph.review.model import Change, Effect, Origin, Predecessor, Review, Reviewed

SCHEMA_IRI: Final = f"{BASE}schemas/review.json"
"""What the schema is published as."""


def schema() -> bytes:
    """The JSON Schema (draft 2020-12) of a review."""
    return (resources.files(__package__) / "review.schema.json").read_bytes()


def render(review: Review, *, created: datetime | None) -> bytes:
    """The whole review; what is not known is null, what there is none of an empty string or list."""
    content = {
        "$schema": SCHEMA_IRI,
        "plan": review.plan,
        "title": review.title,
        "file": review.file,
        "against": review.against,
        "version": review.version,
        "elements": review.elements,
        "origin": _origin(review.origin) if review.origin else None,
        "predecessor": _predecessor(review.predecessor) if review.predecessor else None,
        "created": phrases.instant(created) if created else None,
        "engine": review.engine,
        "profiles": review.shapes.profiles,
        "shapes": (*review.shapes.sets, *review.shapes.own),
        "fit": phrases.is_fit(review),
        "counts": {
            "changes": {kind.value: number for kind, number in phrases.numbers_of_changes(review).items()},
            "findings": {standing.value: number for standing, number in phrases.numbers_of_findings(review).items()},
            "violations": len(review.violations),
            "effects": len(review.effects),
            "doubtful_matches": len(review.doubtful),
            "notices": len(review.notices),
            "undone": len(review.undone),
        },
        "changes": [_change(change) for change in review.changes],
        "findings": [_finding(reviewed) for reviewed in review.findings],
        "effects": [_effect(effect) for effect in review.effects],
        "matches": [_match(match) for match in review.matches],
        "notices": [{"what": notice.what, "where": _where(notice.where)} for notice in review.notices],
    }
    # A file's name may hold half a character, which UTF-8 has no bytes for and JSON has an escape.
    return f"{json.dumps(content, ensure_ascii=False, indent=2)}\n".encode("utf-8", "backslashreplace")


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "version": origin.version,
        "iri": origin.iri,
        "is_said": origin.is_said,
        "meanwhile": [
            {"fate": one.fate.value, "here": one.here, "change": _change(one.change)} for one in origin.meanwhile
        ],
    }


def _predecessor(found: Predecessor) -> dict[str, Any]:
    return {
        "plan": found.plan,
        "version": found.version,
        "title": found.title,
        "is_stated": found.is_stated,
        "successions": [
            {
                "relation": one.relation.value,
                "old": [_named(named) for named in one.old],
                "new": [_named(named) for named in one.new],
                "how": one.how,
                "confidence": one.confidence,
                "is_doubtful": one.is_doubtful,
                "is_decided": one.is_decided,
            }
            for one in found.successions
        ],
    }


def _named(named: Named) -> dict[str, Any]:
    return {"iri": named.iri, "place": named.place, "class": named.kind, "label": named.label, "text": named.text}


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "subject": change.subject,
        "type": change.type,
        "label": change.label,
        "unit": change.unit,
        "group": change.group,
        "property": change.property,
        "property_label": change.property_label,
        "old": change.old,
        "new": change.new,
        "words": [{"text": words.text, "kind": words.kind} for words in change.words],
        "where": _where(change.where),
        "paragraph": change.paragraph,
        "stood": _where(change.stood),
    }


def _finding(reviewed: Reviewed) -> dict[str, Any]:
    finding = reviewed.finding
    return {
        "standing": reviewed.standing.value,
        "rule": finding.rule,
        "severity": finding.severity,
        "focus": finding.focus,
        "label": finding.label,
        "path": finding.path,
        "value": finding.value,
        "message": finding.message,
        "mend": finding.mend,
        "reason": finding.reason,
        "where": _where(finding.where),
        "paragraph": finding.paragraph or "",
        "shape": finding.result.shape,
        "component": finding.result.component,
        "stood": _where(reviewed.stood),
        "unit": reviewed.unit,
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "kind": effect.kind.value,
        "subject": effect.subject,
        "label": effect.label,
        "message": effect.message,
        "mend": effect.mend,
        "targets": effect.targets,
        "where": _where(effect.where),
        "paragraph": effect.paragraph,
        "stood": _where(effect.stood),
        "unit": effect.unit,
    }


def _match(match: Match) -> dict[str, Any]:
    return {
        "new": match.new,
        "old": match.old,
        "place": match.place,
        "label": match.label,
        "how": match.how,
        "confidence": match.confidence,
        "is_doubtful": match.is_doubtful,
        "alternatives": match.alternatives,
        "is_decided": match.is_decided,
    }


def _where(where: Location | None) -> dict[str, Any] | None:
    """A place; null where nothing of it is known."""
    if where is None or not str(where):
        return None
    return {
        "file": where.file,
        "sheet": where.sheet,
        "line": where.line,
        "column": where.column,
        "is_cell": where.cell,
        "element": where.element,
    }
