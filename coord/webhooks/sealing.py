"""Secrets of endpoints as the database keeps them: readable to sign with, by nobody else."""

from uuid import UUID

from coord.kernel.sealing import Ring
from coord.settings import settings


def _ring() -> Ring:
    return Ring(settings().sealing_ring)


def _place(endpoint_id: UUID) -> str:
    return f"webhook_endpoint.secret.{endpoint_id}"


def sealed(secret: str, endpoint_id: UUID) -> bytes:
    """The secret, bound to its endpoint."""
    return _ring().seal(secret.encode(), _place(endpoint_id))


def opened(value: bytes, endpoint_id: UUID) -> str:
    """The secret again. Raises ``CannotOpen``."""
    return _ring().open(value, _place(endpoint_id)).decode()


def resealed(value: bytes, endpoint_id: UUID) -> bytes | None:
    """The secret under the newest key of the ring; None when it is already."""
    return None if _ring().is_newest(value) else sealed(opened(value, endpoint_id), endpoint_id)
