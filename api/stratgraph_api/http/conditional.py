"""Conditions of requests: ``If-None-Match``, of what a client has already, and ``If-Match``, of what is to be replaced.

RFC 9110, sections 13.1.1 and 13.1.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.errors import UsageError

if TYPE_CHECKING:
    from typing import Self

    from starlette.requests import Request

# The comparison is the weak one (section 8.8.3.2): what is between the quotes decides, and not the W/ before them.
OPAQUE_TAG: Final = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class NoneMatch:
    """The condition of a request.

    Args:
        tags: what is between the quotes of each entity tag that the client knows.
        is_any: whether it is ``*``, which any representation meets. Look first whether there is one: an error comes
            before the condition (section 13.2.1).
    """

    tags: frozenset[str]
    is_any: bool

    @classmethod
    def of(cls, request: Request) -> Self:
        """The condition that a GET or HEAD has; other methods are answered always."""
        field = ", ".join(request.headers.getlist("if-none-match")) if request.method in {"GET", "HEAD"} else ""
        return cls(frozenset(OPAQUE_TAG.findall(field)), field.strip() == "*")


def tag_to_match(request: Request) -> str | None:
    """What is between the quotes of the one entity tag in ``If-Match``; None without the field.

    Raises:
        UsageError: the field holds no tag, several, or ``*``, which any version meets and so protects none.
    """
    field = ", ".join(request.headers.getlist("if-match"))
    if not field:
        return None
    tags = OPAQUE_TAG.findall(field)
    if len(tags) != 1:
        raise UsageError(
            f"If-Match is {field}, which names {len(tags)} versions.", mend='Name the one in force: If-Match: "2".'
        )
    return str(tags[0])
