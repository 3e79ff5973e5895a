"""IRIs ↔ addresses on this server: where a thing is described, and which thing an address is about.

Our own IRIs have here the path that they have below https://w3id.org/stratgraph/; a thing itself answers 303 and leads
to a document about it. Everything else has the one document ``/doc?iri=``; where the operator has a base of its own
(the setting ``own_base``), an IRI below that has here its own path, and leads there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urlencode, urlsplit

from stratgraph.identifiers import plan_identifiers
from stratgraph.serialisation import RDF_FORMS, RdfForm
from stratgraph.terms import BASE, CATALOGUE, IDENTIFIERS, ONTOLOGY, QUERIES, SHAPES, VOID_DESCRIPTION

DOCUMENTS: Final = "/doc/"
_DOCUMENT: Final = "/doc"
# RFC 3986: what may stand in a path as it is; a percent sign belongs to an IRI that is encoded already.
_SAFE: Final = "/:@!$&'()*+,;=~-._%"
# What IRIs begin with that are documents themselves; the rest of it is a fragment or a name below.
_DOCUMENTED: Final = (ONTOLOGY, SHAPES, CATALOGUE, VOID_DESCRIPTION)


def local_address(iri: str, form: RdfForm | None = None) -> str:
    """Where a thing is described, relative to the application's root.

    Args:
        iri: of the thing.
        form: of the description; a page where None.
    """
    whole, hash_mark, fragment = iri.partition("#")
    ending = form.extensions[0] if form else ""
    tail = f"{hash_mark}{quote(fragment, safe=_SAFE)}"
    if whole.startswith(IDENTIFIERS):
        return f"{DOCUMENTS}{quote(whole.removeprefix(IDENTIFIERS), safe=_SAFE)}{ending}{tail}"
    if whole in _DOCUMENTED or whole.startswith((f"{ONTOLOGY}/", QUERIES)):
        path = whole.removeprefix(BASE).replace(QUERIES.removeprefix(BASE), "queries/", 1)
        return f"/{quote(path, safe=_SAFE)}{ending}{tail}"
    name = f"&format={form.name}" if form else ""
    return f"{_DOCUMENT}?iri={quote(iri, safe='')}{name}"


def page_address(iri: str) -> str:
    """Where the page about a thing is, whatever a client accepts."""
    address = local_address(iri)
    return f"{address}.html" if address.startswith(DOCUMENTS) else f"{address}&format=html"


def sheet_address(plan: str, number: int | None = None, view: str = "") -> str:
    """Where the sheet of a plan is.

    Args:
        plan: IRI of the plan.
        number: of a version; that in force where None.
        view: of the plan, where it is another than the sheet.
    """
    identifiers = plan_identifiers(plan)
    asked = {"plan": identifiers.own, "version": str(number or ""), "view": view}
    query = urlencode({name: value for name, value in asked.items() if value})
    path = "/sheet" if identifiers.own else f"/sheet/{identifiers.organisation}/{identifiers.plan}"
    return f"{path}?{query}" if query else path


def in_language(address: str, language: str) -> str:
    """The address of a page of this server with the languages that somebody chose by ``lang``.

    Args:
        address: relative to the application's root.
        language: the value of the parameter; empty where nobody chose.
    """
    if not language:
        return address
    place, hash_mark, fragment = address.partition("#")
    return f"{place}{'&' if '?' in place else '?'}{urlencode({'lang': language})}{hash_mark}{fragment}"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the links of a page lead.

    Args:
        root: the path under which the application is mounted.
        language: the value of ``lang`` by which the reader chose. It goes with each link to a page, which shows texts
            in these languages or leads on with them. Empty where nobody chose: what a browser prefers, it says itself.
    """

    root: str = ""
    language: str = ""

    def to(self, address: str) -> str:
        """Where a page is.

        Args:
            address: relative to the application's root.
        """
        return f"{self.root}{in_language(address, self.language)}"

    def about(self, iri: str) -> str:
        """Where the page about a thing is."""
        return self.to(local_address(iri))


def quoted_path(path: str) -> str:
    """A path as an IRI may have it, where a server has decoded it."""
    return quote(path, safe=_SAFE)


def split_ending(path: str) -> tuple[str, RdfForm | None]:
    """A path without the ending that names a form, and that form."""
    for form in RDF_FORMS:
        if path.endswith(form.extensions[0]):
            return path.removesuffix(form.extensions[0]), form
    return path, None


def own_path(own_base: str) -> str:
    """The path of the operator's own IRIs on this server, by the setting: that which they have, with its last slash."""
    return unquote(urlsplit(own_base).path)


def iris_at(path: str, own_base: str = "") -> tuple[str, ...]:
    """The IRIs that a thing may have by the path that it is asked for by, encoded or not.

    Args:
        path: below the application's root, with its first slash, as a server hands it over: decoded.
        own_base: the setting, where the path is one of the operator's own; otherwise it is one of ours.
    """
    own = urlsplit(own_base)
    home = f"{own.scheme}://{own.netloc}" if own_base else BASE.rstrip("/")
    return tuple(dict.fromkeys((f"{home}{path}", f"{home}{quoted_path(path)}")))


def iris_of(path: str) -> tuple[str, ...]:
    """The IRIs that a path below ``/id/`` may name: a server hands it over decoded, and IRIs may be encoded or not."""
    return tuple(dict.fromkeys((f"{IDENTIFIERS}{path}", f"{IDENTIFIERS}{quoted_path(path)}")))
