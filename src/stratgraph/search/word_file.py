"""The words of what is published, in a file that finds them: SQLite with its full-text search, FTS5.

Made once for a snapshot, of its current view, and never changed: a row for each thing in each language in which it says
something. The words are those of :mod:`stratgraph.search.words`, so that accents, vowel signs and scripts without
blanks are one matter for the whole house; FTS5 only splits at blanks. ``forms`` leads from the stem of a word in its
language, and from the word itself, to the words that have it: so other forms are found, and a phrase stays exact.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing, contextmanager
from itertools import chain, groupby
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.asking import rows, text_rows
from stratgraph.errors import Location, StoreError
from stratgraph.graph import Graph, primary, text_of
from stratgraph.identifiers import plans_above
from stratgraph.search.codes import code_key, codes_of_concept, codes_of_place
from stratgraph.search.lexicon import NAMES, vocabulary_graphs
from stratgraph.search.words import languages_stemmed, stemmed, words
from stratgraph.terms import DCTERMS, ORG, RDF, SG, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from stratgraph.store import Reading

FORMAT: Final = 2
"""Of the file; one of another format is not read."""

_TEXTS: Final = (SG.TEXT, SKOS.DEFINITION, SKOS.NOTE)
_CODES: Final = (SG.NOTATION, SKOS.NOTATION, DCTERMS.IDENTIFIER)
_RELATIONS: Final = (RDF.TYPE, SG.OF_UNIT, SG.IN_PLAN, SKOS.IN_SCHEME, SG.MAIN_LANGUAGE)
INDEXED: Final = frozenset((*NAMES, *_TEXTS, *_CODES, *_RELATIONS, SG.MENTION_OF, SG.QUALIFIER))
"""The properties that an index is made of."""

_FOUND: Final = frozenset(
    (SG.PLAN_ELEMENT, SG.DOCUMENT_PART, SG.VALUE, SG.STRATEGIC_PLAN, ORG.ORGANIZATION, ORG.FORMAL_ORGANIZATION,
     ORG.ORGANIZATIONAL_UNIT, SKOS.CONCEPT)
)  # fmt: skip
"""The classes of what is found."""

_UNITS: Final = frozenset((ORG.FORMAL_ORGANIZATION, ORG.ORGANIZATIONAL_UNIT))
_WEIGHTS: Final[dict[str, float]] = {SG.DOCUMENT_PART: 0.5, SKOS.CONCEPT: 0.8}
"""What a hit counts in things of a class, beside 1: the paragraph that an element stands in comes behind it."""

_BATCH: Final = 2_000

_TABLES: Final = """
CREATE TABLE raw (thing TEXT, property TEXT, value TEXT, language TEXT);
CREATE TABLE kinds (id INTEGER PRIMARY KEY, iri TEXT, weight REAL);
CREATE TABLE units (id INTEGER PRIMARY KEY, iri TEXT);
CREATE TABLE entries (
  id INTEGER PRIMARY KEY, thing TEXT, kind INTEGER, unit INTEGER, language TEXT, main TEXT, size INTEGER
);
CREATE TABLE texts (id INTEGER PRIMARY KEY, name TEXT, text TEXT);
CREATE TABLE forms (stem TEXT, word TEXT, PRIMARY KEY (stem, word)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(
  name, text, code, tags, facets, content='', tokenize='unicode61 remove_diacritics 0'
);
"""
"""A row of the index is one of ``entries``, whose ``main`` is the main language of its plan, if it is of one, and
``size`` that of its names and texts in words; and one of ``texts``, which only what is shown needs. ``code`` has the
words by which a code is told from like ones, ``tags`` each code as one word, ``facets`` numbers of kind and unit."""

_NAME_LIST: Final = ", ".join(f"'{name}'" for name in NAMES)
_SELECT_NAMES: Final = (
    f"SELECT thing, value FROM raw WHERE property IN ({_NAME_LIST}) "  # noqa: S608 - our own terms
    "AND thing IN (SELECT value FROM raw WHERE property IN (?, ?))"
)
"""What classes and schemes are called."""

_FAST: Final = ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", f"user_version = {FORMAT}")


def has_full_text() -> bool:
    """Whether the SQLite of this Python has FTS5; nearly every one has."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE words USING fts5(word)")
        except sqlite3.OperationalError:
            return False
    return True


