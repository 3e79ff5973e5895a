"""Whose a plan is: refuses a file that takes the name, the place or the elements of another plan."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Triple
from rapidfuzz import fuzz, process

from stratgraph.asking import text_rows
from stratgraph.errors import Location, SourceError, UsageError
from stratgraph.graph import Graph, primary
from stratgraph.history import graph_quads, newest_versions, plans
from stratgraph.identifiers import UNKNOWN, plans_above
from stratgraph.matching.similarity import key
from stratgraph.plan_files import has_one_language
from stratgraph.statements import Places
from stratgraph.terms import BASE, DCTERMS, RDF, RDFS, SG
from stratgraph.vocabularies import says_more_than_names
from stratgraph.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from stratgraph.statements import StatedPlan
    from stratgraph.store import Reading

_AT_ONCE: Final = 200
"""Of so many elements a store is asked in one query: some servers refuse long ones."""

_ALIKE: Final = 0.8
"""Share of the wordings of a new plan's elements that a published one has too where its name is taken for a slip."""

_SIBLINGS: Final = 3
"""So many plans of its organisation, those with the most similar names, a new plan is held beside."""

_EDITIONS: Final = 10
"""So many plans of the same years, those with the most similar names, a new plan in one language is held beside."""

_LEAST_ELEMENTS: Final = 5
"""A plan with fewer elements is built like many others."""


def refuse_claimed(reading: Reading, new: StatedPlan, *, is_new: bool) -> None:
    """An IRI is of one plan for good: no other may claim it for an element, nor be named so that it could."""
    iri = new.identifiers.plan_iri
    if is_new and (other := next((one for one in plans(reading) if _is_below(one, iri) or _is_below(iri, one)), "")):
        raise UsageError(
            f"The IRIs of two plans would be below each other: <{iri}>, and <{other}> in the store.",
            where=_place_of_name(new) or Location(file=new.file),
            mend="Give the plan an IRI beside that one: what is named below a plan is of that plan.",
        )
    elements = new.graph.subjects(SG.IN_PLAN, iri)
    for element, plan in _plans_of(reading, elements):
        if plan != iri:
            triple = Triple(NamedNode(element), NamedNode(SG.IN_PLAN), NamedNode(iri))
            raise UsageError(
                f"<{element}> is an element of <{plan}> in the store, and cannot be one of <{iri}>.",
                where=Places(new).of_triple(triple) or Location(file=new.file),
                mend="Give the element an IRI of its own; that it is like that one say by a link.",
            )
    _refuse_described(reading, new, (iri, *elements))


def refuse_describing(reading: Reading, vocabulary: str, triples: Iterable[Triple]) -> None:
    """A vocabulary may say what others call a plan or what is in it, and nothing else: the plan would seem to state it.

    Args:
        reading: to ask for the plans.
        vocabulary: the name of its graph.
        triples: its own.

    Raises:
        SourceError: it describes a published plan, what is named below one, or an element of one.
    """
    published = set(plans(reading))
    if not published:
        return
    said: dict[str, set[str]] = defaultdict(set)
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            said[triple.subject.value].add(triple.predicate.value)
    described = [thing for thing, properties in said.items() if says_more_than_names(properties)]
    below = ((thing, plan) for thing in described for plan in plans_above(thing) if plan in published)
    # An element need not be named below its plan; of what is ours a vocabulary has only what is its own.
    elsewhere = _plans_of(reading, [thing for thing in described if not thing.startswith(BASE)])
    for thing, plan in chain(below, elsewhere):
        raise SourceError(
            f"The vocabulary <{vocabulary}> describes what is of the published plan <{plan}>.",
            where=Location(element=thing),
            mend="Give what the vocabulary describes IRIs of its own, not below a plan's; what a plan says is in the "
            "plan, and what links the two is a set of mappings.",
        )


def _refuse_described(reading: Reading, new: StatedPlan, things: tuple[str, ...]) -> None:
    """The other way round: a vocabulary of the store must not describe what is to be a plan's."""
    # Of what is ours no vocabulary says anything.
    strange = [thing for thing in things if not thing.startswith(BASE)]
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in _asked_of(reading, "said-by-vocabularies", "thing", strange):
        said[row["thing"], row["vocabulary"]].add(row["property"])
    for (thing, vocabulary), properties in said.items():
        if says_more_than_names(properties):
            raise UsageError(
                f"<{thing}> is described by the vocabulary <{vocabulary}> in the store, and cannot be of a plan too.",
                where=Places(new).of_thing(thing) or Location(file=new.file),
                mend="Give it an IRI of its own, or take the vocabulary out (stratgraph import remove "
                f"{vocabulary.rpartition('/')[2]}).",
            )


