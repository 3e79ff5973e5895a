"""Variables: those that nothing gives a value, and patterns that share none."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from stratgraph.explanation.findings import FindingKind
from stratgraph.explanation.outline import (
    Assignment,
    Condition,
    Data,
    Group,
    Kind,
    Triple,
    Union,
    given,
    inner_groups,
    visible,
    walk,
)
from stratgraph.explanation.question import short
from stratgraph.store.tokens import AGGREGATES, TokenKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.explanation.findings import Finding
    from stratgraph.explanation.outline import Element, Head
    from stratgraph.explanation.question import Question

_OF_UNBOUND: Final = frozenset({"IF", "COALESCE", "BOUND"})
_MOST_PARTS: Final = 200
_LIKE: Final = 0.6


def find_unbound(question: Question) -> Iterator[Finding]:
    """Variables that are shown or used, and that nothing gives a value."""
    body = question.outline.body
    told = set[str]()
    for name, at, known, where in (*_of_head(question.outline.head, body), *_of_groups(body, frozenset())):
        if name in known or name in told:
            continue
        told.add(name)
        yield _unbound(question, name, at, known, where)


def _of_head(head: Head, body: Group) -> Iterator[tuple[str, int, frozenset[str], str]]:
    """What the head of a query uses, with what it may use."""
    known = frozenset[str]().union(*map(given, body.elements)) | head.named
    for name, at in (*(head.shown or ()), *head.used):
        yield name, at, known, ""


def _of_groups(group: Group, around: frozenset[str]) -> Iterator[tuple[str, int, frozenset[str], str]]:
    """What conditions and BIND use, in a group and those within it, with what they may use."""
    inside = frozenset[str]().union(*map(given, group.elements))
    known = inside | around
    if group.head:
        yield from _of_head(group.head, group)
    before = around
    for element in group.elements:
        if isinstance(element, Condition):
            yield from _of_tokens(element, known, "")
        elif isinstance(element, Assignment):
            later = inside - before
            yield from _of_tokens(element, before, "later" if later & element.variables else "")
        for inner in inner_groups(element):
            if inner.kind is Kind.SERVICE:
                continue
            # A condition of OPTIONAL and a group of EXISTS see what is around them (sections 18.2.2.6 and 18.6), one of
            # MINUS does not (section 8.3.3).
            sees = known if inner.kind in {Kind.OPTIONAL, Kind.EXISTS} else frozenset[str]()
            graph = frozenset({inner.name[1:]}) if inner.kind is Kind.GRAPH else frozenset[str]()
            yield from _of_groups(inner, sees | graph)
        before |= given(element)


def _of_tokens(
    element: Condition | Assignment, known: frozenset[str], where: str
) -> Iterator[tuple[str, int, frozenset[str], str]]:
    called = list[str]()
    for before, token in zip((None, *element.tokens), element.tokens, strict=False):
        if token.text == "(":
            called.append(before.text.upper() if before else "")
        elif token.text == ")" and called:
            called.pop()
        # IF(?x > 1, ?x, ?none) has no value on purpose, and BOUND asks for it.
        is_optional = bool(called) and called[-1] in _OF_UNBOUND
        if token.kind is TokenKind.VARIABLE and not is_optional and token.text[1:] in element.variables:
            yield token.text[1:], token.start, known, where


def _unbound(question: Question, name: str, at: int, known: frozenset[str], where: str) -> Finding:
    kind, text = FindingKind.UNBOUND_VARIABLE, f"?{name}"
    if where == "later":
        what = f"BIND uses {text} before anything gives it a value."
        return question.found(kind, at, text, what, f"Move the BIND behind the pattern that has {text}.")
    holders = [chain[-1] for chain, element in walk(question.outline.body) if name in _all_given(element)]
    if holders:
        return question.found(kind, at, text, *_hidden(text, holders))
    what = f"Nothing gives {text} a value: no pattern has it."
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=_LIKE)
    # ?text for ?t, ?n for ?name.
    close = close or [one for one in sorted(known) if name.startswith(one) or one.startswith(name)]
    if close:
        return question.found(kind, at, text, what, f"Did you mean ?{close[0]}?", f"?{close[0]}")
    return question.found(kind, at, text, what, f"Add a pattern that has {text}, or leave it out.")


def _hidden(text: str, holders: list[Group]) -> tuple[str, str]:
    """What is wrong with a variable that has a value in another group, and how to mend it."""
    kinds = {group.kind for group in holders}
    if Kind.SELECT in kinds:
        return (
            f"{text} stays in the sub-select, which does not show it.",
            f"Add {text} to the SELECT of the sub-select.",
        )
    if kinds <= {Kind.MINUS, Kind.EXISTS}:
        word = "MINUS" if Kind.MINUS in kinds else "EXISTS"
        return f"{text} has a value within {word} only, and nothing comes out of it.", "Add a pattern outside of it."
    return f"{text} has no value within these braces; it has one in others.", "Move the condition to where it has one."


def _all_given(element: Element) -> frozenset[str]:
    return (
        element.variables
        if isinstance(element, Triple | Data)
        else frozenset({element.variable} if isinstance(element, Assignment) else ())
    )


def find_aggregates(question: Question) -> Iterator[Finding]:
    """Aggregates in FILTER and BIND: the engine lets them pass in a query with GROUP BY, and they have no value."""
    for _, element in question.elements:
        if isinstance(element, Condition | Assignment) and not element.groups:
            token = next((one for one in element.tokens if one.is_word(*AGGREGATES)), None)
            if token:
                word = element.tokens[0].text.upper()
                what = f"{token.text} is an aggregate, and cannot stand in {word}."
                mend = "Write the condition as HAVING(…) behind GROUP BY, or the aggregate in a sub-select."
                yield question.found(FindingKind.AGGREGATE_IN_FILTER, token.start, token.text, what, mend)


# --- patterns that share nothing


def find_unrelated(question: Question) -> Iterator[Finding]:
    """Patterns of a group that share no variable, so that each solution of one is joined with each of the other."""
    seen = set[int]()
    for chain, _ in question.elements:
        group = chain[-1]
        if group.at not in seen:
            seen.add(group.at)
            yield from _unrelated(question, group)


def _unrelated(question: Question, group: Group) -> Iterator[Finding]:
    parts: list[tuple[Element, set[str]]] = []
    links: list[set[str]] = []
    for element in group.elements:
        nodes = _nodes(question, element)
        if isinstance(element, Triple | Union) or (
            isinstance(element, Group) and element.kind in {Kind.PLAIN, Kind.GRAPH, Kind.SELECT}
        ):
            is_one_row = isinstance(element, Group) and _is_one_row(element)
            if nodes and not is_one_row:
                parts.append((element, nodes))
        else:
            links.append(nodes)
    if not 1 < len(parts) <= _MOST_PARTS:
        return
    first, *rest = _components([nodes for _, nodes in parts], links)
    for component in rest:
        one = parts[min(first)][0]
        other = parts[min(component)][0]
        at, text = other.place(question.outline.text) if isinstance(other, Triple) else (other.at, other.text)
        what = f"{short(one.text)} and {short(other.text)} share no variable: "
        what += "each solution of one goes with each of the other."
        mend = "Use a variable of one in the other, or add a pattern that leads from one to the other."
        yield question.found(FindingKind.NO_SHARED_VARIABLE, at, text, what, mend)


def _components(parts: list[set[str]], links: list[set[str]]) -> list[set[int]]:
    """Which parts hang together, directly or by something that has nodes of both; in the order of their first."""
    found: list[tuple[set[int], set[str]]] = []
    for number, nodes in [*enumerate(parts), *((-1, link) for link in links)]:
        touching = [one for one in found if one[1] & nodes]
        found = [one for one in found if not one[1] & nodes]
        members, all_nodes = {number} - {-1}, set(nodes)
        for numbers, others in touching:
            members |= numbers
            all_nodes |= others
        found.append((members, all_nodes))
    return sorted((members for members, _ in found if members), key=min)


def _nodes(question: Question, element: Element) -> set[str]:
    """The variables of an element, and the things that a pattern names, which hold patterns together too."""
    match element:
        case Triple():
            variables = set(element.variables)
            named = {iri for name in (element.subject, element.object) if (iri := question.iri(name))}
            return variables | ({f"<{iri}" for iri in named} if not question.is_type(element) else set())
        case Condition():
            inner = [one for group in element.groups for one in visible(group)]
            return {*element.variables, *inner}
        case Assignment():
            return {*element.variables, element.variable}
        case Data():
            return set(element.variables)
    named = {f"<{iri}" for group in inner_groups(element) for _, one in walk(group) for iri in _named(question, one)}
    return set(given(element)) | named


def _named(question: Question, element: Element) -> Iterator[str]:
    if isinstance(element, Triple) and not question.is_type(element):
        yield from (iri for name in (element.subject, element.object) if (iri := question.iri(name)))


def _is_one_row(group: Group) -> bool:
    head = group.head
    return head is not None and head.is_one_row
