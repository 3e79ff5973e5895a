"""A revision as it was sent, and how it is to be compared; and the names of the fields that a page sends it with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph_api.http.parts import FILE
from stratgraph_api.work.carrying import file_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

DECISIONS: Final = "decisions"
DESCRIPTION: Final = "description"
SHAPES: Final = "shapes"
DECIDE: Final = "decide:"
"""Before the place of an element of the revision: the field that says which element of the version before it is."""
LEFT_OPEN: Final = "?"
"""The value of such a field where nobody has decided."""


@dataclass(frozen=True, slots=True)
class SentRevision:
    """A revision as it was sent, and how it is to be compared.

    Args:
        name: of its file, which says the form.
        data: the file.
        against: number or IRI of the version to compare with, or name of the plan before; the newest version where
            empty.
        decisions: content and name of the file of what was decided on doubtful matches.
        description: content and name of the TOML that says what a text does not say of itself.
        accept: take the doubtful matches that are left as they are proposed.
        profile: that both are held against; the one that the revision names where empty.
        answers: what was decided beside that file: place in the revision, place in the version before, empty for a
            new element.
        shapes: content and name of a file of shapes of the sender's own.
    """

    name: str
    data: bytes
    against: str = ""
    decisions: tuple[bytes, str] | None = None
    description: tuple[bytes, str] | None = None
    accept: bool = False
    profile: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    shapes: tuple[bytes, str] | None = None

    def fields(self, decisions: bytes) -> Iterator[tuple[str, str]]:
        """The fields of a form that sends it again.

        Args:
            decisions: what is decided by now, as a file; where it is empty the file is sent that came.
        """
        parts = [
            (FILE, (self.data, self.name)),
            (DESCRIPTION, self.description),
            (SHAPES, self.shapes),
            (DECISIONS, (decisions, "decisions.toml") if decisions else self.decisions),
        ]
        for part, file in parts:
            if file:
                yield from file_fields(part, *file)
        yield from ((name, value) for name, value in (("against", self.against), ("profile", self.profile)) if value)
