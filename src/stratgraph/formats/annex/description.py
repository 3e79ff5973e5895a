"""What a text does not say of itself: a TOML file beside it, with its editorial decisions."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import MAXYEAR
from typing import TYPE_CHECKING, Any, Final

from stratgraph.errors import Location, SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXTS: Final = ("title", "publisher", "rights", "language")
_KEYS: Final = frozenset({*_TEXTS, "issued", "split"})
_SPLIT_KEYS: Final = frozenset({"name", "reason", "items"})


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
class Description:
    """What is said of a source from outside.

    Args:
        title: of the document; its own first line where empty.
        publisher: full name of the organisation; its abbreviation in the text where empty.
        issued: year, or 0.
        rights: statement that goes wherever the text goes.
        language: BCP 47 tag.
        splits: editorial decisions on lists.
        file: name of the description's own file, for errors.
    """

    title: str = ""
    publisher: str = ""
    issued: int = 0
    rights: str = ""
    language: str = "en"
    splits: tuple[Split, ...] = ()
    file: str = ""


def read_description(data: bytes, *, file: str) -> Description:
    """A description from its TOML.

    Raises:
        SourceError: it is no TOML, or has a key or value that is not known.
    """
    try:
        content = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # also of thousands of digits, and of arrays in each other
        raise SourceError(f"The description is not TOML: {error}.", where=Location(file=file)) from error
    _expect(set(content) <= _KEYS, f"may have {', '.join(sorted(_KEYS))}, and has {', '.join(content)}", file)
    texts = {key: content[key] for key in _TEXTS if key in content}
    _expect(all(isinstance(value, str) for value in texts.values()), f"has texts as {', '.join(_TEXTS)}", file)
    issued = content.get("issued", 0)
    _expect(type(issued) is int and 0 <= issued <= MAXYEAR, "has a year as issued", file)
    splits = tuple(_split(entry, file) for entry in content.get("split", ()))
    if "language" in texts:
        # RDF 1.1 Concepts, section 3.3: tags may be normalised to lower case, and the store does so.
        texts["language"] = texts["language"].lower()
    return Description(**texts, issued=issued, splits=splits, file=file)


def _split(entry: Mapping[str, Any], file: str) -> Split:
    is_whole = set(entry) == _SPLIT_KEYS and isinstance(entry["items"], list) and entry["items"]
    _expect(is_whole, "has name, reason and a list of items in each [[split]]", file)
    return Split(entry["name"], entry["reason"], tuple(entry["items"]))


def _expect(holds: object, sentence: str, file: str) -> None:
    if not holds:
        raise SourceError(f"A description {sentence}.", where=Location(file=file), mend="See docs/how-to/build.md.")
