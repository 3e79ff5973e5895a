"""Whose a goal or an objective is, by the performer that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stratgraph.errors import SourceError
from stratgraph.formats.stratml.draft import child, one_line, words
from stratgraph.formats.stratml.schema import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stratgraph.formats.xml_tree import XmlElement, XmlTree

PERFORMER: Final = "Performer"
_NAMES: Final = ("Name", "Acronym", "Identifier")
"""What a performer can be called by; an export takes the first of these that no other unit has."""


def unit_called(name: str, organisations: Mapping[str, XmlElement]) -> str | None:
    """Which of the organisations has a name; None where none has it, or several have."""
    for leaf in _NAMES:
        has = [unit for unit, e in organisations.items() if (said := child(e, leaf)) and one_line(said.text) == name]
        if len(has) == 1:
            return has[0]
    return None


def performers(element: XmlElement) -> Iterator[tuple[XmlElement, XmlElement, list[XmlElement]]]:
    """The stakeholders that perform a goal or an objective, each with the leaves of its name and its roles' names."""
    for one in element.children:
        name = child(one, "Name") if canonical(one.name) == "Stakeholder" else None
        if name and any(words(e.text) == PERFORMER for e in one.descendants()):
            roles = (child(role, "Name") for role in one.children if canonical(role.name) == "Role")
            yield one, name, [role for role in roles if role]


def unit_of_performer(element: XmlElement, organisations: Mapping[str, XmlElement], tree: XmlTree) -> str | None:
    """The unit that performs it; None where no performer is named as an export names one.

    An export says the same name twice, of the stakeholder and of its role. So a name that the organisations no longer
    have is known for one, and does not go by as some other stakeholder's.

    Raises:
        SourceError: such a name is not that of one of the organisations, or the two names are of two of them.
    """
    for _, name, roles in performers(element):
        unit = unit_called(one_line(name.text), organisations)
        others = {unit_called(one_line(role.text), organisations) for role in roles} - {None}
        is_exported = bool(others) or any(one_line(role.text) == one_line(name.text) for role in roles)
        if is_exported and (unit is None or others - {unit}):
            called = " and ".join(dict.fromkeys(f"“{one_line(leaf.text)}”" for leaf in (name, *roles)))
            raise SourceError(
                f"The performer here is {called}; no one organisation of the file is called so.",
                where=tree.location(name.areas[0].start),
                mend="Call a unit the same in its <Organization> and in each <Stakeholder> that names it, which has "
                "its name twice. A new unit has an <Organization> with an <Identifier> like those of the others.",
            )
        if unit is not None:
            return unit
    return None
