"""The versions that a store has of a plan: which there are, who published them, and what each of them states.

Only what belongs to the one plan is touched, however many others the store has.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Quad, parse

from stratgraph.asking import text_rows
from stratgraph.errors import NotFound, UsageError
from stratgraph.graph import text_of
from stratgraph.identifiers import (
    PlanIdentifiers,
    VersionIdentifiers,
    is_in_current_view,
    natural_key,
    plan_identifiers,
    plan_of,
)
from stratgraph.plan_graph import stated_version
from stratgraph.serialisation import N_QUADS
from stratgraph.store import Dataset
from stratgraph.terms import ONTOLOGY, SHAPES_NS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.statements import StatedPlan
    from stratgraph.store import Reading, Solutions, Term

_AT_ONCE: Final = 200
"""Of how many plans a store is asked in one query: some servers refuse long ones."""


@dataclass(frozen=True, slots=True)
class Rollback:
    """A roll-back, as far as it is about one version.

    Args:
        time: when.
        by: who did it; empty where that is not on record.
        reason: why; empty where that is not on record.
        reinstates: it made the version count again; otherwise it took it back.
    """

    time: datetime
    by: str
    reason: str
    reinstates: bool


@dataclass(frozen=True, slots=True)
class Version:
    """One published version of a plan.

    Args:
        identifiers: of the plan.
        number: from 1.
        title: of the document that it was read from.
        media_type: of that document.
        rights: its statement of rights; empty where there is none.
        former: IRI of the version that it revises; empty for a first one.
        time: of its publication; None where that is not on record.
        by: who published it; empty where that is not on record.
        reason: why it was published; empty where that is not on record.
        allowed: names of the rules whose Violations were let pass.
        is_taken_back: it does not count any more: the store was rolled back to a state before it.
        rollbacks: that took it back or reinstated it, the oldest first.
    """

    identifiers: PlanIdentifiers
    number: int
    title: str
    media_type: str
    rights: str
    former: str
    time: datetime | None
    by: str
    reason: str
    allowed: tuple[str, ...]
    is_taken_back: bool = False
    rollbacks: tuple[Rollback, ...] = ()

    def counts_at(self, time: datetime) -> bool:
        """Whether it had been published by then and was not taken back."""
        if self.time is None or self.time > time:
            return False
        return next((one.reinstates for one in reversed(self.rollbacks) if one.time <= time), True)

    @property
    def taken_back_by(self) -> Rollback | None:
        """The roll-back that took it back last; None where it counts, or where that is not on record."""
        last = self.rollbacks[-1] if self.is_taken_back and self.rollbacks else None
        return None if last is None or last.reinstates else last

    @property
    def iris(self) -> VersionIdentifiers:
        """Its graphs and what is named below them."""
        return self.identifiers.version(self.number)


def newest_versions(reading: Reading) -> dict[str, str]:
    """The graph of the version in force of each plan that has one, by the plan's IRI."""
    return {row["plan"]: row["version"] for row in text_rows(reading, "versions") if not row["deprecated"]}


def plans(reading: Reading) -> tuple[str, ...]:
    """The IRIs of the plans that the store has versions of, sorted; also of those whose versions are taken back."""
    return tuple(sorted({row["plan"] for row in text_rows(reading, "versions")}))


def versions_of(reading: Reading, plan: str) -> tuple[Version, ...]:
    """The versions of a plan, the oldest first; empty where the store has none."""
    return versions_by_plan(reading, (plan,))[plan]


def versions_by_plan(reading: Reading, chosen: Iterable[str]) -> dict[str, tuple[Version, ...]]:
    """The versions of plans, as :func:`versions_of` has them, in the order of the plans; two questions for many."""
    identifiers = {plan: plan_identifiers(plan) for plan in chosen}
    names = tuple(identifiers)
    pieces = [names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE)]
    found: dict[str, dict[int, Version]] = {plan: {} for plan in identifiers}
    acts: dict[str, list[Rollback]] = defaultdict(list)
    for row in (row for piece in pieces for row in text_rows(reading, "plan-rollbacks", plan=piece)):
        _, taken, reinstated, time, by, reason = row.values()
        acts[taken or reinstated].append(Rollback(datetime.fromisoformat(time), by, reason, bool(reinstated)))
    for row in (row for piece in pieces for row in text_rows(reading, "plan-versions", plan=piece)):
        graph, title, rights, media_type, former, time, by, reason, deprecated, allowed = row.values()
        plan = plan_of(graph)
        number = identifiers[plan].version_number(graph) if plan in identifiers else None
        if number is None:
            continue  # no name of a version; another server may hold anything
        found[plan][number] = Version(
            identifiers[plan],
            number,
            title=title,
            media_type=media_type,
            rights=rights,
            former=former,
            time=datetime.fromisoformat(time) if time else None,
            by=by,
            reason=reason,
            allowed=tuple(iri.removeprefix(SHAPES_NS) for iri in allowed.split()),
            is_taken_back=bool(deprecated),
            rollbacks=tuple(acts[graph]),
        )
    return {plan: tuple(of_plan[number] for number in sorted(of_plan)) for plan, of_plan in found.items()}


