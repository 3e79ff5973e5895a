# On a remote server: a graph gets the content of another.
COPY GRAPH <x:from> TO GRAPH <x:to>
