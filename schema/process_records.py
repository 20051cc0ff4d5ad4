"""The process record of a service through the API, for the care team alone."""

from typing import Any

import strawberry

from coord.contacts.process.codes import ContactMethod, RiskChange
from coord.contacts.process.inputs import PROCESS_FIELDS
from coord.contacts.process.reads import process_sheets
from schema.looking import Info
from schema.scalars import Date

strawberry.enum(ContactMethod, description="How the person was met. 服务方式。")
strawberry.enum(RiskChange, description="Beside the last time. 自伤风险较上次的变化。")


@strawberry.type(
    description="How a service was done, what the worker made of it, what comes next; the summary is `note` of the input. "
    "过程记录：服务方式、社工分析与下一步。"
)
class ProcessRecord:
    """A process record."""

    method: ContactMethod | None
    focus: str | None
    analysis: str | None
    risk_change: RiskChange | None
    next_step: str | None
    next_on: Date | None
    travel_minutes: int | None
    record_minutes: int | None
    volunteers: int | None
    budget_used: int | None = strawberry.field(description="Money used, in whole units. 使用经费（元）。")
    satisfaction: int | None = strawberry.field(description="1 to 5. 满意度，1 至 5 分。")


async def process_of(info: Info, root: strawberry.Parent[Any]) -> ProcessRecord | None:
    """The process record of a contact; of all contacts of a page in one statement."""
    context = info.context
    if not context.actor.may("contact.read_note"):
        return None

    async def load(ids: list[Any]) -> list[ProcessRecord | None]:
        found = await process_sheets(context.unit, ids)
        return [
            ProcessRecord(**{name: getattr(found[key], name) for name in PROCESS_FIELDS}) if key in found else None
            for key in ids
        ]

    read: ProcessRecord | None = await context.loader("process_record", load).load(root.column("id"))
    return read
