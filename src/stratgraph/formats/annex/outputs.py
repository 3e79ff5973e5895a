"""The outputs of an objective: rows of Table n.1 and items of Table n.2, and which of them are one."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from stratgraph.document import Element, ElementKind, Evidence, Mention, Quote, Relation, Span
from stratgraph.formats.annex.draft import COMPARED, beginning, evidence
from stratgraph.formats.annex.lists import read_cell
from stratgraph.formats.annex.pairing import LEAST_SIMILARITY, Pair, difference, pair_outputs, similarity, words
from stratgraph.formats.annex.prose import quote, without_marks
from stratgraph.formats.annex.tables import marked_column, read_items, read_objective_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratgraph.formats.annex.draft import Draft
    from stratgraph.formats.annex.objective import Objective
    from stratgraph.formats.annex.outline import Row
    from stratgraph.formats.annex.tables import Item, Table

_MEASURE: Final = "100 by token set ratio, which compares the words whatever their order"


@dataclass(frozen=True, slots=True)
class _OutputRow:
    """A row of Table n.1; ``mark`` is its X, ``column`` the header above that, ``number`` its order in the table."""

    number: int
    name: str
    qualifier: Quote | None
    spans: tuple[Span, ...]
    mark: Span
    column: Span


@dataclass(frozen=True, slots=True)
class _Outputs:
    """What the two tables name for one objective."""

    rows: Sequence[_OutputRow]
    items: Sequence[Item]

    @property
    def row_names(self) -> list[str]:
        """In Table n.1."""
        return [row.name for row in self.rows]

    @property
    def item_names(self) -> list[str]:
        """In Table n.2."""
        return [item.text for item in self.items]


class OutputTables:
    """The two tables of a unit's outputs, each read once; what is not asked for is not read.

    Args:
        draft: that is added to.
        outputs: Table n.1.
        details: Table n.2.
    """

    def __init__(self, draft: Draft, outputs: Table, details: Table) -> None:
        self._draft, self._outputs, self._details = draft, outputs, details

    @cached_property
    def rows(self) -> dict[str, list[_OutputRow]]:
        """Those of Table n.1, by the number of the objective in whose column their X stands."""
        found: dict[str, list[_OutputRow]] = defaultdict(list)
        for order, row in enumerate(self._outputs.rows, start=1):
            column = marked_column(self._draft.reading, self._outputs, row)
            found[self._outputs.columns[column]].append(_output_row(self._draft, self._outputs, row, order, column))
        return dict(found)

    @cached_property
    def objectives_of_rows(self) -> dict[str, list[str]]:
        """By the words of a name in Table n.1 the numbers of the objectives that it stands for."""
        found: dict[str, list[str]] = defaultdict(list)
        for number, rows in self.rows.items():
            for name in {words(row.name) for row in rows}:
                found[name].append(number)
        return dict(found)

    @cached_property
    def objectives_of_items(self) -> dict[str, list[str]]:
        """By the words of a name in Table n.2 the numbers of the objectives that it stands for."""
        found: dict[str, list[str]] = defaultdict(list)
        for row in self._details.rows:
            number = read_objective_cell(self._draft.reading, row).number.text
            for name in {words(one.text) for one in read_items(self._draft.reading, row, 1, self._draft.find_split)}:
                found[name].append(number)
        return dict(found)


def add_outputs(draft: Draft, objective: Objective, tables: OutputTables) -> None:
    """Adds the outputs of an objective, with a wording for each table that names them.

    Raises:
        SourceError: a row or an item is not of the form.
    """
    rows = tables.rows.get(objective.number, [])
    items = ruled(draft, objective, read_items(draft.reading, objective.row, 1, draft.find_split), "output")
    outputs = _Outputs(rows, items)
    pairs = pair_outputs(outputs.row_names, outputs.item_names)
    for position, pair in enumerate(pairs, start=1):
        place = f"{objective.place}/output/{position}"
        row = rows[pair.row] if pair.row is not None else None
        item = items[pair.item] if pair.item is not None else None
        if row and item:
            decision = _decide_pair(draft, objective, place, pair, pairs, outputs)
        else:
            reason = _reason_alone(objective, pair, pairs, outputs, tables)
            decision = draft.decide(f"separate-output-{place.replace('/', '-')}", reason)
        _add_output(draft, objective, place, position, row, item, decision)


def _output_row(draft: Draft, table: Table, row: Row, order: int, column: int) -> _OutputRow:
    blocks = read_cell(draft.reading, row.cells[0].start, row.cells[0].end)
    name = " ".join(block.text for block in blocks if block.text)
    if not name:
        draft.reading.fail("The row names no output.", line=row.line, cell=1, mend="Name the output.")
    brackets = [block for block in blocks if block.italic]
    qualifier = quote(
        " ".join(block.italic for block in brackets), *(span for block in brackets for span in block.italic_spans)
    )
    spans = tuple(span for block in blocks for span in block.spans)
    return _OutputRow(
        order, name, qualifier if brackets else None, spans, row.cells[column], table.header.cells[column]
    )


def _decide_pair(
    draft: Draft, objective: Objective, place: str, pair: Pair, pairs: Sequence[Pair], outputs: _Outputs
) -> str | None:
    """The decision that a row and an item are one output; None for the same words."""
    row, item = outputs.row_names[pair.row or 0], outputs.item_names[pair.item or 0]
    if words(row) == words(item):
        return None
    short, long = f"Table {objective.outputs.block.number}", f"Table {objective.details.block.number}"
    because = "one has every word of the other"
    if pair.similarity < 100:  # noqa: PLR2004 - the measure's own end
        because = f"they are alike by {pair.similarity} of {_MEASURE}; at least {LEAST_SIMILARITY} are asked"
        because += _beside(short, row, pair, pairs, outputs)
    return draft.decide(
        f"same-output-{place.replace('/', '-')}",
        f"{short} has “{row}”, {long} has “{item}”: taken as one output of this objective, since {because}.",
    )


def _beside(short: str, row: str, pair: Pair, pairs: Sequence[Pair], outputs: _Outputs) -> str:
    """What else in Table n.2 is alike to a row of Table n.1."""
    others = [one for one in pairs if one.item is not None and one is not pair]
    if not others:
        return ""
    nearest = max(others, key=lambda one: similarity(row, outputs.item_names[one.item or 0]))
    name = outputs.item_names[nearest.item or 0]
    score = similarity(row, name)
    if score <= pair.similarity or nearest.row is None:
        return f"; the next most alike is so by {score}"
    partner = outputs.row_names[nearest.row]
    return f". “{name}” is more alike to it ({score}), but that is the same output as “{partner}” of {short}"


def _reason_alone(
    objective: Objective, pair: Pair, pairs: Sequence[Pair], outputs: _Outputs, tables: OutputTables
) -> str:
    """Why what one table names is none of what the other names for the same objective."""
    here, there = f"Table {objective.outputs.block.number}", f"Table {objective.details.block.number}"
    own, others, alone = outputs.row_names, outputs.item_names, pair.row
    couples = [(one.row, one.item) for one in pairs]
    if alone is None:
        here, there, own, others, alone = there, here, others, own, pair.item
        couples = [(item, row) for row, item in couples]
    name = own[alone or 0]
    partners = {theirs: own[mine] for mine, theirs in couples if mine is not None and theirs is not None}
    said = [f"“{name}” stands in {here} only."]
    if others:
        nearest = max(range(len(others)), key=lambda index: similarity(name, others[index]))
        score = similarity(name, others[nearest])
        alike = f"“{others[nearest]}” ({score} of {_MEASURE})"
        if score < LEAST_SIMILARITY:
            said.append(
                f"Of what {there} has for this objective the most alike is {alike}; at least {LEAST_SIMILARITY} are "
                "asked."
            )
        else:
            partner = partners[nearest]
            said.append(
                f"Of what {there} has for this objective the most alike is {alike}, and that is the same output as "
                f"“{partner}” of {here}, {_why_before(name, partner, others[nearest])}."
            )
    else:
        said.append(f"{there} has no output for this objective.")
    known = tables.objectives_of_rows if pair.row is None else tables.objectives_of_items
    if elsewhere := [number for number in known.get(words(name), ()) if number != objective.number]:
        said.append(f"The same words stand in {there} for objective {' and '.join(elsewhere)}.")
    return " ".join(said)


def _why_before(name: str, partner: str, other: str) -> str:
    """Why ``partner`` and not ``name`` is the same output as ``other``."""
    if words(partner) == words(other):
        return "which has the same words"
    score = similarity(partner, other)
    if score > similarity(name, other):
        return f"which is alike to it by {score}"
    return f"which is as alike to it ({score}) and stands nearer in the list"


def _add_output(
    draft: Draft,
    objective: Objective,
    place: str,
    position: int,
    row: _OutputRow | None,
    item: Item | None,
    decision: str | None,
) -> None:
    """One output with a wording for each table that has it; Table n.2's is its text."""
    mentions = []
    kind = evidence([objective.outputs.header.cells[0]])
    if row:
        said = evidence(row.spans, decision)
        name, part = without_marks(row.name), objective.outputs.block.place
        mentions.append(Mention(name, part, said, qualifier=row.qualifier, row=row.number))
        spans = [*row.spans, row.mark, row.column]
        draft.link(place, Relation.SUPPORTS_OBJECTIVE, objective.place, spans, decision)
    if item:
        kind = evidence([objective.details.header.cells[1], objective.cell.label])
        by = draft.decision_of(item, place) or (None if row else decision)
        said = evidence(item.spans, by)
        name, part = without_marks(item.text), objective.details.block.place
        mentions.append(Mention(name, part, said, qualifier=item.qualifier, lead_in=item.lead_in))
        draft.link(place, Relation.SUPPORTS_OBJECTIVE, objective.place, [objective.cell.label, *item.spans], by)
    note = None
    both = evidence([span for mention in mentions for span in mention.evidence.spans], decision)
    if decision:
        note = Quote(draft.decisions[decision].reason, both)
    elif degree := difference(mention.text for mention in mentions):
        note = Quote(f"The two tables word this output differently, {degree}.", both.made_by(COMPARED))
    draft.elements.append(
        Element(
            kind=ElementKind.OUTPUT,
            place=place,
            unit=objective.unit.slug,
            position=position,
            text=mentions[-1].text,
            label=beginning(mentions[-1].text, mentions[-1].evidence),
            part=mentions[-1].part,
            evidence=mentions[-1].evidence,
            kind_evidence=kind,
            mentions=tuple(mentions),
            note=note,
        )
    )


def ruled(draft: Draft, objective: Objective, items: Sequence[Item], what: str) -> tuple[Item, ...]:
    """The items of a cell, with the decision that a line which leads in to some of them is none itself."""
    led = Counter(item.lead_in.text for item in items if item.lead_in)
    ruled = []
    for item in items:
        lead_in = item.lead_in
        if lead_in:
            number = list(led).index(lead_in.text) + 1
            decision = draft.decide(
                f"lead-in-{objective.place.replace('/', '-')}-{what}s" + (f"-{number}" if number > 1 else ""),
                f"“{lead_in.text}” ends in a colon and the items of a list follow it: it leads in to "
                f"{led[lead_in.text]} {what}s of this objective and is none itself.",
            )
            lead_in = replace(lead_in, evidence=lead_in.evidence | Evidence(decisions=(decision,)))
        ruled.append(replace(item, lead_in=lead_in))
    return tuple(ruled)
