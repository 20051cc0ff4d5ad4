"""For which hospitals an actor may import, and what rows are checked against there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, true
from sqlmodel import col

from coord.access import Actor, Role
from coord.access.rows import any_of, one_of
from coord.contacts.codes import ServiceCode
from coord.contacts.importing.names import DEFAULT_NAMES, name_key
from coord.contacts.importing.sheet import Workbook, names_code
from coord.contacts.rules import Surroundings
from coord.contacts.tables import ServiceContact, ServiceName
from coord.kernel.errors import Invalid, Problem
from coord.kernel.sql import select
from coord.organizations.tables import Organization, OrganizationKind
from coord.placements import HeldPost, posts_at
from coord.programs import Part, program_by_code
from coord.programs.access import overseen
from coord.programs.finding import ProgramFacts, program_at
from coord.programs.tables import Participation, Program
from coord.work import Unit, read

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ImportPlace:
    """A hospital of a program, as a choice."""

    program_code: str
    program_name: str
    hospital_id: UUID
    hospital_code: str
    hospital_name: str


@dataclass(frozen=True, slots=True)
class Place:
    """A hospital of a program with its posts by worker's name, and the words it uses for services."""

    program: ProgramFacts
    hospital_id: UUID
    hospital_code: str
    posts: Mapping[str, Sequence[HeldPost]]
    names: Mapping[str, ServiceCode]

    def post(self, worker: str, day: date) -> HeldPost | None:
        """The worker's post on a day; outside all of them the newest; None for an unknown name."""
        held = self.posts.get(worker, ())
        fitting = (post for post in held if post.starts_on <= day and (post.ends_on is None or day <= post.ends_on))
        return next(fitting, held[0] if held else None)

    def surroundings(self, worker: str, day: date, now: datetime) -> Surroundings:
        """What a contact of a worker is checked against; a worker without a post works for the program's time."""
        post = self.post(worker, day)
        return Surroundings(
            time_zone=self.program.time_zone,
            now=now,
            program_starts_on=self.program.starts_on,
            program_ends_on=self.program.ends_on,
            post_starts_on=post.starts_on if post else self.program.starts_on,
            post_ends_on=post.ends_on if post else self.program.ends_on,
        )


def _importable(actor: Actor) -> ColumnElement[bool]:
    """Hospitals where the actor works or coordinates, and those of programs the actor oversees."""
    if actor.unscoped:
        return true()
    return any_of(
        one_of(Participation.organization_id, actor.at(Role.SOCIAL_WORKER, Role.HOSPITAL_COORDINATOR)),
        overseen(col(Participation.program_id), actor),
    )


@read("contact.import")
async def import_places(unit: Unit) -> Sequence[ImportPlace]:
    """The hospitals for which the actor may import, by program and code."""
    statement = (
        select(Program.code, Program.name, Organization.id, Organization.code, Organization.name)
        .select_from(Participation)
        .join(Program, col(Program.id) == col(Participation.program_id))
        .join(Organization, col(Organization.id) == col(Participation.organization_id))
        .where(col(Participation.part) == Part.HOSPITAL, _importable(unit.actor))
        .order_by(col(Program.code), col(Organization.code))
    )
    return [ImportPlace(*row) for row in await unit.rows(statement)]


@read("contact.import")
async def import_place(unit: Unit, program: str, hospital: UUID) -> Place:
    """One hospital of a program. Raises ``NotFound`` or ``Invalid`` unless the actor may import there.

    Whoever writes the rows sees the programs of every foundation: the hospital tells which of that code is meant.
    """
    facts = await program_at(unit, program, hospital) or await program_by_code(unit, program)
    statement = (
        select(Organization.code)
        .join(Participation, col(Participation.organization_id) == col(Organization.id))
        .where(
            col(Organization.id) == hospital,
            col(Participation.program_id) == facts.id,
            col(Participation.part) == Part.HOSPITAL,
            _importable(unit.actor),
        )
    )
    code = await unit.scalar(statement)
    if code is None:
        raise Invalid(Problem("hospital", "NO_IMPORT_FOR_HOSPITAL"))
    posts: dict[str, list[HeldPost]] = {}
    for post in await posts_at(unit, facts.id, hospital):
        posts.setdefault(post.display_name, []).append(post)
    return Place(facts, hospital, code, posts, await known_names(unit, facts.foundation_id))


@read("contact.import")
async def other_hospital_codes(unit: Unit, place: Place) -> Sequence[str]:
    """The codes of all hospitals of the same directory but this one: nobody learns from a refusal what stands in another."""
    statement = select(Organization.code).where(
        col(Organization.kind) == OrganizationKind.HOSPITAL,
        col(Organization.foundation_id) == place.program.foundation_id,
        col(Organization.id) != place.hospital_id,
    )
    found: Sequence[str] = await unit.scalars(statement.order_by(col(Organization.code)))
    return found


async def known_names(unit: Unit, foundation_id: UUID) -> Mapping[str, ServiceCode]:
    """Every known word for a service; the foundation's own additions win."""
    statement = select(ServiceName.name, ServiceName.service_code)
    own = await unit.rows(statement.where(col(ServiceName.foundation_id) == foundation_id))
    return {**DEFAULT_NAMES, **{name_key(name): code for name, code in own}}


async def stored_keys(unit: Unit, hospital: UUID, keys: Collection[str]) -> dict[str, bool]:
    """The import keys that the hospital has already; True where the contact was withdrawn."""
    found: dict[str, bool] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        statement = select(ServiceContact.import_key, ServiceContact.withdrawn_at).where(
            col(ServiceContact.hospital_id) == hospital,
            col(ServiceContact.import_key).in_(wanted[start : start + _AT_ONCE]),
        )
        found |= {key: withdrawn is not None for key, withdrawn in await unit.rows(statement)}
    return found


@read("contact.import")
async def check_title(unit: Unit, book: Workbook, place: Place) -> None:
    """A workbook that names a hospital by its code is imported for that one only. Raises ``Invalid`` for another."""
    if names_code(book.titles, place.hospital_code):
        return
    for code in await other_hospital_codes(unit, place):
        if names_code(book.titles, code):
            raise Invalid(Problem("file", "FILE_OF_ANOTHER_HOSPITAL", {"named": code, "chosen": place.hospital_code}))
