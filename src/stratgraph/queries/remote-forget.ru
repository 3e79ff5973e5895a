# On a remote server: nothing of a publication is left.
DELETE DATA { GRAPH <x:publications> { <x:publications> <http://purl.org/dc/terms/hasPart> <x:publication> } }
