"""The numbers that a program sets for itself, through the API."""

from typing import Annotated, Any

import strawberry

from coord.kernel.clock import local_date
from coord.programs import Setting, program_by_code
from coord.programs.setting_values import SetValue, set_value, setting_cards
from schema.errors import Rejected
from schema.inputs import raw, text
from schema.looking import Info
from schema.scalars import Date

strawberry.enum(Setting, name="ProgramSettingName", description="What a program sets for itself. 项目设置项。")


@strawberry.type(description="A setting as it holds today. 当前生效的设置。")
class ProgramSetting:
    """A number of a program."""

    setting: Setting
    value: int
    since: Date | None = strawberry.field(description="Null for the default. 默认值时为 null。")
    default: int
    next_value: int | None
    next_from: Date | None


async def program_settings(info: Info, program: str) -> list[ProgramSetting]:
    """Every setting of a program."""
    unit = info.context.unit
    facts = await program_by_code(unit, text("program", program) or "")
    cards: Any = await setting_cards(unit, facts.id, local_date(unit.started_at, facts.time_zone))
    return list(cards)


@strawberry.input(description="A value from a day on. 自某日起生效的值。")
class SetProgramSettingInput:
    """What ``SetValue`` takes."""

    program: str
    setting: Setting
    value: int
    valid_from: Date = strawberry.field(description="Today or later. 今天或以后。")


@strawberry.type(description="The settings after the change. 更改后的设置。")
class ProgramSettingChanged:
    """The answer to a change."""

    settings: list[ProgramSetting]


SetProgramSettingResult = Annotated[ProgramSettingChanged | Rejected, strawberry.union("SetProgramSettingResult")]


async def change(
    info: Info, given_input: Annotated[SetProgramSettingInput, strawberry.argument(name="input")]
) -> SetProgramSettingResult:
    """Give a setting another value."""
    unit, said = info.context.unit, raw(given_input, {})
    facts = await program_by_code(unit, text("program", said["program"]) or "")
    await set_value(unit, SetValue.parse({**said, "program": facts.id}))
    return ProgramSettingChanged(settings=await program_settings(info, given_input.program))
