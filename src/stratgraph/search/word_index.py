"""Finds words in a file that :mod:`stratgraph.search.word_file` made.

What one search may cost is bounded: by how many words it has, how many forms each of them stands for, and how many rows
are ranked. A search that still takes too long is ended.
"""

from __future__ import annotations

import math
import sqlite3
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from rapidfuzz import fuzz, process

from stratgraph.errors import DeadlineExceeded, UsageError
from stratgraph.graph import language_rank
from stratgraph.search.codes import read_code
from stratgraph.search.spelling import ALIKE
from stratgraph.search.word_file import FORMAT, sqlite_errors, stem_key, tag
from stratgraph.search.words import languages_stemmed, stems, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from stratgraph.search.excerpts import Sequences
    from stratgraph.search.typed import Sought, Typed

MOST_RANKED: Final = 1_000
"""So many rows are ranked and counted; where there are more, the answer says so."""

_MOST_FORMS: Final = 24
"""A word stands for at most so many others: those of its stem, or those that begin with it."""

_IN_NAME: Final = 2.0
_AS_TYPED: Final = 1.0
_BY_CODE: Final = 8.0
"""What counts beside 1: that a name has all of the words, that they stand there as they were typed, that the code is
this one."""

_LONG: Final = 200
"""A text of so many words counts half of what a very short one does."""

_SHORTEST_BEGINNING: Final = 3
_LENGTHS: Final = 2
"""A word that somebody may have meant differs by so many letters in length at most."""

_STEP: Final = 10_000
"""So many instructions of SQLite, some tenths of a millisecond, are run between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class FoundText:
    """What a thing says in one language, where words were found in it.

    Args:
        thing: IRI.
        kind: IRI of its class, or of the scheme of its vocabulary.
        unit: IRI of its unit; empty where it has none.
        language: of name and text; empty where they have none.
        name: its names, a line each.
        text: its texts, a line each.
        score: the more, the better it fits; comparable within one answer.
    """

    thing: str
    kind: str
    unit: str
    language: str
    name: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Args:
        texts: those of the page that was asked for, each of another thing, the best first.
        total: how many things there are.
        is_cut: there are more than are ranked: ``total`` and the counts are those of the first ones.
        kinds: how many of each kind, by their IRIs.
        units: how many of each unit, by their IRIs.
        sequences: words that were sought, with the forms that count for them.
        is_any: no text has all of the words, and these have some.
        suggestion: what may have been meant; empty where every word is known, or none is like one that is not.
    """

    texts: tuple[FoundText, ...]
    total: int
    is_cut: bool
    kinds: Counter[str]
    units: Counter[str]
    sequences: Sequences
    is_any: bool = False
    suggestion: str = ""


class _Row(NamedTuple):
    text: int
    thing: str
    kind: int
    unit: int
    language: str
    score: float


_Fields: TypeAlias = tuple[int, int, int, str]
"""Text, kind, unit and language of a row."""

_Rank: TypeAlias = tuple[int, int, int, str]
_Preference: TypeAlias = tuple[_Rank, float]
"""Of a row among those of its thing, the least is the best: its language, and the score, negative."""


