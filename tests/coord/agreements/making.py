"""Agreements of the cast's program in as few words as possible: the foundation funds the agency."""

import uuid
from typing import Any
from uuid import UUID

from coord.access import Actor, Grant, Role
from coord.agreements import (
    add_agreement,
    add_budget_line,
    add_condition,
    add_tranche,
    book_entry,
    move_agreement,
    move_condition,
    move_tranche,
    record_gift,
)
from coord.agreements.inputs import (
    AddAgreement,
    AddBudgetLine,
    AddCondition,
    AddTranche,
    BookEntry,
    MoveAgreement,
    MoveCondition,
    MoveTranche,
    RecordGift,
)
from coord.work import begin
from tests.world import AGENCY, FOUNDATION, PROGRAM, PROGRAM_ID, SPONSOR, cast, fixed

OSCAR = Actor.of(
    fixed("user/petra"), "Petra", "en", [Grant(FOUNDATION, Role.PROGRAM_OFFICER, FOUNDATION)],
    {"PROGRAMS_RUN": (PROGRAM_ID,)},
)  # fmt: skip
"""A second officer: whoever asks does not approve."""
MANAGER = Actor.of(fixed("user/sun"), "Sun", "en", [Grant(AGENCY, Role.AGENCY_MANAGER, FOUNDATION)])
"""Who is given the money."""


def parsed(model: Any, given: dict[str, Any]) -> Any:
    """An input from what a test says; None leaves a field out."""
    return model.parse({name: value for name, value in given.items() if value is not None})


async def gift(**changed: Any) -> UUID:
    """What the sponsor gave."""
    given = {
        "idempotency_key": str(uuid.uuid4()), "program": PROGRAM, "sponsor": str(SPONSOR), "kind": "RESTRICTED_DONATION",
        "title": "Posts of the year", "purpose": "Posted workers", "amount": "100000", "received_on": "2026-01-10",
        **changed,
    }  # fmt: skip
    async with begin(cast.ola) as unit:
        return await record_gift(unit, parsed(RecordGift, given))


async def draft(who: Actor = cast.ola, **changed: Any) -> UUID:
    """A draft of Ola over a thousand yuan."""
    given = {
        "idempotency_key": str(uuid.uuid4()), "program": PROGRAM, "reference": f"A-{uuid.uuid4().hex[:8]}",
        "title": "Posts", "purpose": "Posted workers at two hospitals", "funder": str(FOUNDATION),
        "grantee": str(AGENCY), "committed": "1000.00", "starts_on": "2026-01-01", "ends_on": "2026-12-31", **changed,
    }  # fmt: skip
    async with begin(who) as unit:
        return await add_agreement(unit, parsed(AddAgreement, given))


async def go(who: Actor, agreement: UUID, move: str, **more: Any) -> None:
    """One step of an agreement."""
    async with begin(who) as unit:
        await move_agreement(unit, parsed(MoveAgreement, {"agreement": str(agreement), "move": move, **more}))


async def active(**changed: Any) -> UUID:
    """An agreement that Ola wrote and Oscar signed, under way."""
    made = await draft(**changed)
    await go(cast.ola, made, "SUBMIT")
    await go(OSCAR, made, "SIGN", signed_on="2026-01-05")
    await go(cast.ola, made, "ACTIVATE")
    return made


async def tranche(agreement: UUID, amount: str = "100.00", kind: str = "INTERIM") -> UUID:
    """A payment to come."""
    given = {"agreement": str(agreement), "kind": kind, "amount": amount, "due_on": "2026-06-30"}
    async with begin(cast.ola) as unit:
        return await add_tranche(unit, parsed(AddTranche, given))


async def condition(of: UUID, kind: str = "DOCUMENT", **more: Any) -> UUID:
    """What a tranche waits for."""
    async with begin(cast.ola) as unit:
        given = {"tranche": str(of), "kind": kind, "text": "The signed contract", **more}
        return await add_condition(unit, parsed(AddCondition, given))


async def step(who: Actor, of: UUID, move: str, **more: Any) -> None:
    """One step of a tranche."""
    async with begin(who) as unit:
        await move_tranche(unit, parsed(MoveTranche, {"tranche": str(of), "move": move, **more}))


async def answer(who: Actor, of: UUID, move: str, **more: Any) -> None:
    """One step of a condition."""
    async with begin(who) as unit:
        await move_condition(unit, parsed(MoveCondition, {"condition": str(of), "move": move, **more}))


async def met(of: UUID) -> None:
    """The agency hands it in, Oscar accepts it."""
    await answer(MANAGER, of, "SUBMIT", evidence="Archive 12/2026")
    await answer(OSCAR, of, "ACCEPT")


async def paid(agreement: UUID, amount: str = "100.00") -> UUID:
    """A tranche without conditions, asked for by Ola, approved by Oscar, paid."""
    made = await tranche(agreement, amount)
    await step(cast.ola, made, "REQUEST")
    await step(OSCAR, made, "APPROVE")
    await step(cast.ola, made, "PAY", paid_on="2026-02-01")
    return made


async def line(agreement: UUID, amount: str = "500.00", **more: Any) -> UUID:
    """A budget line for posts."""
    given = {
        "agreement": str(agreement), "category": "POST", "period_start": "2026-01-01", "period_end": "2026-12-31",
        "amount": amount, **more,
    }  # fmt: skip
    async with begin(cast.ola) as unit:
        return await add_budget_line(unit, parsed(AddBudgetLine, given))


async def spent(agreement: UUID, on: UUID, amount: str) -> UUID:
    """What the agency spent on a line."""
    return await booked(agreement, "EXPENDITURE", amount, line=str(on))


async def booked(agreement: UUID, kind: str, amount: str, **more: Any) -> UUID:
    """A row of the ledger by hand."""
    given = {
        "idempotency_key": str(uuid.uuid4()), "agreement": str(agreement), "kind": kind, "amount": amount,
        "booked_on": "2026-03-01", **more,
    }  # fmt: skip
    async with begin(cast.ola) as unit:
        return await book_entry(unit, parsed(BookEntry, given))
