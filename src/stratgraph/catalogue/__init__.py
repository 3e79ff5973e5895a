"""What is published, for machines that look for data: VoID and DCAT, generated from the store.

The server gives the address under which it is served; the counts come from the queries ``catalogue-*`` and ``void-*``.
"""

from stratgraph.catalogue.contents import (
    Catalogue,
    Dataset,
    Figures,
    Links,
    Plan,
    read_catalogue,
    things_by_class,
    triples_by_property,
)
from stratgraph.catalogue.dcat import EXPORTS, Download, dataset_iri, dcat, downloads_of, table_address
from stratgraph.catalogue.partitions import CURRENT, partitions_of
from stratgraph.catalogue.self_description import ENDPOINT, called, how_to_ask, partitions, prefixes
from stratgraph.catalogue.usage import UsedClass, UsedProperty, used_classes
from stratgraph.catalogue.void import graph_address, void

__all__ = [
    "CURRENT",
    "ENDPOINT",
    "EXPORTS",
    "Catalogue",
    "Dataset",
    "Download",
    "Figures",
    "Links",
    "Plan",
    "UsedClass",
    "UsedProperty",
    "called",
    "dataset_iri",
    "dcat",
    "downloads_of",
    "graph_address",
    "how_to_ask",
    "partitions",
    "partitions_of",
    "prefixes",
    "read_catalogue",
    "table_address",
    "things_by_class",
    "triples_by_property",
    "used_classes",
    "void",
]
