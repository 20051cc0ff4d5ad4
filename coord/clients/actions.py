"""Registering people."""

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
from coord.clients.hashing import id_hash
from coord.clients.inputs import RegisterClient, SheetClient
from coord.clients.matching import match_rows
from coord.clients.record.rules import birth_year_of, check_demanded, check_record, number_of
from coord.clients.tables import Client
from coord.clients.vault import vault_rows
from coord.kernel.clock import holds_on, local_date
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.sql import select
from coord.placements import WorkPost, posts_of_worker
from coord.work import Unit, action, read
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


@read("client.list")
async def next_codes(unit: Unit, hospital_id: UUID) -> Iterator[str]:
    """Codes that a hospital would give next, in order; some may be taken already."""
    number = await unit.scalar(select(func.count()).select_from(Client).where(col(Client.hospital_id) == hospital_id))
    return (f"C-{n:05d}" for n in itertools.count(int(number or 0) + 1))


@read("client.list")
async def free_codes(unit: Unit, hospital_id: UUID, number: int) -> Sequence[str]:
    """So many codes that a hospital has not given yet, in the order in which it would give them."""
    if number == 0:
        return []
    offered = list(itertools.islice(await next_codes(unit, hospital_id), number + _CODES_TRIED))
    statement = select(Client.code).where(col(Client.hospital_id) == hospital_id, col(Client.code).in_(offered))
    taken = set(await unit.scalars(statement.limit(len(offered))))
    return [code for code in offered if code not in taken][:number]


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

    Raises ``Conflict`` when the code is taken at that hospital, ``Invalid`` when something that every file must say
    was not said, or when a guardian has to consent.
    """
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return first
    post = await post_at(unit, given.program, given.hospital)
    today = local_date(unit.started_at, post.time_zone)
    signed_on = today if given.consent is ConsentState.GIVEN else None
    problems = [*check_demanded(given), *check_record(given, given.birth_year, today)]
    problems += unsigned(birth_year_of(given, given.birth_year), today) if signed_on else ()
    if problems:
        raise Invalid(*problems)
    client = Client(
        program_id=post.program_id,
        hospital_id=post.hospital_id,
        code="",
        registered_at=unit.started_at,
        birth_year=birth_year_of(given, given.birth_year),
        **given.model_dump(include={"gender", "district", "bed", "stage"}),
    )
    if (first := await remember(unit, given.idempotency_key, given, client.id)) is not None:
        return first
    free = itertools.islice(await next_codes(unit, post.hospital_id), _CODES_TRIED)
    await _put(unit, client, [given.code] if given.code else free)
    _keep_identity(unit, client, given)
    audit.record(unit, "client.register", client)
    if signed_on:
        await unit.session.flush()
        await put_consent(unit, client, paper_facts(signed_on, unit.actor.language))
    return client.id


def _keep_identity(unit: Unit, client: Client, given: RegisterClient | SheetClient) -> None:
    """What the vault keeps, and the hashes by which the person is found again: the same for every way in."""
    number = number_of(given)
    unit.add(*vault_rows(client.id, client.hospital_id, given.name, given.phone, given))
    unit.add(*match_rows(client, given.name, given.phone, None if number is None else id_hash(number)))


@action("contact.import")
async def register_from_sheet(
    unit: Unit, program_id: UUID, hospital_id: UUID, people: Sequence[SheetClient]
) -> Mapping[str, UUID]:
    """Register clients met in a hospital's spreadsheet, each with a code; the ids by code.

    Codes that somebody else has just taken at that hospital are left out.
    """
    by_code = {person.code: person for person in people if person.code}
    clients = [
        Client(
            program_id=program_id,
            hospital_id=hospital_id,
            registered_at=unit.started_at,
            birth_year=birth_year_of(person, person.birth_year),
            **person.model_dump(include={"code", "gender", "district"}),
        )
        for person in by_code.values()
    ]
    registered = await insert_new(unit, clients)
    for client in registered:
        _keep_identity(unit, client, by_code[client.code])
        audit.record(unit, "client.register", client)
    return {client.code: client.id for client in registered}
