"""What a file of StratML does not say of itself: a TOML file beside it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import MAXYEAR
from typing import Any, Final

from stratgraph.errors import Location, SourceError

_TEXTS: Final = ("organisation", "plan", "title", "publisher", "rights", "language", "reason")
_YEARS: Final = ("issued", "start_year", "end_year")
_FORMS: Final = {
    "organisation": r"[a-z0-9-]+",
    "plan": r"[A-Za-z0-9.-]+",
    "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
}


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of a source from outside; it goes before what the source says.

    Args:
        organisation: slug in the IRIs, ``oecd-ai``; made of the organisation's acronym or name where empty.
        plan: the plan's name in its IRI; made of its years or title where empty.
        title: of the document; the plan's where empty.
        publisher: full name of the organisation; as in the file where empty.
        issued: year, or 0.
        rights: statement that goes wherever the text goes.
        language: BCP 47 tag; that of the file where empty.
        start_year: of the plan's period, or 0.
        end_year: likewise.
        reason: why these years; recorded as an editorial decision.
        file: name of the description's own file, for errors.
    """

    organisation: str = ""
    plan: str = ""
    title: str = ""
    publisher: str = ""
    issued: int = 0
    rights: str = ""
    language: str = ""
    start_year: int = 0
    end_year: int = 0
    reason: str = ""
    file: str = ""


def read_description(data: bytes, *, file: str) -> Description:
    """A description from its TOML.

    Raises:
        SourceError: it is no TOML, has a key or value that is not known, or years without a reason.
    """
    try:
        content = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # also of thousands of digits, and of arrays in each other
        raise SourceError(f"The description is not TOML: {error}.", where=Location(file=file)) from error
    keys = (*_TEXTS, *_YEARS)
    _expect(set(content) <= set(keys), f"may have {', '.join(sorted(keys))}, and has {', '.join(content)}", file)
    texts: dict[str, Any] = {key: content[key] for key in _TEXTS if key in content}
    _expect(all(isinstance(value, str) for value in texts.values()), f"has texts as {', '.join(_TEXTS)}", file)
    for key, form in _FORMS.items():
        value = texts.get(key, "")
        _expect(not value or re.fullmatch(form, value), f"has no {key} “{value}”: it stands in IRIs or tags", file)
    years: dict[str, Any] = {key: content[key] for key in _YEARS if key in content}
    _expect(
        all(type(value) is int and 0 <= value <= MAXYEAR for value in years.values()),
        f"has years as {', '.join(_YEARS)}",
        file,
    )
    has_period = "start_year" in years or "end_year" in years
    _expect(not has_period or texts.get("reason"), "says in its key reason why the plan has these years", file)
    if "language" in texts:
        # RDF 1.1 Concepts, section 3.3: tags may be normalised to lower case, and the store does so.
        texts["language"] = texts["language"].lower()
    return Description(**texts, **years, file=file)


def _expect(holds: object, sentence: str, file: str) -> None:
    if not holds:
        raise SourceError(f"A description {sentence}.", where=Location(file=file), mend="See docs/how-to/stratml.md.")
