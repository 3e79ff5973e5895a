"""A query gone through once, from its first token to its last, and written anew where it has to be."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

from stratgraph.errors import QueryError
from stratgraph.store.datasets import in_full
from stratgraph.store.rewriting import calls, existence, graphs, paths
from stratgraph.store.rewriting.source import ELEMENTS, Source, UnreadError
from stratgraph.store.rewriting.triples import Pattern, Single, Triples
from stratgraph.store.syntax import location
from stratgraph.store.tokens import NAMES, QUERY_FORMS, TokenKind, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ZERO: Final = ("*", "?")


class Walk:
    """One query on its way.

    Args:
        source: its tokens.
        named_graphs: gives the IRIs of the graphs that GRAPH reaches.
        keeps_duplicates: whether a duplicate of an alternative path may be seen in the answer.
    """

    def __init__(
        self,
        source: Source,
        named_graphs: Callable[[], tuple[str, ...]],
        *,
        keeps_duplicates: bool,
        has_functions: bool = True,
    ) -> None:
        self._source = source
        self._named_graphs = named_graphs
        self._keeps_duplicates = keeps_duplicates
        self._has_functions = has_functions
        self._blank_nodes: dict[str, str] = {}
        # By the names of functions as they are written.
        self._casts: dict[str, bool] = {}
        # What REPLACE and the groups of EXISTS became, by the places where they begin.
        self._written: dict[int, str] = {}
        self._form = next((p for p, t in enumerate(source.found) if t.is_word(*QUERY_FORMS)), None)

    def query(self) -> str:
        """The query, rewritten.

        Raises:
            UnreadError: it is not of the grammar that is read here.
            QueryError: something in it has no exact rewrite.
        """
        source, start = self._source, self._form
        if start is None:
            return source.text
        if source.is_at(start, "CONSTRUCT"):
            start += 1
            if source.is_mark(start, "{"):
                start = source.after(start)
        brace = self._source.first_group(start, len(source.found))
        if brace is None:
            return source.text
        end = source.after(brace)
        head = source.text[: source[start].start] + self._expression(start, brace)
        body = self._joined(brace, self._group(brace))
        tail = "" if end == len(source.found) else self._joined(end, self._tail(end))
        rest = source.text[source[len(source.found) - 1].end :]
        return head + self._without_labels(body + tail) + rest

    # --- groups

    def _joined(self, position: int, text: str) -> str:
        """A piece with the blanks and comments that stand in front of its first token."""
        return self._source.before(position) + text

    def _group(self, brace: int) -> str:
        """A group with its braces, or a sub-select."""
        source, end = self._source, self._source.after(brace)
        if source.is_at(brace + 1, "SELECT"):
            return "{" + self._joined(brace + 1, self._sub_select(brace + 1, end - 1)) + self._joined(end - 1, "}")
        text, position = "{", brace + 1
        while position < end - 1:
            piece, after = self._element(position, end - 1)
            text += self._joined(position, piece)
            position = after
        return text + self._joined(end - 1, "}")

    def _sub_select(self, start: int, end: int) -> str:
        source = self._source
        brace = self._source.first_group(start, end)
        if brace is None:
            raise UnreadError
        after = source.after(brace)
        text = self._expression(start, brace) + self._joined(brace, self._group(brace))
        return text if after == end else text + self._joined(after, self._tail(after, end))

    def _tail(self, start: int, end: int | None = None) -> str:
        """Solution modifiers, and VALUES behind them, which is data."""
        stop = len(self._source.found) if end is None else end
        values = next((p for p in range(start, stop) if self._source.is_at(p, "VALUES")), stop)
        text = self._expression(start, values)
        if values == stop:
            return text
        return text + (self._source.before(values) if text else "") + self._source.words(values, stop)

    def _element(self, position: int, end: int) -> tuple[str, int]:
        """One part of a group, and the place behind it."""
        source = self._source
        token = source[position]
        if token.text == "{" and not source.is_mark(position + 1, "|"):
            return self._group(position), source.after(position)
        if token.text == ".":
            return ".", position + 1
        if not token.is_word(*ELEMENTS):
            return self._block(position, end)
        after = self._source.end_of_clause(position)
        if token.is_word("FILTER", "BIND"):
            text = token.text + self._joined(position + 1, self._expression(position + 1, after))
        elif token.is_word("VALUES", "SERVICE"):
            text = source.words(position, after)
        elif token.is_word("GRAPH"):
            text = self._graph(position)
        else:
            with self._uncounted() if token.is_word("MINUS") else nullcontext():
                text = token.text + self._joined(position + 1, self._group(position + 1))
        return text, after

    def _graph(self, position: int) -> str:
        source = self._source
        body = self._without_labels(self._joined(position + 2, self._group(position + 2)))
        start, end = position + 3, source.after(position + 2) - 1
        text = source.words(position, position + 2) + body
        if not graphs.is_independent(source, start, end, has_triples=self._has_triples(start, end)):
            return text
        if source[position + 1].kind is TokenKind.VARIABLE:
            return graphs.one_by_one(source, position, body.lstrip(), self._named_graphs())
        prologue = source.text[: source[self._form or 0].start]
        name = in_full(prologue, [source[position + 1].text])
        is_absent = name is not None and name[0] not in self._named_graphs()
        return f"{{ {text} FILTER(false) }}" if is_absent else text

    def _has_triples(self, start: int, end: int) -> bool:
        """Whether a triple pattern stands directly within a group."""
        source, position = self._source, start
        if source.is_at(start, "SELECT"):
            return False
        while position < end:
            token = source[position]
            if token.text == "{":
                position = source.after(position)
            elif token.is_word(*ELEMENTS):
                position = self._source.end_of_clause(position)
            elif token.text == ".":
                position += 1
            else:
                return True
        return False

    # --- blocks of triple patterns

    def _block(self, position: int, end: int) -> tuple[str, int]:
        source = self._source
        after = self._source.end_of_block(position, end)
        if not self._keeps_duplicates or not any(source.is_mark(p, "|") for p in range(position, after)):
            return source.words(position, after), after
        block = Triples(source, position, after, dict(self._blank_nodes))
        patterns = block.read()
        if all(len(paths.ways(pattern.path)) == 1 for pattern in patterns):
            return source.words(position, after), after
        if any(len(paths.ways(pattern.path)) > paths.MOST_WAYS for pattern in patterns):
            raise QueryError(
                f"A path here has more than {paths.MOST_WAYS} alternatives in all.",
                where=location(source.text, source[position].start),
                mend="Write the parts of the path as patterns of their own, with a variable between two of them.",
            )
        self._refuse_star(position, block)
        self._blank_nodes |= block.blank_nodes
        return paths.block(patterns), after

    def _refuse_star(self, position: int, block: Triples) -> None:
        """Refuses a query whose ``*`` would show what stands for a blank node."""
        if not (block.blank_nodes or block.has_unnamed):
            return
        source = self._source
        for place in range(len(source.found) - 1):
            if source.is_at(place, "SELECT", "DISTINCT", "REDUCED", "DESCRIBE") and source.is_mark(place + 1, "*"):
                raise QueryError(
                    "A path with alternatives stands beside a blank node, in a query with *.",
                    where=location(source.text, source[position].start),
                    mend="Name the variables in place of *, or write variables in place of blank nodes.",
                )

    def _without_labels(self, text: str) -> str:
        """The pattern with variables for the blank nodes that became variables in one of its blocks."""
        if not self._blank_nodes:
            return text
        pieces, start = [], 0
        for token in tokens(text):
            if token.kind is TokenKind.BLANK_NODE and token.text[2:] in self._blank_nodes:
                pieces += [text[start : token.start], self._blank_nodes[token.text[2:]]]
                start = token.end
        return "".join((*pieces, text[start:]))

    # --- expressions

    def _expression(self, start: int, end: int) -> str:
        """What stands between two places, where there is no pattern but in EXISTS."""
        source, text, position = self._source, "", start
        while position < end:
            piece, after = source[position].text, position + 1
            if source.is_at(position, "EXISTS") and source.is_mark(position + 1, "{"):
                after = source.after(position + 1)
                piece += self._joined(position + 1, self._exists(position + 1))
            elif source.is_at(position, "REPLACE") and source.is_mark(position + 1, "("):
                after = source.after(position + 1)
                piece = self._replace(position, after)
            elif source.is_at(position, "GROUP_CONCAT") and source.is_mark(position + 1, "("):
                after = source.after(position + 1)
                piece = self._group_concat(position, after)
            elif source.is_mark(position + 1, "(") and self._is_cast(position):
                after = source.after(position + 1)
                is_term = after == position + 4 and source[position + 2].kind in {TokenKind.VARIABLE, TokenKind.STRING}
                piece = calls.cast_trimmed(piece, self._expression(position + 2, after - 1), is_term=is_term)
            text += (source.before(position) if position > start else "") + piece
            position = after
        return text

    def _is_cast(self, position: int) -> bool:
        """Whether a call of a cast begins there, of what may have blanks at its ends."""
        source = self._source
        token, argument = source[position], source[position + 2]
        if (
            not self._has_functions
            or source.is_mark(position - 1, "^^")
            or token.kind not in NAMES
            or argument.is_word("DISTINCT")
            or argument.kind is TokenKind.NUMBER
        ):
            return False
        if token.text not in self._casts:
            name = in_full(source.text[: source[self._form or 0].start], [token.text])
            self._casts[token.text] = name is not None and calls.is_cast(name[0])
        return self._casts[token.text]

    def _replace(self, position: int, after: int) -> str:
        # Asked for again by what is around it, where that is not rewritten.
        if position not in self._written:
            self._written[position] = self._replaced(position, after)
        return self._written[position]

    def _replaced(self, position: int, after: int) -> str:
        source = self._source
        pieces = list(source.pieces(position + 2, after - 1, ","))
        arguments = [self._expression(*piece) for piece in pieces]
        rewritten = calls.replaced(source, position, arguments)
        if rewritten and not self._has_functions and calls.functions(rewritten):
            rewritten = None
        return rewritten or source.words(position, position + 2) + self._joined(
            position + 2, self._expression(position + 2, after)
        )

    def _group_concat(self, position: int, after: int) -> str:
        source = self._source
        start = position + 2
        is_distinct = source.is_at(start, "DISTINCT")
        start += is_distinct
        stop = next(source.pieces(start, after - 1, ";"))[1]
        joined = self._expression(start, stop)
        is_left = is_distinct and not self._has_functions
        rewritten = None if is_left else calls.concatenated(source, start, stop, joined)
        if is_distinct and rewritten is not None:
            # Behind the semicolon, the keyword and the equals sign.
            separator = calls.literal(source, stop + 3, after - 1) if stop + 3 < after else " "
            if separator is None:
                raise UnreadError
            return calls.concatenated_distinct(separator, joined)
        if rewritten is None:
            return source.words(position, start) + self._joined(start, self._expression(start, after))
        return f"{source.words(position, start)}{rewritten}{self._joined(stop, self._expression(stop, after))}"

    def _exists(self, brace: int) -> str:
        if brace not in self._written:
            with self._uncounted():
                self._written[brace] = self._steps(brace) or self._group(brace)
        return self._written[brace]

    @contextmanager
    def _uncounted(self) -> Iterator[None]:
        """Within EXISTS and MINUS nothing is counted."""
        keeps, self._keeps_duplicates = self._keeps_duplicates, False
        yield
        self._keeps_duplicates = keeps

    def _steps(self, brace: int) -> str:
        """A group of EXISTS step by step; empty where it is not rewritten."""
        source, end = self._source, self._source.after(brace) - 1
        position, patterns, conditions = brace + 1, list[Pattern](), list[existence.Condition]()
        # FILTER does not end a basic graph pattern: a label is one blank node on both of its sides (section 5.1.1).
        blank_nodes: dict[str, str] = {}
        while position < end:
            token = source[position]
            if token.text == ".":
                position += 1
            elif token.is_word("FILTER"):
                after = self._source.end_of_condition(position + 1)
                text = f"FILTER {self._expression(position + 1, after)}"
                variables = source.variables(position, after)
                conditions.append(existence.Condition(text, frozenset(variables)))
                position = after
            elif token.text == "{" or token.is_word(*ELEMENTS):
                return ""
            else:
                after = self._source.end_of_block(position, end)
                try:
                    patterns += Triples(source, position, after, blank_nodes).read()
                except UnreadError:
                    return ""
                position = after
        single = existence.single_steps(source, patterns)
        repeated = sum(isinstance(p.path, Single) and p.path.text.endswith(_ZERO) for p in single)
        if not 1 < len(single) <= existence.MOST_PATTERNS or repeated > 1:
            return ""
        outside = source.variables(0, brace) | source.variables(end, len(source.found))
        return existence.nested(single, conditions, outside)
