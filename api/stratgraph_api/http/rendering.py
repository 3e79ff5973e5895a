"""Templates → pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from stratgraph.identifiers import is_address
from stratgraph.results import RESULT_FORMS
from stratgraph.serialisation import RDF_FORMS
from stratgraph.store import WHOLE
from stratgraph.wording import counted

if TYPE_CHECKING:
    from stratgraph_api.http.addresses import Addresses


def is_followed(address: str) -> bool:
    """Whether a page links to an address: one of the web, or of this server.

    Any other scheme, ``javascript:`` and ``data:`` among them, could run in our page when it is followed.
    """
    return is_address(address) or address.startswith(("/", "#"))


_TEMPLATES: Final = Environment(
    loader=PackageLoader("stratgraph_api"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals |= {"result_forms": RESULT_FORMS, "graph_forms": RDF_FORMS, "whole": WHOLE, "counted": counted}
_TEMPLATES.globals["site"] = "stratgraph"
_TEMPLATES.tests["followed"] = is_followed


def name_site(name: str) -> None:
    """Says what the pages of this process call the site."""
    _TEMPLATES.globals["site"] = name


def render(template: str, addresses: Addresses, **context: object) -> str:
    """A page.

    Args:
        template: its name.
        addresses: where its links lead.
        context: what else the template shows.
    """
    links = {"root": addresses.root, "to": addresses.to, "about": addresses.about, "lang": addresses.language}
    return _TEMPLATES.get_template(template).render(**links, **context)
