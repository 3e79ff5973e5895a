"""What a file of StratML does not say of itself: a TOML file beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from stratgraph import files
from stratgraph.formats.described import expect_profile

_TEXTS: Final = ("organisation", "plan", "title", "publisher", "rights", "language", "reason", "profile", "replaces")
_YEARS: Final = ("issued", "start_year", "end_year")
_FORMS: Final = {
    "organisation": r"[a-z0-9-]+",
    "plan": r"[A-Za-z0-9.-]+",
    "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
}


@dataclass(frozen=True, slots=True)
class StratmlDescription:
    """What the description says of a source; it takes precedence over what the source says.

    Args:
        organisation: slug in the IRIs, ``oecd-ai``; made of the organisation's acronym or name where empty.
        plan: the plan's name in its IRI; made of its years or title where empty.
        title: of the document; the plan's where empty.
        publisher: full name of the organisation; as in the file where empty.
        issued: year, or 0.
        rights: statement that goes wherever the text goes.
        language: BCP 47 tag; that of the file where empty.
        start_year: first year of the plan's period, or 0.
        end_year: last year of the plan's period, or 0.
        reason: why these years; recorded as an editorial decision.
        profile: name of the one that the plan conforms to; none where empty.
        replaces: IRI of the plan of the period before; empty where nothing is said of one.
        successions: places of elements, each with that of one of that plan which it carries on.
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
    profile: str = ""
    replaces: str = ""
    successions: tuple[tuple[str, ...], ...] = ()
    file: str = ""


def read_description(data: bytes, *, file: str) -> StratmlDescription:
    """A description from its TOML.

    Raises:
        SourceError: it is no TOML, has a key or value that is not known, or years without a reason.
    """
    described = files.read_description(data, file=file, guide="stratml.md")
    values = described.values(_TEXTS, _YEARS, ("succession",))
    for key, form in _FORMS.items():
        value = values.get(key, "")
        described.expect(not value or re.fullmatch(form, value), f"has no {key} “{value}”: it stands in IRIs or tags")
    expect_profile(described, values.get("profile", ""))
    has_period = "start_year" in values or "end_year" in values
    described.expect(not has_period or values.get("reason"), "says in its key reason why the plan has these years")
    return StratmlDescription(**values, successions=described.pairs("succession", "new", "old"), file=file)
