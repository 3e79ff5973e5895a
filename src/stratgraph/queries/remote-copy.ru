# On a remote server: a graph gets the content of another beside its own, if a publication is in force.
INSERT { GRAPH <x:to> { ?subject ?property ?value } }
WHERE {
  GRAPH <x:publications> { <x:publications> <http://www.w3.org/ns/sparql-service-description#defaultDataset> <x:publication> }
  GRAPH <x:from> { ?subject ?property ?value }
}
