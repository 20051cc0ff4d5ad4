"""Jobs of referrals: what follows a forward, and what time does."""

from uuid import UUID

from coord.access import system
from coord.referrals.borders import look_at_borders
from coord.referrals.discharged import follow_discharge
from coord.referrals.reviewing import expire, forwarded
from coord.referrals.ticking import TIME, speak
from coord.work import Unit
from workers.jobs.job import Job

_SECRETARY = system(
    "referral follow-up", "writes the draft that a forwarded referral becomes", "job.run", "program.list"
)

_BORDER = system(
    "borders", "ends shares across a border without consent", "job.run", "organization.list", "consent.list"
)


async def _speak(unit: Unit) -> None:
    await speak(unit, unit.started_at)


async def _expire(unit: Unit) -> None:
    await expire(unit, unit.started_at)


async def _follow_on(unit: Unit, referral: str, target: str) -> None:
    await forwarded(unit, UUID(referral), UUID(target))


async def _follow_discharge(unit: Unit, client: str) -> None:
    await follow_discharge(unit, UUID(client))


async def _borders(unit: Unit, organization: str, after: str) -> None:
    await look_at_borders(unit, UUID(organization), UUID(after) if after else None)


JOBS = {
    "referrals.borders": Job(_BORDER, _borders),
    "referrals.clocks": Job(TIME, _speak),
    "referrals.expire": Job(TIME, _expire),
    "referrals.follow_on": Job(_SECRETARY, _follow_on),
    "referrals.follow_discharge": Job(TIME, _follow_discharge),
}
