"""A correction keeps what was said before, sealed; who has the person's file is told that it changed, and nothing else."""

import re
import uuid
from typing import Any

import pytest

from coord.audit.tables import AuditEntry
from coord.clients import find_clients
from coord.clients.tables import Client
from coord.kernel.errors import Invalid, NotAllowed, NotFound
from coord.notices import NoticeKind
from coord.referrals.codes import ReferralEventKind as E
from coord.rights import CorrectClient, correct_client, corrections, facts_now
from coord.rights.codes import CorrectedField
from coord.rights.tables import ClientCorrection
from coord.work import begin
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from tests.coord.making import stored
from tests.coord.referrals import making
from tests.web.visit import fields_of, visiting
from tests.world import CENTER, LIN, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio


def given(**changed: Any) -> CorrectClient:
    facts = {
        "idempotency_key": str(uuid.uuid4()), "client": str(LIN), "name": "林芬NORTH", "phone": "13800138000",
        "birth_year": 1980, "district": "海淀区", "reason": "身份证上是芬", **changed,
    }  # fmt: skip
    return CorrectClient.parse(facts)


async def correct(one: CorrectClient | None = None, actor: Any = cast.sam) -> None:
    async with begin(actor) as unit:
        await correct_client(unit, one or given())


async def test_the_old_value_stays_sealed_and_the_new_one_is_found(database: Database) -> None:
    await correct(given(birth_year=1981))
    async with begin(cast.sam) as unit:
        told = {one.field: one.before for one in await corrections(unit, LIN)}
        facts = await facts_now(unit, LIN)
        assert [card.id for card in await find_clients(unit, "林芬")] == [LIN]
        assert LIN not in [card.id for card in await find_clients(unit, "林芳")]
    assert told == {CorrectedField.NAME: "林芳NORTH", CorrectedField.BIRTH_YEAR: "1980"}
    assert (facts[CorrectedField.NAME], facts[CorrectedField.BIRTH_YEAR]) == ("林芬NORTH", "1981")
    for row in await stored(ClientCorrection):
        assert b"NORTH" not in (row.before or b"")
        assert "身份证".encode() not in row.reason


async def test_the_trail_names_no_old_and_no_new_value(database: Database) -> None:
    await correct(given(birth_year=1981))
    told = b"".join(entry.body for entry in await stored(AuditEntry))
    # Within an id or a hash the digits say nothing.
    years = re.findall(rb"(?<![0-9a-f])198[01](?![0-9a-f])", told)
    assert (years, "林".encode() in told) == ([], False)


async def test_each_receiver_of_the_file_is_told_once_and_without_a_personal_word(database: Database) -> None:
    referral = await making.sent()
    await making.by_target(referral, E.ACCEPT)
    before = len(await stored(OutboxJob, OutboxJob.job == "notices.tell_holders"))
    await correct()
    asked = await stored(OutboxJob, OutboxJob.job == "notices.tell_holders")
    mine = [job.arguments for job in asked if job.arguments["kind"] == NoticeKind.CLIENT_CORRECTED]
    assert len(asked) == before + 1
    assert mine[0]["organization"] == str(CENTER)
    assert (mine[0]["subject"], mine[0]["subject_id"]) == ("referral", str(referral))
    assert "林" not in str(mine)
    assert [row.told for row in await stored(ClientCorrection)] == [[str(CENTER)]]


async def test_before_acceptance_there_is_nobody_to_tell(database: Database) -> None:
    await making.sent()
    await correct()
    assert [row.told for row in await stored(ClientCorrection)] == [[]]


async def test_nothing_that_differs_is_no_correction(database: Database) -> None:
    with pytest.raises(Invalid) as refused:
        await correct(given(name="林芳NORTH"))
    assert [problem.code for problem in refused.value.problems] == ["NOTHING_CORRECTED"]
    assert await stored(ClientCorrection) == []


@pytest.mark.parametrize("name", ["ola", "cai", "fatima", "petra", "adam"])
async def test_only_the_care_team_corrects(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed):
        await correct(actor=getattr(cast, name))
    assert [row.birth_year for row in await stored(Client, Client.id == LIN)] == [1980]
    assert await stored(ClientCorrection) == []


async def test_a_foreign_client_is_as_unknown_as_nobody(database: Database) -> None:
    with pytest.raises(NotFound):
        await correct(given(client=str(SOUTH_ZHAO)))


async def test_the_same_key_corrects_once(database: Database) -> None:
    one = given()
    await correct(one)
    await correct(one)
    assert len(await stored(ClientCorrection)) == 1


async def test_the_page_keeps_what_was_typed_and_shows_the_history(database: Database) -> None:
    path = f"/clients/{LIN}/rights"
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(path), f"{path}/correct")
        assert form["name"] == ["林芳NORTH"]
        refused = await sam.post(f"{path}/correct", data={**form, "name": "林芬", "reason": ""})
        assert refused.status_code == 422
        assert fields_of(refused, f"{path}/correct")["name"] == ["林芬"]
        done = await sam.post(f"{path}/correct", data={**form, "name": "林芬", "reason": "写错了"})
        assert done.status_code == 303
        shown = (await sam.get(path)).text
    assert "Said before: 林芳NORTH" in shown
    async with visiting("cai") as cai:
        assert (await cai.get(path)).status_code == 403
