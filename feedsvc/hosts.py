"""Names and addresses of hosts: which are this machine, and which mean something inside a network alone. Pure."""

from __future__ import annotations

import re
from ipaddress import ip_address

# RFC 6761, RFC 6762, RFC 8375 and the ones that networks and clouds give by themselves.
_INSIDE = (".local", ".localdomain", ".lan", ".internal", ".intranet", ".home.arpa")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?")


def is_domain(name: str) -> bool:
    """Tell whether a name in small letters is a domain of two labels or more, as DNS has it, and no address."""
    return _DOMAIN.fullmatch(name) is not None


def is_here(host: str) -> bool:
    """Tell whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_inside(host: str) -> bool:
    """Tell whether a host can be reached from inside a network alone, as far as its name or address tells."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_INSIDE)
