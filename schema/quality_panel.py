"""The data quality of a month through the API."""

from typing import Any

import strawberry

from coord.oversight.quality import quality_panel
from coord.periods import Timeliness
from schema.inputs import text
from schema.looking import Info
from schema.measures import hospital_of
from schema.organizations import Organization


@strawberry.type(description="The data quality of a hospital's month. 一家医院当月的数据质量。")
class QualityLine:
    """One line of the panel."""

    hospital: Organization = strawberry.field(resolver=hospital_of)
    is_expected: bool
    completeness: float
    timeliness: Timeliness
    in_time: float | None = strawberry.field(description="Records written in time (Q5). 及时记录率。")
    doubled: int = strawberry.field(description="Open doubts of records entered twice. 疑似重复，未处理。")
    implausible: int = strawberry.field(description="Open doubts of times. 时长或时间存疑，未处理。")
    backdated: int = strawberry.field(description="Open doubts of late entries. 补录过晚，未处理。")


async def panel(info: Info, program: str, month: str) -> list[QualityLine]:
    """A month of every hospital, most doubts first."""
    code, name = text("program", program) or "", text("month", month) or ""
    lines: Any = await quality_panel(info.context.unit, code, name)
    return list(lines)
