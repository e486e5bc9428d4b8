"""Where a camera may be: only at an address of its centre's registered networks. Pure; no name is ever looked up.

A camera that is registered at another address, or taken over and pointing there, would make our hosts knock on doors
inside our own network (OWASP ASVS 5.0 1.3.6, 15.3.2). So the same rule is asked twice: at intake, and before a stream
starts.
"""

import functools
import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from server.errors import CameraHostInvalid, CameraOutsideNetworks

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# A name whose last label is a number is another spelling of an address to many resolvers: 127.1, 0x7f000001.
NAME = re.compile(
    r"(?=.{1,253}\Z)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*(?!\d+\Z|0[xX])[A-Za-z0-9-]{1,63}\Z"
)

THIS_NETWORK = ip_network("0.0.0.0/8")  # RFC 1122 §3.2.1.3: this host on this network; Linux takes 0.0.0.0 for itself
METADATA = frozenset(
    map(ip_address, ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16"))
)  # where clouds hand out credentials


def allowed(host: str, networks: Sequence[str]) -> bool:
    """Whether a stream may be started to this host.

    Args:
        host: as it is stored. Only an IPv4 or IPv6 address can be allowed; a name never is, because what it means is
            decided by whoever answers for it, and may change between the question and the connection.
        networks: CIDRs of the camera's centre; one that is malformed holds nothing.

    Returns:
        False as well, whatever the networks say, for addresses that no camera has: link-local, multicast, unspecified,
        reserved, translated (NAT64, 6to4, Teredo) and clouds' metadata. A loopback address needs a network that is
        loopback altogether. An IPv4-mapped IPv6 address is the IPv4 address that it leads to.
    """
    address = _address(host)
    if address is None or _is_nowhere(address):
        return False
    holding = [network for network in map(_network, networks) if network is not None and address in network]
    return any(network.is_loopback or not address.is_loopback for network in holding)


def checked(host: str, networks: Sequence[str], *, field: str) -> str:
    """The host in its one spelling (RFC 5952), if a camera may be registered there.

    Raises:
        CameraHostInvalid: it is neither an address nor a host name.
        CameraOutsideNetworks: not ``allowed``.
    """
    address = _address(host)
    if address is None and not NAME.match(host):
        raise CameraHostInvalid(
            "give an IPv4 or IPv6 address alone: no scheme, user, brackets, port, path or spaces", field=field
        )
    if not networks:
        raise CameraOutsideNetworks("the centre has no networks yet; register them first", field=field)
    if address is None:
        raise CameraOutsideNetworks("a name may lead anywhere tomorrow; give the camera's address", field=field)
    if not allowed(host, networks):
        inside = ", ".join(networks)
        raise CameraOutsideNetworks(f"{address} is not an address for cameras in {inside}", field=field)
    return str(address)


def _address(host: str) -> Address | None:
    """The address that a connection to ``host`` would lead to."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return address
    return None if address.scope_id else address.ipv4_mapped or address


@functools.lru_cache(maxsize=1024)  # a list of cameras asks a hundred thousand times for the same few
def _network(cidr: str) -> Network | None:
    try:
        return ip_network(cidr)
    except ValueError:
        return None


def _is_nowhere(address: Address) -> bool:
    if address in METADATA or address in THIS_NETWORK:
        return True
    if isinstance(address, IPv6Address) and (address.sixtofour or address.teredo):
        return True
    odd = address.is_link_local or address.is_multicast or address.is_unspecified
    return odd or (address.is_reserved and not address.is_loopback)
