"""Something happened: written down in the same transaction, told after the commit."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from coord.kernel.ids import uuid7
from coord.webhooks.codes import WebhookKind
from coord.webhooks.tables import WebhookEvent
from coord.work import Unit


def announce(
    unit: Unit, kind: WebhookKind, organizations: Sequence[UUID], facts: Mapping[str, str], only: UUID | None = None
) -> None:
    """Leave an event for the endpoints of these organizations, or for one endpoint only.

    ``facts`` name nobody: ids, codes, states. ``source`` and ``target`` are ids of organizations, which are told by
    their codes.
    """
    event = WebhookEvent(
        id=uuid7(), kind=kind.value, at=unit.started_at, organizations=[str(one) for one in organizations],
        facts=dict(facts),
    )  # fmt: skip
    unit.add(event)
    unit.later("webhooks.fan_out", event=event.id, endpoint=only or "")
