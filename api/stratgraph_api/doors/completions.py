"""``/completions``: the terms that a query of this snapshot can use, in one document for an editor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - likewise

from stratgraph.catalogue import triples_by_property, used_classes
from stratgraph.entities import names_of
from stratgraph.graph import ontology
from stratgraph.terms import COMMON_PREFIXES, SKOS, prefixed
from stratgraph.validation import Ruleset
from stratgraph_api.http.documents import JSON, Language, asked_languages, send_document
from stratgraph_api.http.openapi import answers

if TYPE_CHECKING:
    from stratgraph.catalogue import UsedProperty
    from stratgraph.entities import Named
    from stratgraph.store import Reading

PATH: Final = "/completions"


def list_terms(request: Request, language: Language = "") -> Response:
    """Prefixes, classes with their properties, properties and graphs, with labels, definitions and figures."""
    reading: Reading = request.state.open_reading()
    languages = asked_languages(request, language)
    state = f"completions.{reading.state}"
    return send_document(
        request, state, None, lambda: _document(request, reading, languages), media_type=JSON, languages=languages
    )


def _document(request: Request, reading: Reading, languages: tuple[str, ...]) -> bytes:
    classes = used_classes(reading, Ruleset.of(request.state.settings).shapes().triples)
    counts = triples_by_property(reading)[""]
    names = names_of(reading, (*(one.iri for one in classes), *counts), languages)
    found = {
        "prefixes": dict(sorted(COMMON_PREFIXES.items())),
        "classes": [
            {
                **_term(names[one.iri]),
                "count": one.entities,
                "properties": [_used(p, one.entities) for p in one.properties],
            }
            for one in sorted(classes, key=lambda one: (-one.entities, one.iri))
        ],
        "properties": [{**_term(names[iri]), "count": count} for iri, count in counts.items()],
        "graphs": list(reading.graph_names()),
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def _term(named: Named) -> dict[str, Any]:
    """A term by the name that a query writes, with what it means where our ontology says it."""
    definition = ontology().text(named.iri, SKOS.DEFINITION)
    written = prefixed(named.iri, COMMON_PREFIXES) or f"<{named.iri}>"
    found = {"name": written, "iri": named.iri, "label": named.label if named.label != written else ""}
    return found | ({"definition": definition} if definition else {})


def _used(one: UsedProperty, of: int) -> dict[str, Any]:
    """A property of a class: how many of its things have it, and what rules want."""
    found: dict[str, Any] = {"iri": one.iri, "count": one.entities, "of": of}
    if one.rules:
        found["isRequired"] = any(rule.least for rule in one.rules)
        found["atMostOne"] = any(rule.most == 1 for rule in one.rules)
        found["rule"] = "; ".join(dict.fromkeys(rule.label for rule in one.rules))
    return found


ANSWERS: Final = answers("The terms.", (JSON,), 304, 429, 503, 504)
