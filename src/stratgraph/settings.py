"""Every limit and path, with default, unit and a sentence: the only module that reads the environment.

A value comes from a flag of the command line, else from ``STRATGRAPH_NAME`` in the environment, else from
``stratgraph.toml`` in the working folder, else it is the default. Only the doors read settings; everything below
them takes what it needs as arguments.
"""

from __future__ import annotations

import os
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError, field_validator
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

# In the environment a list is words with blanks between them; pydantic-settings would ask for JSON.
Words = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """The settings; frozen, so that what was read at the start is what holds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, toml_file=FILE, frozen=True, extra="forbid")

    store: str = Field(default=".stratgraph", min_length=1, description="The folder that published snapshots are in.")
    host: str = Field(default="127.0.0.1", min_length=1, description="The address that the server listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port that the server listens on; 0 takes any.")
    max_source_bytes: int = Field(
        default=5_000_000, gt=0, description="How large a document may be that a plan is read from."
    )
    max_plan_bytes: int = Field(
        default=50_000_000, gt=0, description="How large a file of RDF may be that is given to the validator."
    )
    max_query_bytes: int = Field(default=100_000, gt=0, description="How long a query may be.")
    max_result_bytes: int = Field(
        default=200_000_000,
        gt=0,
        description="How large an answer may be; a larger one is refused, never cut.",
    )
    java_memory_mb: int = Field(
        default=1000, ge=64, description="How much memory the reasoner's Java may take, in megabytes."
    )
    kept_snapshots: int = Field(
        default=5, gt=0, description="How many snapshots are kept, the current one included, to roll back to."
    )
    service_allow_list: Words = Field(
        default=(), description="The SPARQL endpoints, each by its exact IRI, that a query may call with SERVICE."
    )
    cors_origins: Words = Field(
        default=("*",), description="The origins whose web pages may read the answers; `*` is any."
    )

    @field_validator("service_allow_list", "cors_origins", mode="before")
    @classmethod
    def _read_words(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

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
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


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
        raise UsageError(
            f"The setting {name} cannot be {wrong['input']!r}: {wrong['msg']}."
            if name in Settings.model_fields
            else f"There is no setting {name!r}.",
            mend=f"Look at its flag, at {PREFIX}{name.upper()} in the environment and at {FILE}."
            if name in Settings.model_fields
            else f"{FILE} may hold {', '.join(Settings.model_fields)}.",
        ) from error
    except ValueError as error:  # tomllib's and the environment's own errors are ValueErrors
        raise UsageError(f"The settings cannot be read: {error}.", mend=f"Mend {FILE}.") from error


def pass_on(settings: Settings) -> None:
    """Puts settings into this process's environment, for whoever reads them there: a server's own processes."""
    for name, value in settings.model_dump().items():
        words = " ".join(value) if isinstance(value, tuple) else str(value)
        os.environ[f"{PREFIX}{name.upper()}"] = words  # noqa: TID251 - the one module that may
