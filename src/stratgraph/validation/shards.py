"""Cuts data of many plans into pieces to be validated one by one, since an engine's time grows faster than its data.

A piece is a set of plans that hang together, with all that hangs on them, and what it refers to in common:
organisations, concepts. Plans hang together when something of the one refers to something of the other, so that a rule
never misses what it would see in the whole. What hangs on no plan is a piece of its own: nothing escapes.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from stratgraph.terms import RDF, SG, SG_NS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import BlankNode, Triple

    Node = NamedNode | BlankNode | Literal | Triple


def plans_of(triples: Iterable[Triple]) -> tuple[str, ...]:
    """The IRIs of the plans that these triples describe, sorted."""
    return tuple(
        sorted(
            {
                triple.subject.value
                for triple in triples
                if triple.predicate.value == RDF.TYPE
                and triple.object == NamedNode(SG.STRATEGIC_PLAN)
                and isinstance(triple.subject, NamedNode)
            }
        )
    )


def split(triples: list[Triple]) -> list[list[Triple]]:
    """The pieces; one where there is one plan or none."""
    plans = plans_of(triples)
    if len(plans) <= 1:
        return [triples]
    described: dict[Node, list[Triple]] = defaultdict(list)
    for triple in triples:
        described[triple.subject].append(triple)
    own = {node for node, facts in described.items() if any(map(_is_of_a_plan, facts))}
    pieces = _connected(own, described)
    leaders = {pieces[NamedNode(plan)] for plan in plans}
    members: dict[Node | None, list[Node]] = defaultdict(list)
    for node in own:
        # What hangs on no plan goes together, under None.
        members[pieces[node] if pieces[node] in leaders else None].append(node)
    used: set[Node] = set()
    shards = []
    for leader in sorted(leaders, key=str):
        shared = _shared(members[leader], own, described)
        used |= shared
        shards.append([fact for node in (*members[leader], *shared) for fact in described[node]])
    rest = [*members[None], *(described.keys() - own - used)]
    shared = _shared(rest, own, described)
    remainder = [fact for node in {*rest, *shared} for fact in described[node]]
    return [*shards, remainder] if remainder else shards


def _is_of_a_plan(fact: Triple) -> bool:
    """Whether a fact shows that its subject is of some plan, and not common property as a unit or a concept is."""
    if fact.predicate.value == RDF.TYPE:
        value = fact.object
        return isinstance(value, NamedNode) and value.value.startswith(SG_NS) and value.value != SG.SECTOR
    return fact.predicate.value.startswith(SG_NS) and not isinstance(fact.object, Literal)


def _connected(nodes: set[Node], described: dict[Node, list[Triple]]) -> dict[Node, Node]:
    """Of each node the leader of those that it is connected with, in whatever direction (union-find)."""
    parent = {node: node for node in nodes}

    def leader(node: Node) -> Node:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for node in nodes:
        for fact in described[node]:
            if fact.object in parent:
                parent[leader(node)] = leader(fact.object)
    return {node: leader(node) for node in nodes}


def _shared(nodes: Iterable[Node], own: set[Node], described: dict[Node, list[Triple]]) -> set[Node]:
    """The common nodes that these refer to, at whatever distance."""
    found: set[Node] = set()
    waiting = list(nodes)
    while waiting:
        for fact in described[waiting.pop()]:
            if fact.object in described and fact.object not in own and fact.object not in found:
                found.add(fact.object)
                waiting.append(fact.object)
    return found
