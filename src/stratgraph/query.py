"""Questions: what may be asked, asking it, and the documented example queries.

What somebody sends is screened by the store that evaluates it; here it is measured, and passed on.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from stratgraph.assets import example_files
from stratgraph.errors import Location, NotFound, QueryTooLong, SourceError, UsageError
from stratgraph.identifiers import plan_of
from stratgraph.store.protocol import ANYBODY, WHOLE, Asked, Caller, Dataset, Forms, Given, Screen
from stratgraph.store.tokens import tokens
from stratgraph.terms import COMMON_PREFIXES, IDENTIFIERS, QUERIES, RDF, RDFS, SCHEMA, SG, SH, XSD, prefixed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.resources.abc import Traversable

    from pyoxigraph import Quad

    from stratgraph.federation import Gateway
    from stratgraph.store.protocol import Answer, Reading

# By parts of words, since the engine reads BYRAND() and FILTERRAND() as two words each. A string or a comment can look
# so too: a false positive costs one cache entry, a false negative serves stale data.
_VARYING: Final = re.compile(r"(?:NOW|RAND|UUID|BNODE)(?:\s|#[^\r\n]*)*\(|SERVICE", re.IGNORECASE | re.ASCII)
_VARYING_WORDS: Final = ("NOW", "RAND", "UUID", "BNODE", "SERVICE")

# --- what may be asked ------------------------------------------------------------------------------------------------


def check_length(text: str, max_query_bytes: int) -> None:
    """Refuses a query that is longer than it may be.

    Args:
        text: the query.
        max_query_bytes: its limit in UTF-8.

    Raises:
        QueryTooLong: it is longer.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > max_query_bytes:
        raise QueryTooLong(
            f"The query has {size:,} bytes, and may have {max_query_bytes:,}.",
            setting="max_query_bytes",
            value=max_query_bytes,
        )


def ask(
    store: Asked[Given],
    text: str,
    forms: Forms,
    dataset: Dataset = WHOLE,
    caller: Caller = ANYBODY,
    *,
    base: str | None = None,
    max_query_bytes: int,
    gateway: Gateway | None = None,
) -> Given:
    """Asks a store somebody's query; raises what :func:`check_length` and :meth:`Store.answer` raise.

    Here the text is measured and nothing more: the store screens it where it evaluates it, which may be a process
    that can be killed (:mod:`stratgraph.store.screening`). Relative IRIs are relative to ``base``, unless the query
    has a BASE of its own. SERVICE calls what the gateway has, through it, and nothing where there is none.

    Returns:
        The answer; of a store on an event loop, to be awaited.
    """
    check_length(text, max_query_bytes)
    return store.answer(text, forms, dataset, caller, _screen(base, gateway))


def ask_in(
    reading: Reading,
    text: str,
    forms: Forms,
    dataset: Dataset = WHOLE,
    *,
    base: str | None = None,
    max_query_bytes: int,
    gateway: Gateway | None = None,
) -> Answer:
    """As :func:`ask`, within one look at a store: what else is asked there is of the same snapshot."""
    check_length(text, max_query_bytes)
    return reading.answer(text, forms, dataset, screen=_screen(base, gateway))


def _screen(base: str | None, gateway: Gateway | None) -> Screen:
    return Screen(base, gateway.routes if gateway else ())


def is_ordered(text: str) -> bool:
    """Whether a query says in which order its rows are to come."""
    return any(token.is_word("ORDER") for token in tokens(text))


def may_vary(text: str) -> bool:
    """Whether a query's answer may be another one each time.

    That is by the clock (NOW), by chance (RAND, UUID, STRUUID, the labels of BNODE), or by another server (SERVICE).
    """
    upper = text.upper()
    # Most queries have none of these letters in them; the expression is much slower.
    return any(word in upper for word in _VARYING_WORDS) and _VARYING.search(text) is not None


# --- documented example queries ---------------------------------------------------------------------------------------

Value: TypeAlias = NamedNode | Literal


class QueryKind(StrEnum):
    """The kinds of query that an example can be."""

    SELECT = "select"
    CONSTRUCT = "construct"
    ASK = "ask"


class ParameterKind(StrEnum):
    """What a parameter takes."""

    IRI = "IRI"
    INTEGER = "whole number"
    STRING = "text"
    LANGUAGE_STRING = "text in the default's language"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that the asker may choose.

    Args:
        name: also the variable's, in the clause ``VALUES ?name { default }`` of the query.
        description: in English.
        default: as it stands in the query.
        of_class: the class of the things that an IRI may be; empty where the file says none (SHACL, ``sh:class``).
    """

    name: str
    description: str
    kind: ParameterKind
    default: Value
    of_class: str = ""


@dataclass(frozen=True, slots=True)
class ExampleQuery:
    """A documented query, which runs as it stands.

    Args:
        name: kebab-case, the name of its file.
        title: a few words, in English.
        description: what it answers, in English.
        keywords: in the order of the file.
        parameters: in their order.
        text: the whole query, with its prefixes.
    """

    name: str
    title: str
    description: str
    keywords: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    text: str
    kind: QueryKind


@cache
def examples() -> tuple[ExampleQuery, ...]:
    """The documented example queries, in the order of their files' names."""
    return tuple(_example(PurePosixPath(file.name).stem) for file in example_files())


