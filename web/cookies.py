"""The names of our cookies."""

from coord.settings import settings


def own_name(name: str) -> str:
    """A cookie's name: with ``__Host-`` in production, so that browsers bind it to our host, its root and HTTPS."""
    return f"__Host-{name}" if settings().is_production else name
