"""Small sound plans, and what can go wrong in them: for each rule the faults that it is meant for, at every place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from stratgraph.terms import DCTERMS, ORG, RDF, RDFS, SG, SG_NS, SKOS, XSD
from stratgraph.validation.reading import GENID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Node = NamedNode | Literal
    Value = Node | Callable[["Plan", NamedNode], Node]

BASE = Path(__file__).parents[1] / "shapes" / "base.ttl"
AGENCY = "https://w3id.org/stratgraph/id/agency"
PLAN = f"{AGENCY}/plan/1"
NOWHERE = NamedNode(f"{AGENCY}/nowhere")

ELEMENTS = (
    SG.MISSION, SG.VISION, SG.GOAL, SG.GOAL_STATEMENT, SG.OBJECTIVE, SG.OUTPUT, SG.EXPECTED_RESULT, SG.KPI,
    SG.SITUATIONAL_FACTOR,
)  # fmt: skip
PARTS = (SG.SECTION, SG.PARAGRAPH, SG.TABLE, SG.FOOTNOTE)
LABELLED = (SG.STRATEGIC_PLAN, *ELEMENTS, *PARTS, SG.SECTOR, ORG.FORMAL_ORGANIZATION, ORG.ORGANIZATIONAL_UNIT)
WORDED = (*ELEMENTS, SG.MENTION, SG.PARAGRAPH, SG.FOOTNOTE)
VALUES = (SG.BASELINE, SG.TARGET)
WORDED_ELEMENTS = (*ELEMENTS, SG.MENTION)
NOT_MEASURED = (SG.MISSION, SG.VISION, SG.SITUATIONAL_FACTOR, SG.STRATEGIC_PLAN)
PLACED = (*ELEMENTS, SG.MENTION, *PARTS)


class Plan:
    """Some triples, and what they say."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = list(dict.fromkeys(triples))

    def of(self, *classes: str) -> list[NamedNode]:
        """The instances of some classes, in their order."""
        wanted = set(classes)
        return [t.subject for t in self.triples if t.predicate.value == RDF.TYPE and t.object.value in wanted]

    def all(self, subject: NamedNode, predicate: str) -> list[Node]:
        return [t.object for t in self.triples if t.subject == subject and t.predicate.value == predicate]

    def one(self, subject: NamedNode, predicate: str) -> Node:
        return self.all(subject, predicate)[0]

    def having(self, predicate: str, *classes: str) -> list[NamedNode]:
        """The instances of some classes, or whatever it is, that have a property."""
        having = {t.subject for t in self.triples if t.predicate.value == predicate}
        among = self.of(*classes) if classes else list(dict.fromkeys(t.subject for t in self.triples))
        return [node for node in among if node in having]

    def without(self, *triples: Triple) -> Plan:
        gone = set(triples)
        assert gone <= set(self.triples)
        return Plan(t for t in self.triples if t not in gone)

    def with_(self, *triples: Triple) -> Plan:
        assert not set(triples) <= set(self.triples)
        return Plan([*self.triples, *triples])

    def copied(self, node: NamedNode, name: str) -> Plan:
        """With a second thing that has all properties of a first, at the next position."""
        copy = NamedNode(name)
        last = Literal(1 + max(int(t.object.value) for t in self.triples if t.predicate.value == SG.POSITION))
        return self.with_(
            *(
                Triple(copy, t.predicate, last if t.predicate.value == SG.POSITION else t.object)
                for t in self.triples
                if t.subject == node
            )
        )

    def renamed(self, old: str, new: str) -> Plan:
        return Plan(Triple(*(_renamed(term, old, new) for term in triple)) for triple in self.triples)


def _renamed(term: Node, old: str, new: str) -> Node:
    return NamedNode(term.value.replace(old, new)) if isinstance(term, NamedNode) else term


@cache
def _base() -> Plan:
    return Plan(quad.triple for quad in parse(BASE.read_bytes(), format=RdfFormat.TURTLE))


def sound_plan(units: int = 1, objectives: int = 1) -> Plan:
    """The plan of ``tests/shapes/base.ttl`` with so many sectors, and so many objectives in each."""
    triples = list(_base().triples)
    first = f"{PLAN}/north/objective/1"
    below = Plan(t for t in triples if t.subject.value.startswith(first))
    for number in range(2, objectives + 1):
        for triple in below.renamed("objective/1", f"objective/{number}").triples:
            is_own = triple.subject.value == f"{PLAN}/north/objective/{number}"
            text = words(f"To build road {number}.")
            own = {SG.POSITION: Literal(number), SG.NOTATION: Literal(str(number)), SG.TEXT: text, RDFS.LABEL: text}
            numbered = own if is_own else {}
            triples.append(
                Triple(triple.subject, triple.predicate, numbered.get(triple.predicate.value, triple.object))
            )
    north = Plan(t for t in triples if "/north" in t.subject.value or "/text/" in t.subject.value)
    for number in range(2, units + 1):
        other = north.renamed("/north", f"/unit{number}").renamed("/section/1", f"/section/{number}")
        for kind in ("table", "paragraph"):
            other = other.renamed(f"{kind}/1.", f"{kind}/{number}.")
        section = {SG.POSITION: Literal(number), SG.NOTATION: Literal(str(number))}
        triples += [
            Triple(t.subject, t.predicate, section.get(t.predicate.value, t.object))
            if t.subject.value == f"{PLAN}/text/section/{number}"
            else t
            for t in other.triples
            if "/footnote/" not in t.subject.value
        ]
    return Plan(triples)


@dataclass(frozen=True)
class Fault:
    """One way to go wrong.

    ``rule`` is meant for it; ``places`` are the nodes where it can happen; ``inject`` does it.
    """

    name: str
    rule: str
    places: Callable[[Plan], list[NamedNode]]
    inject: Callable[[Plan, NamedNode], Plan]


def _value(value: Value, plan: Plan, node: NamedNode) -> Node:
    return value(plan, node) if callable(value) else value


def lost(rule: str, predicate: str, *classes: str) -> Fault:
    """All values of a property are gone."""
    return Fault(
        f"no {predicate.rpartition('#')[2].rpartition('/')[2]}",
        rule,
        lambda plan: plan.having(predicate, *classes),
        lambda plan, node: plan.without(
            *(t for t in plan.triples if t.subject == node and t.predicate.value == predicate)
        ),
    )


