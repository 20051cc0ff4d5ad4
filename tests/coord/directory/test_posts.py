"""Posts from vacancy to the last day: who takes one, from when, and what stays as it was."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from coord.access import Actor, Grant, Role
from coord.audit.tables import AuditEntry
from coord.identity.tables import Membership
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.organizations.tables import Organization, OrganizationKind
from coord.placements import end_post, fill_post, posts_of_worker
from coord.placements.inputs import EndPost, Fill
from coord.placements.people import candidates
from coord.placements.setting_up import employees, post_set_up, posts_set_up
from coord.placements.tables import Placement
from coord.programs import AddProgram, JoinProgram, join_program, start_program
from coord.programs.setting_up import one_set_up, partners, programs_set_up
from coord.programs.tables import Program
from coord.work import begin
from coord.work.engine import Database
from coord.workforce import AddWorker, add_worker
from coord.workforce.tables import Worker
from tests.coord.making import signed_in, stored
from tests.world import AGENCY, BUILDER, CAST, FOUNDATION, NORTH, PROGRAM_ID, SAM_WORKER, SOUTH, cast, fixed

pytestmark = pytest.mark.anyio
OPENED, FROM = date(2026, 3, 1), "2026-04-01"
OTHER = fixed("other foundation")


@pytest.fixture
async def vacancy(database: Database) -> UUID:
    """A vacant post of the agency at North, and Petra as a social worker there."""
    row = Placement(program_id=PROGRAM_ID, hospital_id=NORTH, employer_id=AGENCY, starts_on=OPENED)
    async with begin(BUILDER) as unit:
        unit.add(row)
        unit.add(
            Membership(user_id=fixed("user/petra"), organization_id=NORTH, role=Role.SOCIAL_WORKER, starts_on=OPENED)
        )
    return row.id


async def _fill(post: UUID, actor: Actor = cast.adam, **changed: Any) -> Placement:
    given = {"user_id": fixed("user/petra"), "code": "W-PETRA", "starts_on": FROM, **changed}
    async with begin(actor) as unit:
        return await fill_post(unit, post, Fill.parse(given))


async def _end(post: UUID, actor: Actor = cast.adam, **changed: Any) -> None:
    async with begin(actor) as unit:
        await end_post(unit, post, EndPost.parse({"last_day": "2026-04-30", **changed}))


async def _stays() -> list[tuple[date, date | None, UUID | None]]:
    """The posts that opened in March, in order."""
    rows = await stored(Placement, Placement.starts_on >= OPENED)
    return sorted(((row.starts_on, row.ends_on, row.worker_id) for row in rows), key=lambda row: row[0])


async def _problems(work: Any, kind: type[Invalid] | type[Conflict] = Invalid) -> list[tuple[str, str]]:
    with pytest.raises(kind) as refused:
        await work
    found: Any = refused.value
    return [(p.field, p.code) for p in found.problems]


async def test_a_person_takes_a_vacant_post_and_the_time_before_stays_vacant(vacancy: UUID) -> None:
    await _fill(vacancy)
    (petra,) = await stored(Worker, Worker.code == "W-PETRA")
    assert (petra.user_id, petra.display_name, petra.employer_id) == (fixed("user/petra"), "Petra", AGENCY)
    assert await _stays() == [(OPENED, date(2026, 3, 31), None), (date(2026, 4, 1), None, petra.id)]
    async with begin(await signed_in("petra"), read_only=True) as unit:
        assert [post.hospital_id for post in await posts_of_worker(unit)] == [NORTH]
    assert [entry.verb for entry in await stored(AuditEntry)] == ["worker.add", "placement.end", "placement.fill"]


async def test_a_post_that_is_filled_from_its_first_day_stays_one_row(vacancy: UUID) -> None:
    filled = await _fill(vacancy, starts_on=str(OPENED))
    assert filled.id == vacancy
    assert [(starts_on, ends_on) for starts_on, ends_on, _ in await _stays()] == [(OPENED, None)]


async def test_a_worker_who_is_known_needs_no_code_and_gets_no_second_record(vacancy: UUID) -> None:
    await _fill(vacancy, user_id=fixed("user/sam"), code="")
    assert [worker for *_, worker in await _stays()] == [None, SAM_WORKER]
    assert len(await stored(Worker)) == 3


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"code": ""}, ("code", "REQUIRED")),
        ({"starts_on": "2026-02-28"}, ("starts_on", "NO_POST_ON_THAT_DAY")),
        ({"user_id": fixed("user/nia")}, ("user_id", "NO_ROLE_AT_HOSPITAL")),
        ({"user_id": fixed("user/ola")}, ("user_id", "NO_ROLE_AT_HOSPITAL")),
        ({"user_id": fixed("user/nobody")}, ("user_id", "NO_ROLE_AT_HOSPITAL")),
    ],
)
async def test_whoever_cannot_take_it_is_named_and_the_post_stays_vacant(
    vacancy: UUID, changed: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert await _problems(_fill(vacancy, **changed)) == [problem]
    assert await _stays() == [(OPENED, None, None)]


async def test_a_worker_of_another_employer_does_not_take_it(vacancy: UUID) -> None:
    async with begin(BUILDER) as unit:
        (await unit.find(Worker, SAM_WORKER)).employer_id = NORTH
    assert await _problems(_fill(vacancy, user_id=fixed("user/sam"))) == [("user_id", "WORKS_FOR_ANOTHER")]


async def test_a_code_of_somebody_else_and_a_filled_post_are_conflicts(vacancy: UUID) -> None:
    assert await _problems(_fill(vacancy, code="W-SAM"), Conflict) == [("code", "CODE_TAKEN")]
    filled = await _fill(vacancy)
    assert await _problems(_fill(filled.id, user_id=fixed("user/sam")), Conflict) == [("", "POST_FILLED")]


async def test_a_worker_leaves_and_the_post_waits_for_the_next(vacancy: UUID) -> None:
    post = await _fill(vacancy, starts_on=str(OPENED))
    await _end(post.id, stays_vacant="true")
    assert await _stays() == [(OPENED, date(2026, 4, 30), post.worker_id), (date(2026, 5, 1), None, None)]


async def test_a_post_that_ends_for_good_leaves_no_vacancy(vacancy: UUID) -> None:
    post = await _fill(vacancy, starts_on=str(OPENED))
    await _end(post.id)
    assert await _stays() == [(OPENED, date(2026, 4, 30), post.worker_id)]
    assert await _problems(_end(post.id, last_day="2026-05-01")) == [("last_day", "NO_POST_ON_THAT_DAY")]


async def test_the_posts_are_shown_vacant_ones_first(vacancy: UUID) -> None:
    async with begin(cast.adam, read_only=True) as unit:
        posts = await posts_set_up(unit)
        assert posts[0].id == vacancy
        assert {post.worker for post in posts[1:]} == {"Sam", "Eve", "Nia"}
        assert (await post_set_up(unit, vacancy)).hospital == "北岸医院 North"
        assert [(one.name, one.code) for one in await candidates(unit, NORTH)] == [("Petra", None), ("Sam", "W-SAM")]
        assert [one.name for one in await employees(unit)] == ["Eve", "Nia", "Sam"]


@pytest.mark.parametrize("name", [name for name in CAST if name != "adam"])
async def test_nobody_else_fills_ends_or_lists_posts(vacancy: UUID, name: str) -> None:
    actor = getattr(cast, name)
    for work in (_fill(vacancy, actor), _end(vacancy, actor)):
        with pytest.raises(NotAllowed):
            await work
    for look in (posts_set_up, programs_set_up, employees):
        with pytest.raises(NotAllowed):
            async with begin(actor, read_only=True) as unit:
                await look(unit)
    assert await _stays() == [(OPENED, None, None)]


@pytest.fixture
async def stranger(database: Database) -> Actor:
    """An administrator of another foundation, who is also a social worker at South and so sees its program."""
    row = Organization(id=OTHER, foundation_id=OTHER, code="F02", name="Other", kind=OrganizationKind.FOUNDATION)
    async with begin(BUILDER) as unit:
        unit.add(row)
    held = [Grant(OTHER, Role.ADMINISTRATOR, OTHER), Grant(SOUTH, Role.SOCIAL_WORKER, FOUNDATION)]
    return Actor.of(fixed("user/petra"), "Stranger", "en", held)


async def test_an_administrator_sets_up_nothing_in_a_program_that_is_only_seen(vacancy: UUID, stranger: Actor) -> None:
    (south,) = await stored(Placement, Placement.hospital_id == SOUTH)
    for post in (vacancy, south.id):
        with pytest.raises(NotFound):
            await _end(post, stranger)
    async with begin(stranger) as unit:
        joining = {"program_id": PROGRAM_ID, "organization_id": OTHER, "part": "HOSPITAL", "starts_on": "2026-01-01"}
        assert await _problems(join_program(unit, JoinProgram.parse(joining))) == [("program_id", "NO_SUCH_PROGRAM")]
        worker = AddWorker(code="W-X", display_name="X", employer_id=AGENCY)
        assert await _problems(add_worker(unit, worker)) == [("employer_id", "NO_SUCH_ORGANIZATION")]
        with pytest.raises(NotFound):
            await one_set_up(unit, PROGRAM_ID)
        assert (list(await programs_set_up(unit)), list(await posts_set_up(unit))) == ([], [])


async def test_an_organization_of_another_directory_does_not_join(stranger: Actor) -> None:
    async with begin(stranger) as unit:
        mine = {"code": "MINE", "name": "Mine", "foundation_id": OTHER, "starts_on": "2026-01-01"}
        program = await start_program(unit, AddProgram.parse(mine))
        joining = {"program_id": program.id, "organization_id": SOUTH, "part": "HOSPITAL", "starts_on": "2026-01-01"}
        assert await _problems(join_program(unit, JoinProgram.parse(joining))) == [
            ("organization_id", "NO_SUCH_ORGANIZATION")
        ]
        assert [partner.name for partner in await partners(unit, program.id)] == ["Other"]


async def test_a_program_starts_with_its_foundation(database: Database) -> None:
    given = {"code": "TWO", "name": "Second", "foundation_id": FOUNDATION, "starts_on": "2026-01-01"}
    async with begin(cast.adam) as unit:
        program = await start_program(unit, AddProgram.parse(given))
        assert [partner.code for partner in await partners(unit, program.id)] == ["F01"]
    assert {row.code for row in await stored(Program)} == {"DIP", "TWO"}
