"""The vault: nothing readable in the database, keys that turn, names found without being stored."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from coord.access import system
from coord.audit.tables import AuditEntry
from coord.clients import cards, find_clients, identities, vault
from coord.clients.rotating import rotate_client_keys
from coord.clients.tables import ClientIdentity, ClientKey, ClientSearchKey
from coord.clients.vault import CannotOpen, opened_identity, search_hash
from coord.identity.factor.rotating import rotate_factors
from coord.kernel.table import Row
from coord.settings import Settings
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.world import CHEN, LIN, cast

KEEPER = system("test keeper", "turns keys in a test", "key.rotate")
NAMES = ("林", "陈", "13800138000", "lin", "chen")


def with_keys(monkeypatch: pytest.MonkeyPatch, *keys: str, search: str = "development-only-not-a-secret") -> None:
    """The vault under another ring."""
    changed = Settings(vault_keys=SecretStr(",".join(keys)), search_key=SecretStr(search))
    monkeypatch.setattr(vault, "settings", lambda: changed)


async def _bytes_of(*models: type[Row]) -> Iterator[bytes]:
    rows = [row for model in models for row in await stored(model)]
    return (value for row in rows for value in row.model_dump().values() if isinstance(value, bytes))


async def test_the_vault_holds_no_name_no_pinyin_and_no_number_that_can_be_read(database: Database) -> None:
    kept = list(await _bytes_of(ClientKey, ClientIdentity, ClientSearchKey))
    assert len(kept) > 45
    assert not [value for value in kept if any(name.encode() in value for name in NAMES)]


async def test_values_of_two_people_cannot_be_swapped(database: Database) -> None:
    keys = {row.id: row.wrapped for row in await stored(ClientKey)}
    sealed = {row.id: row for row in await stored(ClientIdentity)}
    for key, wrapped, identity in ((CHEN, keys[CHEN], sealed[LIN]), (CHEN, keys[LIN], sealed[CHEN])):
        with pytest.raises(CannotOpen):
            opened_identity(key, wrapped, identity.name)
    with pytest.raises(CannotOpen):
        opened_identity(CHEN, keys[CHEN], sealed[CHEN].phone or b"")


async def test_keys_turn_in_small_steps_and_the_old_one_can_leave(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with begin(cast.sam) as unit:
        before = await identities(unit, [CHEN, LIN])
    with_keys(monkeypatch, "n" * 40, "development-only-not-a-secret")
    after, turned, steps = None, 0, 0
    while steps == 0 or after is not None:
        async with begin(KEEPER) as unit:
            number, after = await rotate_client_keys(unit, after, limit=4)
        turned, steps = turned + number, steps + 1
    assert (turned, steps) == (15, 4)
    async with begin(KEEPER) as unit:
        assert await rotate_client_keys(unit) == (0, None)
        assert await rotate_factors(unit) == 0
    with_keys(monkeypatch, "n" * 40)
    async with begin(cast.sam) as unit:
        assert await identities(unit, [CHEN, LIN]) == before
        assert {card.id for card in await find_clients(unit, before[LIN]["name"] or "")} >= {LIN}
    entries = await stored(AuditEntry, AuditEntry.verb == "key.rotate")
    assert [entry.after["number"] for entry in entries] == [4, 4, 4, 3]


async def test_a_ring_without_the_key_shows_nobody(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with_keys(monkeypatch, "x" * 40)
    with pytest.raises(CannotOpen):
        async with begin(cast.sam) as unit:
            await cards(unit, [CHEN])
    with pytest.raises(CannotOpen):
        async with begin(KEEPER) as unit:
            await rotate_client_keys(unit)


async def test_another_search_key_finds_no_name(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with begin(cast.sam) as unit:
        name = (await identities(unit, [LIN]))[LIN]["name"] or ""
        assert [card.id for card in await find_clients(unit, name)] == [LIN]
        with_keys(monkeypatch, "development-only-not-a-secret", search="y" * 40)
        assert await find_clients(unit, name) == []


def test_hashes_differ_by_key_and_end_with_the_longest_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = search_hash("lin")
    with_keys(monkeypatch, "a" * 40, search="z" * 40)
    assert search_hash("lin") != ours
    assert search_hash("a" * 24 + "b") == search_hash("a" * 24)
