"""What the form of a revision cannot say stays as it was: a form that cannot carry something does not delete it.

StratML has no element for a situational factor or a second wording. So a revision of such a form is compared with the
version before **as this form says it**: what both say alike is unchanged, whatever that version says beyond; what they
say differently is what somebody changed, and is changed in that version.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.document import OWNING, Decision, Evidence
from stratgraph.errors import Location
from stratgraph.graph import facts, text_of
from stratgraph.identifiers import names_above, natural_key
from stratgraph.matching.kept import Kept
from stratgraph.statements import Notice, Places
from stratgraph.terms import DCTERMS, OWL, RDF, RDFS, SG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stratgraph.identifiers import VersionIdentifiers
    from stratgraph.statements import StatedPlan

UNSAID: Final = "not-said-in-this-form"
"""Name of the decision that what the form has no place for stays."""

_STAYS: Final = Decision(
    UNSAID, "The form of this source has no place for it: it stays as the version before states it."
)

_WORDINGS: Final = (SG.TEXT, DCTERMS.TITLE)

_Said = dict[str, dict[str, list[NamedNode | Literal]]]
"""By subject and predicate the values, in their order, each once."""


def with_unsaid(revision: StatedPlan, told: StatedPlan, old: StatedPlan, iris: VersionIdentifiers) -> StatedPlan:
    """A revision with what its form cannot say.

    Args:
        revision: as its source states it, its elements under the IRIs that they keep, what it drops withdrawn.
        told: the version before as the form says it: written in it and read back, its elements under their IRIs.
        old: the version before.
        iris: of that version.

    Returns:
        The version before with what is otherwise in the revision than in ``told``. Statements that the revision's
        source does not make rest on what they rested on, and on an editorial decision. Its notices are those that it
        does not share with ``told``, and one for each note about something unsaid that was changed or left out, for
        that changes nothing of it. Where the form says in the same words what it says, that is the revision with the
        rest beside it.
    """
    if told.statements.keys() <= old.statements.keys():
        return _with_rest(revision, told, old, Kept(old, iris, UNSAID))
    return _Unsaid(revision, told, old).plan(Kept(old, iris, UNSAID))


def _with_rest(revision: StatedPlan, told: StatedPlan, old: StatedPlan, rests: Kept) -> StatedPlan:
    """A revision, and what its form leaves out of all that it has still."""
    rest = [fact for fact in facts(old.statements) if Triple(*fact) not in told.statements]
    leading: dict[str, set[str]] = defaultdict(set)
    for fact in rest:
        leading[fact.object.value].add(fact.subject.value)

    def stays(iri: str, *below: str) -> bool:
        if iri in told.graph or iri in revision.graph:
            return iri in told.graph and iri in revision.graph and not revision.graph.has(iri, OWL.DEPRECATED)
        # What the form never tells of stays with what leads to it.
        return not leading[iri] or any(stays(one, iri, *below) for one in leading[iri].difference((iri, *below)))

    kept = {
        Triple(*fact): rests.of(Triple(*fact))
        for fact in rest
        if stays(fact.subject.value) and (fact.object.value not in told.graph or stays(fact.object.value))
    }
    return replace(
        revision,
        statements={**kept, **revision.statements},
        decisions=_decisions(revision, old, kept.items() - revision.statements.items()),
        notices=_Unsaid(revision, told, old).notices(),
    )


def _decisions(
    revision: StatedPlan, old: StatedPlan, statements: Iterable[tuple[Triple, Evidence]]
) -> tuple[Decision, ...]:
    """Those of the revision, and of the version before those on which statements of it still rest."""
    used = {name for _, evidence in statements for name in evidence.decisions}
    own = {decision.name for decision in revision.decisions}
    known = (*old.decisions, _STAYS) if UNSAID not in {one.name for one in old.decisions} else old.decisions
    return (*revision.decisions, *(one for one in known if one.name in used - own))


class _Unsaid:
    def __init__(self, revision: StatedPlan, told: StatedPlan, old: StatedPlan) -> None:
        self.revision, self.told, self.old = revision, told, old
        self.now, self.then, self.before = _said(revision), _said(told), _said(old)

    def plan(self, rests: Kept) -> StatedPlan:
        said: _Said = {iri: dict(known) for iri, known in self.before.items()}
        for iri in self.now.keys() | self.then.keys():
            if iri in self.before:
                said[iri] = self._changed(iri)
        taken = self._taken()
        said |= {iri: self.now[iri] for iri in taken}
        self._number_parts(said, taken)
        self._reword_mentions(said)
        self._withdraw(said)
        mine, before = self.revision.statements, self.old.statements
        statements = {
            triple: mine[triple]
            if triple in mine
            else rests.of(triple)
            if triple in before
            else Evidence(decisions=(UNSAID,))
            for triple in (Triple(*fact) for fact in _facts(said))
        }
        return replace(
            self.revision,
            statements=statements,
            decisions=_decisions(self.revision, self.old, statements.items()),
            notices=self.notices(),
        )

    # --- what was changed ---------------------------------------------------------------------------------------------

    def _changed(self, iri: str) -> dict[str, list[NamedNode | Literal]]:
        """What is said of something that was there before."""
        now, then = self.now.get(iri, {}), self.then.get(iri, {})
        said = dict(self.before[iri])
        if iri not in self.then:
            # A part that a file of this form had before, and that an export numbers otherwise.
            return said | now
        # Where in the form something stands is nothing that it says.
        skipped = {SG.STATED_IN.value, *([SG.POSITION.value] if now and _is_part(said) else [])}
        for name in (now.keys() | then.keys()) - skipped:
            mine, former, was = now.get(name, []), then.get(name, []), said.get(name, [])
            if set(mine) == set(former):
                continue
            if former and not set(former) & set(was):
                said[name] = mine  # the form words it in its own way
            else:
                said[name] = list(dict.fromkeys([*(one for one in was if one in mine or one not in former), *mine]))
        return {name: values for name, values in said.items() if values}

    def _taken(self) -> set[str]:
        """What the revision describes and the version before does not: what is new, and the parts that it stands in."""
        taken = {iri for iri in self.now if iri not in self.before and self._is_other(iri)}
        waiting = list(taken)
        while waiting:
            said = self.now[waiting.pop()]
            for value in (*said.get(DCTERMS.IS_PART_OF, ()), *said.get(SG.STATED_IN, ())):
                if value.value in self.now and value.value not in self.before and value.value not in taken:
                    taken.add(value.value)
                    waiting.append(value.value)
        return taken

    def _is_other(self, iri: str) -> bool:
        """Whether it is new, or a part of the text that reads otherwise."""
        return iri not in self.then or self.now[iri].get(SG.TEXT) != self.then[iri].get(SG.TEXT)

    def _number_parts(self, said: _Said, taken: set[str]) -> None:
        """What lies in a part, and the chapters, is counted anew where the revision has more, less or another order.

        In the form a position counts other things too, so it only says the order.
        """
        before = self._within(self.before, self.before)
        for above, parts in self._within(said, [*self.before, *taken]).items():
            ordered = self._ordered([one for one in parts if one in self.before], [*filter(taken.__contains__, parts)])
            if ordered != before.get(above):
                for number, iri in enumerate(ordered, start=1):
                    said[iri] = {**said[iri], SG.POSITION: [Literal(number)]}

    @staticmethod
    def _within(said: _Said, iris: Iterable[str]) -> dict[str, list[str]]:
        """The parts that lie in each part, in their order; those that lie in none under the empty name."""
        found: dict[str, list[str]] = defaultdict(list)
        for iri in sorted(iris, key=lambda one: (_position(said, one), natural_key(one))):
            known = said.get(iri, {})
            if SG.POSITION in known and _is_part(known):
                found["".join(value.value for value in known.get(DCTERMS.IS_PART_OF, ())[:1])].append(iri)
        return found

    def _ordered(self, known: list[str], new: list[str]) -> list[str]:
        """Parts of the version before, as the revision exchanged them, and among them what it adds."""
        both = [iri for iri in known if iri in self.now and iri in self.then]
        now, then = (sorted(both, key=partial(_position, said)) for said in (self.now, self.then))
        if now != then:
            turned = iter(now)
            known = [next(turned) if iri in both else iri for iri in known]
        told = [iri for iri in known if iri in self.now]
        for iri in new:
            above = [one for one in told if _position(self.now, one) < _position(self.now, iri)]
            # Where the form tells of none of them it comes last.
            known.insert(known.index(above[-1]) + 1 if above else 0 if told else len(known), iri)
            told = [one for one in known if one in self.now]
        return known

    def _reword_mentions(self, said: _Said) -> None:
        """A wording that was that of its element stays so: the form has one place for both."""
        for iri, known in self.before.items():
            for name in _WORDINGS:
                was, now = known.get(name, []), said.get(iri, {}).get(name, [])
                if len(was) != 1 or len(now) != 1 or was == now:
                    continue
                for mention in known.get(SG.HAS_MENTION, ()):
                    if said.get(mention.value, {}).get(name) == was:
                        said[mention.value] = {**said[mention.value], name: now}

    def _withdraw(self, said: _Said) -> None:
        """What is withdrawn is described no longer, nor what is there only because of it."""
        for iri in [one for one in self.then if OWL.DEPRECATED in self.now.get(one, {}) and one in self.before]:
            for relation in OWNING:
                for owned in self.before[iri].get(relation, ()):
                    said.pop(owned.value, None)
            said[iri] = {
                OWL.DEPRECATED: self.now[iri][OWL.DEPRECATED],
                RDFS.LABEL: self.before[iri].get(RDFS.LABEL, self.now[iri].get(RDFS.LABEL, [])),
            }

    # --- what is told -------------------------------------------------------------------------------------------------

    def notices(self) -> tuple[Notice, ...]:
        known = {notice.what: notice.where.element for notice in self.told.notices}
        found = [one for one in self.revision.notices if one.what not in known or self._is_changed(one.where.element)]
        places = Places(self.revision)
        for part in filter(None, known.values()):
            if not self._is_changed(part) or any(OWL.DEPRECATED in self.now.get(up, {}) for up in names_above(part)):
                continue
            called = next((value.value for value in self.then[part].get(RDFS.LABEL, ())), part)
            stated = (Triple(*fact) for fact in _facts({part: self.now.get(part, {})}))
            where = next(filter(None, map(places.of_triple, stated)), Location(file=self.revision.file))
            what = "was changed" if part in self.now else "was left out"
            found.append(
                Notice(
                    f"{called} {what}: it only tells of what this form has no place for, and changes nothing of that. "
                    "Revise that in a workbook or in Turtle.",
                    where,
                )
            )
        return tuple(found)

    def _is_changed(self, part: str | None) -> bool:
        """Whether a part of the text that the version before has in this form reads otherwise, or anything in it."""
        if not part:
            return False
        below = (one for one in self.now.keys() | self.then.keys() if one == part or one.startswith(f"{part}/"))
        return any(self._reads_otherwise(one) for one in below)

    def _reads_otherwise(self, part: str) -> bool:
        """Than the form says it, and than the file that the version before was read from if that was of this form."""
        now, then, before = (said.get(part, {}).get(SG.TEXT) for said in (self.now, self.then, self.before))
        is_as_before = self.old.source.media_type == self.revision.source.media_type and now == before
        return now != then and not is_as_before


def _is_part(known: Mapping[str, list[NamedNode | Literal]]) -> bool:
    """Whether something is a part of the text: it lies in another, or is a chapter."""
    return DCTERMS.IS_PART_OF in known or SG.SECTION in map(text_of, known.get(RDF.TYPE, ()))


def _position(said: _Said, iri: str) -> tuple[tuple[int, int, str], ...]:
    return natural_key("".join(value.value for value in said.get(iri, {}).get(SG.POSITION, ())))


def _said(plan: StatedPlan) -> _Said:
    found: _Said = defaultdict(dict)
    for subject, predicate, value in facts(plan.statements):
        found[subject.value].setdefault(predicate.value, []).append(value)
    return dict(found)


def _facts(said: _Said) -> Iterator[tuple[NamedNode, NamedNode, NamedNode | Literal]]:
    for iri, known in said.items():
        for name, values in known.items():
            for value in values:
                yield NamedNode(iri), NamedNode(name), value
