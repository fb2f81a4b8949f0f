"""Where may be pushed to. Whoever subscribes names the address, so it could be anything that this server reaches."""

import ipaddress
import re
from collections.abc import Collection
from typing import Final

from companion.config import HOST_NAME

LONGEST: Final = 1000
"""Characters of an endpoint. Windows' are the longest, with some 500."""
SERVICES: Final = frozenset({"fcm.googleapis.com"})
"""Chrome's, Edge's on Android, Samsung's, Opera's."""
FAMILIES: Final = (".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com")
"""Firefox, Safari, Edge on Windows: whatever stands before it is theirs too."""
HTTPS_PORT: Final = 443
HIGHEST_PORT: Final = 65535
NAT64: Final = ipaddress.ip_network("64:ff9b::/96")

# The whole of it, as browsers write it, so that nothing is left for two readers to understand differently: no name or
# password, no fragment, no backslash, no address in figures, nothing that isn't printable.
_ENDPOINT: Final = re.compile(rf"https://(?P<host>{HOST_NAME.pattern})(?::(?P<port>[0-9]{{1,5}}))?[/?][!-\"$-\[\]-~]*")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_allowed(endpoint: str, extra_hosts: Collection[str]) -> bool:
    """Whether it may be pushed to this endpoint: a browser's own service, or one of the hosts that the operator named.

    The services are reached at the port of https alone; a host of the operator's at any.
    """
    found = _ENDPOINT.fullmatch(endpoint) if len(endpoint) <= LONGEST else None
    if not found:
        return False
    host, port = found["host"], int(found["port"] or HTTPS_PORT)
    if host in extra_hosts:
        return 0 < port <= HIGHEST_PORT
    return port == HTTPS_PORT and is_service(host)


def is_service(host: str) -> bool:
    """Whether the host is a browser's push service; by whole labels, so that `evilpush.apple.com` isn't."""
    return host in SERVICES or host.endswith(FAMILIES)


def origin_of(endpoint: str) -> str:
    """The origin of an endpoint that is allowed, as a browser writes it: without the port that https has anyway.

    All that may be said of an endpoint in a log: its path is a capability.
    """
    found = _ENDPOINT.fullmatch(endpoint)
    if not found:
        msg = "not an endpoint"
        raise ValueError(msg)
    host, port = found["host"], int(found["port"] or HTTPS_PORT)
    return f"https://{host}" if port == HTTPS_PORT else f"https://{host}:{port}"


def is_public(address: str) -> bool:
    """Whether an IP address is out in the internet, in whatever form of IPv6 it is wrapped."""
    ip = _unwrapped(ipaddress.ip_address(address))
    is_tunnel = isinstance(ip, ipaddress.IPv6Address) and (ip.sixtofour or ip.teredo)
    return ip.is_global and not ip.is_multicast and not is_tunnel


def _unwrapped(ip: Address) -> Address:
    """What is reached through it, where it wraps an address of IPv4."""
    if not isinstance(ip, ipaddress.IPv6Address):
        return ip
    if ip in NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip
