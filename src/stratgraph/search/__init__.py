"""Search in texts and labels: of plans and of the vocabularies that links lead to; in memory, without a model.

Words are compared by their English stems, and names in any language as they are written.
"""

from stratgraph.search.acronyms import acronyms, spelt_out
from stratgraph.search.index import Document, Hit, Question, TextIndex, question
from stratgraph.search.lexicon import Entry, Lexicon, Name, lexicon, read_lexicon
from stratgraph.search.names import Likeness, NameIndex

__all__ = [
    "Document",
    "Entry",
    "Hit",
    "Lexicon",
    "Likeness",
    "Name",
    "NameIndex",
    "Question",
    "TextIndex",
    "acronyms",
    "lexicon",
    "question",
    "read_lexicon",
    "spelt_out",
]
