"""Which part of a query's pattern leaves nothing: the parts are asked one more at a time."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from stratgraph.explanation.findings import FindingKind
from stratgraph.explanation.outline import Assignment, Condition, Data, Group, Kind, Triple, Union, given, visible
from stratgraph.explanation.question import short
from stratgraph.store.tokens import AGGREGATES, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.explanation.findings import Finding
    from stratgraph.explanation.outline import Element
    from stratgraph.explanation.question import Question

_MOST_PARTS: Final = 60

_ASIDE: Final = frozenset((Kind.OPTIONAL, Kind.MINUS, Kind.EXISTS))
"""Groups without which a query has its solutions all the same."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the pattern that every solution needs.

    Args:
        text: as it is asked.
        shown: as sentences have it.
        stands: as it stands in the query, at ``at``.
        needs: variables that it only uses.
        gives: variables that it gives values.
        is_condition: it takes away, and gives nothing.
        union: that it is; None of every other.
        within: what stands around it where it is asked.
    """

    text: str
    shown: str
    stands: str
    at: int
    needs: frozenset[str]
    gives: frozenset[str]
    is_condition: bool = False
    union: Union | None = None
    within: tuple[str, str] = ("", "")


def find_what_leaves_nothing(question: Question) -> Iterator[Finding]:
    """The first part of the pattern with which the query has no solution any more; of a UNION, that of each branch.

    The parts are asked together from the first to that one; since each can only take away, the place is found by
    halving: for 60 parts, seven questions, and one whether the part has solutions alone.
    """
    parts = list(_parts(question, question.outline.body))
    found = list(_leaving_nothing(question, parts, []))
    yield from found
    if parts and not found:
        yield from _behind_the_pattern(question)
    told = {one.start for one in found}
    yield from (one for one in find_idle_branches(question, is_empty=True) if one.start not in told)


def find_idle_branches(question: Question, *, is_empty: bool) -> Iterator[Finding]:
    """What leaves nothing in a branch of a UNION, whatever stands around it.

    Args:
        question: the query.
        is_empty: whether its answer has nothing. Of any other only those branches are told without which a variable
            has no value, as a column of a table that is empty: a branch may well be for what this store does not have.
    """
    idle: list[tuple[Group, str, str, int]] = []
    for chain, element in question.elements:
        if isinstance(element, Union) and not any(group.kind in _ASIDE for group in chain):
            before = "".join(f"{Kind.GRAPH.value} {group.name} {{ " for group in chain if group.kind is Kind.GRAPH)
            after = " }" * sum(group.kind is Kind.GRAPH for group in chain)
            for number, branch in enumerate(element.groups, 1):
                if _may_be_asked(branch) and not question.has_solution(f"{before}{branch.text}{after}"):
                    idle.append((branch, before, after, number))
    lost = frozenset[str]() if is_empty else _lost(question, [branch for branch, *_ in idle])
    for branch, before, after, number in idle:
        if is_empty or visible(branch) & lost:
            yield from _of_branch(question, branch, number, before, after, [])


def _lost(question: Question, idle: list[Group]) -> frozenset[str]:
    """The variables that a query shows and that only idle branches give values."""
    own, others = set[str](), set[str]()
    for chain, element in question.elements:
        if isinstance(element, Triple | Data | Assignment):
            (own if any(group is one for group in chain for one in idle) else others).update(given(element))
    shown = question.outline.head.shown
    return frozenset(own - others if shown is None else (own - others) & {name for name, _ in shown})


def _leaving_nothing(question: Question, parts: list[_Part], context: list[_Part]) -> Iterator[Finding]:
    """What of some parts leaves nothing, first by themselves and then behind those of the context."""
    ordered = _asked_in_order(parts)[:_MOST_PARTS]
    if not ordered:
        return
    answers: dict[int, bool] = {}

    def is_empty(number: int) -> bool:
        if number not in answers:
            answers[number] = not question.has_solution("\n".join(part.text for part in (*context, *ordered[:number])))
        return answers[number]

    first = bisect_left(range(1, len(ordered) + 1), True, key=is_empty) + 1
    if first > len(ordered):
        return
    part, before = ordered[first - 1], [*context, *ordered[: first - 1]]
    if part.union:
        around = before if question.has_solution(part.text) else []
        for number, branch in enumerate(part.union.groups, 1):
            yield from _of_branch(question, branch, number, *part.within, around)
    else:
        yield question.found(FindingKind.LEAVES_NOTHING, part.at, part.stands, *_said(question, part, before))


def _of_branch(
    question: Question, branch: Group, number: int, before: str, after: str, context: list[_Part]
) -> Iterator[Finding]:
    """What leaves nothing in a branch of a UNION that has no solution; where that is no one part, the branch."""
    found = list(_leaving_nothing(question, list(_parts(question, branch, before, after)), context))
    for one in found:
        what = one.what.replace("Nothing matches", "nothing matches", 1)
        yield replace(one, what=f"Branch {number} of the UNION leaves nothing: {what}")
    if not found:
        what = f"Branch {number} of the UNION leaves nothing{' behind what stands before it' if context else ''}."
        mend = "Look at what it matches alone, or leave it out."
        yield question.found(FindingKind.LEAVES_NOTHING, branch.at, branch.text, what, mend)


def _may_be_asked(element: Element) -> bool:
    """Whether it can be asked by itself: nothing is asked of another server."""
    return not any(token.is_word("SERVICE") for token in tokens(element.text))


def _behind_the_pattern(question: Question) -> Iterator[Finding]:
    """What takes away all solutions of a pattern that has some."""
    outline = question.outline
    end = outline.body.at + len(outline.body.text)
    for token in tokens(outline.text[end:]):
        if token.is_word("HAVING", "LIMIT", "OFFSET"):
            word = token.text.upper()
            what = f"The pattern has solutions, and {word} leaves none."
            mend = f"Leave {word} out, or make it wider."
            yield question.found(FindingKind.LEAVES_NOTHING, end + token.start, token.text, what, mend)
            return


def _said(question: Question, part: _Part, before: list[_Part]) -> tuple[str, str]:
    shown = short(part.shown)
    if part.is_condition:
        return f"{shown} lets nothing through.", "Look at the values without it, or make it wider."
    if not before or not question.has_solution(part.text):
        return f"Nothing matches {shown}.", "Leave it out, or put a variable in the place of one of its terms."
    shared = sorted(part.gives & frozenset[str]().union(*(one.gives for one in before)))
    by = f" for the same {', '.join(f'?{name}' for name in shared)}" if shared else ""
    what = f"{shown} has matches, and none{by} together with what stands before it."
    return what, "Look at what it matches alone, or put it into OPTIONAL."


def _asked_in_order(parts: list[_Part]) -> list[_Part]:
    """Patterns first, then conditions and BIND, of which only those whose variables all have a value."""
    patterns = [part for part in parts if not part.is_condition and not part.needs]
    given_to = frozenset[str]().union(*(part.gives for part in patterns))
    rest = []
    for part in parts:
        if (part.is_condition or part.needs) and part.needs <= given_to:
            rest.append(part)
            given_to |= part.gives
    return [*patterns, *rest]


def _parts(question: Question, group: Group, before: str = "", after: str = "") -> Iterator[_Part]:
    """The parts of a group that every solution needs; around each stands what it is asked in."""
    for element in group.elements:
        # What is OPTIONAL takes nothing away.
        if _may_be_asked(element):
            yield from _of_element(question, element, before, after)


def _of_element(question: Question, element: Element, before: str, after: str) -> Iterator[_Part]:
    text, nothing = f"{before}{element.text}{after}", frozenset[str]()
    match element:
        case Triple():
            at, stands = element.place(question.outline.text)
            yield _Part(f"{before}{element.text} .{after}", element.text, stands, at, nothing, element.variables)
        case Condition(tokens=found) | Assignment(tokens=found) if any(one.is_word(*AGGREGATES) for one in found):
            return  # which has no value there, and is told as such
        case Condition():
            yield _Part(text, element.text, element.text, element.at, element.variables, nothing, is_condition=True)
        case Assignment():
            yield _Part(text, element.text, element.text, element.at, element.variables, given(element))
        case Group(kind=Kind.MINUS):
            yield _Part(text, element.text, element.text, element.at, nothing, nothing, is_condition=True)
        case Group(kind=Kind.GRAPH) if all(isinstance(one, Triple | Data) for one in element.elements):
            # Each pattern within is asked of the same graph: a name or a variable stands for it every time.
            yield from _parts(question, element, f"{before}{Kind.GRAPH.value} {element.name} {{ ", f" }}{after}")
        case Union():
            yield _Part(
                text,
                element.text,
                element.text,
                element.at,
                nothing,
                given(element),
                union=element,
                within=(before, after),
            )
        case Data() | Group(kind=Kind.PLAIN | Kind.SELECT | Kind.GRAPH):
            yield _Part(text, element.text, element.text, element.at, nothing, given(element))
