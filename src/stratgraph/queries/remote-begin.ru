# On a remote server where no publication ever was in force: none is, which is then said as of one.
INSERT { GRAPH <x:publications> { <x:publications> <http://www.w3.org/ns/sparql-service-description#defaultDataset> <x:none> } }
WHERE {
  GRAPH <x:publications> { <x:publications> <http://purl.org/dc/terms/hasPart> <x:publication> }
  FILTER NOT EXISTS { GRAPH <x:publications> { <x:publications> <http://www.w3.org/ns/sparql-service-description#defaultDataset> ?publication } }
}
