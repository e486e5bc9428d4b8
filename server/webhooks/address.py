"""Which addresses are called: https, inside the networks that the operator registered, and never a redirect's.

Pure but for ``resolved``, which asks for a name's addresses.

A name is looked up at every try and the connection goes to the address that was checked, so that whoever answers for
the name cannot lead us inside our own network (OWASP ASVS 5.0 1.3.6).
"""

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from server.cameras import network
from server.errors import WebhookAddressInvalid

VISIBLE = re.compile(r"[\x21-\x7e]{1,500}\Z")
Lookup = Callable[[str, int], Sequence[str]]


class AddressRefused(Exception):
    """The name has no address, or one that may not be called; the text is a code."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL in its parts; ``path`` with its query."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def checked(url: str, networks: Sequence[str]) -> Target:
    """The URL in its parts, if it may be registered. Raises WebhookAddressInvalid."""
    try:
        parts = urlsplit(url if VISIBLE.match(url) else "")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if host is None or parts.scheme not in {"http", "https"} or parts.username is not None or parts.fragment:
        raise WebhookAddressInvalid("give https://host[:port]/path without a user name and fragment", field="url")
    if not networks:
        raise WebhookAddressInvalid("the operator has registered no networks for webhooks", field="url")
    literal = _is_address(host)
    if literal and not network.allowed(host, networks):
        raise WebhookAddressInvalid("the address is in none of the networks for webhooks", field="url")
    if not literal and not network.NAME.match(host):
        raise WebhookAddressInvalid("the host is neither an address nor a name", field="url")
    if parts.scheme == "http" and not (literal and ip_address(host).is_loopback):
        raise WebhookAddressInvalid("http is for loopback addresses alone; use https", field="url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    secure = parts.scheme == "https"
    return Target(secure, host, port or (443 if secure else 80), path)


def resolved(target: Target, networks: Sequence[str], lookup: Lookup | None = None) -> str:
    """The address to connect to now. Raises AddressRefused when any that the host has may not be called."""
    if _is_address(target.host):
        found: Sequence[str] = [target.host]
    else:
        try:
            found = (lookup or _looked_up)(target.host, target.port)
        except OSError as error:
            raise AddressRefused("name_unknown") from error
    if not found:
        raise AddressRefused("name_unknown")
    if not all(network.allowed(one, networks) for one in found):
        raise AddressRefused("address_not_allowed")
    return found[0]


def _looked_up(host: str, port: int) -> list[str]:
    return [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
