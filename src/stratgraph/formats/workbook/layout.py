"""Which sheets a workbook has and which columns: a sheet a class, a column a property, as the ontology says them.

The order of the sheets and their names stand here, and what the ontology has no words for because it is of another
vocabulary. A property that the ontology adds to a class gets its column by that alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from stratgraph.document import OWNED, ElementKind
from stratgraph.graph import ontology
from stratgraph.profiles import profiles
from stratgraph.terms import DCTERMS, ORG, OWL, RDF_NS, RDFS, SG, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

ABOUT: Final = "About"
LISTS: Final = "Lists"
"""Hidden; what drop-downs show that cover several sheets."""

RIGHTS: Final = "Rights"
"""On the first sheet: stands before the statement of rights."""

MADE_FROM: Final = "Made from"
"""On the first sheet: stands before the IRI of the version that was written as this workbook."""

PLAN: Final = "Plan"
ORGANISATIONS: Final = "Organisations"
WITHDRAWN: Final = "Withdrawn"
OTHER: Final = "Other statements"

PLACE: Final = "Place"
KIND: Final = "Kind"
OTHER_COLUMNS: Final = ("Subject", "Predicate", "Object", "Datatype", "Language")
IRI_DATATYPE: Final = "IRI"
"""Stands in the column Datatype where the object is no literal."""


class ColumnKind(Enum):
    """What the cells of a column hold."""

    REFERENCES = "references"
    NAMES = "names"
    """IRIs of what no row of the workbook is."""
    CHOICE = "choice"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """One property of a sheet's things.

    Args:
        property: its IRI.
        label: the heading; of a text in a language, without it.
        definition: what it means.
        example: of the ontology; empty where it has none.
        kind: of its cells.
        targets: names of the sheets that references lead to.
        is_tagged: whether a text is in a language as a rule.
        is_turned: whether the statements lead from what the cell names to the row's thing.
        choices: of a choice, the IRIs by the words that stand for them.
    """

    property: str
    label: str
    definition: str
    example: str = ""
    kind: ColumnKind = ColumnKind.TEXT
    targets: tuple[str, ...] = ()
    is_tagged: bool = True
    is_turned: bool = False
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Parent:
    """What the place of a thing is below.

    Args:
        property: of the column that names it.
        segment: what follows the parent's place, before the number; empty where the number follows.
    """

    property: str
    segment: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet.

    Args:
        name: on its tab.
        definition: what a row is.
        kinds: the classes that a row may be of, each by its word in the column Kind; one class without a word where
            there is no such column; none on the sheet of what was withdrawn.
        columns: of properties; the columns Place and Kind come before them.
        parents: what a place is made up below, the first that a row names; empty where a row must say its place.
        is_of_elements: whether its rows are elements of the plan.
        is_single: whether a parent has one of them as a rule, whose place has no number.
        named_by: the property of a text that gives a made-up place its last part; empty where a number does.
    """

    name: str
    definition: str
    kinds: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    parents: tuple[Parent, ...] = ()
    is_of_elements: bool = False
    is_single: bool = False
    named_by: str = ""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is said of a sheet here; the rest comes from the ontology."""

    name: str
    kinds: tuple[tuple[str, str], ...]
    parents: tuple[Parent, ...] = ()
    is_single: bool = False
    named_by: str = ""
    definition: str = ""


def _one(name: str, class_iri: str, *parents: Parent, is_single: bool = False, named_by: str = "") -> _Plan:
    return _Plan(name, (("", class_iri),), parents, is_single, named_by)


def _owned(name: str, kind: SG) -> _Plan:
    segment, relation = OWNED[kind]
    return _one(name, kind, Parent(relation, segment), Parent("", segment))


def _of_kind(kind: ElementKind) -> _Plan:
    facts = kind.facts
    parents = [Parent(one, "" if one == SG.PART_OF else facts.segment) for one in facts.parents]
    parents.append(Parent(SG.OF_UNIT, facts.segment_of_unit or facts.segment))
    named_by = SG.NOTATION if facts.is_named_by_notation else ""
    return _one(facts.plural, kind.value, *parents, is_single=facts.is_single, named_by=named_by)


_ELEMENTS: Final = tuple(map(_of_kind, ElementKind))
_MEASURED: Final = list(ElementKind).index(ElementKind.KPI) + 1
"""Behind the elements up to indicators come their values."""

_SHEETS: Final = (
    _one(PLAN, SG.STRATEGIC_PLAN),
    _Plan(
        ORGANISATIONS,
        (("Organisation", ORG.FORMAL_ORGANIZATION), ("Unit", ORG.ORGANIZATIONAL_UNIT), ("Sector", SG.SECTOR)),
        definition="The organisation that has the plan, and its units that elements belong to.",
    ),
    *_ELEMENTS[:_MEASURED],
    _owned("Baselines", SG.BASELINE),
    _owned("Targets", SG.TARGET),
    _owned("Actual values", SG.ACTUAL_VALUE),
    *_ELEMENTS[_MEASURED:],
    _owned("Mentions", SG.MENTION),
    _one("Sections", SG.SECTION, Parent("", "text/section"), named_by=SG.NOTATION),
    _one("Paragraphs", SG.PARAGRAPH, Parent("", "text/paragraph"), named_by=SG.NOTATION),
    _one("Tables", SG.TABLE, Parent("", "text/table"), named_by=SG.NOTATION),
    _one("Footnotes", SG.FOOTNOTE, Parent("", "text/footnote"), named_by=SG.NOTATION),
    _Plan(
        "Terms",
        (("", SKOS.CONCEPT),),
        (Parent("", "term"),),
        named_by=SKOS.PREF_LABEL,
        definition="A term that the plan defines.",
    ),
    _Plan(
        "Term lists",
        (("", SKOS.CONCEPT_SCHEME),),
        (Parent("", "terms"),),
        is_single=True,
        definition="The list of the terms that the plan defines; its place is usually terms.",
    ),
    _Plan(
        WITHDRAWN,
        (),
        definition="What an earlier version had and this one has no more. Its place is never used again.",
    ),
)


@dataclass(frozen=True, slots=True)
class _Foreign:
    """A column of another vocabulary; ``classes`` have it, the name of a sheet stands for one without a class.

    What is chosen is a profile: nothing else is, so far. What is elsewhere is no row of the workbook.
    """

    property: str
    label: str
    definition: str
    classes: tuple[str, ...]
    range: tuple[str, ...] = ()
    choices: bool = False
    is_elsewhere: bool = False


_LABELLED: Final = (
    SG.STRATEGIC_PLAN,
    SG.PLAN_ELEMENT,
    SG.DOCUMENT_PART,
    SG.VALUE,
    ORG.ORGANIZATION,
    SKOS.CONCEPT_SCHEME,
    WITHDRAWN,
)

_FOREIGN: Final = (
    _Foreign(RDFS.LABEL, "Label", "What people call it, in a few words.", _LABELLED),
    _Foreign(
        DCTERMS.TITLE,
        "Title",
        "The title that the source gives it.",
        (SG.STRATEGIC_PLAN, SG.PLAN_ELEMENT, SG.MENTION),
    ),
    _Foreign(DCTERMS.SOURCE, "Source", "What the document calls itself.", (SG.STRATEGIC_PLAN,)),
    _Foreign(
        DCTERMS.PUBLISHER,
        "Publisher",
        "The organisation that has the plan.",
        (SG.STRATEGIC_PLAN,),
        (ORG.ORGANIZATION,),
    ),
    _Foreign(
        DCTERMS.CONFORMS_TO,
        "Profile",
        "The rules that the plan keeps; those that hold in your house where it is empty.",
        (SG.STRATEGIC_PLAN,),
        choices=True,
    ),
    _Foreign(
        DCTERMS.REPLACES,
        "Replaces",
        "The plan of the period before, which this one replaces: its IRI; several one a line.",
        (SG.STRATEGIC_PLAN,),
        is_elsewhere=True,
    ),
    _Foreign(
        ORG.UNIT_OF,
        "Unit of",
        "The organisation that the unit belongs to.",
        (ORG.ORGANIZATION,),
        (ORG.ORGANIZATION,),
    ),
    _Foreign(
        DCTERMS.IS_PART_OF,
        "Is contained in",
        "The part of the text that contains this one.",
        (SG.DOCUMENT_PART,),
        (SG.SECTION, SG.PARAGRAPH),
    ),
    _Foreign(SKOS.PREF_LABEL, "Name", "The term itself.", (SKOS.CONCEPT,)),
    _Foreign(SKOS.DEFINITION, "Definition", "What the term means in the plan.", (SKOS.CONCEPT,)),
    _Foreign(SKOS.IN_SCHEME, "In list", "The list of terms that it is in.", (SKOS.CONCEPT,), (SKOS.CONCEPT_SCHEME,)),
    _Foreign(
        SKOS.EDITORIAL_NOTE,
        "Editorial note",
        "Where the source is at odds with itself; for readers of the data.",
        (SG.PLAN_ELEMENT,),
    ),
    _Foreign(DCTERMS.IS_REPLACED_BY, "Replaced by", "What stands in its stead.", (WITHDRAWN,), (SG.PLAN_ELEMENT,)),
)

_TURNED: Final = {
    SG.HAS_STATEMENT: "",
    SG.HAS_MENTION: "",
    SG.HAS_BASELINE: "is baseline of",
    SG.HAS_TARGET: "is target of",
    SG.HAS_ACTUAL_VALUE: "is actual value of",
}
"""Stated by the parent, and asked of the part, which so needs no place of its own before it is written down; with the
label of the other direction where the ontology has none."""

_IMPLIED: Final = frozenset({SG.IN_PLAN})
"""Every element of a workbook is in its plan."""

_FIRST: Final = (
    RDFS.LABEL,
    SKOS.PREF_LABEL,
    DCTERMS.TITLE,
    SG.NOTATION,
    SG.TEXT,
    SKOS.DEFINITION,
    SG.OF_UNIT,
    SG.PART_OF,
    *_TURNED,
    SG.NUMERIC_VALUE,
    SG.UNIT_OF_MEASURE,
    SG.START_DATE,
    SG.END_DATE,
)
_LAST: Final = (
    SG.POSITION,
    SG.ROW,
    SG.STATED_IN,
    SG.HAS_FOOTNOTE,
    SG.QUALIFIER,
    SG.LEAD_IN,
    SKOS.EDITORIAL_NOTE,
    SG.MEASURE_KIND,
    SG.FREQUENCY,
    SG.DATA_SOURCE,
)
"""The columns that come first and last; between them those of the sheet's own class."""


