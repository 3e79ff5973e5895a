"""A plan as RDF: Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD → statements, each with its line.

Elements keep the IRIs that the file gives them. Blank nodes get names: an element or a wording of one a provisional one
below what it belongs to, anything else one below the plan.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from stratgraph.document import NUMBER, OWNED, OWNING, Derivation, ElementKind, Evidence, Source, Span
from stratgraph.errors import Location, SourceError, UsageError
from stratgraph.files import check_size, decoded
from stratgraph.graph import decimal, text_of
from stratgraph.identifiers import plan_identifiers, plan_of, published_name
from stratgraph.jsonld_nodes import JsonLdNodes
from stratgraph.rdf_literals import WrittenLiterals, in_turtle, in_xml
from stratgraph.serialisation import JSON_LD, RDF_XML, RdfText, form_of_file
from stratgraph.statements import StatedPlan, language_of, number_of_origin, spans_within
from stratgraph.terms import IDENTIFIERS, RDF, SG, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from stratgraph.identifiers import PlanIdentifiers
    from stratgraph.serialisation import RdfForm

_PLAN: Final = NamedNode(SG.STRATEGIC_PLAN)

_MAX_CELLS: Final = 100
"""Of a line that a statement rests on: each statement of the line rests on all of them."""

_ENCODED: Final = Derivation(
    "encoded", "Read by the parser of the format from what stands here, where it is written in another way."
)

_PARENTS: Final = (
    SG.PART_OF,
    SG.SUPPORTS_OBJECTIVE,
    SG.EXPECTED_FOR,
    SG.INDICATOR_OF,
    SG.MENTION_OF,
    SG.STATEMENT_OF,
    SG.OF_UNIT,
)
"""What leads to the thing that an element is counted within, the nearest first."""

_FROM_ABOVE: Final = (SG.HAS_STATEMENT, *OWNING)
"""What leads from such a thing to one that is counted within it."""

_OWNED: Final = {kind: segment for kind, (segment, _) in OWNED.items()}
_SEGMENTS: Final = {kind.value: kind.facts.segment for kind in ElementKind} | _OWNED
"""How the places of each class begin below their parent's."""

_EXPONENT: Final = re.compile(r"[+-]?[0-9.]{1,40}(?:[eE][+-]?[0-9]{1,3})?")
"""A number as JSON-LD makes one of a number of JSON."""

_MAX_UNNAMED: Final = 100
"""Of things without an IRI that are parts of each other: each one's name is longer than that of the one above it."""


def read(data: bytes, *, file: str, max_bytes: int, form: RdfForm | None = None) -> StatedPlan:
    """The one plan of a file.

    Args:
        data: the file's bytes.
        file: its name, for errors, and for the format where none is given.
        max_bytes: the setting ``max_plan_bytes``.
        form: the format.

    Raises:
        LimitError: the file is larger than that.
        SourceError: it cannot be read (:class:`stratgraph.serialisation.RdfText`), does not describe exactly one plan,
            or has too many things without IRIs below each other.
        UsageError: its name says no format.
    """
    check_size(len(data), max_bytes, setting="max_plan_bytes", file=file)
    chosen = form or form_of_file(file)
    text = decoded(data, file)
    placed = list(_of_one_plan(_placed(data, text, chosen, file), file))

    def location(offset: int) -> Location:
        return Location(file=file, line=text.count("\n", 0, offset) + 1)

    plan, identifiers = _plan(placed, file, location)
    made_from, placed = _made_from(identifiers, placed)
    names = _Names(identifiers, placed, location)
    rests: dict[Triple, list[Evidence]] = defaultdict(list)
    for quad, evidence in placed:
        said = quad.object
        value = _written(quad.predicate, said, chosen) if isinstance(said, Literal) else names.of(said)
        is_made = isinstance(said, Literal) and value != said
        triple = Triple(names.of(quad.subject), quad.predicate, value)
        rests[triple].append(evidence.made_by(NUMBER) if is_made else evidence)
    statements = {triple: _together(found) for triple, found in rests.items()}
    return StatedPlan(
        identifiers=identifiers,
        language=language_of(statements, plan),
        statements=statements,
        source=Source(
            text,
            title=published_name(file),
            publisher="",
            issued=0,
            rights="",
            media_type=chosen.media_types[0],
        ),
        file=file,
        provisional=frozenset(names.provisional),
        made_from=made_from,
    )


def _together(found: list[Evidence]) -> Evidence:
    """All of what a statement rests on, however often the file says it."""
    return Evidence(
        tuple(sorted({span for one in found for span in one.spans})),
        derivations=tuple(sorted({how for one in found for how in one.derivations})),
    )


def _written(predicate: NamedNode, value: Literal, form: RdfForm) -> Literal:
    """The literal; of a number that a value has, as a store writes it: 12500 and 12500.0 in Turtle are one number.

    JSON-LD has numbers with an exponent (JSON-LD 1.1 API, section 8.6): its 10.5 of our context is "1.05E1", which no
    xsd:decimal is.
    """
    if predicate.value == SG.NUMERIC_VALUE and value.datatype.value in {XSD.INTEGER, XSD.DECIMAL}:
        has_exponent = form is JSON_LD and _EXPONENT.fullmatch(value.value)
        return decimal(f"{Decimal(value.value):f}" if has_exponent else value.value) or value
    return value


