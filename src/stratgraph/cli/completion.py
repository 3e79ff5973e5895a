"""``stratgraph completion``."""

from __future__ import annotations

from importlib import resources
from typing import Annotated, Literal, TypeAlias

import typer
from typer.completion import completion_init  # type: ignore[attr-defined]  # it does not say that it gives it on

from stratgraph.cli.terminal import app, ending, out

# Lets typer answer the scripts, without its own options that write into the user's files.
completion_init()

Shell: TypeAlias = Literal["bash", "zsh", "fish"]


@app.command(
    epilog=ending(
        'eval "$(stratgraph completion bash)"    # in ~/.bashrc',
        'eval "$(stratgraph completion zsh)"     # in ~/.zshrc, behind compinit',
        "stratgraph completion fish > ~/.config/fish/completions/stratgraph.fish",
    )
)
def completion(shell: Annotated[Shell, typer.Argument(help="The shell that you use.")]) -> None:
    """Print what teaches a shell to complete commands, options, names of queries, parameters and places."""
    out((resources.files("stratgraph.cli") / "shells" / shell).read_text("utf-8"))
