"""GRAPH ?g around a sub-select, VALUES or another GRAPH is asked graph by graph.

Where nothing directly within the braces of ``GRAPH ?g`` is a pattern of the graph itself, the engine leaves ``?g``
unbound, and it evaluates a sub-select over all graphs together (https://github.com/oxigraph/oxigraph/issues/1905).
``GRAPH <x>`` of a graph that is not there has the solutions of a VALUES within.

Proof. By section 18.6 Graph(?g, P) is the union, over the named graphs i of the dataset, of Join(eval(D(D[i]), P),
{?g -> i}). That is the algebra of ``{ GRAPH <i> P VALUES ?g { <i> } } UNION …``, written out; the names of the graphs
are known where the query is evaluated. Blank nodes get a label of their own in each. Graph(IRI, P) of an IRI that is
no graph's name is the empty multiset, as a group with FILTER(false) is. With the words "VALUES ?g" behind the braces
the variable is in scope as before.

Where a pattern of triples stands directly within the braces, it binds ``?g``, and a VALUES or GRAPH beside it does
not depend on the graph: then only a sub-select has to be asked apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from stratgraph.errors import QueryError
from stratgraph.store.syntax import location
from stratgraph.store.tokens import TokenKind, tokens

if TYPE_CHECKING:
    from stratgraph.store.rewriting.source import Source

MOST_CLAUSES: Final = 900
"""How many clauses one GRAPH may become, of the thousand that a query may have."""


def is_independent(source: Source, start: int, end: int, *, has_triples: bool) -> bool:
    """Whether something between two places may be evaluated without regard to the graph around it.

    Args:
        source: the query.
        start: the place behind the opening brace of GRAPH.
        end: that of its closing brace.
        has_triples: triple patterns stand directly within.
    """
    words = ("SELECT",) if has_triples else ("SELECT", "VALUES", "GRAPH", "SERVICE")
    return any(source.is_at(position, *words) for position in range(start, end))


def one_by_one(source: Source, position: int, body: str, names: tuple[str, ...]) -> str:
    """The union over all named graphs.

    Args:
        source: the query.
        position: that of GRAPH, which has a variable.
        body: what is within, rewritten, with its braces.
        names: the IRIs of the named graphs.

    Raises:
        QueryError: there are too many, or SERVICE is within.
    """
    variable, end = source[position + 1].text, source.after(position + 2)
    inside = source.found[position + 2 : end]
    where = location(source.text, source[position].start)
    if any(token.is_word("SERVICE") for token in inside):
        raise QueryError(
            f"GRAPH {variable} has a SERVICE within, which would be called for each graph.",
            where=where,
            mend="Write SERVICE in front of GRAPH: what it answers does not depend on the graph.",
        )
    clauses = 3 + sum(token.is_word("VALUES", "GRAPH", "FILTER", "OPTIONAL", "UNION") for token in tokens(body))
    if len(names) * clauses > MOST_CLAUSES:
        raise QueryError(
            f"GRAPH {variable} has a sub-select, VALUES or GRAPH within, and is to be asked of {len(names)} graphs one "
            f"by one, which makes more than {MOST_CLAUSES} clauses.",
            where=where,
            mend=f"Name the graphs by FROM NAMED; or select outside of the braces, with GROUP BY {variable}.",
        )
    if not names:
        return f"{{ {source.words(position, position + 2)} {body} FILTER(false) }}"
    branches = []
    for number, name in enumerate(names):
        node = NamedNode(name)
        branches.append(f"{{ GRAPH {node} {_with_own_blank_nodes(body, number)} VALUES {variable} {{ {node} }} }}")
    return " UNION ".join(branches)


def _with_own_blank_nodes(body: str, number: int) -> str:
    if "_:" not in body:
        return body
    pieces, start = [], 0
    for token in tokens(body):
        if token.kind is TokenKind.BLANK_NODE:
            pieces += [body[start : token.end], f"_g{number}"]
            start = token.end
    return "".join((*pieces, body[start:]))
