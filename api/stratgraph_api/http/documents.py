"""Documents that are made whole of what the store holds: tagged by its state, described by Link headers."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from stratgraph.asking import filled
from stratgraph.errors import NotAcceptable, NotFound
from stratgraph.identifiers import uri_of
from stratgraph.serialisation import ANNOTATED, JSON_LD, RDF_FORMS, RdfForm, write_rdf
from stratgraph.store.protocol import WHOLE
from stratgraph.terms import COMMON_PREFIXES
from stratgraph.version import __version__
from stratgraph_api.http.addresses import Addresses, split_ending
from stratgraph_api.http.conditional import known_tags
from stratgraph_api.http.negotiation import HTML as HTML  # noqa: PLC0414 - doors take it from here
from stratgraph_api.http.negotiation import accept_field, choose, content_type, languages_in, spelled
from stratgraph_api.http.problems import root_path
from stratgraph_api.http.response_cache import keep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyoxigraph import Triple
    from starlette.requests import Request

    from stratgraph.store.protocol import Dataset

JSON: Final = "application/json"
_XHTML: Final = "application/xhtml+xml"
"""Browsers alone ask for it, older ones before HTML; each of them reads HTML."""
TABLE: Final = "text/tab-separated-values"
_TABLE_NAMES: Final = ("sssom", "tsv", TABLE)
_LONGEST_CHOICE: Final = 100
"""So many characters has a choice of languages that the links of a page repeat."""
_MOST_LINKED: Final = 4_000
"""A query of more characters makes an address that not every proxy takes."""

RDF_TYPES: Final = tuple(form.media_types[0] for form in RDF_FORMS)


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a ``Link`` header, or of a page's head (RFC 8288).

    Args:
        target: an IRI, or an address relative to the application's root.
        relation: a registered name or an IRI.
        media_type: of the target; empty where it is not known.
    """

    target: str
    relation: str
    media_type: str = ""

    def written(self, root: str) -> str:
        """As the header has it."""
        target = uri_of(f"{root}{self.target}" if self.target.startswith("/") else self.target)
        kind = f'; type="{self.media_type}"' if self.media_type else ""
        return f'<{target}>; rel="{self.relation}"{kind}'


Format: TypeAlias = Annotated[
    str,
    Query(
        alias="format",
        description="The form of the document; overrides Accept.",
        json_schema_extra={"enum": ["html", *(form.name for form in RDF_FORMS)]},
    ),
]
"""A parameter that names the form of a document, or its media type."""


Language: TypeAlias = Annotated[
    str,
    Query(
        alias="lang",
        description="The languages that texts are shown in, as tags with commas between them, the preferred one first; "
        "overrides Accept-Language. Without either, a plan is shown in its main language.",
        json_schema_extra={"example": "fr,en"},
    ),
]
"""A parameter that names languages."""


def asked_languages(request: Request, name: str = "") -> tuple[str, ...]:
    """The languages that a client wants texts in, the preferred one first: its ``name`` before ``Accept-Language``."""
    return languages_in(name or ", ".join(request.headers.getlist("accept-language")))


def document_form(request: Request, name: str = "", *, has_labels: bool = False) -> RdfForm | None:
    """The form that a client prefers: its ``name`` before ``Accept``, where it is known; None is a page.

    Where a document is given out with what its IRIs are called beside too, the names of that are known.

    Without a preference it is Turtle: a client that wants a page says so, as browsers do.

    Raises:
        NotAcceptable: there is none.
    """
    by_type: dict[str, RdfForm | None] = {form.media_types[0]: form for form in RDF_FORMS}
    # Behind a page what else the forms are called: who names both without preferring one has come with a browser.
    by_type |= {JSON: JSON_LD, HTML: None, _XHTML: None} | {
        one: form for form in RDF_FORMS for one in (*form.media_types[1:], *(form.annotated if has_labels else ()))
    }
    name = spelled(name)
    if name.lower() == "html":
        return None
    bare = name.removeprefix(ANNOTATED) if has_labels else name
    if called := next((form for form in RDF_FORMS if form.is_called(bare)), None):
        return called
    chosen = name if name in by_type else choose(accept_field(request.headers), list(by_type))
    if chosen is None:
        raise NotAcceptable(
            "This is described in forms that are not accepted.", mend=f"Accept one of {', '.join((*RDF_TYPES, HTML))}."
        )
    return by_type[chosen]


def prefers_labels(request: Request, name: str = "") -> bool:
    """Whether a client prefers RDF with what its IRIs are called to RDF without: its ``name`` before ``Accept``."""
    name = spelled(name)
    if "/" not in name and (name.lower() == "html" or any(form.is_called(name) for form in RDF_FORMS)):
        return False
    if name.startswith(ANNOTATED):
        return True
    annotated = {one for form in RDF_FORMS for one in form.annotated}
    plain = (one for form in RDF_FORMS for one in form.media_types)
    known = [*RDF_TYPES, HTML, *plain, *sorted(annotated)]
    return (name if name in known else choose(accept_field(request.headers), known)) in annotated


