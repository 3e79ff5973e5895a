"""Cuts data of many plans into pieces to be validated one by one, since an engine's time grows faster than its data.

A piece is a set of plans that hang together, with all that hangs on them, and what it refers to in common:
organisations, concepts. Plans hang together when something of the one refers to something of the other, so that a rule
never misses what it would see in the whole. What hangs on no plan is a piece of its own: nothing escapes.

Data and pieces are N-Triples as pyoxigraph writes them, without blank nodes: ``subject predicate object .``, a line
each. Lines are cut and joined several times faster than terms are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from stratgraph.identifiers import VersionIdentifiers, natural_key, plans_above
from stratgraph.terms import BASE, DCTERMS, RDF, SG, SG_NS
from stratgraph.validation.findings import SHOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_IS_A_PLAN: Final = f"> <{RDF.TYPE}> <{SG.STRATEGIC_PLAN}> .\n"
_TYPE: Final = f"<{RDF.TYPE}>"
_IS_PART_OF: Final = f"<{DCTERMS.IS_PART_OF}>"
_OF_UNIT: Final = f"<{SG.OF_UNIT}>"
_SECTOR: Final = f"<{SG.SECTOR}>"
_OURS: Final = f"<{SG_NS}"
_SHOWN: Final = {f"<{predicate}>" for predicate in SHOWN}


def plans_of(text: str) -> tuple[str, ...]:
    """The IRIs of the plans that these triples describe, sorted."""
    # A literal has no line break, so what is found stands at the end of a line.
    heads = text.split(_IS_A_PLAN)[:-1]
    return tuple(sorted({head[head.rfind("\n") + 2 :] for head in heads}))


def readings(graphs: Mapping[str, str]) -> list[str]:
    """What a dataset says, as one graph, or as one for each version where it has several versions of a plan.

    Graphs that describe the same plan are its versions: each is read by itself, with the rest. What is about a version
    by its name, its provenance, view and report, is no part of it; nor is, beside a view, the default graph, which
    repeats what is in force.

    Args:
        graphs: by their IRIs; the default graph by the empty text.

    Returns:
        One graph; or several, the one with the last name first.
    """
    beside = {name: VersionIdentifiers(name) for name in graphs}
    views = {iris.view for iris in beside.values()} & graphs.keys()
    left_out = views | {name for iris in beside.values() for name in (iris.provenance, iris.report)}
    kept = {name: text for name, text in graphs.items() if name not in left_out and not (views and not name)}
    plans = {name: plans_of(text) for name, text in kept.items()}
    counts = Counter(plan for of_graph in plans.values() for plan in of_graph)
    versions = [name for name, of_graph in plans.items() if any(counts[plan] > 1 for plan in of_graph)]
    rest = [text for name, text in kept.items() if name not in versions]
    if not versions:
        return ["".join(rest)]
    return ["".join([kept[name], *rest]) for name in sorted(versions, key=natural_key, reverse=True)]


class Survey:
    """What hangs on what in a graph.

    Args:
        text: its triples.
    """

    def __init__(self, text: str) -> None:
        self.described: dict[str, list[str]] = defaultdict(list)
        """The lines of each subject."""
        self.own: set[str] = set()
        """What is of some plan, and not common property as a unit or a concept is."""
        self.links: list[tuple[str, str]] = []
        """Which node refers to which."""
        self._plans = frozenset(plans_of(text))
        for line in text.split("\n"):
            if line:
                self._add(line)
        # What refers to something of a plan is judged by that, and so belongs to it; seldom of what is common.
        while referring := {node for node, value in self.links if value in self.own and node not in self.own}:
            self.own |= referring

    def _add(self, line: str) -> None:
        subject, predicate, value = line.split(" ", 2)
        self.described[subject].append(line)
        if not value.startswith("<"):
            return
        value = value[:-2]
        if predicate == _TYPE:
            if value.startswith(_OURS) and value != _SECTOR:
                self.own.add(subject)
                # A chapter leads to nothing: a rule knows by its IRI of which plan it is.
                for plan in plans_above(subject[1:-1]):
                    if plan.startswith(BASE) or plan in self._plans:
                        self.links.append((subject, f"<{plan}>"))
            return
        self.links.append((subject, value))
        if predicate.startswith(_OURS) or predicate == _IS_PART_OF:
            self.own.add(subject)
            # What stands below one thing is counted by rules: that thing must not be divided.
            if predicate != _OF_UNIT:
                self.own.add(value)


class Ties:
    """Which of many graphs hang together, learnt one by one."""

    def __init__(self) -> None:
        self._owner: dict[int, str] = {}
        self._foreign: dict[str, set[int]] = {}
        self._groups = _Groups()

    def add(self, name: str, survey: Survey) -> None:
        """Learns of a graph by its name; what has the same hash is taken for the same, which costs time only."""
        for node in survey.own & survey.described.keys():
            self._groups.join(name, self._owner.setdefault(hash(node), name))
        targets = {value for _, value in survey.links} | survey.described.keys()
        self._foreign[name] = {hash(node) for node in targets - (survey.own & survey.described.keys())}

    def groups(self) -> list[list[str]]:
        """The names of those that hang together, where they are more than one."""
        for name, nodes in self._foreign.items():
            for node in nodes & self._owner.keys():
                self._groups.join(name, self._owner[node])
        members: dict[str, list[str]] = defaultdict(list)
        for name in self._foreign:
            members[self._groups.leader(name)].append(name)
        return [names for names in members.values() if len(names) > 1]


class _Groups:
    """Sets that grow together (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def leader(self, node: str) -> str:
        parent = self._parent
        while (above := parent.get(node, node)) != node:
            parent[node] = parent.get(above, above)
            node = above
        return node

    def join(self, node: str, other: str) -> None:
        self._parent[self.leader(node)] = self.leader(other)


def split(text: str) -> list[str]:
    """The pieces; one where there is one plan or none."""
    plans = plans_of(text)
    if len(plans) <= 1:
        return [text]
    survey = Survey(text)
    described, own = survey.described, survey.own
    references: dict[str, list[str]] = defaultdict(list)
    groups = _Groups()
    for subject, value in survey.links:
        if value in own:
            groups.join(subject, value)
        else:
            references[subject].append(value)
    leaders = sorted({groups.leader(f"<{plan}>") for plan in plans})
    members: dict[str | None, list[str]] = defaultdict(list)
    for node in own & described.keys():
        leader = groups.leader(node)
        # What hangs on no plan goes together, under None.
        members[leader if leader in leaders else None].append(node)
    used: set[str] = set()
    shards = []
    for leader in leaders:
        shared = _shared(members[leader], references, described)
        used |= shared
        shards.append(_lines((*members[leader], *shared), described))
    rest = {*members[None], *(described.keys() - own - used)}
    remainder = _lines(rest | _shared(rest, references, described), described)
    return [*shards, remainder] if remainder else shards


def _shared(nodes: Iterable[str], references: Mapping[str, list[str]], described: Collection[str]) -> set[str]:
    """The common nodes that these refer to, at whatever distance."""
    found: set[str] = set()
    waiting = list(nodes)
    while waiting:
        for node in references.get(waiting.pop(), ()):
            if node in described and node not in found:
                found.add(node)
                waiting.append(node)
    return found


def _lines(nodes: Iterable[str], described: Mapping[str, list[str]]) -> str:
    return "".join(f"{line}\n" for node in nodes for line in described[node])


def excerpt(text: str, nodes: Collection[str]) -> str:
    """What a report shows of some nodes, by their IRIs: their labels, those of what states them, and their plan's."""
    facts: dict[str, list[str]] = defaultdict(list)
    for line in text.split("\n"):
        subject, _, rest = line.partition(" ")
        if rest.partition(" ")[0] in _SHOWN:
            facts[subject].append(line)
    wanted = {f"<{name}>" for node in nodes for name in (node, *plans_above(node))}
    for _ in range(2):
        # From an element to its mention, and from there to the part of the text.
        wanted |= {line.split(" ", 2)[2][:-2] for node in wanted if node in facts for line in facts[node]}
    return _lines((node for node in wanted if node in facts), facts)
