"""What a text does not say of itself: a TOML file beside it, with its editorial decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from stratgraph import files
from stratgraph.formats.described import expect_profile
from stratgraph.identifiers import slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stratgraph.files import Described

_TEXTS: Final = ("title", "publisher", "rights", "language", "profile", "replaces")
_SPLIT_KEYS: Final = frozenset({"name", "reason", "items"})
_RULING_KEYS: Final = frozenset({"name", "reason", "text", "objective"})


@dataclass(frozen=True, slots=True)
class Split:
    """Where the items of a list end whose bullets were lost.

    Args:
        name: of the decision, as it stands in its IRI.
        items: in order; joined with single spaces they are the text of the list.
    """

    name: str
    reason: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """That an element is what and where the source has it, oddly as that may seem.

    Args:
        name: of the decision, as it stands in its IRI.
        text: of the element.
        objective: place of the one that it is counted for, as this text numbers it: ``itu-r/objective/2``.
    """

    name: str
    reason: str
    text: str
    objective: str


@dataclass(frozen=True, slots=True)
class AnnexDescription:
    """What the description says of a source.

    Args:
        title: of the document; its own first line where empty.
        publisher: full name of the organisation; its abbreviation in the text where empty.
        issued: year, or 0.
        rights: statement that goes wherever the text goes.
        language: BCP 47 tag.
        profile: name of the one that the plan conforms to; that of this form's family where empty.
        abbreviations: of units, by those that the text has in its language: ``UIT`` is ``ITU``.
        replaces: IRI of the plan of the period before; empty where nothing is said of one.
        successions: places of elements, each with that of one of that plan which it carries on.
        splits: editorial decisions on lists.
        rulings: editorial decisions on elements.
        file: name of the description's own file, for errors.
    """

    title: str = ""
    publisher: str = ""
    issued: int = 0
    rights: str = ""
    language: str = "en"
    profile: str = ""
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    replaces: str = ""
    successions: tuple[tuple[str, ...], ...] = ()
    splits: tuple[Split, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    file: str = ""

    def slug_of(self, abbreviation: str) -> str:
        """The place of a unit, by its abbreviation in the text."""
        return slug(self.abbreviations.get(abbreviation, abbreviation))


def read_description(data: bytes, *, file: str) -> AnnexDescription:
    """A description from its TOML.

    Raises:
        SourceError: it is no TOML, or has a key or value that is not known.
    """
    described = files.read_description(data, file=file, guide="build.md")
    values = described.values(_TEXTS, ("issued",), ("abbreviations", "split", "ruling", "succession"))
    splits = tuple(_split(entry, described) for entry in described.tables("split"))
    rulings = tuple(_ruling(entry, described) for entry in described.tables("ruling"))
    successions = described.pairs("succession", "new", "old")
    abbreviations = described.content.get("abbreviations", {})
    are_texts = isinstance(abbreviations, dict) and all(isinstance(one, str) and one for one in abbreviations.values())
    expect_profile(described, values.get("profile", ""))
    described.expect(are_texts, 'has texts in [abbreviations], such as UIT = "ITU"')
    return AnnexDescription(
        **values,
        abbreviations=abbreviations,
        successions=successions,
        splits=splits,
        rulings=rulings,
        file=file,
    )


def _split(entry: Mapping[str, Any], described: Described) -> Split:
    is_whole = set(entry) == _SPLIT_KEYS and isinstance(entry["items"], list) and entry["items"]
    described.expect(is_whole, "has name, reason and a list of items in each [[split]]")
    return Split(entry["name"], entry["reason"], tuple(entry["items"]))


def _ruling(entry: Mapping[str, Any], described: Described) -> Ruling:
    is_whole = set(entry) == _RULING_KEYS and all(isinstance(value, str) for value in entry.values())
    described.expect(is_whole, "has name, reason, text and objective in each [[ruling]]")
    return Ruling(**entry)
