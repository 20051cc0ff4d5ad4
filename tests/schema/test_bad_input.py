"""Bad input through ``logServiceContact``: a problem with field and code, a sentence, nothing written."""

import uuid
from typing import Any

import pytest

from coord.access import Actor
from coord.identity import Preferences, change_preferences
from coord.language import words
from coord.work import begin
from coord.work.engine import Database
from schema.ids import global_id
from tests.schema.api import GRAPHQL, asking_as
from tests.schema.test_line import LOG, contact
from tests.world import CENTER, LIN, NORTH_GROUP, NORTH_MEMBERS, SOUTH, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio

WRONG_DATES = {
    "2026-02-30": "BAD_DATE",
    "2026-13-01": "BAD_DATE",
    "2026-00-10": "BAD_DATE",
    "2026-9-3": "BAD_DATE",
    "03.09.2026": "BAD_DATE",
    "2026年9月3日": "BAD_DATE",
    "20260903": "BAD_DATE",
    "2026-09-03T10:00:00": "BAD_DATE",
    "0001-01-01": "BAD_DATE",
    "yesterday": "BAD_DATE",
    "": "REQUIRED",
    "2099-01-01": "FUTURE_DATE",
    "2025-12-31": "OUTSIDE_PROGRAM",
}
CLIENT, SOUTHERN = global_id("Client", LIN), global_id("Client", SOUTH_ZHAO)
BAD = [
    ({"occurredOn": 20260903}, "occurredOn", "BAD_DATE"),
    ({"occurredOn": ["2026-09-03"]}, "occurredOn", "BAD_DATE"),
    ({"startedAt": "2026-09-03T10:00:00"}, "startedAt", "NO_TIME_ZONE"),
    ({"startedAt": "noon"}, "startedAt", "BAD_DATE"),
    ({"startedAt": "2026-09-04T10:00:00+08:00"}, "startedAt", "NOT_ON_THAT_DAY"),
    ({"durationMinutes": -1}, "durationMinutes", "TOO_SMALL"),
    ({"durationMinutes": 0}, "durationMinutes", "TOO_SMALL"),
    ({"durationMinutes": 2_000_000_000}, "durationMinutes", "TOO_LARGE"),
    ({"anonymousCount": -5}, "anonymousCount", "TOO_SMALL"),
    ({"anonymousCount": 2_000_000_000}, "anonymousCount", "TOO_LARGE"),
    ({"familyPresent": 21}, "familyPresent", "TOO_LARGE"),
    ({"note": "x" * 4001}, "note", "TOO_LONG"),
    ({"note": "a\u0000b"}, "note", "CONTROL_CHARACTERS"),
    ({"note": "a\u202eb"}, "note", "CONTROL_CHARACTERS"),
    ({"note": "\u001b[31m"}, "note", "CONTROL_CHARACTERS"),
    ({"program": ""}, "program", "REQUIRED"),
    ({"program": "D\u0000IP"}, "program", "CONTROL_CHARACTERS"),
    ({"program": "NONE"}, "program", "NO_POST_IN_PROGRAM"),
    ({"program": "x" * 33}, "program", "TOO_LONG"),
    ({"idempotencyKey": "not a key"}, "idempotencyKey", "NOT_AN_ID"),
    ({"idempotencyKey": 7}, "idempotencyKey", "NOT_AN_ID"),
    ({"client": SOUTHERN}, "client", "NO_SUCH_CLIENT"),
    ({"client": global_id("Client", uuid.uuid4())}, "client", "NO_SUCH_CLIENT"),
    ({"client": str(LIN)}, "client", "NOT_AN_ID"),
    ({"client": global_id("Worker", LIN)}, "client", "NOT_AN_ID"),
    ({"client": "garbage"}, "client", "NOT_AN_ID"),
    ({"client": None}, "client", "MISSING_CLIENT"),
    ({"hospital": global_id("Organization", SOUTH)}, "hospital", "NO_POST_AT_HOSPITAL"),
    ({"hospital": CLIENT}, "hospital", "NOT_AN_ID"),
    ({"coWorkers": [global_id("Worker", uuid.uuid4())]}, "coWorkers", "NO_SUCH_WORKER"),
    ({"group": str(NORTH_GROUP)}, "group", "GROUP_NOT_FOR_SERVICE"),
    ({"group": "x"}, "group", "NOT_AN_ID"),
    ({"attendees": [SOUTHERN], "client": None, "serviceCode": "GROUP_SESSION"}, "attendees", "NO_SUCH_CLIENT"),
    ({"attendees": [CLIENT, CLIENT], "client": None, "serviceCode": "GROUP_SESSION"}, "attendees", "NAMED_TWICE"),
    (
        {"hosts": [global_id("Organization", uuid.uuid4())], "client": None, "serviceCode": "COMMUNITY_EVENT", "anonymousCount": 9},
        "hosts",
        "NO_SUCH_ORGANIZATION",
    ),
    ({"collateral": True, "anonymousCount": 2}, "anonymousCount", "COLLATERAL_HAS_NOBODY_PRESENT"),
]  # fmt: skip


