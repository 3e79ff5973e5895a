from __future__ import annotations

import fnmatch
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def top() -> Path:
    """The checkout."""
    return TOP


@pytest.fixture(scope="session")
def project_files() -> tuple[Path, ...]:
    """Every file of the project that .gitignore does not leave out; asks no git, since a checkout may come without."""
    lines = (TOP / ".gitignore").read_text("utf-8").split()
    ignored = [".git", *(line.strip("/") for line in lines)]

    def files(folder: Path) -> list[Path]:
        found: list[Path] = []
        for entry in sorted(folder.iterdir()):
            if any(fnmatch.fnmatch(entry.name, pattern) for pattern in ignored):
                continue
            found += files(entry) if entry.is_dir() else [entry]
        return found

    return tuple(files(TOP))


@pytest.fixture(scope="session")
def modules() -> tuple[Path, ...]:
    """The Python files of the two packages that are shipped."""
    return tuple(sorted(path for folder in ("src", "api") for path in (TOP / folder).rglob("*.py")))
