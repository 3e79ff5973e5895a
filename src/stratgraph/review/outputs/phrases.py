"""What every form of a review says in the same words: places, counts, the verdict."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING, Final

from stratgraph import wording
from stratgraph.errors import column_name
from stratgraph.identifiers import names_above
from stratgraph.matching import Relation
from stratgraph.review.model import ChangeKind, Fate, Standing
from stratgraph.validation.rules import TRANSITION_SETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from stratgraph.errors import Location
    from stratgraph.matching import Succession
    from stratgraph.review.model import Change, Meanwhile, Predecessor, Review, Reviewed
    from stratgraph.validation import Finding
    from stratgraph.validation.rules import ShapesGraph

MARKS: Final = {
    ChangeKind.ADDED: "+",
    ChangeKind.REMOVED: "-",
    ChangeKind.MOVED: ">",
    ChangeKind.REWORDED: "~",
    ChangeKind.TRANSLATED: "@",
    ChangeKind.REVALUED: "=",
    ChangeKind.RELINKED: "&",
    ChangeKind.RENUMBERED: "#",
    ChangeKind.AMENDED: "*",
}
"""One character for each kind of change."""

WHOLE: Final = "The plan as a whole"
"""Heading of what belongs to no unit."""


def shapes(asked: ShapesGraph) -> str:
    """What a plan was held against: the profiles with their versions, or the sets; and the house's own files."""
    changed = sum(bool(rule.changed) for rule in asked.rules.values())
    names = asked.profiles or asked.sets
    between = [name for name in TRANSITION_SETS if asked.profiles and name in asked.sets]
    house = [wording.counted(changed, "changed rule")] if changed else []
    return ", ".join([*names, *between, *asked.own, *house])


def place(where: Location | None) -> str:
    """``plan.ttl:12:3`` as compilers write it, or ``plan.xlsx Outputs!C12`` as spreadsheets do; empty where unknown."""
    if where is None:
        return ""
    if where.sheet is not None:
        return f"{where.file or ''} {cell_reference(where)}".strip()
    numbers = [where.file, where.line, None if where.cell else where.column]
    return ":".join(str(number) for number in numbers if number is not None)


def cell_reference(where: Location) -> str:
    """``Outputs!C12``, or as much of it as is known; a name that is no word is quoted."""
    sheet = where.sheet or ""
    quoted = sheet if sheet.isalnum() else "'" + sheet.replace("'", "''") + "'"
    if where.line is None:
        return quoted
    return f"{quoted}!{column_name(where.column) if where.column else ''}{where.line}"


def is_fit(review: Review) -> bool:
    """Whether the revision can be published as it is."""
    return not review.violations and not review.doubtful and not review.undone


def verdict(review: Review) -> str:
    """Whether the revision can be published, and what is in its way."""
    if is_fit(review):
        return "Fit for publication."
    obstacles = [
        counted(len(review.violations), "Violation"),
        counted(len(review.doubtful), "doubtful match", "doubtful matches"),
        counted(len(review.undone), "published change that would be lost", "published changes that would be lost"),
    ]
    return f"Not fit for publication: {wording.listing(obstacles)}."


def origin(review: Review) -> str:
    """``made from version 1``, and how that is known; empty where it was made from what it is compared with."""
    if review.origin is None:
        return ""
    known = "as the file says" if review.origin.is_said else "the version that it is nearest to"
    return f"made from version {review.origin.version}, {known}"


def version_before(review: Review) -> str:
    """The number of the version that the revision is compared with."""
    return review.against.rpartition("/")[2]


def stood(where: Location | None, review: Review) -> str:
    """``stood in version 1: plan.ttl:12:3``; empty where that is not known."""
    return f"stood in version {version_before(review)}: {place(where)}" if where else ""


def place_of(change: Change, review: Review) -> str:
    """Where what changed stands; of something removed where it stood."""
    return stood(change.stood, review) if change.kind is ChangeKind.REMOVED else place(change.where)


def mend_of_undone(review: Review) -> str:
    """What to do about published changes that would be lost."""
    number = version_before(review)
    return (
        "Put what was published since into the revision; or say that it is to be replaced: publish against version "
        f"{number} (against: {number})."
    )


def fates(review: Review) -> str:
    """``1 undone, 1 kept``: what becomes of the changes that were published meanwhile; ``none`` without any."""
    found = Counter(one.fate for one in review.origin.meanwhile) if review.origin else Counter()
    return ", ".join(f"{found[fate]} {fate.value}" for fate in Fate if found[fate]) or "none"


def meanwhile(one: Meanwhile) -> str:
    """A change that was published meanwhile, in a line: what it was, and what the revision has in its place."""
    change = one.change
    was = change.old or "(nothing)"
    told = {
        ChangeKind.ADDED: f"added: {change.new}",
        ChangeKind.REMOVED: f"removed: {change.old}",
        ChangeKind.TRANSLATED: f"translated: {change.new}",
    }.get(change.kind, f"{change.property_label or change.kind.value}: {was} → {change.new or '(nothing)'}")
    here = {
        Fate.UNDONE: "here it is as it was before",
        Fate.COLLIDES: f"here: {one.here or '(nothing)'}",
        Fate.KEPT: "here it is the same",
    }
    return f"{told}; {here[one.fate]}"


