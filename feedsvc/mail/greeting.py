"""What we call ourselves in EHLO (RFC 5321, section 4.1.1.1), where no setting says it."""

from __future__ import annotations

import socket

from feedsvc.hosts import is_domain, is_here, is_inside
from feedsvc.model import a_labels


def own_name(relay: str, sender: str) -> str:
    """Give what a relay is told: this machine's domain, if it has one that is known outside, else the sender's.

    A relay on this machine is told so.
    """
    if is_here(relay):
        return "[127.0.0.1]"
    name = socket.getfqdn().rstrip(".").lower()
    if is_domain(name) and not is_inside(name) and not name.endswith(".arpa"):
        return name
    return a_labels(sender.rpartition("@")[2])
