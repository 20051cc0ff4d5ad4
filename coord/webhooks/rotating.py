"""Turning the keys that seal secrets of endpoints."""

from coord import audit
from coord.kernel.sql import select
from coord.webhooks.sealing import resealed
from coord.webhooks.tables import WebhookEndpoint
from coord.work import Unit, action


@action("key.rotate")
async def rotate_webhook_secrets(unit: Unit) -> int:
    """Seal every endpoint's secret with the newest key of the ring; how many needed it. Raises ``CannotOpen``."""
    turned = 0
    for row in await unit.scalars(select(WebhookEndpoint).with_for_update()):
        if (new := resealed(row.secret, row.id)) is not None:
            row.secret, turned = new, turned + 1
    if turned:
        audit.record_turn(unit, "webhook_endpoint", turned)
    return turned
