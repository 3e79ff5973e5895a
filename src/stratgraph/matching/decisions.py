"""The file of what was decided, which makes a run repeatable: TOML, read and written."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import tomli_w

from stratgraph.errors import Location, SourceError
from stratgraph.files import decoded, read_toml
from stratgraph.matching.outline import Outline

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from stratgraph.matching.model import Match
    from stratgraph.statements import StatedPlan

ASKED: Final = "asked"
ACCEPTED: Final = "accepted"

_FORM: Final = (
    'Each [[match]] has new = "PLACE IN THE REVISION" and old = "PLACE BEFORE", or old = "" for a new element.'
)
_SUCCESSION_FORM: Final = (
    'Each [[succession]] has new = "PLACE IN THE PLAN" and old = "PLACE IN THE PLAN BEFORE", or old = "" for one that '
    "carries nothing on."
)
NO_SUCCESSIONS: Final[Mapping[str, Collection[str]]] = MappingProxyType({})


def read_decisions(data: bytes, *, file: str, new: StatedPlan, old: StatedPlan) -> dict[str, str]:
    """What a file decided: by place in the revision the place in the version before, or empty for a new element.

    Args:
        data: its bytes.
        file: its name, for errors.
        new: the revision.
        old: the version before.

    Raises:
        SourceError: it is not of the form, names a place that is in neither plan, or one place twice; says the line.
    """
    entries, text = read_toml(data, file=file).get("match", []), decoded(data, file)
    pairs: list[tuple[str, str]] = []
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries]):
        place, before = (entry.get("new"), entry.get("old")) if isinstance(entry, dict) else (None, None)
        if not isinstance(place, str) or not isinstance(before, str):
            raise SourceError("A decision names no two places.", where=_where(text, file, number, ""), mend=_FORM)
        pairs.append((place, before))
    mend = "Correct the place, or take it out; perhaps the file was made for another revision or version."
    return _checked(pairs, new, old, lambda number, key: _where(text, file, number, key), mend)


def checked_decisions(pairs: Iterable[tuple[str, str]], *, new: StatedPlan, old: StatedPlan) -> dict[str, str]:
    """What was decided elsewhere than in a file: place in the revision, place in the version before.

    Args:
        pairs: of places, the second empty for a new element.
        new: the revision.
        old: the version before.

    Raises:
        SourceError: as :func:`read_decisions`, without a place in a file.
    """
    mend = "Decide otherwise: an element of the version before is one of the revision at most."
    return _checked(pairs, new, old, lambda _number, _key: None, mend)


def _checked(
    pairs: Iterable[tuple[str, str]],
    new: StatedPlan,
    old: StatedPlan,
    where: Callable[[int, str], Location | None],
    mend: str,
) -> dict[str, str]:
    places, former = Outline(new).by_place, Outline(old).by_place
    provisional = {place for place, item in places.items() if item.iri in new.provisional}
    decided: dict[str, str] = {}
    for number, (place, before) in enumerate(pairs):
        wrong = None
        if place not in provisional:
            wrong = "new", f"The revision has no element at {place!r} that is to be matched."
        elif before and before not in former:
            wrong = "old", f"The version before has no element at {before!r}."
        elif place in decided or (before and before in decided.values()):
            name = "new" if place in decided else "old"
            wrong = name, f"Another decision is on {place if name == 'new' else before!r} already."
        if wrong:
            raise SourceError(wrong[1], where=where(number, wrong[0]), mend=mend)
        decided[place] = before
    return decided


def read_successions(data: bytes, *, file: str) -> dict[str, frozenset[str]]:
    """What a file decided on the plan before: by place in the plan the places there, none of what is new.

    A place that stands in several tables carries on several elements; one of the plan before that does is split.

    Args:
        data: its bytes.
        file: its name, for errors.

    Raises:
        SourceError: it is not of the form; says the line.
    """
    entries, text = read_toml(data, file=file).get("succession", []), decoded(data, file)
    decided: dict[str, frozenset[str]] = {}
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries]):
        place, before = (entry.get("new"), entry.get("old")) if isinstance(entry, dict) else (None, None)
        if not isinstance(place, str) or not isinstance(before, str):
            where = _where(text, file, number, "", table="succession")
            raise SourceError("A decision names no two places.", where=where, mend=_SUCCESSION_FORM)
        decided[place] = decided.get(place, frozenset()) | ({before} if before else frozenset())
    return decided


def write_decisions(
    matches: Iterable[Match],
    *,
    header: str,
    unseen: Collection[str] = (),
    successions: Mapping[str, Collection[str]] = NO_SUCCESSIONS,
) -> bytes:
    """The file of what was decided on those matches, in their order: nothing of what rules alone gave.

    Args:
        matches: of a run in which everything doubtful was decided.
        header: the first line, without the ``#``: which revision, which version.
        unseen: places in the revision that were accepted as proposed, without a question.
        successions: what was decided on the plan before, as :func:`read_successions` gives it.
    """
    entries = [
        {
            "new": one.new,
            "old": one.old,
            "label": one.label,
            "how": one.how,
            "confidence": one.confidence,
            "decided": ACCEPTED if one.new in unseen else ASKED,
        }
        for one in matches
        if one.is_decided
    ]
    # Written one by one: short ones would stand in one line.
    followed = [
        f"[[succession]]\n{tomli_w.dumps({'new': new, 'old': old})}"
        for new, before in successions.items()
        for old in (sorted(before) or [""])
    ]
    body = "\n".join([*([tomli_w.dumps({"match": entries})] if entries else []), *followed])
    return "\n".join(filter(None, (f"# {header}", body))).encode() + b"\n" * (not body)


def _where(text: str, file: str, number: int, name: str, *, table: str = "match") -> Location:
    """The line of a key of the entry of that number, or of the entry; the file where it is written in another way."""
    starts = [at.start() for at in re.finditer(rf"(?m)^[ \t]*\[\[[ \t]*{table}[ \t]*\]\]", text)]
    if number >= len(starts):
        return Location(file=file)
    start = starts[number]
    end = starts[number + 1] if number + 1 < len(starts) else len(text)
    key = re.compile(rf"(?m)^[ \t]*{name}[ \t]*=").search(text, start, end) if name else None
    at = key.start() if key else text.index("[[", start)
    return Location(file=file, line=text.count("\n", 0, at) + 1)
