"""Scores of a person for the care team, and what is due."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.cases.tables import CaseFile
from coord.contacts.codes import AttendanceStatus
from coord.contacts.tables import ServiceContact
from coord.kernel.clock import local_date
from coord.kernel.paging import Page, PageRequest
from coord.kernel.sql import select
from coord.outcomes.codes import Due, ScaleCode, ScoreStatus
from coord.outcomes.due import Facts, due_of
from coord.outcomes.tables import ScaleAnswers, ScaleScore
from coord.programs.setting_values import settings_of
from coord.programs.tables import Program
from coord.work import Unit, read
from coord.work.listing import Listing, Sort

_OWN = (
    "id", "client_id", "hospital_id", "program_id", "case_id", "contact_id", "scale", "version", "taken_on", "score",
    "status", "band", "raised_to", "prorated", "recorded_at", "recorded_by_id", "withdrawn_at",
)  # fmt: skip
SCORES = Listing(
    "score.list",
    ScaleScore,
    {name: getattr(ScaleScore, name) for name in _OWN},
    [Sort(col(ScaleScore.taken_on), date.fromisoformat), Sort(col(ScaleScore.id), UUID)],
    descending=True,
)
_MOST_SCORES, _MOST_CASES = 500, 2000


@read("score.list")
async def scores(
    unit: Unit,
    wanted: Iterable[str],
    request: PageRequest,
    *,
    client: UUID | None = None,
    scale: ScaleCode | None = None,
) -> Page[RowMapping]:
    """Scores, newest first, of one client or by one scale if given."""
    where: list[Any] = []
    if client is not None:
        where.append(col(ScaleScore.client_id) == client)
    if scale is not None:
        where.append(col(ScaleScore.scale) == scale)
    return await SCORES.page(unit, wanted, where, request)


@read("score.list")
async def scores_of_client(unit: Unit, client: UUID) -> Sequence[ScaleScore]:
    """A client's scores in the order in which they were taken, withdrawn ones among them."""
    statement = (
        select(ScaleScore)
        .where(col(ScaleScore.client_id) == client)
        .order_by(col(ScaleScore.taken_on), col(ScaleScore.id))
        .limit(_MOST_SCORES)
    )
    found: Sequence[ScaleScore] = await unit.scalars(statement)
    return found


@read("score.list")
async def answers_to(unit: Unit, score_ids: Collection[UUID]) -> Mapping[UUID, Sequence[int | None]]:
    """The answers behind scores, in the order of the items."""
    statement = select(ScaleAnswers.id, ScaleAnswers.items).where(col(ScaleAnswers.id).in_(score_ids))
    return {row.id: row.items for row in await unit.rows(statement)}


@dataclass(frozen=True, slots=True)
class DueScale:
    """A client whose scales somebody should look at, why, and since or until which day."""

    client_id: UUID
    why: Due
    on: date
    last_score: int | None


@read("score.list")
async def scales_due(unit: Unit, hospital: UUID, *, worker: UUID | None = None) -> Sequence[DueScale]:
    """The clients with an open case at a hospital, or with one of a worker there, of whom something is due.

    The most pressing come first.
    """
    cases = (
        select(CaseFile.client_id, CaseFile.program_id, CaseFile.opened_on, Program.time_zone)
        .join(Program, col(Program.id) == col(CaseFile.program_id))
        .where(
            col(CaseFile.hospital_id) == hospital,
            col(CaseFile.opened_on).is_not(None),
            col(CaseFile.closed_on).is_(None),
            *([] if worker is None else [col(CaseFile.worker_id) == worker]),
        )
        .order_by(col(CaseFile.opened_on), col(CaseFile.id))
        .limit(_MOST_CASES)
    )
    rows = await unit.rows(cases)
    ids = [row.client_id for row in rows]
    taken, met = await _phq9(unit, ids), await _contact_days(unit, ids)
    histories = {program: await settings_of(unit, program) for program in {row.program_id for row in rows}}
    found = []
    for row in rows:
        since = [score for score in taken.get(row.client_id, ()) if score[0] >= row.opened_on]
        days = [day for day in met.get(row.client_id, ()) if day >= row.opened_on]
        facts = Facts(row.opened_on, since, days, histories[row.program_id].on)
        today = local_date(unit.started_at, row.time_zone)
        last = since[-1][1] if since else None
        found += [DueScale(row.client_id, why, on, last) for why, on in due_of(facts, today)]
    return sorted(found, key=lambda due: (_PRESSING.index(due.why), due.on))


_PRESSING = (Due.NON_RESPONSE, Due.FOUR_WEEK_CONTACT, Due.SCALE_AGAIN, Due.FIRST_SCALE)


async def _phq9(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, list[tuple[date, int]]]:
    statement = (
        select(ScaleScore.client_id, ScaleScore.taken_on, ScaleScore.score)
        .where(
            col(ScaleScore.client_id).in_(ids),
            col(ScaleScore.scale) == ScaleCode.PHQ9,
            col(ScaleScore.status) == ScoreStatus.COMPLETE,
        )
        .order_by(col(ScaleScore.taken_on), col(ScaleScore.id))
    )
    found: dict[UUID, list[tuple[date, int]]] = {}
    for client, day, score in await unit.rows(statement):
        found.setdefault(client, []).append((day, score))
    return found


async def _contact_days(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, list[date]]:
    statement = (
        select(ServiceContact.client_id, ServiceContact.occurred_on)
        .where(
            col(ServiceContact.client_id).in_(ids),
            col(ServiceContact.attendance) == AttendanceStatus.ATTENDED,
            col(ServiceContact.withdrawn_at).is_(None),
        )
        .order_by(col(ServiceContact.occurred_on))
    )
    found: dict[UUID, list[date]] = {}
    for client, day in await unit.rows(statement):
        found.setdefault(client, []).append(day)
    return found


@read("program.list")
async def zone_of(unit: Unit, program: UUID) -> str:
    """The time zone of a program, by which its days are told and its crisis lines chosen."""
    return (await unit.find(Program, program)).time_zone
