"""What a viewer may not see, drawn at random: people of other hospitals, other names, and a whole second tenant.

Ids, codes and names come from small fixed pools, so that requests name rows that exist in one world and not
in the other. The second tenant bears the codes and names of the first.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, update

from coord.access import Role
from coord.clients.tables import Client, ClientSearchKey
from coord.contacts.codes import ServiceCode
from coord.contacts.tables import ServiceName
from coord.demo.loading import load
from coord.identity.tables import ApiToken, Membership, User, WebSession
from coord.kernel.clock import now
from coord.organizations.actions import organization_row
from coord.organizations.inputs import AddOrganization
from coord.organizations.tables import OrganizationKind
from coord.people.tables import Invitation
from coord.placements.tables import Placement
from coord.programs.tables import Part, Participation, Program
from coord.work import Unit
from coord.work.tables import OutboxJob, Submission
from coord.workforce.tables import Worker
from tests.interference.hidden_care import care, months
from tests.interference.rows import CODES, NAMES, Made, contact, group, import_of, new_id, person, row, vault
from tests.interference.viewers import VIEWERS
from tests.world import (
    AGENCY,
    FOUNDATION,
    LIN,
    NIA_WORKER,
    NORTH,
    PROGRAM,
    PROGRAM_ID,
    SAM_WORKER,
    SOUTH,
    SOUTH_ZHAO,
    STARTS,
    fixed,
)

# Before, between and behind the ids of the cast's world.
IDS = tuple(UUID(f"{digit}{'0' * 7}-0000-7000-8000-00000000000{n}") for digit in "0f8" for n in range(3))
_HOME = {LIN: NORTH, SOUTH_ZHAO: SOUTH}
_WORKERS = {NORTH: SAM_WORKER, SOUTH: NIA_WORKER}
Place = Mapping[str, UUID]


@dataclass
class Loaded:
    """What a world hides: planted leaks look here."""

    rows: list[Made] = field(default_factory=list)
    names: dict[UUID, str] = field(default_factory=dict)

    @property
    def codes(self) -> Sequence[str]:
        """The codes of the invisible people."""
        return [str(values["code"]) for model, values in self.rows if model is Client]

    @property
    def ids(self) -> Sequence[UUID]:
        """Their ids, in the same order."""
        return [values["id"] for model, values in self.rows if model is Client]


def _place(hospital: UUID) -> Place:
    shared = {"program": PROGRAM_ID, "foundation": FOUNDATION, "agency": AGENCY}
    return {**shared, "hospital": hospital, "worker": _WORKERS[hospital]}


def _people(rng: random.Random, place: Place, free: list[UUID], *, served: bool) -> Iterator[Made]:
    """Some people of a hospital, with contacts, care, months, a group and an import if these are invisible too."""
    hospital, program, made = place["hospital"], place["program"], []
    for code in rng.sample(CODES, rng.choice((0, 1, 2, 3))):
        row_id = free.pop() if free else new_id(rng)
        made.append(row_id)
        yield from person(rng, row_id, program, hospital, code)
    if not served:
        return
    for number, client in enumerate(made):
        for _ in range(rng.randint(0, 2)):
            yield from contact(rng, place, client)
        yield from care(rng, place, client, number)
    yield from months(rng, place)
    if made and rng.random() < 0.5:
        yield from group(rng, place, made)
        yield from import_of(rng, program, hospital)


def _organization(home: UUID, row_id: UUID, code: str, name: str, kind: OrganizationKind) -> Made:
    given = AddOrganization(foundation_id=home, code=code, name=name, kind=kind, province="北京", fictional=True)
    made = organization_row(given, row_id)
    return type(made), made.model_dump()


def _directory(rng: random.Random, ids: Mapping[str, UUID]) -> Iterator[Made]:
    """A second tenant's directory; codes and names are those of the first."""
    home, ward, program = ids["home"], ids["ward"], ids["program"]
    yield _organization(home, home, "F01", "Lantern Foundation", OrganizationKind.FOUNDATION)
    yield _organization(home, ward, "H001", "北岸医院 North", OrganizationKind.HOSPITAL)
    if rng.random() < 0.5:
        yield _organization(home, new_id(rng), rng.choice(("H003", "A01", "X-0900")), "Z", OrganizationKind.AGENCY)
    yield row(Program, id=program, code=PROGRAM, name="Depression intervention", foundation_id=home, starts_on=STARTS,
                  fictional=True)  # fmt: skip
    for place, part in ((home, Part.FOUNDATION), (ward, Part.HOSPITAL)):
        yield row(Participation, program_id=program, organization_id=place, part=part, starts_on=STARTS)
    yield row(ServiceName, foundation_id=home, name="个案面谈", service_code=ServiceCode.CONSULTATION)


