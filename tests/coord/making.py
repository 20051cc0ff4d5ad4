"""Contacts, figures and fresh actors for tests, in as few words as possible."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from coord.access import Actor
from coord.audit.checkpoints import SIGNER, make_checkpoint
from coord.contacts import LogContact, log_contact
from coord.contacts.actions import Logged
from coord.identity import CreateToken, create_token
from coord.identity.reads import AUTHENTICATOR, load_user
from coord.identity.tables import WebSession
from coord.kernel.clock import now
from coord.kernel.sql import select
from coord.measures import MeasureQuery, measure_table
from coord.measures.drill import Behind, drill_down
from coord.work import begin
from tests.world import BUILDER, LIN, PROGRAM, cast, fixed

DEMANDED: dict[str, str] = {
    "gender": "FEMALE",
    "birth_date": "1988-05-06",
    "district": "海淀区",
    "source": "COMMUNITY",
}
"""What a registration must say beside the name."""
YEAR = ("2026-01-01", "2026-12-31")


def contact(**changed: Any) -> LogContact:
    """A valid contact of Sam with Lin, changed where a test needs it; None leaves a field out."""
    given: dict[str, Any] = {
        "idempotency_key": str(uuid.uuid4()),
        "program": PROGRAM,
        "client": str(LIN),
        "service_code": "CASE_CONTACT",
        "occurred_on": "2026-09-03",
        "duration_minutes": 30,
        **changed,
    }
    return LogContact.parse({name: value for name, value in given.items() if value is not None})


def without_client(**changed: Any) -> LogContact:
    """A contact that names nobody, for services that need no client."""
    return contact(**{"client": None, "service_code": "CONSULTATION", "anonymous_count": 1, **changed})


async def log(given: LogContact, actor: Actor = cast.sam) -> Logged:
    """Log one contact in a unit of its own."""
    async with begin(actor) as unit:
        return await log_contact(unit, given)


def asked(days: tuple[str, str] = YEAR, *group_by: str, **more: Any) -> MeasureQuery:
    """A query of the cast's program."""
    return MeasureQuery.parse(
        {"program": PROGRAM, "from_day": days[0], "to_day": days[1], "group_by": group_by, **more}
    )


async def total(days: tuple[str, str] = YEAR, actor: Actor = cast.ola) -> Mapping[str, int]:
    """The figures of some days."""
    async with begin(actor, read_only=True) as unit:
        return (await measure_table(unit, asked(days))).total


async def cells(
    *group_by: str, days: tuple[str, str] = YEAR, actor: Actor = cast.ola
) -> dict[tuple[str, ...], Mapping[str, int]]:
    """The figures by cell."""
    async with begin(actor, read_only=True) as unit:
        table = await measure_table(unit, asked(days, *group_by))
    return {tuple(value.key for value in row.key): row.figures for row in table.rows}


async def behind(measure: str, cell: Mapping[Any, str], days: tuple[str, str] = YEAR, **page: Any) -> Behind:
    """The rows behind a figure."""
    async with begin(cast.ola, read_only=True) as unit:
        return await drill_down(unit, asked(days), measure, dict(cell), **page)


async def signed_in(name: str) -> Actor:
    """A member of the cast as the database has them now, with their scopes."""
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        return (await load_user(unit, fixed(f"user/{name}"))).actor


async def session_for(actor: Actor, **facts: Any) -> uuid.UUID:
    """A browser in which somebody has just signed in, changed where a test needs it."""
    row = WebSession(
        user_id=actor.user_id or fixed("nobody"),
        token_hash=uuid.uuid4().hex,
        expires_at=now() + timedelta(hours=8),
        device="test",
        **facts,
    )
    async with begin(BUILDER) as unit:
        unit.add(row)
    return row.id


async def token_for(actor: Actor, *, session: uuid.UUID | None = None, **given: Any) -> str:
    """A token that somebody makes in a session of theirs, else in a fresh one."""
    session = session or await session_for(actor)
    async with begin(actor) as unit:
        return await create_token(unit, session, CreateToken.parse({"name": "notebook", **given}))


async def stored(model: Any, *where: Any) -> list[Any]:
    """All rows of a table by their ids, whoever may see them."""
    async with begin(BUILDER, read_only=True) as unit:
        return list(await unit.scalars(select(model).where(*where).order_by(*model.__table__.primary_key)))


async def sign_when_due() -> bool:
    """What the clock asks for: a checkpoint of the trail, if one is due."""
    async with begin(SIGNER) as unit:
        return await make_checkpoint(unit)
