"""The form with which a page sends again what was sent: nothing is kept here, so the page carries it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from stratgraph.review.outputs import add
from stratgraph_api.http.parts import IN_BASE64, NAMED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from xml.etree.ElementTree import Element

FORM: Final = "again"
"""The name of the form, for fields of the page that stand outside of it."""

OVERHEAD: Final = 200
"""Bytes that a part of a form has beside its name and value, at most."""


def file_fields(part: str, data: bytes, name: str) -> tuple[tuple[str, str], ...]:
    """The fields that stand for a file of a form."""
    return (f"{part}{IN_BASE64}", base64.b64encode(data).decode()), (f"{part}{NAMED}", name)


def size_of(fields: Iterable[tuple[str, str]]) -> int:
    """How many bytes a form with these fields is, at most."""
    return sum(len(name) + len(value.encode()) + OVERHEAD for name, value in fields)


def add_form(above: Element, fields: Sequence[tuple[str, str]], *, action: str, forms: Iterable[str]) -> None:
    """Adds the form, with a button for each form of the report.

    Args:
        above: the element that it is put into.
        fields: names and values of what is carried; names may repeat.
        action: the address that it is sent to.
        forms: of the report, by their names; a page is the first of them.
    """
    form = add(above, "form", id=FORM, method="post", action=action, enctype="multipart/form-data", classes="carrying")
    for name, value in fields:
        add(form, "input", type="hidden", name=name, value=value)
    row = add(form, "p", "This report as ")
    for name in sorted(forms, key=lambda one: one != "html"):
        button = add(row, "button", "a page" if name == "html" else name, type="submit", name="format", value=name)
        button.tail = " "
        if name != "html":
            button.set("formtarget", "_blank")
    told = (
        "The server kept nothing of what you sent: this page carries it, and each button sends it again. "
        "Other forms, and elements, open beside this page."
    )
    add(form, "p", told, classes="where")