def lost_from(rule: str, predicate: str, *classes: str) -> Fault:
    """Nothing leads to a thing any more by a property."""
    return Fault(
        f"nothing leads to it by {predicate.rpartition('#')[2]}",
        rule,
        lambda plan: [n for n in plan.of(*classes) if any(_leads(t, predicate, n) for t in plan.triples)],
        lambda plan, node: plan.without(*(t for t in plan.triples if _leads(t, predicate, node))),
    )


def _leads(triple: Triple, predicate: str, node: NamedNode) -> bool:
    return triple.object == node and triple.predicate.value == predicate


def changed(rule: str, predicate: str, value: Value, *classes: str, name: str = "") -> Fault:
    """A value is another one."""

    def inject(plan: Plan, node: NamedNode) -> Plan:
        old = Triple(node, NamedNode(predicate), plan.one(node, predicate))
        return plan.without(old).with_(Triple(node, NamedNode(predicate), _value(value, plan, node)))

    return Fault(
        f"another {predicate.rpartition('#')[2].rpartition('/')[2]} {name}",
        rule,
        lambda plan: plan.having(predicate, *classes),
        inject,
    )


def added(rule: str, predicate: str, value: Value, *classes: str, name: str = "") -> Fault:
    """There is a value more."""
    return Fault(
        f"one more {predicate.rpartition('#')[2].rpartition('/')[2]} {name}",
        rule,
        lambda plan: plan.of(*classes),
        lambda plan, node: plan.with_(Triple(node, NamedNode(predicate), _value(value, plan, node))),
    )


def other(rule: str, name: str, places: Callable[[Plan], list[NamedNode]], inject: Callable) -> Fault:
    return Fault(name, rule, places, inject)


def words(text: str) -> Literal:
    return Literal(text, language="en")


def number(text: str, datatype: str = XSD.INTEGER) -> Literal:
    return Literal(text, datatype=NamedNode(datatype))


def untagged(predicate: str) -> Value:
    return lambda plan, node: Literal(plan.one(node, predicate).value)


def other_kind(plan: Plan, node: NamedNode) -> NamedNode:
    return NamedNode(SG.KPI if plan.one(node, RDF.TYPE).value == SG.VISION else SG.VISION)


def other_table(plan: Plan, node: NamedNode) -> NamedNode:
    """The other table of the same section."""
    (found,) = (n for n in plan.of(SG.TABLE) if n != node and plan.one(n, IN) == plan.one(node, IN))
    return found


def chapters_with_tables(plan: Plan) -> list[NamedNode]:
    """The sections that lie in no other part, and in which a table lies directly."""
    within = {plan.one(table, IN) for table in plan.of(SG.TABLE)}
    return [section for section in plan.of(SG.SECTION) if section in within and not plan.all(section, IN)]


def within_its_table(plan: Plan, chapter: NamedNode) -> Plan:
    table = next(one for one in plan.of(SG.TABLE) if plan.one(one, IN) == chapter)
    return plan.with_(Triple(chapter, NamedNode(IN), table))


def result_of_the_same_objective(plan: Plan, kpi: NamedNode) -> NamedNode:
    objective = plan.one(kpi, SG.INDICATOR_OF)
    return next(n for n in plan.having(SG.EXPECTED_FOR) if plan.one(n, SG.EXPECTED_FOR) == objective)


def nameless(plan: Plan, node: NamedNode) -> Plan:
    named = {node: NamedNode(f"{GENID}1/1")}
    return Plan(
        Triple(named.get(t.subject, t.subject), t.predicate, named.get(t.object, t.object)) for t in plan.triples
    )


def in_one_table(plan: Plan, output: NamedNode) -> Plan:
    """All wordings stand in the first one's table."""
    first, *others = plan.all(output, SG.HAS_MENTION)
    for mention in others:
        old = Triple(mention, NamedNode(SG.STATED_IN), plan.one(mention, SG.STATED_IN))
        plan = plan.without(old).with_(Triple(mention, NamedNode(SG.STATED_IN), plan.one(first, SG.STATED_IN)))
    return plan


def reworded(plan: Plan, output: NamedNode) -> Plan:
    """Its wording in the second table is another one."""
    mention = plan.all(output, SG.HAS_MENTION)[1]
    old = Triple(mention, NamedNode(SG.TEXT), plan.one(mention, SG.TEXT))
    return plan.without(old).with_(Triple(mention, NamedNode(SG.TEXT), words("A road of sand")))


def noted(plan: Plan, output: NamedNode) -> Plan:
    return plan.with_(Triple(output, NamedNode(SKOS.EDITORIAL_NOTE), words("So it stands there.")))


def two_titles(plan: Plan, node: NamedNode) -> Plan:
    return plan.with_(*(Triple(node, NamedNode(DCTERMS.TITLE), words(title)) for title in ("Roads", "Ways")))


def with_(predicate: str, value: Node) -> Callable[[Plan, NamedNode], Plan]:
    """Sets a property, in place of what a thing has."""

    def inject(plan: Plan, node: NamedNode) -> Plan:
        return plan.without(*(t for t in plan.triples if t.subject == node and t.predicate.value == predicate)).with_(
            Triple(node, NamedNode(predicate), value)
        )

    return inject


def other_position(plan: Plan, mention: NamedNode) -> Node:
    """That of the element's other wording."""
    (element,) = (t.subject for t in plan.triples if _leads(t, SG.HAS_MENTION, mention))
    return next(plan.one(m, SG.POSITION) for m in plan.all(element, SG.HAS_MENTION) if m != mention)


def units_of_each_other(plan: Plan, sector: NamedNode) -> Plan:
    office = NamedNode(f"{AGENCY}/office")
    return with_(ORG.UNIT_OF, sector)(with_(ORG.UNIT_OF, office)(plan, sector), office)


def nested_in_another_objectives(plan: Plan, item: NamedNode) -> Plan:
    """Part of an item of its kind that is moved to another objective."""
    link = next(p for p in (SG.SUPPORTS_OBJECTIVE, SG.INDICATOR_OF) if plan.all(item, p))
    other = NamedNode(f"{item.value}/other")
    copy = plan.copied(item, other.value)
    objective = NamedNode(f"{PLAN}/north/objective/9")
    copy = copy.copied(plan.of(SG.OBJECTIVE)[0], objective.value)
    return with_(link, objective)(copy, other).with_(Triple(item, NamedNode(SG.PART_OF), other))