def example(name: str) -> ExampleQuery:
    """The example query of that name.

    Raises:
        NotFound: there is none.
    """
    # Of 60 files one is read: who asks one documented query waits for no other.
    known = [PurePosixPath(file.name).stem for file in example_files()]
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        raise NotFound(
            f"There is no example query {name!r}.",
            mend=f"Did you mean {close[0]}?"
            if close
            else "Look for it among the documented queries (docs/reference/queries.md).",
        )
    return _example(name)


@cache
def _example(name: str) -> ExampleQuery:
    """One that is there; each is read once."""
    return _ExampleFile(next(file for file in example_files() if file.name == f"{name}.ttl")).read()


def read_examples(files: Iterable[Traversable]) -> tuple[ExampleQuery, ...]:
    """Example queries from their files, in the form of sparql-examples and in the files' order.

    Raises:
        SourceError: a file is not Turtle, or not of that form.
    """
    return tuple(_ExampleFile(file).read() for file in files)


def fill(wanted: ExampleQuery, values: Mapping[str, str], home: str = "") -> str:
    """The text of an example query with some of its parameters replaced.

    Args:
        wanted: the query.
        values: by the parameters' names; an IRI in full, with a usual prefix (``sdg:9.c``), or as a place in a plan
            (``itu-d/objective/5``).
        home: IRI of the plan that places are in; that of the defaults where empty.

    Raises:
        UsageError: there is no such parameter, or the value is not of its kind.
    """
    known = {p.name: p for p in wanted.parameters}
    text = wanted.text
    for name, value in values.items():
        if name not in known:
            raise UsageError(
                f"The query {wanted.name} has no parameter {name!r}.",
                mend=f"It has {', '.join(known)}." if known else "It has none.",
            )
        text = with_values(text, name, (_value(known[name], value, home),))
    return text


def with_values(text: str, name: str, values: Iterable[Value]) -> str:
    """One of the program's own queries with other values in its clause ``VALUES ?name { … }``.

    Args:
        text: the query.
        name: of the variable.
        values: terms; none asks for nothing.
    """
    start, end = _value_place(text, name)
    return f"{text[:start]} {' '.join(map(str, values))} {text[end:]}"


def plan_of_default(parameter: Parameter) -> str:
    """IRI of the plan that the default of a parameter is, or is in by its form; empty where that tells of none."""
    iri = str(parameter.default.value)
    return plan_of(iri) or (iri if parameter.of_class == SG.STRATEGIC_PLAN else "")


def _value(parameter: Parameter, value: str, home: str) -> Value:
    default = parameter.default
    try:
        if parameter.kind is ParameterKind.IRI:
            return NamedNode(full_iri(value, home or plan_of_default(parameter)))
        if parameter.kind is ParameterKind.INTEGER:
            return Literal(str(int(value)), datatype=NamedNode(XSD.INTEGER))
    except ValueError as error:
        raise UsageError(
            f"The parameter {parameter.name} cannot be {value!r}: it is to be a {parameter.kind}.",
            mend=f"Such as {default}.",
        ) from error
    language = default.language if isinstance(default, Literal) else None
    return Literal(value, language=language) if language else Literal(value)


def is_place(value: str) -> bool:
    """Whether an IRI is given as a place in a plan, ``itu-d/objective/3``."""
    return "/" in value and ":" not in value and "plan" not in value.split("/")


def full_iri(value: str, plan: str) -> str:
    """An IRI that is given in full, with a usual prefix, or as a place in a plan, or below all of ours.

    Args:
        value: as somebody gives it.
        plan: IRI of the plan that a place is in; empty where there is none.
    """
    if value.startswith("<") and value.endswith(">"):
        return value[1:-1]
    prefix, colon, local = value.partition(":")
    if colon:
        return COMMON_PREFIXES[prefix] + local if prefix in COMMON_PREFIXES else value
    if plan and is_place(value):
        return f"{plan}/{value}"
    return f"{IDENTIFIERS}{value}" if "/" in value else value


def short_value(parameter: Parameter, iri: str, home: str = "") -> str:
    """The shortest way to give an IRI as a value of a parameter, such as ``itu-d/objective/3`` or ``sdg:9.c``.

    Args:
        parameter: that takes it.
        iri: the value.
        home: IRI of the plan that places are in; that of the default where empty.
    """
    plan = home or plan_of_default(parameter)
    ways = [
        iri.removeprefix(f"{plan}/") if plan else iri,
        iri.removeprefix(IDENTIFIERS),
        prefixed(iri, COMMON_PREFIXES),
    ]
    return min((one for one in ways if one and full_iri(one, plan) == iri), key=len, default=iri)


