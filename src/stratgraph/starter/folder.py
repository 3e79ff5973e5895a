"""Writes the folder. Its files are beside this module; words in braces stand for what is known of the plan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

from stratgraph.errors import UsageError
from stratgraph.files import write_bytes
from stratgraph.formats import rdf
from stratgraph.identifiers import plan_identifiers, slug
from stratgraph.plan_files import write_revision
from stratgraph.terms import IDENTIFIERS
from stratgraph.wording import name_of, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

_YEARS: Final = "2026-2030"
_PLAN: Final = "plan.ttl"
_WORKBOOK: Final = "plan.xlsx"
_HIDDEN: Final = {"gitignore": ".gitignore"}
_OF_CI: Final = {"github-action.yml": ".github/workflows/review-plan.yml", "gitlab-ci.yml": ".gitlab-ci.yml"}
_MOST_LETTERS: Final = 8
_MARK: Final = re.compile(r"\{(plan|organisation|name|notation)\}")
_QUOTED: Final = (".ttl", ".toml")
"""Files in which what is known of the plan stands between quotation marks, or is an IRI."""

_NO_PART_OF_IRI: Final = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
"""What Turtle does not take between < and > (section 6.5, IRIREF)."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What was written.

    Args:
        plan: IRI of the plan.
        files: as they are called within the folder, sorted.
    """

    plan: str
    files: tuple[str, ...]


def begin(folder: Path, *, name: str = "", plan: str = "") -> Begun:
    """Writes the folder.

    Args:
        folder: to be made; it may be there already where it is empty.
        name: of the organisation; that of the folder where empty.
        plan: IRI of the plan; one made of the folder's name where empty.

    Raises:
        UsageError: there is something in the folder, the name says no name or has what nobody sees, or the IRI can be
            no plan's.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already, and not empty.", mend="Name a folder that is not there.")
    called = " ".join((name or folder.resolve().name.replace("-", " ").replace("_", " ").title()).split())
    if (shown := visible(called)) != called:
        raise UsageError(f"The name {shown!r} has what nobody sees.", mend="Say --name without it.")
    if wrong := _NO_PART_OF_IRI.search(plan):
        raise UsageError(
            f"<{visible(plan)}> cannot be the IRI of a plan: it has {name_of(wrong[0])}.",
            mend="Say --plan without that character.",
        )
    own = slug(called)
    if not (own or plan):
        raise UsageError(f"{called!r} has no letter to name an organisation by.", mend="Say --name, or --plan.")
    identifiers = plan_identifiers(plan or f"{IDENTIFIERS}{own}/plan/{_YEARS}")
    above = identifiers.plan_iri.rpartition("/")[0]
    known = {
        "plan": identifiers.plan_iri,
        "organisation": above.removesuffix("/plan") if identifiers.organisation else f"{above}/organisation",
        "name": called,
        "notation": "".join(word[0] for word in called.split())[:_MOST_LETTERS].upper(),
    }
    home = resources.files("stratgraph.starter")
    written: dict[str, bytes] = {}
    for place, file in _files(home / "files"):
        words = {mark: _quoted(value) for mark, value in known.items()} if place.endswith(_QUOTED) else known
        written[_HIDDEN.get(place, place)] = _filled(file.read_text("utf-8"), words).encode()
    written[_WORKBOOK] = _workbook(written.pop(_PLAN))
    for name_of_file, place in _OF_CI.items():
        written[place] = (home / "ci" / name_of_file).read_bytes().replace(_PLAN.encode(), _WORKBOOK.encode())
    for place, content in written.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        write_bytes(folder / place, content)
    return Begun(identifiers.plan_iri, tuple(sorted(written)))


def _files(folder: Traversable, above: str = "") -> Iterator[tuple[str, Traversable]]:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _files(one, f"{above}{one.name}/")
        else:
            yield f"{above}{one.name}", one


def _filled(text: str, known: Mapping[str, str]) -> str:
    return _MARK.sub(lambda mark: known[mark[1]], text)


def _quoted(text: str) -> str:
    """The text as it stands between the quotation marks of Turtle and TOML, which escape alike."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _workbook(turtle: bytes) -> bytes:
    plan = rdf.read(turtle, file=_PLAN, max_bytes=len(turtle))
    return write_revision(plan, file=_WORKBOOK)[0]
