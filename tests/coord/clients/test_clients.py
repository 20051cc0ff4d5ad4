"""People served: registering, finding."""

import json
import uuid
from typing import Any

import pytest

from coord.access import Actor
from coord.audit.tables import AuditEntry
from coord.clients import (
    RegisterClient,
    cards,
    clients,
    clients_in_reach,
    find_clients,
    identities,
    register_by_code,
    register_client,
)
from coord.clients.tables import Client, ClientIdentity, ClientKey, ClientSearchKey
from coord.clients.vault import opened_identity, search_hash
from coord.kernel.errors import Conflict, Invalid, NotAllowed
from coord.kernel.paging import PageRequest
from coord.work import begin
from coord.work.engine import Database
from coord.work.tables import Submission
from tests.coord.making import DEMANDED, stored
from tests.world import CHEN, LIN, NORTH, PROGRAM, SOUTH_ZHAO, cast, fixed

pytestmark = pytest.mark.anyio


def person(**changed: Any) -> RegisterClient:
    """A valid registration by Sam, changed where a test needs it."""
    given = {"idempotency_key": str(uuid.uuid4()), "program": PROGRAM, "name": "欧阳晓NORTH",
             "phone": "13900139000", **DEMANDED}  # fmt: skip
    return RegisterClient.parse({**given, **changed})


async def register(given: RegisterClient, actor: Actor = cast.sam) -> uuid.UUID:
    async with begin(actor) as unit:
        return await register_client(unit, given)


async def found(search: str, actor: Actor = cast.sam) -> list[str]:
    async with begin(actor) as unit:
        return [card.code for card in await find_clients(unit, search)]


async def test_a_registered_person_has_a_code_a_vault_row_and_is_found(database: Database) -> None:
    made = await register(person(birth_year="1988", gender="FEMALE"))
    (client,) = await stored(Client, Client.id == made)
    assert (client.code, client.hospital_id, client.birth_year) == ("C-00014", NORTH, 1988)
    (vault,) = await stored(ClientIdentity, ClientIdentity.id == made)
    (key,) = await stored(ClientKey, ClientKey.id == made)
    assert opened_identity(made, key.wrapped, vault.name, vault.phone) == ("欧阳晓NORTH", "13900139000")
    for search in ("欧阳", "ouyangxiao", "oyx", "OYX", "c-00014", "14"):
        assert await found(search) == ["C-00014"], search


async def test_the_same_registration_again_gives_the_same_person(database: Database) -> None:
    given = person()
    assert await register(given) == await register(given)
    assert (len(await stored(Client)), len(await stored(Submission))) == (16, 1)
    with pytest.raises(Conflict):
        await register(person(idempotency_key=str(given.idempotency_key), name="另一人NORTH"))


async def test_a_given_code_must_be_free_at_the_hospital_and_the_next_free_one_is_taken_else(
    database: Database,
) -> None:
    await register(person(code="C-00015"))
    made = await register(person())
    (client,) = await stored(Client, Client.id == made)
    assert client.code == "C-00016"
    with pytest.raises(Conflict) as refused:
        await register(person(code="NORTH-0001"))
    assert [(p.field, p.code) for p in refused.value.problems] == [("code", "CODE_TAKEN")]
    assert len(await stored(Client)) == 17
    await register(person(code="NORTH-0001"), cast.nia)


@pytest.mark.parametrize("name", ["ola", "sun", "fatima", "cai", "petra", "adam"])
async def test_who_has_no_post_registers_nobody(database: Database, name: str) -> None:
    with pytest.raises((NotAllowed, Invalid)):
        await register(person(), getattr(cast, name))
    assert len(await stored(Client)) == 15


