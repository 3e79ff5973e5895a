"""Answers of the Reconciliation Service API 0.2 over what a lexicon has: candidates, suggestions, previews, values."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from stratgraph.errors import NotFound
from stratgraph.reconciliation.codes import Codes
from stratgraph.reconciliation.ids import full_iri, short_id
from stratgraph.reconciliation.model import (
    Candidate,
    Entity,
    Extension,
    Preview,
    Proposals,
    Strictness,
    Suggestion,
)
from stratgraph.reconciliation.things import Things
from stratgraph.search import Likeness, NameIndex
from stratgraph.search.words import folded
from stratgraph.terms import DCTERMS, OWL, SG, SKOS
from stratgraph.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stratgraph.reconciliation.model import Condition, ExtensionQuery, Kind, Query, Value
    from stratgraph.search import Entry, Lexicon

_SURE: Final = 95.0
"""The score from which a candidate may be the one that is meant."""

_MARGIN: Final = 5.0
"""How far the next candidate must be behind it; behind one that fits wholly it need only be behind."""

_WHOLE: Final = 100.0

_CONDITIONS: Final = 0.4
"""How much the conditions of a query count beside its text."""

_OTHER_TYPE: Final = 0.8
"""What a candidate of none of the types is worth where it rather should be of one."""

_DEPRECATED: Final = 0.9
"""What a candidate is worth that is no longer to be used."""

_AS_TEXT: Final = 0.9
"""How alike in letters a text and a value are to be before that counts as a likeness."""

_LONGER: Final = 3
"""So many times the candidates that are asked for are looked at, since conditions and types change their order."""

_PAGE: Final = 20


class Reconciler:
    """A lexicon as a reconciliation service; does not change, and may be asked from several threads at once.

    Args:
        lexicon: of a store. A server keeps the reconciler for as long as the store's ``state`` is the same.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._things = Things(lexicon)
        self._entries = lexicon.entries
        same = {iri: entry.iri for entry in lexicon.entries.values() for iri in entry.things(OWL.SAME_AS)}
        # What is an entry is that entry, whatever others are said to be the same.
        self._by_iri = same | {iri: iri for iri in lexicon.entries}
        self._lexicon = lexicon
        self._codes = Codes(lexicon.entries.values(), lambda entry: (k.name for k in self._things.kinds_of(entry.iri)))
        self._names = NameIndex(pair for entry in lexicon.entries.values() for pair in self._names_of(entry))

    @property
    def types(self) -> tuple[Kind, ...]:
        """The types that there are things of, by their IRIs."""
        return tuple(self._things.kinds.values())

    def reconcile(self, queries: Mapping[str, Query]) -> dict[str, tuple[Candidate, ...]]:
        """The candidates for each query of a batch, best first, then by their IRIs; each query by itself."""
        return {name: self.candidates(query) for name, query in queries.items()}

    def candidates(self, query: Query) -> tuple[Candidate, ...]:
        """The candidates for one query, best first, then by their IRIs."""
        among = self._among(query)
        found = self._by_text(query, among) if query.text else self._by_conditions(query, among)
        scored = sorted((self._scored(one, query) for one in found), key=lambda one: (-one[0], one[1]))
        best = scored[: query.limit]
        clear = self._clear(scored)
        return tuple(
            Candidate(
                iri,
                self._lexicon.label(iri),
                self._things.describe(iri),
                score,
                is_match=iri == clear,
                types=self._things.kinds_of(iri),
                features=features,
            )
            for score, iri, features in best
        )

    def suggest_entities(self, prefix: str, *, cursor: int = 0, limit: int = _PAGE) -> tuple[Suggestion, ...]:
        """The things of which a name, code or IRI begins so, or has words that do.

        Args:
            prefix: what somebody has typed.
            cursor: how many to leave out, for the next page.
            limit: how many at most.
        """
        known = (prefix.strip(),) if prefix.strip() in self._entries else ()
        found = dict.fromkeys((*known, *self._names.beginning(prefix)))
        return tuple(
            Suggestion(iri, self._lexicon.label(iri), self._things.describe(iri), types=self._things.kinds_of(iri))
            for iri in list(found)[cursor : cursor + limit]
        )

    def suggest_properties(self, prefix: str, *, cursor: int = 0, limit: int = _PAGE) -> tuple[Suggestion, ...]:
        """The properties whose name or IRI begins so, or whose name has words that do."""
        found = self._beginning(prefix, {one: self._lexicon.label(one) for one in self._properties})
        return tuple(Suggestion(short_id(iri), self._lexicon.label(iri)) for iri in found[cursor : cursor + limit])

    def suggest_types(self, prefix: str, *, cursor: int = 0, limit: int = _PAGE) -> tuple[Suggestion, ...]:
        """The types whose name or IRI begins so, or whose name has words that do."""
        kinds = self._things.kinds
        found = self._beginning(prefix, {iri: kind.name for iri, kind in kinds.items()})
        return tuple(
            Suggestion(short_id(iri), kinds[iri].name, self._amount(iri), broader=kinds[iri].broader)
            for iri in found[cursor : cursor + limit]
        )

    def preview(self, iri: str) -> Preview:
        """What a small page about a thing shows.

        Raises:
            NotFound: there is no such thing.
        """
        entry = self._entries.get(iri)
        if entry is None:
            raise NotFound(f"Nothing here is called <{iri}>.", mend="Ask for the id of a candidate.")
        others = {name.language: name.text for name in reversed(entry.names) if name.text != entry.label}
        kinds = self._things.kinds_of(iri)
        return Preview(
            iri,
            entry.label,
            kinds[0].name if kinds else "",
            entry.text if entry.text != entry.label else "",
            self._things.where(entry),
            {language: others[language] for language in sorted(others)},
        )

    def propose_properties(self, type_: str = "", *, limit: int | None = None) -> Proposals:
        """The properties that things of a type have, those that most of them have first; none of an unknown type."""
        found = self._things.properties(full_iri(type_))[:limit]
        return Proposals(type_, tuple(Suggestion(short_id(iri), self._lexicon.label(iri)) for iri in found), limit)

    def extend(self, query: ExtensionQuery) -> Extension:
        """The values of some properties of some things; none of a thing or a property that is not known."""
        return Extension(
            tuple(Entity(one.id, self._lexicon.label(full_iri(one.id))) for one in query.properties),
            {iri: {one.id: self._things.values(iri, one) for one in query.properties} for iri in query.ids},
        )

    def _names_of(self, entry: Entry) -> Iterator[tuple[str, str]]:
        """What somebody may call a thing: names, text, identifiers, codes alone and after the name of its type."""
        for name in entry.names:
            yield entry.iri, name.text
        if not entry.vocabulary:
            for text in (self._things.code(entry), *entry.texts(SG.TEXT, DCTERMS.IDENTIFIER)):
                yield entry.iri, text
            return
        types = self._things.types(entry.iri)
        for code in entry.texts(SKOS.NOTATION):
            yield entry.iri, code
            yield entry.iri, f"{self._lexicon.label(types[0])} {code}"

    def _among(self, query: Query) -> frozenset[str] | None:
        if not query.types or query.strictness is Strictness.SHOULD:
            return None
        sets = [self._things.of_type.get(type_, frozenset()) for type_ in query.types]
        if query.strictness is Strictness.ALL:
            return frozenset.intersection(*sets)
        return frozenset.union(*sets)

    def _by_text(self, query: Query, among: frozenset[str] | None) -> tuple[Likeness, ...]:
        iri = next((self._by_iri[one] for one in _spellings(query.text) if one in self._by_iri), "")
        if iri and (among is None or iri in among):
            return (Likeness(iri, query.text, 1.0, 1.0),)
        coded = [iri for iri in self._codes.find(query.text) if among is None or iri in among]
        alike = self._names.alike(query.text, limit=_LONGER * query.limit, among=among)
        meant = tuple(Likeness(iri, query.text, 1.0, 1.0) for iri in coded)
        return (*meant, *(one for one in alike if one.iri not in coded))

    def _by_conditions(self, query: Query, among: frozenset[str] | None) -> tuple[Likeness, ...]:
        """Whatever has a value that is asked for; the score is then that of the conditions alone."""
        found = sorted(self._entries if among is None else among)
        return tuple(
            Likeness(iri, "", 0.0, 0.0)
            for iri in found
            if any(self._fits(self._entries[iri], condition) == 1 for condition in query.conditions)
        )

    def _scored(self, found: Likeness, query: Query) -> tuple[float, str, dict[str, float]]:
        features: dict[str, float] = {}
        score = 0.0
        if query.text:
            features |= {"name_letters": round(found.letters, 4), "name_words": round(found.shared, 4)}
            score = found.score
        if query.conditions:
            fits = {one.property_: self._fits(self._entries[found.iri], one) for one in query.conditions}
            features |= {f"property {name}": round(value, 4) for name, value in fits.items()}
            mean = sum(fits.values()) / len(fits)
            score = (1 - _CONDITIONS) * score + _CONDITIONS * mean if query.text else mean
        if query.types:
            is_fitting = not set(query.types).isdisjoint(self._things.types(found.iri))
            features["type"] = float(is_fitting)
            score *= 1 if is_fitting else _OTHER_TYPE
        if self._entries[found.iri].is_deprecated:
            score *= _DEPRECATED
        return round(_WHOLE * score, 2), found.iri, features

    def _clear(self, scored: list[tuple[float, str, dict[str, float]]]) -> str:
        """The IRI of the candidate that is certainly meant; empty where none is."""
        if not scored or scored[0][0] < _SURE:
            return ""
        first, second = scored[0][0], scored[1][0] if len(scored) > 1 else 0.0
        is_clear = second < first if first == _WHOLE else second <= first - _MARGIN
        return scored[0][1] if is_clear else ""

    def _fits(self, entry: Entry, condition: Condition) -> float:
        """How well the best of a thing's values of a property agrees with one that is asked for, from 0 to 1."""
        values = tuple(self._things.entities(entry, condition.property_))
        return max((_agreement(value, asked) for value in values for asked in condition.values), default=0.0)

    @cached_property
    def _properties(self) -> tuple[str, ...]:
        return self._things.properties("")

    def _beginning(self, prefix: str, names: dict[str, str]) -> tuple[str, ...]:
        key = folded(prefix).strip()
        typed = prefix.strip()
        fitting = (
            iri
            for iri, name in names.items()
            if iri.startswith(typed) or short_id(iri).startswith(typed) or f" {folded(name)}".find(f" {key}") >= 0
        )
        return tuple(sorted(fitting, key=lambda iri: (not folded(names[iri]).startswith(key), names[iri], iri)))

    def _amount(self, type_: str) -> str:
        return counted(len(self._things.of_type[type_]), "thing")


def _agreement(value: Entity, asked: Value) -> float:
    if isinstance(asked, Entity):
        return float(value.id == asked.id)
    text = str(asked).lower() if isinstance(asked, bool) else str(asked)
    if text in {value.id, value.name}:
        return 1.0
    alike = fuzz.ratio(folded(text), folded(value.name)) / 100
    return alike if alike >= _AS_TEXT else 0.0


def _spellings(text: str) -> tuple[str, ...]:
    """An IRI as somebody may have copied it: with a slash at its end, or by the other of http and https."""
    iri = text.rstrip("/")
    scheme, colon, rest = iri.partition("://")
    other = {"http": "https", "https": "http"}.get(scheme, scheme)
    return (text, iri, f"{other}{colon}{rest}", full_iri(text))
