"""No pattern relies on what Python 3.11.0 to 3.11.4 do wrong: Debian 12 has 3.11.2.

There a group that is repeated possessively, and could go back within itself, matches wrongly (CPython's issue 106052):
``(?:ab?c)*+`` has to be written ``(?>ab?c)*+``.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

import stratgraph
import stratgraph_api

if TYPE_CHECKING:
    from collections.abc import Iterator

_ONE_CHARACTER = {codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY}


def repeated_possessively(parsed: Any) -> Iterator[Any]:
    """What a parsed pattern repeats possessively, at any depth."""
    for code, argument in parsed:
        if code is codes.POSSESSIVE_REPEAT:
            yield argument[2]
        for part in argument if isinstance(argument, tuple | list) else [argument]:
            for one in part if isinstance(part, list) else [part]:
                if isinstance(one, parser.SubPattern):
                    yield from repeated_possessively(one)


def is_safe(pattern: re.Pattern[Any]) -> bool:
    bodies = repeated_possessively(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))
    return all(len(body) == 1 and body[0][0] in {*_ONE_CHARACTER, codes.ATOMIC_GROUP} for body in bodies)


def test_the_rule_tells_the_two_apart() -> None:
    assert is_safe(re.compile(r"(?:x(?>ab?c)*+|[^y]*+)+"))
    assert not is_safe(re.compile(r"(?:x(?:ab?c)*+|[^y]*+)+"))
    assert not is_safe(re.compile(rb"(?P<all>(?:aa|b)++)"))


def test_no_pattern_repeats_possessively_what_could_go_back() -> None:
    found = {}
    for package in (stratgraph, stratgraph_api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            members = vars(importlib.import_module(module.name))
            found |= {
                f"{module.name}.{name}": value for name, value in members.items() if isinstance(value, re.Pattern)
            }
    assert len(found) > 60
    assert [name for name, pattern in found.items() if not is_safe(pattern)] == []
