"""Writes cli.md, the reference of the commands, from the command line itself.

Run from anywhere: ``python docs/reference/generate_cli.py``. ``tests/docs/test_docs.py`` compares the page with a fresh
run.
"""
# ruff: noqa: INP001 - a script beside the page that it writes, no package

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer.main

from stratgraph.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).with_name("cli.md")

HEAD = """<!-- Generated from stratgraph.cli by docs/reference/generate_cli.py; do not edit. -->

# The command line

`stratgraph COMMAND --help` says the same at the terminal. Results go to standard output, everything else to standard
error. Of any command 130 says that Ctrl-C ended it, 141 that the reader of its output has gone. Defaults of
`--store` and of limits are [settings](settings.md).
"""


def render() -> str:
    """The page."""
    return HEAD + "".join(entry(name, command) for name, command in commands(typer.main.get_command(app)))


def commands(group: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """The commands by their whole names, in the order of the help."""
    for name, command in sorted(group.commands.items()):
        whole = f"{above} {name}".strip()
        if hasattr(command, "commands"):
            yield from commands(command, whole)
        else:
            yield whole, command


def entry(name: str, command: Any) -> str:
    """One command: what it does, what it takes, examples, exit codes."""
    context = typer.Context(command, info_name=f"stratgraph {name}")
    usage = " ".join(command.collect_usage_pieces(context))
    rows = [
        row for one in command.get_params(context) if one.name != "help" for row in [parameter(one, context)] if row
    ]
    examples, codes = sections(command.epilog)
    table = ["| | |", "|---|---|", *rows] if rows else []
    exits = ", ".join(re.sub(r"^(\d)  ", r"\1 ", line) for line in codes)
    parts = [f"## {name}", command.help, f"`stratgraph {name} {usage}`", "\n".join(table)]
    parts += ["\n".join(["```sh", *examples, "```"]), f"Exit codes: {exits}."]
    return "".join(f"\n{part}\n" for part in parts if part)


def parameter(one: Any, context: Any) -> str:
    """One argument or option: its names and kind of value, and what it is."""
    record = one.get_help_record(context)
    if record is None:
        return ""
    names, told = (" ".join(text.split()).replace("|", "\\|") for text in record)
    return f"| `{names}` | {told} |"


def sections(epilog: str) -> tuple[list[str], list[str]]:
    """The examples and the exit codes."""
    examples, codes = (part.splitlines()[2:] for part in epilog.split("\n\n"))
    return [line.strip() for line in examples], [line.strip() for line in codes]


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
