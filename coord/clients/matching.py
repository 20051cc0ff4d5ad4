"""Whether somebody is known already: at the own hospital by cards, elsewhere only as "ask organization X".

Across organizations nothing is compared but keyed hashes (HMAC of a reading of the name, the birth year and the end
of the phone number, or of a document's number). The answer names organizations, never a person, a number or a date.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.access import Actor, system
from coord.clients.hashing import id_hash, likeness_hashes, tail_hash
from coord.clients.inputs import Likeness
from coord.clients.reads import ClientCard, cards
from coord.clients.record.inputs import RecordFacts
from coord.clients.record.rules import number_of
from coord.clients.tables import Client, ClientApart, ClientMatchAsk, ClientMatchKey, ClientSearchKey
from coord.clients.vault import search_hash
from coord.kernel.errors import Conflict, Problem
from coord.kernel.sql import select
from coord.kernel.text import search_keys
from coord.organizations.tables import Organization
from coord.placements import posts_of_worker
from coord.work import Unit, action, begin, read
from coord.work.pace import Pace, keep_pace

_MATCHER = system("match", "looks at other organizations for a hash, and tells their names only", "client.list")
ASKS_AN_HOUR = 20
_MOST = 10


def match_rows(
    client: Client, name: str | None, phone: str | None, document: bytes | None = None
) -> Iterator[ClientMatchKey]:
    """What is kept of a client to find likely doubles; ``document`` is the hash of a document's number."""
    known = [*(likeness_hashes(name, client.birth_year, phone) if name else ()), tail_hash(phone), document]
    for digest in filter(None, known):
        yield ClientMatchKey(
            client_id=client.id, hospital_id=client.hospital_id, program_id=client.program_id, hash=digest
        )


def document_hash(given: Likeness) -> bytes | None:
    """The hash of the number of a document, where one was said."""
    number = number_of(RecordFacts(id_number=given.id_number))
    return None if number is None else id_hash(number)


@read("client.read_identity")
async def likely_doubles(unit: Unit, given: Likeness, *, but: UUID | None = None) -> Sequence[ClientCard]:
    """Cards at the actor's own hospitals that may be the same person: by the whole name, the end of the phone or a document."""
    await keep_pace(unit, Pace.SEARCHES)
    named = select(ClientSearchKey.client_id).where(
        col(ClientSearchKey.hash).in_([search_hash(key) for key in search_keys(given.name)[:2]])
    )
    found = list(await unit.scalars(named.limit(_MOST)))
    if told := [digest for digest in (tail_hash(given.phone), document_hash(given)) if digest]:
        ended = select(ClientMatchKey.client_id).where(col(ClientMatchKey.hash).in_(told))
        found += await unit.scalars(ended.limit(_MOST))
    apart = await _kept_apart(unit, but)
    shown = await cards(unit, {client for client in found if client != but and client not in apart})
    year = given.year
    return sorted(shown.values(), key=lambda card: (card.birth_year != year, card.code))[:_MOST]


async def _kept_apart(unit: Unit, client: UUID | None) -> set[UUID]:
    if client is None:
        return set()
    pairs = select(ClientApart.first_id, ClientApart.second_id).where(
        (col(ClientApart.first_id) == client) | (col(ClientApart.second_id) == client)
    )
    return {one for pair in await unit.rows(pairs) for one in pair} - {client}


async def ask_elsewhere(actor: Actor, given: Likeness) -> Sequence[str]:
    """The names of other organizations of the program that may know the person: nothing else about anybody.

    Raises ``Conflict`` when one has asked too often.
    """
    async with begin(actor) as unit:
        programs, own = await _asked(unit)
    async with begin(_MATCHER, read_only=True) as unit:
        hashes = likeness_hashes(given.name, given.year, given.phone)
        return await _elsewhere(unit, [*hashes, *filter(None, [document_hash(given)])], programs, own)


@action("client.match")
async def _asked(unit: Unit) -> tuple[list[UUID], list[UUID]]:
    """Count the question and put it on the trail; the programs and hospitals of the one who asks."""
    recent = select(ClientMatchAsk.id).where(col(ClientMatchAsk.at) > unit.started_at - timedelta(hours=1))
    if await unit.count(recent.where(col(ClientMatchAsk.user_id) == unit.actor.user_id)) >= ASKS_AN_HOUR:
        raise Conflict(Problem("name", "ASKED_TOO_OFTEN", {"limit": ASKS_AN_HOUR}))
    asked = ClientMatchAsk(user_id=unit.actor.user_id, at=unit.started_at)
    unit.add(asked)
    audit.record(unit, "client.match", asked)
    posts = await posts_of_worker(unit)
    return [post.program_id for post in posts], [post.hospital_id for post in posts]


@read("client.list")
async def _elsewhere(
    unit: Unit, hashes: Sequence[bytes], programs: Iterable[UUID], own: Iterable[UUID]
) -> Sequence[str]:
    statement = (
        select(Organization.name)
        .join(ClientMatchKey, col(ClientMatchKey.hospital_id) == col(Organization.id))
        .where(
            col(ClientMatchKey.hash).in_(hashes),
            col(ClientMatchKey.program_id).in_(list(programs)),
            col(ClientMatchKey.hospital_id).not_in(list(own)),
        )
        .distinct()
        .order_by(col(Organization.name))
        .limit(_MOST)
    )
    found: Sequence[str] = await unit.scalars(statement)
    return found
