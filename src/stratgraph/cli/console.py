"""The consoles of rich for standard output and standard error; imported when there is something for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console

from stratgraph.wording import visible

if TYPE_CHECKING:
    from rich.text import Text


class Terminal(Console):
    """A console that shows control characters by their names: no text out of a file commands a terminal."""

    def render_str(self, text: str, **options: Any) -> Text:
        """See rich."""
        return super().render_str(visible(text), **options)

    def on_broken_pipe(self) -> None:
        """See rich, which would exit with 1."""
        raise BrokenPipeError


words = Terminal(stderr=True, highlight=False)
"""For sentences, questions and progress: standard output has results alone."""
