"""Bringing a workbook, starting and refusing its import."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete

from coord import audit
from coord.access import Actor
from coord.access.roles import roles_with
from coord.contacts.codes import ImportKind, ImportState
from coord.contacts.importing.inputs import NameService, RequestImport
from coord.contacts.importing.names import name_key
from coord.contacts.importing.place import import_place
from coord.contacts.tables import ContactImport, ImportFile, ServiceName
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.work import Unit, action
from coord.work.pace import Pace, keep_pace


def _check_own_hospital(actor: Actor, given: RequestImport) -> None:
    """People are brought by those who care for them there, and by nobody who only coordinates or oversees."""
    actor.require("client.import")
    if not actor.unscoped and given.hospital not in actor.at(*roles_with("client.import")):
        raise Invalid(Problem("hospital", "NO_IMPORT_FOR_HOSPITAL"))


@action("contact.import")
async def request_import(unit: Unit, given: RequestImport, content: bytes | None = None) -> UUID:
    """Take a workbook for a hospital; with its content, a job imports it after the commit.

    Raises ``NotFound`` or ``Invalid`` unless the actor may import for the hospital.
    """
    if given.kind is ImportKind.CLIENTS:
        _check_own_hospital(unit.actor, given)
    await keep_pace(unit, Pace.IMPORTS)
    place = await import_place(unit, given.program, given.hospital)
    row = ContactImport(
        program_id=place.program.id,
        hospital_id=place.hospital_id,
        requested_by_id=unit.actor.user_id,
        kind=given.kind,
        file_name=given.file_name,
        month=given.month if given.kind is ImportKind.CONTACTS else None,
        dry_run=given.dry_run,
        created_at=unit.started_at,
    )
    unit.add(row)
    await unit.session.flush()
    audit.record(unit, "contact.request_import", row)
    if content is not None:
        unit.add(ImportFile(id=row.id, content=content, created_at=unit.started_at))
        unit.later("contacts.import", import_id=row.id)
    return row.id


@action("contact.import")
async def refuse_import(unit: Unit, import_id: UUID, problem: Problem) -> None:
    """Close an import whose file cannot be taken at all, with the one reason."""
    row = await unit.find(ContactImport, import_id)
    row.state, row.finished_at = ImportState.REFUSED, unit.started_at
    audit.record(unit, "contact.import", row, reason=problem.code)
    row.outcome = {"problem": [problem.field, problem.code, dict(problem.arguments)]}


def _edited_directory(actor: Actor) -> UUID:
    """The first directory whose words the actor edits: people edit the words of one foundation."""
    return next(iter(actor.directories(*roles_with("service_name.edit"))))


@action("service_name.edit")
async def name_service(unit: Unit, given: NameService) -> UUID:
    """Add a word for a service to the actor's directory. Raises ``Conflict`` when the word is in use there."""
    foundation = _edited_directory(unit.actor)
    row = ServiceName(foundation_id=foundation, name=name_key(given.name), service_code=given.service_code)
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("name", "NAME_TAKEN")) from None
    audit.record(unit, "service_name.add", row)
    return row.id


@action("service_name.edit")
async def forget_service_name(unit: Unit, name_id: UUID) -> None:
    """Take a word for a service away; coord's own words stay. Raises ``NotFound``."""
    row = await unit.find(ServiceName, name_id)
    audit.record(unit, "service_name.remove", row, before=audit.facts(row))
    await unit.session.run(delete(ServiceName).where(col(ServiceName.id) == name_id))
