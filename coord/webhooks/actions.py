"""Managing endpoints: adding one with a secret that is shown once, pausing, resuming, removing, testing, sending again."""

from contextlib import suppress
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord import audit
from coord.access import Role
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.ids import uuid7
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.settings import settings
from coord.webhooks.addresses import check_url
from coord.webhooks.codes import CHOSEN, DeliveryState, PauseReason, WebhookKind
from coord.webhooks.events import announce
from coord.webhooks.inputs import AddEndpoint
from coord.webhooks.reads import endpoint
from coord.webhooks.sealing import sealed
from coord.webhooks.signing import new_secret
from coord.webhooks.tables import WebhookDelivery, WebhookEndpoint
from coord.work import Unit, action
from coord.work.pace import Pace, keep_pace

MOST_OF_ONE = 10


@action("webhook.manage")
async def add_endpoint(unit: Unit, given: AddEndpoint) -> tuple[UUID, str]:
    """Add an endpoint; returns its id and its secret, which nobody can read again.

    Raises ``NotFound`` for organizations that the actor does not administer, ``Invalid`` for an address that must not
    be asked, ``Conflict`` for one that is there already.
    """
    organization = await unit.find(Organization, given.organization)
    actor = unit.actor
    if organization.id not in actor.at(Role.ADMINISTRATOR) and organization.foundation_id not in actor.administers():
        raise NotFound
    if problems := list(check_url(given.url, loopback=settings().webhook_loopback)):
        raise Invalid(*problems)
    if WebhookKind.PING in given.kinds:
        raise Invalid(Problem("kinds", "NOT_A_CHOICE"))
    secret = new_secret()
    row = await _put(unit, organization, given, secret)
    audit.record(unit, "webhook.add", row)
    return row.id, secret


async def _put(unit: Unit, organization: Organization, given: AddEndpoint, secret: str) -> WebhookEndpoint:
    """The endpoint in the first free place; who adds at the same moment takes the next one, if there is one."""
    for _ in range(MOST_OF_ONE + 1):
        place = await _free_place(unit, organization.id, given.url)
        row_id = uuid7()
        row = WebhookEndpoint(
            id=row_id,
            organization_id=organization.id,
            foundation_id=organization.foundation_id,
            place=place,
            url=given.url,
            kinds=[kind.value for kind in CHOSEN if kind in given.kinds],
            secret=sealed(secret, row_id),
            created_at=unit.started_at,
            created_by_id=unit.actor.user_id,
        )
        with suppress(IntegrityError):  # somebody else has just taken the place
            await unit.session.savepoint(row)
            return row
    raise Invalid(_no_room())


async def _free_place(unit: Unit, organization: UUID, url: str) -> int:
    statement = select(WebhookEndpoint.url, WebhookEndpoint.place).where(
        col(WebhookEndpoint.organization_id) == organization, col(WebhookEndpoint.removed_at).is_(None)
    )
    known = await unit.rows(statement)
    if any(row.url == url for row in known):
        raise Conflict(Problem("url", "WEBHOOK_IS_THERE"))
    free = sorted(set(range(1, MOST_OF_ONE + 1)) - {row.place for row in known})
    if not free or len(known) >= MOST_OF_ONE:
        raise Invalid(_no_room())
    return free[0]


def _no_room() -> Problem:
    return Problem("url", "TOO_MANY", {"limit": MOST_OF_ONE})


@action("webhook.manage")
async def pause_endpoint(unit: Unit, endpoint_id: UUID) -> None:
    """Nothing goes out until it is resumed; what happens meanwhile waits for a day. Raises ``NotFound``."""
    row = await endpoint(unit, endpoint_id)
    if row.paused_at is None:
        before = audit.facts(row)
        row.paused_at, row.paused_because = unit.started_at, PauseReason.BY_PERSON
        audit.record(unit, "webhook.pause", row, before=before)


@action("webhook.manage")
async def resume_endpoint(unit: Unit, endpoint_id: UUID) -> None:
    """What waits goes out within a minute. Raises ``NotFound``."""
    row = await endpoint(unit, endpoint_id)
    if row.paused_at is not None:
        before = audit.facts(row)
        row.paused_at = row.paused_because = row.failing_since = None
        audit.record(unit, "webhook.resume", row, before=before)


@action("webhook.manage")
async def remove_endpoint(unit: Unit, endpoint_id: UUID) -> None:
    """Nothing goes there any more, ever. Raises ``NotFound``."""
    row = await endpoint(unit, endpoint_id)
    before = audit.facts(row)
    row.removed_at = unit.started_at
    audit.record(unit, "webhook.remove", row, before=before)


@action("webhook.manage")
async def ping_endpoint(unit: Unit, endpoint_id: UUID) -> None:
    """Send a test that says nothing. Raises ``NotFound``, ``TooOften``."""
    row = await endpoint(unit, endpoint_id)
    await keep_pace(unit, Pace.SENDINGS)
    announce(unit, WebhookKind.PING, [row.organization_id], {}, only=row.id)
    audit.record(unit, "webhook.ping", row)


@action("webhook.manage")
async def redeliver(unit: Unit, delivery_id: UUID) -> UUID:
    """Send a delivery once more, under the same id; it has another day. Returns its endpoint's id.

    Raises ``NotFound``, ``Conflict`` while it is still being tried, ``TooOften``.
    """
    row = await unit.find(WebhookDelivery, delivery_id)
    await endpoint(unit, row.endpoint_id)
    if row.state is DeliveryState.PENDING:
        raise Conflict(Problem("delivery", "WEBHOOK_STILL_TRYING"))
    await keep_pace(unit, Pace.SENDINGS)
    before = audit.facts(row)
    row.state, row.attempts, row.ended_at = DeliveryState.PENDING, 0, None
    row.created_at = row.next_at = unit.started_at
    audit.record(unit, "webhook.redeliver", row, before=before)
    unit.later("webhooks.send", delivery=row.id)
    return row.endpoint_id
