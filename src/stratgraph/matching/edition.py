"""A plan in another language: its words beside those that the plan has, element by element in the same order."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.document import VALUES, Decision, Evidence
from stratgraph.errors import Location, SourceError
from stratgraph.graph import facts, primary, text_of
from stratgraph.identifiers import names_above
from stratgraph.matching.kept import Kept
from stratgraph.matching.outline import Outline
from stratgraph.statements import Notice, Places
from stratgraph.terms import DCTERMS, DCTERMS_NS, RDF, SG, SG_NS, SKOS
from stratgraph.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.graph import Fact
    from stratgraph.identifiers import VersionIdentifiers
    from stratgraph.matching.outline import Group, Item
    from stratgraph.statements import StatedPlan

_EDITION: Final = "edition-in-"
"""Beginning of the name of the decision that all else stays; the tag of the language follows."""

_OF_THE_TEXT: Final = frozenset(
    (RDF.TYPE, SG.POSITION, SG.ROW, SG.STATED_IN, SG.HAS_MENTION, SG.HAS_FOOTNOTE, SG.IN_PLAN, SG.OF_UNIT)
)
"""What a translation may say in its own way: where it says something, and in which order with what else."""

_RELATIONS: Final = frozenset(
    (SG.CONTRIBUTES_TO, SG.SUPPORTS_OBJECTIVE, SG.EXPECTED_FOR, SG.INDICATOR_OF, SG.PART_OF, SG.HAS_STATEMENT)
)
"""What a translation has to say as well, where its form can say it of the plan."""

_PARTS: Final = (SG.SECTION, SG.PARAGRAPH, SG.TABLE, SG.FOOTNOTE)

_TOLD: Final = 5
"""So many differences are told one by one."""


def is_in_another_language(revision: StatedPlan, former: StatedPlan) -> bool:
    """Whether a revision, whose form has one language, is in another one than that in which the plan is shown."""
    mine, main = primary(revision.language), primary(former.language)
    return bool(mine and main) and mine != main and revision.assumed_language is None


def with_other_languages(
    edition: StatedPlan, former: StatedPlan, told: StatedPlan, iris: VersionIdentifiers
) -> StatedPlan:
    """A version of a plan, with the words that an edition has in its language.

    Its elements are those of the version that stand at the same place: of one kind, below the same element, in the same
    order, or of the same identifier in StratML. What it says in words is stated in its language, and rests on its own
    characters; what the version has in that language already and the edition says otherwise is replaced. All else
    stays, resting on what it rested on.

    Args:
        edition: as it was read.
        former: the version that it translates.
        told: what of it the form of the edition can say, its elements under the IRIs that they have there.
        iris: of that version.

    Raises:
        SourceError: the edition has other elements than the version, or relates them otherwise. A change of the plan
            is published in its main language first.
    """
    found = _Edition(edition, former, told)
    found.check()
    name = f"{_EDITION}{edition.language}"
    texts = {Triple(*fact): found.resting(evidence) for fact, evidence in found.texts()}
    restated = {(triple.subject, triple.predicate) for triple in texts}
    kept = Kept(former, iris, name)
    statements = {
        triple: kept.of(triple)
        for fact, triple in zip(facts(former.statements), former.statements, strict=True)
        if not (_is_in(fact, edition.language) and (fact.subject, fact.predicate) in restated)
    }
    plan = NamedNode(former.identifiers.plan_iri)
    if not former.graph.has(plan, SG.MAIN_LANGUAGE):
        # Else a translation into English would lead a plan that says nothing of its language.
        main = Triple(plan, NamedNode(SG.MAIN_LANGUAGE), Literal(former.language))
        statements[main] = Evidence(decisions=(name,))
    what = f"This source is the plan in {edition.language}: its words stand beside the others, and all else stays."
    decisions = {decision.name: decision for decision in former.decisions}
    decisions |= {decision.name: decision for decision in found.decisions()}
    decisions[name] = Decision(name, what, by_rule=True)
    used = {one for evidence in (*statements.values(), *texts.values()) for one in evidence.decisions}
    return replace(
        edition,
        language=former.language,
        statements={**statements, **texts},
        source=replace(edition.source, language=edition.language),
        decisions=tuple(decisions[one] for one in sorted(used)),
        provisional=frozenset(),
        notices=(*edition.notices, *found.notices()),
        withdraws=False,
        headings={},
    )


class _Edition:
    def __init__(self, edition: StatedPlan, former: StatedPlan, told: StatedPlan) -> None:
        self.edition, self.former, self.told = edition, former, told
        self.now, self.then = Outline(edition), Outline(told)
        self.faults: list[tuple[str, str]] = []
        self.names = self._elements()
        self.left: Counter[str] = Counter()

    def _elements(self) -> dict[str, str]:
        """The elements of the version by those of the edition; notes which groups of siblings are longer or shorter."""
        names: dict[str, str] = {}
        met: set[Group] = set()
        for item in self.now.items.values():
            kind, above = item.group
            group = kind, names.get(above, above)
            if group in met:
                continue
            met.add(group)
            mine, theirs = self.now.siblings[item.group], self.then.siblings.get(group, ())
            if len(mine) != len(theirs):
                self._differ(mine[0].iri, kind.facts.plural, group[1], len(mine), len(theirs))
            names |= {one.iri: other.iri for one, other in _paired(mine, theirs)}
        for group, theirs in self.then.siblings.items():
            if group not in met and (not group[1] or group[1] not in self.then.items or group[1] in names.values()):
                self._differ("", group[0].facts.plural, group[1], 0, len(theirs))
        return names

    def _differ(self, iri: str, plural: str, above: str, mine: int, theirs: int) -> None:
        graph = self.former.graph
        where = f" of “{graph.label(above)}”" if graph.label(above) else ""
        self.faults.append((iri, f"{mine or 'no'} {plural}{where}, and the plan has {theirs or 'none'}"))

    def check(self) -> None:
        """Raises SourceError where the edition and the version differ in more than their words."""
        faults = self.faults or list(self._otherwise())
        if not faults:
            return
        first = faults[0][0]
        said = [what for _, what in faults[:_TOLD]]
        more = f"; and {counted(len(faults) - _TOLD, 'more difference')}" if len(faults) > _TOLD else ""
        raise SourceError(
            f"This is the plan in {self.edition.language}, and it is not a translation of what is published: it has "
            f"{'; it has '.join(said)}{more}.",
            where=(first and Places(self.edition).of_thing(first)) or Location(file=self.edition.file),
            mend="A translation has the same elements in the same order. Publish what changed in "
            f"{self.former.language} first, or compare with the version that was translated: against its number.",
        )

    def _otherwise(self) -> Iterator[tuple[str, str]]:
        """What one of them says of plan, elements and values, but in words, and the other one does not."""
        mine = {told: iri for iri, told in self._comparable(self.edition)}
        theirs = {told for _, told in self._comparable(self.told, is_told=True)}
        for told, iri in mine.items():
            if told not in theirs and told not in self.former.statements:
                yield iri, self._shown(told)
        for told in sorted(theirs - mine.keys(), key=str):
            if told.predicate.value in _RELATIONS:
                yield "", f"not {self._shown(told)}"

    def _comparable(self, plan: StatedPlan, *, is_told: bool = False) -> Iterator[tuple[str, Triple]]:
        """What a plan says of its elements and values by IRIs and figures, with the names that the version has."""
        known = {*self.names.values(), plan.identifiers.plan_iri}
        for fact in facts(plan.statements):
            name = fact.predicate.value
            if name in _OF_THE_TEXT or not (name.startswith(SG_NS) or name == DCTERMS.REPLACES):
                continue
            subject = fact.subject.value if is_told else self._element_or_value(fact.subject.value)
            if is_told and subject not in known and not plan.graph.is_a(subject, *VALUES):
                continue
            if not subject or (isinstance(fact.object, Literal) and fact.object.language):
                continue
            value = fact.object
            if isinstance(value, NamedNode):
                value = value if is_told else NamedNode(self._element_or_value(value.value) or value.value)
            yield fact.subject.value, Triple(NamedNode(subject), fact.predicate, value)

    def _element_or_value(self, iri: str) -> str:
        """What the version calls an element, a value or the plan of the edition; empty for anything else."""
        if iri in self.names or iri == self.edition.identifiers.plan_iri:
            return self.names.get(iri, iri)
        return self._name(iri) if self.edition.graph.is_a(iri, *VALUES) else ""

    def _shown(self, told: Triple) -> str:
        graph = self.former.graph
        value = told.object
        shown = graph.label(value) or value.value if isinstance(value, NamedNode) else text_of(value)
        name = told.predicate.value.removeprefix(SG_NS).removeprefix(DCTERMS_NS)
        return f"“{graph.label(told.subject)}” with {name} “{shown}”"

    def resting(self, evidence: Evidence) -> Evidence:
        """The evidence of a text of the edition, whose decisions have names beside those of the version."""
        return replace(evidence, decisions=tuple(map(self._decision, evidence.decisions)))

    def decisions(self) -> Iterator[Decision]:
        """Those of the edition."""
        return (replace(one, name=self._decision(one.name)) for one in self.edition.decisions)

    def _decision(self, name: str) -> str:
        return f"{name}-in-{self.edition.language}"

    def texts(self) -> Iterator[tuple[Fact, Evidence]]:
        """What the edition says in words, of the things of the version."""
        statements = self.edition.statements
        for fact, evidence in zip(facts(statements), statements.values(), strict=True):
            if not _is_in(fact, self.edition.language) or fact.predicate.value == SKOS.EDITORIAL_NOTE:
                continue
            name = self._name(fact.subject.value)
            if name and self._is_name_of_place(name, fact):
                continue
            if name:
                yield fact._replace(subject=NamedNode(name)), evidence
            else:
                self.left[fact.subject.value] += 1

    def _is_name_of_place(self, name: str, fact: Fact) -> bool:
        """Whether it is a part of the text whose name, in the form's own words, is the same in all languages."""
        graph = self.former.graph
        return graph.is_a(name, *_PARTS) and fact.object.value in graph.texts(name, fact.predicate.value)

    def _name(self, iri: str) -> str:
        """What the version calls a thing of the edition; empty where it has none."""
        if iri in self.names:
            return self.names[iri]
        # A mention or a value stands below its element, at the same place as in the plan.
        above = next((one for one in names_above(iri) if one in self.names), "")
        name = f"{self.names[above]}{iri.removeprefix(above)}" if above else iri
        graph = self.former.graph
        kinds = set(graph.iris(name, RDF.TYPE))
        return name if kinds & set(self.edition.graph.iris(iri, RDF.TYPE)) else ""

    def notices(self) -> tuple[Notice, ...]:
        """One where the edition has things that the version has not: parts of its text, or terms."""
        if not self.left:
            return ()
        what = (
            f"{counted(len(self.left), 'part')} of the text or terms of this edition have no counterpart in the plan: "
            "their words stay in its source."
        )
        return (Notice(what, Location(file=self.edition.file)),)


def _paired(mine: tuple[Item, ...], theirs: tuple[Item, ...]) -> Iterator[tuple[Item, Item]]:
    """Siblings by the identifiers that their source gives them where it gives all of them one; else by their order."""
    known = {item.identifier: item for item in theirs if item.identifier}
    if {item.identifier for item in mine} == known.keys():
        return ((item, known[item.identifier]) for item in mine)
    return zip(mine, theirs, strict=False)


def _is_in(fact: Fact, language: str) -> bool:
    return isinstance(fact.object, Literal) and fact.object.language == language