def _plans_of(reading: Reading, elements: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each of these that is an element of a plan in any version, with the plan."""
    for row in _asked_of(reading, "elements-in-plans", "element", elements):
        yield row["element"], row["plan"]


def _asked_of(reading: Reading, query: str, name: str, things: Sequence[str]) -> Iterator[dict[str, str]]:
    for start in range(0, len(things), _AT_ONCE):
        yield from text_rows(reading, query, **{name: things[start : start + _AT_ONCE]})


def _is_below(iri: str, other: str) -> bool:
    return iri.startswith(f"{other}/")


def refuse_slip_in_name(reading: Reading, new: StatedPlan, before: str) -> None:
    """A new plan whose elements are those of a published one may be its revision, with a slip in its years or name.

    The plan of the period before, ``before``, is known to be another one.
    """
    iri = new.identifiers.plan_iri
    siblings = {
        plan: graph
        for plan, graph in newest_versions(reading).items()
        if plan.rpartition("/")[0] == iri.rpartition("/")[0] and plan != before
    }
    wordings = _wordings(new.graph)
    for plan, _, _ in process.extract(iri, list(siblings), scorer=fuzz.ratio, limit=_SIBLINGS):
        shared = len(wordings & _wordings(Graph.ground(graph_quads(reading, siblings[plan]))))
        if wordings and shared >= _ALIKE * len(wordings):
            raise UsageError(
                f"No version of <{iri}> is published, and {shared:,} of the {counted(len(wordings), 'wording')} of its "
                f"elements are those of <{plan}> of the same organisation: is its name or its period a slip?",
                where=_place_of_name(new) or Location(file=new.file),
                mend="If it is a revision of that plan, name that one: by the years in the title of a text, the plan "
                "or the years in the description of StratML, the plan's IRI in RDF and workbooks. If it is a plan of "
                "its own, say that it is compared with no version (against: 0).",
            )


def refuse_translation_of_another_name(reading: Reading, new: StatedPlan, before: str) -> None:
    """A new plan that is built as a published one of another language and the same years may be its translation.

    Only of forms that name a plan by words of theirs, such as the abbreviation of its organisation: these differ
    between languages. The plan of the period before, ``before``, is known to be another one.
    """
    if not has_one_language(new):
        return
    iri, kinds = new.identifiers.plan_iri, _kinds(new.graph)
    others = {
        plan: graph
        for plan, graph in newest_versions(reading).items()
        if plan.rpartition("/")[2] == iri.rpartition("/")[2] and plan not in {iri, before}
    }
    for plan, _, _ in process.extract(iri, list(others), scorer=fuzz.ratio, limit=_EDITIONS):
        graph = Graph.ground(graph_quads(reading, others[plan]))
        language = graph.main_language(NamedNode(plan)) or ""
        is_other = bool(language and new.language) and primary(language) != primary(new.language)
        if is_other and kinds.total() >= _LEAST_ELEMENTS and kinds == _kinds(graph):
            mine, theirs = (
                one.text(one.iri(name, DCTERMS.PUBLISHER), SG.NOTATION)
                for one, name in ((new.graph, iri), (graph, plan))
            )
            raise UsageError(
                f"No version of <{iri}> is published, and <{plan}>, of the same years and in another language "
                f"({language}), has as many elements of each kind: is this that plan in the language {new.language}?",
                where=_place_of_name(new) or Location(file=new.file),
                mend=f"If it is, say in the description beside the file how that plan calls its units: [abbreviations] "
                f'with {mine or "…"} = "{theirs or "…"}" and so on for a text, organisation and plan for StratML. '
                "If it is a plan of its own, say that it is compared with no version (against: 0).",
            )


def _kinds(graph: Graph) -> Counter[str]:
    """How many elements there are of each class."""
    return Counter(kind for iri in graph.subjects(SG.IN_PLAN) for kind in graph.iris(iri, RDF.TYPE))


def _wordings(graph: Graph) -> set[str]:
    return {key(text) for iri in graph.subjects(SG.IN_PLAN) for text in graph.texts(iri, SG.TEXT)}


def _place_of_name(plan: StatedPlan) -> Location | None:
    """Where the plan's title stands, or the plan is described."""
    iri, places = plan.identifiers.plan_iri, Places(plan)
    said = [triple for triple in plan.statements if triple.subject == NamedNode(iri)]
    said.sort(key=lambda triple: triple.predicate.value != DCTERMS.TITLE)
    return next(filter(None, map(places.of_triple, said)), None)


def refuse_of_another_publisher(new: StatedPlan, former: StatedPlan, number: int) -> None:
    """A plan whose identifier is made of names may get that of somebody else's plan: it is no version of that one."""
    names, before = _names_of_publisher(new), _names_of_publisher(former)
    iri = new.identifiers.plan_iri
    if names and before:
        if _are_of_one(names, before):
            return
        what = f"The plan is of {_listed(names)}, and <{iri}> in the store is of {_listed(before)}."
    elif names or before or new.identifiers.organisation != UNKNOWN:
        return
    else:
        what = f"The plan names no organisation, and neither does <{iri}> in the store."
    raise UsageError(
        what,
        where=Location(file=new.file),
        mend="If it is another organisation's, give it an identifier of its own: of StratML by organisation in the "
        f"description, NAME.toml. If it is a version of that plan, say so: against {number}.",
    )


def _names_of_publisher(plan: StatedPlan) -> dict[str, bool]:
    """What the publisher is called, and whether that is its name; otherwise it is an abbreviation."""
    publisher = plan.graph.iri(plan.identifiers.plan_iri, DCTERMS.PUBLISHER)
    short = plan.graph.texts(publisher, SG.NOTATION)
    return {text: text not in short for text in (*plan.graph.texts(publisher, RDFS.LABEL), *short)}


def _are_of_one(names: Mapping[str, bool], others: Mapping[str, bool]) -> bool:
    """Whether they have a name in common; where one of them has none, an abbreviation will do."""
    needs_name = any(names.values()) and any(others.values())
    ours, theirs = (
        {key(text) for text, is_name in found.items() if is_name or not needs_name} for found in (names, others)
    )
    return not ours.isdisjoint(theirs)


def _listed(names: Iterable[str]) -> str:
    return " / ".join(f"“{name}”" for name in names)
