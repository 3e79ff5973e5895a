"""What descriptions of several forms have in common: the profile that the plan conforms to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stratgraph.document import Decision
from stratgraph.identifiers import published_name
from stratgraph.profiles import profiles

if TYPE_CHECKING:
    from stratgraph.files import Described

PROFILE: Final = "profile"
"""The decision of a description on what the plan conforms to."""


def expect_profile(described: Described, name: str) -> None:
    """Refuses a description that names a profile which is none.

    Args:
        described: the description.
        name: of the profile; empty where it names none.

    Raises:
        SourceError: there is no such profile.
    """
    known = profiles()
    described.expect(not name or name in known, f"names one of {', '.join(known)} as its profile, and not “{name}”")


def profile_decision(name: str, file: str) -> Decision:
    """Somebody's decision that a plan conforms to a profile.

    Args:
        name: of the profile.
        file: of the description that says so; empty where it has no name.
    """
    where = published_name(file) if file else "The description"
    return Decision(PROFILE, f"{where} says so: the plan conforms to {name}.", by_rule=False)
