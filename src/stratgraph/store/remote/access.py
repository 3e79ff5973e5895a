"""How a remote server is reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import TIMEOUT_MAX
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from stratgraph.errors import UsageError
from stratgraph.identifiers import is_address

if TYPE_CHECKING:
    from stratgraph.settings import Settings


@dataclass(frozen=True, slots=True)
class RemoteAccess:
    """Addresses and credentials; the settings ``remote_…`` explain them. Secrets are not shown by ``repr``.

    Raises:
        UsageError: an address is not one of HTTP, or has a user or a password in it.
    """

    update: str = ""
    graph_store: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    timeout_s: float = TIMEOUT_MAX
    default_graph: str = ""

    def __post_init__(self) -> None:
        for name, address in (("remote_update", self.update), ("remote_graph_store", self.graph_store)):
            if address:
                check_address(address, setting=name)

    @classmethod
    def of(cls, settings: Settings) -> RemoteAccess:
        """As the settings say."""
        return cls(
            update=settings.remote_update,
            graph_store=settings.remote_graph_store,
            user=settings.remote_user,
            password=settings.remote_password.value,
            token=settings.remote_token.value,
            timeout_s=settings.remote_timeout_s,
            default_graph=settings.remote_default_graph,
        )


def check_address(address: str, *, setting: str) -> None:
    """Refuses what is no address, and one that would be shown with a password in it."""
    try:
        parts = urlsplit(address)
        is_whole = is_address(address) and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_whole = False
    if not is_whole:
        raise UsageError(
            f"The setting {setting} is not an address of HTTP.",
            mend="Write it from its scheme on, with host, port and path.",
        )
    if parts.username is not None or parts.password is not None:
        raise UsageError(
            f"The setting {setting} has a user or a password in it, which would be shown with the address.",
            mend="Put them into the settings remote_user and remote_password.",
        )
