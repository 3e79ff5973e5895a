"""Blocks of triple patterns, read into single ones (SPARQL 1.1 Query, section 4.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from stratgraph.store.rewriting.source import UnreadError
from stratgraph.store.tokens import NAMES, TokenKind
from stratgraph.terms import RDF_NS

if TYPE_CHECKING:
    from stratgraph.store.rewriting.source import Source

_TERMS: Final = frozenset({*NAMES, TokenKind.VARIABLE, TokenKind.NUMBER})
_REPEATS: Final = frozenset({"*", "+", "?"})


@dataclass(frozen=True, slots=True)
class Alternatives:
    """A path of which each of the parts is a way: ``p|q``."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """A path that is gone part by part: ``p/q``."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Inverse:
    """A path that is gone backwards: ``^p``."""

    of: Path


@dataclass(frozen=True, slots=True)
class Single:
    """What is left as it is written: a property, a variable, a set of others, or what is repeated.

    Args:
        text: of it.
        is_plain: it is a property or a variable.
        at: the offset of its first character in the query; -1 where it does not stand there.
    """

    text: str
    is_plain: bool = True
    at: int = field(default=-1, compare=False)


Path = Alternatives | Steps | Inverse | Single


@dataclass(frozen=True, slots=True)
class Pattern:
    """One triple pattern; subject and object are terms as they are written.

    ``subject_at`` and ``object_at`` are the offsets of their first characters in the query; -1 where they do not stand
    there.
    """

    subject: str
    path: Path
    object: str
    subject_at: int = field(default=-1, compare=False)
    object_at: int = field(default=-1, compare=False)


