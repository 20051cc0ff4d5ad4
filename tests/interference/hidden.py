"""What a viewer may not see, drawn at random: people of other hospitals, and a whole second tenant.

Ids, codes and names come from small fixed pools, so that requests name rows that exist in one world and not
in the other. The second tenant bears the codes and names of the first.
"""

import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coord.access import Actor, Grant, Role
from coord.clients.tables import Client, ClientIdentity, ClientKey, ClientSearchKey
from coord.clients.vault import data_key, sealed_identity, search_hashes, vault_rows
from coord.contacts import LogContact, log_contact
from coord.identity.tables import Membership, User
from coord.kernel.sql import select
from coord.organizations.actions import organization_row
from coord.organizations.inputs import AddOrganization
from coord.organizations.tables import OrganizationKind
from coord.placements.tables import Placement
from coord.programs.tables import Part, Participation, Program
from coord.work import Unit, begin
from coord.workforce.tables import Worker
from tests.world import BUILDER, LIN, NORTH, PROGRAM, PROGRAM_ID, SOUTH, SOUTH_ZHAO, STARTS, cast, fixed

# Before, between and behind the ids of the cast's world.
IDS = tuple(uuid.UUID(f"{digit}{'0' * 7}-0000-7000-8000-00000000000{n}") for digit in "0f8" for n in range(4))
CODES = tuple(f"X-090{n}" for n in range(4))
NAMES = ("秘密一", "秘密二", "林芳NORTH", "赵梦琪SOUTH")
FOREIGN: Mapping[str, tuple[uuid.UUID, ...]] = {
    "sam": (SOUTH,), "nia": (NORTH,), "sun": (), "ola": (),
    "cai": (NORTH, SOUTH), "petra": (NORTH, SOUTH), "fatima": (NORTH, SOUTH), "adam": (NORTH, SOUTH),
}  # fmt: skip
RENAMED = {"sam": (SOUTH_ZHAO,), "nia": (LIN,), "sun": ()}
"""Whose names the viewer may not read; for the others nobody's."""
_WORKERS = {NORTH: cast.sam, SOUTH: cast.nia}


@dataclass
class Loaded:
    """What the present world hides: planted leaks look here."""

    clients: int = 0
    codes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def _contact(rng: random.Random, client: uuid.UUID) -> LogContact:
    return LogContact.parse(
        {
            "idempotency_key": str(uuid.UUID(int=rng.getrandbits(128), version=4)), "program": PROGRAM,
            "client": str(client), "service_code": "CASE_CONTACT", "duration_minutes": 30,
            "occurred_on": f"2026-09-{rng.randint(1, 28):02d}", "note": rng.choice(NAMES),
        }
    )  # fmt: skip


async def _people(
    rng: random.Random, program: uuid.UUID, hospital: uuid.UUID, free: list[uuid.UUID], seen: Loaded
) -> Sequence[uuid.UUID]:
    """Some clients of a hospital; their ids."""
    made = []
    async with begin(BUILDER) as unit:
        for code in rng.sample(CODES, rng.randint(0, 3)):
            name = rng.choice(NAMES)
            client = Client(
                id=free.pop(), program_id=program, hospital_id=hospital, code=code,
                birth_year=rng.randint(1950, 2010),
            )  # fmt: skip
            unit.add(client)
            await unit.session.flush()
            unit.add(*vault_rows(client.id, hospital, name, "13900000000"))
            seen.clients += 1
            seen.codes.append(code)
            seen.names.append(name)
            made.append(client.id)
    return made


async def _contacts(rng: random.Random, worker: Actor, clients: Sequence[uuid.UUID]) -> None:
    for client in clients:
        for _ in range(rng.randint(0, 2)):
            async with begin(worker) as unit:
                await log_contact(unit, _contact(rng, client))


def _organization(home: uuid.UUID, row_id: uuid.UUID, code: str, name: str, kind: OrganizationKind) -> object:
    given = AddOrganization(foundation_id=home, code=code, name=name, kind=kind, province="北京", fictional=True)
    return organization_row(given, row_id)


def _second_tenant(rng: random.Random, ids: Mapping[str, uuid.UUID]) -> list[list[object]]:
    """Rows in the order in which they may be stored; codes and names are those of the first tenant."""
    home, ward, user, worker, program = (ids[key] for key in ("home", "ward", "user", "worker", "program"))
    parts = ((home, Part.FOUNDATION), (ward, Part.HOSPITAL))
    return [
        [_organization(home, home, "F01", "Lantern Foundation", OrganizationKind.FOUNDATION)],
        [_organization(home, ward, "H001", "北岸医院 North", OrganizationKind.HOSPITAL)],
        [Program(id=program, code=PROGRAM, name="Depression intervention", foundation_id=home, starts_on=STARTS,
                 fictional=True)],
        [User(id=user, email=f"other{rng.randint(1, 9)}@demo.example", name="Sam", password_hash="-", language="en"),
         *(Participation(program_id=program, organization_id=o, part=p, starts_on=STARTS) for o, p in parts),
         Worker(id=worker, code="W-SAM", display_name="Sam", employer_id=ward)],
        [Membership(user_id=user, organization_id=ward, role=Role.SOCIAL_WORKER, starts_on=STARTS),
         Placement(program_id=program, hospital_id=ward, employer_id=ward, worker_id=worker, starts_on=STARTS)],
    ]  # fmt: skip


async def _tenant(rng: random.Random, free: list[uuid.UUID], seen: Loaded) -> None:
    ids = {key: free.pop() for key in ("home", "ward", "user", "worker", "program")}
    async with begin(BUILDER) as unit:
        for rows in _second_tenant(rng, ids):
            unit.add(*rows)  # type: ignore[arg-type]
            await unit.session.flush()
        worker = (await unit.scalars(select(Worker).where(Worker.id == ids["worker"])))[0]
        worker.user_id = ids["user"]
    people = await _people(rng, ids["program"], ids["ward"], free, seen)
    grant = Grant(ids["ward"], Role.SOCIAL_WORKER, ids["home"])
    await _contacts(rng, Actor.of(ids["user"], "Sam", "en", [grant]), people)


async def _rename(unit: Unit, rng: random.Random, client: uuid.UUID) -> None:
    """Another name in the vault; the pseudonym stays."""
    name = rng.choice(NAMES)
    key = await unit.find(ClientKey, client)
    identity = await unit.find(ClientIdentity, client)
    identity.name = sealed_identity(client, data_key(client, key.wrapped), name, None).name
    hospital = (await unit.find(Client, client)).hospital_id
    hashes = search_hashes(name)
    unit.add(*(ClientSearchKey(client_id=client, hospital_id=hospital, hash=digest) for digest in hashes))


async def load_hidden(viewer: str, rng: random.Random) -> Loaded:
    """Put a random invisible part into the present world."""
    seen, free = Loaded(), rng.sample(IDS, len(IDS))
    for hospital in FOREIGN[viewer]:
        people = await _people(rng, PROGRAM_ID, hospital, free, seen)
        await _contacts(rng, _WORKERS[hospital], people)
    if rng.random() < 0.5:
        await _tenant(rng, [fixed(f"hidden/{n}") for n in range(4)] + free, seen)
    async with begin(BUILDER) as unit:
        for client in RENAMED.get(viewer, (LIN, SOUTH_ZHAO)):
            if rng.random() < 0.5:
                await _rename(unit, rng, client)
    return seen
