"""Asking a store of Oxigraph that is open: evaluation, writing in a form, and the engine's errors as ours."""

from __future__ import annotations

from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, NoReturn, Protocol, cast

from pyoxigraph import DefaultGraph, NamedNode, QueryTriples

from stratgraph.errors import NotAcceptable, NotFound, QueryError, RemoteError, ResultTooLarge
from stratgraph.results import write_results
from stratgraph.serialisation import RDF_XML, write_rdf
from stratgraph.store.damage import is_damage, store_error
from stratgraph.store.datasets import named_node
from stratgraph.store.rewriting import functions, rewritten
from stratgraph.store.screening import screened
from stratgraph.store.syntax import explain
from stratgraph.store.tokens import tokens
from stratgraph.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Store  # noqa: TID251 - opened elsewhere

    from stratgraph.results import ResultForm
    from stratgraph.serialisation import RdfForm
    from stratgraph.store.datasets import Datasets
    from stratgraph.store.protocol import Dataset, Forms, Screen


class Sink(Protocol):
    """What an answer is written into: a file that gets the answer's form first."""

    def begin(self, form: ResultForm | RdfForm) -> None:
        """The answer comes in this form."""

    def write(self, data: bytes) -> int:
        """Takes a piece of it."""

    def flush(self) -> None:
        """The engine calls it at the end."""


def write_answer(
    datasets: Datasets, query: str, forms: Forms, dataset: Dataset, out: Sink, screen: Screen | None = None
) -> None:
    """Answers a query; raises what :meth:`stratgraph.store.protocol.Store.answer` raises."""
    with screened(query, screen) as text, _translated(text):
        asked = text if screen is None else rewritten(text, lambda: datasets.named_graphs(text, dataset))
        found = datasets.evaluate(asked, dataset, functions(asked))
        try:
            if isinstance(found, QueryTriples):
                graph = form_of_graph(forms)
                out.begin(graph)
                write_rdf(found, out, graph)
            else:
                table = form_of_solutions(forms)
                out.begin(table)
                write_results(found, out, table)
        finally:
            # The engine's iterators must end in the thread that they began in, and a traceback, which holds the
            # variables of this function, may travel to another one.
            del found


def write_graph(store: Store, graph: str | None, form: RdfForm, out: Sink) -> None:
    """Writes a graph; raises what :meth:`stratgraph.store.protocol.Store.read_graph` raises."""
    name = DefaultGraph() if graph is None else named_node(graph)
    with _translated(""):
        if isinstance(name, NamedNode) and not store.contains_named_graph(name):
            raise NotFound(f"There is no graph <{graph}>.")
        out.begin(form)
        if form is RDF_XML:
            write_rdf((quad.triple for quad in store.quads_for_pattern(None, None, None, name)), out, form)
        else:
            store.dump(_file(out), form.engine, from_graph=name, prefixes=PREFIXES)


def graph_names(store: Store) -> tuple[str, ...]:
    """The IRIs of the named graphs, sorted."""
    with _translated(""):
        return tuple(sorted(graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode)))


def result_too_large(max_result_bytes: int) -> ResultTooLarge:
    """The error of an answer that is beyond its limit."""
    return ResultTooLarge(
        f"The answer is larger than {max_result_bytes:,} bytes.",
        setting="max_result_bytes",
        value=max_result_bytes,
        mend=f"Ask for less, by LIMIT for example, or raise max_result_bytes (now {max_result_bytes}).",
    )


def _file(out: Sink) -> IO[bytes]:
    """The engine asks a file for write and flush only."""
    return cast("IO[bytes]", out)


def form_of_graph(forms: Forms) -> RdfForm:
    """The form for the answer to a CONSTRUCT or DESCRIBE; raises NotAcceptable where none is accepted."""
    return forms.graph or _refuse_kind("graph, in a format of RDF", "CONSTRUCT or DESCRIBE")


def form_of_solutions(forms: Forms) -> ResultForm:
    """The form for the answer to a SELECT or ASK; raises NotAcceptable where none is accepted."""
    return forms.solutions or _refuse_kind("table, in a SPARQL result format", "SELECT or ASK")


def _refuse_kind(accepted: str, kinds: str) -> NoReturn:
    raise NotAcceptable(f"The answer to {kinds} is a {accepted}, and none is accepted.", mend=f"Accept a {accepted}.")


@contextmanager
def _translated(query: str) -> Iterator[None]:
    """The engine's errors as ours."""
    try:
        yield
    except SyntaxError as error:
        raise explain(query, str(error)) from error
    except UnicodeEncodeError as error:
        raise QueryError("The query holds half of a surrogate pair, which is no character.") from error
    except (RuntimeError, OSError) as error:
        if not is_damage(error):
            if any(token.is_word("SERVICE") for token in tokens(query)):
                raise RemoteError(f"The endpoint of a SERVICE failed: {error}.") from error
            if isinstance(error, RuntimeError):
                raise QueryError(f"{error}.", mend="Use the functions of SPARQL 1.1.") from error
        raise store_error("The store cannot be read", None, error, "Roll back, or run stratgraph build.") from error
