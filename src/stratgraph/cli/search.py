"""``stratgraph search``."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from stratgraph.cli.table import Iri, show
from stratgraph.cli.terminal import StoreOption, app, ending, languages_of, opened_reading, out, say
from stratgraph.settings import read_settings
from stratgraph.wording import counted

_COLUMNS: Final = ("kind", "unit", "what it is called", "words", "place", "IRI")


@app.command(
    epilog=ending("stratgraph search cybersecurity", "stratgraph search '\"digital divide\"' --kind sg:Objective")
)
def search(
    text: Annotated[
        list[str], typer.Argument(help="Words in any language, phrases in quotation marks, codes, an IRI or a place.")
    ],
    kind: Annotated[str, typer.Option(help="Only things of this class or vocabulary, such as sg:Objective.")] = "",
    unit: Annotated[str, typer.Option(help="Only things of the unit of this IRI.")] = "",
    languages: Annotated[
        str, typer.Option("--lang", help="Languages to show, such as fr,en; a plan's own where left out.")
    ] = "",
    page: Annotated[int, typer.Option(min=1, help="Which page of the results.")] = 1,
    store: StoreOption = None,
) -> None:
    """Find words in all texts, labels and codes of what is published."""
    from stratgraph import searching  # noqa: PLC0415 - other commands do without
    from stratgraph.search import CurrentWords  # noqa: PLC0415 - likewise

    settings = read_settings(store=store)
    with opened_reading(settings) as reading:
        found = searching.search(
            reading,
            CurrentWords(settings.store),
            " ".join(text),
            kind=kind,
            unit=unit,
            languages=languages_of(languages),
            page=page,
            deadline_s=settings.deadline_s,
        )
    if found.leads_to and not found.results:
        out(found.leads_to)
        return
    rows = [
        (
            one.kind.label,
            one.unit.label if one.unit else "",
            one.named.label,
            "".join(run.text for run in one.words),
            str(one.place.where) if one.place else "",
            Iri(one.named.iri),
        )
        for one in found.results
    ]
    show(_COLUMNS, rows)
    if found.suggestion:
        say(f"Did you mean: {found.suggestion}")
    if found.is_any:
        say("No text has all of these words; these have some of them.")
    of = f", page {found.page} of {found.pages}" if found.pages > 1 else ""
    say(f"{'More than ' if found.is_cut else ''}{counted(found.total, 'thing')} found{of}.", style="dim")
