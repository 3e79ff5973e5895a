"""Search in texts and labels: of plans and of the vocabularies that links lead to; without a model.

For suggestions and reconciliation in memory: words are compared by their English stems, and names in any language as
they are written. For people in a file, :class:`CurrentWords`: every text in every language, in its word forms.
"""

from stratgraph.search.acronyms import acronyms, spelt_out
from stratgraph.search.current import CurrentWords, index_snapshot
from stratgraph.search.excerpts import Run, excerpt
from stratgraph.search.index import Document, Hit, Question, TextIndex, question
from stratgraph.search.lexicon import Entry, Lexicon, Name, lexicon, read_lexicon
from stratgraph.search.names import Likeness, NameIndex
from stratgraph.search.typed import Typed, read_typed
from stratgraph.search.word_index import Found, FoundText, WordIndex

__all__ = [
    "CurrentWords",
    "Document",
    "Entry",
    "Found",
    "FoundText",
    "Hit",
    "Lexicon",
    "Likeness",
    "Name",
    "NameIndex",
    "Question",
    "Run",
    "TextIndex",
    "Typed",
    "WordIndex",
    "acronyms",
    "excerpt",
    "index_snapshot",
    "lexicon",
    "question",
    "read_lexicon",
    "read_typed",
    "spelt_out",
]
