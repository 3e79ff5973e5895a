"""A graph of plans: opened in a folder, or asked over HTTP. What people ask of it, and what they do to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock, get_ident
from typing import TYPE_CHECKING, Self

from pyoxigraph import Literal, QuerySolutions, parse, parse_query_results

from stratgraph.choices import Filled, filled_for, needs_store
from stratgraph.entities import names_of
from stratgraph.errors import NotAcceptable, NothingPublished, QueryError, UsageError
from stratgraph.history import chosen_plan, chosen_version, dataset_of, moment_of, plans, read_version, versions_of
from stratgraph.identifiers import is_address
from stratgraph.library.plans import Plan
from stratgraph.library.queries import Queries
from stratgraph.library.revisions import Revision, revision_of
from stratgraph.library.rows import Rows, row_of, words_of
from stratgraph.query import ask, ask_in, fill
from stratgraph.results import JSON, file_of, understood
from stratgraph.review.changes import changes
from stratgraph.review.things import Things
from stratgraph.serialisation import N_TRIPLES
from stratgraph.settings import read_settings
from stratgraph.store import (
    WHOLE,
    Caller,
    Forms,
    Stop,
    current_id,
    limited_store_of,
    solutions_of,
    store_of,
)
from stratgraph.terms import IDENTIFIERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from os import PathLike

    from pyoxigraph import Triple

    from stratgraph.explanation import Explanation
    from stratgraph.history import Version
    from stratgraph.library.rows import Row
    from stratgraph.query import ExampleQuery
    from stratgraph.review.model import Change
    from stratgraph.searching import Results
    from stratgraph.settings import Settings
    from stratgraph.store import Answer, Reading, Store

_ROWS: Forms = Forms(solutions=JSON, graph=None)
_TRIPLES: Forms = Forms(solutions=None, graph=N_TRIPLES)


class KnowledgeGraph:
    """Published plans, with what belongs to them. Close it, or use ``with``.

    It may be used from several threads. Each question is of what is in force when it is asked.

    Args:
        settings: that hold; their ``store`` says where it is.
        store: what is asked; None where nothing is published there yet.
        client: on whose behalf, where the store is shared; empty is the program itself.
        is_own: whether the store is a folder's, and nobody else's to ask and to close.
    """

    def __init__(self, settings: Settings, store: Store | None, client: str = "", *, is_own: bool = False) -> None:
        self._settings = settings
        self._store = store
        self._client = client
        self._is_own = is_own
        self._lock = RLock()

    # --- plans

    @property
    def plans(self) -> tuple[str, ...]:
        """The IRIs of the plans that it has, sorted."""
        with self._reading() as reading:
            return plans(reading)

    def plan(
        self,
        name: str | None = None,
        *,
        version: int | None = None,
        as_of: date | str | None = None,
        languages: tuple[str, ...] | str = (),
    ) -> Plan:
        """A version of a plan, whole and in hand.

        Args:
            name: its IRI, or what follows ``…/id/`` there (``itu/plan/2012-2015``); may be left out where there is one.
            version: the number; the version in force where left out.
            as_of: the version that was in force at the end of this day, or at this time; ISO 8601 where it is a text.
            languages: BCP 47 tags in which texts and labels are shown, before those of the plan.

        Raises:
            NotFound: there is no such plan, or no such version.
            UsageError: there are several plans and none is named; ``as_of`` is no day or time.
        """
        with self._reading() as reading:
            return Plan(reading, self._version(reading, name, version, as_of), words_of(languages), self._reading)

    def versions(self, name: str | None = None) -> tuple[Version, ...]:
        """The versions of a plan, the oldest first: number, time, by whom, why, what it was read from.

        Args:
            name: as of :meth:`plan`.
        """
        with self._reading() as reading:
            return versions_of(reading, chosen_plan(reading, _plan_iri(name)))

    def changes(self, before: int, after: int, name: str | None = None) -> tuple[Change, ...]:
        """What changed from one version of a plan to another, element by element.

        Args:
            before: the number of the one.
            after: the number of the other.
            name: as of :meth:`plan`.
        """
        with self._reading() as reading:
            old, new = (read_version(reading, self._version(reading, name, one, None)) for one in (before, after))
        return changes(Things(new), Things(old))

    # --- questions

    @property
    def queries(self) -> Queries:
        """The documented queries as methods: ``graph.queries.kpis_of_objective(objective="itu-d/objective/3")``."""
        return Queries(self)

    def filled(self, wanted: ExampleQuery, values: Mapping[str, str]) -> Filled:
        """A documented query as it is asked here: its defaults are of the plan that is here, where that is another one.

        Args:
            wanted: the query.
            values: of some of its parameters.

        Raises:
            UsageError: there is no such parameter, or a value is not of its kind.
        """
        if not needs_store(wanted, values):
            return Filled(fill(wanted, values))
        with self._reading() as reading:
            return filled_for(reading, wanted, values)

    def query(
        self, text: str, *, version: int | None = None, plan: str | None = None, stop: Stop | None = None
    ) -> Rows:
        """The solutions of a SELECT.

        Args:
            text: SPARQL, with its prefixes.
            version: asks this version of a plan in place of what is in force.
            plan: of which plan; may be left out where there is one. Only beside ``version``.
            stop: takes the question back from another thread.

        Raises:
            QueryError: it is not SPARQL, or no SELECT; ``where`` and ``mend`` say more.
            LimitError: the answer is larger, or takes longer, than the settings allow.
            Cancelled: it was taken back.
        """
        with self._answer(text, _ROWS, stop, version, plan) as answer:
            try:
                found = solutions_of(answer)
            except QueryError as error:
                raise QueryError("An ASK has yes or no, and no rows.", mend="Ask it with ask().") from error
            return Rows(found.variables, found.rows, self._labels)

    def ask(self, text: str, *, stop: Stop | None = None) -> bool:
        """The answer to an ASK; arguments and errors as of :meth:`query`."""
        with self._answer(text, _ROWS, stop) as answer:
            content = answer.read()
        with understood():
            found = parse_query_results(content, JSON.engine)
        if isinstance(found, QuerySolutions):
            raise QueryError("A SELECT has rows, and not yes or no.", mend="Ask it with query().")
        return bool(found)

    def construct(self, text: str, *, stop: Stop | None = None) -> tuple[Triple, ...]:
        """The triples of a CONSTRUCT or DESCRIBE, as pyoxigraph's; arguments and errors as of :meth:`query`."""
        with self._answer(text, _TRIPLES, stop) as answer, understood():
            return tuple(quad.triple for quad in parse(answer.read(), format=N_TRIPLES.engine))

    @contextmanager
    def stream(self, text: str, *, stop: Stop | None = None) -> Iterator[Iterator[Row]]:
        """The solutions of a SELECT one after the other, as they come, for answers of any size.

        ::

            with graph.stream("SELECT …") as rows:
                for row in rows: …

        Raises:
            QueryError, LimitError: as :meth:`query`; also while rows come.
        """
        with self._answer(text, _ROWS, stop) as answer:
            with understood():
                found = parse_query_results(file_of(iter(answer)), JSON.engine)
            if not isinstance(found, QuerySolutions):
                raise QueryError("An ASK has no rows.", mend="Ask it with ask().")
            rows = _Streamed(found)
            # It has to end in this thread, whoever keeps the rows.
            del found
            try:
                yield rows
            finally:
                rows.end()

    def explain(self, text: str) -> Explanation:
        """What is wrong with a query, or why its answer is empty: findings with what, where and mend."""
        from stratgraph.explanation import ask_and_explain  # noqa: PLC0415 - few questions are explained

        with self._asked().reading(Caller(self._client, self._settings.deadline_s)) as reading:
            return ask_and_explain(text, reading, dataset=WHOLE, max_query_bytes=self._settings.max_query_bytes)

    def search(self, words: str, *, kind: str = "", unit: str = "", languages: tuple[str, ...] | str = ()) -> Results:
        """What has these words in its texts, labels or codes, the best first; the first twenty.

        Args:
            words: in any language, in any of their forms; phrases in quotation marks.
            kind: only things of this class, ``sg:Objective``.
            unit: only things of this unit, by its IRI.
            languages: in which things are shown, before the languages of their plan.
        """
        from stratgraph import searching  # noqa: PLC0415 - few look words up
        from stratgraph.search import CurrentWords  # noqa: PLC0415 - likewise

        with self._reading() as reading:
            return searching.search(
                reading, CurrentWords(self._settings.store), words, kind=kind, unit=unit, languages=words_of(languages)
            )

    # --- revisions

    def review(
        self,
        file: str | PathLike[str],
        *,
        against: int | str = "",
        decisions: str | PathLike[str] | None = None,
        accept: bool = False,
        profile: str = "",
        content: bytes | None = None,
        description: bytes | None = None,
    ) -> Revision:
        """A revised plan beside the published one: what changed, which rules it breaks, what follows.

        Args:
            file: RDF, a workbook, StratML, or a text of the annex's form.
            against: the number of the version to compare with, 0 for none; or the plan of the period before.
            decisions: file of what was decided on doubtful matches.
            accept: take doubtful matches as they are proposed.
            profile: that both are held against; the one that the plan names where left out.
            content: of the file, where it is not on the disk; then ``file`` is a name whose ending says the form.
            description: the TOML that says what a text or StratML does not say of itself; the one beside the file where
                left out.

        Raises:
            SourceError: the file is not of its form; ``where`` says the place.
            UsageError: it is not there, or is the plan of somebody else.
        """
        return revision_of(
            Path(file),
            self._settings,
            self._in_force,
            against=str(against),
            decisions=None if decisions is None else Path(decisions),
            accept=accept,
            profile=profile,
            content=content,
            description=description,
            published=self._published,
        )

    def publish(
        self, file: str | PathLike[str], *, reason: str = "", by: str = "", allow: tuple[str, ...] | str = ()
    ) -> Plan:
        """Publishes a revised plan as the next version, or a new plan as its first; gives it in hand.

        Args:
            file: as of :meth:`review`.
            reason: why, as everybody will read.
            by: who does it, as everybody will read.
            allow: rules whose Violations are let pass.

        Raises:
            PublicationRefused: it has Violations, or undoes what was published since it was made. :meth:`review` says
                which; what was decided on doubtful matches is given there, and its result published.
            UsageError: this graph is on another server.
        """
        return self.review(file).publish(reason=reason, by=by, allow=allow)

    # --- opening and closing

    def close(self) -> None:
        """Ends what it holds; nothing more can be asked."""
        if self._store is not None:
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<KnowledgeGraph at {self._settings.store}>"

    # --- within

    def _asked(self) -> Store:
        """The store with what is in force now."""
        store = self._in_force()
        if store is None:
            raise NothingPublished(
                f"Nothing is published in {self._settings.store}.", mend="Publish a plan: graph.publish(file)."
            )
        return store

    def _in_force(self) -> Store | None:
        """The same; None where nothing is published yet.

        An open store follows a publication a little later, and is opened anew.
        """
        with self._lock:
            before = self._store
            if before and self._is_own and before.state != current_id(Path(self._settings.store)):
                self._store = _opened(self._settings)
                before.close()
            return self._store

    @contextmanager
    def _reading(self, stop: Stop | None = None) -> Iterator[Reading]:
        with self._asked().reading(Caller(self._client, stop=stop)) as reading:
            yield reading

    @contextmanager
    def _answer(
        self, text: str, forms: Forms, stop: Stop | None, version: int | None = None, plan: str | None = None
    ) -> Iterator[Answer]:
        """The answer to a question: of one look at the store where a version has to be found first."""
        most = self._settings.max_query_bytes
        if version is None and plan is not None:
            raise UsageError(
                "A plan is named for one of its versions, and no version is.",
                mend="Say version; without both, what is in force of all plans is asked.",
            )
        try:
            if version is None:
                caller = Caller(self._client, stop=stop)
                with ask(self._asked(), text, forms, WHOLE, caller, max_query_bytes=most) as answer:
                    yield answer
                return
            with self._reading(stop) as reading:
                dataset = dataset_of(reading, self._version(reading, plan, version, None))
                with ask_in(reading, text, forms, dataset, max_query_bytes=most) as answer:
                    yield answer
        except NotAcceptable as error:
            # Of the two kinds of queries the other one was asked; forms are none of the caller's business here.
            if forms is _ROWS:
                raise QueryError(
                    "A CONSTRUCT or DESCRIBE has triples, and no rows.", mend="Ask it with construct()."
                ) from error
            raise QueryError("A SELECT or ASK has no triples.", mend="Ask it with query() or ask().") from error

    @staticmethod
    def _version(reading: Reading, name: str | None, number: int | None, as_of: date | str | None) -> Version:
        if number is not None and as_of is not None:
            raise UsageError("A version is named by its number or by a time.", mend="Leave version or as_of out.")
        versions = versions_of(reading, chosen_plan(reading, _plan_iri(name)))
        return chosen_version(versions, number, as_of=None if as_of is None else moment_of(as_of))

    def _labels(self, iris: set[str], languages: tuple[str, ...]) -> Mapping[str, Literal]:
        with self._reading() as reading:
            found = names_of(reading, sorted(iris), languages)
        return {iri: Literal(name.label, language=name.language or None) for iri, name in found.items()}

    def _published(self, plan: str) -> Plan:
        """The version of a plan that was just published."""
        with self._lock:
            if self._store is None:
                self._store = _opened(self._settings)
        return self.plan(plan)


