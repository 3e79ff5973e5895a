"""A plan as statements: each asserted triple, with what it rests on in the source.

Every format can be read into this, also one that says things a plan document has no place for, or leaves out what a
document needs. It is what a version is made of (``plan_graph``), and what is matched, reviewed and mended.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.document import Evidence, Span
from stratgraph.errors import Location
from stratgraph.graph import Graph, facts
from stratgraph.terms import PROV, SG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from stratgraph.document import Decision, Source
    from stratgraph.identifiers import PlanIdentifiers

SHEETS: Final = "text/tab-separated-values"
"""The media type of the text of a workbook: its sheets, one below the other, a line a row."""

SHEET_MARK: Final = "\f"
"""In the text of a workbook: begins the line that names the sheet whose rows follow it, a line each."""

_CELL: Final = re.compile(r"[^\n\t]+")
_ORIGIN: Final = NamedNode(PROV.WAS_DERIVED_FROM)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a source says and our model has no place for: kept in the source, and told.

    Args:
        what: what it is, and where it is kept.
        where: its place.
    """

    what: str
    where: Location


@dataclass(frozen=True)
class StatedPlan:
    """One plan as its source states it.

    Args:
        identifiers: of the plan.
        language: BCP 47 tag of its texts, in lower case; empty where it says none.
        statements: the asserted triples, without blank nodes, each once; those of a source's order in that order.
        source: the document that they were read from. The text of a workbook is that of its sheets
            (:data:`SHEET_MARK`), cells between tabs.
        file: the name that the source was given under; what findings show.
        decisions: editorial ones, and those of matching.
        provisional: IRIs of elements that the source does not name and that were made up from their places in it;
            matching gives them the identity that they have in the former version.
        notices: what the model has no place for.
        withdraws: whether what the source leaves out is withdrawn by that, for its form has no other way to say so.
        made_from: number of the version that the file says it was exported from; None where it says none.
        assumed_language: that the source does not say its language, and what it was taken for; None where it says it.
        headings: of a workbook, whose author writes rows and need not count them (``matching.completed``): what stands
            above the columns of each sheet; empty of any other form.
    """

    identifiers: PlanIdentifiers
    language: str
    statements: Mapping[Triple, Evidence]
    source: Source
    file: str
    decisions: tuple[Decision, ...] = ()
    provisional: frozenset[str] = frozenset()
    notices: tuple[Notice, ...] = ()
    withdraws: bool = False
    made_from: int | None = None
    headings: Mapping[str, frozenset[str]] = field(default_factory=dict)
    assumed_language: Notice | None = None

    @cached_property
    def graph(self) -> Graph:
        """The statements in hand; texts in the plan's language are shown first.

        Raises:
            UsageError: there is a blank node in them.
        """
        return Graph.ground(self.statements, languages=(self.language,))


def origin(identifiers: PlanIdentifiers, made_from: int | None) -> tuple[Triple, ...]:
    """How a graph that is a file says which version it was made from; nothing where that is None.

    It is said of the file, and is none of the plan's statements: a reader takes it out (:func:`number_of_origin`).
    """
    if made_from is None:
        return ()
    version = NamedNode(identifiers.version(made_from).graph)
    return (Triple(NamedNode(identifiers.plan_iri), _ORIGIN, version),)


def number_of_origin(identifiers: PlanIdentifiers, triple: Triple) -> int | None:
    """The number of the version that a file says it was made from, by this triple; None of any other triple."""
    if triple.predicate != _ORIGIN or triple.subject != NamedNode(identifiers.plan_iri):
        return None
    return identifiers.version_number(triple.object.value) if isinstance(triple.object, NamedNode) else None


def language_of(statements: Iterable[Triple], plan: NamedNode) -> str:
    """The main language of a plan (:meth:`stratgraph.graph.Graph.main_language`); empty where its title has none."""
    return Graph(triple for triple in statements if triple.subject == plan).main_language(plan) or ""


