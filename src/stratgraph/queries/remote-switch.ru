# On a remote server: a publication comes into force. No WHERE with OPTIONAL, which Virtuoso does not match; no PREFIX,
# which Oxigraph does not read after a semicolon.
DELETE WHERE { GRAPH <x:publications> { <x:publications> <http://www.w3.org/ns/sparql-service-description#defaultDataset> ?before } } ;
INSERT DATA { GRAPH <x:publications> { <x:publications> <http://www.w3.org/ns/sparql-service-description#defaultDataset> <x:publication> } }