def copied_in_capitals(plan: Plan, node: NamedNode) -> Plan:
    copy = NamedNode(f"{node.value}/copy")
    return with_(SG.TEXT, words(f"{plan.one(node, SG.TEXT).value.upper()} ."))(plan.copied(node, copy.value), copy)


def of_what_it_serves(plan: Plan, node: NamedNode) -> Node:
    links = (SG.SUPPORTS_OBJECTIVE, SG.EXPECTED_FOR, SG.INDICATOR_OF, SG.PART_OF, SG.CONTRIBUTES_TO)
    above = next(found for link in links for found in plan.all(node, link))
    return plan.one(above, SG.TEXT)


def ends_before_it_starts(plan: Plan, value: NamedNode) -> Plan:
    days = ((SG.START_DATE, "2031-07-01"), (SG.END_DATE, "2031-06-30"))
    return plan.with_(*(Triple(value, NamedNode(name), number(day, XSD.DATE)) for name, day in days))


def due_before_it_begins(plan: Plan, kpi: NamedNode) -> Plan:
    """With a target for the day before that of the baseline."""
    days = ((SG.HAS_TARGET, "2029-12-30"), (SG.HAS_BASELINE, "2029-12-31"))
    said = ((value, day) for name, day in days for value in plan.all(kpi, name))
    return plan.with_(*(Triple(value, NamedNode(SG.END_DATE), number(day, XSD.DATE)) for value, day in said))


def counted(plan: Plan, value: Node, figure: str, unit: str) -> Plan:
    """With this number and unit for a value."""
    plan = with_(SG.NUMERIC_VALUE, number(figure, XSD.DECIMAL))(plan, value)
    return with_(SG.UNIT_OF_MEASURE, words(unit))(plan, value)


def in_another_unit(plan: Plan, kpi: NamedNode) -> Plan:
    """With a target in a unit that is misspelt."""
    plan = counted(plan, plan.one(kpi, SG.HAS_BASELINE), "2.0", "roads")
    return counted(plan, plan.one(kpi, SG.HAS_TARGET), "12.0", "raods")


def with_another_target(plan: Plan, kpi: NamedNode) -> Plan:
    """With a second target for the same day, of another number."""
    target = plan.one(kpi, SG.HAS_TARGET)
    plan = counted(plan, target, "12.0", "roads")
    copy = NamedNode(f"{target.value}/again")
    again = (Triple(copy, t.predicate, t.object) for t in plan.triples if t.subject == target)
    return counted(plan.with_(*again, Triple(kpi, NamedNode(SG.HAS_TARGET), copy)), copy, "15.0", "roads")


def mentioned_twice(plan: Plan, mention: NamedNode) -> Plan:
    (element,) = (t.subject for t in plan.triples if _leads(t, SG.HAS_MENTION, mention))
    copy = NamedNode(f"{element.value}/mention/3")
    return plan.copied(mention, copy.value).with_(Triple(element, NamedNode(SG.HAS_MENTION), copy))


def second_objective(plan: Plan) -> NamedNode:
    return NamedNode(plan.of(SG.OBJECTIVE)[0].value + "/second")


def exchanged(plan: Plan, objective: NamedNode) -> Plan:
    """A further objective comes next and has the number before."""
    second, place = second_objective(plan), int(plan.one(objective, SG.POSITION).value)
    copy = with_(SG.NOTATION, Literal("0"))(plan.copied(objective, second.value), second)
    return with_(SG.POSITION, Literal(place + 1))(copy, second)


def anothers(predicate: str) -> Callable[[Plan, NamedNode], Plan]:
    """Links a thing with an output of another objective."""

    def inject(plan: Plan, node: NamedNode) -> Plan:
        second, output = second_objective(plan), NamedNode(f"{PLAN}/north/objective/1/output/9")
        plan = plan.copied(plan.of(SG.OBJECTIVE)[0], second.value).copied(plan.of(SG.OUTPUT)[0], output.value)
        return with_(predicate, output)(with_(SG.SUPPORTS_OBJECTIVE, second)(plan, output), node)

    return inject


def replacing(start: str, end: str) -> Callable[[Plan, NamedNode], Plan]:
    """Replaces another plan of these years; the plan itself is of 2030 to 2033."""

    def inject(plan: Plan, node: NamedNode) -> Plan:
        before = NamedNode(f"{AGENCY}/plan/before")
        plan = with_(RDF.TYPE, NamedNode(SG.STRATEGIC_PLAN))(with_(DCTERMS.REPLACES, before)(plan, node), before)
        return with_(SG.START_YEAR, number(start))(with_(SG.END_YEAR, number(end))(plan, before), before)

    return inject


def plans(plan: Plan) -> list[NamedNode]:
    return plan.of(SG.STRATEGIC_PLAN)


def objectives(plan: Plan) -> list[NamedNode]:
    return plan.of(SG.OBJECTIVE)


def in_two_places(plan: Plan, element: NamedNode, wording: Literal | None = None) -> Plan:
    """With a wording in the section and one in the table, which may be another."""
    places = (plan.one(element, SG.STATED_IN), plan.of(SG.TABLE)[0])
    for place, text in zip(places, (plan.one(element, SG.TEXT), wording or plan.one(element, SG.TEXT)), strict=True):
        at = places.index(place) + 1
        mention = NamedNode(f"{element.value}/mention/{at}")
        plan = plan.with_(
            Triple(element, NamedNode(SG.HAS_MENTION), mention),
            Triple(mention, NamedNode(RDF.TYPE), NamedNode(SG.MENTION)),
            Triple(mention, NamedNode(SG.POSITION), Literal(at)),
            Triple(mention, NamedNode(SG.STATED_IN), place),
            Triple(mention, NamedNode(SG.TEXT), text),
        )
    return plan


def titled_apart(plan: Plan, element: NamedNode) -> Plan:
    for title, mention in zip(("Roads", "Ways"), plan.all(element, SG.HAS_MENTION), strict=True):
        plan = plan.with_(Triple(mention, NamedNode(DCTERMS.TITLE), words(title)))
    return plan


