"""The parts of two texts: which is which, and how much of them the elements already show that are stated there."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from stratgraph.identifiers import natural_key
from stratgraph.review.things import is_part
from stratgraph.terms import DCTERMS, SG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.review.things import Things

_WORDINGS: Final = (SG.TEXT, DCTERMS.TITLE)


def parts_of(things: Things) -> list[str]:
    """The parts of a text, as people count."""
    return sorted((iri for iri in things.iris if is_part(things.type(iri))), key=natural_key)


def same_parts(new: Things, old: Things) -> dict[str, str]:
    """Of each part of the new text, the part of the old one that it is.

    A part is named by its number, which changes where another is put before it: so what has the same wording comes
    first, and the name only for what is left.
    """
    found: dict[str, str] = {}
    rest, rest_before = parts_of(new), parts_of(old)
    for key in (_named_wording, _wording, _name):
        waiting: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for was in reversed(rest_before):
            if mark := key(old, was):
                waiting[mark].append(was)
        for iri in rest:
            mark = key(new, iri)
            if mark and waiting[mark]:
                found[iri] = waiting[mark].pop()
        taken = set(found.values())
        rest = [iri for iri in rest if iri not in found]
        rest_before = [was for was in rest_before if was not in taken]
    return found


def _named_wording(things: Things, iri: str) -> tuple[str, ...]:
    wording = _wording(things, iri)
    return (iri, *wording) if wording else ()


def _wording(things: Things, iri: str) -> tuple[str, ...]:
    text = things.graph.text(iri, SG.TEXT)
    return (things.type(iri), text) if text else ()


def _name(things: Things, iri: str) -> tuple[str, ...]:
    return (things.type(iri), iri)


class Stated:
    """What of a text its elements show.

    Args:
        things: of the plan.
    """

    def __init__(self, things: Things) -> None:
        self._things = things
        self._wordings: dict[str, set[str]] = defaultdict(set)
        self._holding: set[str] = set()
        for iri in things.iris:
            for part in things.graph.iris(iri, SG.STATED_IN):
                self._holding.update(things.chain(part))
                self._wordings[part].update(
                    _flat(wording) for name in _WORDINGS if (wording := things.graph.text(iri, name))
                )

    def rest(self, part: str, text: str) -> str | None:
        """What a text of a part says beside the elements that are stated in it; None where none is."""
        around = {wording for above in self._things.chain(part) for wording in self._wordings.get(above, ())}
        return _without(_flat(text), around) if around else None

    def is_whole(self, part: str) -> bool:
        """Whether there is nothing to a part but elements: all its words are theirs, or it only holds them."""
        text = self._things.graph.text(part, SG.TEXT)
        if not text:
            return part in self._holding
        rest = self.rest(part, text)
        return rest is not None and not any(map(str.isalnum, rest))


def _without(text: str, wordings: Iterable[str]) -> str:
    for wording in sorted(wordings, key=lambda one: (-len(one), one)):
        # A part may be the piece of a wording, such as one of the paragraphs of a long one.
        if text in wording:
            return ""
        text = text.replace(wording, "")
    return text


def _flat(text: str) -> str:
    return " ".join(text.split())
