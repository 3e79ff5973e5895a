"""Where in its file a finding stands: the line of the triple at fault, or of the element's first one."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from stratgraph.errors import Location
from stratgraph.files import decoded
from stratgraph.jsonld_nodes import JsonLdNodes
from stratgraph.serialisation import JSON_LD, form_of_file
from stratgraph.statements import Places
from stratgraph.validation.reading import read_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyoxigraph import Triple

    from stratgraph.statements import StatedPlan
    from stratgraph.validation.engines import Result


class Trace:
    """The places of some results."""

    def __init__(self) -> None:
        self._places: dict[tuple[object, ...], Location] = {}

    @classmethod
    def of_files(cls, results: Iterable[Result], files: Mapping[str, bytes]) -> Trace:
        """By reading the files a second time, line by line, for what the results name.

        Args:
            results: those to place.
            files: content of each file by the name it was given under, in the order in which they were read.
        """
        trace = cls()
        wanted = _named(results)
        for origin, (file, content) in enumerate(files.items(), 1):
            if form_of_file(file) is JSON_LD:
                trace._add_json_ld(decoded(content, file), file, results)
                continue
            for triple, line in read_lines(content, file, origin=origin):
                if triple.subject in wanted or triple.object in wanted:
                    trace._add(triple, Location(file=file, line=line))
        return trace

    @classmethod
    def of_plan(cls, results: Iterable[Result], plan: StatedPlan) -> Trace:
        """By what the plan's statements rest on.

        Args:
            results: those to place.
            plan: whose statements were validated.
        """
        trace = cls()
        wanted, places = _named(results), Places(plan)
        for triple in plan.statements:
            if (triple.subject in wanted or triple.object in wanted) and (place := places.of_triple(triple)):
                trace._add(triple, place)
        return trace

    def _add(self, triple: Triple, place: Location) -> None:
        subject, predicate, value = triple.subject, triple.predicate.value, triple.object
        # The first place stays: a thing begins where it is first described.
        for key in (
            (subject, predicate, value),
            (subject, predicate),
            (subject, None, value),
            (subject,),
            (None, None, value),
        ):
            self._places.setdefault(key, place)

    def _add_json_ld(self, text: str, file: str, results: Iterable[Result]) -> None:
        """By the text: a JSON-LD parser has to read an object to its end before it knows what the object says."""
        starts = [0, *(match.end() for match in re.finditer("\n", text))]
        nodes = JsonLdNodes(text)

        def add(key: tuple[object, ...], offset: int) -> None:
            line = bisect_right(starts, offset)
            self._places.setdefault(key, Location(file=file, line=line, column=offset - starts[line - 1] + 1))

        for result in results:
            focus, path, value = result.focus, result.path, result.value
            for node in (focus, value):
                if isinstance(node, NamedNode) and (match := nodes.find(node.value)):
                    add((node,), match.start())
                    if path and (found := nodes.find_value(node.value, path)):
                        add((node, path), found[0])
            if path and value is not None and (found := nodes.find_value(focus.value, path, value.value)):
                add((focus, path, value), found[0])

    def place(self, result: Result) -> Location | None:
        """Where it stands: the triple at fault, else what links focus and value, else the focus, else the value."""
        focus, path, value = result.focus, result.path, result.value
        candidates: list[tuple[object, ...]] = []
        if path and value is not None:
            candidates.append((focus, path, value))
        if value is not None:
            candidates += [(focus, None, value), (value, None, focus)]
        if path:
            candidates += [(focus, path), (value, path)]
        candidates += [(focus,), (value,), (None, None, focus)]
        return next((self._places[key] for key in candidates if key in self._places), None)


def _named(results: Iterable[Result]) -> set[NamedNode]:
    """What the results name: what is to be found."""
    return {node for result in results for node in (result.focus, result.value) if isinstance(node, NamedNode)}
