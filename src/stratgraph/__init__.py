"""Strategic plans as a validated, queryable knowledge graph with provenance for every triple."""
