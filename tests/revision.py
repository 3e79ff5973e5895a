"""The constructed revision of the annex: tests/data/revision/README.md says what it is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

TOP = Path(__file__).parents[1]
SOURCE = TOP / "data/sources/resolution-71-annex.txt"
FOLDER = TOP / "tests/data/revision"
CONTENT: dict[str, Any] = tomllib.loads((FOLDER / "edits.toml").read_text("utf-8"))
EDITS: list[dict[str, Any]] = CONTENT["edit"]
NAME = "constructed-revision.txt"


def revised_text(*names: str) -> str:
    """The text of the annex with these edits, or with all."""
    text = SOURCE.read_text("utf-8")
    for edit in EDITS:
        for old, new in edit["replace"] if not names or edit["name"] in names else ():
            assert text.count(old) == 1, f"{edit['name']}: {text.count(old)} times {old!r}"
            text = text.replace(old, new)
    return text


def description() -> str:
    """What the annex's own description says, under a title that says that this is none of the ITU's."""
    own = SOURCE.with_suffix(".toml").read_text("utf-8")
    titled, count = re.subn(r'(?m)^title = ".*"$', f'title = "{CONTENT["title"]}"', own)
    assert count == 1
    return titled


def write_revision(folder: Path, *names: str) -> Path:
    """The revision with these edits, or with all, and its description beside it; gives the path of the text."""
    path = folder / NAME
    path.write_text(revised_text(*names), encoding="utf-8", newline="\n")
    path.with_suffix(".toml").write_text(description(), encoding="utf-8")
    return path
