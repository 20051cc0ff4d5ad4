"""What a sponsor's money brought about: the published figures of the hospitals that it funds, and the money itself.

Cells of the published release and nothing else: no count of its own, no further rounding. A sponsor's figures are what
everybody would read who asks the release for the same hospitals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col

from coord.access import Role
from coord.agreements.funded import funded_hospitals
from coord.agreements.published import Grants, grants
from coord.kernel.errors import Invalid, NotFound
from coord.kernel.sql import select
from coord.measures import Dimension
from coord.organizations.tables import Organization
from coord.programs import program_by_code
from coord.programs.quarters import days_of, quarters_of
from coord.releases.inputs import LATEST, ImpactQuery
from coord.releases.reads import ImpactReport, impact_report, newest_quarter, published_periods
from coord.work import Unit, read

BY_HOSPITAL = (Dimension.HOSPITAL,)


@dataclass(frozen=True, slots=True)
class Granted:
    """A sponsor's part of a program: ``report`` is None where nothing is published yet, or no hospital is funded.

    ``hospitals``: those funded in the period, also such as the release does not know.
    """

    sponsor: str
    period: str
    periods: Sequence[str]
    hospitals: Sequence[UUID]
    report: ImpactReport | None


@read("grant.read")
async def granted(unit: Unit, program: str, period: str) -> Granted:
    """The figures of the hospitals that the actor's sponsor funds, of the newest quarter for an empty period.

    Raises ``NotFound`` for a foreign program, and for a period that has no report.
    """
    facts, periods = await program_by_code(unit, program), await published_periods(unit, program)
    if period and period not in periods:
        raise NotFound
    asked = period or newest_quarter(periods)
    sponsor = await _sponsor(unit)
    if not asked:
        return Granted(sponsor, "", (), (), None)
    hospitals = sorted(await funded_hospitals(unit, facts.id, *_days(asked)))
    report = await _report(unit, program, asked, hospitals, sponsor) if hospitals else None
    return Granted(sponsor, asked, periods, hospitals, report)


def _days(period: str) -> tuple[date, date]:
    quarters = quarters_of(period)
    return days_of(quarters[0])[0], days_of(quarters[-1])[1]


async def _report(
    unit: Unit, program: str, period: str, hospitals: Sequence[UUID], sponsor: str
) -> ImpactReport | None:
    try:
        query = ImpactQuery.parse(
            {"program": program, "period": period, "group_by": BY_HOSPITAL, "hospitals": tuple(hospitals)}
        )
    except Invalid:
        raise NotFound from None
    report = await impact_report(unit, query)
    return None if report is None else report.of_hospitals_of(sponsor)


async def _sponsor(unit: Unit) -> str:
    """What the directory calls the actor's sponsors."""
    ids = unit.actor.at(Role.SPONSOR_VIEWER)
    names: Sequence[str] = await unit.scalars(
        select(Organization.name).where(col(Organization.id).in_(ids)).order_by(col(Organization.code))
    )
    return "、".join(names)


@read("agreement.list")
async def newest_with_money(unit: Unit, program: str) -> tuple[ImpactReport, Grants]:
    """The newest published quarter by hospital, and the signed agreements that the actor may see.

    Raises ``NotFound`` for a foreign program, and before the first release.
    """
    query = ImpactQuery.parse({"program": program, "period": LATEST, "group_by": BY_HOSPITAL})
    report = await impact_report(unit, query)
    if report is None:
        raise NotFound
    return report, await grants(unit, program)
