"""Proposes concepts that an element of a plan could be linked to, for people to judge; a proposal is never published.

Three things speak for a concept: that what is said of the element and about it has the words of the concept and of what
it stands with in its vocabulary; that its name itself stands there; and that elements which say much the same are
linked to it already. All is in the language of the element's plan. The weights were chosen on one half of the curated
links and tried on the other (``benchmarks/suggest.py``, docs/explanation/suggestions.md).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.errors import NotFound, UsageError
from stratgraph.graph import ENGLISH, primary
from stratgraph.search import Document, TextIndex, acronyms, question, read_lexicon, spelt_out
from stratgraph.search.words import stems, words
from stratgraph.terms import DCTERMS, SDG_SERIES, SG, SKOS, UNBIS_CATEGORIES
from stratgraph.wording import listing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from stratgraph.search import Entry, Lexicon, Question
    from stratgraph.store import Reading

_BELOW: Final[Mapping[str, float]] = {
    SG.STATEMENT_OF: 1.0,
    SG.SUPPORTS_OBJECTIVE: 0.4,
    SG.EXPECTED_FOR: 0.3,
    SG.INDICATOR_OF: 0.1,
    SG.PART_OF: 1.0,
    SG.CONTRIBUTES_TO: 0.3,
}
"""How much what stands below an element counts beside its own text, by the property that leads up from there."""

_ABOVE: Final = 0.15
"""How much what stands above it counts."""

_HIERARCHY: Final = 0.2
"""How much the name of the broader concept counts beside a concept's own."""

_SUBJECTS: Final = 0.35
"""How much the names of the subjects that a vocabulary gives its concepts count."""

_COVER: Final = 0.5
"""How much it matters that the whole of a concept's name is there: what a concept loses that has none of its name."""

_NAMED: Final = 1.0
"""How much it counts that its name stands in a text, beside its words."""

_LINKED: Final = 1.5
"""How much it counts that elements which say much the same are linked to it, beside its words."""

LEAST: Final = 0.4
"""The score below which nothing is proposed: of what people linked and stood among the first three, one in twenty."""

_ABBREVIATIONS: Final = re.compile(r"\b(?:e\.\s?g|i\.\s?e|etc|p\.\s?ex|p\.\s?ej)\.", re.IGNORECASE)
"""Which have letters that are no words."""

_IMPORT: Final = "There is none: stratgraph import vocabulary brings one."

_PAIR: Final = 2
_LONGEST_NAME: Final = 6
_LIKE: Final = 3
_LEAST_ALIKE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Proposal:
    """A concept that an element could be linked to.

    Args:
        iri: of the concept.
        label: its name.
        vocabulary: the name of its vocabulary.
        score: from 0 to 1: how much speaks for it, where half is as much as a word that no other concept has; it can be
            compared between elements and vocabularies, and is no probability.
        words: of the element and what belongs to it, by which the concept was found; empty where only links speak for
            it.
        is_named: whether the concept's name stands in a text of the element or of what belongs to it.
        alike: the elements most like it that are linked to the concept, IRIs.
        is_linked: whether the element itself is linked to it already.
    """

    iri: str
    label: str
    vocabulary: str
    score: float
    words: tuple[str, ...]
    is_named: bool
    alike: tuple[str, ...]
    is_linked: bool


def suggest(
    reading: Reading,
    element: str,
    *,
    to: Collection[str] = (),
    limit: int = 10,
    with_linked: bool = False,
    least: float = LEAST,
    language: str = "",
) -> tuple[Proposal, ...]:
    """The concepts that an element of a published plan could be linked to.

    Args:
        reading: what is published: plans, vocabularies and links.
        element: its IRI.
        to: the names of the vocabularies; all that the store has where left out.
        limit: how many of each vocabulary.
        with_linked: also those that it is linked to already.
        least: the lowest score of a proposal.
        language: BCP 47 tag of the texts by which concepts are looked for, and of the names that are shown; that of the
            element's plan where it is empty.

    Returns:
        Vocabulary by vocabulary, the best of each first; of one of which nothing fits, nothing.

    Raises:
        NotFound: there is no such element or vocabulary.
        UsageError: the element says nothing in that language.
    """
    lexicon = read_lexicon(reading)
    if language:
        lexicon = asked_in(lexicon, element, language)
    suggestions = Suggestions(lexicon)
    return tuple(
        proposal
        for vocabulary in to or lexicon.vocabularies
        for proposal in suggestions.propose(element, vocabulary, limit=limit, with_linked=with_linked, least=least)
    )


def asked_in(lexicon: Lexicon, element: str, language: str) -> Lexicon:
    """The lexicon in a language, in which an element is to be asked about.

    Raises:
        UsageError: the element says nothing in that language.
    """
    entry = lexicon.entries.get(element)
    said = [text for name in (DCTERMS.TITLE, SG.TEXT) for text in entry.graph.literals(element, name)] if entry else []
    spoken = sorted({text.language for text in said if text.language})
    if spoken and primary(language) not in map(primary, spoken):
        raise UsageError(
            f"The element says nothing in the language “{language}”.",
            mend=f"It has {listing(spoken)}; leave the option out for the language of its plan.",
        )
    return lexicon.in_language(language.lower())