def predecessor(found: Predecessor) -> str:
    """``5 continued, 1 split, 12 ended, 2 new``; ``none`` where neither plan has elements."""
    numbers = Counter(one.relation for one in found.successions)
    return ", ".join(f"{numbers[one]:,} {one.value}" for one in Relation if numbers[one]) or "none"


def is_recorded(found: Predecessor) -> str:
    """Whether publication records what is carried on, and what to do where it does not."""
    if found.is_stated:
        return "The plan says that it replaces this one: publication records what is carried on, with how and how sure."
    return f"The plan does not say that it replaces this one (dcterms:replaces <{found.plan}>): nothing is recorded."


def succession(one: Succession) -> str:
    """What became of which places: ``itu-d/objective/2 and itu-d/objective/3 were itu-d/objective/6``."""
    if not one.new or not one.old:
        return (one.new or one.old)[0].place
    new, old = (wording.listing([named.place for named in side]) for side in (one.new, one.old))
    if len(one.new) > 1:
        return f"{new} were {old}"
    return f"{new} {'was' if len(one.old) > 1 else 'carries on'} {old}"


def how_sure(one: Succession) -> str:
    """``same place, similar text (87%)``, and whether somebody should look at it."""
    return f"{one.how} ({one.confidence:.0%}{', to be looked at' if one.is_doubtful else ''})"


def below_ended(found: Predecessor) -> dict[str, int]:
    """Of what ended and does not stand below something that ended too: by IRI, how many that ended are below it."""
    ended = {one.old[0].iri for one in found.successions if one.relation is Relation.ENDED}
    tops = {iri: next((up for up in reversed([*names_above(iri)]) if up in ended), iri) for iri in ended}
    numbers = Counter(tops.values())
    return {iri: numbers[iri] - 1 for iri in ended if tops[iri] == iri}


def counted(number: int, noun: str, plural: str = "") -> str:
    """``2 Violations``; empty for none."""
    return wording.counted(number, noun, plural) if number else ""


def numbers_of_changes(review: Review) -> dict[ChangeKind, int]:
    """How many changes of each kind there are, those without any left out."""
    return kinds_of(review.changes)


def kinds_of(changes: Iterable[Change]) -> dict[ChangeKind, int]:
    """How many of these changes there are of each kind, those without any left out."""
    found = Counter(change.kind for change in changes)
    return {kind: found[kind] for kind in ChangeKind if found[kind]}


def changes(review: Review) -> str:
    """``2 added, 1 removed``, or ``none``; ``a first version with 12 elements`` where there is nothing to compare."""
    return _first_version(review) or listed(numbers_of_changes(review))


def number_of_changes(review: Review) -> str:
    """``3 changes``, or ``no change``; ``a first version with 12 elements`` where there is nothing to compare."""
    return _first_version(review) or counted(len(review.changes), "change") or "no change"


def _first_version(review: Review) -> str:
    return "" if review.against else f"a first version with {wording.counted(review.elements, 'element')}"


def numbers_of_findings(review: Review) -> dict[Standing, int]:
    """How many findings of each standing there are, those without any included."""
    found = Counter(reviewed.standing for reviewed in review.findings)
    return {standing: found[standing] for standing in Standing}


def listed(numbers: dict[ChangeKind, int] | dict[Standing, int]) -> str:
    """``2 added, 1 removed``, or ``none``."""
    return ", ".join(f"{number} {kind.value}" for kind, number in numbers.items() if number) or "none"


def of_standing(review: Review, *standings: Standing) -> tuple[Reviewed, ...]:
    """The findings of these standings, in the review's order."""
    return tuple(reviewed for reviewed in review.findings if reviewed.standing in standings)


def of_shape(findings: Iterable[Reviewed], shape: str) -> tuple[Reviewed, ...]:
    """Those that this shape raised, by its IRI."""
    return tuple(reviewed for reviewed in findings if reviewed.finding.result.shape == shape)


def by_element(changes: Iterable[Change]) -> Iterator[tuple[str, str, list[tuple[Change, ...]]]]:
    """Unit, group, and the elements changed there, each as its changes; in the review's order."""
    for (unit, group), found in groupby(changes, key=lambda change: (change.unit, change.group)):
        yield unit, group, [tuple(several) for _, several in groupby(found, key=lambda change: change.subject)]


def told_value(finding: Finding) -> str:
    """The value at fault, unless the message has it already or it is the element itself."""
    if not finding.value or finding.value in finding.message or finding.value == finding.focus:
        return ""
    return finding.value


def joined(parts: Sequence[str | None], separator: str = " · ") -> str:
    """Those that are not empty."""
    return separator.join(part for part in parts if part)


def instant(time: datetime) -> str:
    """A time as ISO 8601 in UTC, to the second."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
