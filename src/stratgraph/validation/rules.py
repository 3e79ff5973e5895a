"""The shapes as the validator uses them: one graph for the engines, and of each rule what a report says about it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from stratgraph.assets import read_asset
from stratgraph.errors import UsageError
from stratgraph.graph import Graph, ontology, text_of
from stratgraph.identifiers import plan_of
from stratgraph.terms import DCTERMS, RDFS, SG, SH, SHAPES_NS
from stratgraph.validation.paths import path_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.graph import Term

SHAPE_SETS: Final = ("required", "recommended", "vocabulary", "results", "itu")
"""The sets of shapes for plans; each is a file in ``shapes/``."""

TRANSITION_SETS: Final = ("transition",)
"""The sets between a version of a plan and the one before; ``stratgraph.review.transitions`` makes their data."""

VOCABULARY_SETS: Final = ("skos",)
"""The sets for concept schemes: vocabularies that links lead to (``stratgraph.vocabularies``)."""

LINK_SETS: Final = ("links",)
"""The sets for mappings to other vocabularies; ``stratgraph.links.checks`` makes their data."""

PREFIXES_FILE: Final = "prefixes"
"""The file that every set needs: it declares the prefixes of the SPARQL constraints."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a report says of one shape.

    Args:
        iri: of the shape.
        name: its local name, such as ``ObjectiveContributesToGoal``.
        label: what holds where the rule is met.
        severity: ``Violation``, ``Warning`` or ``Info``.
        message: what is wrong; variables of a SPARQL constraint as ``{?name}``.
        mend: how to mend a breach.
        explanation: why the rule is there.
        source: IRI of the paragraph or document that says so; empty where there is none.
        path: the path of a property shape as SPARQL writes it, IRIs in full; empty for a node shape.
        path_triples: the nodes of a path that is more than one property.
        path_node: the node where the path begins.
        fixes: names of the queries that say what a program writes to mend a breach (``stratgraph.review.fixes``);
            empty where a person has to decide.
        is_of_the_whole: whether the shape looks at the data once, from the plan or from a node that it names, and its
            results are about their values. A query for each element costs ten times as much.
        changed: why the house gives it another severity; empty where it does not.
    """

    iri: str
    name: str
    label: str
    severity: str
    message: str
    mend: str
    explanation: str
    source: str
    path: str
    path_triples: tuple[Triple, ...]
    path_node: NamedNode | BlankNode | None
    fixes: tuple[str, ...]
    is_of_the_whole: bool
    changed: str = ""

    def reason(self, plan: str) -> str:
        """The IRI of the reason, or the explanation where there is none, or where it is a text of another plan.

        Args:
            plan: IRI of the plan that is judged.
        """
        source = self.source if plan_of(self.source) in ("", plan) else ""
        said = source or self.explanation
        return f"{said} {self.changed}".rstrip()


@dataclass(frozen=True, slots=True, eq=False)
class ShapesGraph:
    """Some sets of shapes. Two are the same where they are one object, as those that are read once are.

    Args:
        sets: their names.
        triples: of all of them.
        rules: by the IRI of the shape, in the order of the files.
        profiles: the names of those that have these sets, each with its version; empty where sets were asked for.
        files: the house's own shapes, each file with its name.
    """

    sets: tuple[str, ...]
    triples: tuple[Triple, ...]
    rules: dict[str, Rule]
    profiles: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()

    @property
    def own(self) -> tuple[str, ...]:
        """The names of the files of the house's own shapes."""
        return tuple(name for name, _ in self.files)


@cache
def load_shapes(sets: tuple[str, ...] = SHAPE_SETS) -> ShapesGraph:
    """The shapes of these sets, read once.

    Raises:
        UsageError: there is no such set.
    """
    triples: list[Triple] = []
    for name in (PREFIXES_FILE, *sets):
        if name not in (PREFIXES_FILE, "ontology", *LINK_SETS, *VOCABULARY_SETS, *TRANSITION_SETS, *SHAPE_SETS):
            raise UsageError(f"There is no set of shapes {name!r}.", mend=f"Use some of {', '.join(SHAPE_SETS)}.")
        content = read_asset("shapes", f"{name}.ttl")
        # Two files may use one label for two blank nodes.
        found = parse(content, format=RdfFormat.TURTLE, rename_blank_nodes=True)
        triples += [Triple(quad.subject, quad.predicate, quad.object) for quad in found]
    return ShapesGraph(sets, tuple(triples), {rule.iri: rule for rule in _rules(triples)})


