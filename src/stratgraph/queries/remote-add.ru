# On a remote server without the Graph Store Protocol: triples are added to a graph.
INSERT DATA { GRAPH <x:graph> {
# the triples
} }
