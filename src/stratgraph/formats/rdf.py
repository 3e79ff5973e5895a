"""A plan as RDF: Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD → statements, each with its line.

Elements keep the IRIs that the file gives them. Blank nodes get names: an element or a wording of one a provisional one
below what it belongs to, anything else one below the plan.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from functools import cache
from typing import IO, TYPE_CHECKING, Final, cast

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple, parse

from stratgraph.document import Evidence, Source, Span
from stratgraph.errors import LimitError, Location, SourceError
from stratgraph.identifiers import parse_place
from stratgraph.serialisation import JSON_LD, RDF_XML, Lines, form_of_file, json_ld_nodes
from stratgraph.statements import StatedPlan
from stratgraph.terms import DCTERMS, IDENTIFIERS, RDF, SG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from stratgraph.identifiers import PlanIdentifiers
    from stratgraph.serialisation import RdfForm

_PLAN: Final = NamedNode(SG.STRATEGIC_PLAN)

_ENTITY: Final = re.compile(r"<!ENTITY\s+(?:%\s*)?\S+\s+(?P<value>\"[^\"]*\"|'[^']*'|\S+)")
_MAX_ENTITY: Final = 500
"""An entity of RDF/XML is a shorthand for the beginning of an IRI, which is never as long as this."""

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

_SEGMENTS: Final = {
    SG.MISSION: "mission",
    SG.VISION: "vision",
    SG.GOAL: "goal",
    SG.GOAL_STATEMENT: "statement",
    SG.OBJECTIVE: "objective",
    SG.OUTPUT: "output",
    SG.EXPECTED_RESULT: "result",
    SG.KPI: "kpi",
    SG.SITUATIONAL_FACTOR: "factor",
    SG.MENTION: "mention",
}
"""How the places of each class begin below their parent's (docs/reference/model.md)."""


def read(data: bytes, *, file: str, max_bytes: int, form: RdfForm | None = None) -> StatedPlan:
    """The one plan of a file.

    Args:
        data: the file's bytes.
        file: its name, for errors, and for the format where none is given.
        max_bytes: the setting ``max_plan_bytes``.
        form: the format.

    Raises:
        LimitError: the file is larger than that.
        SourceError: it is not well-formed, or does not describe exactly one plan.
        UsageError: its name says no format.
    """
    if len(data) > max_bytes:
        raise LimitError(
            f"The file has {len(data):,} bytes; a plan may have {max_bytes:,}.",
            setting="max_plan_bytes",
            value=max_bytes,
            where=Location(file=file),
        )
    chosen = form or form_of_file(file)
    text = _decoded(data, file)
    placed = list(_of_one_plan(_placed(text, chosen, file), file))
    plan, identifiers = _plan([quad for quad, _ in placed], file)
    names = _Names(identifiers, [quad for quad, _ in placed])
    statements: dict[Triple, Evidence] = {}
    for quad, spans in placed:
        subject = names.of(quad.subject)
        assert isinstance(subject, NamedNode)  # noqa: S101 - no literal is a subject
        triple = Triple(subject, quad.predicate, names.of(quad.object))
        statements[triple] = statements.get(triple, Evidence()) | Evidence(spans)
    titles = [t.object for t in statements if t.subject == plan and t.predicate.value == DCTERMS.TITLE]
    title = next((t for t in titles if isinstance(t, Literal)), None)
    return StatedPlan(
        identifiers=identifiers,
        language=(title.language or "") if title else "",
        statements=statements,
        source=Source(text, title=file, publisher="", issued=0, rights="", media_type=chosen.media_types[0]),
        file=file,
        provisional=frozenset(names.provisional),
    )


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"The file is not UTF-8: byte {data[error.start]:#x}.",
            where=Location(file=file, line=line),
            mend="Save it as UTF-8.",
        ) from error


# --- triples with their places ---------------------------------------------------------------------------------------


def _placed(text: str, form: RdfForm, file: str) -> Iterator[tuple[Quad, tuple[Span, ...]]]:
    """Each quad with the spans of the line where it ends; of JSON-LD, where its subject is described."""
    if form is RDF_XML:
        _refuse_entity_bombs(text, file)
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    lines = Lines(line.encode() for line in io.StringIO(text.removeprefix("\ufeff"), newline="\n"))
    find = _json_ld_finder(text) if form is JSON_LD else None
    by_line: dict[int, tuple[Span, ...]] = {}
    try:
        # A raw stream has all of a file's methods; the two types differ in the checker's eyes only.
        for quad in parse(cast("IO[bytes]", lines), format=form.engine, base_iri=IDENTIFIERS):
            if find:
                yield quad, find(quad.subject)
                continue
            if lines.number not in by_line:
                # One at a time: a file may be one long line.
                by_line = {lines.number: _spans(text, starts, lines.number)}
            yield quad, by_line[lines.number]
    except SyntaxError as error:
        # What the parser says of the place stands in front of and behind its reason; the fields have it too.
        reason = re.sub(r"^Parser error at .*?: | \(line \d+\)$", "", error.msg).rstrip(".")
        raise SourceError(
            f"The file cannot be parsed: {reason}.",
            where=Location(file=file, line=error.lineno or lines.number or None, column=error.offset),
            mend=f"Mend the file there; it was read as {form.name}.",
        ) from error


