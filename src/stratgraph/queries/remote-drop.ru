# On a remote server: a graph is removed if it is there.
DROP SILENT GRAPH <x:graph>