class Triples:
    """Reads the block of triple patterns between two places.

    Blank nodes become variables: in a pattern they are variables that nothing can name (section 4.1.4).

    Args:
        source: the query.
        start: the place of its first token.
        end: the place behind its last one.
        blank_nodes: the variables of blank nodes that were met before in the same group, by their labels without the
            underscore and colon; those of this block are added.
    """

    def __init__(self, source: Source, start: int, end: int, blank_nodes: dict[str, str]) -> None:
        self._source = source
        self._at = start
        self._end = end
        self.patterns: list[Pattern] = []
        self.blank_nodes = blank_nodes
        self.has_unnamed = False

    def read(self) -> list[Pattern]:
        """The patterns in their order.

        Raises:
            UnreadError: it is not SPARQL 1.1.
        """
        while self._at < self._end:
            first = self._source[self._at]
            subject = self._node()
            if not (first.text in {"[", "("} and self._is_end()):
                self._properties(subject, first.start)
            if self._at < self._end:
                self._take(".")
        return self.patterns

    def _is_end(self) -> bool:
        return self._at >= self._end or self._source[self._at].text == "."

    def _take(self, mark: str) -> None:
        if self._at >= self._end or self._source[self._at].text != mark:
            raise UnreadError
        self._at += 1

    def _is_mark(self, *marks: str) -> bool:
        return self._at < self._end and self._source[self._at].text in marks

    def _properties(self, subject: str, subject_at: int) -> None:
        while True:
            path = self._verb()
            while True:
                object_at = self._source[self._at].start
                # What stands in brackets is said before the pattern that they are a part of.
                value = self._node()
                self.patterns.append(Pattern(subject, path, value, subject_at, object_at))
                if not self._is_mark(","):
                    break
                self._at += 1
            if not self._is_mark(";"):
                return
            while self._is_mark(";"):
                self._at += 1
            if self._at >= self._end or self._is_mark(".", "]"):
                return

    def _verb(self) -> Path:
        token = self._source[self._at]
        if token.kind is TokenKind.VARIABLE:
            self._at += 1
            return Single(token.text, at=token.start)
        return self._alternatives()

    # --- terms

    def _node(self) -> str:
        if self._at >= self._end:
            raise UnreadError
        token = self._source[self._at]
        if token.text == "[":
            return self._unnamed()
        if token.text == "(":
            return self._collection()
        start = self._at
        self._at += 1
        if token.kind is TokenKind.BLANK_NODE:
            label = token.text[2:]
            if label not in self.blank_nodes:
                self.blank_nodes[label] = self._source.fresh()
            return self.blank_nodes[label]
        if token.kind is TokenKind.STRING:
            self._type()
        elif token.text in {"+", "-"} and self._source[self._at].kind is TokenKind.NUMBER:
            self._at += 1
        elif token.kind not in _TERMS and not token.is_word("TRUE", "FALSE"):
            raise UnreadError
        return self._source.words(start, self._at)

    def _type(self) -> None:
        """What may stand behind a string: its language or its datatype."""
        if self._at < self._end and self._source[self._at].kind is TokenKind.LANGUAGE_TAG:
            self._at += 1
            if self._is_mark("-"):  # a direction, SPARQL 1.2
                raise UnreadError
        elif self._is_mark("^^"):
            self._at += 2

    def _unnamed(self) -> str:
        closing = self._source.after(self._at) - 1
        node, start = self._source.fresh(), self._source[self._at].start
        self.has_unnamed = True
        self._at += 1
        if self._at < closing:
            outer, self._end = self._end, closing
            self._properties(node, start)
            self._end = outer
            if self._at != closing:
                raise UnreadError
        self._at = closing + 1
        return node

    def _collection(self) -> str:
        closing = self._source.after(self._at) - 1
        self._at += 1
        if self._at == closing:
            self._at += 1
            return f"<{RDF_NS}nil>"
        self.has_unnamed = True
        first = node = self._source.fresh()
        outer, self._end = self._end, closing
        while self._at < closing:
            self.patterns.append(Pattern(node, Single(f"<{RDF_NS}first>"), self._node()))
            rest = self._source.fresh() if self._at < closing else f"<{RDF_NS}nil>"
            self.patterns.append(Pattern(node, Single(f"<{RDF_NS}rest>"), rest))
            node = rest
        self._end = outer
        self._at = closing + 1
        return first

    # --- paths (section 9.1)

    def _alternatives(self) -> Path:
        parts = [self._steps()]
        while self._is_mark("|"):
            self._at += 1
            parts.append(self._steps())
        return parts[0] if len(parts) == 1 else Alternatives(tuple(parts))

    def _steps(self) -> Path:
        parts = [self._step()]
        while self._is_mark("/"):
            self._at += 1
            parts.append(self._step())
        return parts[0] if len(parts) == 1 else Steps(tuple(parts))

    def _step(self) -> Path:
        if self._is_mark("^"):
            self._at += 1
            return Inverse(self._step())
        start = self._at
        path = self._primary()
        if self._at < self._end and self._source[self._at].text in _REPEATS:
            self._at += 1
            return Single(self._source.words(start, self._at), is_plain=False, at=self._source[start].start)
        return path

    def _primary(self) -> Path:
        token = self._source[self._at]
        if token.text == "(":
            closing = self._source.after(self._at) - 1
            self._at += 1
            path = self._alternatives()
            if self._at != closing:
                raise UnreadError
            self._at += 1
            return path
        self._at += 1
        if token.text == "!":
            return self._others()
        if token.kind in NAMES or (token.kind is TokenKind.WORD and token.text == "a"):
            return Single(token.text, at=token.start)
        raise UnreadError

    def _others(self) -> Path:
        """A negated property set; one of both directions is an alternative (section 18.2.2.3)."""
        if not self._is_mark("("):
            start = self._at
            self._at += 1 + self._is_mark("^")
            return Single(f"!{self._source.words(start, self._at)}", is_plain=False)
        end = self._source.after(self._at)
        directions: dict[bool, list[str]] = {False: [], True: []}
        for start, stop in self._source.pieces(self._at + 1, end - 1, "|"):
            is_inverse = self._source.is_mark(start, "^")
            directions[is_inverse].append(self._source.words(start + is_inverse, stop))
        written = self._source.words(self._at, end)
        self._at = end
        if not all(directions.values()):
            return Single(f"!{written}", is_plain=False)
        forwards, backwards = ("!(" + "|".join(names) + ")" for names in directions.values())
        return Alternatives((Single(forwards, is_plain=False), Inverse(Single(backwards, is_plain=False))))


def written(path: Path) -> str:
    """A path in SPARQL."""
    match path:
        case Single(text):
            return text
        case Inverse(Single(text, is_plain=True)):
            return f"^{text}"
        case Inverse(of):
            return f"^({written(of)})"
        case Steps(parts):
            return "/".join(f"({written(part)})" if isinstance(part, Alternatives) else written(part) for part in parts)
        case Alternatives(parts):
            return "|".join(map(written, parts))
