"""What ``stratgraph review`` and ``stratgraph publish`` share: reading a revision and deciding on doubtful matches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from stratgraph.cli.terminal import say
from stratgraph.errors import UsageError
from stratgraph.files import read_bytes, write_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from stratgraph.comparison import Comparison, Proposal
    from stratgraph.matching import Question
    from stratgraph.settings import Settings
    from stratgraph.store import Store
    from stratgraph.validation import Ruleset

AcceptOption = Annotated[bool, typer.Option("--accept", help="Take doubtful matches as they are proposed.")]
AskOption = Annotated[bool, typer.Option("--ask", help="Ask about doubtful matches, one by one.")]


@dataclass(frozen=True, slots=True)
class Deciding:
    """How doubtful matches are decided.

    Args:
        file: of decisions: read where it is there, written where something is accepted or asked.
        accept: take them as they are proposed.
        ask: ask about each.
    """

    file: Path | None
    accept: bool
    ask: bool


def read_comparison(file: Path, settings: Settings, store: Store | None, rules: Ruleset, *, against: str) -> Comparison:
    """The revision in a file beside what it is compared with; both are held against these rules.

    Args:
        file: the revision.
        settings: that hold.
        store: where the plan is published.
        rules: that the plans are held against.
        against: a number of a version, or the name of the plan before; the newest version where empty.
    """
    from stratgraph.comparison import against_of, compare  # noqa: PLC0415 - other commands do without
    from stratgraph.plan_files import ReadingLimits, read_file  # noqa: PLC0415 - likewise
    from stratgraph.store import journal_of  # noqa: PLC0415 - likewise

    plan = read_file(file, settings.part(ReadingLimits))
    number, before = against_of(against, plan)
    journal = journal_of(settings.store)
    return compare(store, plan, against=number, predecessor=before, journal=journal, rules=rules)


def proposal_of(comparison: Comparison, deciding: Deciding, *, engine: str = "shacl") -> Proposal:
    """The reviewed revision with all decisions made; writes the decisions where there is a file for them."""
    from stratgraph.comparison import decide, propose  # noqa: PLC0415 - other commands do without

    file = deciding.file
    if deciding.accept and deciding.ask:
        raise UsageError("Doubtful matches are either asked about or accepted.", mend="Leave --accept or --ask out.")
    decided, followed = comparison.decided_in((read_bytes(file), str(file)) if file and file.is_file() else None)
    if deciding.accept or deciding.ask:
        before = set(decided)
        decided = decide(comparison, decided, _ask if deciding.ask else None)
        unseen = set(decided) - before if deciding.accept else set()
        if file is not None and (written := comparison.decisions(decided, unseen=unseen, followed=followed)):
            write_bytes(file, written)
    return propose(comparison, decided, followed=followed, engine=engine)


def _ask(question: Question) -> str:
    """Asks at the terminal which option it is, and returns its place; Enter takes the first."""
    from rich.prompt import IntPrompt  # noqa: PLC0415 - most commands ask nothing

    from stratgraph.cli.console import words  # noqa: PLC0415 - likewise

    say(f"\nWhich element is this? {question.match.new}", markup=False)
    say(f"  {question.text}", markup=False)
    for number, option in enumerate(question.options, 1):
        told = f"{option.place} ({option.similarity:.0%} alike): {option.text}" if option.place else "a new element"
        say(f"  {number}  {told}", markup=False)
    numbers = [str(number) for number in range(1, len(question.options) + 1)]
    # Through the console of standard error: standard output is the report's.
    try:
        chosen = IntPrompt.ask("Number", console=words, choices=numbers, show_choices=False, default=1)
    except EOFError as error:
        raise UsageError(
            "Standard input ended before all doubtful matches were decided.",
            mend="Answer at a terminal, or decide in a file: --decisions.",
        ) from error
    return question.options[chosen - 1].place
