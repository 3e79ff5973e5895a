"""Elements of StratML as they are written: in the order of the schema, and only what it allows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from stratgraph.formats.stratml.keeping import STEP
from stratgraph.formats.stratml.schema import (
    ATTRIBUTES,
    CONTENT,
    FREE,
    INSTRUCTION,
    NEEDED,
    VALUES,
    language_instruction,
    readable,
)
from stratgraph.terms import STRATML_NAMESPACES

if TYPE_CHECKING:
    from collections.abc import Iterator

_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})


@dataclass(slots=True, eq=False)
class Node:
    """An element, or an attribute of the one that it stands in, with children or with text.

    Args:
        name: of StratML, or what people call something that StratML has no element for.
        children: in any order.
        text: of a leaf.
    """

    name: str
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def add(self, name: str, text: str) -> None:
        """A leaf or attribute, where there is text; it goes before what is there already."""
        if text:
            self.children.insert(0, Node(name, text=text))

    def note(self, name: str, called: str, text: str) -> None:
        """Adds a line to a leaf, which is made where there is none."""
        if not text:
            return
        line = f"{called}: {text}"
        leaf = next((child for child in self.children if child.name == name), None)
        if leaf is None:
            self.add(name, line)
        elif line not in leaf.text:
            leaf.text = f"{leaf.text}\n{line}"

    def has(self, *names: str) -> bool:
        """Whether an element of one of these names stands in it."""
        return any(child.name in names for child in self.children)

    def lines(self) -> Iterator[str]:
        """All its texts, as lines for people."""
        name = readable(self.name)
        if self.text:
            yield f"{name}: {self.text}"
        for child in self.children:
            yield from (f"{name}{STEP}{line}" for line in child.lines())


def to_xml(root: Node, *, language: str) -> bytes:
    """The file whose root it is, with the language of its texts; empty where they are in none."""
    fitted, attributes, left = _fitted(root, set())
    assert not left  # noqa: S101 - the root takes what nothing else takes
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines += [f"<?{INSTRUCTION} {language_instruction(language)}?>"] if language else []
    lines += _written(fitted, {"xmlns": STRATML_NAMESPACES[0], **attributes}, 0)
    return ("\n".join(lines) + "\n").encode("utf-8")


@dataclass(slots=True, eq=False)
class _Fitted:
    name: str
    children: list[tuple[_Fitted, dict[str, str]]]
    text: str

    def says_something(self) -> bool:
        return bool(self.text) or any(of_child or child.says_something() for child, of_child in self.children)


def _fitted(node: Node, identifiers: set[str]) -> tuple[_Fitted, dict[str, str], list[str]]:
    """The element by the schema, its attributes, and lines of what it has no place for."""
    if node.name not in CONTENT:
        return _Fitted(node.name, [], node.text), {}, [line for child in node.children for line in child.lines()]
    attributes: dict[str, str] = {}
    fitting: dict[str, list[Node]] = {}
    left: list[str] = []
    several = {name.rstrip("*"): name.endswith("*") for name in CONTENT[node.name]}
    for child in node.children:
        values = ATTRIBUTES.get((node.name, child.name))
        if values and child.text in values and child.name not in attributes:
            attributes[child.name] = child.text
        elif _fits(child, several, fitting, identifiers):
            fitting.setdefault(child.name, []).append(child)
        else:
            left += child.lines()
    for name in NEEDED.get(node.name, ()):
        fitting.setdefault(name, [Node(name)])
    children: list[tuple[_Fitted, dict[str, str]]] = []
    for child in (child for name in several if name != FREE for child in fitting.get(name, ())):
        below, of_child, more = _fitted(child, identifiers)
        left += more
        if of_child or below.says_something() or child.name in NEEDED.get(node.name, ()):
            children.append((below, of_child))
    if FREE in several:
        _add_free(node.name, children, fitting.get(FREE, []), left)
        left = []
    return _Fitted(node.name, children, ""), attributes, left


def _fits(child: Node, several: dict[str, bool], fitting: dict[str, list[Node]], identifiers: set[str]) -> bool:
    if child.name not in several or (child.name in fitting and not several[child.name]):
        return False
    if child.name in CONTENT:
        return not child.text
    if child.name in VALUES and not VALUES[child.name].fullmatch(child.text):
        return False
    if child.name == "Identifier":
        if child.text in identifiers:
            return False
        identifiers.add(child.text)
    return not child.children


def _add_free(name: str, children: list[tuple[_Fitted, dict[str, str]]], own: list[Node], left: list[str]) -> None:
    """The element of what has no other place, at its place in the order."""
    said = "\n".join(node.text for node in own)
    text = "\n".join([*([said] if said else []), *(line for line in dict.fromkeys(left) if line not in said)])
    if text:
        order = [child.rstrip("*") for child in CONTENT[name]]
        before = sum(order.index(child.name) < order.index(FREE) for child, _ in children)
        children.insert(before, (_Fitted(FREE, [], text), {}))


def _written(element: _Fitted, attributes: dict[str, str], depth: int) -> Iterator[str]:
    margin = "  " * depth
    tag = " ".join((element.name, *(f'{name}="{_escaped(value)}"' for name, value in attributes.items())))
    if not element.children:
        text = _escaped(element.text)
        yield f"{margin}<{tag}>{text}</{element.name}>" if text else f"{margin}<{tag}/>"
        return
    yield f"{margin}<{tag}>"
    for child, of_child in element.children:
        yield from _written(child, of_child, depth + 1)
    yield f"{margin}</{element.name}>"


def _escaped(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text).translate(_ESCAPES)
