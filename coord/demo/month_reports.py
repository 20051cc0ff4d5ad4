"""Months of the demo: the older ones locked, the last one on its way, one corrected; people who were discharged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import col, delete, update

from coord.access import system
from coord.clients.tables import Discharge
from coord.contacts.codes import AdjustmentKind, ContactStatus, CorrectionReason, ServiceCode
from coord.contacts.group_rules import weekly
from coord.contacts.tables import Adjustment, PlannedSession, Presence, ServiceContact, ServiceGroup
from coord.demo import places
from coord.demo.groundwork import LATE, month_start
from coord.kernel.sql import select
from coord.measures import Dimension, MeasureQuery, measure_table
from coord.organizations.tables import Organization
from coord.periods.codes import MonthState
from coord.periods.figures import REPORTED
from coord.periods.rules import digest, last_day
from coord.periods.tables import MonthReport, MonthSnapshot, MonthStep
from coord.programs.month_locks import month_of_day
from coord.programs.tables import MonthLock, Part, Participation, Program
from coord.work import Unit

MONTHS = system(
    "demo months", "locks the demo's older months and plants a correction", "job.run", "measure.read", "program.list"
)
LOCKED_MONTHS = 6
_ZONE = ZoneInfo("Asia/Shanghai")
_BY = {"SUBMITTED": "驻点社工", "APPROVED": "督导", "RETURNED": "督导", "LOCKED": "项目官员"}
_ON_DAY = {"SUBMITTED": 3, "APPROVED": 5, "RETURNED": 4, "LOCKED": 8}
_LATE_BY = timedelta(days=6)
_KEPT_BY = (Dimension.SERVICE_CODE, Dimension.TARGET, Dimension.STAGE)
_LAST = (MonthState.SUBMITTED, MonthState.RETURNED, MonthState.APPROVED)
_DISCHARGED_DAYS_AGO = (2, 5, 13, 29, 58)
_NOT_MET_DAYS = 10


@dataclass(frozen=True, slots=True)
class _Hospital:
    id: UUID
    code: str


async def lay_months(unit: Unit, today: date) -> None:
    """Lock the months before the last, leave the last one on its way, correct one, discharge some people."""
    program: Program = await unit.scalar(select(Program).where(col(Program.code) == places.PROGRAM))
    statement = (
        select(Organization.id, Organization.code)
        .join(Participation, col(Participation.organization_id) == col(Organization.id))
        .where(col(Participation.program_id) == program.id, col(Participation.part) == Part.HOSPITAL)
        .order_by(col(Organization.code))
    )
    hospitals = [_Hospital(*row) for row in await unit.rows(statement)]
    for back in range(LOCKED_MONTHS + 1, 1, -1):
        await _lock(unit, program, hospitals, month_of_day(month_start(today, back + 1)))
    last = month_of_day(month_start(today, 2))
    for number, hospital in enumerate(hospitals):
        if hospital.code != LATE:
            _report(unit, program, hospital, last, [MonthState.SUBMITTED, *_then(_LAST[number % len(_LAST)])])
    await unit.session.flush()
    await _correct(unit, program, month_start(today, 3), today)
    await _discharge(unit, today)
    await _plan_groups(unit, today)


def _then(state: MonthState) -> Sequence[MonthState]:
    return [] if state is MonthState.SUBMITTED else [state]


def _report(unit: Unit, program: Program, hospital: _Hospital, month: str, way: Sequence[MonthState]) -> MonthReport:
    """A report that went this way; the late hospital is days behind."""
    after, late = last_day(month), _LATE_BY if hospital.code == LATE else timedelta()
    report = MonthReport(program_id=program.id, hospital_id=hospital.id, month=month, state=way[-1],
                         words="本月服务按计划开展，出院随访基本完成。", plan="继续开展支持小组，跟进出院患者。")  # fmt: skip
    came_from = MonthState.OPEN
    for state in way:
        moment = datetime.combine(after + timedelta(days=_ON_DAY[state]) + late, time(10), _ZONE)
        note = "请补充两次小组的签到名单" if state is MonthState.RETURNED else None
        unit.add(
            MonthStep(
                report_id=report.id, from_state=came_from, to_state=state, note=note, at=moment, by_name=_BY[state]
            )
        )
        if (name := f"{state.value.lower()}_at") in MonthReport.model_fields:
            setattr(report, name, moment)
        came_from = state
    unit.add(report)
    return report


async def _lock(unit: Unit, program: Program, hospitals: Sequence[_Hospital], month: str) -> None:
    """Lock a month of every hospital with the figures that it has now."""
    way = (MonthState.SUBMITTED, MonthState.APPROVED, MonthState.LOCKED)
    figures, version = await _figures(unit, program, month)
    for hospital in hospitals:
        report = _report(unit, program, hospital, month, way)
        kept = {
            "month": month,
            "hospital": hospital.code,
            "program": program.code,
            **figures.get(hospital.code, {"total": {}}),
        }
        await unit.session.flush()
        at = report.locked_at or unit.started_at
        unit.add(
            MonthLock(program_id=program.id, hospital_id=hospital.id, month=month, locked_at=at),
            MonthSnapshot(id=report.id, rules_version=version, figures=kept, hash=digest(kept), taken_at=at),
        )
    within = col(ServiceContact.occurred_on).between(date.fromisoformat(f"{month}-01"), last_day(month))
    locked = update(ServiceContact).where(within, col(ServiceContact.program_id) == program.id)
    await unit.session.run(locked.values(status=ContactStatus.LOCKED).execution_options(synchronize_session=False))
    await unit.session.flush()


async def _figures(unit: Unit, program: Program, month: str) -> tuple[Mapping[str, Any], str]:
    """The figures of a month by hospital, in the shape in which they are kept."""
    found: dict[str, dict[str, Any]] = {}
    version = ""
    for by in ((), *((dimension,) for dimension in _KEPT_BY)):
        query = MeasureQuery(program=program.code, from_day=date.fromisoformat(f"{month}-01"), to_day=last_day(month),
                             group_by=(Dimension.HOSPITAL, *by))  # fmt: skip
        table = await measure_table(unit, query, REPORTED)
        version = table.rules_version
        for row in table.rows:
            kept = found.setdefault(row.key[0].key, {"total": {}, **{d.lower(): {} for d in _KEPT_BY}})
            if by:
                kept[by[0].lower()][row.key[1].key] = dict(row.figures)
            else:
                kept["total"] = dict(row.figures)
    return found, version


async def _correct(unit: Unit, program: Program, first: date, today: date) -> None:
    """One visit of a locked month was entered twice and is taken back, with its note."""
    contact: ServiceContact | None = await unit.scalar(
        select(ServiceContact)
        .join(Organization, col(Organization.id) == col(ServiceContact.hospital_id))
        .where(
            col(Organization.code) == places.NORTH,
            col(ServiceContact.service_code) == ServiceCode.BEDSIDE_VISIT,
            col(ServiceContact.withdrawn_at).is_(None),
            col(ServiceContact.occurred_on).between(first, last_day(month_of_day(first))),
        )
        .order_by(col(ServiceContact.id))
        .limit(1)
    )
    if contact is None:
        return
    contact.withdrawn_at = unit.started_at
    await unit.session.run(delete(Presence).where(col(Presence.contact_id) == contact.id))
    unit.add(
        Adjustment(
            program_id=program.id, hospital_id=contact.hospital_id, contact_id=contact.id,
            refers_to=month_of_day(first), booked_in=month_of_day(today), kind=AdjustmentKind.TAKEN_BACK,
            reason=CorrectionReason.ENTERED_TWICE, note="同一次床边探访登记了两次，撤销其中一条。",
            made_by_id=contact.recorded_by_id,
        )
    )  # fmt: skip


async def _discharge(unit: Unit, today: date) -> None:
    """Some of North's people left the hospital these days: follow-ups are due."""
    last = func.max(ServiceContact.occurred_on)
    who = (ServiceContact.client_id, ServiceContact.program_id, ServiceContact.hospital_id)
    statement = (
        select(*who)
        .join(Organization, col(Organization.id) == col(ServiceContact.hospital_id))
        .where(col(Organization.code) == places.NORTH, col(ServiceContact.client_id).is_not(None))
        .group_by(*who)
        .having(last < today - timedelta(days=_NOT_MET_DAYS))
        .order_by(last.desc(), ServiceContact.client_id)
        .limit(len(_DISCHARGED_DAYS_AGO))
    )
    people = await unit.rows(statement)
    for (client, program, hospital), ago in zip(people, _DISCHARGED_DAYS_AGO, strict=False):
        moment = datetime.combine(today - timedelta(days=ago), time(11), _ZONE)
        unit.add(Discharge(program_id=program, hospital_id=hospital, client_id=client, discharged_at=moment))


async def _plan_groups(unit: Unit, today: date) -> None:
    """The newest groups meet weekly from today on."""
    statement = select(ServiceGroup).order_by(col(ServiceGroup.created_at).desc(), col(ServiceGroup.id)).limit(12)
    for group in await unit.scalars(statement):
        group.aim = "增进组员对疾病的认识，建立同伴支持。"
        held = select(ServiceContact.session_number).where(col(ServiceContact.group_id) == group.id)
        number = max((n or 0 for n in await unit.scalars(held)), default=0)
        left = max(group.planned_sessions - number, 0)
        days = weekly(today, left, lambda _: False) if left else ()
        unit.add(
            *(PlannedSession(group_id=group.id, number=n, planned_on=day) for n, day in enumerate(days, number + 1))
        )
