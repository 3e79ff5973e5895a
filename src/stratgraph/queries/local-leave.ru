# A graph leaves the default graph, as it is now: of its triples those go that no other graph says which is part of it.
DELETE { ?subject ?property ?value }
WHERE {
  GRAPH <x:graph> { ?subject ?property ?value }
  FILTER NOT EXISTS { GRAPH ?other { ?subject ?property ?value } FILTER (?other IN (<x:others>)) }
}
