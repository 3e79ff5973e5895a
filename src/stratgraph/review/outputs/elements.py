"""The elements of a page: each escaped, what nobody sees in it written out."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import SubElement

from stratgraph.wording import visible

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def add(parent: Element, tag: str, text: str = "", *, classes: str = "", **attributes: str) -> Element:
    """One element below another; ``data_unit`` is the attribute ``data-unit``."""
    named = {name.replace("_", "-"): visible(value) for name, value in attributes.items()}
    added = SubElement(parent, tag, named)
    if classes:
        added.set("class", classes)
    added.text = visible(text)
    return added


def link(parent: Element, iri: str, text: str) -> None:
    """A link to what has an address on the web; other IRIs, which may be a script's, are shown as text."""
    if iri.startswith(("http://", "https://")):
        add(parent, "a", text, href=iri)
    else:
        add(parent, "span", text)
