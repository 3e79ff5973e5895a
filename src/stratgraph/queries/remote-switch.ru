# On a remote server: a publication comes into force in place of the one before, if that one still is; in one operation,
# whose record is in the publication's own graph. No WHERE with OPTIONAL, which Virtuoso does not match; no PREFIX, which
# Oxigraph does not read after a semicolon.
DELETE { GRAPH <x:publications> { <x:publications> <http://www.w3.org/ns/sparql-service-description#defaultDataset> <x:before> } }
INSERT {
  GRAPH <x:publications> { <x:publications> <http://www.w3.org/ns/sparql-service-description#defaultDataset> <x:publication> }
  GRAPH <x:publication> { <x:publication> <http://purl.org/dc/terms/replaces> <x:before> }
}
WHERE { GRAPH <x:publications> { <x:publications> <http://www.w3.org/ns/sparql-service-description#defaultDataset> <x:before> } }