def in_one_place(plan: Plan, element: NamedNode) -> Plan:
    plan = in_two_places(plan, element)
    second = plan.all(element, SG.HAS_MENTION)[1]
    return plan.without(*(t for t in plan.triples if second in (t.subject, t.object)))


def in_no_place(plan: Plan, element: NamedNode) -> Plan:
    """Another objective has its two wordings."""
    other = NamedNode(f"{element.value}/other")
    return in_two_places(plan.copied(element, other.value), other)


def in_the_offices_chapter(plan: Plan, node: NamedNode) -> Plan:
    """The office has a chapter, with its mission and a table, in which something of the north stands."""
    chapter, section, table = (NamedNode(f"{PLAN}/text/{name}") for name in ("section/8", "section/8.1", "table/8.1"))
    mission = NamedNode(f"{PLAN}/office/mission")
    plan = plan.copied(plan.of(SG.MISSION)[0], mission.value)
    plan = with_(SG.STATED_IN, section)(with_(SG.OF_UNIT, NamedNode(f"{AGENCY}/office"))(plan, mission), mission)
    said = ((section, RDF.TYPE, SG.PARAGRAPH), (table, RDF.TYPE, SG.TABLE), (table, IN, chapter.value))
    inner = NamedNode(f"{PLAN}/text/section/8.0")
    said = (*said, (section, IN, inner.value), (inner, IN, chapter.value))
    plan = plan.with_(*(Triple(s, NamedNode(p), NamedNode(o)) for s, p, o in said))
    return with_(SG.STATED_IN, table)(plan, node)


def outputs(plan: Plan) -> list[NamedNode]:
    return plan.of(SG.OUTPUT)


IN = DCTERMS.IS_PART_OF
LINKS = {
    "GoalServesMission": SG.SERVES_MISSION,
    "GoalStatementIsDescribed": SG.HAS_STATEMENT,
    "ObjectiveContributesToGoal": SG.CONTRIBUTES_TO,
    "OutputSupportsObjective": SG.SUPPORTS_OBJECTIVE,
    "ResultIsExpectedForDescribedObjective": SG.EXPECTED_FOR,
    "NestedItemIsPartOfOneItem": SG.PART_OF,
    "KpiIsOfDescribedObjective": SG.INDICATOR_OF,
    "ResultComesFromOutput": SG.RESULT_OF,
    "KpiMeasuresWhatIsAimedAt": SG.MEASURES,
    "MentionIsDescribed": SG.HAS_MENTION,
    "FootnoteIsDescribed": SG.HAS_FOOTNOTE,
    "TermIsInScheme": SKOS.IN_SCHEME,
    "PartLiesInDescribedPart": IN,
    "UnitIsOfOrganization": ORG.UNIT_OF,
    "PlanHasPublisher": DCTERMS.PUBLISHER,
}
"""Rules that find what a property leads to and the data does not describe."""

NEEDED = [
    ("PlanHasTitle", DCTERMS.TITLE, (SG.STRATEGIC_PLAN,)),
    ("PlanHasPublisher", DCTERMS.PUBLISHER, (SG.STRATEGIC_PLAN,)),
    ("PlanHasStartYear", SG.START_YEAR, (SG.STRATEGIC_PLAN,)),
    ("PlanHasEndYear", SG.END_YEAR, (SG.STRATEGIC_PLAN,)),
    ("PlanNamesItsSource", DCTERMS.SOURCE, (SG.STRATEGIC_PLAN,)),
    ("ElementIsInOnePlan", SG.IN_PLAN, ELEMENTS),
    ("ElementIsOfUnit", SG.OF_UNIT, ELEMENTS),
    ("ElementIsStatedInText", SG.STATED_IN, ELEMENTS),
    ("WordingIsThereOnce", SG.TEXT, WORDED),
    ("ValueHasNumberOrWords", SG.TEXT, VALUES),
    ("ThingHasLabel", RDFS.LABEL, LABELLED),
    ("ThingHasOnePosition", SG.POSITION, PLACED),
    ("GoalServesMission", SG.SERVES_MISSION, (SG.GOAL,)),
    ("ObjectiveContributesToGoal", SG.CONTRIBUTES_TO, (SG.OBJECTIVE,)),
    ("ObjectiveIsNumbered", SG.NOTATION, (SG.OBJECTIVE,)),
    ("OutputSupportsObjective", SG.SUPPORTS_OBJECTIVE, (SG.OUTPUT,)),
    ("ResultHasOneParent", SG.EXPECTED_FOR, (SG.EXPECTED_RESULT,)),
    ("ResultHasOneParent", SG.PART_OF, (SG.EXPECTED_RESULT,)),
    ("KpiIsIndicatorOfOneObjective", SG.INDICATOR_OF, (SG.KPI,)),
    ("MentionIsStatedInOnePart", SG.STATED_IN, (SG.MENTION,)),
    ("UnitIsOfOrganization", ORG.UNIT_OF, (SG.SECTOR, ORG.ORGANIZATIONAL_UNIT)),
    ("TermHasDefinition", SKOS.DEFINITION, (SKOS.CONCEPT,)),
    ("TermHasName", SKOS.PREF_LABEL, (SKOS.CONCEPT,)),
]
"""Rules that find a missing property of things of some classes."""

NEEDED_FROM = [
    ("PlanHasElements", SG.IN_PLAN, SG.STRATEGIC_PLAN),
    ("GoalHasObjective", SG.CONTRIBUTES_TO, SG.GOAL),
    ("GoalStatementIsOfOneGoal", SG.HAS_STATEMENT, SG.GOAL_STATEMENT),
    ("ObjectiveHasOutput", SG.SUPPORTS_OBJECTIVE, SG.OBJECTIVE),
    ("ObjectiveHasExpectedResult", SG.EXPECTED_FOR, SG.OBJECTIVE),
    ("ObjectiveHasIndicator", SG.INDICATOR_OF, SG.OBJECTIVE),
    ("MentionIsOfOneElement", SG.HAS_MENTION, SG.MENTION),
    ("ValueIsOfOneThing", SG.HAS_BASELINE, SG.BASELINE),
    ("ValueIsOfOneThing", SG.HAS_TARGET, SG.TARGET),
]
"""Rules that find that nothing leads to a thing."""


def of_an_objective(plan: Plan) -> list[NamedNode]:
    return plan.having(SG.EXPECTED_FOR, SG.EXPECTED_RESULT)


