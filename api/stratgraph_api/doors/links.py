"""``/links/NAME.sssom.tsv``: a published set of mappings as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - likewise

from stratgraph.links import SSSOM_TYPE, TABLE_ENDING, chosen_sets, published_sets, write_mapping_set
from stratgraph_api.http.addresses import local_address
from stratgraph_api.http.documents import HTML, Link, send_document
from stratgraph_api.http.openapi import answers

if TYPE_CHECKING:
    from stratgraph.store.protocol import Reading

PATH: Final = f"/links/{{name}}{TABLE_ENDING}"


def show_table(request: Request, name: str) -> Response:
    """The set as SSSOM/TSV, with all that is on record of it."""
    reading: Reading = request.state.open_reading()
    (chosen,) = chosen_sets([name], published_sets(reading))
    links = [Link(chosen.graph, "cite-as"), Link(local_address(chosen.graph), "describes", HTML)]
    if chosen.licence:
        links.append(Link(chosen.licence, "license"))
    headers = {"Content-Disposition": f'attachment; filename="{chosen.name}{TABLE_ENDING}"'}
    return send_document(
        request,
        reading.state,
        None,
        lambda: write_mapping_set(chosen),
        media_type=SSSOM_TYPE,
        links=links,
        headers=headers,
    )


ANSWERS: Final = answers(
    "The table.",
    (SSSOM_TYPE,),
    *(304, 429, 503, 504),
    also={404: "There is no such set; those that there are are named."},
)
