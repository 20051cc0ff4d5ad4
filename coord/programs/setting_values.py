"""The numbers that a program sets for itself: a value from a day on, the default before and without one."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord import audit
from coord.kernel.errors import Conflict, Problem
from coord.kernel.inputs import Day, Input, Whole
from coord.kernel.sql import select
from coord.programs.setting_up import managed_program
from coord.programs.tables import ProgramSetting, Setting
from coord.work import Unit, action, read

DEFAULTS: Mapping[Setting, int] = {
    Setting.QUIET_DAYS: 30,
    Setting.SUBMIT_DAY: 3,
    Setting.REVIEW_DAY: 5,
    Setting.LOCK_DAY: 8,
}
_MOST = 365


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


@action("program.manage")
async def set_value(unit: Unit, given: SetValue) -> None:
    """Give a setting another value from a day on. Raises ``Conflict`` when that day has one already."""
    program = await managed_program(unit, given.program)
    row = ProgramSetting(program_id=program.id, setting=given.setting, value=given.value, valid_from=given.valid_from)
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("valid_from", "SETTING_CHANGED_THAT_DAY")) from None
    audit.record(unit, "program.set_value", row)
