"""Logging a contact on the page."""

import httpx2
import pytest

from coord.measures import MeasureQuery, measure_table
from coord.work import begin
from coord.work.engine import Database
from tests.web.visit import HTMX, Fields, count_of, events, fields_of, search, visiting, visitor
from tests.world import CHEN, LIN, PROGRAM, SOUTH, SOUTH_ZHAO, cast, fixed

pytestmark = pytest.mark.anyio


async def opened(sam: httpx2.AsyncClient, query: str = f"client={LIN}") -> Fields:
    """The fields of a freshly opened form."""
    return fields_of(await sam.get(f"/log?{query}"), "/log")


async def test_the_form_as_it_opens_can_be_saved_at_once(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.post("/log", data=await opened(sam))
    assert (answer.status_code, answer.headers["location"]) == (303, "/today")
    assert await count_of(client=str(LIN)) == 1


async def test_htmx_is_sent_on_by_a_header_because_it_follows_no_redirects(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.post("/log", data=await opened(sam), headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/today")


async def test_the_same_form_sent_twice_is_one_contact(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = await opened(sam)
        await sam.post("/log", data=fields)
        again = await sam.post("/log", data=fields)
    assert again.status_code == 303
    assert await count_of(client=str(LIN)) == 1


async def test_save_and_next_keeps_service_and_minutes_but_not_the_person(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = await opened(sam) | {"then": ["next"], "service_code": ["BEDSIDE_VISIT"], "duration_minutes": ["45"]}
        answer = await sam.post("/log", data=fields)
        following = await opened(sam, answer.headers["location"].partition("?")[2] + f"&client={CHEN}")
    assert str(LIN) not in answer.headers["location"]
    assert (following["service_code"], following["duration_minutes"]) == (["BEDSIDE_VISIT"], ["45"])


async def test_the_next_form_for_a_person_starts_from_the_last_contact(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = await opened(sam)
        await sam.post("/log", data=fields | {"issues": ["STIGMA"], "duration_minutes": [""], "duration_other": ["25"]})
        following = await opened(sam)
    assert (following["issues"], following["duration_minutes"], following["duration_other"]) == (
        ["STIGMA"],
        [""],
        ["25"],
    )
    assert following["idempotency_key"] != fields["idempotency_key"]


async def test_bad_input_comes_back_with_everything_that_was_typed(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = await opened(sam) | {
            "duration_minutes": [""],
            "duration_other": ["half an hour"],
            "note": ["谈了家里的事 & <b>"],
            "family_present": ["3"],
        }
        answer = await sam.post("/log", data=fields)
    kept = fields_of(answer, "/log")
    assert answer.status_code == 422
    assert "<title>Error: Log a contact" in answer.text
    assert (kept["duration_other"], kept["note"], kept["family_present"]) == (
        ["half an hour"],
        ["谈了家里的事 & <b>"],
        ["3"],
    )
    assert 'aria-describedby="duration_minutes-wrong"' in answer.text
    assert await count_of() == 0


async def test_htmx_gets_only_the_form_when_it_is_refused(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.post("/log", data=await opened(sam) | {"occurred_on": ["2099-01-01"]}, headers=HTMX)
    assert answer.status_code == 422
    assert answer.text.strip().startswith('<form id="log"')


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("duration_minutes", "-5"),
        ("duration_minutes", "99999999999999999999"),
        ("occurred_on", "2026-02-30"),
        ("occurred_on", "20260903"),
        ("note", "a" * 4001),
        ("note", "a\x00b"),
        ("note", "\u202egnol"),
        ("service_code", "DANCING"),
        ("family_present", "21"),
        ("client", "not an id"),
        ("client", str(fixed("client/nobody"))),
        ("client", str(SOUTH_ZHAO)),
        ("co_workers", str(fixed("worker/nobody"))),
        ("program", "NONE"),
        ("idempotency_key", ""),
    ],
)
async def test_each_bad_value_is_422_and_writes_nothing(database: Database, field: str, value: str) -> None:
    async with visiting("sam") as sam:
        answer = await sam.post("/log", data=await opened(sam) | {field: [value]})
    assert answer.status_code == 422
    assert await count_of() == 0


async def test_a_person_of_another_hospital_is_not_found(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.get(f"/log?client={SOUTH_ZHAO}")
    assert answer.status_code == 404
    assert "SOUTH" not in answer.text


async def test_a_sponsor_may_neither_open_nor_send_the_form(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = await opened(sam)
    async with visiting("fatima") as fatima:
        page, sent = await fatima.get("/log"), await fatima.post("/log", data=fields)
    assert (page.status_code, sent.status_code) == (403, 403)
    assert await count_of() == 0


async def test_the_picker_finds_by_initials_pinyin_name_and_code_without_javascript(database: Database) -> None:
    async with visiting("sam") as sam:
        for typed in ("cxl", "chenxl", "陈", "0231"):
            answer = await search(sam, "/log", typed)
            assert f"/log?client={CHEN}" in answer.text, typed


async def test_the_picker_answers_htmx_with_the_found_people_alone(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await search(sam, "/log", "cxl", **HTMX)
        back = await search(sam, "/log", "cxl", **HTMX, **{"HX-History-Restore-Request": "true"})
    assert answer.text.strip().startswith('<div id="found"')
    assert back.text.startswith("<!doctype html>")


async def test_the_picker_of_south_never_shows_people_of_north(database: Database) -> None:
    async with visiting("nia") as nia:
        answer = await search(nia, "/log", "cxl")
    assert str(CHEN) not in answer.text
    assert "NORTH" not in answer.text


async def test_an_anonymous_consultation_needs_no_person(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = await opened(sam, "kind=anonymous") | {"anonymous_count": ["2"]}
        answer = await sam.post("/log", data=fields)
    assert answer.status_code == 303
    assert await count_of(service_code=["CONSULTATION"]) == 1


async def test_an_event_counts_heads(database: Database) -> None:
    async with visiting("sam") as sam:
        await sam.post("/log", data=await opened(sam, "kind=event") | {"anonymous_count": ["60"]})
        today = await sam.get("/today")
    assert "60 person-times" in today.text


async def test_a_session_that_ended_keeps_the_page_for_htmx(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = await opened(sam)
    async with visitor() as nobody:
        answer = await nobody.post("/log", data=fields, headers=HTMX)
    assert (answer.status_code, events(answer)) == (401, {"sessionExpired": True})


async def test_a_session_that_ended_carries_the_form_through_sign_in_without_javascript(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = await opened(sam) | {"note": ["长长的一段话"]}
    async with visitor() as nobody:
        asked = await nobody.post("/log", data=fields)
        assert asked.status_code == 401
        who = {"email": ["sam@demo.example"], "password": ["demo-password-1"]}
        carried = await nobody.post("/sign-in", data=fields_of(asked, "/sign-in") | who)
        assert carried.status_code == 200
        again = fields_of(carried, "/log")
        assert again["note"] == ["长长的一段话"]
        assert (await nobody.post("/log", data=again)).status_code == 303
    assert await count_of(client=str(LIN)) == 1


@pytest.mark.parametrize("query", ["", "kind=person", "kind=dancing"])
async def test_without_a_person_the_page_asks_whom_it_is_about(database: Database, query: str) -> None:
    async with visiting("sam") as sam:
        answer = await sam.get(f"/log?{query}")
    assert 'id="found"' in answer.text


async def test_an_event_held_jointly_is_one_record_that_both_hospitals_see(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = fields_of(await sam.get("/log?kind=event"), "/log")
        assert str(SOUTH) in (await sam.get("/log?kind=event")).text
        await sam.post("/log", data=fields | {"hosts": [str(SOUTH)], "anonymous_count": ["60"]})
    async with visiting("nia") as nia:
        seen = (await nia.get("/contacts")).text
    async with begin(cast.ola, read_only=True) as unit:
        query = MeasureQuery.parse({"program": PROGRAM, "from_day": "2026-01-01", "to_day": "2026-12-31"})
        total = (await measure_table(unit, query)).total
    assert "Community event" in seen
    assert (total["events"], total["person_times"]) == (1, 60)
