"""Answers with what their things are called: a column of labels beside each column of IRIs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from stratgraph.entities import names_of

if TYPE_CHECKING:
    from stratgraph.store import Reading

SUFFIX: Final = "Label"
"""What the name of a column of labels has behind that of the IRIs, as Wikidata's query service has it."""


def with_labels(answer: bytes, reading: Reading, languages: tuple[str, ...] = ()) -> bytes:
    """An answer to SELECT with a column of labels behind each column that has IRIs; one to ASK as it is.

    Labels are those that pages show (:func:`stratgraph.entities.names_of`). A query that has a variable of that name
    itself keeps its own.

    Args:
        answer: in SPARQL's JSON.
        reading: the look at the store that the labels come from.
        languages: of the labels, before those of the plans.

    Returns:
        The answer in SPARQL's JSON.
    """
    document = json.loads(answer)
    if "results" not in document:
        return answer
    rows: list[dict[str, Any]] = document["results"]["bindings"]
    variables: list[str] = document["head"]["vars"]
    named = [
        one for one in variables if f"{one}{SUFFIX}" not in variables and any(_is_iri(row.get(one)) for row in rows)
    ]
    iris = dict.fromkeys(row[one]["value"] for row in rows for one in named if _is_iri(row.get(one)))
    labels = {iri: _label(name.label, name.language) for iri, name in names_of(reading, iris, languages).items()}
    document["head"]["vars"] = [
        column for one in variables for column in ((one, f"{one}{SUFFIX}") if one in named else (one,))
    ]
    for row in rows:
        row |= {f"{one}{SUFFIX}": labels[row[one]["value"]] for one in named if _is_iri(row.get(one))}
    return json.dumps(document, ensure_ascii=False).encode()


def _is_iri(value: dict[str, Any] | None) -> bool:
    return value is not None and value["type"] == "uri"


def _label(text: str, language: str) -> dict[str, str]:
    return {"type": "literal", "value": text} | ({"xml:lang": language} if language else {})
