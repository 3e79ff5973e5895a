"""Values that a query looks for and that are there otherwise: with a language, as a number, in other letters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal

from stratgraph.explanation.findings import FindingKind
from stratgraph.explanation.literals import Written, is_numeric, literal_at, literal_in, quoted
from stratgraph.explanation.outline import Assignment, Condition
from stratgraph.explanation.question import nodes, strings
from stratgraph.graph import primary, text_of
from stratgraph.identifiers import whole_number
from stratgraph.store.tokens import TokenKind
from stratgraph.terms import RDF, RDFS, SG, SKOS, XSD
from stratgraph.wording import listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratgraph.explanation.findings import Finding
    from stratgraph.explanation.outline import Triple
    from stratgraph.explanation.question import Question
    from stratgraph.store.tokens import Token

_OF_TEXTS: Final = (
    *("CONTAINS", "STRSTARTS", "STRENDS", "REGEX", "STRLEN", "UCASE", "LCASE", "SUBSTR", "REPLACE", "STRBEFORE"),
    "STRAFTER",
)
_LOOKING: Final = ("CONTAINS", "STRSTARTS", "STRENDS", "REGEX")
_EQUAL: Final = frozenset({"=", "IN"})
_COMPARED: Final = frozenset({"=", "<", ">", "<=", ">="})
_CALLED: Final = (RDFS.LABEL, SKOS.PREF_LABEL, SG.NOTATION, SG.TEXT)
_PLAIN: Final = re.compile(r"[\w .,-]+")
_IRI: Final = re.compile(r"[a-z][a-z0-9+.-]*:\S+")
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A literal that the values of a property are compared with.

    Args:
        iri: of the property.
        literal: what they are compared with.
        variable: that stands for them; empty where the literal stands in the pattern itself.
        is_equal: they are to be equal; otherwise they are sorted before or behind it.
    """

    iri: str
    literal: Written
    variable: str
    is_equal: bool


@dataclass(frozen=True, slots=True)
class _Call:
    """A function of texts, with the variable that it is given, and what it looks for there."""

    function: str
    variable: str
    at: int
    folded: str
    literal: Written | None


def find_iris_as_texts(question: Question) -> Iterator[Finding]:
    """Functions of texts that are given an IRI, which is an error to them, so that nothing comes of it."""
    things = set(_things(question))
    for call in _calls(question):
        name = call.variable
        if name in things and not call.folded.startswith("STR"):
            word = call.folded or call.function
            what = f"?{name} is an IRI, and {word} takes a text."
            yield question.found(
                FindingKind.IRI_AS_TEXT, call.at, f"?{name}", what, f"Write STR(?{name}).", f"STR(?{name})"
            )


def find_texts_as_things(question: Question) -> Iterator[Finding]:
    """A text in the place of a thing: the name of a unit for the unit."""
    for _, triple in question.triples:
        literal = literal_in(question.outline, triple.object, triple.object_at) if triple.object_at >= 0 else None
        iri = question.property_of(triple)
        if literal is None or not question.vocabulary.range(iri):
            continue
        what = f"{question.called(iri)} leads to a thing, and {literal.source} is none."
        yield question.found(
            FindingKind.IRI_AS_TEXT, literal.at, literal.source, what, *_thing_for(question, iri, literal)
        )


def _thing_for(question: Question, iri: str, literal: Written) -> tuple[str, str]:
    if _IRI.fullmatch(literal.text):
        return f"Write <{literal.text}>.", f"<{literal.text}>"
    rows = question.rows("explain-spellings", property=nodes(_CALLED), wanted=strings([literal.text]))
    for row in rows:
        if isinstance(row["value"], Literal):
            path = f"{question.name(iri)}/{question.name(text_of(row['property']))}"
            return f"Ask for what it is called: {path} {_as_written(question, row['value'])}.", ""
    return "Write its IRI, or a variable whose name another pattern asks for.", ""


