"""Who sees which rows: every table for every member of the cast."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import pytest
from sqlmodel import SQLModel, col

from coord.access import Actor, Grant, Role
from coord.audit.tables import AuditEntry
from coord.cases.codes import CaseStatus
from coord.cases.tables import CaseFile
from coord.clients.tables import Client, ClientIdentity, ClientSearchKey
from coord.contacts.codes import FlagKind
from coord.contacts.tables import (
    Absence,
    ContactImport,
    CoWorker,
    EventHost,
    GroupMember,
    ImportFile,
    Presence,
    QualityFlag,
    ServiceContact,
    ServiceGroup,
    ServiceName,
)
from coord.identity.tables import Membership, User
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.placements.tables import Placement
from coord.programs.tables import Participation, Program
from coord.work import begin
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from coord.workforce.tables import Worker
from tests.coord.making import contact, log, signed_in, without_client
from tests.world import (
    AGENCY,
    BUILDER,
    CAST,
    EVE_WORKER,
    FOUNDATION,
    LIN,
    NORTH,
    NORTH_GROUP,
    NORTH_MEMBERS,
    PROGRAM_ID,
    SOUTH,
    SOUTH_QIAN,
    SOUTH_ZHAO,
    cast,
    fixed,
)

pytestmark = pytest.mark.anyio
NORTH_IMPORT, SOUTH_IMPORT = fixed("import/north"), fixed("import/south")
PLACES: Mapping[str, Sequence[object]] = {
    "nothing": (),
    "north": (NORTH,),
    "south": (SOUTH,),
    "both": (NORTH, SOUTH),
}
# Which hospital's rows each member of the cast sees, by table.
CARE = {"sam": "north", "nia": "south", "sun": "both"}
OVERSEEN = {**CARE, "ola": "both"}
MATRIX: Mapping[type[SQLModel], Mapping[str, str]] = {
    Client: OVERSEEN,
    ClientSearchKey: CARE,
    CaseFile: OVERSEEN,
    ServiceContact: OVERSEEN,
    Presence: OVERSEEN,
    ServiceGroup: OVERSEEN,
    ContactImport: {"sam": "north", "nia": "south", "ola": "both"},
    Placement: {"sam": "north", "nia": "south", "sun": "both", "ola": "both", "adam": "both"},
}


@pytest.fixture
async def history(database: Database) -> None:
    """One contact of each kind at North, one at South, an import at each."""
    members = [str(member) for member in NORTH_MEMBERS]
    session = {"client": None, "service_code": "GROUP_SESSION", "group": str(NORTH_GROUP)}
    await log(contact(co_workers=[str(EVE_WORKER)], note="NORTH"))
    await log(contact(**session, attendees=members[:9], absentees=members[9:]))
    await log(contact(client=str(SOUTH_ZHAO), note="SOUTH"), cast.nia)
    async with begin(BUILDER) as unit:
        imports = [
            ContactImport(id=row_id, program_id=PROGRAM_ID, hospital_id=place, file_name="x.csv")
            for row_id, place in ((NORTH_IMPORT, NORTH), (SOUTH_IMPORT, SOUTH))
        ]
        unit.add(*imports)
        unit.add(CaseFile(program_id=PROGRAM_ID, hospital_id=SOUTH, client_id=SOUTH_QIAN, agency_id=AGENCY,
                          worker_id=EVE_WORKER, status=CaseStatus.INTERVENING,
                          received_on=contact().occurred_on, opened_on=contact().occurred_on))  # fmt: skip
        unit.add(ServiceGroup(program_id=PROGRAM_ID, hospital_id=SOUTH, agency_id=AGENCY, name="SOUTH group"))
        await unit.session.flush()
        unit.add(*(ImportFile(id=row.id, content=b"x") for row in imports))
        found = await unit.scalars(select(ServiceContact.id))
        unit.add(*(QualityFlag(contact_id=row, kind=FlagKind.TOO_SHORT) for row in found))


async def hospitals_of(model: type[SQLModel], actor: Actor) -> set[object]:
    """The hospitals whose rows of a table an actor sees."""
    async with begin(actor, read_only=True) as unit:
        return set(await unit.scalars(select(model.hospital_id)))  # type: ignore[attr-defined]


async def number_of(model: type[SQLModel], actor: Actor) -> int:
    """How many rows of a table an actor sees."""
    async with begin(actor, read_only=True) as unit:
        return await unit.count(select(model))


@pytest.mark.parametrize("name", CAST)
async def test_the_scopes_of_the_cast_are_those_that_sign_in_reads(database: Database, name: str) -> None:
    assert await signed_in(name) == getattr(cast, name)


async def test_each_member_of_the_cast_sees_the_rows_of_their_hospitals_and_no_other(history: None) -> None:
    for model, seen in MATRIX.items():
        for name in CAST:
            expected = set(PLACES[seen.get(name, "nothing")])
            assert await hospitals_of(model, getattr(cast, name)) == expected, (model.__name__, name)


async def test_what_hangs_on_a_contact_is_seen_with_it(history: None) -> None:
    tables: Sequence[type[SQLModel]] = (CoWorker, Absence, EventHost, GroupMember, QualityFlag)
    counts = {model: [await number_of(model, getattr(cast, name)) for name in CAST] for model in tables}
    # fatima, ola, sam, nia, cai, sun, petra, adam
    assert counts == {
        CoWorker: [0, 1, 1, 0, 0, 1, 0, 0],
        Absence: [0, 1, 1, 0, 0, 1, 0, 0],
        EventHost: [0] * 8,
        GroupMember: [0, 10, 10, 0, 0, 10, 0, 0],
        QualityFlag: [0, 3, 2, 1, 0, 3, 0, 0],
    }


async def test_identities_are_seen_by_the_care_team_alone(history: None) -> None:
    assert [await number_of(ClientIdentity, getattr(cast, name)) for name in CAST] == [0, 0, 13, 2, 0, 15, 0, 0]


async def test_reference_data_is_seen_by_members_and_an_outsider_sees_nothing(history: None) -> None:
    tables: Sequence[type[SQLModel]] = (Organization, Program, Participation, Worker, ServiceName)
    counts = {model: [await number_of(model, getattr(cast, name)) for name in CAST] for model in tables}
    assert counts == {
        Organization: [6, 6, 6, 6, 6, 6, 0, 6],
        Program: [1, 1, 1, 1, 1, 1, 0, 1],
        Participation: [6, 6, 6, 6, 6, 6, 0, 6],
        Worker: [0, 3, 3, 3, 3, 3, 0, 3],
        ServiceName: [1, 1, 1, 1, 1, 1, 0, 1],
    }


async def test_accounts_are_seen_by_their_owners_and_by_who_administers_their_directory(database: Database) -> None:
    for name in CAST:
        async with begin(getattr(cast, name), read_only=True) as unit:
            users = set(await unit.scalars(select(User.id)))
            members = set(await unit.scalars(select(Membership.user_id)))
        # Petra belongs to no organization, so to no directory.
        seen = {fixed(f"user/{other}") for other in CAST if other != "petra"} if name == "adam" else set()
        assert users == seen | {fixed(f"user/{name}")}
        assert members <= users


async def test_tables_of_the_system_show_nothing_to_any_person(history: None) -> None:
    hidden: Sequence[type[SQLModel]] = (OutboxJob, AuditEntry)
    for model in hidden:
        assert await number_of(model, BUILDER) > 0, model
        assert [await number_of(model, getattr(cast, name)) for name in CAST] == [0] * 8, model


@pytest.mark.parametrize(
    ("role", "place", "expected"),
    [
        (Role.HOSPITAL_COORDINATOR, NORTH, [2, 10, 1]),
        (Role.HOSPITAL_COORDINATOR, SOUTH, [1, 1, 1]),
        (Role.AGENCY_MANAGER, AGENCY, [3, 11, 2]),
        (Role.AGENCY_MANAGER, NORTH, [0, 0, 0]),
    ],
)
async def test_coordinators_and_agency_managers_see_contacts_and_cases_and_no_identity(
    history: None, role: Role, place: UUID, expected: Sequence[int]
) -> None:
    actor = Actor.of(fixed("user/other"), "Other", "en", [Grant(place, role, FOUNDATION)])
    seen: Sequence[type[SQLModel]] = (ServiceContact, Presence, CaseFile)
    unseen: Sequence[type[SQLModel]] = (Client, ClientIdentity, ClientSearchKey)
    assert [await number_of(model, actor) for model in seen] == expected
    assert [await number_of(model, actor) for model in unseen] == [0, 0, 0]


async def test_a_joint_host_sees_the_event_with_its_hosts_and_only_that(history: None) -> None:
    logged = await log(without_client(service_code="COMMUNITY_EVENT", hosts=[str(SOUTH)]))
    nia = await signed_in("nia")
    async with begin(nia, read_only=True) as unit:
        of_north = await unit.scalars(select(ServiceContact.id).where(col(ServiceContact.hospital_id) == NORTH))
    assert of_north == [logged.contact_id]
    assert await number_of(EventHost, nia) == 1
    assert await number_of(Client, nia) == 2


async def test_a_supervisor_of_an_agency_without_posts_sees_no_client(database: Database) -> None:
    elsewhere = Actor.of(
        fixed("user/y"), "Y", "en", [Grant(fixed("elsewhere"), Role.SUPERVISOR, fixed("other directory"))]
    )
    unseen: Sequence[type[SQLModel]] = (Client, ClientIdentity, Placement)
    assert [await number_of(model, elsewhere) for model in unseen] == [0, 0, 0]


async def test_a_system_actor_sees_all_rows(history: None) -> None:
    assert await hospitals_of(ServiceContact, BUILDER) == {NORTH, SOUTH}
    assert await number_of(ImportFile, BUILDER) == 2
    assert LIN in await _ids(Client)


async def _ids(model: type[SQLModel]) -> Sequence[object]:
    async with begin(BUILDER, read_only=True) as unit:
        return list(await unit.scalars(select(model.id)))  # type: ignore[attr-defined]
