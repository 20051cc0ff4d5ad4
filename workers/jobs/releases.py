"""Jobs of releases: counting, rounding and storing a quarter."""

from uuid import UUID

from coord.access import system
from coord.releases import build_release
from coord.releases.orders import BUILD, RESTATE
from coord.releases.restating import restate_release
from coord.work import Unit
from workers.jobs.job import Job

_BUILDER = system(
    "release builder",
    "counts a quarter once and stores what may be published",
    "job.run",
    "measure.read",
    "release.count",
    "release.list",
    "release.read",
)


async def _build(unit: Unit, program: str, quarter: str, ordered_by: str) -> None:
    await build_release(unit, UUID(program), quarter, UUID(ordered_by))


async def _restate(unit: Unit, release: str, ordered_by: str, reason: str) -> None:
    await restate_release(unit, UUID(release), UUID(ordered_by), reason)


JOBS = {BUILD: Job(_BUILDER, _build), RESTATE: Job(_BUILDER, _restate)}
