"""What a program can mend by itself: where the plan leaves one possibility only, so that nobody has to decide.

A shape names its fixes by ``sg:fix``; each is a query, ``queries/fix-NAME.rq``, whose rows say for a finding which
statement to remove or to add. It is asked of a graph in memory that holds the plan, the ontology's axioms, and the
findings as SHACL writes them (``sh:focusNode``, ``sh:resultPath``, ``sh:value``, ``sh:resultMessage``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from stratgraph.asking import rows
from stratgraph.assets import query_text
from stratgraph.document import ElementKind
from stratgraph.graph import Graph, text_of
from stratgraph.reasoning import read_ontology
from stratgraph.review.things import Things, term_label
from stratgraph.store import memory_store
from stratgraph.terms import SH, SHAPES
from stratgraph.validation.rules import SHAPE_SETS, TRANSITION_SETS, load_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratgraph.statements import StatedPlan
    from stratgraph.validation import Finding
    from stratgraph.validation.engines import Result
    from stratgraph.validation.rules import Rule

REMOVE: Final = "remove"
POSITIONS: Final = "positions"


@dataclass(frozen=True, slots=True)
class Mended:
    """A finding, and what was written to mend it.

    Args:
        finding: that was mended.
        description: what was done, a sentence.
        removed: the statements that were taken away, sorted.
        added: the statements that were added, sorted. They rest on what the removed ones rested on.
    """

    finding: Finding
    description: str
    removed: tuple[Triple, ...]
    added: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """What became of a plan.

    Args:
        triples: the plan as it is now: in the old order, then what was added.
        mended: the findings that were mended, each with its statements, in the order in which they were written.
        left: the findings for a person to mend, in the order in which they came.
    """

    triples: tuple[Triple, ...]
    mended: tuple[Mended, ...]
    left: tuple[Finding, ...]


def written(mended: Mended, plan: StatedPlan) -> Iterator[str]:
    """What was done to each element, a line a statement: ``itu-d/objective/3/kpi/5, position: 5 → 4``."""
    things, prefix = Things(plan), f"{plan.identifiers.plan_iri}/"
    before, after = (_by_property(triples) for triples in (mended.removed, mended.added))
    for subject, predicate in dict.fromkeys((*before, *after)):
        for values in zip_longest(*(side.get((subject, predicate), ()) for side in (before, after))):
            old, new = (_shown(value, things) for value in values)
            if old == new:
                old, new = map(str, values)  # another language, or another datatype
            yield f"{text_of(subject).removeprefix(prefix)}, {term_label(predicate.value)}: {old} → {new}"


def _by_property(triples: Iterable[Triple]) -> dict[tuple[Any, NamedNode], list[Any]]:
    found: dict[tuple[Any, NamedNode], list[Any]] = defaultdict(list)
    for triple in triples:
        found[triple.subject, triple.predicate].append(triple.object)
    return found


def _shown(value: object, things: Things) -> str:
    return things.shown(value) if isinstance(value, NamedNode | Literal) else "(nothing)"


def fixes(triples: Iterable[Triple], findings: Iterable[Finding]) -> Fixed:
    """Mends what can be mended without knowing the plan.

    To mend one thing may show another: the withdrawal of an element leaves a gap in the positions of its siblings. So
    the outcome is to be validated again, and may be mended again.

    Args:
        triples: asserted, without blank nodes; in the order of their source.
        findings: of these triples, by the shapes for plans or by those between two versions.

    Raises:
        LimitError: the plan is larger than a graph in memory answers about.
    """
    mending = _Mending(triples)
    left = list(findings)
    for name in fix_names():
        left = mending.apply(name, left)
    return Fixed(tuple(mending.triples), tuple(mending.mended), tuple(left))


@cache
def fix_names() -> tuple[str, ...]:
    """The names of all fixes, in the order in which they are applied."""
    return tuple(dict.fromkeys(name for rule in _rules().values() for name in rule.fixes))


@cache
def fix_description(name: str) -> str:
    """What a fix does: the first line of its query."""
    return query_text(f"fix-{name}").partition("\n")[0].removeprefix("# ")


@cache
def _rules() -> dict[str, Rule]:
    return {**load_shapes(SHAPE_SETS).rules, **load_shapes(TRANSITION_SETS).rules}


@dataclass(slots=True)
class _Delta:
    removed: set[Triple]
    added: set[Triple]


class _Mending:
    """A plan that is being mended."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = dict.fromkeys(triples)
        self.mended: list[Mended] = []

    def apply(self, name: str, findings: Sequence[Finding]) -> list[Finding]:
        """Applies one fix to the findings whose rule names it; gives back those that are left."""
        rules = _rules()
        asked = {
            NamedNode(f"{SHAPES}/finding/{number}"): finding
            for number, finding in enumerate(findings)
            if finding.result.shape in rules and name in rules[finding.result.shape].fixes
        }
        if name == POSITIONS:
            # A gap since something lost its place: to close it would hide where that belongs.
            lost = [f"({one})" for one in self._homeless()]
            asked = {node: one for node, one in asked.items() if not any(it in one.result.message for it in lost)}
        if not asked:
            return list(findings)
        deltas = self._deltas(name, asked)
        # A store writes a number in one way only: what it gives back may not be what stands in the plan.
        done = {node: delta for node, delta in deltas.items() if delta.removed <= self.triples.keys()}
        for node, delta in done.items():
            removed, added = (tuple(sorted(side, key=str)) for side in (delta.removed, delta.added))
            self.mended.append(Mended(asked[node], fix_description(name), removed, added))
        for delta in done.values():
            for triple in delta.removed - delta.added:
                self.triples.pop(triple, None)
        for delta in done.values():
            self.triples.update(dict.fromkeys(sorted(delta.added, key=str)))
        mended = {id(asked[node]) for node in done}
        return [finding for finding in findings if id(finding) not in mended]

    def _homeless(self) -> Iterator[str]:
        """Of each kind with an element that is counted within nothing: the kind, and what leads to such a whole."""
        graph = Graph(self.triples)
        for kind in ElementKind:
            parents = kind.facts.parents
            if parents and any(
                not any(graph.has(iri, parent) or graph.subjects(parent, iri) for parent in parents)
                for iri in graph.of_type(kind.value)
            ):
                yield from (kind.value, *parents)

    def _deltas(self, name: str, asked: dict[NamedNode, Finding]) -> dict[NamedNode, _Delta]:
        described = (triple for node, finding in asked.items() for triple in _described(node, finding.result))
        # A plan has no blank nodes; the ontology's are class expressions and lists.
        content = [*self.triples, *read_ontology(), *described]
        store = memory_store(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in content)
        deltas: dict[NamedNode, _Delta] = defaultdict(lambda: _Delta(set(), set()))
        for row in rows(store, f"fix-{name}", finding=[node.value for node in asked]):
            finding, subject, predicate = (NamedNode(text_of(row[part])) for part in ("finding", "subject", "property"))
            side = deltas[finding].removed if text_of(row["action"]) == REMOVE else deltas[finding].added
            side.add(Triple(subject, predicate, row["object"]))
        return {node: deltas[node] for node in asked if node in deltas}


def _described(node: NamedNode, result: Result) -> Iterator[Triple]:
    """A finding as the queries see it."""
    if isinstance(result.focus, BlankNode):
        return
    yield Triple(node, NamedNode(SH.FOCUS_NODE), result.focus)
    yield Triple(node, NamedNode(SH.RESULT_MESSAGE), Literal(result.message))
    if result.path is not None:
        yield Triple(node, NamedNode(SH.RESULT_PATH), NamedNode(result.path))
    if result.value is not None and not isinstance(result.value, BlankNode):
        yield Triple(node, NamedNode(SH.VALUE), result.value)
