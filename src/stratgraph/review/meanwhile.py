"""The three-way part of a review: what was published since the version that a revision was made from.

Base, in force, sent: a change from the base to what is in force is kept by the revision, undone by it, or collides with
a change of its own.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from stratgraph.review.changes import changes
from stratgraph.review.model import ChangeKind, Fate, Meanwhile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.review.model import Change
    from stratgraph.review.things import Things

_WHOLE: Final = (ChangeKind.ADDED, ChangeKind.REMOVED)


def published_meanwhile(in_force: Things, base: Things, sent: Iterable[Change]) -> tuple[Meanwhile, ...]:
    """Each change from the base to what is in force, with what the revision makes of it.

    Args:
        in_force: the version in force.
        base: the version that the revision was made from.
        sent: what the revision changes of the version in force.

    Returns:
        In the order of :func:`stratgraph.review.changes.changes`. A change is undone where the revision has what stood
        before it, collides where the revision has a third thing in its place, and is kept otherwise.
    """
    by_subject: dict[str, list[Change]] = defaultdict(list)
    for change in sent:
        by_subject[change.subject].append(change)
    return tuple(_met(change, by_subject[change.subject]) for change in changes(in_force, base))


def _met(change: Change, sent: list[Change]) -> Meanwhile:
    """A change beside those that the revision makes of the same thing."""
    whole = next((one for one in sent if one.kind in _WHOLE), None)
    if whole is not None:
        is_undone = change.kind in _WHOLE and whole.kind is not change.kind
        return Meanwhile(change, Fate.UNDONE if is_undone else Fate.COLLIDES, whole.new)
    if change.kind in _WHOLE:
        return Meanwhile(change, Fate.KEPT)
    fate, here = Fate.KEPT, ""
    for one in sent:
        if one.property != change.property:
            continue
        takes_away = one.old == change.new
        brings_back = one.new == change.old
        if takes_away and brings_back:
            return Meanwhile(change, Fate.UNDONE, one.new)
        # Of several values that a property has, the revision may change another one.
        if (takes_away and change.new) or (brings_back and change.old):
            fate, here = Fate.COLLIDES, one.new
    return Meanwhile(change, fate, here)
