"""Rows end when their time of retention is over, and not a day before."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from coord.access.rows import Retention, all_rules
from coord.kernel.clock import now
from coord.kernel.sql import select
from coord.rights.tidying import ENDS, KEEPER, end_what_is_over, ended_before
from coord.work import Unit, begin
from coord.work.engine import Database
from tests.world import BUILDER

pytestmark = pytest.mark.anyio
BY_ACCOUNTS = "accounts.tidy"
ELSEWHERE: Mapping[str, str] = {
    "web_session": BY_ACCOUNTS,
    "guess_count": BY_ACCOUNTS,
    "known_device": BY_ACCOUNTS,
    "passkey_challenge": BY_ACCOUNTS,
    "password_reset": BY_ACCOUNTS,
    "scheduled_job": "one row for each job that time asks for",
    "contact_change": "until the next fold, half a minute",
    "presence_change": "until the next fold, half a minute",
    "case_change": "until the next fold, half a minute",
    "second_factor": "as long as the account has one",
    "recovery_code": "as long as the account has a second factor",
    "passkey": "as long as the account has it",
    "access_review": "kept: who decided what",
    "audit_entry": "kept whole: a chain",
    "audit_head": "one row",
    "audit_checkpoint": "kept whole: a chain",
    "impact_assessment": "kept: at least three years by PIPL 56",
    "breach": "kept: at least three years by PIPL 56, and as evidence",
    "erasure_request": "kept: ids, days and grounds",
}


def test_every_table_that_ends_has_a_time_or_a_reason() -> None:
    ends = {
        str(rule.model.__tablename__)
        for rule in all_rules()
        if rule.retention in {Retention.TRANSIENT, Retention.SECURITY}
    }
    here = {str(model.__tablename__) for model, _, _ in ENDS} & ends
    assert (ends - here, here & ELSEWHERE.keys()) == (set(ELSEWHERE), set())


async def _row(unit: Unit, model: Any, **told: Any) -> Any:
    """A row whose columns say just what the database asks for."""
    values = dict(told)
    for column in model.__table__.columns:
        if column.name in values or column.nullable or (column.primary_key and not column.foreign_keys):
            continue
        values[column.name] = await _value(unit, model, column)
    return model(**values)


async def _value(unit: Unit, model: Any, column: Any) -> Any:
    for key in column.foreign_keys:
        other = key.column.table
        found = {rule.model.__tablename__: rule.model for rule in all_rules()}[other.name]
        free = select(found.id).limit(1)  # type: ignore[attr-defined]
        if column.primary_key or column.name == "event_id":
            free = free.where(col(found.id).not_in(select(getattr(model, column.name))))  # type: ignore[attr-defined]
        return await unit.scalar(free) or await _made(unit, found)
    if isinstance(column.type, UTCDateTime):
        return now()
    kind = column.type.python_type
    if getattr(column.type, "enums", None):
        return column.type.enums[0]
    return {UUID: uuid4(), date: now().date(), int: 0, bool: False, bytes: b"x", dict: {}, list: []}.get(
        kind, column.name[:3] + str(now().microsecond)
    )


async def _count(model: Any) -> int:
    async with begin(BUILDER, read_only=True) as unit:
        return int(await unit.scalar(select(func.count()).select_from(model)))


@pytest.mark.parametrize(
    ("model", "counted_from", "period"), ENDS, ids=lambda each: getattr(each, "__tablename__", None)
)
async def test_a_row_is_there_on_its_last_day_and_gone_after_it(
    database: Database, model: Any, counted_from: Any, period: timedelta | None
) -> None:
    limit = ended_before(period, now())
    async with begin(KEEPER) as unit:
        await end_what_is_over(unit)
    before = await _count(model)
    name = counted_from.key
    for moment, expected in ((limit + timedelta(hours=1), before + 1), (limit - timedelta(hours=1), before + 1)):
        async with begin(BUILDER) as unit:
            row = await _row(unit, model, **{name: moment})
            unit.add(row)
        async with begin(KEEPER) as unit:
            ended = await end_what_is_over(unit)
        assert (await _count(model), ended) == (expected, int(moment < limit))


async def _made(unit: Unit, model: Any) -> Any:
    """The id of a new row that another one refers to."""
    row = await _row(unit, model)
    unit.add(row)
    await unit.session.flush()
    return row.id
