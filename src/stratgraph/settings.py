"""Every limit and path, with default, unit and a sentence: the only module that reads the environment.

A value comes from a flag of the command line, else from ``STRATGRAPH_NAME`` in the environment, else from
``stratgraph.toml`` in the working folder, else it is the default. Only the doors read settings; everything below
them takes what it needs as arguments.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from stratgraph.errors import UsageError
from stratgraph.setting_kinds import (
    RuleChange,
    Secret,
    Words,
    number,
    read_base,
    read_flag,
    read_name,
    read_needed,
    read_networks,
    read_rules,
    read_secret,
    read_text,
    read_token,
    read_words,
    said,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX: Final = "STRATGRAPH_"
FILE: Final = "stratgraph.toml"

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings. Frozen: they are read once, at start.

    Raises:
        UsageError: a value is not of its kind, or out of its range.
    """

    store: str = field(
        default=".stratgraph",
        metadata=said(
            "The folder that published snapshots are in, or the address of a SPARQL server's queries.", read_needed
        ),
    )
    host: str = field(default="127.0.0.1", metadata=said("The address that the server listens on.", read_needed))
    site_name: str = field(default="stratgraph", metadata=said("What the pages call the site.", read_name))
    own_base: str = field(
        default="",
        metadata=said(
            "What the IRIs of the operator's own plans begin with, up to a slash; what is below it is served "
            "under its own path ([example](../how-to/own-iris.md#serve-it)).",
            read_base,
        ),
    )
    port: int = field(
        default=8000, metadata=whole("The port that the server listens on; 0 takes any.", least=0, most=65535)
    )
    max_source_bytes: int = field(
        default=5_000_000, metadata=whole("How large a document may be that a plan is read from.")
    )
    max_plan_bytes: int = field(
        default=50_000_000, metadata=whole("How large a file of RDF may be that is given to the validator.")
    )
    max_expanded_bytes: int = field(
        default=200_000_000,
        metadata=whole(
            "How large the content of a workbook may be when it is unpacked; a small one can hold very much."
        ),
    )
    max_workbook_rows: int = field(
        default=100_000, metadata=whole("How many rows a workbook may have, all its sheets together.")
    )
    jobs: int = field(
        default=0, metadata=whole("How many plans are validated at once; 0 is one for each processor.", least=0)
    )
    profile: str = field(
        default="core",
        metadata=said(
            "The profile of a plan that names none by `dcterms:conformsTo`: `core`, `results` or `itu` "
            "([which rules hold](../how-to/choose-rules.md)).",
            read_text,
        ),
    )
    shapes: Words = field(
        default=(),
        metadata=said(
            "Files of SHACL in Turtle, and folders of such, that plans are held against beside the profile.",
            read_words,
        ),
    )
    rules: Mapping[str, RuleChange] = field(
        default_factory=dict,
        metadata=said(
            "Rules that have another severity here, by their names, each with `severity` (`Violation`, "
            "`Warning` or `Info`) and `reason`: in the file a table `[rules.GoalHasObjective]`.",
            read_rules,
        ),
    )
    max_vocabulary_bytes: int = field(
        default=100_000_000, metadata=whole("How large the file of a vocabulary may be, packed and unpacked.")
    )
    max_xml_depth: int = field(default=100, metadata=whole("How deep the elements of a StratML file may be nested."))
    max_xml_nodes: int = field(
        default=200_000, metadata=whole("How many elements, attributes and pieces of text a StratML file may have.")
    )
    max_query_bytes: int = field(default=100_000, metadata=whole("How long a query may be."))
    max_result_bytes: int = field(
        default=200_000_000,
        metadata=whole("How large an answer may be; a larger one is refused or broken off, never cut silently."),
    )
    max_head_bytes: int = field(
        default=65_536,
        metadata=whole("How large the head of a request may be: its first line and all header fields together."),
    )
    max_head_fields: int = field(default=100, metadata=whole("How many header fields a request may have."))
    max_connections: int = field(
        default=1000,
        metadata=whole("How many connections a server holds at once; half of them are of one client at the most."),
    )
    connections_per_client: int = field(
        default=200,
        metadata=whole("How many connections one client may have at the most. A trusted proxy may have all."),
    )
    trusted_proxies: Words = field(
        default=("127.0.0.1", "::1"),
        metadata=said(
            "Addresses and networks of proxies that say by `X-Forwarded-For` and `X-Forwarded-Proto` who "
            "asks them, and how. A client that can connect from there can claim any address.",
            read_networks,
        ),
    )
    max_requests: int = field(
        default=200,
        metadata=whole("How many requests a server answers at once; half of them are of one client at the most."),
    )
    pages_at_once: int = field(
        default=4,
        metadata=whole(
            "How many pages and other documents a server makes at once, half of them for one client; the next "
            "ones wait for at most `queue_wait_s` seconds."
        ),
    )
    shutdown_s: float = field(
        default=10,
        metadata=number(
            "How long a server lets its requests run on after SIGTERM or Ctrl-C, in seconds. After a second "
            "one it ends at once."
        ),
    )
    processes: int = field(
        default=1,
        metadata=whole(
            "How many processes serve HTTP on the one port, each with its part of the limits on connections, "
            "requests, pages, queries, files and the cache. More than one pays where light queries keep a "
            "processor busy."
        ),
    )
    workers: int = field(
        default=8, metadata=whole("How many queries a server evaluates at once, each in a process of its own.")
    )
    queries_per_client: int = field(
        default=4,
        metadata=whole(
            "At most this many run at once for one client (by IP address, of IPv6 by its /64 network); further "
            "ones queue. A client that has some gets another one only where more are free than it "
            "has: of 8 workers four clients that take all they can have 4, 2, 1 and 1."
        ),
    )
    queue_length: int = field(
        default=64,
        metadata=whole(
            "How many queries may wait for a worker, half of them of one client at the most; more are refused.", least=0
        ),
    )
    queue_wait_s: float = field(
        default=10,
        metadata=number("How long a query waits for a worker before it is refused, in seconds.", can_be_zero=True),
    )
    deadline_s: float = field(
        default=30,
        metadata=number(
            "How long a query may be evaluated, in seconds; it is then stopped. What it waits for a worker, "
            "and its worker for the client, does not count."
        ),
    )
    query_memory_mb: int = field(
        default=1000,
        metadata=whole(
            "How much memory a query may take beside the graph itself, in megabytes (Linux only).", least=16
        ),
    )
    stall_s: float = field(
        default=20,
        metadata=number(
            "How long a long answer waits for a client that does not take it, and a request for one that does "
            "not send it, in seconds."
        ),
    )
    min_client_bytes_per_s: int = field(
        default=50_000,
        metadata=whole(
            "How much of a long answer a client has to take in a second, and how much of a request to send, "
            "after the first `stall_s` seconds."
        ),
    )
    max_memory_quads: int = field(
        default=1_000_000,
        metadata=whole(
            "How many quads a snapshot may have to be served from memory, some 600 bytes each; a larger one is "
            "read from disk.",
            least=0,
        ),
    )
    remote_update: str = field(
        default="",
        metadata=said(
            "Where `store` is a server: the address of its updates, which `stratgraph build` needs.", read_text
        ),
    )
    remote_graph_store: str = field(
        default="",
        metadata=said(
            "Where `store` is a server: the address of its Graph Store Protocol, by which graphs are written; "
            "without it they are written by updates, which is slower.",
            read_text,
        ),
    )
    remote_user: str = field(
        default="",
        metadata=said("The user at that server, by HTTP's Basic or Digest, as the server asks for it.", read_text),
    )
    remote_password: Secret = field(default=Secret(), metadata=said("The password of that user.", read_secret))
    remote_token: Secret = field(
        default=Secret(), metadata=said("A bearer token for that server, in place of user and password.", read_secret)
    )
    remote_timeout_s: float = field(
        default=60,
        metadata=number(
            "How long that server may take until an answer begins, and between two pieces of it, in seconds."
        ),
    )
    remote_default_graph: str = field(
        default="",
        metadata=said(
            "A graph of that server that the current view is copied to at each publication, for those who ask "
            "the server itself: an IRI, or `default` for its own default graph. Nothing here reads it.",
            read_text,
        ),
    )
    java_memory_mb: int = field(
        default=1000, metadata=whole("How much memory the reasoner's Java may take, in megabytes.", least=64)
    )
    kept_snapshots: int = field(
        default=5, metadata=whole("How many snapshots are kept, the current one included, to roll back to.")
    )
    response_cache_bytes: int = field(
        default=50_000_000,
        metadata=whole("How much memory a server may take to keep answers that it has given; 0 keeps none.", least=0),
    )
    service_allow_list: Words = field(
        default=(),
        metadata=said("The SPARQL endpoints, each by its exact IRI, that a query may call with SERVICE.", read_words),
    )
    service_networks: Words = field(
        default=(),
        metadata=said(
            "Networks (CIDR) that the host of such an endpoint may lead to beside public addresses.", read_words
        ),
    )
    service_timeout_s: float = field(
        default=20, metadata=number("How long an endpoint called by SERVICE may be silent, in seconds.")
    )
    max_service_bytes: int = field(
        default=50_000_000, metadata=whole("How large the answer of an endpoint called by SERVICE may be.")
    )
    max_upload_bytes: int = field(
        default=10_000_000,
        metadata=whole("How large a request may be that sends a server files to be checked, reviewed or published."),
    )
    review_deadline_s: float = field(
        default=30,
        metadata=number(
            "How long a server may work on a file that was sent, in seconds; the process that does is ended."
        ),
    )
    review_memory_mb: int = field(
        default=1000,
        metadata=whole(
            "How much memory such a process may take beside the program itself, in megabytes (Linux only).", least=16
        ),
    )
    reviews_at_once: int = field(
        default=4,
        metadata=whole(
            "On how many such files a server works at once, each in a process of its own, half of them of one "
            "client; the next ones wait for at most `queue_wait_s` seconds. Who shows the `publish_token` has a place "
            "beside them."
        ),
    )
    publish_token: Secret = field(
        default=Secret(),
        metadata=said(
            "The token that a client sends to publish over HTTP, of 16 characters or more; without it nobody "
            "can publish there.",
            read_token,
        ),
    )
    mcp: bool = field(
        default=False,
        metadata=said(
            "Whether assistants may ask at `/mcp`, by the Model Context Protocol; needs `stratgraph[mcp]`.", read_flag
        ),
    )
    max_reconciled: int = field(
        default=100,
        metadata=whole(
            "How many names may be looked up in one request to `/reconcile`, and of how many things how many "
            "properties may be asked for in one."
        ),
    )
    cors_origins: Words = field(
        default=("*",), metadata=said("The origins whose web pages may read the answers; `*` is any.", read_words)
    )

    def __post_init__(self) -> None:
        for one in fields(self):
            given = getattr(self, one.name)
            try:
                read = one.metadata["read"](given)
            except ValueError as error:
                shown = "what it is" if _is_secret(one.name) else repr(given)
                raise UsageError(
                    f"The setting {one.name} cannot be {shown}: {error}.",
                    mend=f"Look at its flag, at {PREFIX}{one.name.upper()} in the environment and at {FILE}.",
                ) from error
            object.__setattr__(self, one.name, read)

    def part(self, kind: type[Part]) -> Part:
        """The settings that a dataclass has fields for, by their names; defaults of limits stand nowhere but here."""
        names = (one.name for one in fields(kind))  # type: ignore[arg-type]  # of any dataclass
        return kind(**{name: getattr(self, name) for name in names})


