"""Lists: pages that neither skip nor repeat, only what is wanted, cursors of this list only."""

from typing import Any
from uuid import UUID

import pytest

from coord.access import guard
from coord.clients import CLIENTS, clients
from coord.contacts import CONTACTS, ContactFilter, contacts
from coord.kernel.errors import Invalid, NotAllowed, NotFound
from coord.kernel.paging import MAX_SIZE, PageRequest, encode_cursor
from coord.organizations import ORGANIZATIONS, organizations
from coord.programs import PROGRAMS
from coord.work import begin, listing
from coord.work.engine import Database
from tests.coord.making import contact, log
from tests.world import CHEN, LIN, NORTH, SOUTH, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio


async def test_pages_follow_each_other_while_rows_are_added_in_between(database: Database) -> None:
    for day in range(1, 8):
        await log(contact(occurred_on=f"2026-09-{day:02d}"))
    seen: list[str] = []
    page, after = None, None
    while page is None or page.has_next:
        async with begin(cast.sam, read_only=True) as unit:
            page = await contacts(unit, ["occurred_on"], CONTACTS.request(2, after), ContactFilter())
        seen += [row["occurred_on"].isoformat()[-2:] for row in page.rows]
        after = page.cursors[-1]
        await log(contact(occurred_on="2026-09-09"))
    assert seen == ["07", "06", "05", "04", "03", "02", "01"]
    assert page.has_previous


