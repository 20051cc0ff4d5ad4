"""From where a token works: pure."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network


def as_network(text: str) -> str:
    """A network (10.0.0.0/8) or a single address in one spelling. Raises ``ValueError`` for anything else.

    A network with an address inside it (10.1.2.3/8) is refused: nobody knows which of both was meant.
    """
    return str(ip_network(text.strip()))


def is_inside(address: str, networks: Iterable[str]) -> bool:
    """Whether an address is in one of the networks; an unknown address is in none."""
    try:
        asked = _plain(ip_address(address))
    except ValueError:
        return False
    return any(asked in ip_network(network) for network in networks)


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that a server which listens on IPv6 shows as a mapped one."""
    return getattr(address, "ipv4_mapped", None) or address