# --- triples with their places ---------------------------------------------------------------------------------------

_Placed = tuple[Quad, Evidence]


def _placed(data: bytes, text: str, form: RdfForm, file: str) -> Iterator[_Placed]:
    """Each quad with what it rests on: a literal on its own characters, what is none on the line where it ends.

    What is none rests in JSON-LD on its value, else on its property, else on its subject.
    """
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    nodes = JsonLdNodes(text) if form is JSON_LD else None
    written = WrittenLiterals(() if nodes else in_xml(text) if form is RDF_XML else in_turtle(text))
    number = 0
    spans: tuple[Span, ...] = ()
    for quad, line in RdfText(data, file=file, form=form).placed():
        if nodes:
            yield quad, _in_json_ld(nodes, text, quad)
            continue
        start, end = starts[line - 1], starts[line] if line < len(starts) else len(text)
        if isinstance(quad.object, Literal):
            areas = written.take(quad.object.value, end)
            if areas and (found := tuple(span for area in areas for span in spans_within(text, *area))):
                yield quad, Evidence(found)
                continue
        if line != number:
            # One at a time: a file may be one long line.
            number, spans = line, spans_within(text, start, end, most=_MAX_CELLS)
        is_made = isinstance(quad.object, Literal) and quad.object.value.strip()
        yield quad, Evidence(spans, derivations=(_ENCODED,) if is_made else ())


def _in_json_ld(nodes: JsonLdNodes, text: str, quad: Quad) -> Evidence:
    """Where its value stands, else its property, else its subject."""
    subject = quad.subject.value if isinstance(quad.subject, NamedNode) else str(quad.subject)
    predicate, value = quad.predicate.value, quad.object
    said = value.value if isinstance(value, Literal | NamedNode) else None
    if said is not None and (found := nodes.find_value(subject, predicate, said)):
        is_made = isinstance(value, Literal) and _EXPONENT.fullmatch(said) and text[slice(*found)] != said
        return Evidence((Span(*found),), derivations=(NUMBER,) if is_made else ())
    made = (_ENCODED,) if isinstance(value, Literal) and value.value.strip() else ()
    if found := nodes.find_value(subject, predicate):
        return Evidence((Span(*found),), derivations=made)
    match = nodes.find(subject)
    return Evidence((Span(*match.span("id")),) if match else (), derivations=made)


# --- the graph of the plan -------------------------------------------------------------------------------------------


def _of_one_plan(placed: Iterable[_Placed], file: str) -> list[_Placed]:
    """What is said in the graph that describes the plan; a file without named graphs is one graph.

    What an export of a data set holds beside it, the provenance, is made anew from the file.
    """
    graphs: dict[str, list[_Placed]] = defaultdict(list)
    for one in placed:
        name = one[0].graph_name
        graphs["" if isinstance(name, DefaultGraph) else str(name)].append(one)
    describing = [name for name, found in graphs.items() if any(_says_plan(quad) for quad, _ in found)]
    if len(describing) > 1:
        names = ", ".join(name or "the default graph" for name in describing)
        raise SourceError(
            f"The file describes a plan in {len(describing)} graphs: {names}.",
            where=Location(file=file),
            mend="Give the graph of one version of one plan.",
        )
    if not any(graphs.values()):
        raise SourceError(
            "The file holds no triples.", where=Location(file=file), mend="Give a file that describes a plan."
        )
    if not describing:
        raise SourceError(
            "There is no plan: nothing is an sg:StrategicPlan.",
            where=Location(file=file),
            mend="Describe the plan as an sg:StrategicPlan, and let its elements lead to it by sg:inPlan.",
        )
    return graphs[describing[0]]


def _made_from(identifiers: PlanIdentifiers, placed: list[_Placed]) -> tuple[int | None, list[_Placed]]:
    """The version that the file was made from, by the name of its graph or a statement of its own; and all others."""
    graphs = {quad.graph_name.value for quad, _ in placed if isinstance(quad.graph_name, NamedNode)}
    numbers = [identifiers.version_number(graph) for graph in graphs]
    rest = []
    for quad, evidence in placed:
        number = number_of_origin(identifiers, quad.triple)
        if number is None:
            rest.append((quad, evidence))
        else:
            numbers.append(number)
    return next((number for number in numbers if number is not None), None), rest


def _says_plan(quad: Quad) -> bool:
    return quad.object == _PLAN and quad.predicate.value == RDF.TYPE


