"""How a thing of a plan is cited, by people and by machines that read schema.org."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stratgraph.asking import triples
from stratgraph.graph import Graph
from stratgraph.identifiers import plans_above
from stratgraph.terms import BASE, CATALOGUE, DCTERMS, IDENTIFIERS, ORG, RDFS, SCHEMA_NS, SG, SKOS, SSSOM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.catalogue import Download
    from stratgraph.entities.description import Description
    from stratgraph.history import Version
    from stratgraph.store import Reading

_TYPES: Final = (
    ("Organization", (ORG.FORMAL_ORGANIZATION, ORG.ORGANIZATIONAL_UNIT, ORG.ORGANIZATION, SG.SECTOR)),
    ("DefinedTerm", (SKOS.CONCEPT,)),
    ("DefinedTermSet", (SKOS.CONCEPT_SCHEME,)),
    ("Dataset", (SSSOM.MAPPING_SET,)),
    (
        "CreativeWork",
        (SG.STRATEGIC_PLAN, SG.PLAN_ELEMENT, SG.DOCUMENT_PART, SG.MENTION, SG.SOURCE_DOCUMENT),
    ),
)


@dataclass(frozen=True, slots=True)
class InPlan:
    """The plan that a thing is of.

    Args:
        iri: of the plan.
        title: of the plan.
        publisher: IRI of its organisation.
        organisation: what that is called.
    """

    iri: str
    title: str
    publisher: str
    organisation: str


def plan_of(reading: Reading, iri: str, said: Iterable[str] = (), languages: tuple[str, ...] = ()) -> InPlan | None:
    """The plan that an IRI belongs to; None where it is of none, or of one that is not published.

    Args:
        reading: to ask.
        iri: of a thing, which stands below its plan's.
        said: IRIs of plans that the thing says it is in; needed where it does not.
        languages: in which the plan is called so, before its own.
    """
    return next(iter(plans_of(reading, (*plans_above(iri), *said), languages)), None)


def plans_of(reading: Reading, iris: Iterable[str], languages: tuple[str, ...] = ()) -> tuple[InPlan, ...]:
    """Plans by their IRIs, in the same order, without those that are not published.

    Args:
        reading: to ask.
        iris: of plans.
        languages: in which they are called so, before their own.
    """
    plans = tuple(dict.fromkeys(iris))
    graph = Graph(triples(reading, "entity-plan", plan=plans) if plans else ())
    found = []
    for plan in plans:
        wanted = (*languages, *graph.languages_of(plan))
        title = graph.text(plan, DCTERMS.TITLE, languages=wanted)
        publisher = graph.iri(plan, DCTERMS.PUBLISHER)
        organisation = graph.text(publisher, RDFS.LABEL, languages=wanted)
        if title and organisation:
            found.append(InPlan(plan, title, publisher, organisation))
    return tuple(found)


def cite(description: Description, plan: InPlan, version: Version) -> str:
    """How the thing is cited, as a version of its plan has it; without its IRI, which stands behind."""
    published = f" ({version.time:%Y-%m-%d})" if version.time else ""
    where = f"{plan.title}, version {version.number}{published}"
    is_whole = description.iri in {plan.iri, version.iris.graph}
    return f"{plan.organisation}: {where}." if is_whole else f"{plan.organisation}: “{description.label}”, in {where}."


def schema_org(
    description: Description, plan: InPlan | None, version: Version | None, downloads: tuple[Download, ...], root: str
) -> dict[str, Any]:
    """The thing in the words of schema.org, as search engines read them in a page.

    Args:
        description: of the thing.
        plan: that it is of, if any.
        version: the one that the thing is, or the newest that states it; None where there is none.
        downloads: of a thing that is a version.
        root: the address under which it is served.
    """
    kinds = [name for name, classes in _TYPES if description.is_a(*classes)]
    is_version = version is not None and description.iri == version.iris.graph
    found: dict[str, Any] = {
        "@context": SCHEMA_NS,
        "@type": "Dataset" if is_version else next(iter(kinds), "Thing"),
        "@id": description.iri,
        "identifier": description.iri,
        "url": description.iri,
        "name": description.label,
    }
    properties = (SG.TEXT, SKOS.DEFINITION, RDFS.COMMENT, DCTERMS.DESCRIPTION)
    words = next((text for name in properties if (text := description.text(name))), "")
    if words:
        found["text" if found["@type"] == "CreativeWork" else "description"] = words
    if plan and found["@type"] in {"CreativeWork", "Dataset"}:
        found["publisher"] = {"@type": "Organization", "@id": plan.publisher, "name": plan.organisation}
        if plan.iri != description.iri:
            whole = "isBasedOn" if is_version else "isPartOf"
            found[whole] = {"@type": "CreativeWork", "@id": plan.iri, "name": plan.title}
    if version and is_version:
        found |= _of_version(version, downloads, root)
    return found


def rights_iri(version: Version) -> str:
    """Where the catalogue says on what terms a version may be used; empty where its source says nothing."""
    return f"{CATALOGUE}#{version.iris.graph.removeprefix(IDENTIFIERS)}/rights" if version.rights else ""


def _of_version(version: Version, downloads: tuple[Download, ...], root: str) -> dict[str, Any]:
    known: dict[str, Any] = {
        "description": f"Read from: {version.title}. A version of a strategic plan as linked data.",
        "version": str(version.number),
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": CATALOGUE, "url": f"{root}/catalogue"},
        "creator": {"@type": "Organization", "@id": f"{BASE}authors", "name": "The stratgraph authors"},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": one.export.what,
                "encodingFormat": one.media_type,
                "contentUrl": f"{root}{one.address}",
            }
            for one in downloads
        ],
    }
    if version.time:
        known["datePublished"] = version.time.isoformat()
    if version.rights:
        known["license"] = rights_iri(version)
        known["usageInfo"] = version.rights
    return known
