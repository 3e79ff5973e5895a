"""Patterns that cannot go together by the ontology: a property of things of another class, or gone the wrong way."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, islice
from typing import TYPE_CHECKING, Final

from stratgraph.explanation.findings import FindingKind
from stratgraph.explanation.outline import Group, Kind
from stratgraph.store.rewriting.triples import Alternatives, Inverse, Path, Single, Steps
from stratgraph.wording import listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.explanation.findings import Finding
    from stratgraph.explanation.outline import Triple
    from stratgraph.explanation.question import Question

_AT_LEAST_ONCE: Final = "+"
_MOST_CLAIMS: Final = 150


@dataclass(frozen=True, slots=True)
class _Step:
    """One property between two nodes, forwards; a node is a term as it is written, or made for the middle of a path."""

    chain: tuple[Group, ...]
    subject: str
    iri: str
    object: str
    name: str
    at: int
    is_inverted: bool


@dataclass(frozen=True, slots=True)
class _Claim:
    """That a node is of one of some classes, and the property which says so; None where its class is stated."""

    chain: tuple[Group, ...]
    node: str
    classes: frozenset[str]
    step: _Step | None
    is_subject: bool


def find_clashes(question: Question) -> Iterator[Finding]:
    """Nodes of the query that nothing can stand for, since two patterns say of them what excludes each other."""
    claims = list(islice(_claims(question), _MOST_CLAIMS))
    by_node: dict[str, list[_Claim]] = {}
    for claim in claims:
        by_node.setdefault(claim.node, []).append(claim)
    told = set[int]()
    # What is stated of a class first: two properties that exclude each other are the weaker reason.
    pairs = [pair for one in by_node.values() for pair in combinations(one, 2)]
    for one, other in sorted(pairs, key=lambda pair: all(claim.step for claim in pair)):
        if not (_are_together(one.chain, other.chain) and question.vocabulary.excludes(one.classes, other.classes)):
            continue
        stated, said = (one, other) if other.step else (other, one)
        places = {claim.step.at for claim in (stated, said) if claim.step}
        if said.step is None or places & told:
            continue
        told |= places
        yield _clash(question, stated, said, by_node)


def _are_together(one: tuple[Group, ...], other: tuple[Group, ...]) -> bool:
    """Whether what stands in one group holds together with what stands in the other: one is within the other.

    A sub-select has variables of its own.
    """
    shorter, longer = sorted((one, other), key=len)
    return longer[: len(shorter)] == shorter and not any(g.kind is Kind.SELECT for g in longer[len(shorter) :])


def _clash(question: Question, stated: _Claim, said: _Claim, by_node: dict[str, list[_Claim]]) -> Finding:
    vocabulary, step = question.vocabulary, said.step
    if step is None:
        raise ValueError(said)
    called = question.called(step.iri)
    domain, values = vocabulary.domain(step.iri), vocabulary.range(step.iri)
    it = _shown(said.node)
    if stated.step is None:
        other_end = step.object if said.is_subject else step.subject
        others = [
            c.classes for c in by_node.get(other_end, ()) if c.step is None and _are_together(c.chain, said.chain)
        ]
        here, there = (values, domain) if said.is_subject else (domain, values)
        fits_turned = here and not vocabulary.excludes(stated.classes, here)
        if fits_turned and not any(vocabulary.excludes(one, there) for one in others):
            return _turned(question, step, it, stated)
        what = f"{it} is {_one_of(question, stated.classes)}, and {called} "
        what += f"{'is said of' if said.is_subject else 'leads to'} {_one_of(question, said.classes)}."
        return question.found(FindingKind.IMPOSSIBLE_PAIR, step.at, step.name, what, *_instead(question, stated, said))
    other = question.called(stated.step.iri)
    what = f"Nothing has both: by {other} {it} is {_one_of(question, stated.classes)}, by {called} "
    what += f"{_one_of(question, said.classes)}."
    mend = "Use a variable of its own for each, or another property."
    return question.found(FindingKind.IMPOSSIBLE_PAIR, step.at, step.name, what, mend)


def _turned(question: Question, step: _Step, it: str, stated: _Claim) -> Finding:
    """A property that is gone from its value to its subject."""
    vocabulary = question.vocabulary
    domain, values = vocabulary.domain(step.iri), vocabulary.range(step.iri)
    what = f"{question.called(step.iri)} leads from {_one_of(question, domain)} to {_one_of(question, values)}, "
    what += f"and {it} is {_one_of(question, stated.classes)}."
    inverse = vocabulary.inverse(step.iri)
    if inverse:
        written = question.name(inverse)
        return question.found(FindingKind.WRONG_DIRECTION, step.at, step.name, what, f"Write {written}.", written)
    if step.is_inverted:
        return question.found(FindingKind.WRONG_DIRECTION, step.at, step.name, what, "Leave ^ out.", step.name)
    written = f"^{step.name}"
    mend = f"Write {written}, or change subject and object."
    return question.found(FindingKind.WRONG_DIRECTION, step.at, step.name, what, mend, written)


def _instead(question: Question, stated: _Claim, said: _Claim) -> tuple[str, str]:
    """How to mend a property of another class, and what to write for it."""
    vocabulary, step = question.vocabulary, said.step
    if step is None:
        return "", ""
    if said.is_subject:
        near = vocabulary.leading(stated.classes, vocabulary.range(step.iri))
    else:
        near = vocabulary.leading(vocabulary.domain(step.iri), stated.classes)
    near = tuple(one for one in near if one != step.iri)
    if near:
        names = [question.name(one) for one in near]
        return f"Did you mean {listing(names[:-1]) + ' or ' if names[1:] else ''}{names[-1]}?", names[0]
    return f"Ask for {_one_of(question, said.classes)}, or use another property.", ""


def _one_of(question: Question, classes: frozenset[str]) -> str:
    return " or ".join(sorted(map(question.called, classes)))


def _shown(node: str) -> str:
    return "a part of the path" if node.startswith("\0") else "what stands in brackets" if node[:2] == "?_" else node


# --- what the patterns say --------------------------------------------------------------------------------------------


def _claims(question: Question) -> Iterator[_Claim]:
    vocabulary = question.vocabulary
    constants: dict[str, tuple[Group, ...]] = {}
    for chain, triple in question.triples:
        if question.is_type(triple) and isinstance(triple.path, Single):
            if iri := question.iri(triple.object):
                yield _Claim(chain, triple.subject, frozenset({iri}), None, is_subject=True)
            continue
        for step in _steps(question, chain, triple):
            if domain := vocabulary.domain(step.iri):
                yield _Claim(chain, step.subject, domain, step, is_subject=True)
            if values := vocabulary.range(step.iri):
                yield _Claim(chain, step.object, values, step, is_subject=False)
            for node in (step.subject, step.object):
                constants.setdefault(node, chain)
    yield from _of_constants(question, constants)


def _of_constants(question: Question, constants: dict[str, tuple[Group, ...]]) -> Iterator[_Claim]:
    """Of which classes the things are that the query names."""
    for node, chain in constants.items():
        iri = "" if node.startswith("\0") else question.iri(node)
        for class_iri in question.types(iri) & question.vocabulary.classes if iri else ():
            yield _Claim(chain[:1], node, frozenset({class_iri}), None, is_subject=True)


def _steps(question: Question, chain: tuple[Group, ...], triple: Triple) -> Iterator[_Step]:
    """The properties of a pattern that are gone in any case, each between its two nodes."""
    yield from _along(question, chain, triple.path, triple.subject, triple.object, is_inverted=False)


def _along(
    question: Question, chain: tuple[Group, ...], path: Path, start: str, end: str, *, is_inverted: bool
) -> Iterator[_Step]:
    match path:
        case Single(text, is_plain, at):
            name = text if is_plain else text.removesuffix(_AT_LEAST_ONCE)
            iri = question.iri(name) if at >= 0 and (is_plain or text.endswith(_AT_LEAST_ONCE)) else ""
            if iri and name[0] not in "!(?$":
                yield _Step(chain, start, iri, end, name, at, is_inverted)
        case Inverse(of):
            yield from _along(question, chain, of, end, start, is_inverted=not is_inverted)
        case Steps(parts):
            middles = [f"\0{id(part)}" for part in parts[:-1]]
            for part, one, other in zip(parts, (start, *middles), (*middles, end), strict=True):
                yield from _along(question, chain, part, one, other, is_inverted=is_inverted)
        case Alternatives():
            return
