"""Where a webhook may go: https, to an address of the public internet. Pure: no I/O.

What a name resolves to is judged by ``is_allowed`` and then connected to as it is, so that a name which changes its
address between the two looks gains nothing.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from coord.kernel.errors import Problem

Address = IPv4Address | IPv6Address
_TRANSLATED = IPv6Network("64:ff9b::/96")
_LOW_BITS = 0xFFFFFFFF
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".home.arpa")


def _embedded(address: IPv6Address) -> Address | None:
    """The IPv4 address that an IPv6 address carries: mapped, translated, or tunnelled."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    return IPv4Address(int(address) & _LOW_BITS) if address in _TRANSLATED else None


def is_allowed(text: str, *, loopback: bool) -> bool:
    """Whether an address may be connected to; this machine only where ``loopback`` says so."""
    address: Address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and (inner := _embedded(address)) is not None:
        address = inner
    if address.is_loopback:
        return loopback
    return address.is_global and not address.is_multicast and not address.is_reserved


def _literal(host: str) -> str | None:
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine by its own name."""
    literal = _literal(host)
    return host == "localhost" or (literal is not None and ip_address(literal).is_loopback)


def _parsed(url: str) -> SplitResult | None:
    try:
        found = urlsplit(url)
        _ = found.port
    except ValueError:
        return None
    return found if found.hostname and url.isascii() and not any(c.isspace() or c == "\\" for c in url) else None


def check_url(url: str, *, loopback: bool) -> Iterator[Problem]:
    """What is wrong with an address that somebody typed; a name is judged again each time it is resolved."""
    found = _parsed(url)
    if found is None:
        yield Problem("url", "WEBHOOK_NOT_AN_ADDRESS")
        return
    host = str(found.hostname).rstrip(".")
    here = loopback and is_this_machine(host)
    if found.scheme != "https" and not (found.scheme == "http" and here):
        yield Problem("url", "WEBHOOK_NEEDS_HTTPS")
    elif found.username or found.password or found.fragment:
        yield Problem("url", "WEBHOOK_NOT_AN_ADDRESS")
    elif not here and _is_inside(host, loopback=loopback):
        yield Problem("url", "WEBHOOK_INSIDE")


def _is_inside(host: str, *, loopback: bool) -> bool:
    """A name or address that cannot be the public internet's; numbers in odd spellings are no names either."""
    literal = _literal(host)
    if literal is not None:
        return not is_allowed(literal, loopback=loopback)
    last = host.rpartition(".")[2]
    return "." not in host or last[:1].isdigit() or f".{host}".endswith(_LOCAL_NAMES)
