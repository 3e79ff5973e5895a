"""The kinds of values that settings have, and how each is read.

From the environment a value comes as text, from the file as what TOML has, from a caller as it is. A reader gives it as
the setting has it, or raises a ValueError that says what it is to be.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

_SHORTEST_TOKEN: Final = 16
_LONGEST_NAME: Final = 60

Words: TypeAlias = tuple[str, ...]
Reader: TypeAlias = Callable[[Any], object]
"""Gives the value that somebody wrote as the setting has it; a ValueError says what it is to be."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that is shown nowhere, unless somebody asks for its value."""

    value: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule's severity in this house, and why."""

    severity: str
    reason: str


# --- how a value is read


def read_text(value: Any) -> str:
    """A text."""
    if not isinstance(value, str):
        raise ValueError("it is to be a text")  # noqa: TRY004 - as all readers
    return value


def read_needed(value: Any) -> str:
    """A text that is not empty."""
    text = read_text(value)
    if not text:
        raise ValueError("it is not to be empty")
    return text


def read_name(value: Any) -> str:
    """A name that has room at the head of a page."""
    name = read_needed(value)
    if len(name) > _LONGEST_NAME:
        raise ValueError(f"it has {_LONGEST_NAME} characters at the most")
    return name


def read_flag(value: Any) -> bool:
    """True or false, in the words that people write for them."""
    if isinstance(value, bool):
        return value
    words = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
    said_so = read_text(value).lower()
    if said_so not in words:
        raise ValueError("it is to be true or false")
    return words[said_so]


def read_words(value: Any) -> Words:
    """Words with blanks between them, or a list of texts."""
    if isinstance(value, str):
        return tuple(value.split())
    if not isinstance(value, list | tuple):
        raise ValueError("it is to be a list of texts")  # noqa: TRY004 - as all readers
    return tuple(map(read_text, value))


def read_networks(value: Any) -> Words:
    """Addresses and networks, and ``*`` for any."""
    words = read_words(value)
    for one in words:
        if one != "*":
            ip_network(one, strict=False)  # says what is wrong
    return words


def read_base(value: Any) -> str:
    """What IRIs begin with, up to a slash; empty for nothing."""
    base = read_text(value)
    parts = urlsplit(base)
    if base and (parts.scheme not in {"http", "https"} or not parts.netloc or not base.endswith("/")):
        raise ValueError("it is an address with http:// or https:// that ends in a slash")
    if set(base) & set("?#{}"):
        raise ValueError("it has none of ? # { }")
    return base


def read_secret(value: Any) -> Secret:
    """A text that is not shown."""
    return value if isinstance(value, Secret) else Secret(read_text(value))


def read_token(value: Any) -> Secret:
    """A secret that nobody guesses; empty for none."""
    secret = read_secret(value)
    token = secret.value
    if token and (len(token) < _SHORTEST_TOKEN or len(token.split()) != 1 or token != token.strip()):
        raise ValueError(
            f"a token has {_SHORTEST_TOKEN} characters or more and no blanks; `openssl rand -hex 32` makes one"
        )
    return secret


def read_rules(value: Any) -> dict[str, RuleChange]:
    """A table of rules; in the environment it is JSON."""
    try:
        given = json.loads(value) if isinstance(value, str) else value
    except ValueError as error:
        raise ValueError("in the environment it is to be JSON") from error
    if not isinstance(given, Mapping):
        raise ValueError("it is to be a table of rules")  # noqa: TRY004 - as all readers
    return {name: _read_rule(name, one) for name, one in given.items()}


def _read_rule(name: str, value: Any) -> RuleChange:
    if isinstance(value, RuleChange):
        return value
    parts = {one.name for one in fields(RuleChange)}
    if not isinstance(value, Mapping) or set(value) != parts or not all(isinstance(one, str) for one in value.values()):
        raise ValueError(f"{name} is to have a severity and a reason, both texts, and nothing else")
    return RuleChange(**value)


# --- what a setting says of itself


def said(description: str, read: Reader) -> dict[str, Any]:
    """What the field of a setting has beside its default: a sentence with its unit, and how its value is read."""
    return {"description": description, "read": read}


def whole(description: str, *, least: int = 1, most: float = math.inf) -> dict[str, Any]:
    """Of a whole number; underscores may stand between its digits."""

    def read(value: Any) -> int:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        try:
            number = value if is_number else int(read_text(value))
        except ValueError as error:
            raise ValueError("it is to be a whole number") from error
        if not least <= number <= most:
            raise ValueError(f"it is to be {least} or more" if number < least else f"it is to be {most} or less")
        return int(number)

    return said(description, read)


def number(description: str, *, can_be_zero: bool = False) -> dict[str, Any]:
    """Of a number of seconds."""

    def read(value: Any) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        try:
            number = value if is_number else float(read_text(value))
        except ValueError as error:
            raise ValueError("it is to be a number") from error
        if not math.isfinite(number) or number < 0 or (number == 0 and not can_be_zero):
            raise ValueError("it is to be 0 or more" if can_be_zero else "it is to be more than 0")
        return number

    return said(description, read)
