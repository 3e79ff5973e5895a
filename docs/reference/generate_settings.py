"""Writes settings.md, the reference of the settings, from the class stratgraph.settings.Settings.

Run from anywhere: ``python docs/reference/generate_settings.py``. ``tests/test_settings.py`` compares the page with a
fresh run.
"""
# ruff: noqa: INP001 - a script beside the page that it writes, no package

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stratgraph.setting_kinds import Secret
from stratgraph.settings import FILE, PREFIX, Settings

if TYPE_CHECKING:
    from dataclasses import Field

PAGE = Path(__file__).with_name("settings.md")
GROUPED_FROM = 10_000

HEAD = f"""<!-- Generated from stratgraph.settings by docs/reference/generate_settings.py; do not edit. -->

# Settings

A value comes from a flag of the command line (`--max-query-bytes`, where the command has it), else from the environment
(`{PREFIX}MAX_QUERY_BYTES`), else from `{FILE}` in the working folder (`max_query_bytes = 100000`), else it is the
default. In the environment a list is words with blanks between them; in the file it is a list of strings.
"""


def render() -> str:
    """The page."""
    return HEAD + "".join(map(entry, fields(Settings)))


def entry(one: Field[Any]) -> str:
    """One setting."""
    variable = f"{PREFIX}{one.name.upper()}"
    default = getattr(Settings(), one.name)
    return f"\n## {one.name}\n\n{one.metadata['description']} Default: {words(default)}. Environment: `{variable}`.\n"


def words(value: object) -> str:
    """A default as people write it."""
    if isinstance(value, tuple):
        return f"`{' '.join(value)}`" if value else "none"
    if value in ("", Secret()):
        return "none"
    # With underscores it can be copied into the file and the environment as it stands.
    return f"`{value:_}`" if isinstance(value, int) and value >= GROUPED_FROM else f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