def _staff(rng: random.Random, ids: Mapping[str, UUID]) -> Iterator[Made]:
    """Who works at the second tenant, with what they carry and have asked for."""
    home, ward, user, later = ids["home"], ids["ward"], ids["user"], now() + timedelta(days=1)
    yield row(
        User, id=user, email=f"other{rng.randint(1, 3)}@demo.example", name="Sam", password_hash="-", language="en"
    )
    yield row(Worker, id=ids["worker"], code="W-SAM", display_name="Sam", employer_id=ward, user_id=user)
    for place, role in ((ward, Role.SOCIAL_WORKER), (home, Role.ADMINISTRATOR)):
        yield row(Membership, user_id=user, organization_id=place, role=role, starts_on=STARTS)
    yield row(Placement, program_id=ids["program"], hospital_id=ward, employer_id=ward, worker_id=ids["worker"],
                    starts_on=STARTS)  # fmt: skip
    yield row(WebSession, token_hash=f"{rng.getrandbits(128):x}", user_id=user, expires_at=later, device="test")
    yield row(ApiToken, user_id=user, name="program", token_hash=f"{rng.getrandbits(128):x}", expires_at=later)
    yield row(Submission, user_id=user, key=rng.choice(IDS), content_hash="-", result_id=rng.choice(IDS))
    yield row(Invitation, foundation_id=home, organization_id=ward, invited_by_id=user, email="new1@demo.example",
                     role=Role.SOCIAL_WORKER, starts_on=STARTS, token_hash=f"{rng.getrandbits(128):x}",
                     expires_at=later)  # fmt: skip


def _tenant(rng: random.Random, free: list[UUID]) -> Iterator[Made]:
    ids = {key: free.pop() for key in ("home", "ward", "user", "worker", "program")}
    yield from _directory(rng, ids)
    yield from _staff(rng, ids)
    place = {"program": ids["program"], "foundation": ids["home"], "hospital": ids["ward"], "agency": ids["ward"],
             "worker": ids["worker"]}  # fmt: skip
    yield from _people(rng, place, free, served=True)


def draw(viewer: str, rng: random.Random) -> Loaded:
    """A random invisible part."""
    hides, free, found = VIEWERS[viewer], rng.sample(IDS, len(IDS)), Loaded()
    for hospital in hides.people:
        found.rows += _people(rng, _place(hospital), free, served=hospital in hides.contacts)
    if rng.random() < 0.6:
        free += [fixed(f"hidden/{n}") for n in range(5)]
        found.rows += _tenant(rng, free)
    failed = rng.choice((0, 0, 1, 3))
    found.rows += [row(OutboxJob, job="contacts.flag", attempts=9, last_error="KeyError") for _ in range(failed)]
    found.names = {who: rng.choice(NAMES) for who, home in _HOME.items() if home in hides.names and rng.random() < 0.5}
    return found


async def rename(unit: Unit, names: Mapping[UUID, str]) -> None:
    """Other names in the vault; the pseudonyms stay."""
    for client, name in names.items():
        rows = vault(client, _HOME[client], name, None)
        await load(unit, ClientSearchKey, [values for model, values in rows if model is ClientSearchKey])
        for model, values in rows:
            if model is not ClientSearchKey:
                changed = update(model).where(col(model.id) == client)  # type: ignore[attr-defined]
                await unit.session.run(changed.values({name: it for name, it in values.items() if name != "id"}))
