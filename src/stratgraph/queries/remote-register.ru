# On a remote server: a publication begins to write.
INSERT DATA { GRAPH <x:publications> { <x:publications> <http://purl.org/dc/terms/hasPart> <x:publication> } }
