"""Every limit and path, with default, unit and a sentence: the only module that reads the environment.

A value comes from a flag of the command line, else from ``STRATGRAPH_NAME`` in the environment, else from
``stratgraph.toml`` in the working folder, else it is the default. Only the doors read settings; everything below
them takes what it needs as arguments.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import fields
from ipaddress import ip_network
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from stratgraph.errors import UsageError

PREFIX: Final = "STRATGRAPH_"
FILE: Final = "stratgraph.toml"

_SHORTEST_TOKEN: Final = 16

# In the environment a list is words with blanks between them; pydantic-settings would ask for JSON.
Words = Annotated[tuple[str, ...], NoDecode]

Part = TypeVar("Part")


class RuleChange(BaseModel):
    """A rule's severity in this house, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    severity: str
    reason: str


class Settings(BaseSettings):
    """All settings. Frozen: they are read once, at start."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, toml_file=FILE, frozen=True, extra="forbid")

    store: str = Field(
        default=".stratgraph",
        min_length=1,
        description="The folder that published snapshots are in, or the address of a SPARQL server's queries.",
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="The address that the server listens on.")
    site_name: str = Field(
        default="stratgraph", min_length=1, max_length=60, description="What the pages call the site."
    )
    own_base: str = Field(
        default="",
        description="What the IRIs of the operator's own plans begin with, up to a slash; what is below it is served "
        "under its own path ([example](../how-to/own-iris.md#serve-it)).",
    )
    port: int = Field(default=8000, ge=0, le=65535, description="The port that the server listens on; 0 takes any.")
    max_source_bytes: int = Field(
        default=5_000_000, gt=0, description="How large a document may be that a plan is read from."
    )
    max_plan_bytes: int = Field(
        default=50_000_000, gt=0, description="How large a file of RDF may be that is given to the validator."
    )
    max_expanded_bytes: int = Field(
        default=200_000_000,
        gt=0,
        description="How large the content of a workbook may be when it is unpacked; a small one can hold very much.",
    )
    max_workbook_rows: int = Field(
        default=100_000, gt=0, description="How many rows a workbook may have, all its sheets together."
    )
    jobs: int = Field(default=0, ge=0, description="How many plans are validated at once; 0 is one for each processor.")
    profile: str = Field(
        default="core",
        description="The profile of a plan that names none by `dcterms:conformsTo`: `core`, `results` or `itu` "
        "([which rules hold](../how-to/choose-rules.md)).",
    )
    shapes: Words = Field(
        default=(),
        description="Files of SHACL in Turtle, and folders of such, that plans are held against beside the profile.",
    )
    rules: dict[str, RuleChange] = Field(
        default={},
        description="Rules that have another severity here, by their names, each with `severity` (`Violation`, "
        "`Warning` or `Info`) and `reason`: in the file a table `[rules.GoalHasObjective]`.",
    )
    max_vocabulary_bytes: int = Field(
        default=100_000_000,
        gt=0,
        description="How large the file of a vocabulary may be, packed and unpacked.",
    )
    max_xml_depth: int = Field(default=100, gt=0, description="How deep the elements of a StratML file may be nested.")
    max_xml_nodes: int = Field(
        default=200_000, gt=0, description="How many elements, attributes and pieces of text a StratML file may have."
    )
    max_query_bytes: int = Field(default=100_000, gt=0, description="How long a query may be.")
    max_result_bytes: int = Field(
        default=200_000_000,
        gt=0,
        description="How large an answer may be; a larger one is refused or broken off, never cut silently.",
    )
    max_head_bytes: int = Field(
        default=65_536,
        gt=0,
        description="How large the head of a request may be: its first line and all header fields together.",
    )
    max_head_fields: int = Field(default=100, gt=0, description="How many header fields a request may have.")
    max_connections: int = Field(
        default=1000,
        gt=0,
        description="How many connections a server holds at once; half of them are of one client at the most.",
    )
    connections_per_client: int = Field(
        default=200,
        gt=0,
        description="How many connections one client may have at the most. A trusted proxy may have all.",
    )
    trusted_proxies: Words = Field(
        default=("127.0.0.1", "::1"),
        description="Addresses and networks of proxies that say by `X-Forwarded-For` and `X-Forwarded-Proto` who "
        "asks them, and how. A client that can connect from there can claim any address.",
    )
    max_requests: int = Field(
        default=200,
        gt=0,
        description="How many requests a server answers at once; half of them are of one client at the most.",
    )
    pages_at_once: int = Field(
        default=4,
        gt=0,
        description="How many pages and other documents a server makes at once, half of them for one client; the next "
        "ones wait for at most `queue_wait_s` seconds.",
    )
    shutdown_s: float = Field(
        default=10,
        gt=0,
        allow_inf_nan=False,
        description="How long a server lets its requests run on after SIGTERM or Ctrl-C, in seconds. After a second "
        "one it ends at once.",
    )
    processes: int = Field(
        default=1,
        gt=0,
        description="How many processes serve HTTP on the one port, each with its part of the limits on connections, "
        "requests, pages, queries, files and the cache. More than one pays where light queries keep a processor busy.",
    )
    workers: int = Field(
        default=8, gt=0, description="How many queries a server evaluates at once, each in a process of its own."
    )
    queries_per_client: int = Field(
        default=4,
        gt=0,
        description="At most this many run at once for one client (by IP address, of IPv6 by its /64 network); further "
        "ones queue. A client that has some gets another one only where more are free than it "
        "has: of 8 workers four clients that take all they can have 4, 2, 1 and 1.",
    )
    queue_length: int = Field(
        default=64,
        ge=0,
        description="How many queries may wait for a worker, half of them of one client at the most; more are refused.",
    )
    queue_wait_s: float = Field(
        default=10,
        ge=0,
        allow_inf_nan=False,
        description="How long a query waits for a worker before it is refused, in seconds.",
    )
    deadline_s: float = Field(
        default=30,
        gt=0,
        allow_inf_nan=False,
        description="How long a query may be evaluated, in seconds; it is then stopped. What it waits for a worker, "
        "and its worker for the client, does not count.",
    )
    query_memory_mb: int = Field(
        default=1000,
        ge=16,
        description="How much memory a query may take beside the graph itself, in megabytes (Linux only).",
    )
    stall_s: float = Field(
        default=20,
        gt=0,
        allow_inf_nan=False,
        description="How long a long answer waits for a client that does not take it, and a request for one that does "
        "not send it, in seconds.",
    )
    min_client_bytes_per_s: int = Field(
        default=50_000,
        gt=0,
        description="How much of a long answer a client has to take in a second, and how much of a request to send, "
        "after the first `stall_s` seconds.",
    )
    max_memory_quads: int = Field(
        default=1_000_000,
        ge=0,
        description="How many quads a snapshot may have to be served from memory, some 600 bytes each; a larger one is "
        "read from disk.",
    )
    remote_update: str = Field(
        default="",
        description="Where `store` is a server: the address of its updates, which `stratgraph build` needs.",
    )
    remote_graph_store: str = Field(
        default="",
        description="Where `store` is a server: the address of its Graph Store Protocol, by which graphs are written; "
        "without it they are written by updates, which is slower.",
    )
    remote_user: str = Field(
        default="", description="The user at that server, by HTTP's Basic or Digest, as the server asks for it."
    )
    remote_password: SecretStr = Field(default=SecretStr(""), description="The password of that user.")
    remote_token: SecretStr = Field(
        default=SecretStr(""), description="A bearer token for that server, in place of user and password."
    )
    remote_timeout_s: float = Field(
        default=60,
        gt=0,
        description="How long that server may take until an answer begins, and between two pieces of it, in seconds.",
    )
    remote_default_graph: str = Field(
        default="",
        description="A graph of that server that the current view is copied to at each publication, for those who ask "
        "the server itself: an IRI, or `default` for its own default graph. Nothing here reads it.",
    )
    java_memory_mb: int = Field(
        default=1000, ge=64, description="How much memory the reasoner's Java may take, in megabytes."
    )
    kept_snapshots: int = Field(
        default=5, gt=0, description="How many snapshots are kept, the current one included, to roll back to."
    )
    response_cache_bytes: int = Field(
        default=50_000_000,
        ge=0,
        description="How much memory a server may take to keep answers that it has given; 0 keeps none.",
    )
    service_allow_list: Words = Field(
        default=(), description="The SPARQL endpoints, each by its exact IRI, that a query may call with SERVICE."
    )
    service_networks: Words = Field(
        default=(),
        description="Networks (CIDR) that the host of such an endpoint may lead to beside public addresses.",
    )
    service_timeout_s: float = Field(
        default=20, gt=0, description="How long an endpoint called by SERVICE may be silent, in seconds."
    )
    max_service_bytes: int = Field(
        default=50_000_000, gt=0, description="How large the answer of an endpoint called by SERVICE may be."
    )
    max_upload_bytes: int = Field(
        default=10_000_000,
        gt=0,
        description="How large a request may be that sends a server files to be checked, reviewed or published.",
    )
    review_deadline_s: float = Field(
        default=30,
        gt=0,
        allow_inf_nan=False,
        description="How long a server may work on a file that was sent, in seconds; the process that does is ended.",
    )
    review_memory_mb: int = Field(
        default=1000,
        ge=16,
        description="How much memory such a process may take beside the program itself, in megabytes (Linux only).",
    )
    reviews_at_once: int = Field(
        default=4,
        gt=0,
        description="On how many such files a server works at once, each in a process of its own, half of them of one "
        "client; the next ones wait for at most `queue_wait_s` seconds. Who shows the `publish_token` has a place "
        "beside them.",
    )
    publish_token: SecretStr = Field(
        default=SecretStr(""),
        description="The token that a client sends to publish over HTTP, of 16 characters or more; without it nobody "
        "can publish there.",
    )
    mcp: bool = Field(
        default=False,
        description="Whether assistants may ask at `/mcp`, by the Model Context Protocol; needs `stratgraph[mcp]`.",
    )
    max_reconciled: int = Field(
        default=100,
        gt=0,
        description="How many names may be looked up in one request to `/reconcile`, and of how many things how many "
        "properties may be asked for in one.",
    )
    cors_origins: Words = Field(
        default=("*",), description="The origins whose web pages may read the answers; `*` is any."
    )

    @field_validator(
        "shapes", "service_allow_list", "service_networks", "cors_origins", "trusted_proxies", mode="before"
    )
    @classmethod
    def _read_words(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

    @field_validator("trusted_proxies")
    @classmethod
    def _refuse_no_network(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if one != "*":
                ip_network(one, strict=False)  # says what is wrong
        return value

    @field_validator("own_base")
    @classmethod
    def _refuse_no_base(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.netloc or not value.endswith("/")):
            what = "it is an address with http:// or https:// that ends in a slash"
            raise ValueError(what)
        if set(value) & set("?#{}"):
            what = "it has none of ? # { }"
            raise ValueError(what)
        return value

    @field_validator("publish_token")
    @classmethod
    def _refuse_weak_token(cls, value: SecretStr) -> SecretStr:
        token = value.get_secret_value()
        if token and (len(token) < _SHORTEST_TOKEN or len(token.split()) != 1 or token != token.strip()):
            what = f"a token has {_SHORTEST_TOKEN} characters or more and no blanks; `openssl rand -hex 32` makes one"
            raise ValueError(what)
        return value

    def part(self, kind: type[Part]) -> Part:
        """The settings that a dataclass has fields for, by their names; defaults of limits stand nowhere but here."""
        names = (field.name for field in fields(kind))  # type: ignore[arg-type]  # of any dataclass
        return kind(**{name: getattr(self, name) for name in names})

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, environment, file: in this order, and no others."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, _TomlFile(settings_cls)


class _TomlFile(TomlConfigSettingsSource):
    """The file, also one that begins with a byte order mark, which TOML 1.0 has no place for and Notepad writes."""

    def _read_file(self, file_path: Any) -> dict[str, Any]:
        return tomllib.loads(file_path.read_bytes().decode("utf-8-sig"))


def read_settings(**flags: Any) -> Settings:
    """The settings that hold.

    Args:
        flags: values given on the command line, by the settings' names; None where a flag was not given.

    Raises:
        UsageError: a value is not of its kind or out of its range, or the file names an unknown setting.
    """
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        wrong = error.errors()[0]
        name = str(wrong["loc"][0])
        # Before a sentence of our own the library says what kind of error it is.
        why = str(wrong["msg"]).removeprefix("Value error, ")
        is_secret = name in Settings.model_fields and Settings.model_fields[name].annotation is SecretStr
        raise UsageError(
            f"The setting {name} cannot be {'what it is' if is_secret else repr(wrong['input'])}: {why}."
            if name in Settings.model_fields
            else f"There is no setting {name!r}.",
            mend=f"Look at its flag, at {PREFIX}{name.upper()} in the environment and at {FILE}."
            if name in Settings.model_fields
            else f"{FILE} may hold {', '.join(Settings.model_fields)}.",
        ) from error
    except ValueError as error:  # tomllib's and the environment's own errors are ValueErrors
        raise UsageError(f"The settings cannot be read: {error}.", mend=f"Mend {FILE}.") from error


def forget_secrets() -> None:
    """Takes secrets out of this process's environment once they are read, so that no process it starts has them."""
    secrets = {f"{PREFIX}{name}".upper() for name, one in Settings.model_fields.items() if one.annotation is SecretStr}
    for variable in [name for name in os.environ if name.upper() in secrets]:  # noqa: TID251 - the one module that may
        del os.environ[variable]  # noqa: TID251 - likewise
