"""What somebody may choose among: the things that a parameter of a documented query takes, the elements of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stratgraph.asking import text_rows
from stratgraph.identifiers import natural_key
from stratgraph.query import ParameterKind

if TYPE_CHECKING:
    from stratgraph.query import Parameter
    from stratgraph.store import Reading

MOST: Final = 500
"""Of more things than these nobody chooses one out of a list; the query asks for one more."""


def things_of(reading: Reading, parameter: Parameter) -> tuple[str, ...]:
    """The IRIs that a parameter may be: of the kind of its default, in natural order.

    Returns:
        They; none where it takes no IRI, or one of more than :data:`MOST`.
    """
    if parameter.kind is not ParameterKind.IRI:
        return ()
    found = [row["thing"] for row in text_rows(reading, "parameter-choices", example=[parameter.default.value])]
    return tuple(sorted(found, key=natural_key)) if len(found) <= MOST else ()