async def test_a_first_page_is_narrowed_once_for_an_actor(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    scanned: list[Any] = []
    scan = guard._tables_in  # noqa: SLF001  how often it works is the point

    def noted(statement: Any) -> Any:
        scanned.append(statement)
        return scan(statement)

    async def read() -> int:
        async with begin(cast.ola, read_only=True) as unit:
            await contacts(unit, ["client.code", "hospital.name"], CONTACTS.request(7, None), ContactFilter())
        return len(scanned)

    monkeypatch.setattr(guard, "_tables_in", noted)
    first = await read()
    assert [await read(), await read()] == [first, first]


async def test_a_row_holds_what_is_wanted_and_its_id(database: Database) -> None:
    logged = await log(contact())
    async with begin(cast.ola, read_only=True) as unit:
        wanted = ["client.code", "worker.display_name", "hospital.name"]
        (row,) = (await contacts(unit, wanted, PageRequest(5), ContactFilter())).rows
    expected = {"client.code": "NORTH-0001", "worker.display_name": "Sam", "hospital.name": "北岸医院 North"}
    assert {path: row[path] for path in ("id", *wanted)} == {"id": logged.contact_id, **expected}
    assert "note" not in row


async def test_a_list_needs_its_verb(database: Database) -> None:
    async with begin(cast.petra, read_only=True) as unit:
        for listing in (CONTACTS, CLIENTS, ORGANIZATIONS, PROGRAMS):
            with pytest.raises(NotAllowed):
                await listing.page(unit, [], [], PageRequest(1))


async def test_one_row_by_its_id_is_found_or_not_found(database: Database) -> None:
    async with begin(cast.sam, read_only=True) as unit:
        assert (await CLIENTS.one(unit, ["code"], LIN))["code"] == "NORTH-0001"
        with pytest.raises(NotFound):
            await CLIENTS.one(unit, ["code"], SOUTH_ZHAO)
        assert set(await CLIENTS.by_ids(unit, [], [LIN, SOUTH_ZHAO])) == {LIN}


async def test_numbered_pages_and_totals_are_narrowed(database: Database) -> None:
    async with begin(cast.nia, read_only=True) as unit:
        first = await CLIENTS.numbered(unit, ["code"], [], page=1, size=1)
        second = await CLIENTS.numbered(unit, ["code"], [], page=2, size=1)
        assert await CLIENTS.total(unit, []) == 2
    assert {row["code"] for row in (*first, *second)} == {"SOUTH-0001", "SOUTH-0002"}


async def test_children_of_many_parents_come_in_one_statement_a_page_each(database: Database) -> None:
    for client, day in ((LIN, "01"), (LIN, "02"), (LIN, "03"), (CHEN, "04")):
        await log(contact(client=str(client), occurred_on=f"2026-09-{day}"))
    async with begin(cast.sam, read_only=True) as unit:
        pages = await CONTACTS.children(unit, ["occurred_on"], "client_id", [LIN, CHEN, SOUTH_ZHAO], PageRequest(2))
        after = CONTACTS.request(2, pages[LIN].cursors[-1])
        rest = await CONTACTS.children(unit, ["occurred_on"], "client_id", [LIN], after)
    days = {key: [row["occurred_on"].day for row in page.rows] for key, page in pages.items()}
    assert days == {LIN: [3, 2], CHEN: [4], SOUTH_ZHAO: []}
    assert (pages[LIN].has_next, pages[CHEN].has_next) == (True, False)
    assert [row["occurred_on"].day for row in rest[LIN].rows] == [1]


@pytest.mark.parametrize("after", [encode_cursor(["2026-09-01", "no id"]), encode_cursor(["x", str(UUID(int=1))])])
async def test_a_cursor_with_values_of_another_kind_is_refused(database: Database, after: str) -> None:
    async with begin(cast.sam, read_only=True) as unit:
        with pytest.raises(Invalid) as refused:
            await contacts(unit, [], CONTACTS.request(1, after), ContactFilter())
    assert [(p.field, p.code) for p in refused.value.problems] == [("after", "BAD_CURSOR")]


@pytest.mark.parametrize("first", [-1, MAX_SIZE + 1, 10**9])
def test_a_page_has_a_size_within_its_cap(first: int) -> None:
    with pytest.raises(Invalid) as refused:
        CONTACTS.request(first, None)
    assert [(p.field, p.code, p.arguments) for p in refused.value.problems] == [
        ("first", "PAGE_SIZE", {"limit": MAX_SIZE})
    ]


async def test_an_empty_page_may_be_asked_for(database: Database) -> None:
    async with begin(cast.sam, read_only=True) as unit:
        page = await clients(unit, [], CLIENTS.request(0, None))
    assert (list(page.rows), list(page.cursors), page.has_next) == ([], [], True)


@pytest.mark.parametrize("search", ["\x00", "%", "_", "\\", "'", "\ud800", "a" * 5000, "🙂", "\u202e北"])
async def test_any_text_may_be_searched_for(database: Database, search: str) -> None:
    async with begin(cast.sam) as unit:
        found = await organizations(unit, ["code"], PageRequest(50), search=search)
        people = await clients(unit, ["code"], PageRequest(50), search=search)
    assert [row["code"] for row in found.rows] in ([], ["A01", "C01", "F01", "H001", "H002", "S01"], ["H001"])
    assert len(people.rows) in {0, 13}


async def test_organizations_are_found_by_name_pinyin_initials_and_code(database: Database) -> None:
    async with begin(cast.ola, read_only=True) as unit:
        for search in ("北岸", "beian", "bayy", "H001", "h001", "Ｈ００１", "NORTH"):
            page = await organizations(unit, ["id"], PageRequest(50), search=search)
            assert [row["id"] for row in page.rows] == [NORTH], search


async def test_every_filter_narrows_the_contacts(database: Database) -> None:
    logged = await log(contact(occurred_on="2026-09-03"))
    await log(contact(client=str(SOUTH_ZHAO), service_code="HOME_VISIT", occurred_on="2026-08-01"), cast.nia)
    narrow: list[dict[str, Any]] = [
        {"hospital": NORTH},
        {"client": LIN},
        {"with_client": LIN},
        {"service_code": ["CASE_CONTACT"]},
        {"from_day": "2026-08-02"},
        {"hospital": NORTH, "status": ["SUBMITTED"], "program": "DIP"},
    ]
    empty: list[dict[str, Any]] = [{"to_day": "2026-07-31"}, {"flagged": True}, {"program": "NOPE"}, {"group": LIN}]
    async with begin(cast.ola, read_only=True) as unit:
        for given in narrow:
            page = await contacts(unit, [], PageRequest(9), ContactFilter.parse(given))
            assert [row["id"] for row in page.rows] == [logged.contact_id], given
        for given in empty:
            page = await contacts(unit, [], PageRequest(9), ContactFilter.parse(given))
            assert page.rows == [], given
        page = await contacts(unit, ["hospital_id"], PageRequest(9), ContactFilter())
    assert [row["hospital_id"] for row in page.rows] == [NORTH, SOUTH]


def test_a_filter_of_what_does_not_exist_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        ContactFilter.parse({"status": ["EATEN"], "service_code": ["FLY"], "from_day": "yesterday"})
    assert {(p.field, p.code) for p in refused.value.problems} == {
        ("status", "NOT_A_CHOICE"), ("service_code", "NOT_A_CHOICE"), ("from_day", "BAD_DATE"),
    }  # fmt: skip


async def test_cursors_are_a_sequence_like_the_rows(database: Database) -> None:
    async with begin(cast.nia, read_only=True) as unit:
        page = await clients(unit, [], CLIENTS.request(5, None))
    assert (len(page.cursors), list(page.cursors[:1])) == (2, [page.cursors[0]])
    assert page.cursors[-1] == list(page.cursors)[1]


async def test_totals_of_many_parents_come_in_one_statement(database: Database) -> None:
    for client in (LIN, LIN, CHEN):
        await log(contact(client=str(client)))
    async with begin(cast.sam, read_only=True) as unit:
        assert await CONTACTS.totals(unit, "client_id", [LIN, CHEN, SOUTH_ZHAO]) == {LIN: 2, CHEN: 1}


async def test_a_list_builds_a_statement_once_for_each_set_of_paths(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_MOST_STATEMENTS", 2)
    async with begin(cast.nia, read_only=True) as unit:
        for wanted in (["code"], ["gender"], ["district"], ["code"], ["code", "stage"]):
            page = await clients(unit, wanted, PageRequest(1))
            assert set(wanted) <= set(page.rows[0])