def _spans(text: str, starts: list[int], line: int) -> tuple[Span, ...]:
    """What stands on a line, without the blanks around it, cell by cell: a span never crosses a tab."""
    start = starts[line - 1]
    end = starts[line] - 1 if line < len(starts) else len(text)
    found = []
    for match in re.finditer(r"[^\t\n]+", text[start:end]):
        cell = match.group()
        if stripped := cell.strip():
            begin = start + match.start() + cell.index(stripped)
            found.append(Span(begin, begin + len(stripped)))
    return tuple(found)


def _refuse_entity_bombs(text: str, file: str) -> None:
    """The parser replaces entities within entities without a limit."""
    for match in _ENTITY.finditer(text):
        value = match["value"]
        if "&" in value or len(value) > _MAX_ENTITY or value[0] not in "\"'":
            raise SourceError(
                "The file declares an XML entity that holds others, is long, or stands for another document.",
                where=Location(file=file, line=text.count("\n", 0, match.start()) + 1),
                mend="Write its text where it is used.",
            )


def _json_ld_finder(text: str) -> Callable[[object], tuple[Span, ...]]:
    """Finds where a node is described, by the text: a JSON-LD parser reads an object to its end first."""
    found: dict[str, tuple[Span, ...]] = {}
    for tail, match in json_ld_nodes(text):
        found.setdefault(tail, (Span(*match.span("id")),))
    by_length = sorted(found, key=len, reverse=True)

    @cache
    def find(words: str) -> tuple[Span, ...]:
        # An identifier may be written short, with a prefix or relative to a base: the longest that fits is meant.
        exact = found.get(words)
        return exact or next((found[tail] for tail in by_length if words.endswith(tail)), ())

    return lambda node: find(node.value if isinstance(node, NamedNode) else f"_:{getattr(node, 'value', '')}")


# --- the graph of the plan -------------------------------------------------------------------------------------------

_Placed = tuple[Quad, tuple[Span, ...]]


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


def _says_plan(quad: Quad) -> bool:
    return quad.object == _PLAN and quad.predicate.value == RDF.TYPE


def _plan(quads: list[Quad], file: str) -> tuple[NamedNode, PlanIdentifiers]:
    plans = {quad.subject for quad in quads if _says_plan(quad)}
    named = [plan for plan in plans if isinstance(plan, NamedNode)]
    if len(plans) != 1 or not named:
        raise SourceError(
            f"The file describes {len(plans)} plans." if named else "The plan has no IRI.",
            where=Location(file=file),
            mend=f"Describe one plan, called <{IDENTIFIERS}ORGANISATION/plan/NAME>.",
        )
    identifiers, place = parse_place(named[0].value)
    if place:
        raise SourceError(
            f"<{named[0].value}> is the name of a part of a plan, and not that of a plan.",
            where=Location(file=file),
            mend=f"Call the plan <{identifiers.plan_iri}>.",
        )
    return named[0], identifiers


class _Names:
    """Names for the blank nodes of a plan."""

    def __init__(self, identifiers: PlanIdentifiers, quads: list[Quad]) -> None:
        self._plan = identifiers.plan_iri
        self._facts: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        for quad in quads:
            self._facts[quad.subject][quad.predicate.value].append(quad.object)
            if quad.predicate.value in {SG.HAS_MENTION, SG.HAS_STATEMENT} and isinstance(quad.object, BlankNode):
                # Stated from the other side: the parent leads to it.
                self._facts[quad.object][SG.MENTION_OF].append(quad.subject)
        self._taken = {node.value for node in self._facts if isinstance(node, NamedNode)}
        self._named: dict[BlankNode, NamedNode] = {}
        self.provisional: set[str] = set()

    def of(self, term: object) -> NamedNode | Literal:
        """The term itself, or the name of a blank node."""
        if isinstance(term, NamedNode | Literal):
            return term
        assert isinstance(term, BlankNode)  # noqa: S101 - RDF 1.1 has nothing else
        if term not in self._named:
            self._named[term] = NamedNode(f"{self._plan}/node/{len(self._named) + 1}")  # while its parent is named
            self._named[term] = self._name(term)
        return self._named[term]

    def _name(self, node: BlankNode) -> NamedNode:
        facts = self._facts[node]
        types = [kind.value for kind in facts.get(RDF.TYPE, ()) if isinstance(kind, NamedNode)]
        segment = next((_SEGMENTS[SG(kind)] for kind in types if kind in _SEGMENTS), "node")
        parent = self._plan
        for relation in _PARENTS if segment != "node" else ():
            if found := facts.get(relation):
                parent = self._below(self.of(found[0]).value)
                break
        number = 1
        while f"{parent}/{segment}/{number}" in self._taken:
            number += 1
        iri = f"{parent}/{segment}/{number}"
        self._taken.add(iri)
        if segment not in {"node", "mention"}:
            self.provisional.add(iri)
        return NamedNode(iri)

    def _below(self, parent: str) -> str:
        """A parent's IRI; of a unit, its place in the plan: what is the organisation's stands below the plan itself."""
        if parent.startswith(self._plan):
            return parent
        organisation = self._plan.partition("/plan/")[0]
        return f"{self._plan}/{parent.removeprefix(organisation).strip('/')}".rstrip("/")
