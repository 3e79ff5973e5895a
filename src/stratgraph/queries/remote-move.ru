# On a remote server: a new graph takes the place of an old one.
MOVE GRAPH <x:from> TO GRAPH <x:to>
