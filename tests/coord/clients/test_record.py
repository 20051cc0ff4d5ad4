"""The record of a client: every field of the form sealed, found again by its document, shown to the care team alone."""

import uuid
from datetime import date
from typing import Any

import pytest

from coord.access import Actor
from coord.audit.tables import AuditEntry
from coord.clients import RegisterClient, register_client
from coord.clients.codes import ClientFact
from coord.clients.inputs import Likeness
from coord.clients.matching import ask_elsewhere, likely_doubles
from coord.clients.record import RecordFacts
from coord.clients.record.lacking import facts_lacking, incomplete_clients
from coord.clients.record.reads import records
from coord.clients.record.rules import check_record, is_card_number
from coord.clients.record.tables import ClientRecord
from coord.clients.tables import Client
from coord.kernel.clock import now
from coord.kernel.errors import Invalid, NotAllowed
from coord.rights import CorrectClient, correct_client, corrections, facts_now
from coord.rights.codes import CorrectedField
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.world import BUILDER, CHEN, LIN, PROGRAM, SOUTH_ZHAO, cast

CARD = "11010519491231002X"
"""The example of the standard, born on 1949-12-31."""
FACTS: dict[str, Any] = {
    "alias": "小雨", "birth_date": "1949-12-31", "id_type": "ID_CARD", "id_number": CARD, "mrn": "ZY-20260901",
    "insurance_type": "EMPLOYEE", "household_type": "NEAR_MINIMUM_INCOME", "diagnosis": "F32.1 中度抑郁发作",
    "first_diagnosed_on": "2019-05-06", "guardian": "曾大海,父亲", "emergency_contact": "曾小云,姐姐,13900000001",
    "source": "COMMUNITY", "source_org": "青屏社区中心",
}  # fmt: skip
TODAY = date(2026, 11, 26)


def facts(**said: Any) -> RecordFacts:
    return RecordFacts.parse(said)


def codes(given: RecordFacts, year: int | None = None) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in check_record(given, year, TODAY)]


def test_only_a_number_with_its_check_digit_is_one_of_an_identity_card() -> None:
    assert [is_card_number(n) for n in (CARD, "110105194912310021", CARD[:-1], "1" * 18, "１" * 18)] == [
        True, False, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "year", "wrong"),
    [
        ({}, None, []),
        ({"birth_date": "2026-11-27"}, None, [("birth_date", "FUTURE_DATE"), ("guardian", "GUARDIAN_REQUIRED")]),
        ({"birth_date": "1990-02-28"}, 1991, [("birth_date", "BIRTH_YEAR_DIFFERS")]),
        ({"birth_date": "1990-02-28", "first_diagnosed_on": "1990-02-27"}, None, [("first_diagnosed_on", "BEFORE_BIRTH")]),
        ({"id_number": "E1234567"}, None, [("id_type", "REQUIRED")]),
        ({"id_number": "E1234567", "id_type": "PASSPORT"}, None, []),
        ({"id_number": "E1234567", "id_type": "ID_CARD"}, None, [("id_number", "BAD_ID_NUMBER")]),
        ({"id_number": CARD, "id_type": "ID_CARD", "birth_date": "1949-12-30"}, None, [("id_number", "ID_NUMBER_DIFFERS")]),
        ({"diagnosis": "抑郁症"}, None, [("diagnosis", "NOT_ICD")]),
        ({"diagnosis": "6A70.1"}, None, []),
        ({"birth_date": "2008-11-27"}, None, [("guardian", "GUARDIAN_REQUIRED")]),
        ({"birth_date": "2008-11-26"}, None, []),
        ({"birth_date": "2008-11-27", "guardian": "母亲"}, None, []),
        ({}, 2009, [("guardian", "GUARDIAN_REQUIRED")]),
        ({}, 2008, []),
    ],
)  # fmt: skip
def test_facts_that_do_not_go_together_are_told(said: Any, year: int | None, wrong: Any) -> None:
    assert codes(facts(**said), year) == wrong


def test_somebody_born_on_29_february_is_of_age_on_1_march() -> None:
    born = facts(birth_date="2008-02-29")
    told = [[p.code for p in check_record(born, None, day)] for day in (date(2026, 2, 28), date(2026, 3, 1))]
    assert told == [["GUARDIAN_REQUIRED"], []]


async def registered(actor: Actor = cast.sam, **changed: Any) -> uuid.UUID:
    given = {"idempotency_key": str(uuid.uuid4()), "program": PROGRAM, "name": "曾小雨", "phone": "13912345678",
             "gender": "FEMALE", "district": "海淀区", **FACTS, **changed}  # fmt: skip
    async with begin(actor) as unit:
        return await register_client(unit, RegisterClient.parse(given))


@pytest.mark.anyio
async def test_every_field_comes_back_to_the_care_team_and_stands_nowhere_in_the_clear(database: Database) -> None:
    client = await registered()
    async with begin(cast.sam) as unit:
        record = (await records(unit, [client]))[client]
        lacking = await facts_lacking(unit, [client])
    kept = {**FACTS, "id_number_end": "002X", "first_diagnosed_on": date(2019, 5, 6)}
    del kept["id_number"]
    assert (record, lacking) == (kept, {})
    (row,) = await stored(ClientRecord)
    sealed = b"".join(value for value in row.model_dump().values() if isinstance(value, bytes))
    trail = b"".join(entry.body for entry in await stored(AuditEntry))
    for said in ("小雨", "1949-12-31", CARD, "002X", "ZY-2026", "F32.1", "曾大海", "13900000001"):
        assert (said.encode() in sealed, said.encode() in trail) == (False, False), said
    assert (await stored(Client, Client.id == client))[0].birth_year == 1949


