"""Which shapes a plan is held against: those of its profile, and what the house has of its own.

A plan names its profile (:mod:`stratgraph.profiles`). Who validates may choose another one, change the severity of a
rule, and add shapes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from stratgraph.profiles import profile, profiles
from stratgraph.terms import DCTERMS
from stratgraph.validation.house import NO_HOUSE, ChangedRule, House
from stratgraph.validation.rules import SHAPE_SETS, TRANSITION_SETS, ShapesGraph, load_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple

    from stratgraph.settings import Settings

DEFAULT_PROFILE: Final = "core"
"""Of a plan that names none, where no setting says otherwise."""


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Which rules plans are held against.

    Args:
        profile: name of the one that holds for each plan, whatever it names; empty where its own holds.
        sets: names of the sets that are asked, whatever the profile has; empty where those of the profile are.
        default: name of the profile of a plan that names none.
        house: what the house has of its own.
    """

    profile: str = ""
    sets: tuple[str, ...] = ()
    default: str = DEFAULT_PROFILE
    house: House = NO_HOUSE

    @classmethod
    def of(
        cls, settings: Settings, *, profile: str = "", sets: tuple[str, ...] = (), shapes: Iterable[Path] = ()
    ) -> Ruleset:
        """Those of the settings, with what one command or request asks for.

        Args:
            settings: of the house.
            profile: as of this class.
            sets: as of this class.
            shapes: files and folders of shapes beside those of the settings.

        Raises:
            UsageError: there is no such profile or file.
        """
        places = (*map(Path, settings.shapes), *shapes)
        changes = (ChangedRule(name, one.severity, one.reason) for name, one in settings.rules.items())
        found = cls(profile, sets, settings.profile, House.read(places, changes))
        if found != DEFAULT_RULES:
            found.shapes()  # what is wrong with it is said before anything is read
        return found

    def with_shapes(self, files: Iterable[tuple[str, bytes]]) -> Ruleset:
        """These with more shapes of somebody's own, which are read when they are asked for.

        Args:
            files: Turtle, each with its name.
        """
        return replace(self, house=replace(self.house, files=(*self.house.files, *files)))

    def shapes(self, named: tuple[str, ...] = ()) -> ShapesGraph:
        """The shapes for a plan.

        Args:
            named: names of the profiles that it conforms to.

        Raises:
            UsageError: there is no such profile or set; a shape of the house cannot be used, or a rule that it
                changes is not there.
        """
        if self.sets:
            return _shapes(self.sets, (), self.house)
        return _shapes((), (self.profile,) if self.profile else tuple(sorted(named)) or (self.default,), self.house)

    def between(self) -> ShapesGraph:
        """The shapes between a version of a plan and the one before, whatever its profile."""
        return _between(self.house.changes)


DEFAULT_RULES: Final = Ruleset()
_KEPT: Final = 32
"""So many shapes graphs are kept: somebody may send one of their own each time."""


@lru_cache(_KEPT)
def _shapes(sets: tuple[str, ...], names: tuple[str, ...], house: House) -> ShapesGraph:
    chosen = tuple(profile(name) for name in names)
    wanted = sets or tuple(name for name in SHAPE_SETS if any(name in one.sets for one in chosen))
    return house.added_to(load_shapes(wanted), tuple(f"{one.name} {one.version}" for one in chosen))


@lru_cache(_KEPT)
def _between(changes: tuple[ChangedRule, ...]) -> ShapesGraph:
    return House(changes=changes).changed(load_shapes(TRANSITION_SETS))


def profiles_in(text: str) -> tuple[str, ...]:
    """The names of our profiles that something in N-Triples says it conforms to, the most general first."""
    # A literal has no line break, so what is found stands at the end of a line.
    return tuple(one.name for one in profiles().values() if f"> <{DCTERMS.CONFORMS_TO}> <{one.iri}> .\n" in text)


def profiles_of(triples: Iterable[Triple]) -> tuple[str, ...]:
    """The same of triples."""
    said = {triple.object for triple in triples if triple.predicate.value == DCTERMS.CONFORMS_TO}
    return tuple(one.name for one in profiles().values() if NamedNode(one.iri) in said)
