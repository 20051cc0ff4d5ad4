"""Two foundations whose programs have one code: each has a public page, the short address asks which is meant."""

import json
from uuid import UUID

import pytest

from coord.demo.loading import trusted
from coord.kernel.clock import now
from coord.organizations.tables import Organization, OrganizationKind
from coord.programs.tables import Program
from coord.releases.codes import ReleaseState
from coord.releases.parameters import Parameters
from coord.releases.tables import Release
from coord.work import begin
from coord.work.engine import Database
from tests.coord.releases.making import published, seen
from tests.interference.rows import chance, put, row
from tests.schema.api import asking_as
from tests.web.visit import visitor
from tests.world import BUILDER, FOUNDATION, PROGRAM, STARTS, cast, fixed

pytestmark = pytest.mark.anyio
OTHER, OTHER_PROGRAM, OTHER_RELEASE = fixed("other/foundation"), fixed("other/program"), fixed("other/release")
CODE = "F77"


async def second_foundation(*, is_published: bool = True) -> UUID:
    """Another directory with a foundation, a program of the same code, and its report of one hospital of its own."""
    place = {"id": str(fixed("other/hospital")), "code": "H001", "name": "Riverside", "province": "上海"}
    state = ReleaseState.PUBLISHED if is_published else ReleaseState.BUILT
    rows = [
        row(Organization, id=OTHER, foundation_id=OTHER, code=CODE, name="Other foundation",
            kind=OrganizationKind.FOUNDATION, fictional=True, search_text="other"),
        row(Program, id=OTHER_PROGRAM, code=PROGRAM, name="Another program", foundation_id=OTHER, starts_on=STARTS),
        row(Release, id=OTHER_RELEASE, program_id=OTHER_PROGRAM, period="2026Q2", rules_version="2026.1", state=state,
            parameters=Parameters().stored(), places=[place], notes=[], digest="0" * 64,
            published_at=now() if is_published else None),
    ]  # fmt: skip
    async with begin(BUILDER) as unit, trusted(unit):
        await put(unit, rows, chance("other"))
    return OTHER_RELEASE


async def test_each_has_a_page_at_the_codes_of_foundation_and_program(database: Database) -> None:
    await seen()
    made = await published()
    other = await second_foundation()
    async with begin(BUILDER) as unit:
        own = await unit.session.get(Organization, FOUNDATION)
    assert own is not None
    async with visitor() as anybody:
        first = (await anybody.get(f"/impact/{own.code}/{PROGRAM}")).text
        second = (await anybody.get(f"/impact/{CODE}/{PROGRAM}")).text
        told = json.loads((await anybody.get(f"/impact/{CODE}/{PROGRAM}/report.json")).content)
    assert "Another program" in second
    assert "Riverside" in second
    assert str(other) in second
    assert str(made) in first
    assert "Riverside" not in first
    assert f'href="/impact/{CODE}/{PROGRAM}/report.pdf?period=2026Q2"' in second
    assert (told["program"]["name"], told["period"]) == ("Another program", "2026Q2")


async def test_the_short_address_asks_which_is_meant(database: Database) -> None:
    await seen()
    await published()
    await second_foundation()
    async with visitor() as anybody:
        answer = await anybody.get(f"/impact/{PROGRAM}", headers={"Accept-Language": "en"})
        assert (await anybody.get(f"/impact/{PROGRAM}/report.json")).status_code == 404
    assert answer.status_code == 300
    assert f'href="/impact/{CODE}/{PROGRAM}"' in answer.text
    assert "Several foundations have a program with the code DIP." in answer.text


async def test_where_one_alone_has_the_code_the_short_address_stays(database: Database) -> None:
    await seen()
    await published()
    async with visitor() as anybody:
        assert (await anybody.get(f"/impact/{PROGRAM}")).status_code == 200
        assert (await anybody.get(f"/impact/{PROGRAM}/report.json")).status_code == 200


@pytest.mark.parametrize("path", ["/impact/NONE/DIP", "/impact/F77/NONE", "/impact/F77/DIP", "/impact/NONE/NONE"])
async def test_what_is_not_published_is_not_there(database: Database, path: str) -> None:
    await second_foundation(is_published=False)
    async with visitor() as anybody:
        for address in (path, f"{path}/report.json"):
            assert (await anybody.get(address)).status_code == 404


async def test_members_of_one_foundation_ask_the_api_as_before(database: Database) -> None:
    await seen()
    await published()
    await second_foundation()
    async with asking_as(cast.fatima) as api:
        told = await api.data('{ impactReport(program: "DIP", period: "LATEST") { period program { name } } }')
    assert told["impactReport"] == {"period": "2026Q3", "program": {"name": "Depression intervention"}}
