"""Registering people and opening and closing their cases."""

from uuid import UUID

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord import audit
from coord.clients.inputs import CloseCase, OpenCase, RegisterClient
from coord.clients.tables import CaseFile, Client, ClientIdentity, ClientSearchKey
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.sql import select
from coord.kernel.text import search_keys
from coord.placements import WorkPost, posts_of_worker
from coord.work import Unit, action
from coord.work.idempotency import remember, replayed


async def post_at(unit: Unit, program: str, hospital: UUID | None) -> WorkPost:
    """The actor's post in a program, at a hospital if named. Raises ``Invalid`` if there is none."""
    held = [post for post in await posts_of_worker(unit) if post.program_code == program]
    if not held:
        raise Invalid(Problem("program", "NO_POST_IN_PROGRAM"))
    fitting = [post for post in held if hospital in {None, post.hospital_id}]
    if not fitting:
        raise Invalid(Problem("hospital", "NO_POST_AT_HOSPITAL"))
    if hospital is None and len({post.hospital_id for post in fitting}) > 1:
        raise Invalid(Problem("hospital", "WHICH_HOSPITAL"))
    return fitting[0]


def identity_rows(client: Client, name: str, phone: str | None) -> list[ClientIdentity | ClientSearchKey]:
    """The vault's row and the keys under which the name is found."""
    keys = (
        ClientSearchKey(client_id=client.id, hospital_id=client.hospital_id, key=key[:120]) for key in search_keys(name)
    )
    return [ClientIdentity(id=client.id, name=name, phone=phone), *keys]


async def _next_code(unit: Unit, hospital_id: UUID) -> str:
    number = await unit.scalar(select(func.count()).select_from(Client).where(col(Client.hospital_id) == hospital_id))
    return f"C-{int(number or 0) + 1:05d}"


@action("client.register")
async def register_client(unit: Unit, given: RegisterClient) -> UUID:
    """Register a person at the actor's hospital: a pseudonym, and the identity in the vault.

    Raises ``Conflict`` when the code is taken at that hospital.
    """
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return first
    post = await post_at(unit, given.program, given.hospital)
    kept = given.model_dump(include={"gender", "birth_year", "district", "bed", "stage", "consent"})
    client = Client(
        program_id=post.program_id,
        hospital_id=post.hospital_id,
        code=given.code or await _next_code(unit, post.hospital_id),
        registered_at=unit.started_at,
        **kept,
    )
    try:
        await unit.session.savepoint(client)
    except IntegrityError:
        raise Conflict(Problem("code", "CODE_TAKEN")) from None
    unit.add(*identity_rows(client, given.name, given.phone))
    audit.record(unit, "client.register", client)
    await remember(unit, given.idempotency_key, given, client.id)
    return client.id


@action("case.open")
async def open_case(unit: Unit, given: OpenCase) -> UUID:
    """Open a case (CR-3). Raises ``Conflict`` when the client has an open one in the program."""
    client = await unit.find(Client, given.client)
    posts = [post for post in await posts_of_worker(unit) if post.hospital_id == client.hospital_id]
    if not posts:
        raise Invalid(Problem("client", "NO_POST_AT_HOSPITAL"))
    case = CaseFile(
        program_id=client.program_id,
        hospital_id=client.hospital_id,
        agency_id=posts[0].employer_id,
        client_id=client.id,
        worker_id=posts[0].worker_id,
        opened_on=given.opened_on,
    )
    try:
        await unit.session.savepoint(case)
    except IntegrityError:
        raise Conflict(Problem("client", "CASE_OPEN_ALREADY")) from None
    audit.record(unit, "case.open", case)
    return case.id


@action("case.close")
async def close_case(unit: Unit, given: CloseCase) -> UUID:
    """Close a case with its reason. Raises ``Conflict`` when it is closed already."""
    case = await unit.find(CaseFile, given.case)
    if case.closed_on is not None:
        raise Conflict(Problem("case", "CASE_CLOSED_ALREADY"))
    if given.closed_on < case.opened_on:
        raise Invalid(Problem("closed_on", "ENDS_BEFORE_START"))
    before = audit.facts(case)
    case.closed_on, case.closure = given.closed_on, given.closure
    audit.record(unit, "case.close", case, before=before)
    return case.id
