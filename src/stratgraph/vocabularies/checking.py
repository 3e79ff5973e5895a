"""A vocabulary is held against the shapes of SKOS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratgraph.validation import ENGINES, Report
from stratgraph.validation.engines import validate
from stratgraph.validation.findings import described, to_findings
from stratgraph.validation.rules import VOCABULARY_SETS, load_shapes

if TYPE_CHECKING:
    from stratgraph.vocabularies.model import Vocabulary


def check_vocabulary(vocabulary: Vocabulary, *, engine: str = ENGINES[0]) -> Report:
    """What the shapes of SKOS find in a vocabulary; a Violation is a breach of SKOS's own integrity conditions.

    Raises:
        UsageError: there is no such engine.
    """
    shapes = load_shapes(VOCABULARY_SETS)
    results = validate(vocabulary.triples, shapes, engine=engine)
    findings = to_findings(results, shapes.rules, described(vocabulary.triples), None)
    return Report(findings, (vocabulary.graph,), engine, shapes)
