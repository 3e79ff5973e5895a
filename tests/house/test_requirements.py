"""The locked packages: complete, hashed, and one set within the other."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

LOCKS = ("build", "runtime", "dev", "bench")


def lock(top: Path, name: str) -> dict[str, str]:
    """Of each locked package (NAME==VERSION, perhaps with a marker) the hashes, as the file writes them."""
    text = (top / "requirements" / f"{name}.txt").read_text("utf-8")
    entries = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
    return dict(entry.split("\\\n", 1) for entry in entries)


def packages(entries: dict[str, str]) -> set[str]:
    return {re.split(r"[=\s;]", entry, maxsplit=1)[0] for entry in entries}


def asked(top: Path, name: str) -> set[str]:
    """The packages that an .in file names itself."""
    lines = (top / "requirements" / f"{name}.in").read_text("utf-8").splitlines()
    return {normal(re.split(r"[=<>~\s;\[]", line)[0]) for line in lines if line and line[0] not in "#-"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_each_package_is_locked_to_one_version_by_hashes(top: Path, name: str) -> None:
    hashes = re.compile(r"(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+")
    entries = lock(top, name)
    assert entries
    assert [entry for entry in entries if not re.match(r"[\w.-]+==[\w.]+ (?:; [^\\]+)?$", entry)] == []
    assert [entry for entry, text in entries.items() if not hashes.fullmatch(text)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_each_package_that_is_asked_for_is_locked(top: Path, name: str) -> None:
    assert asked(top, name) - packages(lock(top, name)) == set()


@pytest.mark.parametrize(("inner", "outer"), [("build", "runtime"), ("runtime", "dev")])
def test_a_lock_holds_the_smaller_one_unchanged(top: Path, inner: str, outer: str) -> None:
    # A marker may be wider in the larger one, where more packages ask for the same.
    def without_markers(name: str) -> set[tuple[str, str]]:
        return {(entry.split(" ")[0], hashes) for entry, hashes in lock(top, name).items()}

    assert without_markers(inner) - without_markers(outer) == set()


def test_what_the_package_needs_is_what_the_lock_was_asked_for(top: Path) -> None:
    project = tomllib.loads((top / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {normal(re.split(r"[=<>~\s;\[]", entry)[0]) for entry in project["dependencies"]}
    assert needed == asked(top, "runtime")


def test_no_file_names_a_place_to_download_from(top: Path) -> None:
    texts = {path.name: path.read_text("utf-8") for path in (top / "requirements").iterdir()}
    assert [name for name, text in texts.items() if "://" in text] == []
    # What installs asks the machine's own pip where its index is.
    lists = {name: text for name, text in texts.items() if name != "install.sh"}
    assert [name for name, text in lists.items() if "index-url" in text or "find-links" in text] == []
