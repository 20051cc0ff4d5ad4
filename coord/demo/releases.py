"""Releases of the demo: the last whole quarters whose months are locked, published; the older ones first."""

from datetime import date

from sqlmodel import col

from coord.access import system
from coord.demo import places
from coord.kernel.sql import select
from coord.programs import program_by_code
from coord.programs.quarters import last_quarters
from coord.releases.building import build_release
from coord.releases.codes import ReleaseState
from coord.releases.ordering import open_months
from coord.releases.signing import sign
from coord.releases.tables import Release
from coord.work import Unit

RELEASES = system(
    "demo releases",
    "publishes the demo's quarters",
    "job.run",
    "program.list",
    "release.count",
    "release.list",
    "release.read",
    "measure.read",
)
_LOOKED_AT = 3


async def lay_releases(unit: Unit, today: date) -> None:
    """Publish every quarter that can be; the next one waits for its months, as it would."""
    program = await program_by_code(unit, places.PROGRAM)
    for quarter in reversed(last_quarters(today, _LOOKED_AT)):
        if await open_months(unit, program, quarter):
            continue
        made = await build_release(unit, program.id, quarter, None)
        release: Release = await unit.scalar(select(Release).where(col(Release.id) == made))
        release.state, release.published_at = ReleaseState.PUBLISHED, unit.started_at
        release.signing_key, release.signature = sign(release.id, release.digest)
