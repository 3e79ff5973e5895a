"""Files held against the rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stratgraph.settings import read_settings
from stratgraph.validation import Ruleset, validate_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from stratgraph.validation import Report


def validate(
    *files: str | PathLike[str],
    profile: str = "",
    shapes: Iterable[str | PathLike[str]] | str = (),
    engine: str = "shacl",
) -> Report:
    """Holds plans in files of RDF against the shapes, as one dataset; no graph has to be opened.

    Args:
        files: Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD, as their names end.
        profile: ``core``, ``results`` or ``itu``; the one that each plan names where left out.
        shapes: files or folders with shapes of your own.
        engine: ``shacl``, or ``pyshacl``, the reference.

    Returns:
        The report: ``conforms``, ``counts``, and ``findings`` with rule, severity, message, place and mend.

    Raises:
        SourceError: a file is not of its format, or describes no plan; ``where`` says the place.
        UsageError: a file is not there; there is no such engine or profile.
    """
    settings = read_settings()
    rules = Ruleset.of(
        settings, profile=profile, shapes=tuple(map(Path, (shapes,) if isinstance(shapes, str) else shapes))
    )
    return validate_files(tuple(map(Path, files)), engine=engine, rules=rules, max_plan_bytes=settings.max_plan_bytes)