def read_settings(**flags: Any) -> Settings:
    """The settings that hold.

    Args:
        flags: values given on the command line, by the settings' names; None where a flag was not given.

    Raises:
        UsageError: a value is not of its kind or out of its range, or the file names an unknown setting.
    """
    names = [one.name for one in fields(Settings)]
    in_file = _in_file()
    for unknown in in_file.keys() - set(names):
        raise UsageError(f"There is no setting {unknown!r}.", mend=f"{FILE} may hold {', '.join(names)}.")
    given = {name: value for name, value in flags.items() if value is not None}
    return Settings(**(in_file | _in_environment(names) | given))


def _in_file() -> dict[str, Any]:
    """What the file says; nothing where there is none."""
    file = Path(FILE)
    if not file.is_file():
        return {}
    import tomllib  # noqa: PLC0415 - most have no such file

    try:
        # It may begin with a byte order mark, which TOML 1.0 has no place for and Notepad writes.
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except ValueError as error:  # what TOML cannot be, and what is not UTF-8
        raise UsageError(f"The settings cannot be read: {error}.", mend=f"Mend {FILE}.") from error


def _in_environment(names: list[str]) -> dict[str, str]:
    """What the environment says, in whatever case its variables' names are."""
    found = {name.lower(): value for name, value in os.environ.items()}  # noqa: TID251 - the one module that may
    variables = {name: f"{PREFIX}{name}".lower() for name in names}
    return {name: found[variable] for name, variable in variables.items() if variable in found}


def forget_secrets() -> None:
    """Takes secrets out of this process's environment once they are read, so that no process it starts has them."""
    secrets = {f"{PREFIX}{one.name}".upper() for one in fields(Settings) if _is_secret(one.name)}
    for variable in [name for name in os.environ if name.upper() in secrets]:  # noqa: TID251 - the one module that may
        del os.environ[variable]  # noqa: TID251 - likewise


def _is_secret(name: str) -> bool:
    return isinstance(next(one.default for one in fields(Settings) if one.name == name), Secret)