def _value_place(text: str, name: str) -> tuple[int, int]:
    """Where the values of ``VALUES ?name { … }`` stand, between the braces.

    Raises:
        UsageError: there is not exactly one such clause.
    """
    found = list(tokens(text))
    places = []
    for position, token in enumerate(found[:-3]):
        variable, brace = found[position + 1 : position + 3]
        if token.is_word("VALUES") and variable.text in {f"?{name}", f"${name}"} and brace.text == "{":
            end = next((t.start for t in found[position + 3 :] if t.text == "}"), len(text))
            places.append((brace.end, end))
    if len(places) != 1:
        raise UsageError(
            f"The query has {len(places)} clauses VALUES ?{name} {{ … }}, where one is needed.",
            mend="Write the parameter's default there.",
        )
    return places[0]


class _ExampleFile:
    """One file of the form of sparql-examples."""

    def __init__(self, file: Traversable) -> None:
        self._file = file
        self._name = PurePosixPath(file.name).stem
        self._iri = NamedNode(f"{QUERIES}{self._name}")
        try:
            self._quads: list[Quad] = list(parse(file.read_bytes(), format=RdfFormat.TURTLE))
        except SyntaxError as error:
            raise SourceError(
                f"The file is not Turtle: {error}.", where=Location(file=file.name, line=error.lineno)
            ) from error

    def read(self) -> ExampleQuery:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self._name):
            raise self._wrong("The file's name is not in kebab-case.")
        if NamedNode(SH.SPARQL_EXECUTABLE) not in self._values(self._iri, RDF.TYPE):
            raise self._wrong(f"{self._iri} is not a sh:SPARQLExecutable.")
        texts = {
            kind: texts
            for kind, predicate in zip(QueryKind, (SH.SELECT, SH.CONSTRUCT, SH.ASK), strict=True)
            if (texts := self._values(self._iri, predicate))
        }
        if len(texts) != 1:
            raise self._wrong("There must be one of sh:select, sh:construct and sh:ask.")
        ((kind, (text, *_)),) = texts.items()
        query = str(text.value)
        nodes = sorted(self._values(self._iri, SH.PARAMETER), key=lambda n: int(self._text(n, SH.ORDER)))
        return ExampleQuery(
            name=self._name,
            title=self._text(self._iri, RDFS.LABEL),
            description=self._text(self._iri, RDFS.COMMENT),
            keywords=tuple(str(k.value) for k in self._values(self._iri, SCHEMA.KEYWORDS)),
            parameters=tuple(self._parameter(node, query) for node in nodes),
            text=query,
            kind=kind,
        )

    def _parameter(self, node: object, query: str) -> Parameter:
        name = self._text(node, SH.NAME)
        if NamedNode(f"{QUERIES}{name}") not in self._values(node, SH.PATH):
            raise self._wrong(f"The sh:path of the parameter {name} is not <{QUERIES}{name}>.")
        default = self._one(node, SH.DEFAULT_VALUE)
        if not isinstance(default, (NamedNode, Literal)):
            raise self._wrong(f"The default of the parameter {name} is a blank node.")
        try:
            start, end = _value_place(query, name)
        except UsageError as error:
            raise self._wrong(error.what) from error
        if not query[start:end].strip():
            raise self._wrong(f"The clause VALUES ?{name} has no value.")
        classes = self._values(node, SH.CLASS)
        return Parameter(
            name,
            self._text(node, SH.DESCRIPTION),
            self._parameter_kind(node, name),
            default,
            str(classes[0].value) if classes else "",
        )

    def _parameter_kind(self, node: object, name: str) -> ParameterKind:
        if NamedNode(SH.IRI) in self._values(node, SH.NODE_KIND):
            return ParameterKind.IRI
        kinds = {
            XSD.INTEGER: ParameterKind.INTEGER,
            XSD.STRING: ParameterKind.STRING,
            RDF.LANG_STRING: ParameterKind.LANGUAGE_STRING,
        }
        for datatype, kind in kinds.items():
            if NamedNode(datatype) in self._values(node, SH.DATATYPE):
                return kind
        raise self._wrong(
            f"The parameter {name} has neither sh:nodeKind sh:IRI nor a sh:datatype of "
            "xsd:integer, xsd:string or rdf:langString."
        )

    def _values(self, subject: object, predicate: str) -> list[Any]:
        return [q.object for q in self._quads if q.subject == subject and q.predicate.value == predicate]

    def _one(self, subject: object, predicate: str) -> Any:
        values = self._values(subject, predicate)
        if len(values) != 1:
            raise self._wrong(f"There are {len(values)} values of <{predicate}> where one is needed.")
        return values[0]

    def _text(self, subject: object, predicate: str) -> str:
        return str(self._one(subject, predicate).value)

    def _wrong(self, what: str) -> SourceError:
        return SourceError(what, where=Location(file=self._file.name))
