"""Questions and answers of the Reconciliation Service API 0.2, each answer with the JSON that the specification wants.

The sections named are those of the final report of the W3C Entity Reconciliation Community Group, 10 April 2023.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from stratgraph.reconciliation.ids import short_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Json: TypeAlias = dict[str, Any]


class Strictness(StrEnum):
    """What the types of a query ask for (section 4.1, ``type_strict``)."""

    ANY = "any"
    ALL = "all"
    SHOULD = "should"


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing that is named as a value.

    Args:
        id: its IRI.
        name: what it is called; empty where that is not said.
    """

    id: str
    name: str = ""


Value: TypeAlias = str | int | float | bool | Entity


@dataclass(frozen=True, slots=True)
class Condition:
    """What a thing is to have beside its name: one of some values of a property.

    Args:
        property_: its IRI.
        values: at least one.
    """

    property_: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A question (section 4.1), with a text, or conditions, or both; without either nothing is meant.

    Args:
        text: a name, a code or an IRI; empty where only conditions are given.
        types: IRIs of classes or concept schemes; none asks for anything.
        limit: how many candidates at most.
        conditions: which raise or lower the score.
        strictness: whether a candidate must be of one of the types, of all, or rather is.
    """

    text: str = ""
    types: tuple[str, ...] = ()
    limit: int = 10
    conditions: tuple[Condition, ...] = ()
    strictness: Strictness = Strictness.ANY


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of things (section 2.2).

    Args:
        id: IRI of a class or a concept scheme.
        name: what it is called.
        broader: the types directly above it.
    """

    id: str
    name: str
    broader: tuple[Kind, ...] = ()

    def as_json(self, *, with_broader: bool = False) -> Json:
        """Id, which has no ``#``, and name, and on request the types above."""
        found: Json = {"id": short_id(self.id), "name": self.name}
        if with_broader and self.broader:
            found["broader"] = [kind.as_json(with_broader=True) for kind in self.broader]
        return found


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be meant (section 4.2).

    Args:
        id: its IRI.
        name: what it is called, in English where it has an English name.
        description: what kind of thing it is, and where it stands.
        score: from 0 to 100.
        is_match: whether it is clear that this one is meant.
        types: those that say most first.
        features: what the score is made of, by name, each from 0 to 1.
    """

    id: str
    name: str
    description: str
    score: float
    is_match: bool
    types: tuple[Kind, ...]
    features: Mapping[str, float]

    def as_json(self) -> Json:
        """A reconciliation candidate."""
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "score": self.score,
            "match": self.is_match,
            "type": [kind.as_json() for kind in self.types],
            "features": [{"id": name, "value": value} for name, value in self.features.items()],
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entity, property or type that somebody may be about to name (section 6.3).

    Args:
        id: its IRI; of a property or type, its id without ``#``.
        name: what it is called.
        description: what tells it from others of the same name; may be empty.
        types: of an entity, those that say most first.
        broader: of a type.
    """

    id: str
    name: str
    description: str = ""
    types: tuple[Kind, ...] = ()
    broader: tuple[Kind, ...] = ()

    def as_json(self) -> Json:
        """An item of a suggest response."""
        found: Json = {"id": self.id, "name": self.name}
        if self.description:
            found["description"] = self.description
        if self.types:
            found["notable"] = [kind.as_json() for kind in self.types]
        if self.broader:
            found["broader"] = [kind.as_json(with_broader=True) for kind in self.broader]
        return found


@dataclass(frozen=True, slots=True)
class Preview:
    """What a small page about a thing shows (section 5).

    Args:
        id: its IRI.
        name: what it is called.
        kind: the type that says most; empty where it has none.
        text: what it says itself; empty where that is its name.
        where: what it stands in, from the outside inwards: names.
        other_names: in other languages, by their tags.
    """

    id: str
    name: str
    kind: str
    text: str
    where: tuple[str, ...]
    other_names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A property whose values are asked for (section 7.3).

    Args:
        id: as it was asked for, its IRI or a shorter id.
        limit: how many values of each thing at most; 0 is all.
        language: tag of the language that texts are wanted in; empty is any.
    """

    id: str
    limit: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class ExtensionQuery:
    """A question for the values of some properties of some things.

    Args:
        ids: IRIs of the things.
        properties: in the order of the columns.
    """

    ids: tuple[str, ...]
    properties: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    """Properties that things of a type have (section 7.2).

    Args:
        type_: IRI of the type; empty for any.
        properties: those that most of them have first.
        limit: how many were asked for; None where that was not said.
    """

    type_: str
    properties: tuple[Suggestion, ...]
    limit: int | None = None

    def as_json(self) -> Json:
        """A data extension property proposal response."""
        found: Json = {"properties": [one.as_json() for one in self.properties]}
        if self.type_:
            found["type"] = self.type_
        if self.limit is not None:
            found["limit"] = self.limit
        return found


@dataclass(frozen=True, slots=True)
class Extension:
    """The values of some properties of some things (section 7.4).

    Args:
        properties: id and name, in the order asked.
        rows: by the things' IRIs, then by the properties'; a value as the JSON object that the specification wants.
    """

    properties: tuple[Entity, ...]
    rows: Mapping[str, Mapping[str, tuple[Json, ...]]] = field(default_factory=dict)

    def as_json(self) -> Json:
        """A data extension response."""
        return {
            "meta": [{"id": one.id, "name": one.name} for one in self.properties],
            "rows": {
                iri: {name: list(values) for name, values in columns.items()} for iri, columns in self.rows.items()
            },
        }


def results_as_json(results: Mapping[str, Sequence[Candidate]]) -> Json:
    """A reconciliation result batch: the candidates of each query by its name."""
    return {name: {"result": [one.as_json() for one in candidates]} for name, candidates in results.items()}


def suggestions_as_json(suggestions: Sequence[Suggestion]) -> Json:
    """A suggest response."""
    return {"result": [one.as_json() for one in suggestions]}