async def test_the_trail_of_a_registration_names_no_person(database: Database) -> None:
    await register(person(bed="7-12", district="海淀区", birth_year=1988))
    (entry,) = await stored(AuditEntry)
    # Ids and times are random digits that may hold any of these words by chance.
    kept = {name: value for name, value in entry.after.items() if not name.endswith(("id", "_at"))}
    told = json.dumps(kept, ensure_ascii=False)
    assert entry.verb == "client.register"
    assert {"code", "birth_year", "district", "bed"} <= kept.keys()
    assert not any(word in told for word in ("欧阳", "139", "7-12", "海淀", "1988"))


@pytest.mark.parametrize("search", ["陈", "chenxiulan", "cxl", "CHEN", "０２３１", "0231", "NORTH-0231", "north-02"])
async def test_a_person_is_found_by_name_pinyin_initials_and_the_end_of_the_code(
    database: Database, search: str
) -> None:
    assert await found(search) == ["NORTH-0231"]


@pytest.mark.parametrize("search", ["", "  ", "%", "_", "\\", "\x00", "不存在", "cxl' or 1=1 --"])
async def test_nothing_typed_and_nothing_meant_finds_nobody(database: Database, search: str) -> None:
    assert await found(search) == []


async def test_a_search_finds_nobody_of_another_hospital(database: Database) -> None:
    assert await found("赵梦琪") == []
    assert await found("赵梦琪", cast.nia) == ["SOUTH-0001"]


async def test_every_name_shown_is_on_the_trail_with_who_read_it(database: Database) -> None:
    async with begin(cast.sam) as unit:
        shown = await cards(unit, [CHEN, LIN, SOUTH_ZHAO])
        assert await cards(unit, []) == {}
    assert {key: card.name for key, card in shown.items()} == {CHEN: "陈秀兰NORTH", LIN: "林芳NORTH"}
    entries = await stored(AuditEntry)
    assert {(e.verb, e.actor_id, e.subject_id) for e in entries} == {
        ("client.read_identity", cast.sam.user_id, CHEN), ("client.read_identity", cast.sam.user_id, LIN),
    }  # fmt: skip


async def test_identities_are_read_by_the_care_team_alone(database: Database) -> None:
    async with begin(cast.sun) as unit:
        read = await identities(unit, [CHEN, SOUTH_ZHAO])
    assert {row["name"] for row in read.values()} == {"陈秀兰NORTH", "赵梦琪SOUTH"}
    async with begin(cast.cai) as unit:
        assert await identities(unit, [CHEN]) == {}
    for name in ("ola", "fatima", "petra", "adam"):
        with pytest.raises(NotAllowed):
            async with begin(getattr(cast, name)) as unit:
                await identities(unit, [CHEN])


async def test_the_foundation_searches_codes_and_never_names(database: Database) -> None:
    async with begin(cast.ola) as unit:
        by_code = await clients(unit, ["code"], PageRequest(50), search="0231")
        by_name = await clients(unit, ["code"], PageRequest(50), search="陈秀兰")
        everybody = await clients(unit, ["code"], PageRequest(50))
    assert [row["code"] for row in by_code.rows] == ["NORTH-0231"]
    assert (by_name.rows, len(everybody.rows)) == ([], 15)
    assert not {"name", "phone", "bed"} & set(everybody.rows[0])


async def test_reach_and_codes_stop_at_the_hospital(database: Database) -> None:
    async with begin(cast.sam, read_only=True) as unit:
        assert await clients_in_reach(unit, {LIN, SOUTH_ZHAO, fixed("nobody")}, NORTH) == {LIN}
        assert await clients_in_reach(unit, [], NORTH) == set()
        assert await register_by_code(unit, NORTH, ["NORTH-0001", "SOUTH-0001"]) == {"NORTH-0001": LIN}


async def test_keys_are_stored_for_the_name_and_nothing_else(database: Database) -> None:
    made = await register(person(name="陈秀兰", phone=""))
    hashes = {row.hash for row in await stored(ClientSearchKey, ClientSearchKey.client_id == made)}
    whole = ("陈秀兰", "chenxiulan", "cxl", "chenxl")
    assert hashes == {search_hash(text[:n]) for text in whole for n in range(1, len(text) + 1)}