def prefers_table(request: Request, name: str = "") -> bool:
    """Whether a client prefers the table of a set of mappings to its description: ``format=sssom``, or ``Accept``."""
    if name:
        return name.lower() in _TABLE_NAMES
    return choose(accept_field(request.headers), [*RDF_TYPES, HTML, TABLE]) == TABLE


def form_of_ending(ending: str) -> RdfForm:
    """The form of a document whose address ends so, without the dot.

    Raises:
        NotFound: no form has that ending.
    """
    _, form = split_ending(f".{ending}")
    if form:
        return form
    known = ", ".join(form.extensions[0] for form in RDF_FORMS)
    raise NotFound(f"There is no form with the ending .{ending}.", mend=f"Use one of {known}.")


def prefers_page(request: Request, *others: str) -> bool:
    """Whether a client prefers a page to the ``others``, which are media types."""
    return choose(accept_field(request.headers), [*others, HTML]) == HTML


def send_document(
    request: Request,
    state: str | None,
    form: RdfForm | None,
    make: Callable[[], bytes],
    *,
    media_type: str = "",
    kind: str = "",
    languages: tuple[str, ...] | None = None,
    links: Iterable[Link] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """The response with a document, or 304 where the client has it already.

    Args:
        request: a GET or HEAD.
        state: of the store; the same document comes of the same state. None of one that is another each time.
        form: of the document; None is a page.
        make: writes it.
        media_type: where it is neither RDF nor a page, or a client has another name for the form.
        kind: tells it from others of its form at its address; empty where there are none.
        languages: that were asked for, of a document that depends on them; None of any other.
        links: for its ``Link`` header.
        headers: more of them.
    """
    root = root_path(request)
    written = ", ".join(link.written(root) for link in links)
    vary = "Accept" if languages is None else "Accept, Accept-Language"
    all_headers = {"Vary": vary, "Cache-Control": "no-cache", **(headers or {})}
    if written:
        all_headers["Link"] = written
    if state is not None:
        kind = kind or (form.name if form else media_type or HTML)
        tag = ".".join((state, kind, *(["+".join(languages)] if languages else []), __version__))
        all_headers["ETag"] = f'W/"{tag}"'
        if languages is None:  # which is not looked at where responses are kept
            keep(request.scope, state)
        if tag in known_tags(request):
            return Response(status_code=304, headers=all_headers)
    body = make()
    media_type = content_type(media_type or (form.media_types[0] if form else HTML))
    return Response(body, headers=all_headers | {"Content-Type": media_type})


def rdf(triples: Iterable[Triple], form: RdfForm) -> bytes:
    """The triples in a form, each once, sorted, with the prefixes that they use."""
    unique = sorted(set(triples), key=str)
    text = "\n".join(map(str, unique))
    prefixes = {name: iri for name, iri in COMMON_PREFIXES.items() if f"<{iri}" in text}
    out = BytesIO()
    write_rdf(unique, out, form, prefixes=prefixes)
    return out.getvalue()


def query_address(text: str, dataset: Dataset = WHOLE) -> str:
    """Where a query is run, of some graphs or all; a browser gets its answer as a page."""
    return f"/sparql?{_asked(text, dataset)}"


def explanation_address(text: str, dataset: Dataset = WHOLE) -> str:
    """Where a query is explained; raises UnicodeEncodeError where the text is no Unicode."""
    return f"/explain?{_asked(text, dataset)}"


def link_to_explanation(text: str, dataset: Dataset = WHOLE) -> str:
    """As :func:`explanation_address`, for a link beside an answer or a problem: empty where it would be long."""
    return explanation_address(text, dataset) if len(text) < _MOST_LINKED else ""


def _asked(text: str, dataset: Dataset) -> str:
    """The parameters of the SPARQL 1.1 Protocol, section 2.1."""
    default = [("default-graph-uri", one) for one in dataset.default_graphs]
    named = [("named-graph-uri", one) for one in dataset.named_graphs]
    return urlencode([("query", text), *default, *named])


def filled_address(query: str, **iris: str) -> str:
    """Where one of the program's own queries is run with an IRI for each of its parameters."""
    return query_address(filled(query, **{name: [iri] for name, iri in iris.items()}))


def addresses_of(request: Request, chosen: str | None = None) -> Addresses:
    """Where the links of a page lead.

    Args:
        request: that asks for the page; its ``lang`` stays with them.
        chosen: the value of that, where it stands elsewhere than in the URL.
    """
    language = chosen or request.query_params.get("lang", "")
    return Addresses(root_path(request), language if len(language) <= _LONGEST_CHOICE else "")


def base_address(request: Request) -> str:
    """The address under which the application is served, without a slash at its end."""
    return str(request.base_url).rstrip("/")
