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
from coord.programs.setting_rules import DEFAULTS, check_value
from coord.programs.tables import Program, ProgramSetting, Setting
from coord.work import Unit, action, read

_MOST, _MOST_CHANGES = 365, 4000


class SetValue(Input):
    """A setting's value for a program from a day on."""

    program: UUID
    setting: Setting
    value: Annotated[Whole, Field(ge=1, le=_MOST)]
    valid_from: Day


Values = Mapping[Setting, int]


@dataclass(frozen=True, slots=True)
class History:
    """A program's settings on every day: a clock that began on a day keeps the terms of that day."""

    changes: Sequence[tuple[Setting, int, date]]

    def on(self, day: date) -> Values:
        """Every setting as it holds on a day."""
        return {**DEFAULTS, **{setting: value for setting, value, since in self.changes if since <= day}}


async def values_of(unit: Unit, program_id: UUID) -> History:
    """Everything that a program has set, in the order of its days."""
    statement = (
        select(ProgramSetting.setting, ProgramSetting.value, ProgramSetting.valid_from)
        .where(col(ProgramSetting.program_id) == program_id)
        .order_by(col(ProgramSetting.valid_from))
        .limit(_MOST_CHANGES)
    )
    return History([(setting, int(value), since) for setting, value, since in await unit.rows(statement)])


@read("program.list")
async def settings_of(unit: Unit, program_id: UUID) -> History:
    """Everything that a program has set, for whoever needs more days than one."""
    return await values_of(unit, program_id)


@read("program.list")
async def settings_on(unit: Unit, program_id: UUID, day: date) -> Values:
    """Every setting of a program as it holds on a day."""
    return (await values_of(unit, program_id)).on(day)


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
    cards = {setting: SettingCard(setting, DEFAULTS[setting], None, DEFAULTS[setting]) for setting in Setting}
    for setting, value, since in (await values_of(unit, program_id)).changes:
        known = cards[setting]
        if since <= day:
            cards[setting] = replace(known, value=value, since=since)
        elif known.next_from is None:
            cards[setting] = replace(known, next_value=value, next_from=since)
    return list(cards.values())


@action("program.set")
async def set_value(unit: Unit, given: SetValue) -> None:
    """Give a setting another value from today or a later day on; of two for one day the later word holds.

    What was counted before stays as it was, and a clock that runs keeps the term under which it began. Raises
    ``Invalid`` for a day before today, for a value that does not fit by itself or among the others on that day and on
    later ones, and for a program that the actor neither runs nor sets up.
    """
    program = await unit.session.get(Program, given.program)
    if program is None or not _may_set(unit, program):
        raise Invalid(Problem("program", "NO_SUCH_PROGRAM"))
    if given.valid_from < local_date(unit.started_at, program.time_zone):
        raise Invalid(Problem("valid_from", "BEFORE_TODAY"))
    if problems := await _problems(unit, given):
        raise Invalid(*problems)
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


async def _problems(unit: Unit, given: SetValue) -> Sequence[Problem]:
    """What is wrong with a value on its first day, or on a later one until it is set anew."""
    history = await values_of(unit, given.program)
    ends = min((since for setting, _, since in history.changes
                if setting is given.setting and since > given.valid_from), default=date.max)  # fmt: skip
    days = {given.valid_from, *(since for _, _, since in history.changes if given.valid_from < since < ends)}
    found = [problem for day in sorted(days) for problem in check_value(given.setting, given.value, history.on(day))]
    return list({problem.code: problem for problem in found}.values())


def _may_set(unit: Unit, program: Program) -> bool:
    actor = unit.actor
    runs = program.id in actor.scope(Scope.PROGRAMS_RUN)
    return bool(actor.unscoped) or runs or program.foundation_id in actor.administers()
