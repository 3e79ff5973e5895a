"""A change in KGCL, the Knowledge Graph Change Language: a command a line, as curators of ontologies read it.

Each statement that went or came is in one of its commands. KGCL has no escapes and no command for a text alone: a line
break in a text is a blank here, an apostrophe in the name of a new node is a typographic one, and a text that is new,
or is there no more, is a change from or to the empty text. The parser of the language's authors (kgcl-schema 0.7) takes
a text of one word for a name. The RDF patch has every character.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from stratgraph.identifiers import natural_key
from stratgraph.review.hierarchy import UPWARD
from stratgraph.terms import OWL, RDF, RDFS, SG, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pyoxigraph import Triple

    from stratgraph.graph import Term
    from stratgraph.review.model import Review

_NAMES: Final = (RDFS.LABEL, SG.TEXT, SG.NOTATION)
"""What a new node is called by: the first of these that it has."""

_PLAIN: Final = frozenset((XSD.STRING, RDF.LANG_STRING))


def render(review: Review) -> bytes:
    """The commands in UTF-8, by the things that they are about as people count."""
    came, went = _by_subject(review.came), _by_subject(review.went)
    subjects = sorted({*came, *went}, key=natural_key)
    lines = (line for subject in subjects for line in _of_thing(subject, came[subject], went[subject]))
    return "".join(f"{line}\n" for line in lines).encode()


def _by_subject(triples: Iterable[Triple]) -> defaultdict[str, defaultdict[str, list[Term]]]:
    found: defaultdict[str, defaultdict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for triple in sorted(triples, key=str):
        if isinstance(triple.subject, NamedNode):
            found[triple.subject.value][triple.predicate.value].append(triple.object)
    return found


def _of_thing(subject: str, came: dict[str, list[Term]], went: dict[str, list[Term]]) -> Iterator[str]:
    told = None
    if RDF.TYPE in came and RDF.TYPE not in went:
        name = next((one for name in _NAMES for one in came.get(name, ()) if isinstance(one, Literal)), None)
        text = _line(name.value).replace("'", "\u2019") if name else subject.rpartition("/")[2]
        yield f"create node <{subject}> '{text}'{_tag(name)}"
        told = name if name and name in came.get(RDFS.LABEL, ()) and text == name.value else None
    is_withdrawn = OWL.DEPRECATED in came and OWL.DEPRECATED not in went
    for predicate in sorted({*came, *went}):
        if predicate == OWL.DEPRECATED and is_withdrawn:
            continue
        new = [one for one in came.get(predicate, ()) if not (predicate == RDFS.LABEL and one == told)]
        old = went.get(predicate, [])
        yield from _edges(subject, predicate, _iris(old), _iris(new))
        yield from _texts(subject, predicate, _literals(old), _literals(new))
    if is_withdrawn:
        yield f"obsolete <{subject}>"


def _iris(terms: Iterable[Term]) -> list[NamedNode]:
    return [one for one in terms if isinstance(one, NamedNode)]


def _literals(terms: Iterable[Term]) -> list[Literal]:
    return [one for one in terms if isinstance(one, Literal)]


def _edges(subject: str, predicate: str, old: Sequence[NamedNode], new: Sequence[NamedNode]) -> Iterator[str]:
    edge = f"<{subject}> <{predicate}>"
    if predicate in UPWARD and len(old) == len(new) == 1:
        yield f"move {edge} {old[0]} from {old[0]} to {new[0]}"
        return
    for one in old:
        yield f"delete edge {edge} {one}"
    for one in new:
        yield f"create edge {edge} {one}"


def _texts(subject: str, predicate: str, old: Sequence[Literal], new: Sequence[Literal]) -> Iterator[str]:
    for tag in dict.fromkeys(map(_tag, (*old, *new))):
        were, are = ([one for one in side if _tag(one) == tag] for side in (old, new))
        for place in range(max(len(were), len(are))):
            before, after = (_quoted(side[place]) if place < len(side) else '""' for side in (were, are))
            yield f"change annotation of <{subject}> with <{predicate}> from {before} to {after}"


def _quoted(literal: Literal) -> str:
    """A text in the first quotation marks that it does not have itself."""
    text = _line(literal.value)
    if '"' not in text:
        mark = '"'
    elif "'''" not in text and not text.endswith("'"):
        mark = "'''"
    else:
        text, mark = text.replace('"', "\u201d"), '"'
    return f"{mark}{text}{mark}{_tag(literal)}"


def _line(text: str) -> str:
    return " ".join(text.splitlines())


def _tag(literal: Literal | None) -> str:
    if literal is None or (literal.language is None and literal.datatype.value in _PLAIN):
        return ""
    return f"@{literal.language}" if literal.language else f"^^<{literal.datatype.value}>"
