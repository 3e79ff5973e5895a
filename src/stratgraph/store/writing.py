"""The engine's files of a snapshot: written anew, or as what changes of one that is there; and checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from pyoxigraph import DefaultGraph, NamedNode, Store  # noqa: TID251 - here stores are written

from stratgraph.assets import update_text
from stratgraph.errors import Location, StoreError
from stratgraph.store.damage import ENGINE_ERRORS, store_error

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from pyoxigraph import Quad

View: TypeAlias = "Callable[[NamedNode | None], Iterable[Quad]]"
"""Gives the quads of a default graph: those of one property, or all."""

Describe: TypeAlias = "Callable[[View], Iterable[Quad]]"
"""Gives what is said of a default graph."""

REBUILD: Final = "Run stratgraph build."
"""What helps where there is nothing that could be read."""


@dataclass(frozen=True, slots=True)
class Change:
    """What makes the next state of a state.

    Args:
        base: the state, as a reading of it says.
        graphs: by their names, each in place of one of its name; an empty one goes. All others stay.
        before: names of the graphs whose union the default graph of the state is.
        after: names of the graphs whose union the default graph of the next state is.
    """

    base: str
    graphs: Mapping[str, Collection[Quad]]
    before: frozenset[str]
    after: frozenset[str]

    def apply(self, store: Store) -> tuple[Quad, ...] | None:
        """Makes the next state of a store that holds the state; it is whole when this has returned.

        Returns:
            Of the named graphs whose union a default graph is, the quads that one of the two states has alone. None
            where more of the default graph is another: such a graph comes into it or leaves it, and is in both states.
        """
        gone: list[Quad] = []
        come: list[Quad] = []
        changed: set[str] = set()
        whole: set[str] = set()
        empty: list[NamedNode] = []
        for name, quads in self.graphs.items():
            graph = NamedNode(name)
            old, new = set(store.quads_for_pattern(None, None, None, graph)), set(quads)
            if not new:
                empty.append(graph)
            if not (old and new):
                whole.add(name)
            if old != new:
                changed.add(name)
                gone += old - new
                come += new - old
        stay = (self.before & self.after) - changed
        for name in sorted(self.before - stay):
            store.update(_filled("local-leave", name, self.after - changed))
        for quad in gone:
            store.remove(quad)
        for graph in empty:
            store.remove_graph(graph)
        store.bulk_extend(come)
        for name in sorted(self.after - stay):
            store.update(_filled("local-enter", name))
        if not self.before ^ self.after <= whole:
            return None
        shown = {NamedNode(name) for name in changed & (self.before | self.after)}
        return tuple(quad for quad in (*gone, *come) if quad.graph_name in shown)


@dataclass(frozen=True, slots=True)
class Since:
    """How a state differs from one that is there.

    Args:
        folder: of the snapshot of that one.
        changed: of the named graphs whose union the default graphs are, the quads that one of the two has alone.
    """

    folder: Path
    changed: tuple[Quad, ...]


Complete: TypeAlias = "Callable[[Path, Since | None], None]"
"""Writes what else belongs into the folder of a snapshot, whose store is whole, and differs so, where that is known."""


def write_store(
    folder: Path,
    quads: Iterable[Quad],
    change: Change | None = None,
    base: Path | None = None,
    describe: Describe | None = None,
) -> tuple[int, Since | None]:
    """Writes the engine's files into a new folder.

    Args:
        folder: is made.
        quads: all of them.
        change: the same in comparison with a store that is there.
        base: the folder of that store; where it is given the quads are not read.
        describe: gives what is said of the default graph that is written, and belongs into the store too.

    Returns:
        How many quads they hold, and how they differ from those of the base where that is known.

    Raises:
        StoreError: they cannot be opened again, or hold another number of quads.
    """
    since = None
    if change and base:
        # Links to the tables, which the engine never writes to again; copies where the disk has no links.
        Store.read_only(str(base)).backup(folder)
        store = Store(folder)
        if (changed := change.apply(store)) is not None:
            since = Since(base.parent, changed)
    else:
        store = Store(folder)
        store.bulk_extend(quads)
    if describe:
        store.bulk_extend(list(describe(partial(_default_graph, store))))
    # Takes no time for one plan and a sixth of the loading of a thousand, whose queries are then two to five times
    # faster: what was loaded piece by piece is merged.
    store.optimize()
    store.flush()
    count = len(store)
    # Oxigraph has no close: the files are closed when nothing refers to the store any more.
    del store
    open_checked(folder, count)
    return count, since


def _default_graph(store: Store, predicate: NamedNode | None) -> Iterable[Quad]:
    """The quads of a default graph, those of one property or all."""
    return store.quads_for_pattern(None, predicate, None, DefaultGraph())


def open_checked(folder: Path, quads: int) -> None:
    """Opens the files as a reader will, and counts.

    Raises:
        StoreError: they cannot be opened, or hold another number of quads.
    """
    try:
        found = len(Store.read_only(str(folder)))
    except ENGINE_ERRORS as error:
        raise store_error("The snapshot cannot be opened", folder, error, REBUILD) from error
    if found != quads:
        where = Location(file=str(folder))
        raise StoreError(f"It holds {found} triples where {quads} were written.", where=where, mend=REBUILD)


def _filled(update: str, graph: str, others: Iterable[str] = ()) -> str:
    """One of our updates with the name of a graph in place of ``<x:graph>``, and others in place of ``<x:others>``."""
    text = update_text(update).replace("<x:graph>", str(NamedNode(graph)))
    return text.replace("<x:others>", ", ".join(str(NamedNode(other)) for other in sorted(others)))
