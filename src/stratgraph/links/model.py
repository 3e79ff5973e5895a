"""Mappings of elements of plans to concepts of others, as SSSOM models them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stratgraph.identifiers import links_graph, record_graph

if TYPE_CHECKING:
    import datetime as dt

    from stratgraph.errors import Location


@dataclass(frozen=True, slots=True)
class Mapping:
    """One mapping: that a subject is in some relation to an object, on whose word, and how sure.

    Args:
        record: IRI of the record.
        subject: IRI of an element or another thing of a plan, or of a concept.
        predicate: IRI, such as ``sg:contributesToTarget``, ``dcterms:subject`` or a mapping relation of SKOS.
        object: IRI of a concept, or of another thing of others.
        justification: IRI, how it was found: a term of SEMAPV.
        subject_label: what people called the subject when the mapping was made; empty where that is not said.
        object_label: what people called the object then; empty where that is not said.
        confidence: from 0 to 1; None where that is not said.
        authors: IRIs of the people who answer for it.
        author_labels: their names.
        date: when it was made or last confirmed; None where that is not said.
        comment: why; empty where that is not said.
        subject_source: IRI of the plan.
        subject_source_version: of the plan's version whose words were looked at.
        object_source: IRI of the object's concept scheme.
        subject_sha256: digest of those words (:func:`digest`); empty where that is not said.
        is_negative: it says that the two are not in that relation.
        others: the values of all other slots of SSSOM, each with the slot's name; IRIs are in full.
        where: its row in a file; None where it is from no file.
    """

    record: str
    subject: str
    predicate: str
    object: str
    justification: str
    subject_label: str = ""
    object_label: str = ""
    confidence: float | None = None
    authors: tuple[str, ...] = ()
    author_labels: tuple[str, ...] = ()
    date: dt.date | None = None
    comment: str = ""
    subject_source: str = ""
    subject_source_version: str = ""
    object_source: str = ""
    subject_sha256: str = ""
    is_negative: bool = False
    others: tuple[tuple[str, str], ...] = ()
    where: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class MappingSet:
    """Mappings that are published together.

    Args:
        name: as it stands in the names of its graphs.
        iri: of the set.
        licence: IRI of the licence.
        mappings: sorted by the IRIs of their records as people count.
        title: of the set; empty where it has none.
        description: what the set is; empty where it has none.
        version: of the set; empty where it has none.
        others: the values of all other slots of SSSOM that the set has for itself, as with a mapping.
    """

    name: str
    iri: str
    licence: str
    mappings: tuple[Mapping, ...]
    title: str = ""
    description: str = ""
    version: str = ""
    others: tuple[tuple[str, str], ...] = ()

    @property
    def graph(self) -> str:
        """The named graph of its direct triples."""
        return links_graph(self.name)

    @property
    def record(self) -> str:
        """The named graph of its full records."""
        return record_graph(self.graph)


def digest(text: str) -> str:
    """SHA-256 of a subject's text in UTF-8, by which it is known whether the text is still the one that was mapped."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