def of_two_objectives(plan: Plan, result: NamedNode) -> Plan:
    return plan.with_(Triple(result, NamedNode(SG.EXPECTED_FOR), NOWHERE))


def with_an_indicator_more(plan: Plan, kpi: NamedNode) -> Plan:
    """One like this, without its target."""
    said = (t for t in plan.triples if t.subject == kpi and t.predicate.value != SG.HAS_TARGET)
    return plan.with_(*(Triple(NamedNode(f"{kpi.value}x"), t.predicate, t.object) for t in said))


def named(plan: Plan, node: NamedNode, end: str) -> Plan:
    """With something at the end of a thing's name, and so within the names below it."""
    return plan.renamed(node.value, f"{node.value}{end}")


FAULTS = (
    *(lost(rule, predicate, *classes) for rule, predicate, classes in NEEDED),
    *(lost_from(rule, predicate, kind) for rule, predicate, kind in NEEDED_FROM),
    *(changed(rule, predicate, NOWHERE, name="that is nowhere") for rule, predicate in LINKS.items()),
    changed("BaselineIsDescribed", SG.HAS_BASELINE, NOWHERE),
    changed("TargetIsDescribed", SG.HAS_TARGET, NOWHERE),
    added("ActualValueIsDescribed", SG.HAS_ACTUAL_VALUE, NOWHERE, SG.KPI),
    # A baseline where a target is due contradicts the ontology, and so does a value of a mission or a factor.
    changed("BaselineIsDescribed", SG.HAS_BASELINE, lambda plan, _: plan.of(SG.TARGET)[0], name="that is a target"),
    changed("TargetIsDescribed", SG.HAS_TARGET, lambda plan, _: plan.of(SG.BASELINE)[0], name="that is a baseline"),
    added("ValueIsOfWhatCanBeMeasured", SG.HAS_TARGET, lambda plan, _: plan.of(SG.TARGET)[0], *NOT_MEASURED),
    added("ValueIsOfWhatCanBeMeasured", SG.HAS_BASELINE, lambda plan, _: plan.of(SG.BASELINE)[0], *NOT_MEASURED),
    added("ValueIsOfOneThing", SG.HAS_TARGET, lambda plan, _: plan.of(SG.TARGET)[0], SG.EXPECTED_RESULT, SG.GOAL),
    changed("ElementIsInOnePlan", SG.IN_PLAN, NOWHERE, *ELEMENTS),
    changed("ElementIsOfUnit", SG.OF_UNIT, NOWHERE, *ELEMENTS),
    changed("StatedPartIsDescribed", SG.STATED_IN, NOWHERE, *ELEMENTS),
    changed("MentionIsStatedInOnePart", SG.STATED_IN, NOWHERE, SG.MENTION),
    # Second values.
    added("PlanHasTitle", DCTERMS.TITLE, words("Plan One"), SG.STRATEGIC_PLAN),
    added("PlanHasPublisher", DCTERMS.PUBLISHER, NamedNode(f"{AGENCY}/office"), SG.STRATEGIC_PLAN),
    added("YearIsGivenOnce", SG.START_YEAR, number("2031"), SG.STRATEGIC_PLAN),
    added("YearIsGivenOnce", SG.END_YEAR, number("2034"), SG.STRATEGIC_PLAN),
    added("ElementIsInOnePlan", SG.IN_PLAN, NOWHERE, *ELEMENTS),
    added("ElementIsOfOneUnit", SG.OF_UNIT, NamedNode(f"{AGENCY}/office"), *ELEMENTS),
    added("WordingIsThereOnce", SG.TEXT, words("Other words."), *WORDED),
    added("MainLanguageIsOfATitle", SG.MAIN_LANGUAGE, Literal("French"), SG.STRATEGIC_PLAN),
    added("PlanSaysItsMainLanguage", DCTERMS.TITLE, Literal("Plan nº 1", language="fr"), SG.STRATEGIC_PLAN),
    added("WordingIsInEachLanguage", DCTERMS.TITLE, Literal("Plan nº 1", language="fr"), SG.STRATEGIC_PLAN),
    added("LanguageIsOneOfThePlan", SG.TEXT, Literal("Autres mots.", language="fr"), *ELEMENTS),
    changed("WordingIsInMainLanguage", SG.TEXT, Literal("Autres mots.", language="fr"), *ELEMENTS),
    added("ValueIsWordedOnce", SG.TEXT, words("Other words."), *VALUES),
    changed("ValueIsWordedOnce", SG.TEXT, untagged(SG.TEXT), *VALUES, name="without a language"),
    # Figures that cannot be counted with, and days that are none or in no order.
    added("ValueHasOneNumber", SG.NUMERIC_VALUE, Literal("12"), *VALUES, name="that is a text"),
    added("ValueHasOneNumber", SG.NUMERIC_VALUE, number("1.2e1", XSD.DOUBLE), *VALUES, name="of floating point"),
    added("ValueHasUnit", SG.NUMERIC_VALUE, number("12.0", XSD.DECIMAL), *VALUES),
    added("ValueHasOneUnit", SG.UNIT_OF_MEASURE, words(" "), *VALUES, name="that is empty"),
    added("StartDateIsDay", SG.START_DATE, number("2031"), *VALUES, name="that is a year"),
    added("EndDateIsDay", SG.END_DATE, number("2031-02-30", XSD.DATE), *VALUES, name="that no calendar has"),
    other(
        "IndicatorHasTarget",
        "which another has not",
        lambda plan: plan.having(SG.HAS_TARGET, SG.KPI),
        with_an_indicator_more,
    ),
    added("MeasureKindIsKnown", SG.MEASURE_KIND, Literal("Qualitative"), SG.KPI, SG.GOAL),
    other("DatesOfValueAreInOrder", "ends first", lambda plan: plan.of(*VALUES), ends_before_it_starts),
    other("TargetIsAfterBaseline", "due first", lambda plan: plan.having(SG.HAS_TARGET, SG.KPI), due_before_it_begins),
    other("ValuesHaveOneUnit", "misspelt", lambda plan: plan.having(SG.HAS_TARGET, SG.KPI), in_another_unit),
    other("PeriodHasOneValue", "twice", lambda plan: plan.having(SG.HAS_TARGET, SG.KPI), with_another_target),
    added("ThingHasLabel", RDFS.LABEL, words("Other words"), *LABELLED),
    added("ThingHasOnePosition", SG.POSITION, number("70"), *PLACED),
    added("KpiIsIndicatorOfOneObjective", SG.INDICATOR_OF, NOWHERE, SG.KPI),
    added("ResultIsExpectedForDescribedObjective", SG.EXPECTED_FOR, NOWHERE, SG.EXPECTED_RESULT),
    other("ResultIsExpectedForOneObjective", "of two objectives", of_an_objective, of_two_objectives),
    added("NestedItemIsPartOfOneItem", SG.PART_OF, NOWHERE, SG.EXPECTED_RESULT),
    added("MentionIsStatedInOnePart", SG.STATED_IN, NamedNode(f"{PLAN}/text/footnote/1"), SG.MENTION),
    added("PartLiesInDescribedPart", IN, NamedNode(f"{PLAN}/text/footnote/1"), SG.TABLE, SG.PARAGRAPH),
    added("NotationIsPlainText", SG.NOTATION, Literal("IX"), SG.OBJECTIVE, *PARTS),
    added("TermHasName", SKOS.PREF_LABEL, words("Street"), SKOS.CONCEPT),
    added("TermHasDefinition", SKOS.DEFINITION, words("Where carts go."), SKOS.CONCEPT),
    added("MissionIsServedByGoals", SG.SERVES_MISSION, NamedNode(f"{PLAN}/mission"), SG.OBJECTIVE, SG.OUTPUT),
    other(
        "KpiIsOfSomething",
        "of no objective, and measures nothing",
        lambda plan: plan.having(SG.INDICATOR_OF, SG.KPI),
        lambda plan, kpi: Plan(
            t for t in plan.triples if t.subject != kpi or t.predicate.value not in {SG.INDICATOR_OF, SG.MEASURES}
        ),
    ),
    # What leads to a goal or an objective and is none of those that may.
    added("OnlyObjectivesContribute", SG.CONTRIBUTES_TO, lambda plan, _: plan.of(SG.GOAL)[0], SG.KPI, SG.OUTPUT),
    added("OnlyOutputsSupport", SG.SUPPORTS_OBJECTIVE, lambda plan, _: plan.of(SG.OBJECTIVE)[0], SG.KPI, SG.GOAL),
    added("OnlyResultsAreExpected", SG.EXPECTED_FOR, lambda plan, _: plan.of(SG.OBJECTIVE)[0], SG.KPI, SG.OUTPUT),
    added("OnlyIndicatorsIndicate", SG.INDICATOR_OF, lambda plan, _: plan.of(SG.OBJECTIVE)[0], SG.OUTPUT, SG.GOAL),
    # Literals of another kind.
    changed("PlanHasTitle", DCTERMS.TITLE, untagged(DCTERMS.TITLE), SG.STRATEGIC_PLAN, name="without a language"),
    changed("YearIsGivenOnce", SG.START_YEAR, Literal("2030"), SG.STRATEGIC_PLAN, name="as text"),
    changed("YearIsGivenOnce", SG.END_YEAR, number("2033", XSD.BOOLEAN), SG.STRATEGIC_PLAN, name="as a boolean"),
    changed("PlanEndsAfterItStarts", SG.START_YEAR, number("2099"), SG.STRATEGIC_PLAN),
    changed("PlanEndsAfterItStarts", SG.END_YEAR, number("1999"), SG.STRATEGIC_PLAN),
    changed("WordingIsThereOnce", SG.TEXT, untagged(SG.TEXT), *WORDED, name="without a language"),
    changed("WordingIsThereOnce", SG.TEXT, words(" "), *WORDED, name="that is empty"),
    changed("WordingIsTidy", SG.TEXT, words("• All."), *ELEMENTS, SG.MENTION),
    changed("WordingIsTidy", SG.TEXT, words("All\tare <b>served</b>."), *ELEMENTS, SG.MENTION),
    changed("ThingHasLabel", RDFS.LABEL, untagged(RDFS.LABEL), *LABELLED, name="without a language"),
    changed("ThingHasOnePosition", SG.POSITION, number("0"), *PLACED, name="0"),
    changed("ThingHasOnePosition", SG.POSITION, Literal("1"), *PLACED, name="as text"),
    changed(
        "PositionsRunFromOne", SG.POSITION, number("77"), SG.OBJECTIVE, SG.OUTPUT, SG.KPI, SG.GOAL_STATEMENT, SG.TABLE
    ),
    changed("NotationIsPlainText", SG.NOTATION, words("1"), name="with a language"),
    changed("NotationIsPlainText", SG.NOTATION, Literal(""), name="that is empty"),
    changed("TermHasName", SKOS.PREF_LABEL, Literal("Road"), name="without a language"),
    changed("DifferenceOfWordingIsNoted", SG.TEXT, words("A road of sand"), SG.MENTION),
    added("TitleIsThereOnce", DCTERMS.TITLE, words(""), *ELEMENTS, *PARTS, SG.MENTION, name="that is empty"),
    added("TitleIsThereOnce", DCTERMS.TITLE, words(" "), *ELEMENTS, name="of a blank"),
    added("TitleIsThereOnce", DCTERMS.TITLE, Literal("Roads"), *ELEMENTS, name="without a language"),
    other("TitleIsThereOnce", "two titles", lambda plan: plan.of(*ELEMENTS, *PARTS), two_titles),
    # Texts, titles and places that none of an element's wordings has; positions of wordings and chapters.
    other("TextIsOneOfItsWordings", "reworded alone", outputs, with_(SG.TEXT, words("A road of sand"))),
    other("TitleIsOneOfItsWordings", "a title of its own", outputs, with_(DCTERMS.TITLE, words("Roads"))),
    other("PlaceIsOneOfItsWordings", "moved alone", outputs, with_(SG.STATED_IN, NamedNode(f"{PLAN}/text/section/1"))),
    changed("FootnoteHoldsNoElement", SG.STATED_IN, NamedNode(f"{PLAN}/text/footnote/1"), *ELEMENTS, SG.MENTION),
    changed("FootnoteHoldsNoElement", IN, NamedNode(f"{PLAN}/text/footnote/1"), SG.TABLE, SG.PARAGRAPH),
    changed("MentionsAreNumberedFromOne", SG.POSITION, number("7"), SG.MENTION, name="after a gap"),
    changed("MentionsAreNumberedFromOne", SG.POSITION, other_position, SG.MENTION, name="that another has"),
    changed("ChaptersAreNumberedFromOne", SG.POSITION, number("9"), SG.SECTION),
    # What was written for another, twice, or not at all.
    changed("WordingIsNoPlaceholder", SG.TEXT, words("TBD"), *WORDED_ELEMENTS),
    changed("WordingIsNoPlaceholder", SG.TEXT, words("to be confirmed."), *WORDED_ELEMENTS, name="in words"),
    changed("WordingIsNoPlaceholder", SG.TEXT, words("…"), *WORDED_ELEMENTS, name="of dots"),
    other(
        "WordingIsNotRepeated",
        "a copy of a KPI with another full stop",
        lambda plan: plan.of(SG.KPI),
        copied_in_capitals,
    ),
    other("WordingIsNotRepeated", "an objective twice", lambda plan: plan.of(SG.OBJECTIVE), copied_in_capitals),
    changed("WordingIsNotThatOfWhatItServes", SG.TEXT, of_what_it_serves, SG.OUTPUT, SG.EXPECTED_RESULT, SG.KPI),
    changed("WordingIsNotThatOfWhatItServes", SG.TEXT, of_what_it_serves, SG.OBJECTIVE, name="that is the goal's"),
    other("WordingStandsOnceAtItsPlace", "a mention twice", lambda plan: plan.of(SG.MENTION), mentioned_twice),
    changed("LabelFitsItsElement", RDFS.LABEL, words("North objective 7: To build"), SG.OBJECTIVE),
    changed(
        "LabelFitsItsElement", RDFS.LABEL, words("All else …"), SG.OUTPUT, SG.EXPECTED_RESULT, SG.KPI, SG.GOAL_STATEMENT
    ),
    other("NumbersFollowTheOrder", "exchanged", lambda plan: plan.of(SG.OBJECTIVE), exchanged),
    other("MeasureIsOfItsObjective", "measures another's", lambda plan: plan.of(SG.KPI), anothers(SG.MEASURES)),
    other("MeasureIsOfItsObjective", "of another's", lambda plan: plan.of(SG.EXPECTED_RESULT), anothers(SG.RESULT_OF)),
    lost_from("FootnoteIsReferredTo", SG.HAS_FOOTNOTE, SG.FOOTNOTE),
    changed("PeriodIsPlausible", SG.START_YEAR, number("12"), SG.STRATEGIC_PLAN, name="of two digits"),
    added("PlanDoesNotReplaceItself", DCTERMS.REPLACES, lambda _, node: node, SG.STRATEGIC_PLAN),
    added("ReplacedPlanIsPlan", DCTERMS.REPLACES, NamedNode(f"{AGENCY}/office"), SG.STRATEGIC_PLAN),
    other("PlanFollowsWhatItReplaces", "replaces a later one", plans, replacing("2031", "2034")),
    other("PeriodsDoNotOverlap", "begins in the last year of the one before", plans, replacing("2026", "2030")),
    other("PeriodsDoNotOverlap", "has the years of the one before", plans, replacing("2030", "2033")),
    changed("PeriodIsPlausible", SG.END_YEAR, number("99999"), SG.STRATEGIC_PLAN, name="of five digits"),
    changed("PeriodIsPlausible", SG.END_YEAR, number("2133"), SG.STRATEGIC_PLAN, name="a hundred years later"),
    added("NoteHasLanguage", SKOS.EDITORIAL_NOTE, words(" "), *ELEMENTS, name="that is empty"),
    changed("TermHasDefinition", SKOS.DEFINITION, words(""), name="that is empty"),
    changed("TermHasName", SKOS.PREF_LABEL, words(" "), name="that is empty"),
    changed("PlanNamesItsSource", DCTERMS.SOURCE, words(" "), name="that is empty"),
    # Properties of one sort of thing on another: by the ontology these are contradictions.
    added("PropertyFitsItsThing", SG.POSITION, number("1"), SG.STRATEGIC_PLAN, SG.SECTOR, SG.BASELINE, SG.TARGET),
    added("PropertyFitsItsThing", SG.TEXT, words("All."), SG.STRATEGIC_PLAN, SG.SECTOR, ORG.FORMAL_ORGANIZATION),
    added("PropertyFitsItsThing", SG.NOTATION, Literal("7"), SG.STRATEGIC_PLAN, SG.BASELINE, SG.TARGET),
    added("PropertyFitsItsThing", SG.STATED_IN, NamedNode(f"{PLAN}/text/table/1.1"), SG.STRATEGIC_PLAN, SG.SECTION),
    added("PropertyFitsItsThing", SG.QUALIFIER, words("In winter"), SG.STRATEGIC_PLAN, *PARTS, SG.SECTOR),
    added("PropertyFitsItsThing", SG.HAS_FOOTNOTE, NamedNode(f"{PLAN}/text/footnote/1"), SG.MENTION, SG.TARGET),
    added("PropertyFitsItsThing", SG.RESULT_OF, NamedNode(f"{PLAN}/north/objective/1/output/1"), SG.KPI, SG.OUTPUT),
    added("PropertyFitsItsThing", SG.MEASURES, NamedNode(f"{PLAN}/north/objective/1/output/1"), SG.OBJECTIVE),
    added("PropertyFitsItsThing", SG.OF_UNIT, NamedNode(f"{AGENCY}/north"), SG.MENTION, *PARTS, SG.STRATEGIC_PLAN),
    added("PropertyFitsItsThing", SG.START_YEAR, number("2030"), *ELEMENTS, *PARTS),
    # Two places that do not say the same, notes that are not true, and chapters of other units.
    other(
        "WordingsOfBothPlacesAgree",
        "reworded in one place",
        objectives,
        lambda p, n: noted(in_two_places(p, n, words("To plan.")), n),
    ),
    other(
        "NoteOfDifferenceIsTrue", "reworded in both", outputs, with_(SKOS.EDITORIAL_NOTE, words("The tables differ."))
    ),
    other("DifferenceOfTitleIsNoted", "two titles", objectives, lambda p, n: titled_apart(in_two_places(p, n), n)),
    other("ObjectiveOfOnePlaceIsNoted", "in one place", objectives, in_one_place),
    other("ObjectiveOfOnePlaceIsNoted", "in no place", objectives, in_no_place),
    other(
        "PlaceIsInTheUnitsChapter", "in the office's", lambda plan: plan.of(SG.OUTPUT, SG.KPI), in_the_offices_chapter
    ),
    other(
        "PlaceIsInTheUnitsChapter",
        "a mention in the office's",
        lambda plan: plan.of(SG.MENTION),
        in_the_offices_chapter,
    ),
    # Circles.
    changed("UnitIsNotBelowItself", ORG.UNIT_OF, lambda _, unit: unit, SG.SECTOR, ORG.ORGANIZATIONAL_UNIT),
    other("UnitIsNotBelowItself", "of each other", lambda plan: plan.of(SG.SECTOR), units_of_each_other),
    changed("PartIsNotBelowItself", IN, lambda _, part: part, SG.TABLE, SG.PARAGRAPH, SG.FOOTNOTE),
    other("PartIsNotBelowItself", "a chapter within its table", chapters_with_tables, within_its_table),
    added("NoteHasLanguage", SKOS.EDITORIAL_NOTE, Literal("So it is."), *ELEMENTS),
    added("NoteHasLanguage", SG.LEAD_IN, Literal("By then:"), SG.MENTION),
    # Things of another class.
    added("ElementHasOneKind", RDF.TYPE, other_kind, *ELEMENTS),
    changed("ElementHasOneKind", RDF.TYPE, NamedNode(SG.PLAN_ELEMENT), *ELEMENTS),
    added("ThingIsNotOfTwoSorts", RDF.TYPE, NamedNode(SG.MENTION), *ELEMENTS, *PARTS, SG.STRATEGIC_PLAN),
    added("ClassIsKnown", RDF.TYPE, NamedNode(f"{SG_NS}Dream"), *LABELLED),
    other("ThingHasLastingName", "no name", lambda plan: plan.of(*LABELLED, SG.MENTION), nameless),
    other("NameIsAddress", "a name with #", lambda plan: plan.of(SG.KPI, SG.TABLE), lambda p, n: named(p, n, "#a")),
    other(
        "NameShowsItself", "a blank name", lambda plan: plan.of(SG.KPI, SG.TABLE), lambda p, n: named(p, n, "\u00a0")
    ),
    # Characters that nobody sees, or that XML cannot hold.
    changed("TextCanBeWritten", SG.TEXT, words("All\vare served."), *ELEMENTS, SG.MENTION),
    changed("TextShowsItself", RDFS.LABEL, words("All are ser\u00adved."), *LABELLED),
    # Properties that must not be there.
    added("PropertyIsKnown", f"{SG_NS}dream", words("To fly."), *ELEMENTS, SG.STRATEGIC_PLAN),
    added("InferredPropertyIsNotStated", SG.HAS_ELEMENT, NamedNode(f"{PLAN}/mission"), SG.STRATEGIC_PLAN),
    # What is linked with the wrong thing.
    changed("NestedItemIsOfItsParentsKind", SG.PART_OF, lambda plan, _: plan.of(SG.KPI)[0]),
    other(
        "NestedItemIsOfItsParentsKind",
        "part of its own part",
        lambda plan: plan.having(SG.PART_OF),
        lambda plan, node: plan.with_(Triple(plan.one(node, SG.PART_OF), NamedNode(SG.PART_OF), node)),
    ),
    other(
        "NestedItemIsOfItsParentsObjective",
        "nested in one of another objective",
        lambda plan: plan.of(SG.KPI, SG.OUTPUT),
        nested_in_another_objectives,
    ),
    changed("LinkStaysInPlanAndUnit", SG.OF_UNIT, NamedNode(f"{AGENCY}/office"), SG.OUTPUT, SG.KPI, SG.GOAL_STATEMENT),
    changed("LinkStaysInPlanAndUnit", SG.IN_PLAN, NamedNode(f"{AGENCY}/plan/2"), SG.OUTPUT, SG.GOAL, SG.OBJECTIVE),
    changed("ObjectiveContributesToOwnGoal", SG.OF_UNIT, NamedNode(f"{AGENCY}/office"), SG.OBJECTIVE),
    changed("ObjectiveContributesToOwnGoal", SG.OF_UNIT, NamedNode(f"{AGENCY}/office"), SG.GOAL),
    changed(
        "GoalServesMissionOfPublisher",
        SG.SERVES_MISSION,
        lambda plan, goal: next(
            n for n in plan.of(SG.MISSION) if plan.all(n, SG.OF_UNIT) == plan.all(goal, SG.OF_UNIT)
        ),
        SG.GOAL,
    ),
    # Numbers and wordings that stand twice.
    changed("NotationIsUniqueWithinParent", SG.NOTATION, lambda p, n: p.one(other_table(p, n), SG.NOTATION), SG.TABLE),
    other("WordingIsNotRepeated", "a copy", outputs, lambda plan, node: plan.copied(node, f"{node.value}/copy")),
    changed(
        "KpiIsNotWordedAsResult",
        SG.TEXT,
        lambda plan, kpi: plan.one(result_of_the_same_objective(plan, kpi), SG.TEXT),
        SG.KPI,
    ),
    other(
        "UnitHasExactlyOneGoal",
        "a copy",
        lambda plan: plan.of(SG.GOAL),
        lambda plan, node: plan.copied(node, f"{node.value}/copy"),
    ),
    other(
        "UnitHasExactlyOneMission",
        "a copy",
        lambda plan: [n for n in plan.of(SG.MISSION) if n.value != f"{PLAN}/mission"],
        lambda plan, node: plan.copied(node, f"{node.value}/copy"),
    ),
    # Outputs of two tables.
    other("OutputOfOneTableIsNoted", "in one table", outputs, in_one_table),
    other("OutputStandsInBothTables", "in one table, noted", outputs, lambda p, n: noted(in_one_table(p, n), n)),
    other("WordingsOfBothTablesAgree", "reworded, noted", outputs, lambda p, n: noted(reworded(p, n), n)),
)

NO_YEAR = changed("YearIsGivenOnce", SG.START_YEAR, number("soon"), SG.STRATEGIC_PLAN, name="that is no number")
"""A number that is none, in a rule that compares it with another: the reference gives up."""
