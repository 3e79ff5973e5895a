# On a remote server: a graph is emptied, if a publication is in force.
DELETE { GRAPH <x:graph> { ?subject ?property ?value } }
WHERE {
  GRAPH <x:publications> { <x:publications> <http://www.w3.org/ns/sparql-service-description#defaultDataset> <x:publication> }
  GRAPH <x:graph> { ?subject ?property ?value }
}
