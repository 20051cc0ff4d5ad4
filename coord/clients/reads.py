"""Clients for the care team (cards with names) and for everybody else (pseudonyms)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, false, or_
from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord import audit
from coord.clients.codes import CareStage, ConsentState, Gender
from coord.clients.consents.reads import care_states
from coord.clients.record.lacking import incomplete_clients
from coord.clients.tables import Client, ClientIdentity, ClientKey, ClientSearchKey, ClientShare
from coord.clients.vault import opened_identity, search_hash
from coord.kernel.paging import Page, PageRequest
from coord.kernel.sql import select
from coord.kernel.text import typed
from coord.work import Unit, read
from coord.work.listing import Listing, Sort
from coord.work.pace import Pace, keep_pace

CLIENTS = Listing(
    "client.list",
    Client,
    {
        "id": Client.id,
        "code": Client.code,
        "gender": Client.gender,
        "birth_year": Client.birth_year,
        "district": Client.district,
        "stage": Client.stage,
        "hospital_id": Client.hospital_id,
        "program_id": Client.program_id,
    },
    # By id, not by name: a cursor must not carry anything of a person.
    [Sort(col(Client.id), UUID)],
    descending=True,
)
_MAX_FOUND = 20


@dataclass(frozen=True, slots=True)
class ClientCard:
    """A client as the care team sees one; ``consent`` is None where the client is only shared with the actor."""

    id: UUID
    code: str
    name: str
    gender: Gender
    birth_year: int | None
    bed: str | None
    stage: CareStage | None
    consent: ConsentState | None
    hospital_id: UUID
    program_id: UUID


def _by_code(text: str) -> Any:
    code = col(Client.code)
    return or_(code.istartswith(text, autoescape=True), code.iendswith(text, autoescape=True))


def _by_name(text: str) -> Any:
    named = select(ClientSearchKey.client_id).where(col(ClientSearchKey.hash) == search_hash(text))
    return col(Client.id).in_(named)


@read("client.list")
async def clients(
    unit: Unit, wanted: Iterable[str], request: PageRequest, *, search: str | None = None, incomplete: bool = False
) -> Page[RowMapping]:
    """Pseudonymous clients, newest first; a search looks at codes, and at names for those who may read them.

    ``incomplete``: only files that lack something, of at most 500 of them, for those who may read identities.
    """
    where: list[Any] = [col(Client.merged_into_id).is_(None), col(Client.erased_on).is_(None)]
    if text := typed(search):
        await keep_pace(unit, Pace.SEARCHES)
        by_name = _by_name(text) if unit.actor.may("client.read_identity") else false()
        where.append(or_(_by_code(text), by_name))
    if incomplete:
        where.append(col(Client.id).in_([one.client_id for one in await incomplete_clients(unit)]))
    return await CLIENTS.page(unit, wanted, where, request)


_AT = bindparam("hospital", type_=Uuid())
_SHARED_WITH = select(ClientShare.client_id).where(
    col(ClientShare.organization_id) == _AT, col(ClientShare.ended_at).is_(None)
)
_IN_REACH = select(Client.id).where(
    col(Client.id).in_(bindparam("ids", expanding=True)),
    or_(col(Client.hospital_id) == _AT, col(Client.id).in_(_SHARED_WITH)),
    col(Client.erased_on).is_(None),
)
"""Made once, as every logging asks it."""


@read("client.list")
async def clients_in_reach(unit: Unit, ids: Collection[UUID], hospital_id: UUID) -> set[UUID]:
    """Which of these ids are clients of the organization, or shared with it, that the actor may see."""
    if not ids:
        return set()
    return set(await unit.scalars(_IN_REACH, ids=list(ids), hospital=hospital_id))


@read("client.list")
async def register_by_code(unit: Unit, hospital_id: UUID, codes: Collection[str]) -> dict[str, UUID]:
    """The clients of a hospital among these codes."""
    statement = select(Client.code, Client.id).where(
        col(Client.hospital_id) == hospital_id, col(Client.code).in_(codes), col(Client.erased_on).is_(None)
    )
    return dict(map(tuple, await unit.rows(statement)))


def _cards(*where: Any) -> Any:
    return (
        select(
            Client.id,
            Client.code,
            ClientIdentity.name,
            Client.gender,
            Client.birth_year,
            Client.bed,
            Client.stage,
            Client.hospital_id,
            Client.program_id,
            ClientKey.wrapped,
        )
        .select_from(Client)
        .outerjoin(ClientIdentity, col(ClientIdentity.id) == col(Client.id))
        .outerjoin(ClientKey, col(ClientKey.id) == col(Client.id))
        .where(*where)
    )


async def _shows(unit: Unit, ids: Sequence[UUID]) -> None:
    """Names are about to be shown: each is counted, and on the trail. Raises ``TooOften``."""
    await keep_pace(unit, Pace.NAMES, len(ids))
    audit.record_reading(unit, "client.read_identity", "client", ids)


async def _shown(unit: Unit, statement: Any) -> list[ClientCard]:
    rows = await unit.rows(statement)
    await _shows(unit, [row.id for row in rows if row.name])
    consents = await care_states(unit, {row.id: row.hospital_id for row in rows})
    return [_card(consents[row.id], *row) for row in rows]


def _card(consent: ConsentState | None, client_id: UUID, code: str, name: bytes | None, *rest: Any) -> ClientCard:
    """With the code in place of a name that is not known."""
    *facts, hospital, program, wrapped = rest
    shown = code if name is None else opened_identity(client_id, wrapped, name)[0]
    known: list[Any] = [client_id, code, shown, *facts, consent, hospital, program]
    return ClientCard(*known)


@read("client.read_identity")
async def cards(unit: Unit, ids: Collection[UUID]) -> dict[UUID, ClientCard]:
    """Cards with names, by client; every name shown is put on the trail."""
    if not ids:
        return {}
    return {card.id: card for card in await _shown(unit, _cards(col(Client.id).in_(ids)))}


@read("client.read_identity")
async def find_clients(unit: Unit, search: str, *, limit: int = _MAX_FOUND) -> Sequence[ClientCard]:
    """Cards found by name, pinyin, initials or the end of the code; nothing typed finds nothing."""
    text = typed(search)
    if not text:
        return []
    await keep_pace(unit, Pace.SEARCHES)
    found = or_(_by_name(text), _by_code(text))
    alone = and_(col(Client.merged_into_id).is_(None), col(Client.erased_on).is_(None))
    return await _shown(unit, _cards(found, alone).order_by(col(Client.code)).limit(limit))


@read("client.read_identity")
async def identities(unit: Unit, ids: Collection[UUID]) -> dict[UUID, Mapping[str, str | None]]:
    """Name and phone by client, for those of the ids whose identity the actor may read; on the trail."""
    statement = (
        select(ClientIdentity.id, ClientKey.wrapped, ClientIdentity.name, ClientIdentity.phone)
        .join(ClientKey, col(ClientKey.id) == col(ClientIdentity.id))
        .where(col(ClientIdentity.id).in_(ids))
    )
    rows = await unit.rows(statement)
    await _shows(unit, [row.id for row in rows])
    return {row.id: dict(zip(("name", "phone"), opened_identity(*row), strict=True)) for row in rows}
