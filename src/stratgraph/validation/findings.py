"""What the shapes found, in the words of people: rule, element, value, place, and how to mend it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from stratgraph.errors import Location
from stratgraph.graph import LABELS, Graph
from stratgraph.identifiers import fault_of, natural_key, plan_of
from stratgraph.terms import SG, SH_NS
from stratgraph.validation.reading import shown
from stratgraph.wording import unseen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import BlankNode, Triple

    from stratgraph.validation.engines import Result
    from stratgraph.validation.rules import Rule, ShapesGraph
    from stratgraph.validation.trace import Trace

    Node = NamedNode | BlankNode | Literal

SEVERITIES: Final = ("Violation", "Warning", "Info")
"""The worst first."""

SHOWN: Final = (
    *LABELS,
    SG.MAIN_LANGUAGE,
    SG.NUMERIC_VALUE,
    SG.UNIT_OF_MEASURE,
    SG.STATED_IN,
    SG.HAS_MENTION,
    SG.IN_PLAN,
)
"""The properties that a report shows a node by."""

_OF_NAMES: Final = ("NameIsAddress", "NameShowsItself")
"""Shapes whose findings say what is wrong with an identifier."""

_OF_TEXTS: Final = ("TextCanBeWritten", "TextShowsItself", "LabelCanBeWritten")
"""Shapes whose findings say by name which characters they are about."""

_OF_WORDS: Final = {"WordingIsThereOnce": "text", "ThingHasLabel": "label", "TitleIsThereOnce": "title"}
"""Shapes that ask several things of words, and what those are; :data:`_WORDS_FAULTS` says which it is."""

_WORDS_FAULTS: Final = {
    f"{SH_NS}MinCountConstraintComponent": "There is no {}.",
    f"{SH_NS}UniqueLangConstraintComponent": "There is more than one {} in the same language.",
    f"{SH_NS}DatatypeConstraintComponent": "The {} is in no language.",
    f"{SH_NS}PatternConstraintComponent": "The {} is empty.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of one rule.

    Args:
        rule: local name of the shape.
        severity: one of ``SEVERITIES``.
        focus: IRI of what the finding is about, or ``_:b1`` for a blank node. Of a rule that looks at a plan as a whole
            it is the element, and not the plan.
        label: what people call it; empty where the data does not say.
        path: IRI of the property, or a path as SPARQL writes it; empty where there is none.
        value: the value at fault, an IRI or the text of a literal; empty where there is none.
        message: what is wrong.
        mend: how to mend it.
        reason: why the rule is there: IRI of a paragraph, or a text.
        file: the file where it stands, as it was named; None where there is no file.
        sheet: of a workbook; None in other files.
        line: its line, or its row in a sheet, from 1.
        column: its column, where that is known.
        paragraph: the part of the document that states the element, where the data says so.
        result: the engine's own terms.
    """

    rule: str
    severity: str
    focus: str
    label: str
    path: str
    value: str
    message: str
    mend: str
    reason: str
    file: str | None
    sheet: str | None
    line: int | None
    column: int | None
    paragraph: str | None
    result: Result

    @property
    def where(self) -> Location:
        """Its place, as far as it is known."""
        return Location(file=self.file, sheet=self.sheet, line=self.line, column=self.column)


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a validation.

    Args:
        findings: sorted by severity, rule, element, value.
        plans: IRIs of the plans that were validated.
        engine: that validated them.
        shapes: that were asked, with their profiles.
    """

    findings: tuple[Finding, ...]
    plans: tuple[str, ...]
    engine: str
    shapes: ShapesGraph

    @property
    def conforms(self) -> bool:
        """Whether there is no Violation. Warnings do not count: a plan may have them and be published."""
        return not any(finding.severity == SEVERITIES[0] for finding in self.findings)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity, those without any included."""
        found = Counter(finding.severity for finding in self.findings)
        return {severity: found[severity] for severity in SEVERITIES}


def described(triples: Iterable[Triple]) -> Graph:
    """What the data says of its nodes, as far as a report shows it."""
    return Graph(triple for triple in triples if triple.predicate.value in SHOWN)


def to_findings(
    results: Iterable[Result], rules: dict[str, Rule], data: Graph, trace: Trace | None, *, before: Graph | None = None
) -> tuple[Finding, ...]:
    """The results in the words of people, sorted.

    Args:
        results: of an engine.
        rules: by the IRIs of their shapes.
        data: what is said of the nodes (:data:`SHOWN`); more does not matter.
        trace: finds files and lines; findings have none without it.
        before: what the former version said of nodes of which the data says nothing.
    """
    graphs = (data, before) if before else (data,)
    findings = [_finding(result, rules[result.shape], graphs, trace) for result in results]
    return tuple(sorted(findings, key=_key))


def _finding(result: Result, rule: Rule, graphs: tuple[Graph, ...], trace: Trace | None) -> Finding:
    raised = result
    if rule.is_of_the_whole and isinstance(result.value, NamedNode):
        # The engine's focus is the plan, which has hundreds of lines.
        result = replace(result, focus=result.value, value=None)
    place = trace.place(result) if trace else None
    value = result.value
    named = (result.focus, *((value,) if isinstance(value, NamedNode) else ()))
    return Finding(
        rule=rule.name,
        severity=result.severity.removeprefix(SH_NS),
        focus=_text(result.focus),
        label=next((label for data in graphs if (label := _label(result.focus, data))), ""),
        path=result.path or rule.path,
        value="" if value is None else _text(value),
        message=_message(result, rule),
        mend=rule.mend,
        reason=rule.reason(plan_of(_text(result.focus))),
        file=place.file if place else None,
        sheet=place.sheet if place else None,
        line=place.line if place else None,
        column=place.column if place else None,
        paragraph=next((label for node in named for data in graphs if (label := _paragraph(node, data))), None),
        result=raised,
    )


def _message(result: Result, rule: Rule) -> str:
    """The shape's message, and what a shape cannot say: which of several things it is."""
    if rule.name in _OF_WORDS and result.component in _WORDS_FAULTS:
        return _WORDS_FAULTS[result.component].format(_OF_WORDS[rule.name])
    if rule.name in _OF_NAMES:
        detail = fault_of(result.focus.value)
    elif rule.name in _OF_TEXTS and result.value is not None:
        detail = f"There is {', '.join(unseen(result.value.value))}."
    else:
        return result.message
    return f"{result.message} {detail}".rstrip()


def _label(node: Node | str, data: Graph) -> str:
    return data.label(node, data.languages_of(node))


def _paragraph(node: Node, data: Graph) -> str:
    """The label of the part of the document that states it or one of its wordings."""
    parts = (part for stated in (node, *data.iris(node, SG.HAS_MENTION)) for part in data.iris(stated, SG.STATED_IN))
    return next((label for part in parts if (label := _label(part, data))), "")


def _text(node: Node) -> str:
    return shown(node.value) if isinstance(node, NamedNode) else node.value


def _key(finding: Finding) -> tuple[object, ...]:
    # The terms themselves come last: two blank nodes of different files look alike to people.
    order, found = SEVERITIES.index(finding.severity), finding.result
    shown_first = (order, finding.rule, natural_key(finding.focus), finding.path, natural_key(finding.value))
    return (*shown_first, finding.message, str(found.focus), str(found.value), found.component)
