"""Registering people and opening and closing their cases."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord import audit
from coord.clients.codes import ConsentState
from coord.clients.consents.registering import paper_facts, put_consent, unsigned
from coord.clients.inputs import CloseCase, OpenCase, RegisterClient, SheetClient
from coord.clients.tables import CaseFile, Client
from coord.clients.vault import vault_rows
from coord.kernel.clock import holds_on, local_date
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.sql import select
from coord.placements import WorkPost, posts_of_worker
from coord.programs.tables import Program
from coord.work import Unit, action
from coord.work.idempotency import remember, replayed
from coord.work.inserting import insert_new

_CODES_TRIED = 20


async def post_at(unit: Unit, program: str, hospital: UUID | None, *, on: date | None = None) -> WorkPost:
    """The actor's post in a program, at a hospital if named; rather one that holds on a day if given.

    Raises ``Invalid`` if there is none, or if it is not clear at which hospital.
    """
    held = [post for post in await posts_of_worker(unit) if post.program_code == program]
    if not held:
        raise Invalid(Problem("program", "NO_POST_IN_PROGRAM"))
    fitting = [post for post in held if hospital in {None, post.hospital_id}]
    if not fitting:
        raise Invalid(Problem("hospital", "NO_POST_AT_HOSPITAL"))
    if on is not None:
        fitting = [post for post in fitting if holds_on(post.starts_on, post.ends_on, on)] or fitting
    if len({post.hospital_id for post in fitting}) > 1:
        raise Invalid(Problem("hospital", "WHICH_HOSPITAL"))
    return fitting[0]


async def _next_codes(unit: Unit, hospital_id: UUID) -> Iterator[str]:
    number = await unit.scalar(select(func.count()).select_from(Client).where(col(Client.hospital_id) == hospital_id))
    return (f"C-{n:05d}" for n in itertools.count(int(number or 0) + 1))


async def _put(unit: Unit, client: Client, codes: Iterable[str]) -> None:
    """Insert the client under the first code that is free. Raises ``Conflict`` when none is."""
    for code in codes:
        client.code = code
        try:
            await unit.session.savepoint(client)
        except IntegrityError:
            continue
        return
    raise Conflict(Problem("code", "CODE_TAKEN"))


@action("client.register")
async def register_client(unit: Unit, given: RegisterClient) -> UUID:
    """Register a person at the actor's hospital: a pseudonym, and the identity in the vault.

    Raises ``Conflict`` when the code is taken at that hospital, ``Invalid`` when a guardian has to consent.
    """
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return first
    post = await post_at(unit, given.program, given.hospital)
    signed_on = local_date(unit.started_at, post.time_zone) if given.consent is ConsentState.GIVEN else None
    if signed_on and (problems := unsigned(given.birth_year, signed_on)):
        raise Invalid(*problems)
    kept = given.model_dump(include={"gender", "birth_year", "district", "bed", "stage"})
    client = Client(
        program_id=post.program_id, hospital_id=post.hospital_id, code="", registered_at=unit.started_at, **kept
    )
    if (first := await remember(unit, given.idempotency_key, given, client.id)) is not None:
        return first
    free = itertools.islice(await _next_codes(unit, post.hospital_id), _CODES_TRIED)
    await _put(unit, client, [given.code] if given.code else free)
    unit.add(*vault_rows(client.id, client.hospital_id, given.name, given.phone))
    audit.record(unit, "client.register", client)
    if signed_on:
        await unit.session.flush()
        await put_consent(unit, client, paper_facts(signed_on, unit.actor.language))
    return client.id


@action("contact.import")
async def register_from_sheet(
    unit: Unit, program_id: UUID, hospital_id: UUID, people: Sequence[SheetClient]
) -> Mapping[str, UUID]:
    """Register clients met in a hospital's spreadsheet by the codes that the hospital uses; the ids by code.

    Codes that somebody else has just taken at that hospital are left out.
    """
    names = {person.code: person.name for person in people}
    clients = [
        Client(
            program_id=program_id,
            hospital_id=hospital_id,
            registered_at=unit.started_at,
            **person.model_dump(include={"code", "gender", "birth_year"}),
        )
        for person in people
    ]
    registered = await insert_new(unit, clients)
    for client in registered:
        unit.add(*vault_rows(client.id, hospital_id, names[client.code], None))
        audit.record(unit, "client.register", client)
    return {client.code: client.id for client in registered}


async def _check_day(unit: Unit, program_id: UUID, field: str, day: date) -> None:
    """A case is opened and closed on a day of its program that is not in the future."""
    program = await unit.find(Program, program_id)
    if day > local_date(unit.started_at, program.time_zone):
        raise Invalid(Problem(field, "FUTURE_DATE"))
    if not holds_on(program.starts_on, program.ends_on, day):
        raise Invalid(Problem(field, "OUTSIDE_PROGRAM"))


@action("case.open")
async def open_case(unit: Unit, given: OpenCase) -> UUID:
    """Open a case (CR-3). Raises ``Conflict`` when the client has an open one in the program."""
    client = await unit.find(Client, given.client)
    posts = [post for post in await posts_of_worker(unit) if post.hospital_id == client.hospital_id]
    if not posts:
        raise Invalid(Problem("client", "NO_POST_AT_HOSPITAL"))
    await _check_day(unit, client.program_id, "opened_on", given.opened_on)
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
    await _check_day(unit, case.program_id, "closed_on", given.closed_on)
    before = audit.facts(case)
    case.closed_on, case.closure = given.closed_on, given.closure
    audit.record(unit, "case.close", case, before=before)
    return case.id
