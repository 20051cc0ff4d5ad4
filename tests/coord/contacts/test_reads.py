"""What the worker's pages ask of contacts."""

import pytest

from coord.cases import cases_of_client
from coord.contacts import (
    ContactFilter,
    contacts_by_id,
    contacts_on_page,
    count_contacts,
    last_contact,
    notes,
    recent_clients,
)
from coord.kernel.errors import NotAllowed
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log
from tests.world import CHEN, HUANG, LIN, NORTH_GROUP, SAM_WORKER, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio


async def test_the_clients_served_last_come_first_each_once(database: Database) -> None:
    for client in (LIN, CHEN, HUANG, LIN):
        await log(contact(client=str(client)))
    async with begin(cast.sam, read_only=True) as unit:
        recent = await recent_clients(unit, SAM_WORKER, limit=2)
        assert [row["client_id"] for row in recent] == [LIN, HUANG]
    async with begin(cast.nia, read_only=True) as unit:
        assert await recent_clients(unit, SAM_WORKER) == []


async def test_the_next_form_starts_from_the_last_contact_with_the_client(database: Database) -> None:
    await log(contact(duration_minutes=20))
    await log(contact(duration_minutes=45, service_code="HOME_VISIT", occurred_on="2026-08-01"))
    async with begin(cast.sam, read_only=True) as unit:
        last = await last_contact(unit, SAM_WORKER, LIN)
        assert last is not None
        assert (last["duration_minutes"], last["service_code"]) == (45, "HOME_VISIT")
        assert await last_contact(unit, SAM_WORKER, CHEN) is None


async def test_numbered_pages_go_from_new_to_old_and_count_all(database: Database) -> None:
    for day in range(1, 6):
        await log(contact(occurred_on=f"2026-09-{day:02d}"))
    async with begin(cast.ola, read_only=True) as unit:
        pages = [
            [
                row["occurred_on"].day
                for row in await contacts_on_page(unit, ["occurred_on"], ContactFilter(), page=n, size=2)
            ]
            for n in (1, 2, 3, 4)
        ]
        assert await count_contacts(unit, ContactFilter(client=LIN)) == 5
        assert await count_contacts(unit, ContactFilter(worker=SAM_WORKER, group=NORTH_GROUP)) == 0
    assert pages == [[5, 4], [3, 2], [1], []]


async def test_contacts_by_id_leave_out_those_of_others(database: Database) -> None:
    mine, theirs = await log(contact()), await log(contact(client=str(SOUTH_ZHAO)), cast.nia)
    async with begin(cast.sam, read_only=True) as unit:
        assert set(await contacts_by_id(unit, ["id"], [mine.contact_id, theirs.contact_id])) == {mine.contact_id}


async def test_notes_are_read_by_the_care_team_and_nobody_else(database: Database) -> None:
    logged, plain = await log(contact(note="NORTH 记录")), await log(contact())
    ids = [logged.contact_id, plain.contact_id]
    for actor in (cast.sam, cast.sun):
        async with begin(actor, read_only=True) as unit:
            assert await notes(unit, ids) == {logged.contact_id: "NORTH 记录"}
    for elsewhere in (cast.nia, cast.cai):
        async with begin(elsewhere, read_only=True) as unit:
            assert await notes(unit, ids) == {}
    for name in ("ola", "fatima", "petra", "adam"):
        with pytest.raises(NotAllowed):
            async with begin(getattr(cast, name), read_only=True) as unit:
                await notes(unit, ids)


async def test_the_cases_of_a_client_are_seen_with_the_client(database: Database) -> None:
    async with begin(cast.sam, read_only=True) as unit:
        assert [case.client_id for case in await cases_of_client(unit, LIN)] == [LIN]
        assert await cases_of_client(unit, CHEN) == []
    async with begin(cast.nia, read_only=True) as unit:
        assert await cases_of_client(unit, LIN) == []
