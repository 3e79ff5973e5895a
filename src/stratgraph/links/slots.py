"""The slots of SSSOM 1.1 in the order of its schema: what a table calls them, and what its RDF does.

Some are fields of ``Mapping`` and ``MappingSet``, since something is done with them here. All others are kept as they
came, so that who reviewed a mapping, or which tool found it, goes out again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from stratgraph.terms import DCTERMS, PROV, RDFS, SSSOM_NS


class Kind(Enum):
    """What the values of a slot are."""

    REFERENCE = auto()
    """IRIs, in tables as CURIEs: the schema's ``EntityReference``."""
    ADDRESS = auto()
    """IRIs in full: the schema's ``NonRelativeURI``."""
    TEXT = auto()
    NUMBER = auto()
    DAY = auto()


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot.

    Args:
        name: its column in a table, or its key in the head of one.
        kind: of its values.
        is_multiple: whether it may have several.
        is_shared: whether a value that all mappings have may stand in the head (the schema: "propagated").
        own_property: in RDF, where that is none of SSSOM's.
    """

    name: str
    kind: Kind = Kind.TEXT
    is_multiple: bool = False
    is_shared: bool = False
    own_property: str = ""

    @property
    def property(self) -> str:
        """Its IRI in RDF."""
        return self.own_property or f"{SSSOM_NS}{self.name}"


def _many(name: str, kind: Kind = Kind.TEXT, *, is_shared: bool = False, own_property: str = "") -> Slot:
    return Slot(name, kind, is_multiple=True, is_shared=is_shared, own_property=own_property)


def _shared(name: str, kind: Kind = Kind.TEXT) -> Slot:
    return Slot(name, kind, is_shared=True)


_SEE_ALSO: Final = _many("see_also", Kind.ADDRESS, own_property=RDFS.SEE_ALSO)
_CREATORS: Final = (_many("creator_id", Kind.REFERENCE, own_property=DCTERMS.CREATOR), _many("creator_label"))
_PUBLISHED: Final = Slot("publication_date", Kind.DAY, own_property=DCTERMS.ISSUED)

SET_SLOTS: Final = (
    Slot("mapping_set_id", Kind.ADDRESS),
    Slot("mapping_set_version"),
    _many("mapping_set_source", Kind.ADDRESS, own_property=PROV.WAS_DERIVED_FROM),
    Slot("mapping_set_title"),
    Slot("mapping_set_description"),
    Slot("mapping_set_confidence", Kind.NUMBER),
    *_CREATORS,
    Slot("license", Kind.ADDRESS),
    _PUBLISHED,
    _SEE_ALSO,
    Slot("issue_tracker", Kind.ADDRESS),
    Slot("other"),
    Slot("comment", own_property=RDFS.COMMENT),
)
"""Of a set itself; those that it has for its mappings are theirs."""

MAPPING_SLOTS: Final = (
    Slot("record_id", Kind.REFERENCE),
    Slot("subject_id", Kind.REFERENCE),
    Slot("subject_label"),
    Slot("subject_category"),
    Slot("predicate_id", Kind.REFERENCE),
    Slot("predicate_label"),
    Slot("predicate_modifier"),
    Slot("object_id", Kind.REFERENCE),
    Slot("object_label"),
    Slot("object_category"),
    Slot("mapping_justification", Kind.REFERENCE),
    _many("author_id", Kind.REFERENCE),
    _many("author_label"),
    _many("reviewer_id", Kind.REFERENCE),
    _many("reviewer_label"),
    *_CREATORS,
    Slot("license", Kind.ADDRESS, own_property=DCTERMS.LICENSE),
    _shared("subject_type"),
    _shared("subject_source", Kind.REFERENCE),
    _shared("subject_source_version"),
    _shared("object_type"),
    _shared("object_source", Kind.REFERENCE),
    _shared("object_source_version"),
    _shared("predicate_type"),
    _shared("mapping_provider", Kind.ADDRESS),
    Slot("mapping_source", Kind.REFERENCE),
    Slot("mapping_cardinality"),
    _many("cardinality_scope", is_shared=True),
    _shared("mapping_tool"),
    _shared("mapping_tool_id", Kind.REFERENCE),
    _shared("mapping_tool_version"),
    _shared("mapping_date", Kind.DAY),
    _PUBLISHED,
    Slot("review_date", Kind.DAY),
    Slot("confidence", Kind.NUMBER),
    Slot("reviewer_agreement", Kind.NUMBER),
    _many("curation_rule", Kind.REFERENCE, is_shared=True),
    _many("curation_rule_text", is_shared=True),
    _many("subject_match_field", Kind.REFERENCE, is_shared=True),
    _many("object_match_field", Kind.REFERENCE, is_shared=True),
    _many("match_string"),
    _many("subject_preprocessing", Kind.REFERENCE, is_shared=True),
    _many("object_preprocessing", Kind.REFERENCE, is_shared=True),
    Slot("similarity_score", Kind.NUMBER),
    _shared("similarity_measure"),
    _SEE_ALSO,
    Slot("issue_tracker_item", Kind.REFERENCE),
    Slot("other"),
    Slot("comment"),
)
"""Of a mapping."""

_FIELDS_OF_SET: Final = frozenset(
    ("mapping_set_id", "mapping_set_version", "mapping_set_title", "mapping_set_description", "license")
)
_FIELDS: Final = frozenset(
    (
        *("record_id", "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id"),
        *("object_label", "mapping_justification", "author_id", "author_label", "subject_source"),
        *("subject_source_version", "object_source", "mapping_date", "confidence", "comment"),
    )
)

OTHERS_OF_SET: Final = tuple(slot for slot in SET_SLOTS if slot.name not in _FIELDS_OF_SET)
"""Those that are no fields of ``MappingSet``."""

OTHERS: Final = tuple(slot for slot in MAPPING_SLOTS if slot.name not in _FIELDS)
"""Those that are no fields of ``Mapping``."""
