# On a remote server: its own default graph gets the content of another graph.
COPY GRAPH <x:from> TO DEFAULT
