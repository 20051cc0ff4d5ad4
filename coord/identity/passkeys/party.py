"""Whom passkeys are made for: the host and the origin of the configured address. Pure, but for the settings."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from coord.settings import settings

_USUAL_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Party:
    """The host that a passkey belongs to, and the origin whose pages may use it."""

    host: str
    origin: str


def party_of(base_url: str) -> Party | None:
    """The party of an address; None for a bare number, to which no browser gives passkeys."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        port = "" if parts.port in {None, _USUAL_PORTS.get(parts.scheme)} else f":{parts.port}"
        return Party(host, f"{parts.scheme}://{host}{port}") if host else None
    return None


def party() -> Party | None:
    """The party of this installation."""
    return party_of(settings().base_url)
