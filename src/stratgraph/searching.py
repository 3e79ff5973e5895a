"""What a search finds, as people see it: things with kind, unit and plan, words in context, the place in the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.entities import names_of, places_of, plans_of
from stratgraph.errors import NotFound
from stratgraph.graph import is_iri
from stratgraph.identifiers import plans_above
from stratgraph.reconciliation.ids import full_iri
from stratgraph.search import excerpt, read_typed
from stratgraph.terms import IDENTIFIERS, PREFIXES

if TYPE_CHECKING:
    from collections import Counter

    from stratgraph.entities import InPlan, Named, Place
    from stratgraph.search import CurrentWords, FoundText, Run
    from stratgraph.search.excerpts import Sequences
    from stratgraph.store import Reading

ON_A_PAGE: Final = 20

_FACETS: Final = 12
_WIDTH: Final = 240
"""So many characters the words stand in."""


@dataclass(frozen=True, slots=True)
class Result:
    """A thing that was found.

    Args:
        named: the thing as it is called.
        label: what it is called, with what was sought.
        kind: its class, or the vocabulary that it is of.
        unit: its unit; None where it has none.
        plan: that it is of; None where it is of none.
        words: the words in their context; none where the label has them all.
        language: of these; empty where they have none.
        place: in the source; None where that is not on record.
    """

    named: Named
    label: tuple[Run, ...]
    kind: Named
    unit: Named | None
    plan: InPlan | None
    words: tuple[Run, ...]
    language: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Facet:
    """How many of what was found are of a kind, or of a unit.

    Args:
        named: the kind or the unit.
        count: how many.
        is_chosen: only these were asked for.
    """

    named: Named
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found.

    Args:
        text: what was typed.
        total: how many things were found.
        is_cut: there are more: the words are in more texts than are ranked.
        is_any: nothing has all of the words; these have some.
        results: those of the page, the best first.
        kinds: of all that was found, those with most of it first; a dozen at the most.
        units: of all that was found, as the kinds.
        more_kinds: how many more there are.
        more_units: how many more there are.
        page: the number of the page, from 1.
        pages: how many there are, one at least.
        suggestion: what may have been meant; empty where every word is known.
        leads_to: IRI of the one thing that was named by its IRI or its place; empty where none was.
    """

    text: str
    total: int = 0
    is_cut: bool = False
    is_any: bool = False
    results: tuple[Result, ...] = ()
    kinds: tuple[Facet, ...] = ()
    units: tuple[Facet, ...] = ()
    more_kinds: int = 0
    more_units: int = 0
    page: int = 1
    pages: int = 1
    suggestion: str = ""
    leads_to: str = ""

    @property
    def first(self) -> int:
        """The number of the first result of the page, from 1."""
        return (self.page - 1) * ON_A_PAGE + 1


def search(
    reading: Reading,
    words: CurrentWords,
    text: str,
    *,
    kind: str = "",
    unit: str = "",
    languages: tuple[str, ...] = (),
    page: int = 1,
    deadline_s: float | None = None,
) -> Results:
    """The things of the current view whose names, texts or codes have all words that somebody typed, the best first.

    Args:
        reading: to ask.
        words: gives the index of what is read.
        text: as it was typed: words in any language, whose other forms count too; phrases in quotation marks, which
            are found as they stand; codes; the IRI of a thing, or its place in its plan.
        kind: only things of this class or vocabulary, by its IRI or with a prefix (``sg:Objective``).
        unit: only things of this unit, by its IRI.
        languages: that texts and labels are shown in, before those of their plan.
        page: the number of the page, from 1.
        deadline_s: how long looking the words up may take, in seconds.

    Raises:
        UsageError: it is too long, or nothing that can be found is of this kind or unit.
        NotFound: there is no such page.
        LimitError: it takes too long; or an index has to be made first, and cannot be.
        StoreError: the index cannot be read.
    """
    if iri := _iri_of(text):
        return Results(text.strip(), leads_to=iri)
    typed = read_typed(text)
    if not typed.sought:
        return Results(typed.text)
    kind = full_iri(kind)
    found = words.of(reading).find(
        typed,
        kind=kind,
        unit=unit,
        languages=languages,
        start=(page - 1) * ON_A_PAGE,
        count=ON_A_PAGE,
        deadline_s=deadline_s,
    )
    pages = max(1, -(-found.total // ON_A_PAGE))
    if not 1 <= page <= pages:
        raise NotFound(f"What was found has no page {page}.", mend=f"It has {pages}.")
    things = [one.thing for one in found.texts]
    # Those of a result are named too.
    kinds, units = _most(found.kinds), _most(found.units)
    around = (one for text in found.texts for one in (text.kind, text.unit) if one)
    names = names_of(reading, (*things, *kinds, *units, *around), languages)
    above = {thing: plans_above(thing) for thing in things}
    plans = {one.iri: one for one in plans_of(reading, (plan for of in above.values() for plan in of), languages)}
    places = places_of(reading, things)

    def result(one: FoundText) -> Result:
        named = names[one.thing]
        label = excerpt(named.label, found.sequences, len(named.label))
        context = _context(one, found.sequences)
        return Result(
            named,
            label,
            names[one.kind],
            names[one.unit] if one.unit and one.unit != one.thing else None,
            next((plans[plan] for plan in above[one.thing] if plan in plans and plan != one.thing), None),
            () if _plain(context) == _plain(label) else context,
            one.language,
            places.get(one.thing),
        )

    return Results(
        typed.text,
        found.total,
        found.is_cut,
        found.is_any,
        tuple(map(result, found.texts)),
        _facets(kinds, names, kind),
        _facets(units, names, unit),
        len(found.kinds) - len(kinds),
        len(found.units) - len(units),
        page,
        pages,
        found.suggestion,
        "" if kind or unit else _named_by_place(typed.text, things),
    )


def _iri_of(text: str) -> str:
    """The IRI that was typed, whole or with a prefix of ours, or the place of a thing below all of our identifiers."""
    text = text.strip().removeprefix("<").removesuffix(">")
    if any(map(str.isspace, text)):
        return ""
    prefix, colon, _ = text.partition(":")
    if "://" in text or (colon and prefix in PREFIXES):
        return iri if is_iri(iri := full_iri(text)) else ""
    return f"{IDENTIFIERS}{text}" if "/plan/" in text and is_iri(f"{IDENTIFIERS}{text}") else ""


def _named_by_place(text: str, things: list[str]) -> str:
    named = [thing for thing in things if "/" in text and thing.endswith(f"/{text.strip('/')}")]
    return named[0] if len(named) == 1 else ""


def _context(one: FoundText, sequences: Sequences) -> tuple[Run, ...]:
    """Of text and name the one that was found, the text first; the text where a code was found."""
    said = [excerpt(text, sequences, _WIDTH) for text in (one.text, one.name) if text]
    return next((runs for runs in said if any(run.is_marked for run in runs)), said[0] if said else ())


def _plain(runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in runs)


def _most(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_FACETS])


def _facets(counts: dict[str, int], names: dict[str, Named], chosen: str) -> tuple[Facet, ...]:
    return tuple(Facet(names[iri], count, iri == chosen) for iri, count in counts.items())
