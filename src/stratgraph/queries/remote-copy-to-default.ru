# On a remote server: its own default graph gets the content of another, if a publication is in force.
INSERT { ?subject ?property ?value }
WHERE {
  GRAPH <x:publications> { <x:publications> <http://www.w3.org/ns/sparql-service-description#defaultDataset> <x:publication> }
  GRAPH <x:from> { ?subject ?property ?value }
}
