"""What the database itself refuses, to the part of the system that sees every row, and to the owner's own SQL."""

import asyncio
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import col, update

from coord.agreements.codes import EntryKind, TrancheKind, TrancheState
from coord.agreements.tables import (
    Agreement,
    AgreementVersion,
    Allocation,
    BudgetLine,
    LedgerEntry,
    Tranche,
    TrancheCondition,
)
from coord.work import begin
from coord.work.engine import Database
from tests.coord.agreements.making import OSCAR, active, condition, line, paid, step, tranche
from tests.coord.making import stored
from tests.world import BUILDER, NORTH, cast

pytestmark = pytest.mark.anyio


async def refused(*rows: Any) -> str:
    """What the database says to rows that somebody adds past every action."""
    with pytest.raises(DatabaseError) as found:
        async with begin(BUILDER) as unit:
            unit.add(*rows)
    return str(found.value)


async def refused_change(model: Any, key: UUID, **values: Any) -> str:
    """What it says to a changed row."""
    with pytest.raises(DatabaseError) as found:
        async with begin(BUILDER) as unit:
            await unit.session.run(update(model).where(col(model.id) == key).values(**values))
    return str(found.value)


def entry(agreement: UUID, amount: int, kind: EntryKind = EntryKind.DISBURSEMENT, **more: Any) -> LedgerEntry:
    given = {"currency": "CNY", "booked_on": date(2026, 2, 1), **more}
    return LedgerEntry(agreement_id=agreement, kind=kind, amount=amount, **given)


async def approved(agreement: UUID, amount: str = "10.00") -> UUID:
    """A tranche that waits to be paid, set there past the actions."""
    of = await tranche(agreement, amount)
    async with begin(BUILDER) as unit:
        row = await unit.find(Tranche, of)
        row.state, row.requested_by_id = TrancheState.CONDITIONS_MET, cast.ola.user_id
        await unit.session.flush()
        row.state, row.approved_by_id = TrancheState.APPROVED, OSCAR.user_id
    return of


async def test_rows_of_the_ledger_that_no_action_would_write(database: Database) -> None:
    made = await active(committed="100.00")
    of, big = await approved(made), await approved(made, "100.01")
    assert "another currency" in await refused(entry(made, 1000, tranche_id=of, currency="USD"))
    assert "paid above committed" in await refused(entry(made, 10001, tranche_id=big))
    assert "paid once" in await refused(entry(made, 1001, tranche_id=of))
    assert "more given back than paid" in await refused(entry(made, 1, EntryKind.REFUND))
    assert "no approved tranche" in await refused(entry(made, 1000, tranche_id=await tranche(made)))
    assert "takes one whole row back" in await refused(
        entry(made, -1, EntryKind.PLEDGE, reverses_id=(await stored(LedgerEntry))[0].id)
    )
    on = await line(made, "5.00")
    assert "spent above" in await refused(entry(made, 501, EntryKind.EXPENDITURE, budget_line_id=on))
    other = await active()
    assert "another agreement" in await refused(entry(other, 1, EntryKind.EXPENDITURE, budget_line_id=on))
    assert {row.kind for row in await stored(LedgerEntry)} == {EntryKind.COMMITMENT}


async def test_steps_of_money_that_no_action_would_make(database: Database) -> None:
    made = await active()
    of = await tranche(made)
    waits = await condition(of)
    assert "a condition of the tranche is open" in await refused_change(Tranche, of, state="CONDITIONS_MET")
    assert "stays what it was" in await refused_change(Tranche, of, amount=1)
    assert "stays what it was" in await refused_change(TrancheCondition, waits, text="Nothing")
    ready = await approved(made)
    assert "paid by the ledger" in await refused_change(Tranche, ready, state="PAID", paid_on=date(2026, 1, 1))
    assert "begins scheduled" in await refused(
        Tranche(agreement_id=made, number=9, kind=TrancheKind.FINAL, amount=1, due_on=(await stored(Tranche))[0].due_on,
                state=TrancheState.APPROVED)
    )  # fmt: skip
    (version,) = await stored(AgreementVersion, AgreementVersion.agreement_id == made)
    assert "an approved version never changes" in await refused_change(AgreementVersion, version.id, committed=5)
    assert "nobody approved" in await refused_change(Agreement, made, version=2)
    assert "the parties and the currency stay" in await refused_change(Agreement, made, currency="USD")