class WordIndex:
    """The words of one published state; may be asked from several threads at once.

    Args:
        file: of the words; it does not change.
        state: of the store that they are of.
    """

    def __init__(self, file: Path, state: str) -> None:
        self._file = file
        self.state = state

    @property
    def is_readable(self) -> bool:
        """Whether the file is there and of the format of today."""
        if not self._file.exists():
            return False
        with self._connected(None) as connection:
            return bool(connection.execute("PRAGMA user_version").fetchone() == (FORMAT,))

    def find(
        self,
        typed: Typed,
        *,
        kind: str = "",
        unit: str = "",
        languages: tuple[str, ...] = (),
        start: int = 0,
        count: int = 20,
        deadline_s: float | None = None,
    ) -> Found:
        """The things whose names, texts or codes have all of the words, the best first.

        Args:
            typed: the words.
            kind: IRI of the class, or of the scheme of a vocabulary, that they are to be of; any where empty.
            unit: IRI of the unit that they are to be of; any where empty.
            languages: of a thing that is found in several the text in one of these is given.
            start: how many to leave out.
            count: how many to give.
            deadline_s: how long it may take, in seconds.

        Raises:
            UsageError: nothing that can be found is of this kind or unit.
            DeadlineExceeded: it took longer.
            StoreError: the file cannot be read.
        """
        with self._connected(deadline_s) as connection:
            return _Search(connection, typed, languages).find(kind, unit, start, count)

    @contextmanager
    def _connected(self, deadline_s: float | None) -> Iterator[sqlite3.Connection]:
        with sqlite_errors("The index of words cannot be read", self._file):
            connection = sqlite3.connect(f"{self._file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            end = None if deadline_s is None else time.monotonic() + deadline_s
            if end is not None:
                connection.set_progress_handler(lambda: time.monotonic() > end, _STEP)
            try:
                yield connection
            except sqlite3.OperationalError as error:
                if end is not None and time.monotonic() > end:
                    raise DeadlineExceeded(
                        f"The search took longer than {deadline_s:g} seconds.",
                        setting="deadline_s",
                        value=deadline_s,
                        mend="Leave some words out, or name a kind or a unit.",
                    ) from error
                raise
            finally:
                connection.close()


class _Search:
    """One search.

    Args:
        connection: to the file.
        typed: the words.
        languages: that are preferred.
    """

    def __init__(self, connection: sqlite3.Connection, typed: Typed, languages: tuple[str, ...]) -> None:
        self._connection = connection
        self._typed = typed
        self._code = self._code_of(typed)
        # A code is the same in all languages, and a word may be in several: where none of those has it that are asked
        # for, the text is in the language that the label above is in.
        self._languages = languages
        self._options = [self._options_of(one) for one in typed.sought]

    def find(self, kind: str, unit: str, start: int, count: int) -> Found:
        wanted = [f"facets : {_quoted(self._facet(*one))}" for one in (("kind", kind), ("unit", unit)) if one[1]]
        points = self._with_all(wanted)
        is_any = not points and len(self._options) > 1
        if is_any:
            points = self._with_some(wanted)
        best = sorted(points, key=lambda row: -points[row])[:MOST_RANKED]
        ranked = self._ranked(best, points)
        kinds = Counter(row.kind for row in ranked)
        units = Counter(row.unit for row in ranked if row.unit)
        iris = {"kinds": self._iris("kinds", kinds), "units": self._iris("units", units)}
        return Found(
            tuple(self._text(row, iris) for row in ranked[start : start + count]),
            len(ranked),
            len(points) > MOST_RANKED,
            Counter({iris["kinds"][one]: amount for one, amount in kinds.items()}),
            Counter({iris["units"][one]: amount for one, amount in units.items()}),
            frozenset(sequence for options in self._options for sequence in options),
            is_any and bool(points),
            "" if points and self._code and not is_any else self._suggestion(),
        )

    # --- what is looked for

    def _options_of(self, sought: Sought) -> tuple[tuple[str, ...], ...]:
        """What counts for one thing that is sought: sequences of words, each in the index."""
        if sought.is_exact or len(sought.words) > 1:
            joined = "" if sought.is_exact else "".join(sought.words)
            return (sought.words, (joined,)) if joined and self._forms_of(joined) else (sought.words,)
        (word,) = sought.words
        found = self._forms_of(word) or self._beginning(word)
        return tuple((one,) for one in found)

    def _forms_of(self, word: str) -> tuple[str, ...]:
        """The words of the same stem in each of the languages that it may be of, the word itself first."""
        stems_of = ((one, stem) for one in languages_stemmed() for stem in stems(word, one))
        wanted = (word, *(stem_key(*one) for one in stems_of))
        found = {
            form
            for stem in wanted
            for (form,) in self._connection.execute(
                "SELECT word FROM forms WHERE stem = ? LIMIT ?", (stem, _MOST_FORMS)
            )
        }
        return tuple(sorted(found, key=lambda one: (one != word, one))[:_MOST_FORMS])

    def _beginning(self, word: str) -> tuple[str, ...]:
        if len(word) < _SHORTEST_BEGINNING:
            return ()
        found = self._connection.execute(
            "SELECT DISTINCT word FROM forms WHERE stem >= ? AND stem < ? AND word >= ? AND word < ? LIMIT ?",
            (word, f"{word}\U0010ffff", word, f"{word}\U0010ffff", _MOST_FORMS),
        )
        return tuple(form for (form,) in found)

    def _match(self, columns: str = "name text code") -> list[str]:
        """For each thing that is sought what finds it, as far as it is known."""
        return [f"{{{columns}}} : ({' OR '.join(map(_quoted, options))})" for options in self._options if options]

    @staticmethod
    def _code_of(typed: Typed) -> str:
        """What somebody may mean by a code, where what was typed is one."""
        if not any(map(str.isdecimal, typed.text)) or not typed.sought:
            return ""
        whole = f"tags : {_quoted((tag(words(typed.text)),))}"
        written = read_code(typed.text)
        if not written:
            return whole
        named = [f"code : {_quoted((word,))}" for word in written.before]
        return _any_of(whole, _all_of(f"tags : {_quoted((tag(words(written.key)),))}", *named))

    def _facet(self, name: str, iri: str) -> tuple[str]:
        found = self._connection.execute(f"SELECT id FROM {name}s WHERE iri = ?", (iri,)).fetchone()  # noqa: S608 - ours
        if not found:
            raise UsageError(
                f"Nothing that can be found is of the {name} {iri!r}.",
                mend=f"Search without it: each {name} of what is found is a link there.",
            )
        return (f"{name[0]}{found[0]}",)

    # --- what is found

    def _with_all(self, wanted: list[str]) -> dict[int, float]:
        """The rows that have all of the words, or the code, at most one more than are ranked: how well each fits."""
        is_known = all(self._options)
        has_forms = any(options != (one.words,) for one, options in zip(self._typed.sought, self._options, strict=True))
        typed = [f"{{name text code}} : {_quoted(one.words)}" for one in self._typed.sought if has_forms]
        ways = (
            (self._code, _BY_CODE),
            (_all_of(*self._match("name")) if is_known else "", _IN_NAME),
            (_all_of(*typed), _AS_TYPED),
            (_any_of(self._code, _all_of(*self._match()) if is_known else ""), 1.0),
        )
        points: dict[int, float] = {}
        if "/" in self._typed.text and (found := self._rows(self._code, wanted)):
            return dict.fromkeys(found, _BY_CODE)  # a place, whose words alone mean nothing
        for match, worth in ways:
            for row in self._rows(match, wanted):
                points[row] = points.get(row, 0.0) + worth
        return points

    def _with_some(self, wanted: list[str]) -> dict[int, float]:
        """The rows that have some of the words, where a rare word counts more."""
        points: dict[int, float] = {}
        for match in self._match():
            found = self._rows(match, wanted)
            for row in found:
                points[row] = points.get(row, 0.0) + 1 / (1 + math.log1p(len(found)))
        return points

    def _rows(self, match: str, wanted: list[str]) -> list[int]:
        """The rows that match, at most one more than are ranked."""
        if not match:
            return []
        found = self._connection.execute(
            "SELECT rowid FROM words WHERE words MATCH ? LIMIT ?", (_all_of(match, *wanted), MOST_RANKED + 1)
        )
        return [row for (row,) in found]

    def _ranked(self, rows: list[int], points: dict[int, float]) -> list[_Row]:
        """Of each thing one row, the best thing first."""
        # A thousand rows come here of every search: nothing is made for one that is not kept.
        best: dict[str, tuple[_Preference, _Fields]] = {}
        scores: dict[str, float] = {}
        preferred: dict[tuple[str, str | None], _Rank] = {}
        found = self._connection.execute(
            f"SELECT entries.id, thing, kind, unit, language, main, weight / (1 + size / {_LONG:.1f}) FROM entries "  # noqa: S608
            f"JOIN kinds ON kinds.id = kind WHERE entries.id IN ({', '.join(map(str, rows))})"
        )
        for text, thing, kind, unit, language, main, worth in found:
            if (rank := preferred.get((language, main))) is None:
                wanted = self._languages if main is None else (*self._languages, main)
                rank = preferred[language, main] = language_rank(language, wanted)
            score = worth * points[text]
            preference = rank, -score
            before = best.get(thing)
            if before is None:
                best[thing], scores[thing] = (preference, (text, kind, unit, language)), score
                continue
            scores[thing] = max(scores[thing], score)
            if preference < before[0]:
                best[thing] = preference, (text, kind, unit, language)
        ordered = sorted(best, key=lambda thing: (-scores[thing], thing))
        return [
            _Row(text, thing, kind, unit, language, -negative)
            for thing in ordered
            for (_, negative), (text, kind, unit, language) in (best[thing],)
        ]

    def _iris(self, table: str, numbers: Iterable[int]) -> dict[int, str]:
        listed = ", ".join(map(str, numbers))
        return dict(self._connection.execute(f"SELECT id, iri FROM {table} WHERE id IN ({listed})"))  # noqa: S608 - numbers

    def _text(self, row: _Row, iris: dict[str, dict[int, str]]) -> FoundText:
        name, text = self._connection.execute("SELECT name, text FROM texts WHERE id = ?", (row.text,)).fetchone()
        kind, unit = iris["kinds"][row.kind], iris["units"].get(row.unit, "")
        return FoundText(row.thing, kind, unit, row.language, name, text, row.score)

    def _suggestion(self) -> str:
        """What was typed, with words that are known in place of those that are not."""
        said: list[str] = []
        is_other = False
        for sought, options in zip(self._typed.sought, self._options, strict=True):
            is_known = len(sought.words) > 1 or any(form == sought.words for form in options)
            # Other forms of a word are of its stem, so that it is itself a word that is known.
            near = "" if is_known or self._forms_of(sought.words[0]) else self._nearest(sought.words[0])
            is_other |= bool(near)
            text = near or " ".join(sought.words)
            said.append(f'"{text}"' if sought.is_exact else text)
        return " ".join(said) if is_other else ""

    def _nearest(self, word: str) -> str:
        lengths = (len(word) - _LENGTHS, len(word) + _LENGTHS)
        known = self._connection.execute(
            "SELECT word FROM forms WHERE stem = word AND length(word) BETWEEN ? AND ?", lengths
        )
        found = process.extractOne(word, [form for (form,) in known], scorer=fuzz.ratio, score_cutoff=ALIKE * 100)
        return found[0] if found else ""


def _quoted(sequence: tuple[str, ...]) -> str:
    """Words in a row as FTS5 reads them: folded words have no quotation marks."""
    return f'"{" ".join(sequence)}"'


def _all_of(*parts: str) -> str:
    return " AND ".join(f"({part})" for part in parts if part)


def _any_of(*parts: str) -> str:
    return " OR ".join(f"({part})" for part in parts if part)
