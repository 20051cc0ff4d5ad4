"""What was said of an indicator: every version, baseline and target with its reason, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col

from coord.kernel.sql import select
from coord.results.tables import IndicatorBaseline, IndicatorDefinition, IndicatorTarget
from coord.work import Unit, read

_MOST = 500


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was said: ``kind`` is version, baseline or target."""

    at: datetime
    kind: str
    reason: str | None
    period: str = ""
    row: IndicatorBaseline | IndicatorTarget | None = None


@read("result.list")
async def history(unit: Unit, program_id: UUID, code: str) -> Sequence[Told]:
    """Everything that was said of an indicator. Three statements."""
    of_code = (col(IndicatorDefinition.program_id) == program_id, col(IndicatorDefinition.code) == code)
    definitions = await unit.scalars(select(IndicatorDefinition).where(*of_code).limit(_MOST))
    ids = select(IndicatorDefinition.id).where(*of_code)
    baselines = select(IndicatorBaseline).where(col(IndicatorBaseline.definition_id).in_(ids))
    targets = select(IndicatorTarget).where(col(IndicatorTarget.definition_id).in_(ids))
    told = [Told(one.defined_at, "version", one.reason, f"{one.version}") for one in definitions]
    told += [Told(one.set_at, "baseline", one.reason, row=one) for one in await unit.scalars(baselines.limit(_MOST))]
    told += [
        Told(one.set_at, "target", one.reason, one.period, one) for one in await unit.scalars(targets.limit(_MOST))
    ]
    return sorted(told, key=lambda one: one.at, reverse=True)
