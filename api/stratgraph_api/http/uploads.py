"""Files that somebody sends: as the body itself, or as parts of a form; read no further than they may be large."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from starlette.formparsers import MultiPartException, MultiPartParser

from stratgraph.errors import LimitError, UsageError
from stratgraph.formats.endings import given_elsewhere
from stratgraph_api.http.bodies import UnsupportedMediaTypeError, body_chunks
from stratgraph_api.http.negotiation import parse_media_type
from stratgraph_api.http.openapi import parameter
from stratgraph_api.http.parameters import Parameters, parse_parameters
from stratgraph_api.http.parts import FILE, IN_BASE64, NAMED, TEXT, TEXT_NAME

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Mapping

    from pydantic import BaseModel
    from starlette.datastructures import UploadFile
    from starlette.requests import Request

MULTIPART: Final = "multipart/form-data"
_MOST_FILES: Final = 20
_MOST_FIELDS: Final = 400
_LONGEST_NAME: Final = 120
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Readable:
    """The formats that are read at a door.

    Args:
        by_media_type: the ending of a file name for each media type.
        endings: of file names that say a format, with the dot, in lower case.
        texts: the ending of a file name for each format that is text, by what people call it.
    """

    by_media_type: Mapping[str, str]
    endings: tuple[str, ...]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file: a name whose ending says the format, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Submission:
    """What a request brings.

    Args:
        files: by the name of their part; the body itself is a ``file``.
        parameters: of the form and of the URL.
    """

    files: tuple[tuple[str, Upload], ...]
    parameters: Parameters

    def all(self, part: str) -> tuple[Upload, ...]:
        """The files of this part."""
        return tuple(upload for name, upload in self.files if name == part)

    def one(self, part: str) -> Upload:
        """The file of this part.

        Raises:
            UsageError: there is none, or more than one.
        """
        found = self.all(part)
        if len(found) != 1:
            raise UsageError(
                f"There are {len(found)} files {part!r}." if found else f"There is no file {part!r}.",
                mend=f"Send exactly one: curl -F {part}=@NAME, or as the body with its Content-Type"
                f"{f', or as the text in the field {TEXT!r}; a file and a text are two' if part == FILE else ''}.",
            )
        return found[0]


async def read_submission(request: Request, readable: Readable, others: tuple[str, ...] = ()) -> Submission:
    """Reads the body of a request.

    Args:
        request: whose body was not touched.
        readable: what a file may be.
        others: parts of a form that are files of another kind; their names are taken as they are.

    Raises:
        LimitError: the body is larger than ``max_upload_bytes``.
        UnsupportedMediaTypeError: neither the media type nor the name of a file says a format that is read here.
        UsageError: the form is not well-formed, or the file is named twice.
        Cancelled: the client went away.
    """
    in_url = parse_parameters(request.scope["query_string"])
    sent = request.headers.get("content-type", "")
    body_type = parse_media_type(sent)
    if f"{body_type.main}/{body_type.sub}" == MULTIPART:
        return await _read_form(request, in_url, readable, others)
    name = in_url.one(FILE) or ""
    # Before the body is read: a client with a form that is not read here need not send it.
    name = _file_name(name, sent, readable, (*readable.by_media_type, MULTIPART))
    data = b"".join([chunk async for chunk in _chunks(request)])
    return Submission(((FILE, Upload(name, data)),), in_url)


async def _read_form(request: Request, in_url: Parameters, readable: Readable, others: tuple[str, ...]) -> Submission:
    parser = MultiPartParser(
        request.headers,
        _chunks(request),
        max_files=_MOST_FILES,
        max_fields=_MOST_FIELDS,
        # A pasted text is as long as a file; all that is sent together is bounded already.
        max_part_size=request.state.settings.max_upload_bytes,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise UsageError(f"The form cannot be read: {error.message}", mend=f"Send it as {MULTIPART}.") from error
    try:
        files, pairs = [], []
        for part, value in form.multi_items():
            if isinstance(value, str):
                pairs.append((part, value))
            elif value.filename or value.size:  # a field of a page where no file was chosen has neither
                files.append((part, await _upload(value, None if part in others else readable)))
    finally:
        await form.close()
    fields = Parameters(tuple(pairs))
    text = _text(fields, readable)
    if text is not None:
        files.append((FILE, text))
    for part in (FILE, *others):
        files += [(part, carried) for carried in _carried(fields, part, readable if part == FILE else None)]
    return Submission(tuple(files), Parameters((*pairs, *in_url.pairs)))


def _carried(fields: Parameters, part: str, readable: Readable | None) -> Iterator[Upload]:
    """The files that a page sends again in fields."""
    in_base64, named = f"{part}{IN_BASE64}", f"{part}{NAMED}"
    for encoded, name in zip_longest(fields.all(in_base64), fields.all(named), fillvalue=""):
        if not encoded:
            continue
        said = _said_name(name, named, readable) if readable else _base_name(name)
        try:
            yield Upload(said, base64.b64decode(encoded, validate=True))
        except ValueError as error:
            raise UsageError(
                f"The field {in_base64} is not base64: {error}", mend=f"Send the file as the part {part!r}."
            ) from error


def _said_name(said: str, field: str, readable: Readable) -> str:
    """What a field says that a file is called, which says the form."""
    name = _base_name(said)
    if not name.lower().endswith(readable.endings):
        _refuse_known(name, readable, tuple(readable.by_media_type))
        raise UnsupportedMediaTypeError(
            f"What was sent is called {name!r}, which says no form." if name else "What was sent has no name.",
            supported=tuple(readable.by_media_type),
            mend=f"Give {field} a name that ends in one of {', '.join(readable.endings)}.",
        )
    return name


def _text(fields: Parameters, readable: Readable) -> Upload | None:
    """The file that a pasted or typed text is; None where the field is empty, as a page sends it beside a file."""
    text = fields.one(TEXT) or ""
    if not text.strip():
        return None
    name = _said_name(fields.one(TEXT_NAME) or "", TEXT_NAME, readable)
    # A form has CRLF for every line break; who types a text means the break of a line.
    return Upload(name, text.replace("\r\n", "\n").encode())


_ANY_TEXT: Final = "text/plain"
"""Of N-Triples once, and what clients send of any text: the name says more."""


async def _upload(file: UploadFile, readable: Readable | None) -> Upload:
    name = file.filename or ""
    sent = file.headers.get("content-type", "")
    name = _file_name(name, sent, readable, tuple(readable.by_media_type)) if readable else _base_name(name)
    return Upload(name, await file.read())


def _file_name(name: str, sent_type: str, readable: Readable, supported: tuple[str, ...]) -> str:
    """The name, which says the format, or else with the ending that the media type says."""
    name = _base_name(name)
    if name.lower().endswith(readable.endings):
        return name
    media_type = parse_media_type(sent_type)
    media_type_name = f"{media_type.main}/{media_type.sub}"
    ending = readable.by_media_type.get(media_type_name)
    if ending is None or media_type_name == _ANY_TEXT:
        _refuse_known(name, readable, supported)
    if ending is None:
        what = f"A plan cannot be read from a file of type {sent_type!r}" if sent_type else "The file has no type"
        raise UnsupportedMediaTypeError(
            f"{what}{f', called {name!r}' if name else ''}.",
            supported=supported,
            mend=f"Give its Content-Type, or a name that ends in one of {', '.join(readable.endings)}.",
        )
    return f"{name or 'plan'}{ending}"


def _refuse_known(name: str, readable: Readable, supported: tuple[str, ...]) -> None:
    """Refuses a file of a form that is given elsewhere, or in another one."""
    if refused := given_elsewhere(name, readable.endings):
        raise UnsupportedMediaTypeError(refused.what, supported=supported, mend=refused.mend)


def _base_name(name: str) -> str:
    """The name without folders and without characters that nobody sees."""
    return _UNSEEN.sub("", name).replace("\\", "/").rpartition("/")[2][-_LONGEST_NAME:]


def _chunks(request: Request) -> AsyncGenerator[bytes, None]:
    """The body; a client that sends too much is refused where that shows."""
    most: int = request.state.settings.max_upload_bytes
    what = f"What was sent is larger than it may be ({most} bytes)."
    return body_chunks(request, most, LimitError(what, setting="max_upload_bytes", value=most))


def taking(
    readable: Readable, parameters: type[BaseModel], files: Mapping[str, str], *, are_many: bool = False
) -> dict[str, Any]:
    """The parameters and the body of a door that takes files, as the table of routes has them.

    Args:
        readable: what a file may be that is the body.
        parameters: that stand in the URL or the form.
        files: the parts of a form that are files, each with what it is.
        are_many: whether the part ``file`` may repeat.
    """
    properties: dict[str, dict[str, Any]] = parameters.model_json_schema()["properties"]
    named = {FILE: {"type": "string", "description": "What the file is called that is the body."}} | properties
    binary = {"type": "string", "format": "binary"}
    parts: dict[str, dict[str, Any]] = {part: binary | {"description": what} for part, what in files.items()}
    if are_many:
        parts[FILE] = {"type": "array", "items": binary, "description": files[FILE]}
    parts[TEXT] = {"type": "string", "description": f"What the part `{FILE}` would hold, pasted or typed."}
    parts[TEXT_NAME] = {"type": "string", "description": "What that text is called; the ending says its form."}
    one_of_both = [{"required": [FILE]}, {"required": [TEXT, TEXT_NAME]}]
    form = {"type": "object", "anyOf": one_of_both, "properties": parts | properties}
    return {
        "openapi_extra": {
            "parameters": [parameter(name, **schema) for name, schema in named.items()],
            "requestBody": {
                "required": True,
                "content": {one: {"schema": binary} for one in readable.by_media_type} | {MULTIPART: {"schema": form}},
            },
        }
    }
