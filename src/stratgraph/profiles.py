"""The profiles that plans name by ``dcterms:conformsTo`` (DCMI Metadata Terms), from ``shapes/profiles.ttl``.

That file says in the W3C's Profiles Vocabulary which sets of shapes each profile has.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pyoxigraph import RdfFormat, parse

from stratgraph.assets import read_asset
from stratgraph.errors import UsageError
from stratgraph.graph import Graph
from stratgraph.terms import OWL, PROF, RDF, RDFS, SHAPES_NS


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile.

    Args:
        name: by which people choose it.
        iri: by which a plan names it.
        version: of its rules.
        description: what it is for, a sentence.
        sets: of shapes: those of the profile that it is one of, and its own.
    """

    name: str
    iri: str
    version: str
    description: str
    sets: frozenset[str]


@cache
def profiles() -> dict[str, Profile]:
    """All profiles by their names, the most general first."""
    graph = Graph(parse(read_asset("shapes", "profiles.ttl"), format=RdfFormat.TURTLE))
    found = [_profile(iri, graph) for iri in graph.subjects(RDF.TYPE, PROF.PROFILE)]
    return {one.name: one for one in sorted(found, key=lambda one: len(one.sets))}


def _profile(iri: str, graph: Graph) -> Profile:
    sets: set[str] = set()
    above: str | None = iri
    while above:
        resources = graph.objects(above, PROF.HAS_RESOURCE)
        artifacts = [graph.iri(resource, PROF.HAS_ARTIFACT) for resource in resources]
        sets |= {artifact.rpartition("/")[2].removesuffix(".ttl") for artifact in artifacts}
        above = graph.iri(above, PROF.IS_PROFILE_OF)
    return Profile(
        name=graph.text(iri, PROF.HAS_TOKEN),
        iri=iri,
        version=graph.text(iri, OWL.VERSION_INFO),
        description=graph.text(iri, RDFS.COMMENT),
        sets=frozenset(sets),
    )


def profile(name: str) -> Profile:
    """The profile of a name or IRI.

    Raises:
        UsageError: there is none.
    """
    known = profiles()
    found = known.get(name.removeprefix(SHAPES_NS))
    if found is None:
        raise UsageError(f"There is no profile {name!r}.", mend=f"Use one of {', '.join(known)}.")
    return found
