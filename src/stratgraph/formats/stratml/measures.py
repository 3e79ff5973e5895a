"""What an indicator is measured by: the targets that a file states, and where it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from stratgraph.formats.stratml.draft import JOINED, attribute, child, is_said, words
from stratgraph.formats.stratml.schema import canonical
from stratgraph.terms import RDF, SG

if TYPE_CHECKING:
    from stratgraph.formats.stratml.draft import Draft, Item
    from stratgraph.formats.xml_tree import XmlElement

BASELINE: Final = "Baseline"
"""Says of a result that progress is counted from it: the name of a descriptor, or its value (*Status: Baseline*)."""

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
        if name == "ActualResult" and any(map(_says_baseline, _descriptors(result))):
            baselines += _state(draft, item, result, SG.BASELINE, baselines + 1)
        elif name == "TargetResult":
            targets += _state(draft, item, result, SG.TARGET, targets + 1)


def _descriptors(result: XmlElement) -> list[XmlElement]:
    """Of a result; the one that says that it is a baseline first."""
    found = [e for e in result.children if canonical(e.name) == "Descriptor"]
    return sorted(found, key=lambda one: not _says_baseline(one))


def _says_baseline(descriptor: XmlElement) -> bool:
    return any(map(_is_baseline, (child(descriptor, name) for name in ("DescriptorName", "DescriptorValue"))))


def _is_baseline(leaf: XmlElement | None) -> bool:
    return leaf is not None and words(leaf.text).casefold() == BASELINE.casefold()


def _state(draft: Draft, item: Item, result: XmlElement, kind: SG, number: int) -> bool:
    """One target or baseline; false where the result says nothing."""
    text, leaves = _wording(item.element, result)
    if not is_said(text):
        return False
    kpi = draft.ids.place_iri(item.place)
    segment, relation = ("target", SG.HAS_TARGET) if kind is SG.TARGET else ("baseline", SG.HAS_BASELINE)
    iri = f"{kpi}/{segment}/{number}"
    said = draft.of_text(*leaves)
    draft.say(kpi, relation, NamedNode(iri), said)
    draft.say(iri, RDF.TYPE, NamedNode(kind), draft.of_tag(result))
    draft.say_words(iri, SG.TEXT, text, said if text in map(_words_of, leaves) else said.made_by(JOINED))
    draft.take(*leaves)
    return True


def _words_of(leaf: XmlElement) -> str:
    return words(leaf.text)


def _wording(indicator: XmlElement, result: XmlElement) -> tuple[str, list[XmlElement]]:
    """All that a result says in one line, and the leaves that it stands in.

    That it is a baseline is said by its class, and not a second time by its words.
    """
    descriptor = next(iter(_descriptors(result)), result)
    names = ("Description", "NumberOfUnits", "StartDate", "EndDate")
    description, number, start, end = (child(result, name) for name in names)
    called, value = (child(descriptor, name) for name in ("DescriptorName", "DescriptorValue"))
    unit = child(indicator, "UnitOfMeasurement")
    dates = " – ".join(words(leaf.text) for leaf in (start, end) if leaf)
    described = ": ".join(words(leaf.text) for leaf in _said(called, value))
    counted = " ".join(words(leaf.text) for leaf in (number, unit) if leaf) if number else ""
    said = [words(description.text) if description else "", described, counted, dates]
    leaves = [leaf for leaf in (description, called, value, number, start, end) if leaf]
    return "; ".join(part for part in said if part), leaves


def _said(called: XmlElement | None, value: XmlElement | None) -> list[XmlElement]:
    """Of the name and the value of a descriptor what says more than that it is of a baseline."""
    if _is_baseline(value):
        return []
    return [leaf for leaf in (None if _is_baseline(called) else called, value) if leaf]
