"""Who takes part in a program, by the day that it is there."""

from datetime import UTC, date, datetime

import pytest

from coord.organizations.tables import Organization, OrganizationKind
from coord.programs import Part, participants
from coord.programs.tables import Participation
from coord.work import begin
from coord.work.engine import Database
from tests.world import BUILDER, FOUNDATION, PROGRAM_ID, cast, fixed

pytestmark = pytest.mark.anyio
LATE, GONE = fixed("organization/late"), fixed("organization/gone")


async def test_whoever_begins_today_takes_part_from_midnight_of_the_program(database: Database) -> None:
    """At 17:00 UTC on the 3rd it is already the 4th in Asia/Shanghai."""
    async with begin(BUILDER) as unit:
        for key, begins, ends in ((LATE, "2026-09-04", None), (GONE, "2026-01-01", "2026-09-03")):
            unit.add(
                Organization(
                    id=key,
                    code=f"P-{key.hex[:4]}",
                    name="机构",
                    foundation_id=FOUNDATION,
                    kind=OrganizationKind.COMMUNITY_ORG,
                )
            )
            await unit.session.flush()
            unit.add(Participation(program_id=PROGRAM_ID, organization_id=key, part=Part.COMMUNITY,
                                   starts_on=date.fromisoformat(begins),
                                   ends_on=date.fromisoformat(ends) if ends else None))  # fmt: skip
    found = []
    for hour in (15, 17):
        async with begin(cast.sam, read_only=True) as unit:
            unit.started_at = datetime(2026, 9, 3, hour, tzinfo=UTC)
            named = {key for key, _ in await participants(unit, PROGRAM_ID, [Part.COMMUNITY])}
            found.append(named & {LATE, GONE})
    assert found == [{GONE}, {LATE}]
