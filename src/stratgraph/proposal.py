"""A proposal: a revision that was read, whose elements were recognised, and that was reviewed against a version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple, parse

from stratgraph.assets import query_text
from stratgraph.history import chosen_version, read_version, used_places, versions_of
from stratgraph.matching import identified, match
from stratgraph.query import with_values
from stratgraph.review import review
from stratgraph.serialisation import N_TRIPLES
from stratgraph.store import Forms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stratgraph.history import Version
    from stratgraph.matching import Match
    from stratgraph.review.model import Review
    from stratgraph.statements import StatedPlan
    from stratgraph.store import Store


@dataclass(frozen=True, slots=True)
class Proposal:
    """A revision, ready to be published if its review allows it.

    Args:
        plan: what it states, its elements with the IRIs that they keep.
        review: of it.
        former: the version that it was compared with; None where the plan is new.
        number: that it would get.
        state: of the store when it was compared.
    """

    plan: StatedPlan
    review: Review
    former: Version | None
    number: int
    state: str


def recognised(
    store: Store, new: StatedPlan, *, against: int | None = None, decided: Mapping[str, str] | None = None
) -> tuple[Match, ...]:
    """How the elements of a revision are recognised in a version; see :func:`propose` for what goes in."""
    versions = versions_of(store, new.identifiers.plan_iri)
    if not versions:
        return ()
    old = read_version(store, chosen_version(versions, against))
    return match(new, old, used=used_places(store, versions), decided=decided or {})


def propose(
    store: Store,
    new: StatedPlan,
    *,
    against: int | None = None,
    decided: Mapping[str, str] | None = None,
    engine: str = "shacl",
) -> Proposal:
    """Recognises the elements of a revision, and reviews it.

    Args:
        store: where the plan is published, or is to be. Nothing but what belongs to this plan is looked at.
        new: the revision.
        against: number of the version to compare with; the newest where None.
        decided: what somebody decided of doubtful matches (:mod:`stratgraph.matching`).
        engine: that validates.

    Raises:
        NotFound: the plan has no version of that number.
        UsageError: a decision is about a place that is not there.
    """
    state = store.state
    versions = versions_of(store, new.identifiers.plan_iri)
    number = max((version.number for version in versions), default=0) + 1
    if not versions:
        return Proposal(new, review(new, None, against="", version=number, engine=engine), None, number, state)
    former = chosen_version(versions, against)
    old = read_version(store, former)
    matches = match(new, old, used=used_places(store, versions), decided=decided or {})
    plan = identified(new, old, matches)
    found = review(
        plan,
        old,
        against=former.iris.graph,
        version=number,
        matches=matches,
        links=_links(store, new.identifiers.plan_iri),
        engine=engine,
    )
    return Proposal(plan, found, former, number, state)


def _links(store: Store, plan: str) -> tuple[Triple, ...]:
    """The mappings that elements of the plan have in the current view."""
    query = with_values(query_text("review-links"), "plan", [NamedNode(plan)])
    with store.answer(query, Forms(solutions=None, graph=N_TRIPLES)) as answer:
        return tuple(quad.triple for quad in parse(answer.read(), format=N_TRIPLES.engine))
