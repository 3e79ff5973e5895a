"""What a file of a vocabulary does not say of itself: a TOML file beside it, with what is mended on reading."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stratgraph import files
from stratgraph.vocabularies.mending import MENDINGS, Mending

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stratgraph.files import Described

_TEXTS: Final = (
    "title",
    "description",
    "file",
    "sha256",
    "origin",
    "version",
    "licence",
    "licence-iri",
    "attribution",
)
_TABLE_KEYS: Final = ("scheme", "title", "language", "concept", "label", "close-match")
_MENDING_KEYS: Final = frozenset({"does", "reason", "wrong", "right"})


@dataclass(frozen=True, slots=True)
class Table:
    """How a table of concepts is read: a row each, cells between tabs, the names of the columns in the first line.

    Args:
        scheme: IRI of the scheme that all of them are in.
        title: of the scheme.
        language: of the labels.
        concept: the column of their IRIs.
        label: the column of their preferred labels.
        close_match: the column of IRIs of concepts elsewhere that match closely, between semicolons; empty without.
    """

    scheme: str
    title: str
    language: str
    concept: str
    label: str
    close_match: str


@dataclass(frozen=True, slots=True)
class VocabularyDescription:
    """What the description says of a file; an empty text says nothing.

    Args:
        title: of the vocabulary.
        description: what is in it.
        file: the file's name.
        sha256: of the file's bytes.
        origin: where it was fetched, an IRI.
        version: there.
        licence: the terms, as their origin states them.
        licence_iri: of the licence, where they are one that has an IRI.
        attribution: how its makers are named.
        retrieved: the day when it was fetched.
        table: how it is read, where it is a table.
        mendings: in the order in which they are done.
    """

    title: str = ""
    description: str = ""
    file: str = ""
    sha256: str = ""
    origin: str = ""
    version: str = ""
    licence: str = ""
    licence_iri: str = ""
    attribution: str = ""
    retrieved: dt.date | None = None
    table: Table | None = None
    mendings: tuple[Mending, ...] = ()


def read_description(data: bytes, *, file: str) -> VocabularyDescription:
    """A description from its TOML.

    Raises:
        SourceError: it is no TOML, or has a key or value that is not known.
    """
    described = files.read_description(data, file=file, guide="vocabularies.md")
    values = described.values(_TEXTS, others=("retrieved", "table", "mending"))
    retrieved, table = described.content.get("retrieved"), described.content.get("table")
    # A time is a date too in Python, and none here.
    described.expect(retrieved is None or type(retrieved) is dt.date, "has a day as retrieved, such as 2030-01-31")
    return VocabularyDescription(
        **{key.replace("-", "_"): text for key, text in values.items()},
        retrieved=retrieved,
        table=None if table is None else _table(table, described),
        mendings=tuple(_mending(entry, described) for entry in described.tables("mending")),
    )


def _table(entry: Mapping[str, Any], described: Described) -> Table:
    is_whole = (
        isinstance(entry, dict)
        and set(entry) | {"close-match"} == set(_TABLE_KEYS)
        and all(isinstance(v, str) for v in entry.values())
    )
    described.expect(is_whole, f"has the texts {', '.join(_TABLE_KEYS)} in its [table]")
    return Table(*(entry.get(key, "") for key in _TABLE_KEYS))


def _mending(entry: Mapping[str, Any], described: Described) -> Mending:
    is_whole = {"does", "reason"} <= set(entry) <= _MENDING_KEYS and all(isinstance(v, str) for v in entry.values())
    described.expect(
        is_whole, "has the texts does and reason in each [[mending]], and wrong and right where it replaces"
    )
    described.expect(entry["does"] in MENDINGS, f"may have one of {', '.join(MENDINGS)} as does in a [[mending]]")
    described.expect(
        ({"wrong", "right"} <= set(entry)) == (entry["does"] == "replace"),
        "has wrong and right in each [[mending]] that replaces, and in no other",
    )
    return Mending(**entry)
