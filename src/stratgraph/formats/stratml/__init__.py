"""StratML, ISO 17469: strategic plans (Part 1) and performance plans and reports (Part 2), read and written.

Reading is lenient: elements in any order, case, namespace and nesting, empty and unknown ones. What the model has no
place for is kept as parts of the text, and told (docs/how-to/stratml.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratgraph.formats.stratml.description import StratmlDescription, read_description
from stratgraph.formats.stratml.reader import read_plan
from stratgraph.formats.stratml.schema import MEDIA_TYPE
from stratgraph.formats.stratml.words import WORDS
from stratgraph.formats.stratml.writer import write_plan
from stratgraph.formats.xml_tree import read_tree

if TYPE_CHECKING:
    from stratgraph.statements import StatedPlan

__all__ = ["MEDIA_TYPE", "WORDS", "StratmlDescription", "read", "read_description", "write"]


def read(
    data: bytes,
    *,
    file: str,
    max_bytes: int,
    max_depth: int,
    max_nodes: int,
    description: StratmlDescription | None = None,
) -> StatedPlan:
    """The plan of a file.

    Args:
        data: the file's bytes.
        file: its name, for people.
        max_bytes: the setting ``max_source_bytes``.
        max_depth: the setting ``max_xml_depth``.
        max_nodes: the setting ``max_xml_nodes``.
        description: what the file does not say of itself.

    Returns:
        What it states. Elements whose identifier is an IRI of this plan have that IRI, all others a provisional one.

    Raises:
        LimitError: the file is larger than that.
        SourceError: it is not well-formed XML, declares entities, or is no StratML; says line, column and what.
    """
    tree = read_tree(data, file=file, max_bytes=max_bytes, max_depth=max_depth, max_nodes=max_nodes)
    return read_plan(tree, description or StratmlDescription())


def write(plan: StatedPlan) -> bytes:
    """A plan as StratML Part 2, valid by its schema; the same statements give the same bytes.

    Identifiers are IRIs of ours, so that :func:`read` gives each element the IRI that it has here.
    """
    return write_plan(plan)
