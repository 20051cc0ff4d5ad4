"""The draft of a quarter: protected figures of releases, money by purpose, words and stories that are published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col

from coord.agreements.spending import Spending, spending_of
from coord.kernel.errors import NotFound
from coord.kernel.sql import select
from coord.oversight.drafts.rules import named_sums
from coord.oversight.drafts.tables import DraftCheck
from coord.programs import program_by_code
from coord.programs.quarters import days_of
from coord.releases import ImpactQuery, ImpactReport, impact_report
from coord.releases.cumulating import Cumulated, cumulated
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class DraftCheckShown:
    """Who held which words against release and books, and when."""

    digest: str
    checked_at: datetime
    checked_by_name: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a foundation can publish of a quarter. ``spent``: None stands for a sum that is the pay of few."""

    report: ImpactReport
    since_start: Cumulated
    spent: Sequence[tuple[Spending, int | None]]
    checks: Sequence[DraftCheckShown]


@read("agreement.manage")
async def disclosure_draft(unit: Unit, program: str, quarter: str) -> Draft:
    """The draft of a published quarter. Raises ``NotFound`` for a foreign program, and where it is not published."""
    facts = await program_by_code(unit, program)
    report = await impact_report(unit, ImpactQuery.parse({"program": program, "period": quarter}))
    if report is None or len(report.parts) != 1:
        raise NotFound
    spent = await spending_of(unit, facts.id, days_of(quarter)[1])
    statement = (
        select(DraftCheck)
        .where(col(DraftCheck.program_id) == facts.id, col(DraftCheck.period) == quarter)
        .order_by(col(DraftCheck.checked_at).desc())
    )
    checks = [DraftCheckShown(one.digest, one.checked_at, one.checked_by_name) for one in await unit.scalars(statement)]
    return Draft(report, await cumulated(unit, facts, quarter), named_sums(spent, report.parameters), checks)
