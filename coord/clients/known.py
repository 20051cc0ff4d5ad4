"""Who of a list is registered already at a hospital: by code, by document, by name with birth year and phone."""

from collections.abc import Collection, Iterator, Mapping
from typing import TypeVar
from uuid import UUID

from sqlmodel import col

from coord.clients.tables import Client, ClientIdentity, ClientMatchKey, ClientSearchKey
from coord.clients.vault import search_hash
from coord.kernel.sql import select
from coord.kernel.text import search_keys
from coord.work import Unit, read

_AT_ONCE, _MOST_ALIKE = 500, 10_000
ValueT = TypeVar("ValueT")


def _portions(values: Collection[ValueT]) -> Iterator[list[ValueT]]:
    wanted = list(values)
    return (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE))


@read("client.import")
async def clients_by_hash(unit: Unit, hospital_id: UUID, hashes: Collection[bytes]) -> Mapping[bytes, str]:
    """The code of a client of the hospital for each of these hashes that is known there."""
    found: dict[bytes, str] = {}
    for portion in _portions(hashes):
        statement = (
            select(ClientMatchKey.hash, Client.code)
            .join(Client, col(Client.id) == col(ClientMatchKey.client_id))
            .where(
                col(ClientMatchKey.hospital_id) == hospital_id,
                col(ClientMatchKey.hash).in_(portion),
                col(Client.erased_on).is_(None),
                col(Client.merged_into_id).is_(None),
            )
            .order_by(col(Client.code).desc())
            .limit(_MOST_ALIKE)
        )
        found |= {row.hash: row.code for row in await unit.rows(statement)}
    return found


@read("client.import")
async def named_otherwise(unit: Unit, hospital_id: UUID, names: Mapping[str, str]) -> frozenset[str]:
    """The codes of a hospital, with the names that a list gives them, whose clients are registered under another name."""
    held: dict[str, set[bytes]] = {}
    wanted = {code: {search_hash(key) for key in search_keys(name)} for code, name in names.items()}
    for portion in _portions(names.keys()):
        statement = (
            select(Client.code, ClientSearchKey.hash)
            .join(ClientSearchKey, col(ClientSearchKey.client_id) == col(Client.id))
            .where(
                col(Client.hospital_id) == hospital_id,
                col(Client.code).in_(portion),
                col(ClientSearchKey.hash).in_({digest for code in portion for digest in wanted[code]}),
            )
        )
        for code, digest in await unit.rows(statement):
            held.setdefault(code, set()).add(digest)
    named = await _with_names(unit, hospital_id, names)
    return frozenset(code for code in named if not wanted[code] & held.get(code, set()))


async def _with_names(unit: Unit, hospital_id: UUID, codes: Collection[str]) -> set[str]:
    """Those of the codes whose clients have a name at all."""
    found: set[str] = set()
    for portion in _portions(codes):
        statement = (
            select(Client.code)
            .join(ClientIdentity, col(ClientIdentity.id) == col(Client.id))
            .where(col(Client.hospital_id) == hospital_id, col(Client.code).in_(portion))
        )
        found |= set(await unit.scalars(statement))
    return found