class _Streamed(Iterator["Row"]):
    """The rows of an answer that comes, for the thread alone that asked: its parser ends the process in any other."""

    def __init__(self, found: QuerySolutions) -> None:
        self._found: QuerySolutions | None = found
        self._places = {variable.value: place for place, variable in enumerate(found.variables)}
        self._home = get_ident()

    def __next__(self) -> Row:
        if get_ident() != self._home:
            raise UsageError("Rows are streamed in the thread that asked.", mend="Read them there, or use query().")
        if self._found is None:
            raise UsageError("The rows were streamed within their with, which has ended.", mend="Read them there.")
        with understood():
            return row_of(self._places, tuple(next(self._found)))

    def end(self) -> None:
        """Lets the answer go."""
        self._found = None


def _plan_iri(name: str | None) -> str | None:
    """The IRI of a plan that is named by it or by what follows ``…/id/`` there."""
    return name if name is None or ":" in name else f"{IDENTIFIERS}{name}"


def open_folder(folder: str | PathLike[str] | None = None, *, create: bool = False) -> KnowledgeGraph:
    """The graph whose snapshots are in a folder, as ``stratgraph build`` and ``publish`` write it.

    Questions run in a process of their own, which keeps the limits of the settings: an endless one ends at
    ``deadline_s``. Settings are those of the environment and of ``stratgraph.toml``.

    Args:
        folder: the folder; that of the settings where left out.
        create: whether nothing needs to be published there yet: :meth:`KnowledgeGraph.publish` begins it.

    Raises:
        NothingPublished: nothing is, and ``create`` was not said.
        StoreError: it cannot be opened.
        UsageError: it is an address.
    """
    settings = read_settings(store=None if folder is None else str(folder))
    if is_address(settings.store):
        raise UsageError(f"{settings.store!r} is an address.", mend="A server is asked by stratgraph.connect().")
    try:
        return KnowledgeGraph(settings, _opened(settings), is_own=True)
    except NothingPublished:
        if not create:
            raise
        return KnowledgeGraph(settings, None, is_own=True)


def connect(url: str) -> KnowledgeGraph:
    """The graph that a stratgraph serves, or what any other SPARQL endpoint has.

    Args:
        url: of the site, or of its endpoint.

    Raises:
        RemoteError: it cannot be reached, or does not answer as a SPARQL server does.
        UsageError: it is no address of HTTP.
    """
    if not is_address(url):
        raise UsageError(f"{url!r} is no address of HTTP.", mend="A folder is opened with stratgraph.open().")
    settings = read_settings(store=url)
    return KnowledgeGraph(settings, store_of(settings))


def _opened(settings: Settings) -> Store:
    # A notebook has threads.
    return limited_store_of(settings, is_single=False)
