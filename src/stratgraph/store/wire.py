"""What a server and its worker processes say to each other over a pair of sockets.

Both sides of each exchange are here. To a worker: requests, a deadline, and JSON and a text behind their lengths. From
a worker, frames: a byte that says what it is, four for the length, the content. An answer is one frame WHOLE, or FORM
and any number of DATA, or NAMES, or an ERROR that may come after some DATA; behind each stands READY, or DONE where the
worker ends itself.

With the keeper: commands and replies of fixed size.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from stratgraph import errors
from stratgraph.errors import Location, StratgraphError
from stratgraph.results import RESULT_FORMS
from stratgraph.serialisation import RDF_FORMS

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from stratgraph.results import ResultForm
    from stratgraph.serialisation import RdfForm

WHOLE: Final = b"W"
FORM: Final = b"F"
DATA: Final = b"D"
NAMES: Final = b"N"
ERROR: Final = b"E"
READY: Final = b"R"
DONE: Final = b"X"

COMMAND: Final = struct.Struct("!cI")
"""To the keeper: one of the next three, and the number of a process where it is about one."""
FORK: Final = b"f"
"""With a socket for the new worker; the reply's number is the worker's process."""
KILL: Final = b"k"
"""No reply."""
WHY: Final = b"w"
"""Of a worker that is gone; the reply is an ending."""

REPLY: Final = struct.Struct("!ci")
FORKED: Final = b"p"
OUT_OF_MEMORY: Final = b"m"
PANICKED: Final = b"e"
OUT_OF_TIME: Final = b"d"
STALLED: Final = b"s"
CRASHED: Final = b"x"
"""The number is its exit code, or less than 0: the signal."""

_HEAD: Final = struct.Struct("!cI")
_READY_FRAME: Final = _HEAD.pack(READY, 0)
_REQUEST: Final = struct.Struct("!dII")
_RECEIVED_BYTES: Final = 262_144
_FORMS: Final = {form.name: form for form in (*RESULT_FORMS, *RDF_FORMS)}
_ERRORS: Final = {kind.__name__: kind for kind in vars(errors).values() if isinstance(kind, type)}


def frame(kind: bytes, content: bytes = b"") -> bytes:
    """A frame."""
    return _HEAD.pack(kind, len(content)) + content


def head(kind: bytes, length: int) -> bytes:
    """A frame without its content, which follows."""
    return _HEAD.pack(kind, length)


def whole_head(form: ResultForm | RdfForm, length: int) -> bytes:
    """The beginning of a whole answer of so many bytes."""
    name = form.name.encode()
    return _HEAD.pack(WHOLE, 1 + len(name) + length) + bytes([len(name)]) + name


def split_whole(content: bytes) -> tuple[ResultForm | RdfForm, bytes]:
    """Form and bytes of a whole answer."""
    start = 1 + content[0]
    return form_of(content[1:start]), content[start:]


def form_of(name: bytes) -> ResultForm | RdfForm:
    """The form that a frame names."""
    return _FORMS[name.decode()]


def pack_error(error: StratgraphError) -> bytes:
    """An error, with all its fields."""
    own = {name: value for name, value in vars(error).items() if name != "where"}
    where = error.where and asdict(error.where)
    return json.dumps({"kind": type(error).__name__, "where": where, "fields": own}).encode()


def unpack_error(content: bytes) -> StratgraphError:
    """The same error on the other side."""
    members = json.loads(content)
    fields = members["fields"]
    if "expected" in fields:
        fields["expected"] = tuple(fields["expected"])
    where = members["where"] and Location(**members["where"])
    error: StratgraphError = _ERRORS[members["kind"]](fields.pop("what"), where=where, **fields)
    return error


@dataclass(frozen=True, slots=True)
class Request:
    """What a worker is asked.

    Args:
        members: what is asked, and how; JSON. Most requests of a server have the same.
        text: the query; empty where none is needed.
    """

    members: bytes
    text: str = ""

    def packed(self, deadline_s: float) -> bytes:
        """The request with its deadline in seconds, ready to be sent."""
        text = self.text.encode("utf-8", "surrogatepass")
        return _REQUEST.pack(deadline_s, len(self.members), len(text)) + self.members + text


def request_of(ask: str, text: str = "", **members: object) -> Request:
    """A request; ``ask`` names its kind."""
    return Request(json.dumps({"ask": ask, **members}).encode(), text)


def receive_request(channel: socket.socket) -> tuple[Request, float] | None:
    """The next request and its deadline in seconds; None when there will be none."""
    received = b""
    missing = _REQUEST.size
    while missing > 0:
        piece = channel.recv(_RECEIVED_BYTES)
        if not piece:
            return None
        received += piece
        missing = _REQUEST.size - len(received)
        if missing <= 0:
            deadline_s, members, text = _REQUEST.unpack_from(received)
            missing += members + text
    end = _REQUEST.size + members
    return Request(received[_REQUEST.size : end], received[end:].decode("utf-8", "surrogatepass")), deadline_s


class FrameReader:
    """Takes frames out of what is received.

    Args:
        receive: gives up to so many bytes, at least one; raises at the end.
    """

    def __init__(self, receive: Callable[[int], bytes]) -> None:
        self._receive = receive
        self._received = b""

    def put(self, received: bytes) -> None:
        """Adds what was received elsewhere."""
        self._received += received

    def take_whole(self) -> tuple[bytes, bytes] | None:
        """Kind and content of a frame that is here whole with the READY behind it; None where that is not so."""
        received = self._received
        if len(received) < 2 * _HEAD.size:
            return None
        kind, length = _HEAD.unpack_from(received)
        end = _HEAD.size + length
        if kind == FORM or received[end:] != _READY_FRAME:
            return None
        self._received = b""
        return kind, received[_HEAD.size : end]

    def head(self) -> tuple[bytes, int]:
        """Kind and length of the next frame; its content has to be taken next."""
        kind, length = _HEAD.unpack(self.take(_HEAD.size))
        return kind, length

    def take(self, length: int) -> bytes:
        """So many bytes."""
        received = self._received
        if len(received) < length:
            pieces, there = [received], len(received)
            while there < length:
                piece = self._receive(_RECEIVED_BYTES)
                pieces.append(piece)
                there += len(piece)
            received = b"".join(pieces)
        self._received = received[length:]
        return received[:length]

    def take_some(self, length: int) -> bytes:
        """Up to so many bytes, at least one: what is there already."""
        received = self._received or self._receive(_RECEIVED_BYTES)
        self._received = received[length:]
        return received[:length]
