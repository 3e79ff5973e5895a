"""From what a client accepts to a form that we can write, and to languages (RFC 9110 sections 12.5.1 and 12.5.4).

None of our dependencies reads ``Accept`` or ``Accept-Language`` (Starlette hands over the raw fields), so the few rules
of the RFC are written here. The forms and their media types are the tables in ``stratgraph.results`` and
``stratgraph.serialisation``; no media type stands here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from stratgraph.results import RESULT_FORMS, ResultForm
from stratgraph.serialisation import ANNOTATED, RDF_FORMS, RdfForm
from stratgraph.store.protocol import Forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.datastructures import Headers

F = TypeVar("F", ResultForm, RdfForm)

HTML: Final = "text/html"

# A comma or semicolon inside a quoted string does not separate. A string that is never closed ends with the field:
# so each character is looked at once, whatever the client sends.
_QUOTED = r'"(?>\\.|[^"\\])*+\\?(?:"|\Z)'
_ELEMENT = re.compile(rf"(?>[^,\"]|{_QUOTED})++", re.DOTALL)
_PARAMETER = re.compile(rf"(?>[^;\"]|{_QUOTED})++", re.DOTALL)
_MOST_RANGES = 50
"""Of an ``Accept`` field; browsers send eight. The rest is not looked at."""
_MOST_LANGUAGES = 20
"""Of what a client asks for; browsers send up to ten. The rest is not looked at."""
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,8}")
_QVALUE = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One element of ``Accept``: ``text/*;q=0.3``.

    Args:
        main: the type before the slash, or ``*``.
        sub: what is after it, or ``*``.
        parameters: names and values in lower case, without ``q``.
        quality: 0 (not acceptable) to 1.
    """

    main: str
    sub: str
    parameters: frozenset[tuple[str, str]]
    quality: float

    def specificity(self, media_type: MediaType) -> int:
        """How exactly this range names ``media_type``: 0 where it does not, more the more exact it is."""
        if self.main == "*":
            return 1
        if self.main != media_type.main:
            return 0
        if self.sub == "*":
            return 2
        if self.sub != media_type.sub or not self.parameters <= media_type.parameters:
            return 0
        return 3 + len(self.parameters)


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type that can be sent, parsed once."""

    main: str
    sub: str
    parameters: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Choice(Generic[F]):
    """A form, and the media type under which the client asked for it."""

    form: F
    media_type: str

    @property
    def is_annotated(self) -> bool:
        """Whether the client wants to be told what the IRIs are called."""
        return self.media_type not in self.form.media_types


@dataclass(frozen=True, slots=True)
class Accepted:
    """What to answer with, for each kind of query; None where the client accepts none of ours.

    Args:
        solutions: to SELECT and ASK.
        graph: to CONSTRUCT and DESCRIBE.
        is_page: whether a page for people is more welcome than either.
    """

    solutions: Choice[ResultForm] | None
    graph: Choice[RdfForm] | None
    is_page: bool = False

    @property
    def has_annotations(self) -> bool:
        """Whether a graph is to have what its IRIs are called beside."""
        return self.graph is not None and self.graph.is_annotated

    @property
    def forms(self) -> Forms:
        """The same without the media types, as a store takes it."""
        return Forms(
            solutions=self.solutions.form if self.solutions else None, graph=self.graph.form if self.graph else None
        )

    @property
    def key(self) -> str:
        """Names the pair; part of an entity tag."""
        choices: tuple[Choice[Any] | None, ...] = (self.solutions, self.graph)
        return ".".join(
            f"{ANNOTATED if choice.is_annotated else ''}{choice.form.name}" if choice else "none" for choice in choices
        )

    def media_type_of(self, form: ResultForm | RdfForm) -> str:
        """The media type for an answer in ``form``, with its character set where it is a text."""
        for choice in (self.solutions, self.graph):
            if choice is not None and choice.form == form and not choice.is_annotated:
                return content_type(choice.media_type)
        return content_type(form.media_types[0])


def content_type(media_type: str) -> str:
    """The value of ``Content-Type``: everything that we write is UTF-8, and a ``text/…`` has to say so."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def accept_field(headers: Headers) -> str | None:
    """The ``Accept`` of a request, its lines joined (RFC 9110 section 5.3); None where it has none."""
    lines = headers.getlist("accept")
    return ", ".join(lines) if lines else None


@lru_cache(maxsize=256)
def languages_in(field: str) -> tuple[str, ...]:
    """The tags in an ``Accept-Language`` field, or in a list of tags, in lower case, the most welcome first.

    Those of equal weight stand in the order of the field. ``*``, malformed tags and those of weight 0 are left out.
    """
    weighted: dict[str, float] = {}
    for element in field.split(",")[:_MOST_LANGUAGES]:
        tag, _, rest = element.partition(";")
        name, _, weight = rest.partition("=")
        value = weight.strip() if name.strip().lower() == "q" else "1"
        if _LANGUAGE.fullmatch(tag.strip()) and _QVALUE.fullmatch(value) and float(value) > 0:
            weighted.setdefault(tag.strip().lower(), float(value))
    return tuple(sorted(weighted, key=lambda tag: -weighted[tag]))


def parse_accept(field: str | None) -> tuple[MediaRange, ...]:
    """The ranges of an ``Accept`` field, in its order; elements that are malformed are left out.

    A field that is absent, empty or all malformed accepts everything (RFC 9110 section 12.5.1).
    """
    elements = (match[0] for match in islice(_ELEMENT.finditer(field or ""), _MOST_RANGES))
    ranges = (_parse_range(element) for element in elements)
    return tuple(r for r in ranges if r is not None) or (MediaRange("*", "*", frozenset(), 1.0),)