@pytest.mark.anyio
@pytest.mark.parametrize("who", ["nia", "cai", "ola"])
async def test_nobody_else_reads_a_record(database: Database, who: str) -> None:
    client = await registered()
    actor = getattr(cast, who)
    async with begin(actor) as unit:
        if not actor.may("client.read_identity"):
            with pytest.raises(NotAllowed):
                await records(unit, [client])
        else:
            assert await records(unit, [client]) == {}


@pytest.mark.anyio
async def test_a_document_finds_the_person_under_another_name_and_elsewhere_names_the_organization_only(
    database: Database,
) -> None:
    client = await registered()
    asked = Likeness.parse({"name": "全不一样", "id_number": "110105 1949-1231-002x"})
    async with begin(cast.sam) as unit:
        assert [card.id for card in await likely_doubles(unit, asked)] == [client]
    assert await ask_elsewhere(cast.nia, asked) == ["北岸医院 North"]


@pytest.mark.anyio
async def test_what_is_wrong_is_told_and_nothing_is_written(database: Database) -> None:
    before = len(await stored(Client))
    with pytest.raises(Invalid) as refused:
        await registered(id_number="123", diagnosis="抑郁", birth_date="2015-01-01", guardian="")
    assert {(p.field, p.code) for p in refused.value.problems} == {
        ("id_number", "BAD_ID_NUMBER"), ("diagnosis", "NOT_ICD"), ("guardian", "GUARDIAN_REQUIRED"),
    }  # fmt: skip
    assert len(await stored(Client)) == before


@pytest.mark.anyio
async def test_a_correction_of_the_record_keeps_what_was_said_and_finds_by_the_document_still(
    database: Database,
) -> None:
    client = await registered()
    given = {"idempotency_key": str(uuid.uuid4()), "client": str(client), "name": "曾晓雨", "phone": "13912345678",
             "birth_date": "1949-12-31", "diagnosis": "F33.0", "reason": "病历如此"}  # fmt: skip
    async with begin(cast.sam) as unit:
        await correct_client(unit, CorrectClient.parse(given))
    async with begin(cast.sam) as unit:
        told = {one.field: one.before for one in await corrections(unit, client)}
        now = await facts_now(unit, client)
        asked = Likeness.parse({"name": "全不一样", "id_number": CARD})
        assert [card.id for card in await likely_doubles(unit, asked)] == [client]
    assert told == {"NAME": "曾小雨", "DIAGNOSIS": "F32.1 中度抑郁发作"}
    # What was not mentioned stays.
    kept = (CorrectedField.DIAGNOSIS, CorrectedField.ID_NUMBER_END, CorrectedField.SOURCE, CorrectedField.ALIAS)
    assert tuple(now[field] for field in kept) == (
        "F33.0",
        "002X",
        "COMMUNITY",
        "小雨",
    )


@pytest.mark.anyio
async def test_a_file_that_lacks_something_is_listed_until_it_says_it_and_not_elsewhere(database: Database) -> None:
    async with begin(cast.sam) as unit:
        before = {one.client_id: one.facts for one in await incomplete_clients(unit)}
    assert before[LIN] == [ClientFact.GENDER, ClientFact.BIRTH_DATE, ClientFact.SOURCE]
    given = {"idempotency_key": str(uuid.uuid4()), "client": str(LIN), "name": "林芳NORTH", "reason": "补充",
             "gender": "FEMALE", "birth_date": "1980-02-03"}  # fmt: skip
    for more in ({}, {"source": "COMMUNITY"}):
        async with begin(cast.sam) as unit:
            asked = {**given, **more, "idempotency_key": str(uuid.uuid4())}
            await correct_client(unit, CorrectClient.parse(asked))
        async with begin(cast.sam) as unit:
            lacking = await facts_lacking(unit, [LIN, SOUTH_ZHAO])
        assert lacking == ({} if more else {LIN: [ClientFact.SOURCE]})
    async with begin(cast.nia) as unit:
        assert LIN not in {one.client_id for one in await incomplete_clients(unit)}


@pytest.mark.anyio
async def test_somebody_under_age_lacks_a_guardian_and_a_gender_that_is_not_known_is_asked_for_again(
    database: Database,
) -> None:
    unknown = await registered(gender="UNKNOWN", id_number="", id_type="")
    async with begin(BUILDER) as unit:
        young = await unit.session.get(Client, CHEN)
        assert young is not None
        young.birth_year = now().year - 15
    async with begin(cast.sam) as unit:
        lacking = await facts_lacking(unit, [unknown, CHEN])
    assert lacking[unknown] == [ClientFact.GENDER]
    assert ClientFact.GUARDIAN in lacking[CHEN]


@pytest.mark.anyio
@pytest.mark.parametrize("field", ["birth_date", "district", "source"])
async def test_a_correction_takes_nothing_away_that_every_file_must_say(database: Database, field: str) -> None:
    client = await registered()
    given = {"idempotency_key": str(uuid.uuid4()), "client": str(client), "name": "曾晓雨", field: "", "reason": "清空"}
    with pytest.raises(Invalid) as refused:
        async with begin(cast.sam) as unit:
            await correct_client(unit, CorrectClient.parse(given))
    assert [(p.field, p.code) for p in refused.value.problems] == [(field, "REQUIRED")]
    async with begin(cast.sam) as unit:
        assert await corrections(unit, client) == []