def find_values(question: Question) -> Iterator[Finding]:
    """Literals that no value of their property is equal to, where it has one that differs in kind or in letters."""
    wanted = list(islice(_wanted(question), _MOST))
    if wanted:
        texts = strings(dict.fromkeys(one.literal.text for one in wanted))
        iris = nodes(dict.fromkeys(one.iri for one in wanted))
        spelled: dict[tuple[str, str], list[Literal]] = {}
        for row in question.rows("explain-spellings", property=iris, wanted=texts):
            key = text_of(row["property"]), text_of(row["wanted"])
            if isinstance(row["value"], Literal):
                spelled.setdefault(key, []).append(row["value"])
        kinds = _kinds(question, (one.iri for one in wanted))
        for one in wanted:
            found = _compared(question, one, spelled.get((one.iri, one.literal.text), []), kinds.get(one.iri, []))
            if found:
                yield found
    yield from _languages(question)
    yield from _letters(question)


# --- equal but for the kind -------------------------------------------------------------------------------------------


def _compared(
    question: Question, one: _Wanted, spelled: list[Literal], kinds: list[tuple[str, str, str]]
) -> Finding | None:
    literal, called = one.literal, question.called(one.iri)
    is_there = any(_is_equal(literal, value) for value in spelled)
    if one.is_equal and is_there:
        return None
    if one.is_equal and spelled:
        value = min(spelled, key=lambda value: (value.value != literal.text, str(value)))
        written = _as_written(question, value)
        kind, why = _difference(literal, value)
        what = f"{called} has {written}, {why}."
        mend = f"Write {written}{f', or compare STR(?{one.variable})' if one.variable and value.language else ''}."
        return question.found(kind, literal.at, literal.source, what, mend, written)
    if not kinds or any(_is_comparable(literal, language, datatype) for language, datatype, _ in kinds):
        return None
    language, datatype, example = kinds[0]
    if language and not is_numeric(literal.datatype):
        tags = listing(sorted({tag for tag, _, _ in kinds if tag}))
        what = f"The texts of {called} have a language ({tags}), and {literal.source} has {literal.language or 'none'}."
        mend = f"Write {quoted(literal.text)}@{language}{f', or compare STR(?{one.variable})' if one.variable else ''}."
        replacement = f"{quoted(literal.text)}@{language}"
        return question.found(FindingKind.LANGUAGE, literal.at, literal.source, what, mend, replacement)
    sample = _as_written(question, Literal(example, language=language) if language else _typed(example, datatype))
    what = f"{called} has values such as {sample}, and {literal.source} is of another kind."
    replacement = literal.text if is_numeric(datatype) and whole_number(literal.text) is not None else ""
    mend = f"Write {replacement}." if replacement else "Write it as they are written."
    return question.found(FindingKind.DATATYPE, literal.at, literal.source, what, mend, replacement)


def _is_equal(literal: Written, value: Literal) -> bool:
    if literal.text != value.value:
        return False
    if literal.language or value.language:
        return literal.language.lower() == (value.language or "").lower()
    return _is_comparable(literal, "", value.datatype.value)


def _is_comparable(literal: Written, language: str, datatype: str) -> bool:
    """Whether a literal can be equal to values of a language or datatype."""
    if literal.language or language:
        return literal.language.lower() == language.lower()
    return literal.datatype == datatype or (literal.is_number and is_numeric(datatype))


def _difference(literal: Written, value: Literal) -> tuple[FindingKind, str]:
    if value.language and not literal.language:
        return FindingKind.LANGUAGE, "which is another value than the text without a language"
    if literal.language and not value.language:
        return FindingKind.LANGUAGE, "without a language"
    if literal.language and (value.language or "").lower() != literal.language.lower():
        return FindingKind.LANGUAGE, f"and not in the language {literal.language}"
    if not _is_comparable(literal, value.language or "", value.datatype.value):
        kind = "a number" if is_numeric(value.datatype.value) else "a string"
        return FindingKind.DATATYPE, f"which is {kind}"
    return FindingKind.SPELLING, "in other letters"


def _as_written(question: Question, value: Literal) -> str:
    if value.language:
        return f"{quoted(value.value)}@{value.language}"
    datatype = value.datatype.value
    if datatype == XSD.STRING:
        return quoted(value.value)
    return value.value if is_numeric(datatype) else f"{quoted(value.value)}^^{question.name(datatype)}"


def _typed(text: str, datatype: str) -> Literal:
    (node, *_) = nodes([datatype]) or nodes([XSD.STRING])
    return Literal(text, datatype=node)


