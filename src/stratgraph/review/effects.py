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
from stratgraph.wording import listing

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
        Sorted by kind and subject, of each kind one for an element: the mappings of each that was reworded, moved or
        removed; and what each that is still there lost the last of, or got the first, of what should lead to it.
    """
    found = [*_of_links(new, old, changes, links), *_of_coverage(new, old)]
    return tuple(sorted(found, key=_key))


def _key(effect: Effect) -> tuple[object, ...]:
    return (_KINDS.index(effect.kind), natural_key(effect.subject))


def _of_links(new: Things, old: Things, changes: Iterable[Change], links: Iterable[Triple]) -> Iterator[Effect]:
    loosening: dict[str, set[ChangeKind]] = defaultdict(set)
    for change in changes:
        if change.kind in _LOOSENING:
            loosening[change.subject].add(change.kind)
    mappings: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for link in links:
        subject, target = link.subject, link.object
        if isinstance(subject, NamedNode) and isinstance(target, NamedNode) and subject.value in loosening:
            mappings[subject.value].add((target.value, term_label(link.predicate.value)))
    for iri, several in mappings.items():
        is_removed = ChangeKind.REMOVED in loosening[iri]
        things = old if is_removed else new
        happened = " and ".join(kind for kind in _LOOSENING if kind in loosening[iri])
        told = f"its link {_told(several)} was" if len(several) == 1 else f"its links {_told(several)} were"
        what, it = ("the link", "it") if len(several) == 1 else ("the links", "them")
        yield Effect(
            kind=EffectKind.LINK,
            subject=iri,
            label=things.label(iri),
            message=f"{kind_label(things.type(iri))} {happened}: {told} made for what it was.",
            mend=f"Withdraw {what}, or give {it} to what takes the element's place."
            if is_removed
            else f"Look at {what} again; confirm {it}, or mend {it}.",
            targets=tuple(sorted({target for target, _ in several}, key=natural_key)),
            where=None if is_removed else new.where(iri),
            paragraph=things.part(iri),
            unit=things.unit(iri),
            stood=old.where(iri) if is_removed else None,
        )


def _told(links: Iterable[tuple[str, str]]) -> str:
    """``“close match” to <a> and <b>``: the links, each a target and a label, those of a label together."""
    targets: dict[str, list[str]] = defaultdict(list)
    for target, label in sorted(links, key=lambda link: natural_key(link[0])):
        targets[label].append(f"<{target}>")
    return "; ".join(f"“{label}” to {listing(targets[label])}" for label in sorted(targets))


def _of_coverage(new: Things, old: Things) -> Iterator[Effect]:
    still_there = new.iris & old.iris
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for need in _NEEDS:
        before, after = _givers(old, need), _givers(new, need)
        what = term_label(need.giver)
        for iri in before.keys() - after.keys() & still_there:
            names = "; ".join(f"“{old.label(giver)}”" for giver in sorted(before[iri], key=natural_key))
            found[iri].append((f"lost its last {what}: {names}.", f"Give it another {what}."))
        for iri in after.keys() - before.keys() & still_there:
            names = "; ".join(f"“{new.label(giver)}”" for giver in sorted(after[iri], key=natural_key))
            found[iri].append((f"got its first {what}: {names}.", ""))
    for iri, several in found.items():
        named = _named(new, iri)
        yield Effect(
            kind=EffectKind.COVERAGE,
            subject=iri,
            label=new.label(iri),
            message=f"{named} {' It '.join(message for message, _ in several)}",
            mend=" ".join(mend for _, mend in several if mend),
            where=new.where(iri),
            paragraph=new.part(iri),
            unit=new.unit(iri),
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
