"""Vocabularies of others that links lead to: read, mended where they break SKOS, recorded.

Those that come with the program are in ``data/vocabularies/``; any other file of SKOS is read as well. What is
published of a vocabulary is its graph, which is part of the current view, and beside it the record of where it comes
from and on what terms. Publishing is ``stratgraph.publication``'s.
"""

from stratgraph.vocabularies.checking import check_vocabulary
from stratgraph.vocabularies.kept import KeptVocabulary, is_kept, kept_vocabularies
from stratgraph.vocabularies.model import Vocabulary
from stratgraph.vocabularies.reading import (
    SHIPPED,
    describe_vocabulary,
    read_vocabulary,
    read_vocabulary_file,
    says_more_than_names,
)

__all__ = [
    "SHIPPED",
    "KeptVocabulary",
    "Vocabulary",
    "check_vocabulary",
    "describe_vocabulary",
    "is_kept",
    "kept_vocabularies",
    "read_vocabulary",
    "read_vocabulary_file",
    "says_more_than_names",
]