async def attempt(who: Actor, given: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """The answer to an attempt, and how many contacts there are after it."""
    async with asking_as(who) as api:
        answer = await api.data(LOG, input=given)
        total = (await api.data("{ serviceContacts { totalCount } }"))["serviceContacts"]["totalCount"]
    found: dict[str, Any] = answer["logServiceContact"]
    return found, total


@pytest.mark.parametrize(("changed", "field", "code"), BAD)
async def test_bad_input_is_rejected_by_field_and_nothing_is_written(
    database: Database, changed: dict[str, Any], field: str, code: str
) -> None:
    answer, total = await attempt(cast.sam, contact(**changed))
    assert answer["__typename"] == "Rejected"
    assert (field, code) in {(problem["field"], problem["code"]) for problem in answer["problems"]}
    assert total == 0


@pytest.mark.parametrize("given", WRONG_DATES)
async def test_thirteen_wrong_dates_are_problems_of_the_date(database: Database, given: str) -> None:
    answer, total = await attempt(cast.sam, contact(occurredOn=given))
    assert [(p["field"], p["code"]) for p in answer["problems"]] == [("occurredOn", WRONG_DATES[given])]
    assert total == 0


async def test_a_problem_is_said_in_the_viewers_language(database: Database) -> None:
    said = {}
    for language in ("zh-CN", "en", "ko"):
        async with begin(cast.sam) as unit:
            await change_preferences(unit, Preferences(language=language, theme="auto"))
        answer, _ = await attempt(cast.sam, contact(note="x" * 4001))
        said[language] = answer["problems"][0]["message"]
    assert said == {language: words(language)("problem.too_long", limit=4000) for language in said}
    assert len(set(said.values())) == 3


async def test_all_problems_are_named_at_once(database: Database) -> None:
    answer, _ = await attempt(cast.sam, contact(client="garbage", occurredOn="x", durationMinutes=-1, note="\u0000"))
    assert [(p["field"], p["code"]) for p in answer["problems"]] == [
        ("client", "NOT_AN_ID"), ("occurredOn", "BAD_DATE"), ("durationMinutes", "TOO_SMALL"),
        ("note", "CONTROL_CHARACTERS"),
    ]  # fmt: skip


async def test_emoji_and_long_notes_are_kept(database: Database) -> None:
    answer, total = await attempt(cast.sam, contact(note="😀" * 4000))
    assert (answer["__typename"], total) == ("ServiceContactLogged", 1)


async def test_everything_that_a_session_knows_comes_through(database: Database) -> None:
    members = [global_id("Client", member) for member in NORTH_MEMBERS]
    answer, _ = await attempt(
        cast.sam,
        contact(
            client=None, serviceCode="GROUP_SESSION", group=str(NORTH_GROUP), attendees=members[:8], absentees=members[8:],
            anonymousCount=2, setting="WARD", issues=["EMOTIONAL", "STIGMA"], durationMinutes=90,
        ),
    )  # fmt: skip
    assert answer["serviceContact"]["personTimes"] == 10


async def test_an_event_may_have_joint_hosts(database: Database) -> None:
    host = global_id("Organization", CENTER)
    answer, _ = await attempt(
        cast.sam, contact(client=None, serviceCode="COMMUNITY_EVENT", anonymousCount=40, hosts=[host])
    )
    assert answer["serviceContact"]["personTimes"] == 40


@pytest.mark.parametrize(
    "changed",
    [
        {"serviceCode": "NOTHING"},
        {"stage": 3},
        {"durationMinutes": "30"},
        {"durationMinutes": 2**31},
        {"durationMinutes": 1.5},
        {"note": 5},
        {"unknown": 1},
        {"program": None},
    ],
)
async def test_a_value_of_the_wrong_graphql_type_is_refused_before_anything_runs(
    database: Database, changed: dict[str, Any]
) -> None:
    async with asking_as(cast.sam) as api:
        answer = await api.post({"query": LOG, "variables": {"input": contact(**changed)}}, Accept=GRAPHQL)
        total = (await api.data("{ serviceContacts { totalCount } }"))["serviceContacts"]["totalCount"]
    assert (answer.status_code, list(answer.json()), total) == (400, ["errors"], 0)
    assert {error["extensions"]["code"] for error in answer.json()["errors"]} == {"BAD_INPUT"}


READS = [
    ("{ clients(first: 101) { totalCount } }", "first", "PAGE_SIZE"),
    ("{ clients(first: -1) { totalCount } }", "first", "PAGE_SIZE"),
    ('{ clients(after: "x") { totalCount } }', "after", "BAD_CURSOR"),
    ('{ clients(search: "\\u0000") { totalCount } }', "search", "CONTROL_CHARACTERS"),
    ('{ clients(search: "' + "x" * 60_000 + '") { totalCount } }', "search", "TOO_LONG"),
    ('{ organizations(search: "' + "x" * 201 + '") { totalCount } }', "search", "TOO_LONG"),
    ('{ serviceContacts(filter: {from: "x"}) { totalCount } }', "from", "BAD_DATE"),
    ('{ serviceContacts(filter: {client: "x"}) { totalCount } }', "client", "NOT_AN_ID"),
    ('{ serviceContacts(filter: {program: "\\u0000"}) { totalCount } }', "program", "CONTROL_CHARACTERS"),
    ('{ placements(hospital: "x") { totalCount } }', "hospital", "NOT_AN_ID"),
    ('{ measures(program: "DIP", from: "2026-02-01", to: "2026-01-01") { asOf } }', None, "ENDS_BEFORE_START"),
    ('{ measures(program: "DIP", from: "x", to: "2026-01-01") { asOf } }', "from", "BAD_DATE"),
    (
        '{ measures(program: "DIP", from: "2026-01-01", to: "2026-01-31", hospitals: ["x"]) { asOf } }',
        "hospitals",
        "NOT_AN_ID",
    ),
]


@pytest.mark.parametrize(("query", "field", "code"), READS)
async def test_a_question_with_a_bad_argument_names_field_and_code(
    database: Database, query: str, field: str | None, code: str
) -> None:
    async with asking_as(cast.sam) as api:
        answer = await api.ask(query)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INVALID"]
    assert [(p["field"], p["code"]) for p in answer["errors"][0]["extensions"]["problems"]] == [(field, code)]
