"""``/model``: what the words mean, how often this store uses them, and where a reader of figures stumbles."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - likewise

from stratgraph.asking import text_rows
from stratgraph.assets import query_text
from stratgraph.briefing import traps
from stratgraph.catalogue import things_by_class, triples_by_property
from stratgraph.entities import names_of
from stratgraph.graph import ontology
from stratgraph.history import in_force, plans, versions_by_plan
from stratgraph.terms import OWL, RDFS, SG_NS, SHAPES_NS, SKOS, prefixed
from stratgraph.validation import Ruleset
from stratgraph_api.drawings import Arrow, Box, network
from stratgraph_api.http.documents import (
    HTML,
    Language,
    addresses_of,
    asked_languages,
    filled_address,
    query_address,
    send_document,
)
from stratgraph_api.http.openapi import answers
from stratgraph_api.http.rendering import render

if TYPE_CHECKING:
    from markupsafe import Markup

    from stratgraph.graph import Graph
    from stratgraph.store import Reading
    from stratgraph_api.http.addresses import Addresses
    from stratgraph_api.http.findings_on_demand import FindingsOnDemand

PATH: Final = "/model"
_MOST_PLANS: Final = 20
"""Of so many plans it is counted how often each rule fires; of more the page says nothing of it."""


@dataclass(frozen=True, slots=True)
class Word:
    """A class or a property, as the page shows it.

    Args:
        iri: of it.
        name: as queries write it.
        label: in words.
        definition: what it means.
        example: of its use; empty where there is none.
        number: how many things are of it, or how many statements use it.
        address: of the query that lists these.
        leads: from which class to which, of a property.
    """

    iri: str
    name: str
    label: str
    definition: str
    example: str
    number: int
    address: str
    leads: str = ""


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule and how often it fires in the plans that are in force."""

    iri: str
    label: str
    severity: str
    times: int


def show_model(request: Request, language: Language = "") -> Response:
    """The classes in a picture and in words with their counts, the properties, the traps, and the rules."""
    reading: Reading = request.state.open_reading()
    languages, addresses = asked_languages(request, language), addresses_of(request)

    def make() -> bytes:
        words = ontology()
        things, triples = things_by_class(reading)[""], triples_by_property(reading)[""]
        page = render(
            "model.html",
            addresses,
            picture=_picture(reading, things, addresses, languages),
            query=query_address(query_text("model-edges")),
            classes=[_word(words, iri, things.get(iri, 0)) for iri in _terms(words, OWL.CLASS)],
            properties=[
                _word(words, iri, triples.get(iri, 0))
                for kind in (OWL.OBJECT_PROPERTY, OWL.DATATYPE_PROPERTY)
                for iri in _terms(words, kind)
            ],
            traps=traps(),
            rules=_rules(request, reading),
        )
        return page.encode()

    return send_document(request, reading.state, None, make, languages=languages)


def _terms(words: Graph, kind: str) -> list[str]:
    return sorted((iri for iri in words.of_type(kind) if iri.startswith(SG_NS)), key=str.lower)


def _word(words: Graph, iri: str, number: int) -> Word:
    name = prefixed(iri)
    query, variable = (
        ("things-of-class", "class") if words.is_a(iri, OWL.CLASS) else ("statements-of-property", "property")
    )
    ends = [" or ".join(map(prefixed, words.iris(iri, way))) for way in (RDFS.DOMAIN, RDFS.RANGE)]
    return Word(
        iri,
        name,
        words.label(iri) or name,
        " ".join(words.texts(iri, SKOS.DEFINITION)),
        " ".join(words.texts(iri, SKOS.EXAMPLE)),
        number,
        filled_address(query, **{variable: iri}),
        " → ".join(one or "anything" for one in ends) if any(ends) else "",
    )


def _picture(
    reading: Reading, counts: dict[str, int], addresses: Addresses, languages: tuple[str, ...]
) -> Markup | None:
    edges = list(text_rows(reading, "model-edges"))
    iris = tuple(dict.fromkeys(row[end] for row in edges for end in ("from", "to")))
    names = names_of(reading, (*iris, *(row["property"] for row in edges)), languages)
    boxes = [Box(iri, f"{names[iri].label} ({counts.get(iri, 0):,})", addresses.about(iri)) for iri in iris]
    arrows = [Arrow(row["from"], row["to"], names[row["property"]].label) for row in edges if row["from"] != row["to"]]
    if not boxes:
        return None
    return network(
        boxes, arrows, "The classes of this store", "Each with the number of its things, and what leads where."
    )


def _rules(request: Request, reading: Reading) -> list[Fired]:
    """The rules, those that fire most often first."""
    findings: FindingsOnDemand = request.state.findings
    known = plans(reading)
    times: Counter[str] = Counter()
    if len(known) <= _MOST_PLANS:
        for versions in versions_by_plan(reading, known).values():
            if version := in_force(versions):
                times.update(one.rule for one in findings.of(reading, version).found)
    rules = Ruleset.of(request.state.settings).shapes().rules
    found = [Fired(iri, rule.label, rule.severity, times[iri.removeprefix(SHAPES_NS)]) for iri, rule in rules.items()]
    return sorted(found, key=lambda one: -one.times)


ANSWERS: Final = answers("The page.", (HTML,), 304, 429, 503, 504)
