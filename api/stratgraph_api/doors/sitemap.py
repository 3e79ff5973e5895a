"""``/sitemap.xml`` and ``/robots.txt``: what there is to be found, for search engines (sitemaps.org, RFC 9309)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from xml.sax.saxutils import escape

from fastapi import Query
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import PlainTextResponse, Response

from stratgraph.entities import own_names
from stratgraph.errors import NotFound
from stratgraph.terms import CATALOGUE, ONTOLOGY, SHAPES, SITEMAP_NS
from stratgraph_api.http.addresses import local_address
from stratgraph_api.http.documents import base_address, send_document
from stratgraph_api.http.openapi import answers
from stratgraph_api.http.problems import root_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratgraph.store.protocol import Reading

MOST_ADDRESSES: Final = 50_000
"""In one sitemap, by its protocol; a longer one is cut, and an index leads to its pieces."""

_XML: Final = "application/xml"
_ALWAYS: Final = ("/", "/queries", "/log")
# What answers questions, and whose answers nobody looks for; what the catalogue offers for download is not among it.
_NOT_FOR_ROBOTS: Final = ("/sparql", "/explain", "/search", "/review", "/validate", "/publish")


def show_sitemap(
    request: Request, page: Annotated[str, Query(description="One of the lists, by its number from 1.")] = ""
) -> Response:
    """The pages about what we have named, or an index of such lists."""
    reading: Reading = request.state.open_reading()
    base = base_address(request)

    def write() -> bytes:
        described = tuple(local_address(iri) for iri in own_names(reading, request.state.settings.own_base))
        places = tuple(dict.fromkeys((*_ALWAYS, *map(local_address, (CATALOGUE, ONTOLOGY, SHAPES)), *described)))
        pieces = [places[start : start + MOST_ADDRESSES] for start in range(0, len(places), MOST_ADDRESSES)]
        if not page and len(pieces) > 1:
            return _list("sitemapindex", "sitemap", [f"{base}/sitemap.xml?page={n}" for n in range(1, len(pieces) + 1)])
        known = {str(number): piece for number, piece in enumerate(pieces, 1)} | {"": pieces[0]}
        if page not in known:
            raise NotFound(f"The sitemap has no page {page!r}.", mend=f"It has {len(pieces)}.")
        return _list("urlset", "url", [f"{base}{place}" for place in known[page]])

    return send_document(request, f"{reading.state}.{page}", None, write, media_type=_XML)


def show_robots(request: Request) -> Response:
    """What robots may look at: everything but what only answers questions."""
    root = root_path(request)
    lines = ["User-agent: *", *(f"Disallow: {root}{path}" for path in _NOT_FOR_ROBOTS)]
    return PlainTextResponse("\n".join([*lines, "", f"Sitemap: {base_address(request)}/sitemap.xml", ""]))


def _list(whole: str, part: str, addresses: Sequence[str]) -> bytes:
    lines = "\n".join(f"<{part}><loc>{escape(address)}</loc></{part}>" for address in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{whole} xmlns="{SITEMAP_NS}">\n{lines}\n</{whole}>\n'.encode()


SITEMAP: Final = answers("The list.", (_XML,), 304, 429, 503, 504, also={404: "The sitemap has no such page."})
ROBOTS: Final = answers("The rules.", ("text/plain",))