def together(graphs: Iterable[ShapesGraph]) -> ShapesGraph:
    """Several as one, for a report on plans of several profiles; it has no triples where they are more than one."""
    found = tuple(dict.fromkeys(graphs))
    if len(found) == 1:
        return found[0]
    rules = {iri: rule for one in found for iri, rule in one.rules.items()}
    sets = {name for one in found for name in one.sets}
    return ShapesGraph(
        tuple(name for name in (*SHAPE_SETS, *TRANSITION_SETS) if name in sets),
        (),
        rules,
        tuple(sorted({name for one in found for name in one.profiles})),
        tuple(sorted({file for one in found for file in one.files})),
    )


def no_such_rule(name: str, known: Iterable[str]) -> UsageError:
    """The error of a rule's name that is none of those that are known."""
    near = "".join(f"; do you mean {one}?" for one in get_close_matches(name, tuple(known), 1))
    return UsageError(
        f"There is no rule {name!r}{near or '.'}",
        mend="Name rules as the report and docs/reference/shapes.md do.",
    )


@cache
def superclasses() -> tuple[Triple, ...]:
    """The superclasses that the ontology declares: what SHACL needs beside the data to know an instance of a class.

    Nothing else of the ontology: from a domain or range an engine could infer a type that the data lacks.
    """
    graph = ontology()
    return tuple(
        Triple(NamedNode(iri), NamedNode(RDFS.SUB_CLASS_OF), NamedNode(above))
        for iri in graph
        if not iri.startswith("_:")
        for above in graph.iris(iri, RDFS.SUB_CLASS_OF)
    )


def _rules(triples: Iterable[Triple]) -> Iterable[Rule]:
    graph = Graph(triples)
    for iri in graph:
        if iri.startswith(SHAPES_NS) and graph.has(iri, SH.SEVERITY):
            yield rule_of(iri, graph)


def rule_of(iri: str, graph: Graph) -> Rule:
    """What a report says of the shape of an IRI; what it does not say is empty."""

    def text(predicate: str) -> str:
        return text_of(graph.value(iri, predicate))

    path = graph.value(iri, SH.PATH)
    # Of the SPARQL constraint, or of the shape.
    messages = (graph.text(node, SH.MESSAGE) for node in (*graph.objects(iri, SH.SPARQL), iri))
    return Rule(
        iri=iri,
        name=iri.removeprefix(SHAPES_NS),
        label=text(RDFS.LABEL),
        severity=severity_of(iri, graph),
        message=next(filter(None, messages), ""),
        mend=text(SG.MEND),
        explanation=text(RDFS.COMMENT),
        source=text(DCTERMS.SOURCE),
        path=path_text(path, graph) if path else "",
        path_triples=tuple(_below(path, graph)) if path else (),
        path_node=path if isinstance(path, NamedNode | BlankNode) else None,
        fixes=graph.texts(iri, SG.FIX),
        is_of_the_whole=_is_of_the_whole(iri, graph),
    )


def severity_of(iri: str, graph: Graph) -> str:
    """The local name of its severity; empty where it has none."""
    return text_of(graph.value(iri, SH.SEVERITY)).rpartition("#")[2]


def _is_of_the_whole(iri: str, graph: Graph) -> bool:
    from_one_node = graph.has(iri, SH.TARGET_NODE) or graph.iris(iri, SH.TARGET_CLASS) == (SG.STRATEGIC_PLAN,)
    return from_one_node and graph.has(iri, SH.SPARQL)


def _below(node: Term, graph: Graph) -> Iterable[Triple]:
    if not isinstance(node, BlankNode):
        return
    for predicate in graph.predicates(node):
        for value in graph.objects(node, predicate):
            yield Triple(node, NamedNode(predicate), value)
            yield from _below(value, graph)
