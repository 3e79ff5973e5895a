"""What things are, where they stand and what values they have, as reconciliation tells it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from stratgraph.reconciliation.ids import full_iri
from stratgraph.reconciliation.model import Entity, Kind
from stratgraph.terms import ORG, RDF, SG, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.reconciliation.model import Json, Wanted
    from stratgraph.search import Entry, Lexicon
    from stratgraph.store import Term

_UP: Final = (
    SKOS.BROADER,
    SG.PART_OF,
    SG.STATEMENT_OF,
    SG.SUPPORTS_OBJECTIVE,
    SG.EXPECTED_FOR,
    SG.INDICATOR_OF,
    SG.OF_UNIT,
    ORG.UNIT_OF,
)
"""What leads to the thing that something stands in; the first that it has."""

_SHOWN: Final = 100
_SEPARATOR: Final = " · "


class Things:
    """The entries of a lexicon, with their types.

    Args:
        lexicon: what there is.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._types: dict[str, tuple[str, ...]] = {}
        counts: Counter[str] = Counter()
        for iri, entry in lexicon.entries.items():
            self._types[iri] = tuple(dict.fromkeys(entry.things(RDF.TYPE, SKOS.IN_SCHEME)))
            counts.update(self._types[iri])
        self._counts = counts
        # The rarer a type, the more it says.
        for iri, types in self._types.items():
            self._types[iri] = tuple(sorted(types, key=lambda one: (counts[one], one)))
        self.kinds = {iri: self._kind(iri, frozenset()) for iri in sorted(counts)}

    def types(self, iri: str) -> tuple[str, ...]:
        """The IRIs of a thing's types, those that say most first."""
        return self._types.get(iri, ())

    def kinds_of(self, iri: str) -> tuple[Kind, ...]:
        """A thing's types, those that say most first."""
        return tuple(self.kinds[one] for one in self.types(iri))

    @cached_property
    def of_type(self) -> dict[str, frozenset[str]]:
        """The IRIs of the things of each type."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for iri, types in self._types.items():
            for one in types:
                found[one].add(iri)
        return {one: frozenset(iris) for one, iris in found.items()}

    def where(self, entry: Entry) -> tuple[str, ...]:
        """What a thing stands in, from the outside inwards."""
        found: list[str] = []
        passed = {entry.iri}
        while above := next((iri for iri in entry.things(*_UP) if iri in self.lexicon.entries), ""):
            if above in passed:
                break
            passed.add(above)
            entry = self.lexicon.entries[above]
            found.append(entry.label)
        return tuple(reversed(found))

    def describe(self, iri: str) -> str:
        """What kind of thing it is, and what it stands in."""
        kinds = self.kinds_of(iri)
        where = self.where(self.lexicon.entries[iri])
        state = "no longer used" if self.lexicon.entries[iri].is_deprecated else ""
        parts = (state, kinds[0].name if kinds else "", self._scheme(iri), where[-1] if where else "")
        return _SEPARATOR.join(_short(part) for part in dict.fromkeys(parts) if part)

    def code(self, entry: Entry) -> str:
        """How people cite what belongs to a plan, ``ITU-D objective 3 output 2``, by number or else position."""
        numbers = entry.texts(SG.NOTATION) or entry.texts(SG.POSITION)
        if not numbers or not entry.things(SG.IN_PLAN):
            return next(iter(numbers), "")
        above = next((iri for iri in entry.things(*_UP) if iri in self.lexicon.entries), "")
        before = self.code(self.lexicon.entries[above]) if above else ""
        return " ".join((before, self.lexicon.label(self.types(entry.iri)[0]), numbers[0])).strip()

    def properties(self, type_: str) -> tuple[str, ...]:
        """The IRIs of the properties that things of a type have, those that most of them have first."""
        iris = self.of_type.get(type_, frozenset()) if type_ else self.lexicon.entries
        counts = Counter(name for iri in iris for name in self.lexicon.entries[iri].properties)
        return tuple(sorted(counts, key=lambda name: (-counts[name], name)))

    def values(self, iri: str, wanted: Wanted) -> tuple[Json, ...]:
        """The values of a property of a thing; none where there is no such thing."""
        entry = self.lexicon.entries.get(iri)
        said = entry.values(full_iri(wanted.id)) if entry else ()
        found = [self._value(term) for term in said if _is_of_language(term, wanted.language)]
        return tuple(found[: wanted.limit or None])

    def entities(self, entry: Entry, property_: str) -> Iterator[Entity]:
        """The values of a property, as they are compared: IRI, where there is one, and each name and code, or text."""
        for term in entry.values(property_):
            if isinstance(term, NamedNode):
                yield Entity(term.value, self.lexicon.label(term.value))
                if known := self.lexicon.entries.get(term.value):
                    called = (*(name.text for name in known.names), *known.texts(SG.NOTATION, SKOS.NOTATION))
                    yield from (Entity(term.value, name) for name in called)
            elif isinstance(term, Literal):
                yield Entity("", term.value)

    def _value(self, term: Term) -> Json:
        if isinstance(term, NamedNode) and term.value in self.lexicon.entries:
            return {"id": term.value, "name": self.lexicon.label(term.value)}
        text = str(getattr(term, "value", term))
        if isinstance(term, Literal):
            try:
                return _typed(text, term.datatype.value)
            except ValueError:  # not what its datatype says
                pass
        return {"str": text}

    def _scheme(self, iri: str) -> str:
        schemes = self.lexicon.entries[iri].things(SKOS.IN_SCHEME)
        return self.kinds[schemes[0]].name if schemes else ""

    def _kind(self, iri: str, passed: frozenset[str]) -> Kind:
        above = [one for one in self.lexicon.broader.get(iri, ()) if one in self._counts and one not in passed]
        return Kind(iri, self.lexicon.label(iri), tuple(self._kind(one, passed | {iri}) for one in above))


def _typed(text: str, datatype: str) -> Json:
    if datatype == XSD.INTEGER:
        return {"int": int(text)}
    if datatype in {XSD.DECIMAL, XSD.DOUBLE}:
        number = float(text)
        return {"float": number} if math.isfinite(number) else {"str": text}
    if datatype in {XSD.DATE_TIME, XSD.DATE}:
        time = text if datatype == XSD.DATE_TIME else f"{text}T00:00:00"
        datetime.fromisoformat(time)
        return {"date": time}
    return {"str": text}


def _is_of_language(term: Term, language: str) -> bool:
    if not language or not isinstance(term, Literal) or not term.language:
        return True
    return term.language.lower() == language.lower()


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1].rstrip()}…"
