"""``/links``: the links that are on record as a table, chosen by a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlencode

from fastapi import Query
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - likewise

from stratgraph.entities import Wanted, link_choices, link_rows
from stratgraph.errors import UsageError
from stratgraph.graph import is_iri
from stratgraph_api.http.documents import HTML, Language, addresses_of, asked_languages, query_address, send_document
from stratgraph_api.http.openapi import answers
from stratgraph_api.http.parameters import Iri, Number
from stratgraph_api.http.rendering import render

if TYPE_CHECKING:
    from stratgraph.store.protocol import Reading

_ROWS: Final = 100
_LEAST: Final = ("0.5", "0.6", "0.7", "0.8", "0.9")


def show_links(
    request: Request,
    plan: Annotated[Iri, Query(description="IRI of a plan: only links of its elements.")] = "",
    unit: Annotated[Iri, Query(description="IRI of a unit: only links of its elements.")] = "",
    vocabulary: Annotated[Iri, Query(description="IRI of a vocabulary: only links to its concepts.")] = "",
    relation: Annotated[Iri, Query(description="IRI of a relation: only links by it.")] = "",
    confidence: Annotated[str, Query(description="Only links that are at least so sure, from 0 to 1.")] = "",
    page: Annotated[Number, Query(description="Which hundred of them, from 1.")] = None,
    language: Language = "",
) -> Response:
    """The page."""
    chosen = {"plan": plan, "unit": unit, "vocabulary": vocabulary, "relation": relation}
    for name, iri in chosen.items():
        if iri and not is_iri(iri):
            raise UsageError(f"The parameter {name} cannot be {iri!r}: it is no IRI.", mend="Choose one in the form.")
    wanted = Wanted(**chosen, least=_least(confidence))
    reading: Reading = request.state.open_reading()
    languages = asked_languages(request, language)
    number = max(page or 1, 1)

    def make() -> bytes:
        rows, found = link_rows(reading, wanted, languages, before=(number - 1) * _ROWS, size=_ROWS)
        asked = chosen | {"confidence": confidence}
        addresses = addresses_of(request)
        choices = link_choices(reading, languages)

        def place(to: int) -> str:
            said = {name: value for name, value in (asked | {"page": str(to)}).items() if value}
            return addresses.to(f"/links?{urlencode(said)}")

        return render(
            "links.html",
            addresses,
            rows=rows,
            found=found,
            asked=asked,
            choices=(
                ("plan", "Plan", choices.plans),
                ("unit", "Unit", choices.units),
                ("vocabulary", "Vocabulary", choices.vocabularies),
                ("relation", "Relation", choices.relations),
            ),
            least=_LEAST,
            earlier=place(number - 1) if number > 1 else "",
            later=place(number + 1) if found.last < found.counted else "",
            query=wanted.query,
            query_address=query_address(wanted.query),
        ).encode()

    return send_document(request, reading.state, None, make, languages=languages)


def _least(confidence: str) -> float:
    try:
        least = float(confidence or 0)
    except ValueError:
        least = -1
    if not 0 <= least <= 1:
        raise UsageError(f"The parameter confidence cannot be {confidence!r}.", mend="Give a number from 0 to 1.")
    return least


LINKS: Final = answers("The page.", (HTML,), *(304, 400, 429, 503, 504))
