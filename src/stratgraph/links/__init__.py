"""Mappings of elements of plans to the concepts of others: SSSOM tables → records and direct triples → checked."""

from stratgraph.links.checks import LinkFinding, Trouble, check_links
from stratgraph.links.model import Mapping, MappingSet, digest
from stratgraph.links.published import chosen_sets, mappings_of, published_sets, replaced
from stratgraph.links.records import (
    TABLE_ENDING,
    direct_triples,
    graphs_of_set,
    read_records,
    record_triples,
    record_turtle,
    shipped,
    shipped_sets,
)
from stratgraph.links.report import LINK_REPORT_FORMATS, render_links
from stratgraph.links.sssom import read_mapping_set
from stratgraph.links.writing import SSSOM_TYPE, write_mapping_set

__all__ = [
    "LINK_REPORT_FORMATS",
    "SSSOM_TYPE",
    "TABLE_ENDING",
    "LinkFinding",
    "Mapping",
    "MappingSet",
    "Trouble",
    "check_links",
    "chosen_sets",
    "digest",
    "direct_triples",
    "graphs_of_set",
    "mappings_of",
    "published_sets",
    "read_mapping_set",
    "read_records",
    "record_triples",
    "record_turtle",
    "render_links",
    "replaced",
    "shipped",
    "shipped_sets",
    "write_mapping_set",
]
