"""What a version of a plan may have from another form, and a text of this form has no place for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal

from stratgraph.document import VALUES
from stratgraph.formats.annex.rows import BASELINE
from stratgraph.graph import ENGLISH, facts
from stratgraph.identifiers import organisation_iri
from stratgraph.terms import DCTERMS, ORG, OWL, RDF, RDFS, SG, SG_NS, SKOS

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from stratgraph.document import Evidence
    from stratgraph.graph import Fact
    from stratgraph.statements import StatedPlan

_OF_OTHERS: Final = (
    DCTERMS.CONFORMS_TO,
    RDF.TYPE,
    RDFS.LABEL,
    DCTERMS.TITLE,
    DCTERMS.SOURCE,
    DCTERMS.PUBLISHER,
    DCTERMS.IS_PART_OF,
    DCTERMS.IS_REPLACED_BY,
    ORG.UNIT_OF,
    SKOS.PREF_LABEL,
    SKOS.DEFINITION,
    SKOS.IN_SCHEME,
    SKOS.EDITORIAL_NOTE,
    OWL.DEPRECATED,
)
"""What is said in words of other vocabularies of a plan that was read from a text, or of what it withdrew."""

_NEVER: Final = (
    SG.MAIN_LANGUAGE,
    SG.HAS_TARGET,
    SG.HAS_ACTUAL_VALUE,
    SG.NUMERIC_VALUE,
    SG.UNIT_OF_MEASURE,
    SG.BREAKDOWN,
    SG.DATA_SOURCE,
    SG.FREQUENCY,
    SG.MEASURE_KIND,
    SG.START_DATE,
    SG.END_DATE,
    SG.MEASURES,
    SG.RESULT_OF,
)
"""What no text of this form says in the ontology's own words."""


def told(plan: StatedPlan) -> dict[Triple, Evidence]:
    """The statements of a plan that a text of this form can make: in one language, and of values only in brackets.

    Args:
        plan: from a source of any form.
    """
    unsaid = {*plan.graph.of_type(*VALUES)} - _baselines(plan)
    return {
        triple: evidence
        for fact, (triple, evidence) in zip(facts(plan.statements), plan.statements.items(), strict=True)
        if _is_said(fact, plan) and unsaid.isdisjoint((fact.subject.value, fact.object.value))
    }


def _baselines(plan: StatedPlan) -> set[str]:
    """Those that the wording of their element says."""
    graph = plan.graph
    return {
        value
        for iri in graph.subjects(SG.HAS_BASELINE)
        for said in [{match["value"] for match in BASELINE.finditer(graph.text(iri, SG.TEXT))}]
        for value in graph.iris(iri, SG.HAS_BASELINE)
        if graph.text(value, SG.TEXT) in said
    }


def _is_said(fact: Fact, plan: StatedPlan) -> bool:
    if not fact.subject.value.startswith(organisation_iri(plan.identifiers.organisation)):
        return False
    name = fact.predicate.value
    # Notes are the reader's own, in English.
    spoken = {None, plan.language, ENGLISH if name == SKOS.EDITORIAL_NOTE else None}
    if isinstance(fact.object, Literal) and fact.object.language not in spoken:
        return False
    return name in _OF_OTHERS or (name.startswith(SG_NS) and name not in _NEVER)
