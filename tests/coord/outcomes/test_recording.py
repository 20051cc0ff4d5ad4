"""Recording scales: the score, the answers, the alert in the same transaction; who may, and what is refused."""

import uuid
from typing import Any

import pytest

from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.kernel.sql import select
from coord.outcomes.codes import AlertTrigger, AlertUrgency, Band, ScoreStatus
from coord.outcomes.reads import SCORES, answers_to, scores, scores_of_client
from coord.outcomes.tables import SafetyAlert, ScaleAnswers, ScaleScore
from coord.outcomes.watching import answers_without_alert
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log, stored
from tests.coord.outcomes.recording import CALM, DANGER, HIGH, record, scale, the_alert
from tests.world import BUILDER, CHEN, LIN, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio
NOTE = "他说晚上睡不着 CANARY"


async def test_a_score_is_kept_with_its_version_its_answers_and_the_open_case(database: Database) -> None:
    recorded = await record(scale(note=NOTE))
    (row,) = await stored(ScaleScore)
    assert (row.id, row.score, row.band, row.version, row.status) == (
        recorded.score_id,
        8,
        Band.MILD,
        "phq9-1",
        ScoreStatus.COMPLETE,
    )
    assert row.case_id is not None
    assert recorded.alert_id is None
    async with begin(cast.sam, read_only=True) as unit:
        assert await answers_to(unit, [row.id]) == {row.id: list(CALM)}
    (answers,) = await stored(ScaleAnswers)
    assert NOTE.encode() not in answers.note


async def test_a_scale_of_a_contact_hangs_on_it(database: Database) -> None:
    logged = await log(contact())
    await record(scale(contact=str(logged.contact_id)))
    assert [row.contact_id for row in await stored(ScaleScore)] == [logged.contact_id]


@pytest.mark.parametrize(
    ("code", "items", "cause", "urgency"),
    [
        ("PHQ9", DANGER, AlertTrigger.PHQ9_ITEM_9, AlertUrgency.SAME_DAY),
        ("PHQ9", (None,) * 8 + (1,), AlertTrigger.PHQ9_ITEM_9, AlertUrgency.SAME_DAY),
        ("CSSRS", HIGH, AlertTrigger.CSSRS_TRIAGE, AlertUrgency.IMMINENT),
        ("CSSRS", (None, 1, None, None, 1, None), AlertTrigger.CSSRS_TRIAGE, AlertUrgency.IMMINENT),
        ("CSSRS", (1, 1, 1, 0, 0, 0), AlertTrigger.CSSRS_TRIAGE, AlertUrgency.SAME_DAY),
    ],
)
async def test_danger_opens_an_alert_whatever_else_is_missing(
    database: Database, code: str, items: Any, cause: AlertTrigger, urgency: AlertUrgency
) -> None:
    recorded = await record(scale(items, code))
    alert = await the_alert()
    assert (alert.id, alert.cause, alert.urgency, alert.score_id) == (
        recorded.alert_id,
        cause,
        urgency,
        recorded.score_id,
    )
    assert (alert.next_at, alert.level) == (alert.opened_at, 0)
    async with begin(BUILDER, read_only=True) as unit:
        assert await answers_without_alert(unit) == []


@pytest.mark.parametrize(
    ("code", "items"), [("PHQ9", CALM), ("CSSRS", (1, 0, None, None, None, 0)), ("GAD7", (3,) * 7)]
)
async def test_other_answers_open_none(database: Database, code: str, items: Any) -> None:
    assert ((await record(scale(items, code))).alert_id, await stored(SafetyAlert)) == (None, [])


async def test_the_same_key_gives_the_same_score_and_the_same_alert(database: Database) -> None:
    given = scale(DANGER)
    first, second = await record(given), await record(given)
    assert (second.score_id, second.alert_id, second.replayed) == (first.score_id, first.alert_id, True)
    assert (len(await stored(ScaleScore)), len(await stored(SafetyAlert))) == (1, 1)
    with pytest.raises(Conflict):
        await record(scale(CALM, idempotency_key=str(given.idempotency_key)))


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "too few items": ({"items": (1, 1)}, "items:WRONG_NUMBER_OF_ITEMS"),
    "out of range": ({"items": (5, *[0] * 8)}, "item_1:ITEM_OUT_OF_RANGE"),
    "no items": ({"items": ()}, "items:WRONG_NUMBER_OF_ITEMS, items:REQUIRED"),
    "in the future": ({"taken_on": "2199-01-01"}, "taken_on:FUTURE_DATE"),
    "before the program": ({"taken_on": "2025-12-31"}, "taken_on:OUTSIDE_PROGRAM"),
    "an unknown contact": ({"contact": str(uuid.UUID(int=1))}, "contact:NO_SUCH_CONTACT"),
    "a triage of a scale without one": ({"raised_to": "TRIAGE_HIGH"}, "raised_to:NO_TRIAGE"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_bad_input_is_refused_and_nothing_is_written(database: Database, name: str) -> None:
    changed, expected = WRONG[name]
    with pytest.raises(Invalid, match=f"^{expected}$"):
        await record(scale(**{"items": CALM, **changed}))
    assert (await stored(ScaleScore), await stored(SafetyAlert)) == ([], [])


async def test_a_triage_is_raised_with_a_reason_and_never_lowered(database: Database) -> None:
    low = (1, 0, None, None, None, 0)
    with pytest.raises(Invalid, match="raised_to:ONLY_UPWARD"):
        await record(scale(HIGH, "CSSRS", raised_to="TRIAGE_LOW", raise_reason="x"))
    with pytest.raises(Invalid, match="raise_reason:REQUIRED"):
        await record(scale(low, "CSSRS", raised_to="TRIAGE_HIGH"))
    await record(scale(low, "CSSRS", raised_to="TRIAGE_HIGH", raise_reason=NOTE))
    (row,) = await stored(ScaleScore)
    assert (row.band, row.raised_to, (await the_alert()).urgency) == (
        Band.TRIAGE_LOW,
        Band.TRIAGE_HIGH,
        AlertUrgency.IMMINENT,
    )


@pytest.mark.parametrize("name", ["fatima", "ola", "cai", "petra", "adam"])
async def test_only_the_care_team_records(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed):
        await record(scale(), getattr(cast, name))
    assert await stored(ScaleScore) == []


async def test_a_foreign_client_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        await record(scale(client=str(SOUTH_ZHAO)))
    assert await stored(ScaleScore) == []


async def test_a_list_of_scores_is_narrowed_and_newest_first(database: Database) -> None:
    await record(scale(taken_on="2026-03-01"))
    await record(scale(taken_on="2026-09-01", items=(0,) * 7, code="GAD7"))
    await record(scale(client=str(CHEN)))
    async with begin(cast.sam, read_only=True) as unit:
        request = SCORES.request(10, None)
        page = await scores(unit, ("scale", "taken_on"), request, client=LIN)
        assert [row["scale"] for row in page.rows] == ["GAD7", "PHQ9"]
        assert [row.scale for row in await scores_of_client(unit, LIN)] == ["PHQ9", "GAD7"]
    async with begin(cast.nia, read_only=True) as unit:
        assert await scores_of_client(unit, LIN) == []


async def test_overseers_see_what_figures_are_made_of_and_neither_answers_nor_a_triage(database: Database) -> None:
    await record(scale(DANGER))
    await record(scale(HIGH, "CSSRS"))
    async with begin(cast.ola, read_only=True) as unit:
        assert [row.scale for row in await unit.scalars(select(ScaleScore))] == ["PHQ9"]
        assert await unit.scalars(select(ScaleAnswers)) == []
