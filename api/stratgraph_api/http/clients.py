"""Who a request is from, as far as shares and limits go."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import Scope

_IPV6_PREFIX: Final = 64
_UNKNOWN: Final = "unknown"


def client_of(scope: Scope) -> str:
    """The name of a request's client; never empty, which is the program itself.

    It is the client's address, and of an IPv6 address the network of 64 bits: a client with one such address has all of
    its network. Behind a proxy that is trusted the server has put the address in that the proxy names.
    """
    client = scope.get("client")
    return name_of(client[0]) if client else _UNKNOWN


@lru_cache(maxsize=1024)
def name_of(address: str) -> str:
    """The name of the client with this address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:  # a trusted proxy may name anything
        return address[:100] or _UNKNOWN
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, _IPV6_PREFIX), strict=False))