class Suggestions:
    """Proposals from what a lexicon has; what was worked out for one element is of use for the next.

    Args:
        lexicon: elements with their links, and vocabularies.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._surroundings = _Surroundings(lexicon)
        self._indexes: dict[tuple[str, str], TextIndex] = {}
        self._named: dict[tuple[str, str], dict[str, list[str]]] = {}
        self._links = {
            iri: entry.things(SG.LINKED_TO)
            for iri, entry in lexicon.entries.items()
            if not entry.vocabulary and entry.things(SG.LINKED_TO)
        }

    def propose(
        self,
        element: str,
        vocabulary: str,
        *,
        limit: int = 10,
        with_linked: bool = False,
        unseen: Collection[str] = (),
        least: float = LEAST,
    ) -> tuple[Proposal, ...]:
        """The concepts of one vocabulary that an element could be linked to, the best first, then by their IRIs.

        Args:
            element: its IRI.
            vocabulary: the name.
            limit: how many at most.
            with_linked: also those that it is linked to already.
            unseen: elements whose links are not looked at, so that it shows what proposals are worth without them.
            least: the lowest score of a proposal.

        Raises:
            NotFound: there is no such element or vocabulary.
        """
        entry = self._entry(element)
        language = _language(entry)
        index = self._index(vocabulary, language)
        asked, joined = self._surroundings.question(entry, language)
        named = {
            iri: weight
            for name, iris in self._named[vocabulary, language].items()
            if (weight := joined.get(name, 0.0))
            for iri in iris
        }
        by_words = self._by_words(index, asked, named, language)
        alike = self._alike(entry, vocabulary, unseen)
        rarest = (
            math.log(len(index) + 1) or 1.0
        )  # what a word tells that a single concept has: vocabularies differ in size
        strengths = {
            iri: by_words.get(iri, 0.0) / rarest + _LINKED * sum(alike.get(iri, {}).values())
            for iri in {*by_words, *alike}
        }
        scores = {iri: round(strength / (1 + strength), 4) for iri, strength in strengths.items()}
        linked = set(self._links.get(element, ()))
        ranked = sorted(
            (iri for iri, score in scores.items() if score >= max(least, 1e-4) and (with_linked or iri not in linked)),
            key=lambda iri: (-strengths[iri], iri),
        )[:limit]
        shared = index.words(asked, ranked)
        return tuple(
            Proposal(
                iri,
                self._lexicon.label(iri),
                vocabulary,
                scores[iri],
                shared[iri],
                is_named=iri in named,
                alike=tuple(alike.get(iri, ()))[:_LIKE],
                is_linked=iri in linked,
            )
            for iri in ranked
        )

    def _entry(self, element: str) -> Entry:
        entry = self._lexicon.entries.get(element)
        if entry is None or entry.vocabulary:
            raise NotFound(f"There is no element <{element}>.", mend="Look for its IRI with stratgraph query.")
        return entry

    def _index(self, vocabulary: str, language: str) -> TextIndex:
        """The index of a vocabulary's concepts in a language, and their names as they are looked for in texts."""
        if (vocabulary, language) not in self._indexes:
            concepts = [entry for entry in self._lexicon.entries.values() if entry.vocabulary == vocabulary]
            if not concepts:
                raise NotFound(
                    f"There is no vocabulary {vocabulary!r}.",
                    mend=f"There are {known}." if (known := ", ".join(self._lexicon.vocabularies)) else _IMPORT,
                )
            fitting = [one for one in concepts if _may_be_proposed(one)]
            self._indexes[vocabulary, language] = TextIndex(
                (self._document(one, language) for one in fitting), language
            )
            names: defaultdict[str, list[str]] = defaultdict(list)
            for concept in fitting:
                written = [form for name in _names(concept, language) for form in (name, _compound(name))]
                for name in dict.fromkeys(_joined(stems(form, language)) for form in written):
                    names[name].append(concept.iri)
            self._named[vocabulary, language] = names
        return self._indexes[vocabulary, language]

    def _document(self, concept: Entry, language: str) -> Document:
        entries = self._lexicon.entries
        broader = [entries[iri] for iri in concept.things(SKOS.BROADER) if iri in entries]
        subjects = [entries[iri] for iri in concept.things(DCTERMS.SUBJECT) if iri in entries]
        return Document(
            concept.iri,
            (
                *((name, 1.0) for name in _names(concept, language)),
                *((_compound(name), 1.0) for name in _names(concept, language)),
                *((text, 1.0) for text in _definitions(concept, language)),
                *((name, _HIERARCHY) for one in broader for name in _names(one, language)[:1]),
                *((name, _SUBJECTS) for one in subjects for name in _names(one, language)[:1]),
            ),
        )

    def _by_words(
        self, index: TextIndex, asked: Question, named: Mapping[str, float], language: str
    ) -> dict[str, float]:
        scores = index.scores(asked)
        for iri in {*scores, *named}:
            name = next(iter(_names(self._lexicon.entries[iri], language)), "")
            rarities = {stem: index.rarity(stem) for stem in stems(name, language)}
            whole = sum(rarities.values()) or 1.0
            there = sum(rarity for stem, rarity in rarities.items() if iri in named or stem in asked.weights)
            scores[iri] = scores.get(iri, 0.0) * (1 - _COVER * (1 - there / whole))
            if iri in named:
                scores[iri] += _NAMED * math.sqrt(whole) * named[iri] / (named[iri] + 1)
        return scores

    def _alike(self, entry: Entry, vocabulary: str, unseen: Collection[str]) -> dict[str, dict[str, float]]:
        """For each concept of a vocabulary the elements that are linked to it, the most like this one first."""
        likeness = {
            iri: self._surroundings.alike(entry.iri, iri)
            for iri in self._links
            if iri != entry.iri and iri not in unseen
        }
        found: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for iri in sorted(likeness, key=lambda iri: (-likeness[iri], iri)):
            for concept in self._links[iri] if likeness[iri] >= _LEAST_ALIKE else ():
                known = self._lexicon.entries.get(concept)
                if known is not None and known.vocabulary == vocabulary and _may_be_proposed(known):
                    found[concept][iri] = likeness[iri]
        return found


