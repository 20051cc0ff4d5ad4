"""The numbers that a program sets for itself: a value from a day on, the default before and without one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel import col

from coord import audit
from coord.access import Scope
from coord.kernel.clock import local_date
from coord.kernel.errors import Invalid, Problem
from coord.kernel.inputs import Day, Input, Whole
from coord.kernel.sql import select
from coord.programs.tables import Program, ProgramSetting, Setting
from coord.work import Unit, action, read

DEFAULTS: Mapping[Setting, int] = {
    Setting.QUIET_DAYS: 30,
    Setting.SUBMIT_DAY: 3,
    Setting.REVIEW_DAY: 5,
    Setting.LOCK_DAY: 8,
    Setting.BACKDATE_DAYS: 7,
    Setting.CASELOAD: 25,
    Setting.SUPERVISION_MINUTES: 120,
    Setting.SUPERVISION_MINUTES_NEW: 240,
    Setting.READMISSION_DAYS: 30,
}
DAYS_OF_MONTH = frozenset({Setting.SUBMIT_DAY, Setting.REVIEW_DAY, Setting.LOCK_DAY})
"""Settings that are a day of the month after; every month has the first 28."""
_MOST, _LAST_DAY, _MOST_CHANGES = 365, 28, 2000


class SetValue(Input):
    """A setting's value for a program from a day on."""

    program: UUID
    setting: Setting
    value: Annotated[Whole, Field(ge=1, le=_MOST)]
    valid_from: Day


@read("program.list")
async def settings_on(unit: Unit, program_id: UUID, day: date) -> Mapping[Setting, int]:
    """Every setting of a program as it holds on a day."""
    statement = (
        select(ProgramSetting.setting, ProgramSetting.value)
        .where(col(ProgramSetting.program_id) == program_id, col(ProgramSetting.valid_from) <= day)
        .order_by(col(ProgramSetting.valid_from))
    )
    return {**DEFAULTS, **{setting: int(value) for setting, value in await unit.rows(statement)}}


@dataclass(frozen=True, slots=True)
class SettingCard:
    """A setting today: its value, since when (None: the default), and what is set for a day to come."""

    setting: Setting
    value: int
    since: date | None
    default: int
    next_value: int | None = None
    next_from: date | None = None


@read("program.list")
async def setting_cards(unit: Unit, program_id: UUID, day: date) -> Sequence[SettingCard]:
    """Every setting of a program, in the order of the vocabulary."""
    statement = (
        select(ProgramSetting.setting, ProgramSetting.value, ProgramSetting.valid_from)
        .where(col(ProgramSetting.program_id) == program_id)
        .order_by(col(ProgramSetting.valid_from))
        .limit(_MOST_CHANGES)
    )
    rows = await unit.rows(statement)
    cards = {setting: SettingCard(setting, DEFAULTS[setting], None, DEFAULTS[setting]) for setting in Setting}
    for setting, value, since in rows:
        known = cards[setting]
        if since <= day:
            cards[setting] = replace(known, value=int(value), since=since)
        elif known.next_from is None:
            cards[setting] = replace(known, next_value=int(value), next_from=since)
    return list(cards.values())


@action("program.set")
async def set_value(unit: Unit, given: SetValue) -> None:
    """Give a setting another value from today or a later day on; of two for one day the later word holds.

    What was counted before stays as it was. Raises ``Invalid`` for a day before today, for a day of the month that no
    month has, and for a program that the actor neither runs nor sets up.
    """
    program = await unit.session.get(Program, given.program)
    if program is None or not _may_set(unit, program):
        raise Invalid(Problem("program", "NO_SUCH_PROGRAM"))
    if given.valid_from < local_date(unit.started_at, program.time_zone):
        raise Invalid(Problem("valid_from", "BEFORE_TODAY"))
    if given.setting in DAYS_OF_MONTH and given.value > _LAST_DAY:
        raise Invalid(Problem("value", "TOO_LARGE", {"limit": _LAST_DAY}))
    same_day = select(ProgramSetting).where(
        col(ProgramSetting.program_id) == program.id,
        col(ProgramSetting.setting) == given.setting,
        col(ProgramSetting.valid_from) == given.valid_from,
    )
    kept = given.model_dump(include={"setting", "value", "valid_from"})
    known: ProgramSetting | None = await unit.scalar(same_day)
    before = None if known is None else audit.facts(known)
    row = known or ProgramSetting(program_id=program.id, **kept)
    row.value = given.value
    unit.add(row)
    audit.record(unit, "program.set_value", row, before=before)


def _may_set(unit: Unit, program: Program) -> bool:
    actor = unit.actor
    runs = program.id in actor.scope(Scope.PROGRAMS_RUN)
    return bool(actor.unscoped) or runs or program.foundation_id in actor.administers()
