"""The parameters of a URL or a form: percent-encoded UTF-8, in their order, names may repeat.

A door declares those that it takes; what it is not given right is refused here, in the same words at every door.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, TypeVar, get_origin
from urllib.parse import unquote_to_bytes

from fastapi.routing import APIRoute
from pydantic import BaseModel, BeforeValidator, ValidationError, WithJsonSchema

from stratgraph.errors import UsageError
from stratgraph.identifiers import whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

M = TypeVar("M", bound=BaseModel)

_SHOWN: Final = 30
"""So many characters of a wrong value are said again."""

_MENDS: Final = {"bool_parsing": "Give true or false.", "value_error": "Give a whole number."}


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

    def one(self, name: str) -> str | None:
        """The value of a parameter that may be given once; None where it is not given.

        Raises:
            UsageError: it is given more than once.
        """
        values = self.all(name)
        if len(values) > 1:
            raise UsageError(f"The parameter {name} is given {len(values)} times.", mend="Give it once.")
        return values[0] if values else None

    def read(self, model: type[M]) -> M:
        """The parameters that a model declares; one that is given as empty text has its default.

        Raises:
            UsageError: one is given more than once and is no list, or has a value that means nothing.
        """
        given = {
            name: tuple(filter(None, self.all(name))) if is_list(field.annotation) else self.one(name)
            for name, field in model.model_fields.items()
        }
        try:
            return model.model_validate({name: value for name, value in given.items() if value})
        except ValidationError as error:
            raise refusal(error.errors()) from error


def parse_parameters(encoded: bytes) -> Parameters:
    """The parameters of a query string or of the body of a form.

    Raises:
        UsageError: it is not percent-encoded UTF-8.
    """
    try:
        encoded.decode("ascii")
        pairs = [pair.replace(b"+", b" ").partition(b"=") for pair in encoded.split(b"&") if pair]
        return Parameters(tuple([(_decoded(name), _decoded(value)) for name, _, value in pairs]))
    except UnicodeDecodeError as error:
        raise UsageError(
            "The parameters are not percent-encoded UTF-8.", mend="Encode each value as a URL component in UTF-8."
        ) from error


def _decoded(part: bytes) -> str:
    return unquote_to_bytes(part).decode("utf-8")


class DeclaredRoute(APIRoute):
    """A route whose declared parameters are given once, unless they are declared as lists."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The door, behind a look at the query string where the door declares any of its parameters."""
        handle = super().get_route_handler()
        declared = self.dependant.query_params
        once = [field.alias for field in declared if not is_list(field.field_info.annotation)]
        if not declared:
            return handle

        async def checked(request: Request) -> Response:
            parameters = parse_parameters(request.scope["query_string"])
            for name in once:
                parameters.one(name)
            return await handle(request)

        return checked


def is_list(annotation: object) -> bool:
    """Whether a parameter that is declared so may be given more than once."""
    return get_origin(annotation) in {list, tuple}


def words(texts: Iterable[str]) -> tuple[str, ...]:
    """The names in some texts, each of which may have several, with commas or spaces between them."""
    return tuple(name for text in texts for name in text.replace(",", " ").split())


def refusal(errors: Sequence[Mapping[str, Any]]) -> UsageError:
    """What is said of declared parameters that are missing or wrong, the first of them.

    Args:
        errors: as pydantic lists them.
    """
    first = errors[0]
    name = first["loc"][-1]
    if first["type"] == "missing":
        return UsageError(f"There is no parameter {name}.", mend=f"Give it once: {name}=…")
    value = str(first["input"])[:_SHOWN]
    mend = _MENDS.get(first["type"], f"{first['msg']}.")
    return UsageError(f"The parameter {name} cannot be {value!r}.", mend=mend)


def _read_number(text: object) -> int | None:
    number = whole_number(text) if isinstance(text, str) and text.isascii() else None
    if text and number is None:
        raise ValueError
    return number


Number: TypeAlias = Annotated[
    int | None, BeforeValidator(_read_number), WithJsonSchema({"type": "integer", "minimum": 0})
]
"""A whole number from 0 in ASCII digits; None where nothing is given, or an empty text."""

Iri: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "format": "iri"})]
"""The name of something; whether it is one is seen where it is looked up."""
