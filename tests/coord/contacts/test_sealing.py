"""Notes lie sealed: with a key of the client at the organization that writes, others with the organization's."""

import uuid

import pytest
from pydantic import SecretStr

from coord.access import system
from coord.clients import vault
from coord.clients.inputs import ClientPair
from coord.clients.merging import merge_clients
from coord.contacts import notes
from coord.contacts.amending import amend_contact
from coord.contacts.rotating import rotate_note_keys
from coord.contacts.sealing import key_id
from coord.contacts.tables import NoteKey, ServiceContact
from coord.kernel.sealing import CannotOpen
from coord.referrals.rotating import rotate_referral_keys
from coord.settings import Settings
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log, stored, without_client
from tests.coord.referrals.making import sent
from tests.queries import queries
from tests.world import CHEN, LIN, NORTH, SOUTH_ZHAO, cast

KEEPER = system("test keeper", "turns keys in a test", "key.rotate")
WORDS = "canary 与患者及家属沟通病情，患者情绪稳定。"


async def read(contact_id: uuid.UUID) -> str | None:
    async with begin(cast.sam, read_only=True) as unit:
        return (await notes(unit, [contact_id])).get(contact_id)


async def test_a_note_is_nowhere_in_plain_words_and_opens_for_the_care_team(database: Database) -> None:
    logged = await log(contact(note=WORDS))
    (row,) = await stored(ServiceContact)
    assert b"canary" not in row.note
    assert row.note_key_id == key_id(LIN, NORTH)
    assert await read(logged.contact_id) == WORDS


async def test_one_key_for_each_client_at_each_organization_and_one_for_notes_about_nobody(database: Database) -> None:
    for given, actor in (
        (contact(note="one"), cast.sam), (contact(note="two"), cast.sam), (contact(client=str(CHEN), note="three"), cast.sam),
        (without_client(note="four"), cast.sam), (contact(client=str(SOUTH_ZHAO), note="five"), cast.nia), (contact(), cast.sam),
    ):  # fmt: skip
        await log(given, actor)
    named = {(row.client_id, row.hospital_id) for row in await stored(NoteKey)}
    assert len(named) == len(await stored(NoteKey)) == 4
    assert {(LIN, NORTH), (CHEN, NORTH), (None, NORTH)} < named


async def test_a_note_opens_in_its_own_contact_alone(database: Database) -> None:
    one, other = await log(contact(note="one")), await log(contact(note="two"))
    rows = {row.id: row for row in await stored(ServiceContact)}
    async with begin(cast.sam) as unit:
        swapped = await unit.find(ServiceContact, one.contact_id)
        swapped.note = rows[other.contact_id].note
    with pytest.raises(CannotOpen):
        await read(one.contact_id)


async def test_an_amended_contact_has_the_new_note_under_the_new_clients_key_or_none(database: Database) -> None:
    logged = await log(contact(note=WORDS))
    for given, said, key in (
        (contact(client=str(CHEN), note="anew " + WORDS), "anew " + WORDS, key_id(CHEN, NORTH)), (contact(), None, None)
    ):  # fmt: skip
        async with begin(cast.sam) as unit:
            await amend_contact(unit, logged.contact_id, given)
        (row,) = await stored(ServiceContact)
        assert (await read(logged.contact_id), row.note_key_id) == (said, key)
        assert (row.note is None) == (row.note_hash is None) == (said is None)


async def test_merged_files_leave_their_notes_readable_and_their_keys_with_the_one_that_is_kept(
    database: Database,
) -> None:
    logged = await log(contact(client=str(CHEN), note=WORDS))
    async with begin(cast.sam) as unit:
        await merge_clients(unit, ClientPair(client=LIN, other=CHEN))
    (kept,) = await stored(NoteKey)
    assert kept.client_id == LIN
    assert await read(logged.contact_id) == WORDS


async def test_twenty_notes_take_as_many_queries_as_one(database: Database) -> None:
    logged = [(await log(contact(note=f"{n} {WORDS}"))).contact_id for n in range(20)]
    for ids in (logged[:1], logged):
        async with begin(cast.sam, read_only=True) as unit:
            with queries(1):
                assert len(await notes(unit, ids)) == len(ids)


async def test_keys_of_notes_and_of_referrals_turn(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    logged = await log(contact(note=WORDS))
    await sent()
    for ring, expected in (("n" * 40 + ",development-only-not-a-secret", 1), ("n" * 40, 0)):
        changed = Settings(vault_keys=SecretStr(ring))
        monkeypatch.setattr(vault, "settings", lambda kept=changed: kept)
        async with begin(KEEPER) as unit:
            assert await rotate_note_keys(unit) == (expected, None)
            assert await rotate_referral_keys(unit) == (expected, None)
    assert await read(logged.contact_id) == WORDS
