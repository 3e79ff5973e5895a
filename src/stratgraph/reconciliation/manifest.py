"""What a reconciliation service says of itself (Reconciliation Service API 0.2, section 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stratgraph.terms import BASE, SG, SG_NS, SKOS
from stratgraph.version import __version__

if TYPE_CHECKING:
    from stratgraph.reconciliation.model import Json, Kind

VERSIONS: Final = ("0.2",)
PREVIEW_SIZE: Final = (430, 200)
"""Width and height in pixels."""

_DEFAULT_TYPES: Final = (SG.OBJECTIVE, SG.OUTPUT, SG.EXPECTED_RESULT, SG.KPI, SG.GOAL, SKOS.CONCEPT)


def manifest(base_url: str, types: tuple[Kind, ...], *, max_queries: int) -> Json:
    """The manifest of a service.

    Args:
        base_url: where it is asked, without a slash at its end. Below it are ``view?id=`` and ``preview?id=``,
            ``suggest/entity``, ``suggest/property`` and ``suggest/type``, and ``propose`` for properties; questions
            for candidates and for values go to the address itself.
        types: the types that things can have.
        max_queries: how many a batch may have.
    """
    width, height = PREVIEW_SIZE
    known = {kind.id: kind for kind in types}
    return {
        "versions": list(VERSIONS),
        "name": "stratgraph: strategic plans, and the vocabularies of the UN that they are linked to",
        "identifierSpace": BASE,
        "schemaSpace": SG_NS,
        "serviceVersion": __version__,
        "defaultTypes": [known[iri].as_json() for iri in _DEFAULT_TYPES if iri in known],
        "view": {"url": f"{base_url}/view?id={{{{id}}}}"},
        "preview": {"url": f"{base_url}/preview?id={{{{id}}}}", "width": width, "height": height},
        "suggest": {
            name: {"service_url": base_url, "service_path": f"/suggest/{name}"}
            for name in ("entity", "property", "type")
        },
        "extend": {
            "propose_properties": {"service_url": base_url, "service_path": "/propose"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "How many values of each thing at most; 0 is all.",
                },
                {
                    "name": "language",
                    "label": "Language",
                    "type": "text",
                    "default": "",
                    "help_text": "Tag of the language of texts, such as fr; empty is any.",
                },
            ],
        },
        "batchSize": max_queries,
    }