@cache
def sheets() -> tuple[Sheet, ...]:
    """The sheets of a workbook in their order, without the one of other statements."""
    return tuple(
        Sheet(
            plan.name,
            plan.definition or ontology().text(plan.kinds[0][1], SKOS.DEFINITION),
            plan.kinds,
            tuple(sorted(_columns(plan), key=_rank)),
            plan.parents,
            is_of_elements=any(SG.PLAN_ELEMENT in _lineage(kind) for _, kind in plan.kinds),
            is_single=plan.is_single,
            named_by=plan.named_by,
        )
        for plan in _SHEETS
    )


def _rank(column: Column) -> tuple[int, int]:
    if column.property in _FIRST:
        return (0, _FIRST.index(column.property))
    if column.property in _LAST:
        return (2, _LAST.index(column.property))
    return (1, 0)


def _columns(plan: _Plan) -> Iterable[Column]:
    classes = {plan.name, *(ancestor for _, kind in plan.kinds for ancestor in _lineage(kind))}
    for foreign in _FOREIGN:
        if classes.intersection(foreign.classes):
            kind = ColumnKind.REFERENCES if foreign.range else ColumnKind.TEXT
            targets = _sheets_of(foreign.range)
            kind = ColumnKind.NAMES if foreign.is_elsewhere else kind
            column = Column(foreign.property, foreign.label, foreign.definition, kind=kind, targets=targets)
            if foreign.choices:
                choices = tuple((one.name, one.iri) for one in profiles().values())
                column = replace(column, kind=ColumnKind.CHOICE, choices=choices)
            yield column
    for stated in _stated():
        domain, range_ = _classes(stated, RDFS.DOMAIN), _classes(stated, RDFS.RANGE)
        is_turned = stated in _TURNED
        if not classes.intersection(range_ if is_turned else domain):
            continue
        # A list is nested in one of its own sort; the drop-down offers those.
        reached = [plan.kinds[0][1]] if domain == range_ else domain if is_turned else range_
        yield _column(stated, range_, _sheets_of(reached), is_turned=is_turned)


