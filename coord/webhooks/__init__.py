"""Webhooks: changes of referrals for the systems of partners, signed, without personal data, at least once."""

from coord.webhooks import access as _access
from coord.webhooks.actions import (
    add_endpoint,
    pause_endpoint,
    ping_endpoint,
    redeliver,
    remove_endpoint,
    resume_endpoint,
)
from coord.webhooks.codes import CHOSEN, WebhookKind
from coord.webhooks.events import announce
from coord.webhooks.inputs import AddEndpoint
from coord.webhooks.reads import deliveries, endpoint, endpoints, managed_organizations

__all__ = [
    "CHOSEN", "AddEndpoint", "WebhookKind", "add_endpoint", "announce", "deliveries", "endpoint", "endpoints",
    "managed_organizations", "pause_endpoint", "ping_endpoint", "redeliver", "remove_endpoint", "resume_endpoint",
]  # fmt: skip
_ = _access
