"""Strategic plans as a validated, queryable knowledge graph with provenance for every triple."""

__version__ = "0.1.0"
