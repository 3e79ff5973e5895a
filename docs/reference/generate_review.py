"""Writes the JSON fields in review.md, the reference of reviews, from their JSON Schema.

Run from anywhere: ``python docs/reference/generate_review.py``. ``tests/review/test_outputs_json.py`` compares the page
with a fresh run.
"""
# ruff: noqa: INP001 - a script beside the page that it writes, no package

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from stratgraph.review.outputs import schema

PAGE = Path(__file__).with_name("review.md")
MARKS = re.compile(r"(?<=<!-- fields -->\n).*(?=<!-- end of fields -->)", re.DOTALL)


def render(page: str) -> str:
    """The page with the fields as the schema has them."""
    content = json.loads(schema())
    parts = [table("The review", content)]
    parts += [table(name, definition) for name, definition in content["$defs"].items()]
    return MARKS.sub(lambda _: "\n" + "\n".join(parts) + "\n", page)


def table(name: str, definition: dict[str, Any]) -> str:
    """One object: its fields, each with its type and what it is."""
    rows = list(fields("", definition))
    return "\n".join([f"### {name}\n", definition["description"], "", "| field | type | |", "|---|---|---|", *rows, ""])


def fields(prefix: str, definition: dict[str, Any]) -> list[str]:
    """A row for each field, and for those of objects that have no name of their own."""
    found = []
    for name, field in definition["properties"].items():
        found.append(f"| `{prefix}{name}` | {kind(field)} | {field.get('description', '')} |")
        inner = field.get("items", field)
        if "properties" in inner:
            found += fields(f"{prefix}{name}.", inner)
    return found


def kind(field: dict[str, Any]) -> str:
    """The type in words."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        return " or ".join(kind(one) for one in field["anyOf"])
    values = [field["const"]] if "const" in field else field.get("enum")
    if values:
        return ", ".join(f"`{value}`" for value in values)
    if field["type"] == "array":
        return f"list of {kind(field['items'])}"
    if isinstance(field["type"], list):
        return " or ".join(field["type"])
    return str(field["type"])


if __name__ == "__main__":
    PAGE.write_text(render(PAGE.read_text("utf-8")), "utf-8")
