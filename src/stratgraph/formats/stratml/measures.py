"""What an indicator is measured by: the targets that a file states, and where it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from stratgraph.formats.stratml.draft import attribute, child, is_said, words
from stratgraph.formats.stratml.schema import canonical
from stratgraph.terms import RDF, SG

if TYPE_CHECKING:
    from stratgraph.formats.stratml.draft import Draft, Item
    from stratgraph.formats.xml_tree import XmlElement

BASELINE: Final = "Baseline"
"""The name of the descriptor that says of a result that progress is counted from it."""

_INSTANCE: Final = "MeasurementInstance"


def is_measured(indicator: XmlElement) -> bool:
    """Whether a performance indicator says what is counted, or of which type it is; one that does not names a stage."""
    results = (e for e in indicator.children if canonical(e.name) == _INSTANCE)
    return bool(
        child(indicator, "UnitOfMeasurement")
        or attribute(indicator, "PerformanceIndicatorType")
        or any(is_said(words(below.text)) for result in results for below in result.descendants())
    )


def read_measures(draft: Draft, item: Item) -> None:
    """Targets, and results that are called a baseline. Others are results achieved: the model has no place for them."""
    targets = baselines = 0
    for result in item.element.descendants():
        name = canonical(result.name)
        descriptor = next((e for e in result.children if canonical(e.name) == "Descriptor"), None)
        called = child(descriptor, "DescriptorName") if descriptor else None
        is_baseline = called is not None and words(called.text).casefold() == BASELINE.casefold()
        if name == "ActualResult" and is_baseline:
            baselines += _state(draft, item, result, SG.BASELINE, baselines + 1)
        elif name == "TargetResult":
            targets += _state(draft, item, result, SG.TARGET, targets + 1)


def _state(draft: Draft, item: Item, result: XmlElement, kind: SG, number: int) -> bool:
    """One target or baseline; false where the result says nothing."""
    text, leaves = _wording(item.element, result, is_baseline=kind is SG.BASELINE)
    if not is_said(text):
        return False
    kpi = draft.ids.place_iri(item.place)
    segment, relation = ("target", SG.HAS_TARGET) if kind is SG.TARGET else ("baseline", SG.HAS_BASELINE)
    iri = f"{kpi}/{segment}/{number}"
    said = draft.of_text(*leaves)
    draft.say(kpi, relation, NamedNode(iri), said)
    draft.say(iri, RDF.TYPE, NamedNode(kind), draft.of_tag(result))
    draft.say_words(iri, SG.TEXT, text, said)
    draft.take(*leaves)
    return True


def _wording(indicator: XmlElement, result: XmlElement, *, is_baseline: bool) -> tuple[str, list[XmlElement]]:
    """All that a result says in one line, and the leaves that it stands in."""
    descriptor = next((e for e in result.children if canonical(e.name) == "Descriptor"), result)
    names = ("Description", "NumberOfUnits", "StartDate", "EndDate")
    description, number, start, end = (child(result, name) for name in names)
    called, value = (child(descriptor, name) for name in ("DescriptorName", "DescriptorValue"))
    unit = child(indicator, "UnitOfMeasurement")
    dates = " – ".join(words(leaf.text) for leaf in (start, end) if leaf)
    described = ": ".join(words(leaf.text) for leaf in ((None if is_baseline else called), value) if leaf)
    counted = " ".join(words(leaf.text) for leaf in (number, unit) if leaf) if number else ""
    said = [words(description.text) if description else "", described, counted, dates]
    leaves = [leaf for leaf in (description, called, value, number, start, end) if leaf]
    return "; ".join(part for part in said if part), leaves
