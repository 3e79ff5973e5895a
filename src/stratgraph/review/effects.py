"""What a revision does to others: mappings whose subject changed, and elements that are left without what they need."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from stratgraph.identifiers import natural_key
from stratgraph.review.model import ChangeKind, Effect, EffectKind
from stratgraph.review.things import kind_label, term_label
from stratgraph.terms import SG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Triple

    from stratgraph.review.model import Change
    from stratgraph.review.things import Things

_LOOSENING: Final = (ChangeKind.REMOVED, ChangeKind.MOVED, ChangeKind.REWORDED)
"""What calls a mapping into question."""

_KINDS: Final = tuple(EffectKind)


@dataclass(frozen=True, slots=True)
class _Need:
    """That elements lead to others which need them.

    Args:
        property: from the one to the other.
        giver: class of the one that covers the other.
        is_from_giver: whether the property leads from the giver.
    """

    property: str
    giver: str
    is_from_giver: bool = True


_NEEDS: Final = (
    _Need(SG.INDICATOR_OF, SG.KPI),
    _Need(SG.SUPPORTS_OBJECTIVE, SG.OUTPUT),
    _Need(SG.EXPECTED_FOR, SG.EXPECTED_RESULT),
    _Need(SG.CONTRIBUTES_TO, SG.OBJECTIVE),
    _Need(SG.SERVES_MISSION, SG.GOAL),
    _Need(SG.HAS_STATEMENT, SG.GOAL_STATEMENT, is_from_giver=False),
    _Need(SG.RESULT_OF, SG.EXPECTED_RESULT),
    _Need(SG.MEASURES, SG.KPI),
)


def effects(new: Things, old: Things, changes: Iterable[Change], links: Iterable[Triple]) -> tuple[Effect, ...]:
    """What follows from the changes for what they do not change.

    Args:
        new: the revision.
        old: the version before.
        changes: from the one to the other.
        links: mappings of elements of the plan to things outside it.

    Returns:
        Sorted by kind, subject and target: each mapping of an element that was reworded, moved or removed, and each
        element that is still there and lost the last of what should lead to it, or got the first.
    """
    found = [*_of_links(new, old, changes, links), *_of_coverage(new, old)]
    return tuple(sorted(found, key=_key))


def _key(effect: Effect) -> tuple[object, ...]:
    return (_KINDS.index(effect.kind), natural_key(effect.subject), natural_key(effect.target), effect.message)


def _of_links(new: Things, old: Things, changes: Iterable[Change], links: Iterable[Triple]) -> Iterator[Effect]:
    loosening: dict[str, set[ChangeKind]] = defaultdict(set)
    for change in changes:
        if change.kind in _LOOSENING:
            loosening[change.subject].add(change.kind)
    for link in set(links):
        subject, target = link.subject, link.object
        if not (isinstance(subject, NamedNode) and isinstance(target, NamedNode) and subject.value in loosening):
            continue
        iri = subject.value
        is_removed = ChangeKind.REMOVED in loosening[iri]
        things = old if is_removed else new
        happened = " and ".join(kind for kind in _LOOSENING if kind in loosening[iri])
        yield Effect(
            kind=EffectKind.LINK,
            subject=iri,
            label=things.label(iri),
            message=f"{kind_label(things.type(iri))} {happened}: its link “{term_label(link.predicate.value)}” to "
            f"<{target.value}> was made for what it was.",
            mend="Withdraw the link, or give it to what takes the element's place."
            if is_removed
            else "Look at the link again; confirm it, or mend it.",
            target=target.value,
            where=None if is_removed else new.where(iri),
            paragraph=things.part(iri),
        )


def _of_coverage(new: Things, old: Things) -> Iterator[Effect]:
    still_there = new.iris & old.iris
    for need in _NEEDS:
        before, after = _givers(old, need), _givers(new, need)
        what = term_label(need.giver)
        for iri in before.keys() - after.keys() & still_there:
            names = "; ".join(f"“{old.label(giver)}”" for giver in sorted(before[iri], key=natural_key))
            yield _coverage(new, iri, f"{_named(new, iri)} lost its last {what}: {names}.", f"Give it another {what}.")
        for iri in after.keys() - before.keys() & still_there:
            names = "; ".join(f"“{new.label(giver)}”" for giver in sorted(after[iri], key=natural_key))
            yield _coverage(new, iri, f"{_named(new, iri)} got its first {what}: {names}.", "")


def _coverage(new: Things, iri: str, message: str, mend: str) -> Effect:
    return Effect(
        kind=EffectKind.COVERAGE,
        subject=iri,
        label=new.label(iri),
        message=message,
        mend=mend,
        where=new.where(iri),
        paragraph=new.part(iri),
    )


def _named(things: Things, iri: str) -> str:
    return f"{kind_label(things.type(iri))} “{things.label(iri)}”"


def _givers(things: Things, need: _Need) -> dict[str, set[str]]:
    """Of each element that something leads to, what does."""
    found: dict[str, set[str]] = defaultdict(set)
    for iri in things.iris:
        for value in things.graph.iris(iri, need.property):
            giver, needing = (iri, value) if need.is_from_giver else (value, iri)
            if giver in things.iris:
                found[needing].add(giver)
    return found
