"""What somebody may choose among: what a parameter of a documented query takes, and what it is where nothing is said.

The defaults of the documented queries are of one plan. Where a store does not have that plan, the plan that it has is
asked in its place, and whoever reads the answer is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, TypeAlias

from stratgraph.asking import text_rows
from stratgraph.errors import UsageError
from stratgraph.history import newest_versions
from stratgraph.identifiers import natural_key
from stratgraph.query import ParameterKind, fill, is_place, plan_of_default, short_value
from stratgraph.wording import counted, listing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from stratgraph.query import ExampleQuery, Parameter
    from stratgraph.store import Reading

_Things: TypeAlias = "Callable[[str, str], frozenset[str]]"
"""Gives the things of a class in a plan, by their IRIs."""

MOST: Final = 500
"""Of more things than these nobody chooses one out of a list; the query asks for one more."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A documented query as it is asked of a store.

    Args:
        text: of the query; what cannot be asked stands in it as it was.
        home: IRI of the plan that places are in; empty for that of the defaults.
        instead: what is asked in place of defaults that the store does not have: IRIs by the parameters' names.
        note: the same for people; empty where nothing is.
        unmet: why it cannot be asked without a choice, and among what; None where it can.
    """

    text: str
    home: str = ""
    instead: Mapping[str, str] | None = None
    note: str = ""
    unmet: UsageError | None = None

    @property
    def question(self) -> str:
        """The text, to be asked.

        Raises:
            UsageError: a choice is missing.
        """
        if self.unmet:
            raise self.unmet
        return self.text

    def default(self, parameter: Parameter) -> str | None:
        """What a parameter is where nothing is said of it; None where something has to be."""
        if self.unmet and plan_of_default(parameter):
            return None
        return (self.instead or {}).get(parameter.name, str(parameter.default.value))


def things_of(reading: Reading, parameter: Parameter) -> tuple[str, ...]:
    """The IRIs that a parameter may be: of its class, in natural order.

    Returns:
        They; none where it takes no IRI, or one of more than :data:`MOST`.
    """
    if not parameter.of_class:
        return ()
    found = [row["thing"] for row in text_rows(reading, "parameter-choices", kind=[parameter.of_class])]
    return tuple(sorted(found, key=natural_key)) if len(found) <= MOST else ()


def needs_store(wanted: ExampleQuery, values: Mapping[str, str]) -> bool:
    """Whether the text of a documented query depends on which plans a store has.

    Args:
        wanted: the query.
        values: of some of its parameters.
    """
    return any(
        is_place(values[one.name]) if one.name in values else bool(plan_of_default(one))
        for one in wanted.parameters
        if one.kind is ParameterKind.IRI
    )


def filled_for(reading: Reading, wanted: ExampleQuery, values: Mapping[str, str], plan: str = "") -> Filled:
    """A documented query as it is asked of a store.

    What is given is asked. Where a default is of a plan that is not in force there, the only plan that is takes its
    place: the plan itself, or what has the same place in it, or else its first thing of the same class.

    Args:
        reading: one look at the store.
        wanted: the query.
        values: of some of its parameters, as :func:`stratgraph.query.fill` takes them.
        plan: IRI of the plan that is meant, where somebody named one beside the query; empty for none.

    Raises:
        UsageError: there is no such parameter, or a value is not of its kind.
    """
    if not needs_store(wanted, values):
        return Filled(fill(wanted, values))
    known = (plan,) if plan else tuple(newest_versions(reading))
    return _filled(_things_by_class(reading), wanted, values, known, is_named=bool(plan))


def defaults_for(reading: Reading, queries: Iterable[ExampleQuery]) -> dict[str, Filled]:
    """Documented queries as each is asked of a store where nothing is said, by name; the plans are looked up once."""
    known, things = tuple(newest_versions(reading)), _things_by_class(reading)
    return {one.name: _filled(things, one, {}, known, is_named=False) for one in queries}


def _filled(
    things: _Things, wanted: ExampleQuery, values: Mapping[str, str], known: tuple[str, ...], *, is_named: bool
) -> Filled:
    """A query as it is asked of one of some plans."""
    usual = next(filter(None, map(plan_of_default, wanted.parameters)), "")
    if not known or not usual or usual in known:
        return Filled(fill(wanted, values), note=_usual(wanted, values, usual, len(known) - 1))
    if len(known) > 1:
        return Filled(fill(wanted, values), unmet=_unmet(wanted, values, sorted(known)))
    home = known[0]
    instead = {one.name: _counterpart(things, one, home) for one in _left_out(wanted, values)}
    text = fill(wanted, {**{name: f"<{iri}>" for name, iri in instead.items()}, **values}, home)
    return Filled(text, home, instead, _note(wanted, instead, home, is_named=is_named))


def _left_out(wanted: ExampleQuery, values: Mapping[str, str]) -> list[Parameter]:
    """The parameters that are not given, and whose defaults are of a plan."""
    return [one for one in wanted.parameters if one.name not in values and plan_of_default(one)]


def _told_left_out(names: Collection[str]) -> str:
    return f"{listing(names)} {'was' if len(names) == 1 else 'were'} left out"


def _things_by_class(reading: Reading) -> _Things:
    """Asks once for each class and plan: some ten queries have a parameter of the same class."""

    @cache
    def things(kind: str, home: str) -> frozenset[str]:
        rows = text_rows(reading, "parameter-choices-in-plan", kind=[kind], plan=[home])
        return frozenset(row["thing"] for row in rows)

    return things


def _counterpart(things: _Things, parameter: Parameter, home: str) -> str:
    """What a parameter is in another plan than that of its default."""
    moved = home + str(parameter.default.value).removeprefix(plan_of_default(parameter))
    if not parameter.of_class:
        return moved
    found = things(parameter.of_class, home)
    return moved if moved in found or not found else min(found, key=natural_key)


def _note(wanted: ExampleQuery, instead: Mapping[str, str], home: str, *, is_named: bool) -> str:
    if not instead:
        return ""
    known = {one.name: one for one in wanted.parameters}
    asked = ", ".join(f"{name}={short_value(known[name], iri, home)}" for name, iri in instead.items())
    of = "" if home in instead.values() else f" of <{home}>"
    return f"{_told_left_out(instead)}: asked with {asked}{of}{'' if is_named else ', the only plan here'}."


def _usual(wanted: ExampleQuery, values: Mapping[str, str], usual: str, others: int) -> str:
    """That a query is asked of the plan of its defaults, where others are here that may be meant."""
    names = [one.name for one in _left_out(wanted, values)]
    if not names or others < 1:
        return ""
    are_here = f"{counted(others, 'other plan')} {'is' if others == 1 else 'are'} here"
    return f"{_told_left_out(names)}: asked of <{usual}>, and {are_here}."


def _unmet(wanted: ExampleQuery, values: Mapping[str, str], known: list[str]) -> UsageError:
    open_ones = _left_out(wanted, values)
    if not open_ones:
        places = ", ".join(f"{name}={value}" for name, value in values.items() if is_place(value))
        return UsageError(
            f"There are {counted(len(known), 'plan')} here, and {places} does not say of which.",
            mend=f"Give the IRI in full; the plans are {', '.join(known)}.",
        )
    names = " and ".join(one.name for one in open_ones)
    is_plan = all(str(one.default.value) == plan_of_default(one) for one in open_ones)
    what = "is asked of one plan" if is_plan else "is asked of one thing in a plan"
    return UsageError(
        f"The query {wanted.name} {what}, and there are {counted(len(known), 'plan')} here.",
        mend=f"Say {names}: {', '.join(known)}." if is_plan else f"Say {names}, in one of {', '.join(known)}.",
    )
