"""Many pieces, several at once, and how far one is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from stratgraph.validation.engines import ENGINES, named_in, validate_text
from stratgraph.validation.rulesets import profiles_in
from stratgraph.validation.shards import excerpt, plans_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from stratgraph.validation.engines import Result
    from stratgraph.validation.rules import ShapesGraph
    from stratgraph.validation.rulesets import Ruleset


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in some data.

    Args:
        plans: IRIs of the plans that it describes.
        results: of the engine.
        shown: N-Triples, what a report shows of the nodes that the results name.
        shapes: that were asked.
    """

    plans: tuple[str, ...]
    results: frozenset[Result]
    shown: str
    shapes: ShapesGraph


Item = TypeVar("Item")
Found = TypeVar("Found")
Progress: TypeAlias = "Callable[[int, int], None]"
"""Is told how many pieces are done, and of how many; by one thread only."""


def in_turn(
    function: Callable[[Item], Found], items: Sequence[Item], *, jobs: int, progress: Progress | None
) -> list[Found]:
    """What a function gives for each item, in the order of the items.

    Args:
        function: called by several threads at once.
        items: what it is called with.
        jobs: how many threads.
        progress: called after each item.
    """
    if jobs <= 1 or len(items) <= 1:
        return _counted(map(function, items), len(items), progress)
    with ThreadPoolExecutor(min(jobs, len(items))) as pool:
        try:
            return _counted(pool.map(function, items), len(items), progress)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _counted(results: Iterable[Found], total: int, progress: Progress | None) -> list[Found]:
    found = []
    for result in results:
        found.append(result)
        if progress:
            progress(len(found), total)
    return found


def usable_jobs(engine: str, jobs: int) -> int:
    """How many threads an engine gains from: the reference is Python, of which one thread runs at a time."""
    return jobs if engine == ENGINES[0] else 1


def check(text: str, rules: Ruleset, *, engine: str) -> Checked:
    """What an engine finds in N-Triples by the rules for the plans that they describe.

    Raises:
        UsageError: there is no such engine, profile or set.
        SourceError: the engine gave up.
    """
    shapes = rules.shapes(profiles_in(text))
    results = validate_text(text, shapes, engine=engine)
    return Checked(plans_of(text), results, excerpt(text, named_in(results)) if results else "", shapes)


def check_each(
    pieces: Sequence[str], rules: Ruleset, *, engine: str, jobs: int, progress: Progress | None
) -> list[Checked]:
    """The same of several pieces."""
    one = partial(check, rules=rules, engine=engine)
    return in_turn(one, pieces, jobs=usable_jobs(engine, jobs), progress=progress)