def _plan(placed: list[_Placed], file: str, location: Callable[[int], Location]) -> tuple[NamedNode, PlanIdentifiers]:
    saying = {quad.subject: evidence.spans for quad, evidence in placed if _says_plan(quad)}
    plans = set(saying)
    named = [plan for plan in plans if isinstance(plan, NamedNode)]
    if len(plans) != 1 or not named:
        raise SourceError(
            f"The file describes {len(plans)} plans." if named else "The plan has no IRI.",
            where=Location(file=file),
            mend=f"Describe one plan, called <{IDENTIFIERS}ORGANISATION/plan/NAME>, or by its organisation's own IRI.",
        )
    try:
        identifiers = plan_identifiers(named[0].value)
    except UsageError as error:
        spans = saying[named[0]]
        where = location(spans[0].start) if spans else Location(file=file)
        raise SourceError(error.what, where=where, mend=error.mend) from error
    if identifiers.own:
        _refuse_versions(identifiers, placed, location)
    return named[0], identifiers


def _refuse_versions(identifiers: PlanIdentifiers, placed: list[_Placed], location: Callable[[int], Location]) -> None:
    """What has the name of a version of the plan would be mixed with our record of that version."""
    for quad, evidence in placed:
        if isinstance(quad.subject, NamedNode) and plan_of(quad.subject.value) == identifiers.plan_iri:
            raise SourceError(
                f"<{quad.subject.value}> has the name of a version of the plan, or is named below one.",
                where=location(evidence.spans[0].start if evidence.spans else 0),
                mend=f"Give it another IRI: what is below <{identifiers.plan_iri}/version/> is named at publication.",
            )


class _Names:
    """Names for the blank nodes of a plan.

    Args:
        identifiers: of the plan.
        placed: its quads, each with where it stands.
        location: of a character of the file.
    """

    def __init__(
        self, identifiers: PlanIdentifiers, placed: list[_Placed], location: Callable[[int], Location]
    ) -> None:
        self._plan = identifiers.plan_iri
        self._organisation = identifiers.organisation_iri
        self._placed = placed
        self._location = location
        self._facts: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        for quad, _ in placed:
            self._facts[quad.subject][quad.predicate.value].append(quad.object)
            if quad.predicate.value in _FROM_ABOVE and isinstance(quad.object, BlankNode):
                # Stated from the other side: the parent leads to it.
                self._facts[quad.object][SG.MENTION_OF].append(quad.subject)
        self._taken = {node.value for node in self._facts if isinstance(node, NamedNode)}
        self._numbers: dict[str, int] = defaultdict(int)
        self._named: dict[BlankNode, NamedNode] = {}
        self.provisional: set[str] = set()

    def of(self, term: object) -> NamedNode:
        """The IRI itself, or the name of a blank node; RDF 1.1 has no other nodes.

        Raises:
            SourceError: the node is below too many others that have no name either.
        """
        if isinstance(term, BlankNode) and term not in self._named:
            for node in reversed(self._unnamed_above(term)):
                self._named[node] = self._name(node)
        return self._named[term] if isinstance(term, BlankNode) else NamedNode(text_of(term))

    def _unnamed_above(self, node: BlankNode) -> list[BlankNode]:
        """A node and those above it that have no name yet, from below."""
        chain = [node]
        while True:
            parent = self._parent(chain[-1])
            if not isinstance(parent, BlankNode) or parent in self._named:
                return chain
            if parent in chain:
                # Each is below the other: this one has a name of no place while those below it are named.
                self._named[parent] = NamedNode(f"{self._plan}/node/{len(self._named) + chain.index(parent) + 1}")
                return chain
            if len(chain) == _MAX_UNNAMED:
                spans = next((e.spans for quad, e in self._placed if quad.subject == node and e.spans), ())
                raise SourceError(
                    f"A thing without an IRI is below more than {_MAX_UNNAMED} others that have none either.",
                    where=self._location(spans[0].start if spans else 0),
                    mend="Give the elements that others are part of IRIs.",
                )
            chain.append(parent)

    def _segment(self, node: BlankNode) -> str:
        types = [kind.value for kind in self._facts[node].get(RDF.TYPE, ()) if isinstance(kind, NamedNode)]
        return next((_SEGMENTS[SG(kind)] for kind in types if kind in _SEGMENTS), "node")

    def _parent(self, node: BlankNode) -> object:
        """The thing that a node is counted within; None where that is the plan. A text in its place leads nowhere."""
        facts = self._facts[node]
        if self._segment(node) == "node":
            return None
        found = (value for relation in _PARENTS for value in facts.get(relation, ()))
        return next((value for value in found if isinstance(value, NamedNode | BlankNode)), None)

    def _name(self, node: BlankNode) -> NamedNode:
        segment, above = self._segment(node), self._parent(node)
        parent = self._plan if above is None else self._below(self.of(above).value)
        series = f"{parent}/{segment}"
        self._numbers[series] += 1
        while f"{series}/{self._numbers[series]}" in self._taken:
            self._numbers[series] += 1
        iri = f"{series}/{self._numbers[series]}"
        self._taken.add(iri)
        if segment not in {"node", *_OWNED.values()}:
            self.provisional.add(iri)
        return NamedNode(iri)

    def _below(self, parent: str) -> str:
        """A parent's IRI; of a unit, its place in the plan: what is the organisation's stands below the plan itself."""
        if parent.startswith(self._plan):
            return parent
        unit = parent.removeprefix(self._organisation) if self._organisation else ""
        return f"{self._plan}{unit}" if unit.startswith("/") else self._plan
