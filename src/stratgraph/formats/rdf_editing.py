"""Statements put into the text of an RDF file and taken out of it; all else, comments and order too, stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.errors import SourceError
from stratgraph.serialisation import N_TRIPLES, TURTLE, RdfText
from stratgraph.terms import XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from stratgraph.document import Evidence
    from stratgraph.serialisation import RdfForm

EDITABLE: Final = (TURTLE, N_TRIPLES)
"""The forms whose text is edited: one statement is a piece of it, and another can be written behind all others."""

_MOST_EDITS: Final = 500
"""Statements taken out, each of which is tried by reading the whole text again; beyond, the file is written anew."""

_NOTE: Final = "# Added by stratgraph review --fix."


def edited(
    text: str,
    *,
    form: RdfForm,
    known: Mapping[Triple, Evidence],
    wanted: Iterable[Triple],
) -> str | None:
    """The text of a file with other statements.

    Args:
        text: of the file.
        form: of it.
        known: what it states, each statement with the places where it stands.
        wanted: what it is to state.

    Returns:
        The text, which states exactly what is wanted; None where it cannot be had by edits of single statements: the
        form is none of ``EDITABLE``, the file has things without names, or a statement stands in a way of its own.
    """
    target = dict.fromkeys(wanted)
    stated = dict.fromkeys(_stated(text, form)) if form in EDITABLE else {}
    if not stated or not known.keys() <= stated.keys():
        return None
    # What a reader takes for no statement of the plan, such as which version the file was made from, stays.
    target |= dict.fromkeys(triple for triple in stated if triple not in known)
    removed = [triple for triple in stated if triple not in target]
    added = [triple for triple in target if triple not in stated]
    if len(removed) > _MOST_EDITS:
        return None
    # From the end of the text, so that what stands before keeps its place.
    removed.sort(key=lambda triple: [span.start for span in known[triple].spans], reverse=True)
    now = set(stated)
    for old in removed:
        new = next((t for t in added if (t.subject, t.predicate) == (old.subject, old.predicate)), None)
        now = now - {old} | ({new} if new else set())
        spans = known[old].spans
        if not spans:
            return None
        start = text.rfind("\n", 0, spans[0].start) + 1
        end = text.find("\n", spans[-1].end)
        found = next(
            (one for one in _candidates(text, start, end + 1 or len(text), old, new) if _states(one, form, now)), None
        )
        if found is None:
            return None
        text = found
        if new:
            added.remove(new)
    if added:
        lines = "".join(f"{triple} .\n" for triple in added)
        text = f"{text.rstrip()}\n\n{_NOTE}\n{lines}"
        now.update(added)
    return text if _states(text, form, now) else None


def _candidates(text: str, start: int, end: int, old: Triple, new: Triple | None) -> Iterator[str]:
    """The text without a statement, or with another in its stead, in each way that it may stand on its lines."""
    line = text[start:end]
    said, value = _name(old.predicate), _value(old.object)
    if new is not None:
        patterns: Sequence[tuple[str, str]] = [(rf"({said}\s+)(?:{value})(?=[\s,;.]|$)", rf"\g<1>{_kept(new.object)}")]
    else:
        patterns = [
            (rf"[ \t]*{said}\s+{value}\s*;[ \t]*\n?", ""),
            (rf"({said}\s+){value}\s*,\s*", r"\1"),
            (rf"\s*,\s*{value}(?=\s*[,;.])", ""),
        ]
    for pattern, put in patterns:
        for match in re.finditer(pattern, line):
            yield text[:start] + line[: match.start()] + match.expand(put) + line[match.end() :] + text[end:]
    if new is None:
        # The last of its thing's: the full stop goes to the end of the line before.
        for match in re.finditer(rf"\s*;\s*{said}\s+{value}(\s*\.)", text[:end]):
            if match.end() > start:
                yield text[: match.start()] + match[1] + text[match.end() :]


def _name(predicate: NamedNode) -> str:
    local = re.escape(re.split(r"[#/:]", predicate.value)[-1])
    return rf"(?:<[^>\s]*{local}>|[\w.-]*:{local})"


def _value(value: object) -> str:
    """A term as it may be written."""
    if isinstance(value, NamedNode):
        local = re.escape(re.split(r"[#/:]", value.value)[-1])
        return rf"(?:<[^>\s]*{local}>|[\w.-]*:[^\s,;]*{local})"
    if not isinstance(value, Literal):
        return r"(?!)"
    quoted = re.escape(str(Literal(value.value)))
    kind = r"(?:@[A-Za-z0-9-]+|\^\^[^\s,;]+)?"
    return rf"(?:{quoted}{kind}|{re.escape(value.value)})"


def _kept(value: object) -> str:
    """A term as Turtle writes it, for the right side of a replacement."""
    if isinstance(value, Literal) and value.datatype.value == XSD.INTEGER:
        return value.value
    return str(value).replace("\\", r"\\")


def _states(text: str, form: RdfForm, wanted: set[Triple]) -> bool:
    return set(_stated(text, form)) == wanted


def _stated(text: str, form: RdfForm) -> list[Triple]:
    """What a text states; nothing where it is not of its form."""
    try:
        return [quad.triple for quad in RdfText(text.encode(), file="", form=form).quads()]
    except SourceError:
        return []
