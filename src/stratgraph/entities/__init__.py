"""What is published of one thing, by its IRI: whatever the store describes or leads to."""

from stratgraph.entities.annotations import annotations_of
from stratgraph.entities.citation import InPlan, cite, plan_of, plans_of, rights_iri, schema_org
from stratgraph.entities.description import (
    Description,
    Named,
    Property,
    Standing,
    describe,
    is_known,
    names_of,
    near_names,
    own_names,
    texts_of,
)
from stratgraph.entities.evidence import Evidence, Piece, Reason, Rest, Wording, evidence_of, pieces_of, wordings_of
from stratgraph.entities.link_table import Choices, Wanted, link_choices, link_rows
from stratgraph.entities.links import Link, links_of
from stratgraph.entities.passages import MarkedRun, Passage, marked_words, passages_of
from stratgraph.entities.past import Change, InVersion, past_of
from stratgraph.entities.places import Place, places_of

__all__ = [
    "Change",
    "Choices",
    "Description",
    "Evidence",
    "InPlan",
    "InVersion",
    "Link",
    "MarkedRun",
    "Named",
    "Passage",
    "Piece",
    "Place",
    "Property",
    "Reason",
    "Rest",
    "Standing",
    "Wanted",
    "Wording",
    "annotations_of",
    "cite",
    "describe",
    "evidence_of",
    "is_known",
    "link_choices",
    "link_rows",
    "links_of",
    "marked_words",
    "names_of",
    "near_names",
    "own_names",
    "passages_of",
    "past_of",
    "pieces_of",
    "places_of",
    "plan_of",
    "plans_of",
    "rights_iri",
    "schema_org",
    "texts_of",
    "wordings_of",
]
