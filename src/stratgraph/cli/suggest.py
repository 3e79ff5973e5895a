"""``stratgraph links suggest``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from stratgraph.cli import candidates
from stratgraph.cli.links import PlanOfPlaceOption, links
from stratgraph.cli.table import Iri, show
from stratgraph.cli.terminal import StoreOption, ending, opened_reading, say, working
from stratgraph.settings import read_settings
from stratgraph.terms import IDENTIFIERS

if TYPE_CHECKING:
    from stratgraph.links.suggest import Proposal

_COLUMNS: Final = ("score", "vocabulary", "concept", "label", "why")


@links.command(
    epilog=ending("stratgraph links suggest itu-d/objective/5", "stratgraph links suggest itu-d/objective/5 --to sdg")
)
def suggest(
    element: Annotated[
        str,
        typer.Argument(
            help="Element of a plan: its IRI, or its place, such as itu-d/objective/5.",
            autocompletion=candidates.elements,
        ),
    ],
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            help="Name of a vocabulary, such as sdg; all where left out.",
            autocompletion=candidates.vocabularies,
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many concepts of each vocabulary.")] = 10,
    with_linked: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--all", help="Also the concepts that the element is linked to already.")
    ] = False,
    least: Annotated[
        float | None, typer.Option(min=0, max=1, help="The lowest score that is shown: 0 for whatever there is.")
    ] = None,
    lang: Annotated[
        str, typer.Option(help="Language of the texts and names that are compared, such as fr; else the plan's own.")
    ] = "",
    plan: PlanOfPlaceOption = None,
    store: StoreOption = None,
) -> None:
    """Propose concepts that an element could be linked to, with what speaks for each; nothing is published."""
    from stratgraph.history import chosen_plan  # noqa: PLC0415 - other commands do without
    from stratgraph.links.suggest import LEAST  # noqa: PLC0415 - likewise
    from stratgraph.links.suggest import suggest as proposals  # noqa: PLC0415 - likewise

    least = LEAST if least is None else least
    with working("Looking for concepts"), opened_reading(read_settings(store=store)) as reading:
        iri = element if "://" in element else f"{chosen_plan(reading, plan)}/{element}"
        found = proposals(
            reading, iri, to=tuple(to or ()), limit=limit, with_linked=with_linked, least=least, language=lang
        )
    show(_COLUMNS, [(f"{one.score:.2f}", one.vocabulary, Iri(one.iri), one.label, _why(one)) for one in found])
    if not found:
        say(f"Nothing fits: no concept has a score of {least:g} or more (--least).")
    say("Proposals by text and by links of like elements, to be judged by people: nothing is linked.", style="dim")


def _why(proposal: Proposal) -> str:
    reasons = [
        "is linked already" if proposal.is_linked else "",
        "named in the text" if proposal.is_named else "",
        f"words: {', '.join(proposal.words)}" if proposal.words else "",
        f"linked to it: {', '.join(map(_short, proposal.alike))}" if proposal.alike else "",
    ]
    return "; ".join(filter(None, reasons))


def _short(iri: str) -> str:
    """An element by its place in its plan."""
    return iri.removeprefix(IDENTIFIERS).partition("/plan/")[2].partition("/")[2] or iri