async def test_budgets_that_no_action_would_write(database: Database) -> None:
    made = await active()
    given: dict[str, Any] = {"agreement_id": made, "category": "POST", "amount": 1}
    assert "more than a year" in await refused(
        BudgetLine(**given, period_start=date(2026, 1, 1), period_end=date(2027, 1, 1))
    )
    assert "outside its agreement" in await refused(
        BudgetLine(**given, period_start=date(2026, 6, 1), period_end=date(2027, 5, 31))
    )
    on = await line(made, "5.00")
    assert "allocated above" in await refused(
        Allocation(budget_line_id=on, agreement_id=made, hospital_id=NORTH, amount=501)
    )
    assert "never changed" in await refused_change(BudgetLine, on, amount=9)
    assert await stored(Allocation) == []


async def test_fifty_rows_at_once_past_every_action_never_overspend(real_database: Database) -> None:
    """Even without the lock of the actions: the guard holds the agreement itself."""
    made = await active(committed="100.00")
    ready = [await approved(made) for _ in range(50)]

    async def add(of: UUID) -> None:
        async with begin(BUILDER) as unit:
            unit.add(entry(made, 1000, tranche_id=of))

    done = await asyncio.gather(*(add(of) for of in ready), return_exceptions=True)
    assert sum(one is None for one in done) == 10
    rows = await stored(LedgerEntry, LedgerEntry.kind == EntryKind.DISBURSEMENT)
    assert sum(row.amount for row in rows) == 10000


def _by_owner(store: Database, statement: str) -> str:
    """What the database says to its owner, past coord; empty where it obeys."""
    if store.is_sqlite:
        with sqlite3.connect(str(store.url.database)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            name = "ledger_entry__t" if "ledger_entry__t" in tables else "ledger_entry"
            try:
                connection.execute(statement.format(table=name))
            except sqlite3.DatabaseError as error:
                return str(error)
        return ""
    address = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        try:
            connection.execute(statement.format(table="ledger_entry").encode())
        except psycopg.Error as error:
            return str(error)
    return ""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET amount = amount + 1",
        "UPDATE {table} SET memo = 'mended'",
        "DELETE FROM {table}",
        "TRUNCATE {table}",
    ],
)
async def test_the_owner_of_the_database_changes_no_row_of_the_ledger(real_database: Database, statement: str) -> None:
    await paid(await active())
    before = await stored(LedgerEntry)
    if real_database.is_sqlite and statement.startswith("TRUNCATE"):
        statement = "DELETE FROM {table} WHERE 1 = 1"
    said = await asyncio.to_thread(_by_owner, real_database, statement)
    assert "a row of the ledger is added, never changed" in said
    assert await stored(LedgerEntry) == before


async def test_a_guard_of_sqlite_has_a_name_that_nobody_can_guess(sqlite_template: Path) -> None:
    """A part of a statement that bears a guard's name would see behind the wall, so the name is random."""
    with sqlite3.connect(str(sqlite_template)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'guard_*'")
        chance = [name.split("_")[1] for (name,) in found]
    assert len(set(chance)) == len(chance) > 10
    assert {len(one) for one in chance} == {32}


async def test_paying_is_still_possible(database: Database) -> None:
    """The guards refuse what is wrong, and nothing else."""
    made = await active()
    of = await approved(made)
    await step(cast.ola, of, "PAY")
    (row,) = await stored(Tranche, Tranche.id == of)
    assert row.state is TrancheState.PAID
