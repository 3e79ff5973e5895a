"""The tools' answers: Markdown, short, each thing with its IRI, each text with its place in the source."""

from __future__ import annotations

import textwrap
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final

from stratgraph.errors import NotFound, UsageError
from stratgraph.query import QueryKind, example, examples
from stratgraph.store.tokens import QUERY_FORMS, tokens
from stratgraph.terms import shortened
from stratgraph.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stratgraph.library import Element, KnowledgeGraph, Plan
    from stratgraph.review.model import Change

MOST_ROWS: Final = 50
"""So many rows, elements or changes an answer has; it says how many more there are, and how to ask for them."""

_LINE: Final = 160
"""So many characters of a text stand in a list; an element's own answer has them all."""

_MOST_TEXT: Final = 2_000


class Tools:
    """Answers of one graph. All of them read.

    Args:
        graph: that is asked.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph

    def outline(self, plan: str = "", version: int | None = None) -> str:
        """A plan from above: goals and objectives by unit, with what belongs to each counted."""
        found = self._plan(plan, version)
        kinds = Counter(one.kind.short for one in found)
        lines = [
            f"# {found.title}, version {found.version}",
            f"<{found.iri}>, read from: {found.document}",
            ", ".join(f"{number} {kind}" for kind, number in kinds.items()),
            "Places are below the plan's IRI; `element` takes them.",
        ]
        units: dict[str, list[Element]] = {}
        for one in (*found.missions, *found.goals, *found.objectives):
            units.setdefault(", ".join(one.units), []).append(one)
        for unit, elements in units.items():
            lines.append(f"\n## {unit}")
            lines += [f"- {_named(one)}{_belongings(one)}" for one in elements]
        return "\n".join(lines)

    def find(self, words: str, kind: str = "", unit: str = "") -> str:
        """Things whose texts, labels or codes have these words, the best first."""
        found = self._graph.search(words, kind=kind, unit=unit)
        if found.leads_to and not found.results:
            return f"That names one thing: <{found.leads_to}>"
        lines = [f"{'More than ' if found.is_cut else ''}{counted(found.total, 'thing')} found."]
        if found.is_any:
            lines.append("Nothing has all of these words; these have some.")
        if found.suggestion:
            lines.append(f"Did you mean: {found.suggestion}")
        for one in found.results:
            context = "".join(run.text for run in one.words) or one.named.label
            place = f", {one.place.where}" if one.place else ""
            unit_of = f" of {one.unit.label}" if one.unit else ""
            lines.append(f"- {one.kind.label}{unit_of}: {_short(context)} <{one.named.iri}>{place}")
        return "\n".join(lines)

    def element(self, place: str, plan: str = "", version: int | None = None) -> str:
        """An element: its words and where they stand, what is above and below it, values and links."""
        found = self._element(place, plan, version)
        lines = [f"# {found.name} ({', '.join(found.units)})", f"<{found.iri}>", "", found.text[:_MOST_TEXT]]
        if found.source:
            lines.append(f"Source: {found.source.document}, {found.source.where or 'no place on record'}")
        lines += [f"{value.kind}: {value.text} {value.when}".rstrip() for value in found.values]
        lines += _listed("Belongs to", found.above)
        kinds: dict[str, list[Element]] = {}
        for one in found.below:
            kinds.setdefault(one.kind.short, []).append(one)
        for kind, elements in kinds.items():
            lines += _listed(kind, elements)
        if found.links:
            lines.append(f"\n## Links ({len(found.links)})")
            for link in found.links[:MOST_ROWS]:
                sure = f", confidence {link.confidence}" if link.confidence is not None else ""
                code = f"{link.other.code} " if link.other.code else ""
                lines.append(f"- {link.relation.label}: {code}{_short(link.other.label)} <{link.other.iri}>{sure}")
        return "\n".join(lines)

    def evidence(self, place: str, statement: str = "", plan: str = "", version: int | None = None) -> str:
        """The very words of the source that statements of an element rest on, and where they stand."""
        found = self._element(place, plan, version)
        lines = [f"# What {found.place} rests on", f"<{found.iri}>"]
        for predicate in found.plan.graph.predicates(found.iri):
            if statement and statement not in {predicate, shortened(predicate)}:
                continue
            for source in found.plan.sources(found.iri, predicate):
                words = source.words or "no words of its own: made by a rule, or of a version before"
                lines.append(f"- {shortened(predicate)}: “{_short(words)}” ({source.where or 'no place on record'})")
        if statement and len(lines) == len(("title", "iri")):
            known = ", ".join(map(shortened, found.plan.graph.predicates(found.iri)))
            raise NotFound(f"{found.place} states nothing by {statement}.", mend=f"It has {known}.")
        return "\n".join([*lines, f"Document: {found.plan.document}"])

    def compare(self, before: int, after: int, plan: str = "") -> str:
        """What changed from one version of a plan to another."""
        changes = self._graph.changes(before, after, plan or None)
        lines = [f"{counted(len(changes), 'change')} from version {before} to version {after}."]
        lines += [_change(one) for one in changes[:MOST_ROWS]]
        return "\n".join([*lines, *_more(len(changes))])

    def documented_queries(self, words: str = "") -> str:
        """The documented queries whose name, title or description has all of these words."""
        wanted = words.lower().split()
        lines = []
        for one in examples():
            told = f"{one.name} {one.title} {one.description} {' '.join(one.keywords)}".lower()
            if all(word in told for word in wanted):
                parameters = ", ".join(f"{p.name} ({p.description.rstrip('.')})" for p in one.parameters)
                lines.append(f"- `{one.name}`: {one.title}{f' Parameters: {parameters}.' if parameters else ''}")
        return "\n".join(lines) or "None has all of these words. Without words all are listed."

    def documented_query(self, name: str, parameters: Mapping[str, str]) -> str:
        """The answer to a documented query."""
        one = example(name)
        filled = self._graph.filled(one, parameters)
        text = filled.question
        note = f"{filled.note}\n\n" if filled.note else ""
        if one.kind is QueryKind.ASK:
            return f"{note}{'yes' if self._graph.ask(text) else 'no'}"
        return f"{note}{self._graph_answer(text) if one.kind is QueryKind.CONSTRUCT else self._table(text)}"

    def sparql(self, query: str) -> str:
        """The answer to a query; where it is empty, what may be wrong with it."""
        kind = next((token.text.upper() for token in tokens(query) if token.is_word(*QUERY_FORMS)), "SELECT")
        if kind == "ASK":
            return "yes" if self._graph.ask(query) else "no"
        return self._table(query) if kind == "SELECT" else self._graph_answer(query)

    def _table(self, query: str) -> str:
        with self._graph.stream(query) as rows:
            found = list(islice(rows, MOST_ROWS + 1))
        if not found:
            explained = self._graph.explain(query)
            return "\n".join(["No rows.", *(f"- {one.sentence}" for one in explained.findings)])
        lines = [_line(found[0]), _line("---" for _ in found[0])]
        lines += [_line(map(_cell, row.values())) for row in found[:MOST_ROWS]]
        if len(found) > MOST_ROWS:
            lines.append(f"These are the first {MOST_ROWS} rows; ask for others with ORDER BY, LIMIT and OFFSET.")
        return "\n".join(lines)

    def _graph_answer(self, query: str) -> str:
        triples = self._graph.construct(query)
        return "\n".join([*(f"{triple} ." for triple in triples[:MOST_ROWS]), *_more(len(triples))]) or "No triples."

    def _plan(self, plan: str, version: int | None) -> Plan:
        return self._graph.plan(plan or None, version=version)

    def _element(self, place: str, plan: str, version: int | None) -> Element:
        if not place.strip():
            raise UsageError("No element is named.", mend="Give its place, itu-d/objective/3, or its IRI; find them.")
        named = next((iri for iri in self._graph.plans if place.startswith(f"{iri}/")), plan)
        return self._plan(named, version)[place]


def _named(one: Element) -> str:
    return f"`{one.place}` {one.name}: {_short(one.text)}"


def _belongings(one: Element) -> str:
    kinds = Counter(below.kind.short for below in one.elements())
    return f" [{', '.join(f'{number} {kind}' for kind, number in kinds.items())}]" if kinds else ""


def _listed(title: str, elements: Iterable[Element]) -> Iterator[str]:
    found = list(elements)
    if found:
        yield f"\n## {title} ({len(found)})"
        yield from (f"- {_named(one)}" for one in found[:MOST_ROWS])
        yield from _more(len(found))


def _change(one: Change) -> str:
    where = f" ({one.where})" if one.where and str(one.where) else ""
    told = " → ".join(f"“{_short(text)}”" for text in (one.old, one.new) if text)
    what = f" {one.property_label}" if one.property_label else ""
    return f"- {one.kind}{what}: {one.type} {_short(one.label)} <{one.subject}> {told}{where}"


def _more(number: int) -> Iterator[str]:
    if number > MOST_ROWS:
        yield f"… and {number - MOST_ROWS:,} more."


def _short(text: str) -> str:
    return textwrap.shorten(text, _LINE, placeholder=" …")


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: object) -> str:
    return "" if value is None else _short(str(value).replace("|", "\\|"))