def write_words(reading: Reading, file: Path) -> None:
    """Writes the words of what is in force; it takes little memory for each plan.

    Args:
        reading: of what is published.
        file: that is made.

    Raises:
        StoreError: it cannot be written, or this Python's SQLite has no FTS5.
        LimitError: there is more than the store gives out in one answer, or it takes too long.
    """
    with sqlite_errors("The index of words cannot be written", file), closing(_opened(file)) as connection:
        connection.executescript(_TABLES)
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO raw VALUES (?, ?, ?, ?)", _values(reading))
        _Writer(connection, _names_of_schemes(reading)).write()
        connection.execute("DROP TABLE raw")
        connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        connection.execute("COMMIT")
        connection.execute("VACUUM")


def tag(parts: Iterable[str]) -> str:
    """A code as one word, by its parts: ``9.c`` is ``9xc``."""
    return "x".join(parts)


def stem_key(language: str, stem: str) -> str:
    """The stem of a word of a language, which is not taken for that of a word of another one."""
    return f"{language} {stem}"


@contextmanager
def sqlite_errors(sentence: str, file: Path) -> Iterator[None]:
    """Errors of SQLite as ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(
            f"{sentence}.",
            where=Location(file=str(file), said=str(error)),
            mend="Look at the disk; a Python whose SQLite has FTS5 is needed.",
        ) from error


def _opened(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in _FAST:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _values(reading: Reading) -> Iterator[tuple[str, str, str, str]]:
    said = ((name, rows(reading, "search-values", property=[name])) for name in (*NAMES, *_TEXTS, *_CODES, *_RELATIONS))
    for name, found in chain(said, [(SG.TEXT, rows(reading, "search-wordings"))]):
        for row in found:
            value = row["value"]
            yield text_of(row["thing"]), name, text_of(value), getattr(value, "language", None) or ""


def _names_of_schemes(reading: Reading) -> dict[str, str]:
    """For each scheme the name of the vocabulary that has it."""
    names = vocabulary_graphs(reading)
    return {row["scheme"]: names[row["vocabulary"]] for row in text_rows(reading, "search-schemes", vocabulary=names)}


class _Writer:
    """Makes the rows of the index of the raw ones.

    Args:
        connection: to the file.
        schemes: the names of vocabularies, by their schemes.
    """

    def __init__(self, connection: sqlite3.Connection, schemes: dict[str, str]) -> None:
        self._connection = connection
        counts = "SELECT value, COUNT(*) FROM raw WHERE property IN (?, ?) GROUP BY value"
        # The rarer a class or a vocabulary, the more it says.
        self._counts = dict(connection.execute(counts, (RDF.TYPE, SKOS.IN_SCHEME)).fetchall())
        plans = "SELECT thing FROM raw WHERE property = ? AND value = ?"
        self._plans = {plan for (plan,) in connection.execute(plans, (RDF.TYPE, SG.STRATEGIC_PLAN))}
        said = "SELECT thing, property, value, language FROM raw WHERE property IN (?, ?)"
        called = Graph(
            Triple(NamedNode(plan), NamedNode(name), Literal(value, language=language or None))
            for plan, name, value, language in connection.execute(said, (SG.MAIN_LANGUAGE, DCTERMS.TITLE))
            if plan in self._plans
        )
        self._main_languages = {plan: called.main_language(plan) for plan in self._plans}
        self._schemes = schemes.keys()
        self._called: defaultdict[str, set[str]] = defaultdict(set)
        for scheme, name in schemes.items():
            self._called[scheme].update(words(name))
        for thing, name in connection.execute(_SELECT_NAMES, (RDF.TYPE, SKOS.IN_SCHEME)):
            self._called[thing].update(words(name))
        notations = (
            "SELECT thing, value FROM raw WHERE property = ? AND thing IN "
            "(SELECT thing FROM raw WHERE property = ? AND value IN (?, ?)) ORDER BY value"
        )
        self._notations = dict(connection.execute(notations, (SG.NOTATION, RDF.TYPE, *sorted(_UNITS))).fetchall())
        self._around: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self._kinds: dict[str, int] = {}
        self._units: dict[str, int] = {}
        self._weights: dict[str, float] = {}
        self._said: defaultdict[str, set[str]] = defaultdict(set)
        self._entries: list[tuple[object, ...]] = []
        self._texts: list[tuple[object, ...]] = []
        self._words: list[tuple[object, ...]] = []
        self._written = 0

    def write(self) -> None:
        """Writes all of them."""
        found = self._connection.execute(
            "SELECT thing, property, value, language FROM raw ORDER BY thing, property, language, value"
        )
        for thing, group in groupby(found, key=lambda row: row[0]):
            said: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
            for _, name, value, language in group:
                said[name].append((value, language))
            classes = {value for value, _ in said[RDF.TYPE]}
            if thing and classes & _FOUND:
                self._write_thing(thing, classes, said)
        self._flush()
        self._connection.executemany(
            "INSERT INTO kinds VALUES (?, ?, ?)", [(one, iri, self._weights[iri]) for iri, one in self._kinds.items()]
        )
        self._connection.executemany(
            "INSERT INTO units VALUES (?, ?)", [(one, iri) for iri, one in self._units.items()]
        )
        self._connection.executemany("INSERT OR IGNORE INTO forms VALUES (?, ?)", self._forms())

    def _write_thing(self, thing: str, classes: set[str], said: dict[str, list[tuple[str, str]]]) -> None:
        kinds = classes | {scheme for scheme, _ in said[SKOS.IN_SCHEME] if scheme in self._schemes}
        kind_iri = min(kinds, key=lambda one: (self._counts[one], one in _FOUND, one))
        unit_iri = thing if classes & _UNITS else next((value for value, _ in said[SG.OF_UNIT]), "")
        self._weights[kind_iri] = min(_WEIGHTS.get(one, 1.0) for one in classes)
        kind = self._kinds.setdefault(kind_iri, len(self._kinds) + 1)
        unit = self._units.setdefault(unit_iri, len(self._units) + 1) if unit_iri else 0
        code, tags = self._codes(thing, kind_iri, self._notations.get(unit_iri, ""), said)
        main = self._main_language(thing, said[SG.IN_PLAN])
        by_language: defaultdict[str, tuple[dict[str, None], dict[str, None]]] = defaultdict(lambda: ({}, {}))
        for at, properties in enumerate((NAMES, _TEXTS)):
            for value, language in (pair for name in properties for pair in said[name]):
                by_language[language][at][value] = None
        for language, (names, texts) in sorted(by_language.items()):
            name, text = "\n".join(names), "\n".join(one for one in texts if one not in names)
            named, worded = words(name), words(text)
            self._said[language].update(named, worded, code)
            self._written += 1
            self._entries.append((self._written, thing, kind, unit, language, main, len(named) + len(worded)))
            self._texts.append((self._written, name, text))
            fields = (" ".join(named), " ".join(worded), " ".join(code), " ".join(tags), f"k{kind} u{unit}")
            self._words.append((self._written, *fields))
        if len(self._texts) >= _BATCH:
            self._flush()

    def _main_language(self, thing: str, said: list[tuple[str, str]]) -> str | None:
        """That of the plan of a thing; None where it is of none."""
        plans = (*plans_above(thing), *(plan for plan, _ in said))
        return next((self._main_languages[plan] for plan in plans if plan in self._plans), None)

    def _codes(
        self, thing: str, kind: str, unit: str, said: dict[str, list[tuple[str, str]]]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The words by which a code is told from others, and the code itself in each of its spellings, as one word."""
        notations = [value for name in _CODES for value, _ in said[name]]
        plan = next((one for one in plans_above(thing) if one in self._plans and one != thing), "")
        place = thing.removeprefix(f"{plan}/") if plan else ""
        homes = tuple(value for value, _ in said[SKOS.IN_SCHEME])
        own = [word for one in (unit, *notations, place) for word in words(one)]
        around = self._around.get((kind, homes))
        if around is None:
            named = {word for iri in (kind, *homes) for word in self._called.get(iri, ())}
            around = self._around[kind, homes] = tuple(sorted(named))
        cited = tuple(codes_of_place(place)) if place else ()
        of_unit = ((*words(unit), *one) for one in cited) if unit else ()
        coded = (words(one) for one in (*(() if place else codes_of_concept(thing, ())), *map(code_key, notations)))
        tags = (*cited, *of_unit, *coded)
        return tuple(dict.fromkeys((*own, *around))), tuple(dict.fromkeys(tag(one) for one in tags))

    def _flush(self) -> None:
        self._connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", self._entries)
        self._connection.executemany("INSERT INTO texts VALUES (?, ?, ?)", self._texts)
        self._connection.executemany(
            "INSERT INTO words (rowid, name, text, code, tags, facets) VALUES (?, ?, ?, ?, ?, ?)", self._words
        )
        self._entries.clear()
        self._texts.clear()
        self._words.clear()

    def _forms(self) -> Iterator[tuple[str, str]]:
        for language, said in self._said.items():
            known = sorted(said)
            yield from ((word, word) for word in known)
            tag = primary(language)
            if tag in languages_stemmed():
                yield from ((stem_key(tag, stem), word) for word, stem in stemmed(" ".join(known), tag))
