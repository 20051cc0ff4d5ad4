"""Payments on both databases: who asks, who approves, what blocks, what is booked."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from coord.agreements import reverse_entry
from coord.agreements.codes import EntryKind, TrancheState
from coord.agreements.inputs import ReverseEntry
from coord.agreements.locking import money_of
from coord.agreements.rules import Totals
from coord.agreements.tables import Agreement, LedgerEntry, Tranche
from coord.kernel.errors import Conflict, Unavailable
from coord.work import begin
from coord.work.engine import Database
from tests.coord.agreements.making import (
    MANAGER,
    OSCAR,
    active,
    answer,
    booked,
    condition,
    line,
    met,
    paid,
    spent,
    step,
    tranche,
)
from tests.coord.making import stored
from tests.world import cast

pytestmark = pytest.mark.anyio


async def code_of(work: Any) -> str:
    """The code of the refusal."""
    with pytest.raises(Conflict) as refused:
        await work
    return refused.value.problems[0].code


async def state_of(tranche_id: Any) -> TrancheState:
    (row,) = await stored(Tranche, Tranche.id == tranche_id)
    state: TrancheState = row.state
    return state


async def money(agreement: Any) -> Totals:
    async with begin(cast.ola, read_only=True) as unit:
        return await money_of(unit, await unit.find(Agreement, agreement))


async def test_a_tranche_is_asked_for_approved_and_paid_into_the_ledger(database: Database) -> None:
    made = await active()
    of = await paid(made, "250.50")
    entries = await stored(LedgerEntry, LedgerEntry.tranche_id == of)
    assert [(row.kind, row.amount, row.currency) for row in entries] == [(EntryKind.DISBURSEMENT, 25050, "CNY")]
    assert await money(made) == Totals(committed=100000, paid=25050, open=0, spent=0)


async def test_who_asked_does_not_approve(database: Database) -> None:
    of = await tranche(await active())
    await step(cast.ola, of, "REQUEST")
    assert await code_of(step(cast.ola, of, "APPROVE")) == "ANOTHER_PERSON_MUST"
    assert await state_of(of) is TrancheState.CONDITIONS_MET


async def test_an_open_condition_blocks_until_it_is_accepted(database: Database) -> None:
    of = await tranche(await active())
    waits = await condition(of)
    assert await code_of(step(cast.ola, of, "REQUEST")) == "CONDITIONS_OPEN"
    await answer(MANAGER, waits, "SUBMIT", evidence="Archive 12/2026")
    assert await code_of(step(cast.ola, of, "REQUEST")) == "CONDITIONS_OPEN"
    await answer(OSCAR, waits, "REJECT", reason="Not signed")
    assert await code_of(step(cast.ola, of, "REQUEST")) == "CONDITIONS_OPEN"
    await met(waits)
    await step(cast.ola, of, "REQUEST")
    assert await state_of(of) is TrancheState.CONDITIONS_MET


async def test_a_reopened_condition_takes_the_request_back(database: Database) -> None:
    of = await tranche(await active())
    waits = await condition(of)
    await met(waits)
    await step(cast.ola, of, "REQUEST")
    await answer(OSCAR, waits, "REOPEN", reason="The wrong file")
    (row,) = await stored(Tranche, Tranche.id == of)
    assert (row.state, row.requested_by_id) == (TrancheState.SCHEDULED, None)


async def test_a_condition_of_an_approved_tranche_stays_met(database: Database) -> None:
    of = await tranche(await active())
    waits = await condition(of)
    await met(waits)
    await step(cast.ola, of, "REQUEST")
    await step(OSCAR, of, "APPROVE")
    assert await code_of(answer(OSCAR, waits, "REOPEN", reason="Doubts")) == "TRANCHE_APPROVED"


async def test_who_waived_does_not_ask_and_who_handed_in_does_not_decide(database: Database) -> None:
    of = await tranche(await active())
    waived, handed = await condition(of), await condition(of)
    await answer(cast.ola, handed, "SUBMIT", evidence="Archive 1")
    assert await code_of(answer(cast.ola, handed, "ACCEPT")) == "ANOTHER_PERSON_MUST"
    assert await code_of(answer(cast.ola, handed, "WAIVE", reason="No need")) == "ANOTHER_PERSON_MUST"
    await answer(OSCAR, handed, "ACCEPT")
    await answer(cast.ola, waived, "WAIVE", reason="No need any more")
    assert await code_of(step(cast.ola, of, "REQUEST")) == "WAIVED_BY_YOU"
    await step(OSCAR, of, "REQUEST")
    await step(cast.ola, of, "APPROVE")
    assert await state_of(of) is TrancheState.APPROVED


async def test_more_than_committed_is_never_paid(database: Database) -> None:
    made = await active(committed="300.00")
    first = await tranche(made, "200.00")
    second = await tranche(made, "100.01")
    for of in (first, second):
        if of == second:
            on = await line(made, "300.00")
            await spent(made, on, "200.00")
            await met(await condition(second, "REPORT", text="The report"))
        await step(cast.ola, of, "REQUEST")
        await step(OSCAR, of, "APPROVE")
        if of == first:
            await step(cast.ola, of, "PAY")
    assert await code_of(step(cast.ola, second, "PAY")) == "ABOVE_COMMITTED"
    assert (await money(made)).paid == 20000
    assert await state_of(second) is TrancheState.APPROVED


async def test_the_next_tranche_waits_for_the_last_one_its_report_and_its_spending(database: Database) -> None:
    made = await active()
    first, second = await tranche(made, "100.00"), await tranche(made, "100.00")
    assert await code_of(step(cast.ola, second, "REQUEST")) == "EARLIER_UNPAID"
    await step(cast.ola, first, "REQUEST")
    await step(OSCAR, first, "APPROVE")
    await step(cast.ola, first, "PAY")
    assert await code_of(step(cast.ola, second, "REQUEST")) == "NO_REPORT_ASKED"
    await met(await condition(second, "REPORT", text="The mid-term report"))
    on = await line(made)
    await spent(made, on, "69.99")
    assert await code_of(step(cast.ola, second, "REQUEST")) == "SPENT_TOO_LITTLE"
    await spent(made, on, "0.01")
    await step(cast.ola, second, "REQUEST")
    assert await state_of(second) is TrancheState.CONDITIONS_MET


async def test_a_reversed_payment_waits_to_be_paid_again(database: Database) -> None:
    made = await active()
    of = await paid(made)
    (entry,) = await stored(LedgerEntry, LedgerEntry.tranche_id == of)
    async with begin(cast.ola) as unit:
        await reverse_entry(unit, ReverseEntry(entry=entry.id, reason="The wrong account"))
    assert (await money(made)).paid == 0
    assert await state_of(of) is TrancheState.APPROVED
    await step(cast.ola, of, "PAY", paid_on="2026-02-02")
    amounts = [row.amount for row in await stored(LedgerEntry, LedgerEntry.tranche_id == of)]
    assert sorted(amounts) == [-10000, 10000, 10000]
    with pytest.raises(Conflict) as refused:
        async with begin(cast.ola) as unit:
            await reverse_entry(unit, ReverseEntry(entry=entry.id, reason="Again"))
    assert refused.value.problems[0].code == "REVERSED_ALREADY"


async def test_a_refund_gives_room_and_is_never_more_than_was_paid(database: Database) -> None:
    made = await active(committed="100.00")
    await paid(made, "100.00")
    assert await code_of(booked(made, "REFUND", "100.01")) == "ABOVE_PAID"
    await booked(made, "REFUND", "40.00")
    assert await money(made) == Totals(committed=10000, paid=6000, open=0, spent=0)


async def _pays(of: UUID) -> None:
    """Pay, and press again whenever a busy server had no connection left."""
    while True:
        try:
            return await step(cast.ola, of, "PAY")
        except Unavailable:
            continue


async def test_fifty_payments_at_once_never_overspend(real_database: Database) -> None:
    """Fifty tranches of ten yuan are approved, a hundred yuan are committed: ten are paid, forty are refused."""
    made = await active(committed="100.00")
    given = [await _approved(made) for _ in range(50)]
    done = await asyncio.gather(*(_pays(of) for of in given), return_exceptions=True)
    refused = [one for one in done if one is not None]
    assert len(refused) == 40
    assert {type(one) for one in refused} == {Conflict}
    assert await money(made) == Totals(committed=10000, paid=10000, open=40000, spent=0)
    assert len(await stored(Tranche, Tranche.state == TrancheState.PAID)) == 10


async def test_fifty_people_pay_one_tranche_once(real_database: Database) -> None:
    made = await active()
    of = await _approved(made)
    done = await asyncio.gather(*(step(cast.ola, of, "PAY") for _ in range(50)), return_exceptions=True)
    assert [one for one in done if one is None] == [None]
    assert len(await stored(LedgerEntry, LedgerEntry.tranche_id == of)) == 1


async def _approved(agreement: Any) -> Any:
    """A tranche that only waits to be paid, as if the ones before had been paid and spent."""
    of = await tranche(agreement, "10.00")
    async with begin(cast.ola) as unit:
        row = await unit.find(Tranche, of)
        row.state, row.requested_by_id = TrancheState.CONDITIONS_MET, cast.ola.user_id
        await unit.session.flush()
        row.state, row.approved_by_id = TrancheState.APPROVED, OSCAR.user_id
    return of