def in_force(versions: Iterable[Version]) -> Version | None:
    """The newest of a plan's versions, the oldest first, that was not taken back; None where there is none."""
    return next((one for one in reversed(tuple(versions)) if not one.is_taken_back), None)


def chosen_plan(reading: Reading, plan: str | None) -> str:
    """The IRI of the plan that is meant: the one named, or the only one that the store has.

    Raises:
        NotFound: there is no such plan, or none at all.
        UsageError: there are several and none is named.
    """
    known = plans(reading)
    if plan is None and len(known) > 1:
        raise UsageError(f"The store has {len(known)} plans.", mend=f"Name one (plan): {', '.join(known)}.")
    chosen = plan or next(iter(known), "")
    if chosen not in known:
        raise NotFound(
            f"The store has no plan <{chosen}>." if chosen else "The store has no plan.",
            mend=f"It has {', '.join(known) or 'none'}.",
        )
    return chosen


def chosen_version(
    versions: tuple[Version, ...], number: int | None = None, *, as_of: datetime | None = None
) -> Version:
    """One of the versions of a plan: by its number, or the one in force at a time, or the one in force now.

    Raises:
        NotFound: there is none of that number, or none was in force then.
    """
    fitting = tuple(version for version in versions if not version.is_taken_back)
    if number is not None:
        fitting = tuple(version for version in versions if version.number == number)
    elif as_of is not None:
        fitting = tuple(version for version in versions if version.counts_at(as_of))
    if not fitting:
        known = ", ".join(map(_with_time, versions))
        what = f"no version {number}" if number is not None else "no version in force"
        if as_of is not None:
            what = f"no version that was in force at {_minute(as_of)}"
        raise NotFound(f"The plan has {what}.", mend=f"It has {known or 'none'}.")
    return fitting[-1]


def moment_of(said: date | str) -> datetime:
    """The end of a day, or a time; UTC where it says no other offset.

    Raises:
        UsageError: it is a text, and neither a day nor a time of ISO 8601.
    """
    if isinstance(said, str):
        said = _day_or_time(said)
    moment = said if isinstance(said, datetime) else datetime.combine(said, time.max)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day_or_time(text: str) -> date:
    with suppress(ValueError):
        return date.fromisoformat(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{text!r} is neither a day nor a time.", mend="Write 2030-01-31, or 2030-01-31T14:05:00Z."
        ) from error


def _with_time(version: Version) -> str:
    """``2 (2031-06-07 08:09 UTC, taken back)``, with as much of it as there is."""
    told = [_minute(version.time) if version.time else "", "taken back" if version.is_taken_back else ""]
    return f"{version.number} ({', '.join(filter(None, told))})" if any(told) else str(version.number)


def _minute(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def read_version(reading: Reading, version: Version) -> StatedPlan:
    """What a version states, with the places in its source."""
    return stated_version(version_quads(reading, version))


def version_quads(reading: Reading, version: Version) -> list[Quad]:
    """Both graphs of a version: its asserted triples and their provenance."""
    return [*graph_quads(reading, version.iris.graph), *graph_quads(reading, version.iris.provenance)]


def graph_quads(reading: Reading, graph: str) -> list[Quad]:
    """Of one named graph, each with its name.

    Raises:
        NotFound: there is no such graph.
    """
    with reading.read_graph(graph, N_QUADS) as answer:
        name = NamedNode(graph)
        data = b"".join(answer)
    return [Quad(q.subject, q.predicate, q.object, name) for q in parse(data, format=N_QUADS.engine)]


def used_places(reading: Reading, versions: tuple[Version, ...]) -> frozenset[str]:
    """The places of all elements that these versions of a plan have or had, withdrawn ones included."""
    graphs = [version.iris.graph for version in versions]
    if not graphs:
        return frozenset()
    place_of = versions[0].identifiers.place_of
    return frozenset(place_of(row["element"]) for row in text_rows(reading, "plan-places", version=graphs))


def dataset_of(reading: Reading, version: Version) -> Dataset:
    """What a query is asked of that is meant for a version: the current view as it would be with that version alone.

    Its default graph is the version's view, the ontology, and the vocabularies and links that are published now; other
    plans are left out. GRAPH reaches every named graph.
    """
    names = reading.graph_names()
    return Dataset((version.iris.view, ONTOLOGY, *filter(is_in_current_view, names)), names)


def compare_rows(before: Solutions, after: Solutions) -> tuple[tuple[str, tuple[Term | None, ...]], ...]:
    """The rows of two answers to one query that only one of them has, sorted.

    Returns:
        Each with ``-`` where only the first has it, with ``+`` where only the second has it; a row that one has more
        often, as often as it has it more.
    """
    first, second = Counter(before.rows), Counter(after.rows)
    found = [("-", row) for row in (first - second).elements()] + [("+", row) for row in (second - first).elements()]
    return tuple(sorted(found, key=lambda one: ([natural_key(text_of(term)) for term in one[1]], one[0] == "+")))
