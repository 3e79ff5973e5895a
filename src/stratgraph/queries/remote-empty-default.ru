# On a remote server: its own default graph is emptied, if a publication is in force.
DELETE { ?subject ?property ?value }
WHERE {
  GRAPH <x:publications> { <x:publications> <http://www.w3.org/ns/sparql-service-description#defaultDataset> <x:publication> }
  ?subject ?property ?value
}
