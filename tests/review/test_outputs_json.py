"""The review as JSON, its schema, and the page that describes both."""

from __future__ import annotations

import copy
import json
import runpy
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from sample_review import FILE, FIRST, HOSTILE, PLAN, REVIEW, SUPERSEDED

from stratgraph.matching import Match, Relation
from stratgraph.review.model import Change, ChangeKind, Effect, EffectKind, Meanwhile, Origin, Review, Standing
from stratgraph.review.outputs import render, schema
from stratgraph.statements import Notice
from stratgraph.validation import SEVERITIES, Finding

if TYPE_CHECKING:
    from collections.abc import Callable

DOCS = Path(__file__).parents[2] / "docs" / "reference"
SCHEMA: dict[str, Any] = json.loads(schema())
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def content(review: Review = REVIEW) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(render(review, "json", created=datetime(2030, 1, 2, 3, 4, tzinfo=UTC)))
    return read


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == "https://w3id.org/stratgraph/schemas/review.json"


@pytest.mark.parametrize("review", [REVIEW, FIRST, SUPERSEDED], ids=["everything", "nothing", "superseded"])
def test_a_review_is_valid(review: Review) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(content(review))] == []


@pytest.mark.parametrize("form", [Change, Finding, Effect, Match, Notice, Origin, Meanwhile, Review])
def test_every_field_of_the_model_is_in_the_schema(form: type) -> None:
    definition = SCHEMA if form is Review else SCHEMA["$defs"][form.__name__]
    # The place and the engine's terms have a form of their own.
    otherwise = {"file", "sheet", "line", "column", "result"} if form is Finding else set()
    if form is Review:
        # Statement by statement a change is told by an RDF patch.
        otherwise = {"came", "went"}
    renamed = {"sets": "shapes"} if form is Review else {}
    names = {renamed.get(field.name, field.name) for field in fields(form)} - otherwise
    assert names <= set(definition["properties"])


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (("Change", "properties", "kind"), list(ChangeKind)),
        (("Finding", "properties", "standing"), list(Standing)),
        (("Finding", "properties", "severity"), list(SEVERITIES)),
        (("Effect", "properties", "kind"), list(EffectKind)),
        (("Succession", "properties", "relation"), list(Relation)),
    ],
)
def test_the_closed_sets_are_those_of_the_model(path: tuple[str, ...], values: list[str]) -> None:
    definition = SCHEMA["$defs"]
    for name in path:
        definition = definition[name]
    assert definition["enum"] == values


def objects(definition: Any) -> list[dict[str, Any]]:
    """Every object that the schema describes."""
    if isinstance(definition, list):
        return [found for one in definition for found in objects(one)]
    if not isinstance(definition, dict):
        return []
    own = [definition] if definition.get("type") == "object" else []
    return own + [found for one in definition.values() for found in objects(one)]


def test_no_object_may_have_other_fields() -> None:
    found = objects(SCHEMA)
    assert len(found) == 16
    assert all(one["additionalProperties"] is False for one in found)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c.pop("plan"),
        lambda c: c.update(surplus=1),
        lambda c: c["changes"][0].update(kind="renamed"),
        lambda c: c["changes"][3]["words"][0].update(kind="moved"),
        lambda c: c["findings"][0].update(severity="Error"),
        lambda c: c["findings"][0]["where"].update(line=0),
        lambda c: c["matches"][0].update(confidence=1.5),
        lambda c: c["counts"].pop("violations"),
        lambda c: c.update(version=0),
    ],
)
def test_the_schema_refuses_what_is_not_so(spoil: Callable[[dict[str, Any]], object]) -> None:
    spoilt = copy.deepcopy(content())
    spoil(spoilt)
    assert not VALIDATOR.is_valid(spoilt)


def test_it_says_everything_as_it_is() -> None:
    read = content()
    assert (read["plan"], read["against"], read["version"]) == (PLAN, f"{PLAN}/version/1", 2)
    assert read["created"] == "2030-01-02T03:04:00Z"
    assert read["fit"] is False
    assert read["counts"]["changes"] == dict.fromkeys(ChangeKind, 1)
    assert read["counts"]["findings"] == {"new": 3, "unchanged": 2, "fixed": 1}
    assert read["counts"]["violations"] == 3
    assert read["changes"][6]["label"] == HOSTILE
    assert [words["text"] for words in read["changes"][3]["words"]] == ["A road ", "Two roads ", "of stone"]
    assert read["changes"][3]["where"] == {
        "file": "plan.xlsx", "sheet": "Outputs", "line": 12, "column": 3, "is_cell": False, "element": None,
    }  # fmt: skip
    assert read["changes"][2]["where"] is None
    assert read["findings"][0]["shape"] == "https://w3id.org/stratgraph/shapes#ObjectiveHasIndicator"
    assert read["matches"][1]["alternatives"] == ["north/objective/1/output/3"]
    assert read["notices"][0]["where"]["file"] == FILE


def test_a_file_whose_name_is_no_text_can_be_told() -> None:
    assert content(replace(REVIEW, file="plan\udc80.ttl"))["file"] == "plan\udc80.ttl"


def test_the_page_has_the_fields_of_the_schema() -> None:
    page = (DOCS / "review.md").read_text("utf-8")
    assert runpy.run_path(str(DOCS / "generate_review.py"))["render"](page) == page
    for name in ("`counts`", "| `words.kind` | `same`, `removed`, `added` |", "[Place](#place) or null"):
        assert name in page
