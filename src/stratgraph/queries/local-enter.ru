# A graph becomes part of the default graph.
INSERT { ?subject ?property ?value }
WHERE { GRAPH <x:graph> { ?subject ?property ?value } }
