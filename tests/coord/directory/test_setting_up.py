"""Setting up a program: organizations, programs, workers, posts; by the administrator alone."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from coord.audit.tables import AuditEntry
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.kernel.paging import PageRequest
from coord.organizations import AddOrganization, OrganizationKind, add_organization, organization_by_code, organizations
from coord.organizations.tables import Organization
from coord.placements import Place, are_colleagues, filter_choices, place, placements, posts_of_worker
from coord.placements.tables import Placement
from coord.programs import (
    AddProgram,
    JoinProgram,
    Part,
    add_program,
    join_program,
    program_by_code,
    programs,
    take_part,
)
from coord.programs.tables import Participation, Program
from coord.work import Unit, begin
from coord.work.engine import Database
from coord.workforce import AddWorker, add_worker, worker_of_actor, workers_by_name
from coord.workforce.tables import Worker
from tests.coord.making import stored
from tests.world import (
    AGENCY,
    BUILDER,
    CAST,
    CENTER,
    EVE_WORKER,
    FOUNDATION,
    NIA_WORKER,
    NORTH,
    PROGRAM,
    PROGRAM_ID,
    SAM_WORKER,
    SOUTH,
    cast,
    fixed,
)  # fmt: skip

pytestmark = pytest.mark.anyio
NOWHERE = fixed("nowhere")
ORGANIZATION = {"code": "H900", "name": "曾氏医院", "kind": "HOSPITAL", "foundation_id": FOUNDATION}
PROGRAM_TWO = {"code": "TWO", "name": "Second", "foundation_id": FOUNDATION, "starts_on": "2026-01-01"}
JOINING = {"program_id": PROGRAM_ID, "organization_id": CENTER, "part": "ASSOCIATION", "starts_on": "2026-01-01"}
WORKER = {"code": "W-NEW", "display_name": "New", "employer_id": AGENCY}
POST = {
    "program_id": PROGRAM_ID, "hospital_id": NORTH, "employer_id": AGENCY, "worker_id": EVE_WORKER,
    "starts_on": "2026-01-01",
}  # fmt: skip
Verb = Callable[[Unit, Any], Awaitable[Any]]
VERBS: dict[str, tuple[Verb, Any, dict[str, Any], Any]] = {
    "organization.add": (add_organization, AddOrganization, ORGANIZATION, Organization),
    "program.add": (add_program, AddProgram, PROGRAM_TWO, Program),
    "program.join": (join_program, JoinProgram, JOINING, Participation),
    "worker.add": (add_worker, AddWorker, WORKER, Worker),
    "placement.add": (place, Place, POST, Placement),
}


async def do(verb: str, actor: Any = cast.adam, **changed: Any) -> Any:
    """Carry out one verb with its valid input, changed where a test needs it."""
    act, form, given, _ = VERBS[verb]
    async with begin(actor) as unit:
        return await act(unit, form.parse({**given, **changed}))


@pytest.mark.parametrize("verb", VERBS)
async def test_an_administrator_does_it_and_it_is_on_the_trail(database: Database, verb: str) -> None:
    before = len(await stored(VERBS[verb][3]))
    row = await do(verb)
    assert len(await stored(VERBS[verb][3])) == before + 1
    (entry,) = await stored(AuditEntry)
    assert (entry.verb, entry.subject_id, entry.actor_name) == (verb, row.id, "Adam")


@pytest.mark.parametrize("verb", VERBS)
async def test_nobody_else_does_it_and_nothing_changes(database: Database, verb: str) -> None:
    before = len(await stored(VERBS[verb][3]))
    for name in CAST:
        if name != "adam":
            with pytest.raises(NotAllowed):
                await do(verb, getattr(cast, name))
    assert (len(await stored(VERBS[verb][3])), await stored(AuditEntry)) == (before, [])


@pytest.mark.parametrize(
    ("verb", "changed", "expected"),
    [
        ("organization.add", {"code": "H001"}, ("code", "CODE_TAKEN")),
        ("program.add", {"code": "DIP"}, ("code", "CODE_TAKEN")),
        ("program.join", {"organization_id": NORTH, "part": "HOSPITAL"}, ("organization_id", "JOINED_ALREADY")),
        ("worker.add", {"code": "W-SAM"}, ("code", "CODE_TAKEN")),
    ],
)
async def test_what_is_there_already_is_a_conflict(
    database: Database, verb: str, changed: dict[str, Any], expected: tuple[str, str]
) -> None:
    with pytest.raises(Conflict) as refused:
        await do(verb, **changed)
    assert [(p.field, p.code) for p in refused.value.problems] == [expected]


@pytest.mark.parametrize(
    ("verb", "changed", "expected"),
    [
        ("program.add", {"foundation_id": NOWHERE}, ("foundation_id", "NO_SUCH_ORGANIZATION")),
        ("program.add", {"ends_on": "2025-12-31"}, ("ends_on", "ENDS_BEFORE_START")),
        ("program.join", {"program_id": NOWHERE}, ("program_id", "NO_SUCH_PROGRAM")),
        ("program.join", {"organization_id": NOWHERE}, ("organization_id", "NO_SUCH_ORGANIZATION")),
        ("program.join", {"ends_on": "2025-12-31"}, ("ends_on", "ENDS_BEFORE_START")),
        ("worker.add", {"employer_id": NOWHERE}, ("employer_id", "NO_SUCH_ORGANIZATION")),
        ("placement.add", {"program_id": NOWHERE}, ("program_id", "NO_SUCH_PROGRAM")),
        ("placement.add", {"hospital_id": NOWHERE}, ("hospital_id", "NO_SUCH_ORGANIZATION")),
        ("placement.add", {"employer_id": NOWHERE}, ("employer_id", "NO_SUCH_ORGANIZATION")),
        ("placement.add", {"worker_id": NOWHERE}, ("worker_id", "NO_SUCH_WORKER")),
        ("placement.add", {"ends_on": "2025-12-31"}, ("ends_on", "ENDS_BEFORE_START")),
        ("organization.add", {"name": "a\u202eb"}, ("name", "CONTROL_CHARACTERS")),
        ("organization.add", {"foundation_id": NOWHERE}, ("foundation_id", "NO_SUCH_ORGANIZATION")),
        ("organization.add", {"foundation_id": None}, ("foundation_id", "NO_SUCH_ORGANIZATION")),
        ("organization.add", {"foundation_id": NORTH}, ("foundation_id", "NO_SUCH_ORGANIZATION")),
        ("organization.add", {"kind": "CLUB"}, ("kind", "NOT_A_CHOICE")),
    ],
)
async def test_what_does_not_exist_or_fit_is_named_and_nothing_is_written(
    database: Database, verb: str, changed: dict[str, Any], expected: tuple[str, str]
) -> None:
    before = len(await stored(VERBS[verb][3]))
    with pytest.raises(Invalid) as refused:
        await do(verb, **changed)
    assert [(p.field, p.code) for p in refused.value.problems] == [expected]
    assert len(await stored(VERBS[verb][3])) == before


async def test_a_vacancy_is_a_post_without_a_worker(database: Database) -> None:
    row = await do("placement.add", worker_id=None, department="")
    assert (row.worker_id, row.department) == (None, None)


async def test_a_new_organization_is_found_by_every_reading_of_its_first_character(database: Database) -> None:
    await do("organization.add")
    async with begin(cast.ola, read_only=True) as unit:
        for search in ("曾", "zengshi", "zsyy", "csyy", "h900"):
            page = await organizations(unit, ["code"], PageRequest(9), search=search)
            assert [row["code"] for row in page.rows] == ["H900"], search
        page = await organizations(unit, ["code"], PageRequest(9), kind=OrganizationKind.HOSPITAL)
        assert [row["code"] for row in page.rows] == ["H001", "H002", "H900"]
        assert (await organization_by_code(unit, " h001".upper()))["name"] == "北岸医院 North"
        with pytest.raises(NotFound):
            await organization_by_code(unit, "\x00")


async def test_programs_are_seen_by_who_takes_part(database: Database) -> None:
    await do("program.add")
    async with begin(cast.ola, read_only=True) as unit:
        page = await programs(unit, ["code", "foundation.name"], PageRequest(9))
        assert [(row["code"], row["foundation.name"]) for row in page.rows] == [(PROGRAM, "Lantern Foundation")]
        with pytest.raises(NotFound):
            await program_by_code(unit, "TWO")
        assert (await program_by_code(unit, "ＤＩＰ")).id == PROGRAM_ID
        assert await take_part(unit, [NORTH, SOUTH], PROGRAM_ID)
        assert not await take_part(unit, [NORTH, NORTH], PROGRAM_ID)
        assert not await take_part(unit, [NORTH, NOWHERE], PROGRAM_ID)
    assert {row.part for row in await stored(Participation)} == set(Part) - {Part.ASSOCIATION}


async def test_posts_are_listed_by_program_and_hospital_for_who_may_see_them(database: Database) -> None:
    async with begin(cast.ola, read_only=True) as unit:
        rows = (await placements(unit, ["worker.display_name", "hospital.code"], PageRequest(9), program=PROGRAM)).rows
        assert {(r["worker.display_name"], r["hospital.code"]) for r in rows} == {
            ("Sam", "H001"), ("Eve", "H001"), ("Nia", "H002"),
        }  # fmt: skip
        south = await placements(unit, ["worker_id"], PageRequest(9), hospital=SOUTH)
        assert [row["worker_id"] for row in south.rows] == [NIA_WORKER]
        assert (await placements(unit, [], PageRequest(9), program="NOPE")).rows == []
        choices = await filter_choices(unit, PROGRAM, hospital=NORTH)
        assert [c.code for c in choices.hospitals] == ["H001", "H002"]
        assert [c.name for c in choices.workers] == ["Eve", "Sam"]
        assert [c.name for c in (await filter_choices(unit, PROGRAM)).workers] == ["Eve", "Nia", "Sam"]


async def test_a_worker_knows_their_posts_and_colleagues(database: Database) -> None:
    async with begin(cast.sam, read_only=True) as unit:
        (post,) = await posts_of_worker(unit)
        assert (post.program_code, post.hospital_id, post.worker_id) == (PROGRAM, NORTH, SAM_WORKER)
        assert await are_colleagues(unit, [EVE_WORKER], post)
        assert not await are_colleagues(unit, [EVE_WORKER, NIA_WORKER], post)
        assert not await are_colleagues(unit, [SAM_WORKER], post)
        worker = await worker_of_actor(unit)
        assert worker is not None
        assert worker.id == SAM_WORKER
        assert await workers_by_name(unit, [AGENCY], ["Eve", "Nobody"]) == {"Eve": EVE_WORKER}
    async with begin(cast.ola, read_only=True) as unit:
        assert (await posts_of_worker(unit), await worker_of_actor(unit)) == ([], None)


async def test_the_system_is_no_worker(database: Database) -> None:
    system = type(BUILDER)(None, "system", permissions=frozenset({"worker.list"}), unscoped="test")
    async with begin(system, read_only=True) as unit:
        assert await worker_of_actor(unit) is None
