"""Corrections of a released quarter go into the next one (CR-11).

What is added is added there, what is taken back is subtracted there, and the report says which quarters are corrected.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, or_
from sqlmodel import col

from coord.contacts.codes import AdjustmentKind
from coord.contacts.tables import Adjustment, ServiceContact
from coord.kernel.sql import counting, select
from coord.measures import MEASURES, person_times_of
from coord.programs.quarters import months_of, quarter_of_month
from coord.releases.codes import ReleaseState
from coord.releases.tables import Release, ReleaseSnapshot
from coord.work import Unit, read


@dataclass(slots=True)
class Corrections:
    """What corrections change in a quarter, by hospital, and which quarters they correct."""

    person_times: Counter[UUID] = field(default_factory=Counter)
    sessions: Counter[UUID] = field(default_factory=Counter)
    quarters: Sequence[str] = ()


@read("release.count")
async def corrections_of(unit: Unit, program_id: UUID, quarter: str) -> Corrections:
    """Corrections that this quarter takes in, so that nothing is counted twice.

    Those made after their quarter was counted and booked in this one; for a restatement also those of this quarter that
    a later release holds already.
    """
    counted_at = await _counted_at(unit, program_id)
    found, corrected = Corrections(), set()
    for row in await _adjustments(unit, program_id, quarter):
        refers, booked = quarter_of_month(row["refers_to"]), quarter_of_month(row["booked_in"])
        if refers == booked or refers not in counted_at or row["made_at"] <= counted_at[refers]:
            continue
        sign = 1 if row["kind"] is AdjustmentKind.ADDED else -1
        if booked == quarter:
            corrected.add(refers)
        elif booked in counted_at:
            sign = -sign
        else:
            continue
        found.person_times[row["hospital_id"]] += sign * person_times_of(row)
        found.sessions[row["hospital_id"]] += sign * row["is_session"]
    found.quarters = sorted(corrected)
    return found


async def _counted_at(unit: Unit, program_id: UUID) -> Mapping[str, datetime]:
    """When each quarter that has a release was counted."""
    statement = (
        select(Release.period, ReleaseSnapshot.taken_at)
        .join(ReleaseSnapshot, col(ReleaseSnapshot.id) == col(Release.id))
        .where(col(Release.program_id) == program_id, col(Release.state) != ReleaseState.SUPERSEDED)
        .order_by(col(ReleaseSnapshot.taken_at).desc())
    )
    # While a restatement is looked at there are two: the first of them is what the next quarter goes on from.
    return dict(map(tuple, await unit.rows(statement)))


async def _adjustments(unit: Unit, program_id: UUID, quarter: str) -> Sequence[Mapping[Any, Any]]:
    columns = (Adjustment.hospital_id, Adjustment.refers_to, Adjustment.booked_in, Adjustment.kind, Adjustment.made_at)
    contact = ServiceContact
    said = (contact.service_code, contact.target, contact.occurred_on, contact.heads_present)
    is_session = case((and_(*MEASURES["sessions"].rows), 1), else_=0).label("is_session")
    months = months_of(quarter)
    statement = (
        select(*columns, *said, is_session)
        .join(contact, col(contact.id) == col(Adjustment.contact_id))
        .where(
            col(Adjustment.program_id) == program_id,
            or_(col(Adjustment.refers_to).in_(months), col(Adjustment.booked_in).in_(months)),
        )
    )
    return list((await unit.session.run(counting(statement))).mappings())
