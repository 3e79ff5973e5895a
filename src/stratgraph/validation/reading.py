"""Reads the files that are to be validated: triples, and at need the line where each of them stands."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, RdfFormat, Triple, serialize

from stratgraph.errors import Location, SourceError
from stratgraph.formats.endings import refuse_other_forms
from stratgraph.serialisation import RdfText, form_of_file
from stratgraph.terms import BASE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pyoxigraph import Quad

GENID = f"{BASE}.well-known/genid/"
"""How names begin that stand for blank nodes (RDF 1.1 Concepts, section 3.5)."""

_AT_ONCE: Final = 10_000


def read_graphs(content: bytes, file: str, *, origin: int) -> dict[str, str]:
    """The graphs of a file as N-Triples, by their names; the default graph has the empty one.

    Args:
        content: its bytes.
        file: its name, which says the format.
        origin: a number of its own for each file that is read together with others; see ``named_nodes``.

    Raises:
        SourceError: it is not of the format (:class:`stratgraph.serialisation.RdfText`), or holds nothing.
        UsageError: its name says no form of RDF.
    """
    refuse_other_forms(content, file)
    text = RdfText(content, file=file, form=form_of_file(file))
    graphs = graphs_of(text.quads, origin=origin)
    if not graphs:
        raise SourceError(
            "The file holds no triples." if content.strip() else "The file is empty.",
            where=Location(file=file),
            mend="Give a file that describes a plan.",
        )
    return graphs


def read_together(files: Mapping[str, bytes]) -> dict[str, str]:
    """The graphs of files as N-Triples, by their names: those of one name in several files are one graph.

    Args:
        files: names, whose endings say the formats, and contents.

    Raises:
        SourceError: as :func:`read_graphs`.
    """
    graphs: dict[str, str] = defaultdict(str)
    for origin, (file, content) in enumerate(files.items(), 1):
        for name, text in read_graphs(content, file, origin=origin).items():
            graphs[name] += text
    return graphs


def graphs_of(read: Callable[[], Iterable[Quad | Triple]], *, origin: int) -> dict[str, str]:
    """Graphs as N-Triples, by their names; the default graph, also of triples, has the empty one.

    Args:
        read: gives the quads in the order of the source; called again where there are blank nodes.
        origin: stands in the names for blank nodes; see ``named_nodes``.
    """
    graphs = _written((quad, quad if isinstance(quad, Triple) else quad.triple) for quad in read())
    # A literal may hold these characters too, which costs a little time.
    if any("_:" in text for text in graphs.values()):
        return _written(zip(read(), named_nodes(read(), origin), strict=True))
    return graphs


def _written(pairs: Iterable[tuple[Quad | Triple, Triple]]) -> dict[str, str]:
    """The triples, each with the quad whose graph it is in, as text; some at a time, for terms take much memory."""
    waiting: dict[NamedNode | BlankNode | DefaultGraph, list[Triple]] = defaultdict(list)
    texts: dict[NamedNode | BlankNode | DefaultGraph, list[str]] = defaultdict(list)
    default = DefaultGraph()
    for quad, triple in pairs:
        name = default if isinstance(quad, Triple) else quad.graph_name
        waiting[name].append(triple)
        if len(waiting[name]) >= _AT_ONCE:
            texts[name].append(n_triples(waiting.pop(name)))
    for name, rest in waiting.items():
        texts[name].append(n_triples(rest))
    return {"" if isinstance(name, DefaultGraph) else name.value: "".join(parts) for name, parts in texts.items()}


def n_triples(triples: Iterable[Triple]) -> str:
    """The triples as N-Triples."""
    return (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode("utf-8")


def read_lines(content: bytes, file: str, *, origin: int) -> Iterator[tuple[Triple, int]]:
    """The triples of all graphs of a file, each with the line where it ends, counted from 1; slower."""
    at = 0

    def quads() -> Iterator[Quad]:
        nonlocal at
        for quad, at in RdfText(content, file=file, form=form_of_file(file)).placed():  # noqa: B007 - told below
            yield quad

    for triple in named_nodes(quads(), origin):
        yield triple, at


def named_nodes(quads: Iterable[Quad | Triple], origin: int) -> Iterator[Triple]:
    """The triples with names for their blank nodes, the same in each reading.

    Engines rename blank nodes, and a parser names them by chance; numbered in their order they can be found again.

    Args:
        quads: in the order of the source.
        origin: stands in the names, for blank nodes of different files to stay apart.
    """
    names: dict[str, NamedNode] = {}

    def named(term: object) -> object:
        if not isinstance(term, BlankNode):
            return term
        return names.setdefault(term.value, NamedNode(f"{GENID}{origin}/{len(names) + 1}"))

    for quad in quads:
        subject, value = quad.subject, quad.object
        if isinstance(subject, BlankNode) or isinstance(value, BlankNode):
            yield Triple(named(subject), quad.predicate, named(value))  # type: ignore[arg-type]
        else:
            yield quad if isinstance(quad, Triple) else quad.triple


def shown(iri: str) -> str:
    """An IRI as people know it: a name that stands for a blank node as ``_:b1``."""
    return f"_:b{iri.rpartition('/')[2]}" if iri.startswith(GENID) else iri
