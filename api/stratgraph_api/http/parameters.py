"""The parameters of a URL or a form: percent-encoded UTF-8, in their order, names may repeat."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from stratgraph.errors import UsageError


@dataclass(frozen=True, slots=True)
class Parameters:
    """Names and values of a query string or a form, in their order; names may repeat."""

    pairs: tuple[tuple[str, str], ...]

    def all(self, name: str) -> tuple[str, ...]:
        """The values of ``name``."""
        return tuple([value for key, value in self.pairs if key == name])

    def names(self, *wanted: str) -> tuple[str, ...]:
        """Those of ``wanted`` that are there."""
        there = {key for key, _ in self.pairs}
        return tuple([name for name in wanted if name in there])


def parse_parameters(encoded: bytes) -> Parameters:
    """The parameters of a query string or of the body of a form.

    Raises:
        UsageError: it is not percent-encoded UTF-8.
    """
    try:
        return Parameters(tuple(parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict")))
    except UnicodeDecodeError as error:
        raise UsageError(
            "The parameters are not percent-encoded UTF-8.", mend="Encode each value as a URL component in UTF-8."
        ) from error
