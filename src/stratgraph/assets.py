"""Finds ontology/, shapes/ and data/ in a checkout and in an installed wheel; nobody else builds such a path."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from stratgraph.errors import Location, StoreError, UsageError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FOLDERS = ("ontology", "shapes", "data")


@cache
def _root() -> Traversable:
    packaged = resources.files("stratgraph") / "_assets"
    if packaged.is_dir():
        return packaged
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").is_file() and (checkout / "ontology").is_dir():
        return checkout
    raise StoreError(
        "The ontology, shapes and data that belong to the program were not found.",
        where=Location(file=f"{packaged}, {checkout}"),
        mend="Install the wheel again, or run from a whole checkout.",
    )


def asset(folder: str, *parts: str) -> Traversable:
    """A file or folder of the project's own assets.

    Args:
        folder: one of ``ontology``, ``shapes``, ``data``.
        parts: names below it.

    Raises:
        UsageError: there is no such asset.
    """
    found = _root() / folder
    for part in parts:
        found = found / part
    if folder not in FOLDERS or not (found.is_file() or found.is_dir()):
        raise UsageError(f"There is no asset {'/'.join((folder, *parts))}.")
    return found


def read_asset(folder: str, *parts: str) -> bytes:
    """The bytes of one asset; raises UsageError where there is none."""
    return asset(folder, *parts).read_bytes()


def query_text(name: str) -> str:
    """The text of one of the program's own queries, ``queries/NAME.rq``."""
    return (resources.files("stratgraph") / "queries" / f"{name}.rq").read_text("utf-8")


def update_text(name: str) -> str:
    """The text of one of the program's own updates of a store, ``queries/NAME.ru``."""
    return (resources.files("stratgraph") / "queries" / f"{name}.ru").read_text("utf-8")


def example_files() -> tuple[Traversable, ...]:
    """The documented example queries, ``queries/examples/*.ttl``, in the order of their names."""
    folder = resources.files("stratgraph") / "queries" / "examples"
    return tuple(sorted((f for f in folder.iterdir() if f.name.endswith(".ttl")), key=lambda f: f.name))