def quality(media_type: str, ranges: Sequence[MediaRange]) -> float:
    """How welcome a media type is, 0 to 1: the most specific range that names it decides."""
    parsed = parse_media_type(media_type)
    specificity, welcome = max(
        ((r.specificity(parsed), r.quality) for r in ranges), key=lambda pair: pair[0], default=(0, 0.0)
    )
    return welcome if specificity else 0.0


def choose(field: str | None, media_types: Sequence[str]) -> str | None:
    """The most welcome of ``media_types``, the first one among equals; None where none is acceptable.

    A range with a parameter that no media type of ours has (``application/ld+json;profile=…``) is read without that
    parameter, but only where nothing else matched: such a client is better served than refused.
    """
    ranges = parse_accept(field)
    return _best(ranges, media_types) or _best(tuple(_without_parameters(ranges)), media_types)


@lru_cache(maxsize=256)
def accepted_forms(field: str | None, names: tuple[str, ...]) -> Accepted:
    """What to answer with; remembered, since the same few clients ask again and again.

    Args:
        field: the request's ``Accept``, None where it has none.
        names: the values of ``format``, which override ``Accept``: each the name of a form, in its own or in a client's
            word, or a media type. The first one that is known counts, because clients repeat the parameter in several
            spellings; where none is known, ``Accept`` holds, which such clients send beside it.
    """
    known = (accepted for name in names if (accepted := _named(name)) is not None)
    if named := next(known, None):
        return named
    types = [media_type for form in (*RESULT_FORMS, *RDF_FORMS) for media_type in _types_of(form)]
    # HTML stands last: a client that does not care gets data.
    is_page = choose(field, [*types, HTML]) == HTML
    return Accepted(_choose_form(field, RESULT_FORMS), _choose_form(field, RDF_FORMS), is_page)


def _named(name: str) -> Accepted | None:
    """The forms that one value of ``format`` means, ``html`` being a page; None where it is not known.

    ``json`` means the results in JSON, and for a graph JSON-LD: the form of the other kind that shares a media
    type with the one named. So a client that always asks for ``json`` can ask every kind of query.
    """
    name = spelled(name)
    if name.lower() in {"html", HTML}:
        return Accepted(None, None, is_page=True)
    if "/" in name:
        accepted = Accepted(_choose_form(name, RESULT_FORMS), _choose_form(name, RDF_FORMS))
        return accepted if accepted.solutions or accepted.graph else None
    for annotated in (form for form in RDF_FORMS if form.annotated):
        if name.startswith(ANNOTATED) and annotated.is_called(name.removeprefix(ANNOTATED)):
            return Accepted(None, Choice(annotated, annotated.annotated[0]))
    for form in (*RESULT_FORMS, *RDF_FORMS):
        if form.is_called(name):
            types = set(form.media_types)
            return Accepted(_sharing(types, RESULT_FORMS), _sharing(types, RDF_FORMS))
    return None


def _sharing(media_types: set[str], forms: Iterable[F]) -> Choice[F] | None:
    for form in forms:
        if not media_types.isdisjoint(form.media_types):
            return Choice(form, form.media_types[0])
    return None


def _choose_form(field: str | None, forms: Sequence[F]) -> Choice[F] | None:
    # Registered types before the others of every form: `*/*` and `application/*` then give the first form's own.
    first: list[str] = [form.media_types[0] for form in forms]
    others: list[str] = [media_type for form in forms for media_type in _types_of(form)[1:]]
    media_type = choose(field, [*first, *others])
    if media_type is None:
        return None
    return Choice(next(form for form in forms if media_type in _types_of(form)), media_type)


def _types_of(form: ResultForm | RdfForm) -> tuple[str, ...]:
    """The media types by which a form can be asked for."""
    return (*form.media_types, *(form.annotated if isinstance(form, RdfForm) else ()))


def spelled(name: str) -> str:
    """The value of ``format`` as it was meant: in an address that is typed, a plus sign stands for a blank."""
    return name.replace(" ", "+")


def _best(ranges: Sequence[MediaRange], media_types: Sequence[str]) -> str | None:
    welcome, best = max(((quality(content_type(one), ranges), one) for one in media_types), key=lambda pair: pair[0])
    return best if welcome > 0 else None


def _without_parameters(ranges: Iterable[MediaRange]) -> Iterable[MediaRange]:
    return (MediaRange(r.main, r.sub, frozenset(), r.quality) for r in ranges)


def parse_media_type(text: str) -> MediaType:
    """A media type with its parameters, as in ``Content-Type``; names and values in lower case."""
    essence, _, rest = text.partition(";")
    main, _, sub = essence.strip().lower().partition("/")
    return MediaType(main, sub, frozenset(_parse_parameter(p) for p in _PARAMETER.findall(rest)))


def _parse_range(element: str) -> MediaRange | None:
    if not element.strip():
        return None
    parsed = parse_media_type(element)
    weight = dict(parsed.parameters).get("q", "1")
    is_range = bool(parsed.main and parsed.sub) and (parsed.main != "*" or parsed.sub == "*")
    if not is_range or not _QVALUE.fullmatch(weight):
        return None
    parameters = frozenset((name, value) for name, value in parsed.parameters if name != "q")
    return MediaRange(parsed.main, parsed.sub, parameters, float(weight))


def _parse_parameter(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), value.strip().strip('"').lower()
