"""Templates → pages."""

from __future__ import annotations

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from stratgraph.results import RESULT_FORMS
from stratgraph.serialisation import RDF_FORMS

_TEMPLATES: Final = Environment(
    loader=PackageLoader("stratgraph_api"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals |= {"result_forms": RESULT_FORMS, "graph_forms": RDF_FORMS}


def render(template: str, *, root: str, **context: object) -> str:
    """A page.

    Args:
        template: its name.
        root: the path under which the application is mounted.
        context: what the template shows.
    """
    return _TEMPLATES.get_template(template).render(root=root, **context)
