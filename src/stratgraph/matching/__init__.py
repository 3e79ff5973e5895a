"""Which element of a revision is which element of the version before (design section 4).

A revision whose source does not name its elements is read with provisional IRIs. They are recognised by their place and
their text, get the IRI that they had, or a number never used before; how, and how sure, is recorded, and doubtful ones
are asked about.
"""

from stratgraph.matching.completion import completed
from stratgraph.matching.decisions import checked_decisions, read_decisions, read_successions, write_decisions
from stratgraph.matching.edition import is_in_another_language, with_other_languages
from stratgraph.matching.identity import identified
from stratgraph.matching.matcher import match
from stratgraph.matching.model import Match, Option, Question
from stratgraph.matching.outline import Outline
from stratgraph.matching.questions import accepted, questions
from stratgraph.matching.succession import Named, Relation, Succession, succession
from stratgraph.matching.unsaid import with_unsaid

__all__ = [
    "Match",
    "Named",
    "Option",
    "Outline",
    "Question",
    "Relation",
    "Succession",
    "accepted",
    "checked_decisions",
    "completed",
    "identified",
    "is_in_another_language",
    "match",
    "questions",
    "read_decisions",
    "read_successions",
    "succession",
    "with_other_languages",
    "with_unsaid",
    "write_decisions",
]