def _kinds(question: Question, iris: Iterable[str]) -> dict[str, list[tuple[str, str, str]]]:
    """The languages and datatypes of the values of properties, each with an example."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for row in question.rows("explain-values", property=nodes(dict.fromkeys(iris))):
        if "language" in row:
            kind = text_of(row["language"]), text_of(row["datatype"]), text_of(row["example"])
            found.setdefault(text_of(row["property"]), []).append(kind)
    return found


# --- languages --------------------------------------------------------------------------------------------------------


def _languages(question: Question) -> Iterator[Finding]:
    """LANG(?x) = "fr" where no value is in that language."""
    asked = [one for one in islice(_asked_languages(question), _MOST) if one[1]]
    kinds = _kinds(question, (iri for _, iris, _, _ in asked for iri in iris)) if asked else {}
    for literal, iris, name, is_range in asked:
        tags = sorted({tag for iri in iris for tag, _, _ in kinds.get(iri, []) if tag})
        wanted = literal.text
        is_there = any((primary(tag) == primary(wanted)) if is_range else tag == wanted for tag in tags)
        if is_there or not wanted or wanted == "*":
            continue
        called = listing(map(question.called, iris))
        same = next((tag for tag in tags if tag.lower() == wanted.lower()), "")
        if same:
            what, mend = f"LANG(?{name}) is {quoted(same)}, in these letters.", f"Write {quoted(same)}."
            yield question.found(FindingKind.LANGUAGE, literal.at, literal.source, what, mend, quoted(same))
            continue
        what = f"No value of {called} is in the language {quoted(wanted)}"
        what += f"; they are in {listing(map(quoted, tags))}." if tags else ": they have none."
        mend = f"Write {quoted(tags[0])}." if len(tags) == 1 else "Name one of these, or leave the condition out."
        yield question.found(FindingKind.LANGUAGE, literal.at, literal.source, what, mend)


def _asked_languages(question: Question) -> Iterator[tuple[Written, tuple[str, ...], str, bool]]:
    for found in _token_lists(question):
        for position, token in enumerate(found):
            name = _argument(found, position) if token.is_word("LANG") else ""
            after = position + 4
            if not name or after + 1 >= len(found):
                continue
            is_range = position > 1 and found[position - 2].is_word("LANGMATCHES") and found[after].text == ","
            if not is_range and found[after].text != "=":
                continue
            literal = literal_at(question.outline, found, after + 1)
            if literal:
                yield literal, _properties_of(question, name), name, is_range


# --- letters ----------------------------------------------------------------------------------------------------------


def _letters(question: Question) -> Iterator[Finding]:
    """CONTAINS and its like, which tell capital letters from small ones."""
    for call in islice(_calls(question), _MOST):
        literal = call.literal
        if literal is None or (call.function == "REGEX" and not _PLAIN.fullmatch(literal.text)):
            continue
        folds = {"LCASE": str.lower, "UCASE": str.upper}
        fold = next((folds[word] for word in call.folded.split() if word in folds), None)
        if fold:
            if literal.text != fold(literal.text):
                kind = "small" if "LCASE" in call.folded else "capital"
                what = f"What {call.folded.split()[0]} gives has {kind} letters only, and {literal.source} has others."
                written = quoted(fold(literal.text))
                yield question.found(
                    FindingKind.SPELLING, literal.at, literal.source, what, f"Write {written}.", written
                )
            continue
        iris = _properties_of(question, call.variable)
        if not iris:
            continue
        rows = list(question.rows("explain-containing", property=nodes(iris), wanted=strings([literal.text])))
        if not rows or any(text_of(row["exact"]) != "0" for row in rows if "exact" in row) or "example" not in rows[0]:
            continue
        example = text_of(rows[0]["example"])
        start = example.lower().find(literal.text.lower())
        there = quoted(example[start : start + len(literal.text)])
        what = (
            f"The texts have {there}, and not {literal.source}: {call.function} tells capital letters from small ones."
        )
        mend = f"Write {there}, or {call.function}(LCASE(STR(?{call.variable})), {quoted(literal.text.lower())})."
        yield question.found(FindingKind.SPELLING, literal.at, literal.source, what, mend, there)


# --- what the query compares ------------------------------------------------------------------------------------------


def _token_lists(question: Question) -> Iterator[tuple[Token, ...]]:
    for _, element in question.elements:
        if isinstance(element, Condition | Assignment):
            yield element.tokens


def _argument(found: tuple[Token, ...], position: int) -> str:
    """The variable that alone is the argument of the function at a place; empty where another thing is."""
    if len(found) <= position + 3 or found[position + 1].text != "(" or found[position + 3].text != ")":
        return ""
    token = found[position + 2]
    return token.text[1:] if token.kind is TokenKind.VARIABLE else ""


def _calls(question: Question) -> Iterator[_Call]:
    """The calls of functions of texts: CONTAINS(?t, "x"), REGEX(STR(?t), "x"), STRSTARTS(LCASE(STR(?t)), "x")."""
    for found in _token_lists(question):
        position = 0
        while position < len(found):
            token, start = found[position], position
            position += 1
            if not token.is_word(*_OF_TEXTS) or position >= len(found) or found[position].text != "(":
                continue
            folded, place = list[str](), position + 1
            while (
                place + 1 < len(found)
                and found[place].is_word("STR", "LCASE", "UCASE")
                and found[place + 1].text == "("
            ):
                folded.append(found[place].text.upper())
                place += 2
            if place >= len(found) or found[place].kind is not TokenKind.VARIABLE:
                continue
            after = place + 1 + len(folded)
            name, at = found[place].text[1:], found[place].start
            literal = None
            has_next = after + 2 < len(found) and found[after].text == ","
            if has_next and token.is_word(*_LOOKING) and not (token.is_word("REGEX") and found[after + 2].text == ","):
                literal = literal_at(question.outline, found, after + 1)
            # From the inside: what the variable itself is given to.
            yield _Call(found[start].text.upper(), name, at, " ".join(reversed(folded)), literal)
            position = place + 1


def _wanted(question: Question) -> Iterator[_Wanted]:
    for _, triple in question.triples:
        literal = literal_in(question.outline, triple.object, triple.object_at) if triple.object_at >= 0 else None
        iri = question.property_of(triple)
        if literal and iri and not question.vocabulary.range(iri):
            yield _Wanted(iri, literal, "", is_equal=True)
    for found in _token_lists(question):
        for position, token in enumerate(found):
            if token.text not in _COMPARED and not token.is_word("IN"):
                continue
            for name, literal in _sides(question, found, position):
                for iri in _properties_of(question, name):
                    yield _Wanted(iri, literal, name, is_equal=token.text.upper() in _EQUAL)


def _sides(question: Question, found: tuple[Token, ...], position: int) -> Iterator[tuple[str, Written]]:
    """The variable on one side of a comparison, and the literals on the other."""
    before, after = found[position - 1], found[position + 1] if position + 1 < len(found) else None
    is_alone = position < 2 or found[position - 2].text in {"(", "&&", "||", "!"}  # noqa: PLR2004 - two before
    if found[position].is_word("IN"):
        is_negated = before.is_word("NOT")
        if before.kind is TokenKind.VARIABLE and not is_negated and after and after.text == "(":
            place = position + 2
            while place < len(found) and found[place].text != ")":
                if literal := literal_at(question.outline, found, place):
                    yield before.text[1:], literal
                place += 1
        return
    if after is None:
        return
    if (
        before.kind is TokenKind.VARIABLE
        and is_alone
        and (literal := literal_at(question.outline, found, position + 1))
    ):
        yield before.text[1:], literal
    elif after.kind is TokenKind.VARIABLE and (literal := literal_at(question.outline, found, position - 1)):
        yield after.text[1:], literal


def _properties_of(question: Question, name: str) -> tuple[str, ...]:
    """The properties whose value a variable stands for."""
    triples = (triple for _, triple in question.triples if triple.object == f"?{name}")
    return tuple(dict.fromkeys(iri for triple in triples if (iri := question.property_of(triple)) and iri != RDF.TYPE))


def _things(question: Question) -> Iterator[str]:
    """The names of the variables that stand for IRIs."""
    for _, triple in question.triples:
        if triple.subject[:1] == "?":
            yield triple.subject[1:]
        if triple.object[:1] == "?" and _leads_to_things(question, triple):
            yield triple.object[1:]


def _leads_to_things(question: Question, triple: Triple) -> bool:
    iri = question.property_of(triple)
    return iri == RDF.TYPE or bool(question.vocabulary.range(iri))
