"""What a house has of its own: severities of rules that it changes, with a reason, and shapes from its own files.

A shape of a house may be any of SHACL's (SHACL, and SHACL-SPARQL): without a name, without message or mend. Its nodes
get IRIs, so that a finding can name them; where it says nothing, the constraint and its parameters are the message.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from stratgraph.errors import Location, SourceError, UsageError
from stratgraph.files import read_bytes
from stratgraph.graph import Graph
from stratgraph.rdf_text import check_turtle
from stratgraph.terms import RDF, RDFS, SH, SH_NS, shortened
from stratgraph.validation.findings import SEVERITIES
from stratgraph.validation.rules import (
    SHAPE_SETS,
    TRANSITION_SETS,
    Rule,
    ShapesGraph,
    load_shapes,
    no_such_rule,
    rule_of,
    severity_of,
)
from stratgraph.validation.shape_queries import refuse_service

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from stratgraph.graph import Term

Node = TypeVar("Node", bound="Term")

_HOUSE: Final = "urn:x-stratgraph:house:"
"""What the IRIs begin with that shapes without a name get: of this run, and of nothing beyond it."""

_TARGETS: Final = (SH.TARGET_CLASS, SH.TARGET_NODE, SH.TARGET_SUBJECTS_OF, SH.TARGET_OBJECTS_OF)
_SHAPES: Final = (SH.NODE_SHAPE, SH.PROPERTY_SHAPE)

_NO_CONSTRAINTS: Final = {
    RDF.TYPE, RDFS.LABEL, RDFS.COMMENT, *_TARGETS, SH.PATH, SH.SEVERITY, SH.MESSAGE, SH.NAME, SH.DESCRIPTION,
    SH.ORDER, SH.GROUP, SH.DEACTIVATED, SH.PROPERTY, SH.SPARQL, SH.FLAGS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangedRule:
    """A rule whose severity a house changes.

    Args:
        name: of the rule.
        severity: that it has here: ``Violation``, ``Warning`` or ``Info``.
        reason: why, which reports show.
    """

    name: str
    severity: str
    reason: str


@dataclass(frozen=True, slots=True)
class House:
    """What a house has of its own.

    Args:
        files: Turtle of shapes, each with its name.
        changes: of rules.
    """

    files: tuple[tuple[str, bytes], ...] = ()
    changes: tuple[ChangedRule, ...] = ()

    @classmethod
    def read(cls, places: Iterable[Path], changes: Iterable[ChangedRule] = ()) -> House:
        """The house's own.

        Args:
            places: Turtle files, and folders whose files that end in ``.ttl`` are meant.
            changes: of rules.

        Raises:
            UsageError: a place is not there, or a folder has no such file.
        """
        files: list[tuple[str, bytes]] = []
        for place in places:
            found = sorted(place.glob("*.ttl")) if place.is_dir() else [place]
            if not found:
                raise UsageError(
                    f"The folder {place} has no shapes.", mend="Put files into it whose names end in .ttl."
                )
            files += [(file.name, read_bytes(file)) for file in found]
        return cls(tuple(files), tuple(changes))

    def added_to(self, shapes: ShapesGraph, profiles: tuple[str, ...]) -> ShapesGraph:
        """The shapes with those of the house, and with the severities that it gives.

        Args:
            shapes: of some sets.
            profiles: that have these sets, with their versions.

        Raises:
            UsageError: a rule that is changed is not there, a severity is none, or there is no reason.
            SourceError: a file is no Turtle, has no shape, or asks another server.
        """
        triples, rules = list(shapes.triples), dict(shapes.rules)
        for file, data in self.files:
            found = _read(data, file)
            refuse_service(found, data, file)
            own = _named(found, file)
            of_file = _own_rules(own, file)
            said = {triple.subject for triple in own if triple.predicate.value == SH.MESSAGE}
            # An engine would say it in words of its own, or not at all.
            triples += own + [
                Triple(NamedNode(iri), NamedNode(SH.MESSAGE), Literal(rule.message, language="en"))
                for iri, rule in of_file.items()
                if rule.message and NamedNode(iri) not in said
            ]
            rules |= of_file
        for change in self.changes:
            _check(change, rules)
        return self.changed(ShapesGraph(shapes.sets, tuple(triples), rules, profiles, self.files))

    def changed(self, shapes: ShapesGraph) -> ShapesGraph:
        """The shapes with the severities that the house gives; changes of other rules play no part."""
        # Of several of one name the first: ours stand before the house's.
        iris = {rule.name: iri for iri, rule in reversed(shapes.rules.items())}
        changes = {iris[change.name]: change for change in self.changes if change.name in iris}
        if not changes:
            return shapes
        rules = shapes.rules | {
            iri: replace(shapes.rules[iri], severity=change.severity, changed=change.reason)
            for iri, change in changes.items()
        }
        kept = [t for t in shapes.triples if not (t.predicate.value == SH.SEVERITY and _text(t.subject) in changes)]
        kept += [
            Triple(NamedNode(iri), NamedNode(SH.SEVERITY), NamedNode(f"{SH_NS}{change.severity}"))
            for iri, change in changes.items()
        ]
        return replace(shapes, triples=tuple(kept), rules=rules)


NO_HOUSE: Final = House()


def _check(change: ChangedRule, rules: dict[str, Rule]) -> None:
    """Refuses a change of a rule that is not there, or that does not say all."""
    if change.severity not in SEVERITIES:
        raise UsageError(
            f"The rule {change.name} cannot be a {change.severity!r}.", mend=f"Use one of {', '.join(SEVERITIES)}."
        )
    if not change.reason.strip():
        raise UsageError(f"The rule {change.name} is changed without a reason.", mend="Say why (reason).")
    ours = (*load_shapes(SHAPE_SETS).rules.values(), *load_shapes(TRANSITION_SETS).rules.values())
    known = {rule.name for rule in (*ours, *rules.values())}
    if change.name not in known:
        raise no_such_rule(change.name, known)


def _text(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _read(data: bytes, file: str) -> list[Triple]:
    check_turtle(data, file)
    try:
        found = [quad.triple for quad in parse(data, format=RdfFormat.TURTLE, rename_blank_nodes=True)]
    except SyntaxError as error:
        where = Location(file=file, line=error.lineno, column=error.offset)
        raise SourceError(f"The file is no Turtle: {error.msg}.", where=where, mend="Mend the file there.") from error
    if not any(t.predicate.value in (*_TARGETS, SH.PATH) for t in found):
        raise SourceError(
            "The file has no shape: nothing has a target or a path.",
            where=Location(file=file),
            mend="Write shapes in SHACL, such as a sh:NodeShape with sh:targetClass sg:Objective.",
        )
    return found


def _is_shape(iri: str, graph: Graph) -> bool:
    return graph.is_a(NamedNode(iri), *_SHAPES) or any(graph.has(NamedNode(iri), one) for one in (*_TARGETS, SH.PATH))


def _named(triples: list[Triple], file: str) -> list[Triple]:
    """The triples with an IRI for each shape that has none: engines name blank nodes as they like."""
    graph = Graph(triples)
    names: dict[BlankNode, NamedNode] = {}
    numbers: Counter[str] = Counter()
    for triple in triples:
        node = triple.object
        if not isinstance(node, BlankNode) or node in names or triple.predicate.value != SH.PROPERTY:
            continue
        above = names.get(triple.subject, triple.subject) if isinstance(triple.subject, BlankNode) else triple.subject
        base = above.value if isinstance(above, NamedNode) else f"{_HOUSE}{file}"
        numbers[base] += 1
        names[node] = NamedNode(f"{base}/property/{numbers[base]}")
    for triple in triples:
        node = triple.subject
        if isinstance(node, BlankNode) and node not in names and any(graph.has(node, one) for one in _TARGETS):
            numbers[file] += 1
            names[node] = NamedNode(f"{_HOUSE}{file}/{numbers[file]}")

    def named(term: Node) -> Node:
        return names.get(term, term) if isinstance(term, BlankNode) else term  # type: ignore[return-value]

    return [Triple(named(t.subject), t.predicate, named(t.object)) for t in triples]


def _own_rules(triples: list[Triple], file: str) -> dict[str, Rule]:
    graph = Graph(triples)
    rules = {}
    for iri in graph:
        if not iri.startswith("_:") and _is_shape(iri, graph):
            rule = rule_of(iri, graph)
            above = next(iter(graph.subjects(SH.PROPERTY, NamedNode(iri))), "")
            rules[iri] = replace(
                rule,
                name=_name(iri, above, graph),
                label=rule.label or graph.text(iri, SH.NAME) or _constraints(iri, graph),
                severity=rule.severity or (severity_of(above, graph) if above else "") or SEVERITIES[0],
                message=rule.message or _constraints(iri, graph),
                explanation=rule.explanation or graph.text(iri, SH.DESCRIPTION) or f"A rule of {file}.",
            )
    return rules


def _name(iri: str, above: str, graph: Graph) -> str:
    """The local name; of a shape within another one the other's, and the property."""
    if above and iri.startswith(above):
        path = graph.value(iri, SH.PATH)
        part = _local(path.value) if isinstance(path, NamedNode) else iri.rpartition("/")[2]
        return f"{_local(above)}/{part}"
    return _local(iri)


def _local(iri: str) -> str:
    if iri.startswith(_HOUSE):
        return iri.removeprefix(_HOUSE)
    return iri.rstrip("/").rpartition("#" if "#" in iri else "/")[2] or iri


def _constraints(iri: str, graph: Graph) -> str:
    """What the shape asks, as its author wrote it: “sh:minCount 1, sh:datatype xsd:string”."""
    parts = [
        f"{shortened(predicate)} {', '.join(_written(value, graph) for value in graph.objects(iri, predicate))}"
        for predicate in graph.predicates(iri)
        if predicate not in _NO_CONSTRAINTS
    ]
    path = graph.value(iri, SH.PATH)
    of = f" of {shortened(path.value)}" if isinstance(path, NamedNode) else ""
    return f"It does not meet {'; '.join(parts)}{of}." if parts else ""


def _written(value: Term, graph: Graph) -> str:
    if isinstance(value, BlankNode):
        members = [_written(one, graph) for one in graph.members(value)]
        return f"({' '.join(members)})" if members else "[…]"
    if isinstance(value, Literal):
        return value.value
    return shortened(_text(value))
