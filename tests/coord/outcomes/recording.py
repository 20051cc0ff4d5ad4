"""Scales, alerts and dispatchers for tests, in as few words as possible."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from coord.access import Actor, Role
from coord.identity.tables import Membership, User
from coord.kernel.clock import now
from coord.notices.tables import Notice
from coord.outcomes import Recorded, RecordScale, TakeAlert, record_scale, take_alert
from coord.outcomes.tables import AlertStep, SafetyAlert
from coord.work import begin
from tests.coord.making import stored
from tests.world import BUILDER, LIN, NORTH, STARTS, cast, fixed
from workers.dispatcher import Dispatcher

NOON = datetime(2026, 9, 3, 4, 0, tzinfo=UTC)
DANGER: Sequence[int | None] = (1, 1, 1, 1, 1, 1, 1, 1, 1)
CALM: Sequence[int | None] = (1, 1, 1, 1, 1, 1, 1, 1, 0)
HIGH: Sequence[int | None] = (1, 1, 0, 1, 0, 0)


def scale(items: Sequence[int | None] = CALM, code: str = "PHQ9", **changed: Any) -> RecordScale:
    """A filled scale of Lin."""
    given = {
        "idempotency_key": str(uuid.uuid4()),
        "client": str(LIN),
        "scale": code,
        "taken_on": "2026-09-03",
        "items": tuple(items),
        **changed,
    }
    return RecordScale.parse(given)


async def record(given: RecordScale, actor: Actor = cast.sam) -> Recorded:
    """Record one scale in a unit of its own."""
    async with begin(actor) as unit:
        return await record_scale(unit, given)


async def danger(actor: Actor = cast.sam, **changed: Any) -> UUID:
    """An alert of Lin's."""
    opened = (await record(scale(DANGER, **changed), actor)).alert_id
    assert opened is not None
    return opened


async def turns(*, hurry: float = 1) -> int:
    """All turns of a dispatcher that are due now; returns how many levels or reminders there were."""
    return await Dispatcher(hurry=hurry).until_quiet()


async def take(alert: UUID, actor: Actor = cast.sam, **more: Any) -> None:
    """Somebody takes an alert on."""
    async with begin(actor) as unit:
        await take_alert(unit, TakeAlert.parse({"alert": str(alert), "plan": ["STAYING_WITH_PERSON"], **more}))


async def told() -> list[str]:
    """Who has a notice of an alert that waits, in the order in which they were told, by first name."""
    names = {fixed(f"user/{name}"): name for name in ("sam", "nia", "ola", "sun", "coordinator")}
    rows = await stored(Notice, Notice.kind == "SAFETY_ALERT")
    return [names[row.user_id] for row in sorted(rows, key=lambda row: (row.created_at, row.id))]


async def steps() -> list[tuple[int, int]]:
    """The levels reached and how many people each had."""
    return [(row.level, row.told) for row in sorted(await stored(AlertStep), key=lambda row: row.level)]


async def the_alert() -> SafetyAlert:
    """The only alert there is."""
    (row,) = await stored(SafetyAlert)
    found: SafetyAlert = row
    return found


async def with_coordinator() -> None:
    """North gets a coordinator."""
    key = fixed("user/coordinator")
    async with begin(BUILDER) as unit:
        unit.add(User(id=key, email="coordinator@demo.example", name="Coordinator", password_hash="x"))
        await unit.session.flush()
        unit.add(Membership(user_id=key, organization_id=NORTH, role=Role.HOSPITAL_COORDINATOR, starts_on=STARTS))


def minutes(number: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=number)


__all__ = [
    "CALM", "DANGER", "HIGH", "NOON", "danger", "minutes", "now", "record", "scale", "steps", "take", "the_alert",
    "told", "turns", "with_coordinator",
]  # fmt: skip
