"""Names that nothing is called, and names that are used otherwise than the query does."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from stratgraph.explanation.findings import FindingKind
from stratgraph.explanation.outline import Assignment, Condition, Data, Group, Kind, Triple, properties
from stratgraph.explanation.question import names_in
from stratgraph.explanation.vocabulary import plain
from stratgraph.store.tokens import TokenKind, tokens
from stratgraph.terms import BASE, COMMON_PREFIXES, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratgraph.explanation.findings import Finding
    from stratgraph.explanation.question import Question

_SCHEME: Final = re.compile("https?:")
_MOST: Final = 200
_LIKE: Final = 0.7
_LIKE_WHOLE: Final = 0.85
_CERTAIN: Final = frozenset({FindingKind.UNKNOWN_TERM, FindingKind.MISPLACED_TERM})
_OTHER: Final = {"property": "class", "class": "property"}


@dataclass(frozen=True, slots=True)
class _Use:
    """A name where the query uses it: as a ``property``, as a ``class``, or for a ``thing``, which may be any term."""

    name: str
    iri: str
    at: int
    role: str
    in_graph: bool


def find_names(question: Question, *, is_empty: bool) -> Iterator[Finding]:
    """What is wrong with the names of a query.

    Args:
        question: the query.
        is_empty: its answer has nothing; otherwise only what is wrong in any case is told.
    """
    namespaces = list(_namespaces(question))
    yield from namespaces
    wrong = {one.text for one in namespaces}
    used = islice(_used(question), _MOST)
    uses = [one for one in used if not any(one.iri.startswith(bad[1:-1]) for bad in wrong)]
    question.look_up(variant for one in uses for variant in (one.iri, *_variants(one.iri)))
    seen = set[tuple[str, str]]()
    for use in uses:
        if (use.iri, use.role) in seen:
            continue
        seen.add((use.iri, use.role))
        found = _term(question, use) if use.role != "thing" else _thing(question, use)
        # Of an answer with rows only what cannot be right in any store is told.
        is_certain = question.vocabulary.is_ours(use.iri) and found and found.kind in _CERTAIN
        if found and (is_empty or is_certain):
            yield found
    if is_empty:
        yield from _graphs(question)


def _used(question: Question) -> Iterator[_Use]:
    """The names of the query, where they stand."""
    for chain, element in question.elements:
        in_graph = any(group.kind is Kind.GRAPH for group in chain)
        match element:
            case Triple():
                yield from _in_triple(question, element, in_graph=in_graph)
            case Condition() | Assignment():
                found = element.tokens
                for before, token, after in zip((found[0], *found), found, (*found[1:], found[-1]), strict=False):
                    is_name = token.kind in {TokenKind.IRI, TokenKind.PREFIXED_NAME}
                    if is_name and after.text != "(" and before.text != "^^" and not element.groups:
                        yield _Use(token.text, question.iri(token.text), token.start, "thing", in_graph)
            case Data():
                for token in names_in(element.text, element.at):
                    yield _Use(token.text, question.iri(token.text), token.start, "thing", in_graph)
            case _:
                continue
    for name, at in question.outline.described:
        yield _Use(name, question.iri(name), at, "thing", in_graph=False)


def _in_triple(question: Question, triple: Triple, *, in_graph: bool) -> Iterator[_Use]:
    for single in properties(triple.path):
        for token in names_in(single.text, single.at):
            yield _Use(token.text, question.iri(token.text), token.start, "property", in_graph)
    role = "class" if question.is_type(triple) else "thing"
    for name, at, its_role in ((triple.subject, triple.subject_at, "thing"), (triple.object, triple.object_at, role)):
        if at >= 0 and (iri := question.iri(name)):
            yield _Use(name, iri, at, its_role, in_graph)


# --- namespaces


def _namespaces(question: Question) -> Iterator[Finding]:
    """Prefixes whose namespace is that of known terms but for its scheme, its end or a letter."""
    known = set(COMMON_PREFIXES.values())
    outline = question.outline
    places = {one.text: one.start for one in tokens(outline.prologue) if one.kind is TokenKind.IRI}
    for prefix, namespace in outline.prefixes.items():
        if namespace in known or f"<{namespace}>" not in places:
            continue
        right = next((one for one in _variants(namespace) if one in known), "")
        close = difflib.get_close_matches(namespace, known, n=1, cutoff=0.93)
        if not right and not (close and COMMON_PREFIXES.get(prefix) == close[0]):
            continue
        right = right or close[0]
        at, text = places[f"<{namespace}>"], f"<{namespace}>"
        is_scheme = _is_other_scheme(namespace, right)
        if is_scheme:
            what = f"The namespace of {prefix}: begins with {_scheme(namespace)}, and is known with {_scheme(right)}."
        else:
            what = f"The namespace of {prefix}: is not <{namespace}>."
        kind = FindingKind.WRONG_SCHEME if is_scheme else FindingKind.WRONG_NAMESPACE
        yield question.found(kind, at, text, what, f"Write PREFIX {prefix}: <{right}>.", f"<{right}>")


def _variants(iri: str) -> tuple[str, ...]:
    """An IRI with the other scheme, with the other mark before its last part, or without a mark at its end."""
    other = iri.replace("http:", "https:", 1) if iri.startswith("http:") else iri.replace("https:", "http:", 1)
    found = [other]
    for one in (iri, other):
        before, mark, last = one.rpartition("#") if "#" in one else one.rpartition("/")
        found.append(f"{before}{'/' if mark == '#' else '#'}{last}")
        found.append(one.rstrip("/#"))
        found.append(f"{one}#")
        found.append(f"{one}/")
    return tuple(dict.fromkeys(one for one in found if one != iri))


def _is_other_scheme(one: str, other: str) -> bool:
    return one != other and _SCHEME.sub("", one, 1) == _SCHEME.sub("", other, 1)


def _scheme(iri: str) -> str:
    return iri.partition(":")[0] + ":"


# --- terms


def _term(question: Question, use: _Use) -> Finding | None:
    """A name in the place of a property or a class that no triple has there."""
    here, elsewhere = (question.uses(use.iri, in_graph=one) for one in (use.in_graph, not use.in_graph))
    if not use.iri or use.role in here or use.iri == RDF.TYPE:
        return None
    called, role = question.called(use.iri), use.role
    ours = question.vocabulary.properties if role == "property" else question.vocabulary.classes
    others = question.vocabulary.classes if role == "property" else question.vocabulary.properties
    if use.iri in ours or role in elsewhere:
        return _not_here(question, use, is_elsewhere=role in elsewhere)
    if use.iri in others or _OTHER[role] in here:
        what = f"{called} is a {_OTHER[role]}, and stands here as a {role}."
        mend = "A class stands behind a: ?x a …" if role == "property" else "A property stands between terms: ?x … ?y."
        return question.found(FindingKind.MISPLACED_TERM, use.at, use.name, what, mend)
    return _unknown(question, use)


def _unknown(question: Question, use: _Use) -> Finding:
    """A term that no triple has, and that the ontology does not know."""
    called, near = question.called(use.iri), _near_terms(question, use)
    if near and _is_other_scheme(near, use.iri):
        return _other_scheme(question, use, near)
    is_ours = question.vocabulary.is_ours(use.iri)
    what = f"There is no {use.role} {called}."
    if not is_ours:  # others may well have it
        what = f"Nothing here has the property {called}." if use.role == "property" else f"Nothing here is a {called}."
    if not near and not is_ours:
        mend = "Look for another one among the terms in use."
        return question.found(FindingKind.UNUSED_TERM, use.at, use.name, what, mend)
    written = question.name(near) if near else ""
    mend = f"Did you mean {written}?" if near else "Look for it among the terms of the ontology."
    return question.found(FindingKind.UNKNOWN_TERM, use.at, use.name, what, mend, written)


def _not_here(question: Question, use: _Use, *, is_elsewhere: bool) -> Finding:
    """A term that is known, and that no triple has where the query looks for it."""
    called = question.called(use.iri)
    said = f"has the property {called}" if use.role == "property" else f"is a {called}"
    does = "does" if use.role == "property" else "is"
    if is_elsewhere and use.in_graph:
        what = f"In no named graph anything {said}; in the default graph something {does}."
        return question.found(FindingKind.UNUSED_TERM, use.at, use.name, what, "Take the pattern out of GRAPH.")
    if is_elsewhere:
        what = f"In the default graph nothing {said}; in named graphs something {does}."
        mend = "Put GRAPH ?g and braces around the pattern."
        return question.found(FindingKind.ONLY_IN_GRAPHS, use.at, use.name, what, mend)
    what = f"Nothing here {said}, though the ontology has it."
    return question.found(
        FindingKind.UNUSED_TERM, use.at, use.name, what, "Leave the pattern out, or make it OPTIONAL."
    )


def _other_scheme(question: Question, use: _Use, right: str) -> Finding:
    what = f"<{use.iri}> begins with {_scheme(use.iri)}, and is known with {_scheme(right)}."
    return question.found(FindingKind.WRONG_SCHEME, use.at, use.name, what, f"Write <{right}>.", f"<{right}>")


def _near_terms(question: Question, use: _Use) -> str:
    """The term that was meant; empty where none is near."""
    for variant in _variants(use.iri):
        if (
            use.role in question.uses(variant)
            or variant in question.vocabulary.properties | question.vocabulary.classes
        ):
            return variant
    ours = question.vocabulary.properties if use.role == "property" else question.vocabulary.classes
    space, local = _parts(use.iri)
    # A term of ours that the ontology does not have is in no triple.
    is_ours = question.vocabulary.is_ours(use.iri)
    known = ours if is_ours else question.terms_in_use(use.role) | ours
    siblings = {_parts(one)[1]: one for one in sorted(known) if _parts(one)[0] == space}
    if is_ours and (meant := _otherwise_called(question, use, siblings)):
        return meant
    if found := _closest(local, siblings, _LIKE):
        return siblings[found]
    # The right word below a namespace that is nearly right.
    same = sorted(one for one in known if _parts(one)[1].casefold() == local.casefold())
    return _closest(use.iri, same, _LIKE_WHOLE)


def _otherwise_called(question: Question, use: _Use, siblings: Iterable[str]) -> str:
    """The term that what would be one of ours is a word for, or that has its name in another vocabulary; else empty."""
    vocabulary, local = question.vocabulary, _parts(use.iri)[1]
    if local.casefold() in {one.casefold() for one in siblings}:
        return ""
    known = vocabulary.properties if use.role == "property" else vocabulary.classes
    called = vocabulary.called(known)
    if meant := _closest(plain(local), called, _LIKE_WHOLE):
        return called[meant]
    others = [f"{namespace}{local}" for namespace in COMMON_PREFIXES.values()]
    question.look_up(others)
    return next((one for one in others if one in known or use.role in question.uses(one)), "")


def _closest(word: str, known: Iterable[str], like: float) -> str:
    folded = {one.casefold(): one for one in known}
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=like)
    return folded[close[0]] if close else ""


def _parts(iri: str) -> tuple[str, str]:
    """The namespace of a term and its name there."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:cut], iri[cut:]


