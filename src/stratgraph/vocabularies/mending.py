"""What can be put right in a vocabulary when it is read; each is asked for by its description, and recorded.

Nothing here guesses: a mending removes what is no label, or states what SKOS already says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.terms import RDF, SKOS, XSD

Triples = list[Triple]

_TEXT_TYPES: Final = (RDF.LANG_STRING, XSD.STRING)
_LABELS: Final = (SKOS.PREF_LABEL, SKOS.ALT_LABEL, SKOS.HIDDEN_LABEL)


MENDINGS: Final = ("trim", "leave-out-labels", "complete-hierarchy", "replace")
"""What descriptions can ask for."""


@dataclass(frozen=True, slots=True)
class Mending:
    """What is put right when a file is read.

    Args:
        does: one of ``MENDINGS``.
        reason: what is wrong, in a sentence.
        wrong: of ``replace``, the IRI that is wrong as an object.
        right: of ``replace``, the IRI that takes its place.
    """

    does: str
    reason: str
    wrong: str = ""
    right: str = ""


def trimmed(triples: Triples) -> Triples:
    """The triples without blanks and line breaks at the ends of texts."""
    return [_trimmed(triple) for triple in triples]


def _trimmed(triple: Triple) -> Triple:
    text = triple.object
    if not isinstance(text, Literal) or text.datatype.value not in _TEXT_TYPES or text.value == text.value.strip():
        return triple
    value = text.value.strip()
    mended = Literal(value, language=text.language) if text.language else Literal(value)
    return Triple(triple.subject, triple.predicate, mended)


def without_labels_that_are_no_text(triples: Triples) -> Triples:
    """The triples without labels that are numbers or the like (SKOS Reference, S12)."""
    return [t for t in triples if t.predicate.value not in _LABELS or _is_text(t.object)]


def _is_text(term: object) -> bool:
    return isinstance(term, Literal) and term.datatype.value in _TEXT_TYPES


def with_both_directions(triples: Triples) -> Triples:
    """With skos:narrower for each skos:broader, and the other way (SKOS Reference, S25); what is new comes last."""
    broader, narrower = NamedNode(SKOS.BROADER), NamedNode(SKOS.NARROWER)
    inverse = {broader: narrower, narrower: broader}
    stated = set(triples)
    turned = (
        Triple(t.object, inverse[t.predicate], t.subject)
        for t in triples
        if t.predicate in inverse and isinstance(t.object, NamedNode)
    )
    return triples + [triple for triple in dict.fromkeys(turned) if triple not in stated]


def with_another_object(triples: Triples, wrong: str, right: str) -> Triples:
    """The triples with one IRI in place of another wherever that is an object."""
    old, new = NamedNode(wrong), NamedNode(right)
    return [Triple(t.subject, t.predicate, new) if t.object == old else t for t in triples]


def mended(triples: Triples, mending: Mending) -> tuple[Triples, int]:
    """The triples after one mending, and how many it changed, removed or added."""
    match mending.does:
        case "trim":
            after = trimmed(triples)
        case "leave-out-labels":
            after = without_labels_that_are_no_text(triples)
        case "complete-hierarchy":
            after = with_both_directions(triples)
        case _:
            after = with_another_object(triples, mending.wrong, mending.right)
    if len(after) != len(triples):
        return after, abs(len(after) - len(triples))
    return after, sum(new is not old for new, old in zip(after, triples, strict=True))
