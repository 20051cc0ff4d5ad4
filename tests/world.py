"""The cast, fixed: the same people and places in every test.

Two hospitals (North, South) of one program, an agency that posts a worker at each, a foundation, a
sponsor, a community center. North and South each have clients whose names, codes and notes carry the
words NORTH or SOUTH, so that a leak is seen at once.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from coord.access import Actor, Grant, Role, system
from coord.cases.codes import CaseStatus
from coord.cases.tables import CaseFile
from coord.clients.consents.registering import paper_facts
from coord.clients.consents.tables import Consent
from coord.clients.tables import Client
from coord.clients.vault import vault_rows
from coord.contacts.codes import ServiceCode
from coord.contacts.tables import GroupMember, ServiceGroup, ServiceName
from coord.identity.passwords import hash_now
from coord.identity.tables import Membership, User
from coord.organizations.actions import organization_row
from coord.organizations.inputs import AddOrganization
from coord.organizations.tables import OrganizationKind
from coord.placements.tables import Placement
from coord.programs.tables import Part, Participation, Program
from coord.work import begin
from coord.workforce.tables import Worker

PROGRAM = "DIP"
STARTS = date(2026, 1, 1)
BUILDER = system("test world", "builds the cast's world before the tests", "job.run")


def fixed(name: str) -> uuid.UUID:
    """A fixed id for a name, the same in every run."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"coord-test/{name}")


FOUNDATION, NORTH, SOUTH = fixed("foundation"), fixed("north"), fixed("south")
AGENCY, SPONSOR, CENTER = fixed("agency"), fixed("sponsor"), fixed("center")
PROGRAM_ID = fixed("program")
SAM_WORKER, NIA_WORKER, EVE_WORKER = fixed("worker/sam"), fixed("worker/nia"), fixed("worker/eve")
NORTH_GROUP = fixed("group/north")
LIN, CHEN, HUANG = fixed("client/lin"), fixed("client/chen"), fixed("client/huang")
SOUTH_ZHAO, SOUTH_QIAN = fixed("client/zhao"), fixed("client/qian")
NORTH_MEMBERS = tuple(fixed(f"client/member-{n}") for n in range(1, 11))

_MEMBERSHIPS = {
    "fatima": (SPONSOR, Role.SPONSOR_VIEWER),
    "ola": (FOUNDATION, Role.PROGRAM_OFFICER),
    "sam": (NORTH, Role.SOCIAL_WORKER),
    "nia": (SOUTH, Role.SOCIAL_WORKER),
    "cai": (CENTER, Role.COMMUNITY_RECEIVER),
    "sun": (AGENCY, Role.SUPERVISOR),
    "adam": (FOUNDATION, Role.ADMINISTRATOR),
}
_NAMES = {
    "fatima": "Fatima", "ola": "Ola", "sam": "Sam", "nia": "Nia", "cai": "Cai", "sun": "Sun", "petra": "Petra",
    "adam": "Adam",
}  # fmt: skip
CAST = tuple(_NAMES)
# What sign-in would read for them; a test holds this against the database.
_SCOPES: Mapping[str, Mapping[str, tuple[uuid.UUID, ...]]] = {
    "ola": {"PROGRAMS_RUN": (PROGRAM_ID,)},
    "sun": {"HOSPITALS_SUPERVISED": tuple(sorted((NORTH, SOUTH)))},
}
PASSWORD = "demo-password-1"


def actor(name: str, language: str = "en") -> Actor:
    """A member of the cast, as loaded at sign-in."""
    held = [Grant(*_MEMBERSHIPS[name], FOUNDATION)] if name in _MEMBERSHIPS else []
    return Actor.of(fixed(f"user/{name}"), _NAMES[name], language, held, _SCOPES.get(name))


@dataclass
class Cast:
    """Every member by name: ``cast.sam``."""

    fatima: Actor = field(default_factory=lambda: actor("fatima"))
    ola: Actor = field(default_factory=lambda: actor("ola"))
    sam: Actor = field(default_factory=lambda: actor("sam"))
    nia: Actor = field(default_factory=lambda: actor("nia"))
    cai: Actor = field(default_factory=lambda: actor("cai"))
    sun: Actor = field(default_factory=lambda: actor("sun"))
    petra: Actor = field(default_factory=lambda: actor("petra"))
    adam: Actor = field(default_factory=lambda: actor("adam"))


cast = Cast()