def renamed(plan: StatedPlan, name: Callable[[str], str]) -> StatedPlan:
    """The same plan with other IRIs; what becomes the same triple rests on the evidence of both.

    Args:
        plan: to rename in.
        name: of each IRI of a subject or an object, the one that it gets.
    """
    statements: dict[Triple, Evidence] = {}
    for (subject, predicate, value), evidence in zip(facts(plan.statements), plan.statements.values(), strict=True):
        object_ = NamedNode(name(value.value)) if isinstance(value, NamedNode) else value
        named = Triple(NamedNode(name(subject.value)), predicate, object_)
        statements[named] = statements.get(named, Evidence()) | evidence
    return replace(plan, statements=statements, provisional=frozenset(map(name, plan.provisional)))


def in_language_of(plan: StatedPlan, former: StatedPlan) -> StatedPlan:
    """A plan whose source does not say its language, in that of the version before; any other as it is."""
    if plan.assumed_language is None or not former.language:
        return plan

    def spoken(value: NamedNode | Literal) -> NamedNode | Literal:
        is_text = isinstance(value, Literal) and value.language == plan.language
        return Literal(value.value, language=former.language) if is_text else value

    return replace(
        plan,
        language=former.language,
        statements={
            Triple(fact.subject, fact.predicate, spoken(fact.object)): evidence
            for fact, evidence in zip(facts(plan.statements), plan.statements.values(), strict=True)
        },
        notices=tuple(one for one in plan.notices if one != plan.assumed_language),
        assumed_language=None,
    )


def spans_within(text: str, start: int, end: int, *, most: int | None = None) -> tuple[Span, ...]:
    """What stands between newlines and tabs of a part of a text, without the blanks around it: each in one segment.

    Args:
        text: of which it is a part.
        start: where the part begins.
        end: where it ends.
        most: how many of them are wanted; None for all.
    """
    found = []
    for cell in islice(_CELL.finditer(text, start, end), most):
        words = cell.group()
        if stripped := words.strip():
            begin = cell.start() + words.index(stripped)
            found.append(Span(begin, begin + len(stripped)))
    return tuple(found)


def place_in_sheet(sheets: Iterable[tuple[int, str]], line: int, column: int) -> Location | None:
    """A cell as people know it who see the workbook, by where it stands in the text of its sheets.

    Args:
        sheets: the lines of that text that begin sheets, with the sheets' names, in their order; none of other texts.
        line: of the text, from 1.
        column: the number of the cell in that line, from 1.

    Returns:
        Sheet, row and column; None where the line is on no sheet.
    """
    above = [(begin, name) for begin, name in sheets if begin <= line]
    if not above:
        return None
    begin, name = above[-1]
    return Location(sheet=name, line=line - begin, column=column)


class Places:
    """Where in the source the statements of a plan stand."""

    def __init__(self, plan: StatedPlan) -> None:
        self._plan = plan
        self._starts = [0]
        self._sheets: list[tuple[int, str]] = []
        for line in plan.source.text.split("\n"):
            if plan.source.media_type == SHEETS and line.startswith(SHEET_MARK):
                self._sheets.append((len(self._starts), line[1:]))
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._texts = {t.subject: e for t, e in plan.statements.items() if t.predicate.value == SG.TEXT}

    def of_span(self, span: Span) -> Location:
        """Line and column where it begins, or sheet, row and column."""
        line = bisect_right(self._starts, span.start)
        start = self._starts[line - 1]
        column = self._plan.source.text.count("\t", start, span.start) + 1
        if cell := place_in_sheet(self._sheets, line, column):
            return replace(cell, file=self._plan.file)
        return Location(file=self._plan.file, line=line, column=span.start - start + 1)

    def of_thing(self, iri: str) -> Location | None:
        """The first place where something is said of a thing; None where nothing of it has a place."""
        said = (triple for triple in self._plan.statements if triple.subject == NamedNode(iri))
        return next(filter(None, map(self.of_triple, said)), None)

    def of_triple(self, triple: Triple) -> Location | None:
        """Where it stands; None where it rests on the source as a whole, or is not of the plan."""
        evidence = self._plan.statements.get(triple)
        if evidence is None or not evidence.spans:
            return None
        # A statement may rest on several places, such as an element's own and the heading of its chapter: its own is
        # the one that people look for.
        own = self._texts.get(triple.subject, evidence).spans
        return self.of_span(next((span for span in evidence.spans if span in own), evidence.spans[-1]))
