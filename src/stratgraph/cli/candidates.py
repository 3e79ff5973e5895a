"""What a shell may complete a word to. Whoever presses the key asked nothing: what cannot be found out is no error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer  # noqa: TC002 - typer reads the annotations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from stratgraph.store import Reading


def _found(find: Callable[[], Iterable[str]]) -> list[str]:
    from stratgraph.errors import StratgraphError  # noqa: PLC0415 - as all others here

    try:
        return list(find())
    except (StratgraphError, OSError):
        return []


def queries(incomplete: str) -> list[str]:
    """Names of documented queries."""
    return _found(lambda: _queries(incomplete))


def _queries(incomplete: str) -> Iterable[str]:
    from stratgraph.assets import example_files  # noqa: PLC0415 - only here

    names = (file.name.removesuffix(".ttl") for file in example_files())
    return [name for name in names if name.startswith(incomplete)]


def parameters(ctx: typer.Context, incomplete: str) -> list[str]:
    """``name=`` of a documented query's parameters, then ``name=value``."""
    return _found(lambda: _parameters(ctx, incomplete))


def _parameters(ctx: typer.Context, incomplete: str) -> Iterable[str]:
    from stratgraph.query import example, short_value  # noqa: PLC0415 - only here

    # An option that still lacks its value leaves the words before it unread.
    query = ctx.params.get("text") or next(iter(ctx.args), "")
    known = {one.name: one for one in example(query).parameters}
    name, sign, value = incomplete.partition("=")
    if not sign:
        return [f"{one}=" for one in known if one.startswith(name)]
    if name not in known:
        return []
    from stratgraph.choices import filled_for, things_of  # noqa: PLC0415 - only here

    with _reading(ctx) as reading:
        home = filled_for(reading, example(query), {}).home
        values = [short_value(known[name], iri, home) for iri in things_of(reading, known[name])]
    return [f"{name}={one}" for one in by_steps(values, value)]


def elements(ctx: typer.Context, incomplete: str) -> list[str]:
    """Places of elements, a step at a time."""
    return _found(lambda: _elements(ctx, incomplete))


def _elements(ctx: typer.Context, incomplete: str) -> Iterable[str]:
    from stratgraph.history import chosen_plan, used_places, versions_of  # noqa: PLC0415 - only here
    from stratgraph.identifiers import natural_key  # noqa: PLC0415 - likewise

    with _reading(ctx) as reading:
        plan = chosen_plan(reading, ctx.params.get("plan"))
        places = used_places(reading, versions_of(reading, plan)[-1:])
    return by_steps(sorted(places, key=natural_key), incomplete)


def plans(ctx: typer.Context, incomplete: str) -> list[str]:
    """IRIs of the published plans."""
    return _found(lambda: _plans(ctx, incomplete))


def _plans(ctx: typer.Context, incomplete: str) -> Iterable[str]:
    from stratgraph.history import plans as published  # noqa: PLC0415 - only here

    with _reading(ctx) as reading:
        return [one for one in published(reading) if one.startswith(incomplete)]


def profiles(incomplete: str) -> list[str]:
    """Names of profiles."""
    return _found(lambda: _profiles(incomplete))


def _profiles(incomplete: str) -> Iterable[str]:
    from stratgraph.profiles import profiles as known  # noqa: PLC0415 - only here

    return [one for one in known() if one.startswith(incomplete)]


def vocabularies(incomplete: str) -> list[str]:
    """Names of the vocabularies that come with the program."""
    return _found(lambda: _vocabularies(incomplete))


def _vocabularies(incomplete: str) -> Iterable[str]:
    from stratgraph.vocabularies import SHIPPED  # noqa: PLC0415 - only here

    return [one for one in SHIPPED if one.startswith(incomplete)]


def by_steps(places: Iterable[str], incomplete: str) -> list[str]:
    """The places that begin so, those deeper than the next slash by that alone: ``itu-d/objective/``."""
    found: dict[str, None] = {}
    for place in places:
        if place.startswith(incomplete):
            step, slash, _ = place[len(incomplete) :].partition("/")
            found[f"{incomplete}{step}{slash}"] = None
    return list(found)


def _reading(ctx: typer.Context) -> AbstractContextManager[Reading]:
    from stratgraph.cli.terminal import opened_reading  # noqa: PLC0415 - it imports this module's users
    from stratgraph.settings import read_settings  # noqa: PLC0415 - only here

    return opened_reading(read_settings(store=ctx.params.get("store")))