class _Surroundings:
    """The elements of plans with what stands above and below each."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._entries = {iri: entry for iri, entry in lexicon.entries.items() if not entry.vocabulary}
        self._below: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
        for iri, entry in self._entries.items():
            for property_, weight in _BELOW.items():
                for above in entry.things(property_):
                    self._below[above].append((iri, weight))
        self._acronyms = acronyms(entry.text for entry in self._entries.values())
        self._index = TextIndex(Document(iri, ((self._say(entry), 1.0),)) for iri, entry in self._entries.items())
        self._directions: dict[str, dict[str, float]] = {}

    def question(self, entry: Entry, language: str) -> tuple[Question, dict[str, float]]:
        """What is said of an element and about it; and how much each run of words in it weighs, joined."""
        pieces = list(self._pieces(entry))
        runs: defaultdict[str, float] = defaultdict(float)
        for text, weight in pieces:
            found = stems(text, language)
            for start in range(len(found)):
                for end in range(start + 1, min(start + _LONGEST_NAME, len(found)) + 1):
                    runs[_joined(found[start:end])] += weight
        return question(pieces, language), runs

    def alike(self, one: str, other: str) -> float:
        """How much two elements say the same, with what stands below them: from 0 to 1 (the cosine)."""
        first, second = self._direction(one), self._direction(other)
        return sum(weight * second[stem] for stem, weight in first.items() if stem in second)

    def _direction(self, iri: str) -> dict[str, float]:
        if iri not in self._directions:
            asked = question(self._downwards(self._entries[iri], 1.0, frozenset()))
            weights = {stem: weight * self._index.rarity(stem) for stem, weight in asked.weights.items()}
            length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
            self._directions[iri] = {stem: weight / length for stem, weight in weights.items()}
        return self._directions[iri]

    def _pieces(self, entry: Entry) -> Iterator[tuple[str, float]]:
        yield from self._downwards(entry, 1.0, frozenset())
        for above in entry.things(*_BELOW):
            if above in self._entries:
                yield self._say(self._entries[above]), _ABOVE

    def _downwards(self, entry: Entry, weight: float, passed: frozenset[str]) -> Iterator[tuple[str, float]]:
        yield self._say(entry), weight
        for iri, part in self._below[entry.iri]:
            if iri not in passed:
                yield from self._downwards(self._entries[iri], weight * part, passed | {entry.iri})

    def _say(self, entry: Entry) -> str:
        """An element's own words, with what its acronyms stand for."""
        said = " ".join((*entry.texts(DCTERMS.TITLE), entry.text or entry.label))
        return spelt_out(_ABBREVIATIONS.sub(" ", said), self._acronyms)


def _may_be_proposed(concept: Entry) -> bool:
    """Whether people would link to it: not to what is no longer used, to series of figures, or to mere headings."""
    is_heading = UNBIS_CATEGORIES.fullmatch(concept.iri) is not None
    return not (concept.is_deprecated or is_heading or SDG_SERIES in concept.kinds)


def _language(element: Entry) -> str:
    """The language of the plan that an element belongs to."""
    return next((primary(tag) for tag in element.languages), ENGLISH)


def _names(concept: Entry, language: str) -> tuple[str, ...]:
    """What a concept is called in a language, and in none."""
    return tuple(name.text for name in concept.names if primary(name.language) in {language, ""})


def _definitions(concept: Entry, language: str) -> tuple[str, ...]:
    found = concept.graph.literals(concept.iri, SKOS.DEFINITION)
    return tuple(one.value for one in found if primary(one.language) in {language, ""})


def _compound(name: str) -> str:
    """A name of two words as one, as others may write it; empty for other names."""
    found = words(name)
    return "".join(found) if len(found) == _PAIR else ""


def _joined(found: list[str]) -> str:
    """Stems without what parts them: “radio communication” and “radiocommunication” are one name."""
    return "".join(found)