def _lineage(class_iri: str) -> set[str]:
    """A class and all those above it that have a name."""
    return {class_iri}.union(*map(_lineage, ontology().iris(class_iri, RDFS.SUB_CLASS_OF)))


def _classes(subject: str, predicate: str) -> list[str]:
    """The classes that a domain or a range names, also as a union."""
    graph, found = ontology(), []
    for value in graph.objects(subject, predicate):
        unions = (member for head in graph.objects(value, OWL.UNION_OF) for member in graph.members(head))
        found += [one.value for one in (value, *unions) if isinstance(one, NamedNode)]
    return found


def _stated() -> list[str]:
    """The properties that a document states, as the ontology has them: nothing that is entailed, as inverses are."""
    graph = ontology()
    inverses = {iri for one in graph.subjects(OWL.INVERSE_OF) for iri in graph.iris(one, OWL.INVERSE_OF)}
    return [
        iri
        for iri in graph
        if graph.has(iri, RDFS.DOMAIN)
        and iri not in _IMPLIED
        and iri not in inverses
        and not graph.has(iri, OWL.PROPERTY_CHAIN_AXIOM)
        and not graph.is_a(NamedNode(iri), OWL.TRANSITIVE_PROPERTY)
    ]


def _sheets_of(classes: Iterable[str]) -> tuple[str, ...]:
    """The sheets whose rows are of one of the classes."""
    wanted = set(classes)
    return tuple(plan.name for plan in _SHEETS if any(wanted & _lineage(kind) for _, kind in plan.kinds))


def _column(iri: str, range_: list[str], targets: tuple[str, ...], *, is_turned: bool) -> Column:
    graph = ontology()
    other = graph.iri(iri, OWL.INVERSE_OF)
    words = other if is_turned and other else iri
    label = _TURNED.get(SG(iri), "") if is_turned and not other else graph.text(words, RDFS.LABEL)
    literal = next((kind for datatype, kind in _DATATYPES.items() if datatype in range_), ColumnKind.TEXT)
    kind = ColumnKind.REFERENCES if targets else literal
    return Column(
        iri,
        label[:1].upper() + label[1:],
        graph.text(words, SKOS.DEFINITION),
        graph.text(words, SKOS.EXAMPLE),
        kind,
        targets,
        is_tagged=_PLAIN_LITERAL in range_,
        is_turned=is_turned,
    )


_DATATYPES: Final = {
    XSD.INTEGER: ColumnKind.INTEGER,
    XSD.DECIMAL: ColumnKind.DECIMAL,
    XSD.DATE: ColumnKind.DATE,
}
"""What the cells of a property hold whose range is a datatype; of any other it is text."""

_PLAIN_LITERAL: Final = f"{RDF_NS}PlainLiteral"
