"""Samples of evidence: one in twenty from a stored seed, drawn again alike, checked record by record."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from coord.access import Actor
from coord.contacts.reviews.rules import sample
from coord.kernel.clock import today
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.oversight.evidence import (
    CheckEvidence,
    DrawSample,
    FrameState,
    check_evidence,
    draw_sample,
    sample_sheet,
    samples,
)
from coord.oversight.evidence.rules import ONE_IN, SampleResult, print_of
from coord.oversight.evidence.tables import EvidenceCheck, EvidenceSample
from coord.work import begin
from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.making import contact, log, stored, without_client
from tests.schema.api import asking_as
from tests.web.visit import visiting
from tests.world import NORTH, PROGRAM, SOUTH, cast, fixed

pytestmark = pytest.mark.anyio
MONTH = "2026-09"


async def _logged(number: int) -> None:
    for n in range(number):
        await log(without_client(occurred_on=f"2026-09-{1 + n % 28:02d}"))


async def _draw(who: Actor = cast.ola, month: str = MONTH, hospital: Any = NORTH) -> UUID:
    async with begin(who) as unit:
        given = DrawSample.parse({"program": PROGRAM, "hospital": str(hospital), "month": month})
        return await draw_sample(unit, given)


async def _sheet(key: UUID, who: Actor = cast.ola) -> Any:
    async with begin(who, read_only=True) as unit:
        return await sample_sheet(unit, key)


async def _check(key: Any, found: str, note: str | None = None, who: Actor = cast.ola) -> None:
    async with begin(who) as unit:
        await check_evidence(unit, CheckEvidence.parse({"check": str(key), "found": found, "note": note}))


def test_the_error_rate_is_of_those_that_were_looked_up() -> None:
    assert SampleResult(10).error_percent is None
    assert SampleResult(10, seen=5, not_seen=1, mismatch=1).error_percent == Decimal("28.6")
    assert SampleResult(16, seen=15, mismatch=1).error_percent == Decimal("6.3")
    assert (SampleResult(2, seen=2).is_done, SampleResult(3, seen=2).is_done) == (True, False)


def test_one_in_twenty_is_drawn_the_last_ones_rounded_up() -> None:
    keys = [fixed(f"contact/{n}") for n in range(41)]
    assert [len(sample("seed", keys[:n], ONE_IN)) for n in (0, 1, 20, 21, 40, 41)] == [0, 1, 1, 2, 2, 3]
    assert sample("seed", keys, ONE_IN) == sample("seed", list(reversed(keys)), ONE_IN)
    assert print_of(keys) == print_of(list(reversed(keys))) != print_of(keys[1:])


async def test_the_sample_is_stored_with_its_seed_and_drawn_again_alike(database: Database) -> None:
    await _logged(21)
    key = await _draw()
    (row,) = await stored(EvidenceSample)
    checks = await stored(EvidenceCheck)
    sheet = await _sheet(key)
    assert (row.frame_size, len(checks), len(row.seed)) == (21, 2, 32)
    assert (sheet.frame, sheet.is_drawn_again, sheet.card.result) == (FrameState.SAME, True, SampleResult(2))
    with pytest.raises(Conflict) as again:
        await _draw()
    assert [p.code for p in again.value.problems] == ["DRAWN_ALREADY"]


async def test_a_month_that_changed_since_is_told(database: Database) -> None:
    await _logged(1)
    key = await _draw()
    await log(contact())
    assert (await _sheet(key)).frame is FrameState.CHANGED


async def test_what_was_found_is_kept_and_counted(database: Database) -> None:
    await _logged(21)
    key = await _draw()
    one, two = (await _sheet(key)).records
    await _check(one.id, "SEEN")
    with pytest.raises(Invalid) as refused:
        await _check(two.id, "MISMATCH")
    assert [(p.field, p.code) for p in refused.value.problems] == [("note", "REQUIRED")]
    await _check(two.id, "MISMATCH", "签到表日期不同")
    result = (await _sheet(key)).card.result
    assert (result.checked, result.wrong, result.error_percent, result.is_done) == (2, 1, Decimal("50.0"), True)
    await _check(two.id, "SEEN")
    async with begin(cast.ola, read_only=True) as unit:
        (card,) = await samples(unit, PROGRAM)
    assert (card.result.wrong, card.hospital_code, card.month) == (0, "H001", MONTH)


async def test_months_that_run_or_hold_nothing_are_not_drawn(database: Database) -> None:
    for month, code in ((f"{today('Asia/Shanghai'):%Y-%m}", "MONTH_NOT_OVER"), (MONTH, "NO_RECORDS_TO_DRAW")):
        with pytest.raises(Conflict) as refused:
            await _draw(month=month)
        assert [p.code for p in refused.value.problems] == [code]
    with pytest.raises(NotFound):
        await _draw(hospital=fixed("organization/none"))
    assert await stored(EvidenceSample) == []


@pytest.mark.parametrize("name", ["sam", "sun", "fatima", "adam", "petra", "cai"])
async def test_nobody_else_draws_reads_or_checks(database: Database, name: str) -> None:
    await _logged(1)
    who = getattr(cast, name)
    with pytest.raises(NotAllowed):
        await _draw(who)
    key = await _draw()
    (check,) = await stored(EvidenceCheck)
    with pytest.raises(NotAllowed):
        await _sheet(key, who)
    with pytest.raises(NotAllowed):
        await _check(check.id, "SEEN", who=who)
    (kept,) = await stored(EvidenceCheck)
    assert kept.found is None


async def test_an_officer_of_another_program_finds_nothing(database: Database) -> None:
    await _logged(1)
    key = await _draw()
    foreign = Actor.of(fixed("user/ola"), "Ola", "en", cast.ola.grants, {})
    (check,) = await stored(EvidenceCheck)
    with pytest.raises(NotFound):
        await _sheet(key, foreign)
    with pytest.raises(NotFound):
        await _check(check.id, "SEEN", who=foreign)


async def test_an_officer_draws_and_checks_on_the_pages(database: Database) -> None:
    await log(contact())
    async with visiting("ola") as ola:
        given = {"program": PROGRAM, "hospital": str(NORTH), "month": MONTH}
        drawn = await ola.post("/evidence", data=given)
        assert drawn.status_code == 303
        sheet = (await ola.get(drawn.headers["location"])).text
        assert ("Drawn again alike" in sheet, "林" in sheet) == (True, False)
        (check,) = await stored(EvidenceCheck)
        wrong = await ola.post(f"{drawn.headers['location']}/{check.id}", data={"found": "NOT_SEEN"})
        assert (wrong.status_code, "Please fill this in" in wrong.text) == (422, True)
        kept = await ola.post(f"{drawn.headers['location']}/{check.id}", data={"found": "NOT_SEEN", "note": "无签到表"})
        assert kept.status_code == 303
        board = (await ola.get("/evidence")).text
        assert ("100.0%" in board, (await ola.post("/evidence", data=given)).status_code) == (True, 409)
    async with visiting("sam") as sam:
        assert (await sam.get("/evidence")).status_code == 403


async def test_the_api_draws_and_checks(database: Database) -> None:
    await log(contact())
    draw = """mutation ($input: DrawEvidenceSampleInput!) { drawEvidenceSample(input: $input) {
      ... on EvidenceKept { sheet { frame sample { drawn frameSize errorPercent } records { id serviceCode } } }
      ... on Rejected { problems { field code } } } }"""
    look = """mutation ($input: CheckEvidenceInput!) { checkEvidence(input: $input) {
      ... on EvidenceKept { sheet { sample { checked wrong errorPercent } } }
      ... on Rejected { problems { field code } } } }"""
    given = {"program": PROGRAM, "hospital": global_id("Organization", NORTH), "month": MONTH}
    async with asking_as(cast.ola) as api:
        sheet = (await api.data(draw, input=given))["drawEvidenceSample"]["sheet"]
        assert sheet["sample"] == {"drawn": 1, "frameSize": 1, "errorPercent": None}
        (record,) = sheet["records"]
        refused = await api.data(look, input={"check": record["id"], "found": "MISMATCH"})
        assert refused["checkEvidence"] == {"problems": [{"field": "note", "code": "REQUIRED"}]}
        kept = await api.data(look, input={"check": record["id"], "found": "MISMATCH", "note": "时间不同"})
        assert kept["checkEvidence"]["sheet"]["sample"] == {"checked": 1, "wrong": 1, "errorPercent": 100.0}
        listed = await api.data('{ evidenceSamples(program: "DIP") { hospital { code } month wrong } }')
    assert listed["evidenceSamples"] == [{"hospital": {"code": "H001"}, "month": MONTH, "wrong": 1}]


async def test_records_of_other_hospitals_are_not_drawn(database: Database) -> None:
    await log(contact())
    with pytest.raises(Conflict):
        await _draw(hospital=SOUTH)
