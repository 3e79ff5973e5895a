"""What each form calls the things that rules name in RDF's terms: a column of a sheet, a tag of StratML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.terms import PREFIXES, XSD, prefixed
from stratgraph.wording import listing

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME: Final = "|".join(PREFIXES)
_NAMESPACE: Final = "|".join(map(re.escape, PREFIXES.values()))
_TERM: Final = re.compile(
    rf"(?P<before>\b(?:(?<!such )as|by) |\bone (?:short )?|\b[Aa]n? )?"
    rf"(?:\b(?P<prefix>{_NAME}):|(?P<namespace>{_NAMESPACE}))(?P<name>[A-Za-z]+)(?P<value> true\b)?"
)
_DATATYPES: Final[dict[str, str]] = {XSD.DECIMAL: "number", XSD.INTEGER: "whole number", XSD.DATE: "day"}
_IRI: Final = re.compile(r"(?P<article>\b[Aa]n )?\bIRI\b")
_TAG: Final = re.compile(r"@en\b")


@dataclass(frozen=True, slots=True)
class FormWords:
    """The words of one form.

    Args:
        property: of the IRI of a property and that of the class of the thing at fault, where it stands in the form;
            empty where the form has no place for it.
        thing: of the IRI of a class, what one of it is in the form, without an article; empty where it has none.
        elsewhere: sentence about what it has no place for, its names in place of ``{}``.
        within: stands before a place that something is written into: ``in``; empty where ``as`` and ``by`` will do.
        entry: stands before a place of which there is to be one: ``entry in``; or empty.
        identifier: what it calls an IRI.
        tag: how it says the language ``en`` of a text.
    """

    property: Callable[[str, str], str]
    thing: Callable[[str], str]
    elsewhere: str
    within: str = ""
    entry: str = ""
    identifier: str = "IRI"
    tag: str = "@en"

    def told(self, text: str, kind: str) -> str:
        """A sentence of a rule in the words of this form.

        Args:
            text: with terms of RDF, with a prefix or in full.
            kind: IRI of the class of the thing that it is about.
        """
        unknown: dict[str, None] = {}

        def word(match: re.Match[str]) -> str:
            before, in_full = match["before"] or "", match["namespace"]
            iri = (in_full or PREFIXES[match["prefix"]]) + match["name"]
            if thing := _DATATYPES.get(iri) or self.thing(iri):
                # In full it stands in brackets, behind the thing that is one.
                return f"{before}{thing}" if in_full or before.startswith("one") else _with_article(before, thing)
            if place := self.property(iri, kind):
                return self._leading_to(before) + (place.removeprefix("the ") if before.startswith("one") else place)
            if not in_full and not match["name"][0].isupper():
                unknown[prefixed(iri)] = None
            return match.group()

        told = _TERM.sub(word, text).replace(" in quotation marks", "")
        told = _IRI.sub(lambda m: _with_article(m["article"], self.identifier), _TAG.sub(lambda _: self.tag, told))
        return f"{told} {self.elsewhere.format(listing(unknown))}" if unknown else told

    def _leading_to(self, before: str) -> str:
        """What stands before a place, where a rule has ``as``, ``by`` or ``one`` before a property."""
        if before.startswith("one") and self.entry:
            return f"{before}{self.entry} "
        return f"{self.within} " if before in {"as ", "by "} and self.within else before


def _with_article(before: str | None, noun: str) -> str:
    """A noun with an article, in place of the one that stood before; where nothing stood there, without one."""
    if before is None:
        return noun
    article = "an " if noun.lstrip("<").startswith(tuple("AEIOUaeiou")) else "a "
    if before in {"A ", "An "}:
        return article.capitalize() + noun
    return (article if before in {"a ", "an "} else before + article) + noun
