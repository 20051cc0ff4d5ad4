"""What everybody may see, without signing in: published reports."""

from collections.abc import Sequence
from dataclasses import dataclass

from coord.access import system
from coord.kernel.errors import Invalid, NotFound
from coord.measures import Dimension
from coord.releases.inputs import ImpactQuery
from coord.releases.reads import (
    ImpactReport,
    Publishing,
    impact_report,
    newest_quarter,
    published_periods,
    publishers,
)
from coord.work import begin

EVERYBODY = system("public page", "shows everybody what is published", "program.list", "release.read")


@dataclass(frozen=True, slots=True)
class PublicReport:
    """A report, and the other periods that have one."""

    report: ImpactReport
    periods: Sequence[str]


async def public_report(
    program: str, period: str, by: Sequence[Dimension] = (), *, release: str = "", foundation: str | None = None
) -> PublicReport:
    """The report of a period, of the newest one for an empty period; one release by its id, also a superseded one.

    Raises ``NotFound`` where none is published, and where two foundations have the code and ``foundation`` names neither.
    """
    try:
        async with begin(EVERYBODY, read_only=True) as unit:
            periods = await published_periods(unit, program, foundation)
            query = ImpactQuery.parse(
                {
                    "program": program, "period": period or newest_quarter(periods), "group_by": tuple(by),
                    "release": release or None, "foundation": foundation,
                }
            )  # fmt: skip
            report = await impact_report(unit, query)
    except Invalid:
        raise NotFound from None
    if report is None:
        raise NotFound
    return PublicReport(report, periods)


async def public_publishers(program: str) -> Sequence[Publishing]:
    """The foundations whose program of this code has a report."""
    async with begin(EVERYBODY, read_only=True) as unit:
        return await publishers(unit, program)
