"""Values of a property in two versions: which stands for which, and what follows from another change."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from stratgraph.identifiers import natural_key
from stratgraph.terms import DCTERMS, SG, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Literal

    from stratgraph.review.model import Change
    from stratgraph.review.things import Term, Things

_WORD: Final = re.compile(r"\w+")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)*")


def gist(change: Change) -> tuple[str, str]:
    """What a change comes to, whatever marks and capitals a text has there; these alone where nothing else changed."""
    old, new = (" ".join(_WORD.findall(text.casefold())) for text in (change.old, change.new))
    return (old, new) if old != new else (change.old, change.new)


def is_note_of_place(change: Change) -> bool:
    """Whether it is a note that says what it said, with the numbers of other parts of the text."""
    return change.property == SKOS.EDITORIAL_NOTE and is_of_number_alone(change)


def is_of_number_alone(change: Change) -> bool:
    """Whether the two values differ in their numbers and in nothing else."""
    old, new = (_NUMBER.sub("", text) for text in (change.old, change.new))
    return old == new


def is_text(literal: Literal) -> bool:
    """Whether it is words, as against a number or a date."""
    return bool(literal.language) or literal.datatype.value == XSD.STRING


def pairs(before: Iterable[Literal], after: Iterable[Literal]) -> Iterator[tuple[Literal | None, Literal | None]]:
    """Values that one version only has, in pairs of one language as far as there are, None where one is missing."""
    then, now = set(before), set(after)
    old, new = _by_language(then - now), _by_language(now - then)
    rest: list[tuple[Literal | None, Literal | None]] = []
    for language in sorted({*old, *new}):
        rest += zip_longest(old.get(language, ()), new.get(language, ()))
    yield from ((gone, came) for gone, came in rest if gone and came)
    yield from zip_longest(
        (gone for gone, came in rest if gone and not came), (came for gone, came in rest if came and not gone)
    )


def _by_language(literals: Iterable[Literal]) -> dict[str, list[Literal]]:
    found: dict[str, list[Literal]] = {}
    for literal in sorted(literals, key=str):
        found.setdefault(literal.language or "", []).append(literal)
    return found


def joined(things: Things, terms: Iterable[Term]) -> str:
    """Some values as people read them, sorted."""
    return "; ".join(sorted((things.shown(term) for term in terms), key=natural_key))


def named(things: Things, iri: str) -> tuple[str, ...]:
    """What a label can be made of."""
    return things.graph.texts(iri, SG.TEXT, DCTERMS.TITLE, SKOS.PREF_LABEL)