def _organizations() -> Sequence[object]:
    made = [
        (FOUNDATION, "F01", "Lantern Foundation", OrganizationKind.FOUNDATION, "北京"),
        (NORTH, "H001", "北岸医院 North", OrganizationKind.HOSPITAL, "北京"),
        (SOUTH, "H002", "南湖医院 South", OrganizationKind.HOSPITAL, "湖北"),
        (AGENCY, "A01", "同心社工 Agency", OrganizationKind.AGENCY, "北京"),
        (SPONSOR, "S01", "Spring Water Co.", OrganizationKind.SPONSOR, "广东"),
        (CENTER, "C01", "青屏社区中心", OrganizationKind.COMMUNITY_ORG, "北京"),
    ]
    rows = []
    for row_id, code, name, kind, province in made:
        given = AddOrganization(
            foundation_id=FOUNDATION, code=code, name=name, kind=kind, province=province, fictional=True
        )
        rows.append(organization_row(given, row_id))
    return rows


def _program() -> list[object]:
    parts = {FOUNDATION: Part.FOUNDATION, NORTH: Part.HOSPITAL, SOUTH: Part.HOSPITAL, AGENCY: Part.AGENCY,
             SPONSOR: Part.SPONSOR, CENTER: Part.COMMUNITY}  # fmt: skip
    program = Program(id=PROGRAM_ID, code=PROGRAM, name="Depression intervention", foundation_id=FOUNDATION,
                      starts_on=STARTS, fictional=True)  # fmt: skip
    joined = [
        Participation(program_id=PROGRAM_ID, organization_id=o, part=p, starts_on=STARTS) for o, p in parts.items()
    ]
    return [program, *joined]


def _people() -> list[object]:
    hashed = hash_now(PASSWORD)
    users = [User(id=fixed(f"user/{key}"), email=f"{key}@demo.example", name=name, password_hash=hashed, language="en")
             for key, name in _NAMES.items()]  # fmt: skip
    held = [Membership(user_id=fixed(f"user/{key}"), organization_id=place, role=role, starts_on=STARTS)
            for key, (place, role) in _MEMBERSHIPS.items()]  # fmt: skip
    workers = [
        Worker(id=SAM_WORKER, code="W-SAM", display_name="Sam", employer_id=AGENCY, user_id=fixed("user/sam")),
        Worker(id=NIA_WORKER, code="W-NIA", display_name="Nia", employer_id=AGENCY, user_id=fixed("user/nia")),
        Worker(id=EVE_WORKER, code="W-EVE", display_name="Eve", employer_id=AGENCY),
    ]
    posts = [
        Placement(program_id=PROGRAM_ID, hospital_id=h, employer_id=AGENCY, worker_id=w, starts_on=STARTS)
        for h, w in ((NORTH, SAM_WORKER), (NORTH, EVE_WORKER), (SOUTH, NIA_WORKER))
    ]
    return [*users, *held, *workers, *posts]


def _client(row_id: uuid.UUID, hospital: uuid.UUID, code: str, name: str) -> list[object]:
    client = Client(id=row_id, program_id=PROGRAM_ID, hospital_id=hospital, code=code, birth_year=1980,
                    district="海淀区")  # fmt: skip
    consent = Consent(id=fixed(f"consent/{code}"), client_id=row_id, program_id=PROGRAM_ID, hospital_id=hospital,
                      **paper_facts(STARTS, "en"))  # fmt: skip
    return [client, *vault_rows(client.id, client.hospital_id, name, "13800138000"), consent]


def _clients() -> list[object]:
    named = [
        (LIN, NORTH, "NORTH-0001", "林芳NORTH"),
        (CHEN, NORTH, "NORTH-0231", "陈秀兰NORTH"),
        (HUANG, NORTH, "NORTH-0003", "黄涛NORTH"),
        (SOUTH_ZHAO, SOUTH, "SOUTH-0001", "赵梦琪SOUTH"),
        (SOUTH_QIAN, SOUTH, "SOUTH-0002", "钱浩SOUTH"),
        *((member, NORTH, f"NORTH-1{n:03d}", f"组员{n}NORTH") for n, member in enumerate(NORTH_MEMBERS, 1)),
    ]
    rows = [row for given in named for row in _client(*given)]
    group = ServiceGroup(
        id=NORTH_GROUP, program_id=PROGRAM_ID, hospital_id=NORTH, agency_id=AGENCY, name="正念小组NORTH"
    )
    members = [GroupMember(group_id=NORTH_GROUP, client_id=member) for member in NORTH_MEMBERS]
    case = CaseFile(program_id=PROGRAM_ID, hospital_id=NORTH, agency_id=AGENCY, client_id=LIN, worker_id=SAM_WORKER,
                    status=CaseStatus.INTERVENING, received_on=STARTS, opened_on=STARTS)  # fmt: skip
    return [
        *rows,
        group,
        *members,
        case,
        ServiceName(foundation_id=FOUNDATION, name="个案面谈", service_code=ServiceCode.CASE_CONTACT),
    ]


async def build_world() -> None:
    """Put the world into the current database."""
    async with begin(BUILDER) as unit:
        for rows in (_organizations(), _program(), _people(), _clients()):
            for row in rows:
                unit.add(row)  # type: ignore[arg-type]
                await unit.session.flush()
