"""Referrals whose clocks have run out, those first that have waited longest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.kernel.sql import select
from coord.referrals.codes import Clock
from coord.referrals.inputs import ReferralFilter
from coord.referrals.reads import REFERRALS, conditions, running_clocks
from coord.referrals.tables import Referral, ReferralClock
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class Overdue:
    """A referral, the clock of it that ran out first, and since when."""

    row: RowMapping
    clock: Clock
    since: datetime


@read("referral.list")
async def overdue_referrals(
    unit: Unit, wanted: Iterable[str], given: ReferralFilter, *, page: int, size: int
) -> Sequence[Overdue]:
    """One page (1 is the first) of the referrals of a filter of which a clock has run out."""
    since = func.min(col(ReferralClock.due_at))
    statement = (
        select(Referral.id, since)
        .join(ReferralClock, col(ReferralClock.referral_id) == col(Referral.id))
        .where(
            col(ReferralClock.stopped_at).is_(None), col(ReferralClock.due_at) <= unit.started_at,
            *conditions(given.model_copy(update={"overdue": None}), unit),
        )
        .group_by(col(Referral.id))
        .order_by(since, col(Referral.id))
        .limit(size)
        .offset((page - 1) * size)
    )  # fmt: skip
    ids: list[UUID] = [key for key, _ in await unit.rows(statement)]
    rows = await REFERRALS.by_ids(unit, wanted, ids)
    clocks = await running_clocks(unit, ids)
    return [Overdue(rows[key], clocks[key][0].clock, clocks[key][0].due_at) for key in ids if key in rows]
