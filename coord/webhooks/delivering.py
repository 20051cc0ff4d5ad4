"""The way of an event to its receivers: which endpoints, one attempt after the other, until a day has gone by."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlmodel import col

from coord import notices
from coord.access import Role, system
from coord.kernel.ids import uuid7
from coord.kernel.sql import select
from coord.notices import NoticeKind
from coord.organizations.tables import Organization
from coord.webhooks.codes import DeliveryError, DeliveryState, PauseReason, WebhookKind
from coord.webhooks.rules import GONE, LASTS, LEASE, is_taken, next_attempt
from coord.webhooks.sealing import opened
from coord.webhooks.tables import WebhookDelivery, WebhookEndpoint, WebhookEvent
from coord.work import Unit, action

COURIER = system("webhooks", "takes events to the systems of partners, whoever caused them", "job.run")
MOST_AT_ONCE = 200
_PARTIES = frozenset({"source", "target"})


@dataclass(frozen=True, slots=True)
class Parcel:
    """One attempt, ready to go."""

    id: UUID
    url: str
    secret: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt: the status of HTTP, or why there is none."""

    status: int | None
    milliseconds: int
    error: DeliveryError | None = None


@action("job.run")
async def fan_out(unit: Unit, event_id: UUID, only: UUID | None = None) -> None:
    """Make a delivery for each endpoint that wants to hear of an event, and ask for its first attempt."""
    event = await unit.find(WebhookEvent, event_id)
    places = [UUID(one) for one in event.organizations]
    statement = (
        select(WebhookEndpoint)
        .where(col(WebhookEndpoint.organization_id).in_(places), col(WebhookEndpoint.removed_at).is_(None))
        .order_by(col(WebhookEndpoint.id))
        .limit(MOST_AT_ONCE)
    )
    rows = [one for one in await unit.scalars(statement) if (one.id == only if only else event.kind in one.kinds)]
    body = await _body(unit, event) if rows else ""
    for row in rows:
        delivery = WebhookDelivery(
            id=uuid7(), endpoint_id=row.id, event_id=event.id, organization_id=row.organization_id,
            foundation_id=row.foundation_id, kind=event.kind, body=body, created_at=unit.started_at,
            next_at=unit.started_at,
        )  # fmt: skip
        unit.add(delivery)
        unit.later("webhooks.send", delivery=delivery.id)


async def _body(unit: Unit, event: WebhookEvent) -> str:
    """What every attempt says, byte for byte: ids, codes, a state and a moment."""
    parties = {name: UUID(value) for name, value in event.facts.items() if name in _PARTIES}
    statement = select(Organization.id, Organization.code).where(col(Organization.id).in_(parties.values()))
    rows = await unit.rows(statement) if parties else ()
    codes = {row[0]: row[1] for row in rows}
    said = {name: value for name, value in event.facts.items() if name not in _PARTIES}
    named = {name: {"code": codes[key]} for name, key in parties.items() if key in codes}
    told = {"type": event.kind, "timestamp": event.at.isoformat(), "data": {**said, **named}}
    return orjson.dumps(told).decode()


@action("job.run")
async def take_up(unit: Unit, delivery_id: UUID) -> Parcel | None:
    """Begin an attempt; None where there is nothing to do, or somebody else is at it.

    The lease is committed before anything is sent: a worker that dies meanwhile leaves a delivery that is due again.
    """
    row = await _locked(unit, delivery_id)
    if row is None or row.state is not DeliveryState.PENDING or row.next_at > unit.started_at:
        return None
    endpoint = await unit.find(WebhookEndpoint, row.endpoint_id)
    is_test = row.kind == WebhookKind.PING.value
    if endpoint.removed_at is not None or (endpoint.paused_at is not None and not is_test):
        return None
    row.attempts += 1
    row.tried_at, row.next_at = unit.started_at, unit.started_at + LEASE
    return Parcel(row.id, endpoint.url, opened(endpoint.secret, endpoint.id), row.body.encode())


async def _locked(unit: Unit, delivery_id: UUID) -> WebhookDelivery | None:
    statement = select(WebhookDelivery).where(col(WebhookDelivery.id) == delivery_id).with_for_update()
    found: WebhookDelivery | None = await unit.scalar(statement.execution_options(populate_existing=True))
    return found


@action("job.run")
async def note_answer(unit: Unit, delivery_id: UUID, answer: Answer) -> None:
    """Write down what came of an attempt: taken, to be tried again, or given up, which pauses the endpoint."""
    row = await _locked(unit, delivery_id)
    if row is None or row.state is not DeliveryState.PENDING:
        return
    row.status, row.milliseconds = answer.status, answer.milliseconds
    row.error = None if answer.error is None else answer.error.value
    endpoint = await unit.find(WebhookEndpoint, row.endpoint_id)
    if is_taken(answer.status):
        row.state, row.ended_at, endpoint.failing_since = DeliveryState.DELIVERED, unit.started_at, None
        return
    if row.kind == WebhookKind.PING.value:
        # A test is tried once: whoever asked for it is looking.
        row.state, row.ended_at = DeliveryState.GIVEN_UP, unit.started_at
        return
    endpoint.failing_since = endpoint.failing_since or unit.started_at
    following = next_attempt(row.created_at, row.attempts, unit.started_at)
    if following is not None and answer.status != GONE:
        row.next_at = following
        return
    row.state, row.ended_at = DeliveryState.GIVEN_UP, unit.started_at
    _pause(unit, endpoint, PauseReason.GONE if answer.status == GONE else PauseReason.FAILING)


def _pause(unit: Unit, endpoint: WebhookEndpoint, because: PauseReason) -> None:
    """Leave an endpoint alone and tell its administrators, once."""
    if endpoint.paused_at is not None:
        return
    endpoint.paused_at, endpoint.paused_because = unit.started_at, because
    for place in dict.fromkeys((endpoint.organization_id, endpoint.foundation_id)):
        notices.tell_holders(unit, [Role.ADMINISTRATOR], place, NoticeKind.WEBHOOK_PAUSED, "webhook", endpoint.id)


@action("job.run")
async def ask_again(unit: Unit) -> None:
    """Ask for every attempt whose time has come; what waited a day at a paused endpoint is given up."""
    await _give_up_old(unit, unit.started_at)
    statement = (
        select(WebhookDelivery.id)
        .join(WebhookEndpoint, col(WebhookEndpoint.id) == col(WebhookDelivery.endpoint_id))
        .where(
            col(WebhookDelivery.state) == DeliveryState.PENDING,
            col(WebhookDelivery.next_at) <= unit.started_at,
            col(WebhookEndpoint.paused_at).is_(None),
            col(WebhookEndpoint.removed_at).is_(None),
        )
        .order_by(col(WebhookDelivery.id))
        .limit(MOST_AT_ONCE)
    )
    for key in await unit.scalars(statement):
        unit.later("webhooks.send", delivery=key)


async def _give_up_old(unit: Unit, at: datetime) -> None:
    statement = (
        select(WebhookDelivery)
        .where(
            col(WebhookDelivery.state) == DeliveryState.PENDING,
            col(WebhookDelivery.created_at) <= at - LASTS,
            col(WebhookDelivery.next_at) <= at,
        )
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    for row in await unit.scalars(statement):
        row.state, row.ended_at = DeliveryState.GIVEN_UP, at
