"""The text of a strategic plan in the form of the annex to ITU Resolution 71: read into a document, and written back.

The form: numbered sections and paragraphs; a chapter for each unit, with its vision, mission, goal and objectives; two
tables of outputs a unit; a table that links objectives with goals; a table of terms; footnotes. Names of units, numbers
of objectives, rows and columns come from the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratgraph.formats.annex.description import AnnexDescription, read_description
from stratgraph.formats.annex.reader import read_text
from stratgraph.formats.annex.segments import decode
from stratgraph.formats.annex.unsaid import told

if TYPE_CHECKING:
    from stratgraph.document import PlanDocument

__all__ = ["AnnexDescription", "read", "read_description", "told", "write"]


def read(data: bytes, *, file: str, max_bytes: int, description: AnnexDescription | None = None) -> PlanDocument:
    """The plan document of a text.

    Args:
        data: the file's bytes, UTF-8.
        file: its name, for errors.
        max_bytes: the setting ``max_source_bytes``.
        description: what the text does not say of itself, and editorial decisions.

    Raises:
        LimitError: the file is larger than that.
        SourceError: it is not of the form; says line and column, what was expected and how to mend it.
    """
    return read_text(
        decode(data, file=file, max_bytes=max_bytes), file=file, description=description or AnnexDescription()
    )


def write(document: PlanDocument) -> bytes:
    """The inverse of :func:`read`: the bytes of the file, every one of them."""
    return document.source.text.encode("utf-8")
