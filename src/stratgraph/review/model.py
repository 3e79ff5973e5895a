"""What a review says: the changes of a revision, what became of the findings, and what follows for others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from stratgraph.errors import Location
    from stratgraph.matching import Match, Succession
    from stratgraph.statements import Notice
    from stratgraph.validation import Finding
    from stratgraph.validation.rules import ShapesGraph


class ChangeKind(StrEnum):
    """What happened to an element; in the order in which a report shows them."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    REWORDED = "reworded"
    TRANSLATED = "translated"
    REVALUED = "revalued"
    RELINKED = "relinked"
    RENUMBERED = "renumbered"
    AMENDED = "amended"
    """Anything else that it says of itself: its title, a note, another wording."""


class Standing(StrEnum):
    """What became of a finding; the ones that need work first."""

    NEW = "new"
    UNCHANGED = "unchanged"
    FIXED = "fixed"


class Fate(StrEnum):
    """What a revision makes of a change that was published since the version that it was made from."""

    UNDONE = "undone"
    """The revision has what stood before the change."""
    COLLIDES = "collides"
    """The revision has neither what stood before nor what stands now."""
    KEPT = "kept"
    """The revision has it too."""


class EffectKind(StrEnum):
    """What a change does to others."""

    LINK = "link"
    """A mapping to another vocabulary whose subject was reworded, moved or removed: to be looked at again."""
    COVERAGE = "coverage"
    """Something lost the last, or got the first, of what should depend on it: an objective its KPIs."""


@dataclass(frozen=True, slots=True)
class Words:
    """A run of words of a text that was reworded.

    Args:
        text: the words, with the blanks behind them.
        kind: ``same``, ``removed`` or ``added``.
    """

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one element, or of something else that the plan describes.

    Args:
        kind: of the change.
        subject: IRI of the element; where it was renamed, the one it keeps.
        type: label of its class, ``Output``.
        label: what people call it, after the change where it is still there.
        unit: notation or name of its unit, ``ITU-R``; empty for the plan itself and the like.
        group: label of the objective or goal that it is or stands below, after the change; empty where there is none.
        property: IRI of the property that changed; empty where the whole was added or removed.
        property_label: what people call it.
        old: the value before, as people read it (a label where it is a reference); empty where there was none. Of what
            was removed, its text.
        new: the value after, as people read it; empty where there is none. Of what was added, its text.
        words: of old and new where both are texts; together those that are not ``added`` are the old text.
        where: its place in the new source, of what was removed in the old one; None where that is not known.
        paragraph: label of the part of the new document that states it, of the old one where it was removed; of a part
            its own; empty where there is none.
        stood: of what the revision has no more, its place in the version before; None where that is not known.
    """

    kind: ChangeKind
    subject: str
    type: str
    label: str
    unit: str = ""
    group: str = ""
    property: str = ""
    property_label: str = ""
    old: str = ""
    new: str = ""
    words: tuple[Words, ...] = ()
    where: Location | None = None
    paragraph: str = ""
    stood: Location | None = None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A finding, and whether it is new. One that is fixed has the place where it stood in the old version, if any.

    Args:
        standing: what became of it.
        finding: itself.
        stood: of one that is fixed, and of one about what the revision has no more, the place in the version before;
            None where that is not known.
        unit: notation or name of the unit of the element, as of a change; empty where it has none.
    """

    standing: Standing
    finding: Finding
    stood: Location | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What the revision does to something that depends on a changed element.

    Args:
        kind: of effect.
        subject: IRI of the element.
        label: what people call it.
        message: what happened, in a sentence for each thing that did.
        mend: what to do about it; empty where nothing has to be done.
        targets: IRIs of the other sides of its links; none for coverage.
        where: the element's place in the new source, or None.
        paragraph: label of the part of the document that states it, or empty.
        stood: of an element that was removed, its place in the version before; None where that is not known.
        unit: notation or name of its unit, as of a change; empty where it has none.
    """

    kind: EffectKind
    subject: str
    label: str
    message: str
    mend: str
    targets: tuple[str, ...] = ()
    where: Location | None = None
    paragraph: str = ""
    stood: Location | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A change that was published since the version that a revision was made from.

    Args:
        change: from that version to the one in force.
        fate: what the revision makes of it.
        here: what the revision has in its place, as people read it; empty where it has nothing, or keeps the change.
    """

    change: Change
    fate: Fate
    here: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The earlier version that a revision was made from.

    Args:
        version: its number.
        iri: of it.
        is_said: the file says so; otherwise it is the version whose statements are nearest to the revision's.
        meanwhile: what was published since, in the order of changes.
    """

    version: int
    iri: str
    is_said: bool
    meanwhile: tuple[Meanwhile, ...]


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The plan of the period before, beside the plan that is reviewed.

    Args:
        plan: its IRI.
        version: IRI of the version that was looked at, the one in force.
        title: of it.
        is_stated: the reviewed plan says that it replaces it; then publication records what is carried on.
        successions: what became of its elements, in the order of their places, then what is new.
        facts: what it says of itself, for the rules on both.
    """

    plan: str
    version: str
    title: str
    is_stated: bool
    successions: tuple[Succession, ...]
    facts: tuple[Triple, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """A revised plan against a published version, or a first version against nothing.

    Args:
        plan: IRI of the plan.
        title: of the plan, as the revision has it.
        file: name of the revision.
        against: IRI of the version that it is compared with; empty where the plan is new.
        version: number that the revision would get.
        elements: how many the revision has.
        changes: sorted by unit, group, subject as people count, kind.
        findings: sorted by standing, then as a validation report sorts them.
        effects: sorted by kind and subject; at most one of a kind for each element.
        matches: how the elements that the source does not name were recognised; empty where it names all.
        notices: what the model has no place for.
        shapes: that were asked, with their profiles.
        engine: that validated.
        origin: the version that the revision was made from, where that is an earlier one than the one that it is
            compared with; None otherwise.
        predecessor: the plan of the period before; None where there is none.
        came: the statements that the revision has and the version before has not, in no order; of a new plan all.
        went: those that the version before has and the revision has not.
    """

    plan: str
    title: str
    file: str
    against: str
    version: int
    elements: int
    changes: tuple[Change, ...]
    findings: tuple[Reviewed, ...]
    effects: tuple[Effect, ...]
    matches: tuple[Match, ...]
    notices: tuple[Notice, ...]
    shapes: ShapesGraph
    engine: str
    origin: Origin | None = None
    predecessor: Predecessor | None = None
    came: frozenset[Triple] = frozenset()
    went: frozenset[Triple] = frozenset()

    @property
    def undone(self) -> tuple[Meanwhile, ...]:
        """What was published since the revision's own version and would be lost with it: undone, or collided with."""
        return tuple(one for one in self.origin.meanwhile if one.fate is not Fate.KEPT) if self.origin else ()

    @property
    def violations(self) -> tuple[Finding, ...]:
        """The Violations that the revision has, new and old ones: what refuses its publication."""
        return tuple(
            reviewed.finding
            for reviewed in self.findings
            if reviewed.standing is not Standing.FIXED and reviewed.finding.severity == "Violation"
        )

    @property
    def doubtful(self) -> tuple[Match, ...]:
        """The matches that somebody has to decide before publication."""
        return tuple(match for match in self.matches if match.is_doubtful)
