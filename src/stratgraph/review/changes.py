"""What a revision changes, by meaning: thing by thing and not triple by triple."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from stratgraph.document import OWNING
from stratgraph.graph import is_made_of
from stratgraph.identifiers import names_above, natural_key, whole_number
from stratgraph.review.hierarchy import DOWNWARD, UPWARD
from stratgraph.review.model import Change, ChangeKind
from stratgraph.review.order import out_of_order
from stratgraph.review.parts import Stated, same_parts
from stratgraph.review.things import is_part, kind_label, term_label
from stratgraph.review.values import (
    gist,
    is_note_of_place,
    is_of_number_alone,
    is_text,
    joined,
    named,
    pairs,
)
from stratgraph.review.words import marked
from stratgraph.terms import DCTERMS, RDF, RDFS, SG, SKOS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from stratgraph.errors import Location
    from stratgraph.review.model import Words
    from stratgraph.review.things import Term, Things

_FIGURES: Final = (SG.NUMERIC_VALUE, SG.UNIT_OF_MEASURE, SG.START_DATE, SG.END_DATE)
"""What of a value is a figure, and no words."""

_TEXTS: Final = (SG.TEXT, SKOS.DEFINITION)
_SHOWN: Final = (SG.TEXT, DCTERMS.TITLE, SKOS.DEFINITION)
"""What a translation is told by, where it has one of them."""

_OF_PLACE: Final = frozenset({*UPWARD, *DOWNWARD, SG.OF_UNIT, SG.IN_PLAN, SG.STATED_IN, SG.POSITION, SG.ROW, RDF.TYPE})
"""What has a rule of its own; every other property is compared value by value."""

_KINDS: Final = tuple(ChangeKind)


def changes(new: Things, old: Things) -> tuple[Change, ...]:
    """What the one plan says otherwise than the other: the same element has the same IRI in both.

    Returns:
        The changes, sorted by unit, group, subject as people count, kind. Not among them is what another one shows:
        positions that shift because something was put in or taken out before, labels that follow a text, wordings that
        come and go with their element, parts of the text that are nothing but an element's.
    """
    return tuple(sorted(_Comparison(new, old).found(), key=_key))


def _key(change: Change) -> tuple[object, ...]:
    place = (natural_key(change.unit), natural_key(change.group), natural_key(change.subject))
    return (*place, _KINDS.index(change.kind), change.property, change.old, change.new)


class _Comparison:
    def __init__(self, new: Things, old: Things) -> None:
        self.new = new
        self.old = old
        before, after = old.iris, new.iris
        self.same = {iri: iri for iri in after & before if not is_part(new.type(iri)) and not is_part(old.type(iri))}
        self.same |= same_parts(new, old)
        self._renamed = {was: iri for iri, was in self.same.items()}
        self.added = after - self.same.keys()
        self.removed = before - self._renamed.keys()
        self._stated = Stated(new)
        self._stated_before = Stated(old)
        self._rows: frozenset[str] = frozenset()

    def found(self) -> Iterator[Change]:
        yield from self._came_and_went()
        order = self._displaced()
        self._rows = self._displaced_rows()
        told: set[tuple[str, str, str, str]] = set()
        parts = []
        for iri, was in self.same.items():
            if is_part(self.new.type(iri)):
                parts.append(iri)
            elif not self._owner(self.new, iri, {SG.HAS_MENTION}):
                for change in self._of_thing(iri, was, is_displaced=iri in order):
                    told.update((part, change.property, change.old, change.new) for part in self._parts(iri))
                    yield change
        for iri in parts:
            yield from self._of_part(iri, self.same[iri], told, is_displaced=iri in order)

    # --- added and removed --------------------------------------------------------------------------------------------

    def _came_and_went(self) -> Iterator[Change]:
        for things, stated, iris, kind in (
            (self.new, self._stated, self.added, ChangeKind.ADDED),
            (self.old, self._stated_before, self.removed, ChangeKind.REMOVED),
        ):
            for iri in iris:
                is_shown = is_part(things.type(iri)) and (stated.is_whole(iri) or self._is_kept_with(things, iris, iri))
                owner = self._owner(things, iri, OWNING)
                # A wording that comes to a thing that stays is a change of that thing; so are values coming with one.
                is_wording = bool(owner) and things.type(iri) == SG.MENTION
                if not (is_shown or is_wording or owner in iris):
                    text = things.wording(iri) or things.label(iri)
                    is_new = kind is ChangeKind.ADDED
                    yield self._change(kind, iri, old="" if is_new else text, new=text if is_new else "")

    @staticmethod
    def _is_kept_with(things: Things, iris: Collection[str], part: str) -> bool:
        """Whether a part of the text is named below one of some elements, as what a form keeps with an element is."""
        return any(above in iris and not is_part(things.type(above)) for above in names_above(part))

    @staticmethod
    def _owner(things: Things, iri: str, owning: Iterable[str]) -> str:
        return min((above for predicate, above in things.above(iri) if predicate in owning), default="")

    # --- things that stay ---------------------------------------------------------------------------------------------

    def _of_thing(self, iri: str, was: str, *, is_displaced: bool) -> list[Change]:
        changed = [
            *self._moved(iri, was),
            *self._said(iri, was),
            *self._links(iri, was),
        ]
        changed += self._wordings(iri, was, {gist(change) for change in changed})
        properties = {change.property for change in changed}
        changed += self._renumbered(iri, was, properties, is_displaced=is_displaced)
        if self._follows(iri, was, properties):
            changed = [change for change in changed if change.property != RDFS.LABEL]
        if self._parts_before(was) != self._parts(iri):
            changed = [change for change in changed if not is_note_of_place(change)]
        return changed or list(self._restated(iri, was))

    def _moved(self, iri: str, was: str) -> Iterator[Change]:
        above = {(name, self.new_name(parent)) for name, parent in self.old.above(was) if name != SG.HAS_MENTION}
        now = {(name, parent) for name, parent in self.new.above(iri) if name != SG.HAS_MENTION}
        if now != above:
            ((name, _), *_) = sorted(now - above) or sorted(above - now)
            old = (NamedNode(parent) for parent in {p for n, p in self.old.above(was) if n != SG.HAS_MENTION})
            new = (NamedNode(parent) for parent in {parent for _, parent in now})
            yield self._change(
                ChangeKind.MOVED, iri, name, old=joined(self.old, old), new=joined(self.new, new), at=(iri, name)
            )
            return
        for name in (SG.OF_UNIT, SG.IN_PLAN):
            old_values, new_values = self.old.graph.iris(was, name), self.new.graph.iris(iri, name)
            # What stands below something moves to another unit together with it.
            with_parent = any(
                self.old.graph.iris(self.same.get(parent, ""), name) == old_values
                and self.new.graph.iris(parent, name) == new_values
                for _, parent in now
            )
            if old_values != new_values and not with_parent:
                old_text = joined(self.old, map(NamedNode, old_values))
                new_text = joined(self.new, map(NamedNode, new_values))
                yield self._change(ChangeKind.MOVED, iri, name, old=old_text, new=new_text, at=(iri, name))
                return

    def _said(self, iri: str, was: str) -> Iterator[Change]:
        """Literals; also those that stand where a thing belongs, which no other rule tells of."""
        new, old = self.new.graph, self.old.graph
        told = {SG.POSITION.value, SG.ROW.value}
        figures = old.figure(was), new.figure(iri)
        if figures[0] != figures[1]:
            told |= {SG.NUMERIC_VALUE.value, SG.UNIT_OF_MEASURE.value}
            is_of_unit = old.text(was, SG.NUMERIC_VALUE) == new.text(iri, SG.NUMERIC_VALUE)
            changed = SG.UNIT_OF_MEASURE if is_of_unit else SG.NUMERIC_VALUE
            value = next(iter(new.literals(iri, changed)), None)
            at = (iri, changed)
            yield self._change(ChangeKind.REVALUED, iri, changed, old=figures[0], new=figures[1], at=at, value=value)
        added = self._added_languages(iri, was)
        for shown, words in added.values():
            yield self._change(ChangeKind.TRANSLATED, iri, shown, old="", new=words.value, at=(iri, shown), value=words)
        for name in sorted({*new.predicates(iri), *old.predicates(was)} - told):
            for gone, came in pairs(old.literals(was, name), new.literals(iri, name)):
                if gone or not came or came.language not in added:
                    yield self._literal_change(iri, (was, iri), name, name, gone, came)

    def _added_languages(self, iri: str, was: str) -> dict[str, tuple[str, Literal]]:
        """The languages that it has words in beside those that it had: the property to show, and its value."""
        before, now = _languages(self.old, was), _languages(self.new, iri)
        found: dict[str, tuple[str, Literal]] = {}
        if not before or not before < now:
            return found
        for name in dict.fromkeys((*_SHOWN, *self.new.graph.predicates(iri))):
            for one in self.new.graph.literals(iri, name):
                if one.language and one.language not in before:
                    found.setdefault(one.language, (name, one))
        return found

    def _literal_change(
        self, iri: str, at: tuple[str, str], name: str, told_as: str, old: Literal | None, new: Literal | None
    ) -> Change:
        """One value of one thing.

        Args:
            iri: the thing under which the review shows it.
            at: the one that says it in each version: itself, or one of its wordings.
            name: of the property.
            told_as: the property that is shown.
            old: its value before.
            new: its value after.
        """
        old_text, new_text = old.value if old else "", new.value if new else ""
        is_wording = bool(old and new and is_text(old) and is_text(new)) and name != SG.NOTATION
        if old and new and old_text == new_text:
            # Only the language or the datatype is another.
            old_text, new_text, is_wording = str(old), str(new), False
        kind = ChangeKind.AMENDED
        if name == SG.NOTATION:
            kind = ChangeKind.RENUMBERED
        elif name in _FIGURES:
            kind = ChangeKind.REVALUED
        elif told_as in _TEXTS and is_wording:
            kind = ChangeKind.REWORDED
        words = marked(old_text, new_text) if is_wording else ()
        return self._change(
            kind,
            iri,
            told_as,
            old=old_text,
            new=new_text,
            words=words,
            at=(at[1], name),
            value=new,
            gone=(at[0], name, old),
        )

    def _links(self, iri: str, was: str) -> Iterator[Change]:
        """References to others, and the class."""
        properties = {*self.new.graph.predicates(iri), *self.old.graph.predicates(was)}
        for name in sorted((properties - _OF_PLACE) | {RDF.TYPE.value}):
            now = set(self.new.graph.iris(iri, name))
            then = {self.new_name(value): value for value in self.old.graph.iris(was, name)}
            if now != then.keys():
                old = [NamedNode(then[iri]) for iri in then.keys() - now]
                new = [NamedNode(iri) for iri in now - then.keys()]
                kind = ChangeKind.AMENDED if name == RDF.TYPE else ChangeKind.RELINKED
                value = min(new, key=str, default=None)
                old_text, new_text = joined(self.old, old), joined(self.new, new)
                gone = (was, name, min(old, key=str, default=None))
                yield self._change(kind, iri, name, old=old_text, new=new_text, at=(iri, name), value=value, gone=gone)

    def _wordings(self, iri: str, was: str, told: set[tuple[str, str]]) -> Iterator[Change]:
        """The changes of its mentions, without what is a change of the thing itself already."""
        added: Collection[str] | None = None
        for mention, before in self._same_mentions(iri, was):
            new, old = self.new.graph, self.old.graph
            properties = {*new.predicates(mention), *old.predicates(before)}
            names = sorted(properties - _OF_PLACE) if mention and before else [SG.TEXT.value]
            for name in names:
                told_as = SG.HAS_MENTION if name == SG.TEXT else name
                for gone, came in pairs(old.literals(before, name), new.literals(mention, name)):
                    if not gone and came:
                        added = self._added_languages(iri, was) if added is None else added
                        if came.language in added:
                            continue  # with the element itself
                    at = (before or was, mention or iri)
                    change = self._literal_change(iri, at, name, told_as, gone, came)
                    if gist(change) not in told:
                        told.add(gist(change))
                        yield change
            if mention in self._rows:
                rows = old.text(before, SG.ROW), new.text(mention, SG.ROW)
                yield self._change(ChangeKind.RENUMBERED, iri, SG.ROW, old=rows[0], new=rows[1], at=(mention, SG.ROW))

    def _same_mentions(self, iri: str, was: str) -> list[tuple[str, str]]:
        """Mentions of both versions in pairs, an empty name where one is missing."""
        now = list(self.new.graph.iris(iri, SG.HAS_MENTION))
        then = list(self.old.graph.iris(was, SG.HAS_MENTION))

        def part(mention: str, *, is_old: bool) -> str:
            things = self.old if is_old else self.new
            value = things.graph.iri(mention, SG.STATED_IN)
            return self.new_name(value) if is_old else value

        def text(mention: str, *, is_old: bool) -> str:
            return (self.old if is_old else self.new).graph.text(mention, SG.TEXT)

        found = []
        for keys in ((text, part), (part,), (text,), ()):
            for mention in tuple(now):
                mark = [key(mention, is_old=False) for key in keys] or mention
                twin = next((m for m in then if mark == ([key(m, is_old=True) for key in keys] or m)), None)
                if twin is not None:
                    found.append((mention, twin))
                    now.remove(mention)
                    then.remove(twin)
        return [*found, *((mention, "") for mention in now), *(("", mention) for mention in then)]

    def _displaced_rows(self) -> frozenset[str]:
        """Wordings whose rows changed places in their table, as against those before which rows came or went."""
        tables: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for iri, was in self.same.items():
            for mention, before in self._same_mentions(iri, was):
                old, new = self.old.graph.text(before, SG.ROW), self.new.graph.text(mention, SG.ROW)
                table = self.new.graph.iri(mention, SG.STATED_IN)
                if old and new and table == self.new_name(self.old.graph.iri(before, SG.STATED_IN)):
                    tables[table].append((whole_number(old) or 0, whole_number(new) or 0, mention))
        return frozenset(name for rows in tables.values() for name in out_of_order(rows))

    def _renumbered(self, iri: str, was: str, changed: set[str], *, is_displaced: bool) -> Iterator[Change]:
        old, new = self.old.graph.text(was, SG.POSITION), self.new.graph.text(iri, SG.POSITION)
        has_lost_or_got = bool(old) != bool(new)
        if has_lost_or_got or (is_displaced and not changed & {SG.NOTATION, *UPWARD, *DOWNWARD}):
            gone = (was, SG.POSITION, next(iter(self.old.graph.literals(was, SG.POSITION)), None))
            yield self._change(
                ChangeKind.RENUMBERED, iri, SG.POSITION, old=old, new=new, at=(iri, SG.POSITION), gone=gone
            )

    def _follows(self, iri: str, was: str, changed: set[str]) -> bool:
        """Whether the label is made of what has changed besides."""
        if not changed & {SG.TEXT, SG.NOTATION, DCTERMS.TITLE, SKOS.PREF_LABEL}:
            return False
        return all(
            is_made_of(things.graph.text(name, RDFS.LABEL), named(things, name))
            for things, name in ((self.new, iri), (self.old, was))
        )

    def _restated(self, iri: str, was: str) -> Iterator[Change]:
        """That it stands elsewhere in the text, for what has changed in nothing else."""
        old, new = self._parts_before(was), self._parts(iri)
        if {self.new_name(part) for part in old} != new:
            old_text = joined(self.old, map(NamedNode, old))
            new_text = joined(self.new, map(NamedNode, new))
            yield self._change(
                ChangeKind.AMENDED, iri, SG.STATED_IN, old=old_text, new=new_text, at=(iri, SG.STATED_IN)
            )

    # --- parts of the text --------------------------------------------------------------------------------------------

    def _of_part(
        self, iri: str, was: str, told: set[tuple[str, str, str, str]], *, is_displaced: bool
    ) -> Iterator[Change]:
        is_whole = self._stated.is_whole(iri) and self._stated_before.is_whole(was)
        for change in self._of_thing(iri, was, is_displaced=is_displaced):
            is_of_place = change.kind is ChangeKind.MOVED or change.property == SG.POSITION
            if (iri, change.property, change.old, change.new) in told or (is_whole and is_of_place):
                continue
            is_of_number = iri != was or is_of_number_alone(change)
            if change.property == RDFS.LABEL and (is_of_number or self._is_shown(iri, was, change)):
                continue
            if change.property == SG.TEXT and self._is_shown(iri, was, change):
                continue
            yield change

    def _is_shown(self, iri: str, was: str, change: Change) -> bool:
        """Whether elements that are stated there make all the difference."""
        rest, before = self._stated.rest(iri, change.new), self._stated_before.rest(was, change.old)
        return rest is not None and rest == before

    # --- the order of what stays --------------------------------------------------------------------------------------

    def _displaced(self) -> set[str]:
        """What changed places. Objectives that stand below goals go with these."""
        found: set[str] = set()
        families = self._families()
        goals = {iri for key, family in families.items() if key[0] == SG.GOAL for iri in out_of_order(family)}
        for key, family in families.items():
            groups: dict[tuple[str, ...], list[tuple[int, int, str]]] = defaultdict(list)
            for one in family:
                groups[self._goals(one[2]) if goals and key[0] == SG.OBJECTIVE else ()].append(one)
            found.update(iri for group in groups.values() for iri in out_of_order(group))
        return found

    def _goals(self, iri: str) -> tuple[str, ...]:
        return self.new.graph.iris(iri, SG.CONTRIBUTES_TO)

    def _families(self) -> dict[tuple[object, ...], list[tuple[int, int, str]]]:
        """Position before, position after and name of things that have stayed below the same one, by kind."""
        families: dict[tuple[object, ...], list[tuple[int, int, str]]] = {}
        for iri, was in self.same.items():
            old, new = (whole_number(t.graph.text(i, SG.POSITION)) for t, i in ((self.old, was), (self.new, iri)))
            above = {parent for _, parent in self.new.above(iri)}
            units = self.new.graph.iris(iri, SG.OF_UNIT)
            if old is None or new is None:
                continue
            if above != {self.new_name(parent) for _, parent in self.old.above(was)} or units != self.old.graph.iris(
                was, SG.OF_UNIT
            ):
                continue
            kind = self.new.type(iri)
            # Parts of a text are one series whatever they are; footnotes are one of their own.
            family = "part" if is_part(kind) and above else kind
            families.setdefault((family, *sorted(above), *units), []).append((old, new, iri))
        return families

    # --- names --------------------------------------------------------------------------------------------------------

    def new_name(self, was: str) -> str:
        """What a thing of the old version is called in the new one; of one that is gone, no name of another."""
        if was in self.removed and was in self.added:
            return f"{was} "
        return self._renamed.get(was, was)

    def _parts(self, iri: str) -> set[str]:
        stated = (iri, *self.new.graph.iris(iri, SG.HAS_MENTION))
        return {part for one in stated for part in self.new.graph.iris(one, SG.STATED_IN)}

    def _parts_before(self, was: str) -> set[str]:
        stated = (was, *self.old.graph.iris(was, SG.HAS_MENTION))
        return {part for one in stated for part in self.old.graph.iris(one, SG.STATED_IN)}

    def _change(
        self,
        kind: ChangeKind,
        iri: str,
        name: str = "",
        *,
        old: str,
        new: str,
        words: tuple[Words, ...] = (),
        at: tuple[str, str] = ("", ""),
        value: Term | None = None,
        gone: tuple[str, str, Term | None] = ("", "", None),
    ) -> Change:
        things = self.old if kind is ChangeKind.REMOVED else self.new
        head = things.head(iri)
        group = ""
        if head:
            # What is gone is shown with what is left of its group.
            now = self.new_name(head) if things is self.old else head
            group = self.new.label(now) if now in self.same or now in self.added else things.label(head)
        thing, predicate = at
        return Change(
            kind=kind,
            subject=iri,
            type=kind_label(things.type(iri)),
            label=things.label(iri),
            unit=things.unit(iri),
            group=group,
            property=str(name),
            property_label=term_label(name) if name else "",
            old=old,
            new=new,
            words=words,
            where=things.where(thing or iri, predicate, value),
            paragraph=things.part(thing or iri),
            stood=self._stood(kind, iri, gone) if old and not new else None,
        )

    def _stood(self, kind: ChangeKind, iri: str, gone: tuple[str, str, Term | None]) -> Location | None:
        """Where stood what is there no more: a whole thing, or a value of one."""
        thing, predicate, value = (iri, "", None) if kind is ChangeKind.REMOVED else gone
        return self.old.where(thing, predicate, value) if thing else None


def _languages(things: Things, iri: str) -> set[str]:
    values = (one for name in things.graph.predicates(iri) for one in things.graph.literals(iri, name))
    return {one.language for one in values if one.language}