# --- things and graphs


def _thing(question: Question, use: _Use) -> Finding | None:
    """A name of a thing of which nothing is said."""
    if not use.iri or question.uses(use.iri, in_graph=use.in_graph):
        return None
    vocabulary = question.vocabulary
    if use.iri in vocabulary.classes | vocabulary.properties or ":" not in use.iri:
        return None
    called = question.called(use.iri)
    if question.uses(use.iri, in_graph=not use.in_graph):
        if use.in_graph:
            what, mend = f"No named graph says anything of {called}.", "Take the pattern out of GRAPH."
            return question.found(FindingKind.UNKNOWN_THING, use.at, use.name, what, mend)
        what, mend = f"Only named graphs say something of {called}.", "Put GRAPH ?g and braces around the pattern."
        return question.found(FindingKind.ONLY_IN_GRAPHS, use.at, use.name, what, mend)
    if vocabulary.is_ours(use.iri):
        near = _near_terms(question, _Use(use.name, use.iri, use.at, "class", use.in_graph))
    else:
        near = next((one for one in _variants(use.iri) if question.uses(one)), "")
    if near and _is_other_scheme(near, use.iri):
        return _other_scheme(question, use, near)
    if not near and use.iri.startswith(BASE):
        from stratgraph.entities import near_names  # noqa: PLC0415 - brings review and validation with it

        near = next(iter(near_names(question.reading, use.iri)), "")
    what = f"Nothing is said of {called}."
    mend = f"Did you mean {question.name(near)}?" if near else "Look whether it is spelled so."
    return question.found(FindingKind.UNKNOWN_THING, use.at, use.name, what, mend, question.name(near) if near else "")


def _graphs(question: Question) -> Iterator[Finding]:
    """Names behind GRAPH and FROM that are no graph's."""
    named = [
        (element.name, element.name_at)
        for _, element in question.elements
        if isinstance(element, Group) and element.kind is Kind.GRAPH
    ]
    named += [(name, at) for name, at, _ in question.outline.sources]
    wanted = [(name, at, iri) for name, at in named if (iri := question.iri(name))]
    graphs = question.reading.graph_names() if wanted else ()
    for name, at, iri in wanted:
        if iri in graphs:
            continue
        below = [one for one in graphs if one.startswith(f"{iri}/")]
        near = next(iter(below or difflib.get_close_matches(iri, graphs, n=1)), "")
        mend = f"Did you mean {question.name(near)}?" if near else "GRAPH ?g finds those that there are."
        what = f"There is no graph {question.called(iri)}."
        replacement = question.name(near) if near else ""
        yield question.found(FindingKind.UNKNOWN_GRAPH, at, name, what, mend, replacement)
