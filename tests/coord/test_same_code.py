"""Two foundations may call a program by the same code: what the system does for one of them goes by the program itself."""

from uuid import UUID

import pytest

from coord.access import Actor, Grant, Role, Scope
from coord.contacts.codes import ImportState
from coord.contacts.tables import ServiceContact
from coord.kernel.errors import Invalid
from coord.measures.rollups.folding import FOLDER
from coord.measures.rollups.state import ready_programs
from coord.measures.rollups.tables import ContactChange
from coord.organizations.tables import Organization, OrganizationKind
from coord.programs import program_by_code, program_by_id
from coord.programs.finding import program_at
from coord.programs.tables import Part, Participation, Program
from coord.releases import release_preview
from coord.releases.inputs import RestateRelease
from coord.releases.restating import order_restatement
from coord.work import begin
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from tests.coord.importing.running import fates_of, imported, reasons_of, row, sheet
from tests.coord.making import asked, stored
from tests.coord.measures.rolling import agree, caught_up
from tests.coord.measures.test_folding import some_contacts
from tests.coord.releases.making import published, seen
from tests.world import BUILDER, FOUNDATION, NORTH, PROGRAM, PROGRAM_ID, STARTS, cast, fixed

pytestmark = pytest.mark.anyio
TWIN_HOME, TWIN = fixed("twin/foundation"), fixed("twin/program")


async def _twin() -> None:
    """Another foundation with a program of the cast's code."""
    async with begin(BUILDER) as unit:
        unit.add(
            Organization(id=TWIN_HOME, foundation_id=TWIN_HOME, code="T01", name="T", kind=OrganizationKind.FOUNDATION)
        )
        await unit.session.flush()
        unit.add(Program(id=TWIN, code=PROGRAM, name="T", foundation_id=TWIN_HOME, starts_on=STARTS))
        await unit.session.flush()
        unit.add(Participation(program_id=TWIN, organization_id=TWIN_HOME, part=Part.FOUNDATION, starts_on=STARTS))


def _officer_of_both() -> Actor:
    homes: tuple[UUID, ...] = (FOUNDATION, TWIN_HOME)
    grants = [Grant(home, Role.PROGRAM_OFFICER, home) for home in homes]
    return Actor.of(cast.ola.user_id or TWIN, "B", "en", grants, {Scope.PROGRAMS_RUN: (PROGRAM_ID, TWIN)})


async def test_figures_of_both_are_kept_ready(database: Database) -> None:
    await _twin()
    await some_contacts()
    await caught_up()
    async with begin(FOLDER, read_only=True) as unit:
        assert {PROGRAM_ID, TWIN} <= set(await ready_programs(unit))
    assert await stored(ContactChange) == []
    assert await agree(cast.ola, asked())


async def test_a_code_says_too_little_for_somebody_of_both_and_an_id_enough(database: Database) -> None:
    await _twin()
    async with begin(cast.ola, read_only=True) as unit:
        assert (await program_by_code(unit, PROGRAM)).id == PROGRAM_ID
    async with begin(_officer_of_both(), read_only=True) as unit:
        assert (await program_by_id(unit, PROGRAM_ID)).id == PROGRAM_ID
        with pytest.raises(Invalid):
            await program_by_code(unit, PROGRAM)


async def test_an_officer_of_both_reviews_and_restates_what_either_published(database: Database) -> None:
    await _twin()
    await seen()
    release = await published()
    async with begin(_officer_of_both(), read_only=True) as unit:
        preview = await release_preview(unit, release, ())
    assert preview.program.id == PROGRAM_ID
    async with begin(_officer_of_both()) as unit:
        await order_restatement(unit, RestateRelease(release=release, reason="A hospital sent three lists late."))
    (job,) = await stored(OutboxJob, OutboxJob.job == "releases.restate")
    assert job.arguments["release"] == str(release)


async def test_a_workbook_is_imported_for_the_hospital_whoever_else_has_the_code(database: Database) -> None:
    await _twin()
    report = await imported(sheet(row()))
    assert fates_of(report) == (1, 0, 0), reasons_of(report)
    (contact,) = await stored(ServiceContact)
    assert contact.program_id == PROGRAM_ID


async def test_a_title_is_held_against_the_hospitals_of_the_own_directory_alone(database: Database) -> None:
    await _twin()
    async with begin(BUILDER) as unit:
        unit.add(Organization(foundation_id=TWIN_HOME, code="T777", name="T", kind=OrganizationKind.HOSPITAL))
    report = await imported(sheet(row(), title="T777 2026年9月 医务社工服务记录表"))
    assert fates_of(report) == (1, 0, 0), "whether another foundation has a hospital of that code is told to nobody"
    refused = await imported(sheet(row(), title="H002 2026年9月 医务社工服务记录表"))
    assert refused.card.state is ImportState.REFUSED


async def test_a_program_of_that_code_is_found_where_somebody_takes_part(database: Database) -> None:
    await _twin()
    async with begin(FOLDER, read_only=True) as unit:
        found = [await program_at(unit, PROGRAM, place) for place in (NORTH, TWIN_HOME, fixed("nowhere"))]
        assert await program_at(unit, "NONE", NORTH) is None
    assert [one and one.id for one in found] == [PROGRAM_ID, TWIN, None]
