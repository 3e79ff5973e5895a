"""Which part of a query's pattern leaves nothing: the parts are asked one more at a time."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.explanation.findings import FindingKind
from stratgraph.explanation.outline import Assignment, Condition, Data, Group, Kind, Triple, Union, given
from stratgraph.explanation.question import short
from stratgraph.store.tokens import AGGREGATES, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.explanation.findings import Finding
    from stratgraph.explanation.outline import Element
    from stratgraph.explanation.question import Question

_MOST_PARTS: Final = 60


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
    """

    text: str
    shown: str
    stands: str
    at: int
    needs: frozenset[str]
    gives: frozenset[str]
    is_condition: bool = False


def find_what_leaves_nothing(question: Question) -> Iterator[Finding]:
    """The first part of the pattern with which the query has no solution any more.

    The parts are asked together from the first to that one; since each can only take away, the place is found by
    halving: for 60 parts, seven questions, and one whether the part has solutions alone.
    """
    parts = _asked_in_order(list(_parts(question, question.outline.body)))[:_MOST_PARTS]
    if not parts:
        return
    answers: dict[int, bool] = {}

    def is_empty(number: int) -> bool:
        if number not in answers:
            answers[number] = not question.has_solution("\n".join(part.text for part in parts[:number]))
        return answers[number]

    first = bisect_left(range(1, len(parts) + 1), True, key=is_empty) + 1
    if first > len(parts):
        yield from _behind_the_pattern(question)
        return
    part = parts[first - 1]
    yield question.found(FindingKind.LEAVES_NOTHING, part.at, part.stands, *_said(question, part, parts[: first - 1]))


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
        # Nothing is asked of another server, and what is OPTIONAL takes nothing away.
        if not any(token.is_word("SERVICE") for token in tokens(element.text)):
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
        case Data() | Union() | Group(kind=Kind.PLAIN | Kind.SELECT | Kind.GRAPH):
            yield _Part(text, element.text, element.text, element.at, nothing, given(element))
