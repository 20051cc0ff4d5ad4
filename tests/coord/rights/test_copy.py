"""A person's copy holds everything that is theirs, in both formats; it is refused only while two people hold it back."""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
import time_machine

from coord.access import Actor
from coord.audit.tables import AuditEntry
from coord.clients.consents import AddEvidence, add_evidence, evidence_file
from coord.clients.consents.tables import ConsentEvidence
from coord.clients.inputs import ClientPair
from coord.clients.merging import merge_clients
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.kernel.sql import select
from coord.rights import (
    Copy,
    HoldExport,
    agree_to_hold,
    ask_for_hold,
    document,
    end_hold,
    export_subject,
    open_hold,
)
from coord.rights.subject import about_clients
from coord.rights.tables import ExportHold
from coord.work import Unit, begin
from coord.work.engine import Database
from tests.coord.clients.test_consents import record, sharing
from tests.coord.kernel.test_files import PDF
from tests.coord.making import stored
from tests.coord.rights.canaries import put_canaries
from tests.web.visit import visiting
from tests.world import CHEN, LIN, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio


FILES = ("consent_evidence", "contact_attachment", "case_attachment")


def in_base64(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def plain(value: Any) -> str:
    """A value as the JSON copy says it."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


async def test_every_column_that_is_theirs_is_in_the_json_copy(database: Database) -> None:
    written = await put_canaries()
    async with visiting("sam") as sam:
        answer = await sam.get(f"/clients/{LIN}/copy.json")
    assert answer.status_code == 200
    held = json.loads(answer.text)["held"]
    missing = []
    for table in FILES:
        assert held[table][-1]["content"] == {"base64": in_base64(written.told.pop(f"{table}.content"))}
    for name, value in written.told.items():
        table, column = name.split(".")
        said = [line[column] for line in held.get(table, []) if column in line]
        fits = value in said or plain(value) in map(str, said) or (isinstance(value, UUID) and any(said))
        if value is not None and not fits:
            missing.append(name)
    assert missing == []
    leaving = {f"{a.name}.{h.name}" for a in about_clients() for h in a.columns if h.leaves}
    assert leaving - {f"{table}.{column}" for table, lines in held.items() for column in lines[0]} == set()


async def test_every_canary_stands_in_the_page_to_print(database: Database) -> None:
    written = await put_canaries()
    async with visiting("sam") as sam:
        answer = await sam.get(f"/clients/{LIN}/copy.html")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    for table in FILES:
        assert f"base64,{in_base64(written.told.pop(f'{table}.content'))}" in answer.text
    words = [value[0] if isinstance(value, list) else value for value in written.told.values()]
    canaries = [word for word in words if isinstance(word, str) and not isinstance(word, StrEnum)]
    numbers = [str(word) for word in words if isinstance(word, int) and not isinstance(word, bool)]
    days = [word for word in words if isinstance(word, date)]
    assert len(canaries) > 50
    assert [word for word in (*canaries, *numbers) if word not in answer.text] == []
    assert [day for day in days if str(day.year) not in answer.text or f"{day:%b}" not in answer.text] == []


async def test_a_signed_form_is_in_the_copy_byte_for_byte(database: Database) -> None:
    kept = await record(sharing())
    async with begin(cast.sam) as unit:
        await add_evidence(unit, AddEvidence(consent=kept.consent_id, file_name="form.pdf"), PDF)
        _, stays = await evidence_file(unit, (await _evidence(unit)))
    made = document(await _copy())
    assert base64.b64decode(made["held"]["consent_evidence"][0]["content"]["base64"]) == stays


async def _evidence(unit: Unit) -> UUID:
    await unit.session.flush()
    found: UUID = await unit.scalar(select(ConsentEvidence.id))
    return found


async def _copy(actor: Actor = cast.sam, client: UUID = LIN) -> Copy:
    async with begin(actor) as unit:
        return await export_subject(unit, client)


async def test_what_other_organizations_wrote_and_a_merged_file_are_in_the_copy(database: Database) -> None:
    async with begin(cast.sun) as unit:
        await merge_clients(unit, ClientPair(client=LIN, other=CHEN))
    held = document(await _copy())["held"]
    assert {line["code"] for line in held["client"]} == {"NORTH-0001", "NORTH-0231"}
    assert {line["name"] for line in held["client_identity"]} == {"林芳NORTH", "陈秀兰NORTH"}


async def test_taking_a_copy_is_on_the_trail_and_in_the_next_copy(database: Database) -> None:
    await _copy()
    assert [entry.verb for entry in await stored(AuditEntry, AuditEntry.subject_id == LIN)] == ["client.export"]
    assert [(look.who, look.verb) for look in (await _copy(cast.sun)).looks] == [("Sam", "client.export")]


@pytest.mark.parametrize("name", ["ola", "cai", "fatima", "petra", "adam"])
async def test_only_the_care_team_takes_a_copy(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed):
        await _copy(getattr(cast, name))
    assert await stored(AuditEntry) == []


async def test_of_a_foreign_client_there_is_no_copy(database: Database) -> None:
    with pytest.raises(NotFound):
        await _copy(cast.sam, SOUTH_ZHAO)
    assert await stored(AuditEntry) == []


async def _ask(actor: Actor = cast.sam, days: int = 30) -> None:
    async with begin(actor) as unit:
        await ask_for_hold(unit, HoldExport(client=LIN, reason="读到诊断会加重病情", days=days))


async def _agree(actor: Actor = cast.sun) -> None:
    async with begin(actor) as unit:
        await agree_to_hold(unit, LIN)


async def test_one_person_alone_holds_nothing_back(database: Database) -> None:
    await _ask()
    assert (await _copy()).code == "NORTH-0001"
    with pytest.raises(Invalid) as refused:
        await _agree(cast.sam)
    assert [problem.code for problem in refused.value.problems] == ["SECOND_PERSON_NEEDED"]
    assert (await _copy()).code == "NORTH-0001"


async def test_two_people_hold_it_back_for_thirty_days_and_not_a_second_longer(database: Database) -> None:
    with time_machine.travel(datetime(2026, 9, 1, 4, tzinfo=UTC), tick=False) as clock:
        await _ask()
        await _agree()
        clock.shift(timedelta(days=30) - timedelta(seconds=1))
        with pytest.raises(Conflict) as refused:
            await _copy()
        assert [problem.code for problem in refused.value.problems] == ["COPY_HELD_BACK"]
        clock.shift(timedelta(seconds=1))
        assert (await _copy()).code == "NORTH-0001"
        with pytest.raises(Invalid) as again:
            await _ask()
        assert [problem.code for problem in again.value.problems] == ["HELD_NOT_LONG_AGO"]


async def test_nobody_holds_it_back_for_longer(database: Database) -> None:
    with pytest.raises(Invalid) as refused:
        HoldExport.parse({"client": str(LIN), "reason": "x", "days": 31})
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [("days", "TOO_LARGE")]


async def test_a_hold_ends_before_its_time_and_its_reason_is_sealed(database: Database) -> None:
    await _ask()
    await _agree()
    async with begin(cast.sam) as unit:
        shown = await open_hold(unit, LIN)
        assert shown is not None
        assert (shown.reason, shown.is_approved, shown.is_own) == ("读到诊断会加重病情", True, True)
        await end_hold(unit, LIN)
    kept = (await stored(ExportHold))[0]
    assert "诊断".encode() not in kept.reason
    assert (await _copy()).code == "NORTH-0001"


async def test_the_page_leads_through_asking_agreeing_and_ending(database: Database) -> None:
    path = f"/clients/{LIN}/rights"
    async with visiting("sam") as sam:
        page = await sam.get(f"/clients/{LIN}")
        assert f'href="{path}"' in page.text
        wrong = await sam.post(f"{path}/hold", data={"reason": "", "days": "5"})
        assert wrong.status_code == 422
        assert (await sam.post(f"{path}/hold", data={"reason": "看后可能自伤", "days": "5"})).status_code == 303
        assert "Waits for a second person" in (await sam.get(path)).text
        assert (await sam.post(f"{path}/hold/agree")).status_code == 422
    async with visiting("sun") as sun:
        assert "看后可能自伤" in (await sun.get(path)).text
        assert (await sun.post(f"{path}/hold/agree")).status_code == 303
        assert "copy.html" not in (await sun.get(path)).text
        assert (await sun.get(f"/clients/{LIN}/copy.html")).status_code == 409
        assert (await sun.post(f"{path}/hold/end")).status_code == 303
        assert (await sun.get(f"/clients/{LIN}/copy.html")).status_code == 200
        assert (await sun.get(f"/clients/{LIN}/copy.xml")).status_code == 404
