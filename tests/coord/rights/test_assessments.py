"""The register of impact assessments: added by one, looked at by another, due before it ends; by page and API alike."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from coord.access import Role, system
from coord.identity.tables import Membership, User
from coord.kernel.clock import today
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.rights.assessments import AddAssessment, add_assessment, assessments, review_assessment
from coord.rights.assessments.reminding import remind_of_ends
from coord.rights.assessments.rules import AssessmentState, state_of
from coord.rights.assessments.tables import ImpactAssessment
from coord.work import begin
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from tests.coord.making import signed_in, stored
from tests.schema.api import asking_as
from tests.web.visit import visiting
from tests.world import BUILDER, FOUNDATION, STARTS, cast, fixed

pytestmark = pytest.mark.anyio
DAY = today("Asia/Shanghai")
GIVEN = {
    "activity": "CROSS_BORDER", "title": "与首尔合作机构共享转介资料", "necessity": "连续照护", "effects": "资料离境",
    "measures": "逐项同意、仅传必要项", "risk": "MEDIUM", "assessed_on": str(DAY), "valid_until": str(DAY + timedelta(days=365)),
}  # fmt: skip
EVE = fixed("user/eva")


async def _second_administrator() -> Any:
    async with begin(BUILDER) as unit:
        unit.add(User(id=EVE, email="eva@demo.example", name="Eva", password_hash="-", language="en"))
        await unit.session.flush()
        unit.add(Membership(user_id=EVE, organization_id=FOUNDATION, role=Role.ADMINISTRATOR, starts_on=STARTS))
    return await signed_in("eva")


async def _added(**changed: Any) -> Any:
    async with begin(cast.adam) as unit:
        return await add_assessment(unit, AddAssessment.parse({**GIVEN, **changed}))


async def test_one_adds_another_reviews_once(database: Database) -> None:
    eva, made = await _second_administrator(), await _added()
    with pytest.raises(Invalid):
        async with begin(cast.adam) as unit:
            await review_assessment(unit, made)
    async with begin(eva) as unit:
        await review_assessment(unit, made)
    with pytest.raises(Conflict):
        async with begin(eva) as unit:
            await review_assessment(unit, made)
    async with begin(eva, read_only=True) as unit:
        (shown,) = await assessments(unit)
    assert (shown.made_by, shown.reviewed_by, shown.state, shown.is_due) == ("Adam", "Eva", "GOOD", False)


@pytest.mark.parametrize("name", ["ola", "sam", "sun", "fatima"])
async def test_nobody_else_reads_or_adds(database: Database, name: str) -> None:
    await _added()
    for act in (assessments, lambda unit: add_assessment(unit, AddAssessment.parse(GIVEN))):
        with pytest.raises(NotAllowed):
            async with begin(getattr(cast, name)) as unit:
                await act(unit)
    assert len(await stored(ImpactAssessment)) == 1


async def test_another_directory_has_none_of_them(database: Database) -> None:
    made = await _added()
    async with begin(BUILDER) as unit:
        (await unit.find(ImpactAssessment, made)).foundation_id = fixed("north")
    with pytest.raises(NotFound):
        async with begin(await _second_administrator()) as unit:
            await review_assessment(unit, made)


@pytest.mark.parametrize(
    "wrong", [{"valid_until": str(DAY)}, {"assessed_on": str(DAY + timedelta(days=1))}, {"title": ""}, {"risk": "NONE"}]
)
async def test_what_does_not_fit_is_refused(database: Database, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        await _added(**wrong)
    assert await stored(ImpactAssessment) == []


@pytest.mark.parametrize(("day", "reviewed", "state"), [
    (date(2026, 11, 30), True, AssessmentState.GOOD), (date(2026, 12, 1), True, AssessmentState.ENDING),
    (date(2026, 12, 31), True, AssessmentState.ENDING), (date(2027, 1, 1), True, AssessmentState.OVER),
    (date(2026, 1, 1), False, AssessmentState.TO_REVIEW), (date(2027, 1, 1), False, AssessmentState.OVER),
])  # fmt: skip
def test_it_is_due_thirty_days_before_it_ends(day: date, reviewed: bool, state: AssessmentState) -> None:
    assert state_of(date(2026, 12, 31), day, is_reviewed=reviewed) is state


CLOCK = system("test", "lets time pass", "job.run")


async def _told() -> list[str]:
    return [job.arguments["kind"] for job in await stored(OutboxJob, OutboxJob.job == "notices.tell_holders")]


async def test_administrators_are_told_once_thirty_days_before_and_once_after_the_last_day(database: Database) -> None:
    last = date(2027, 9, 30)
    with time_machine.travel(datetime(2026, 10, 1, 4, tzinfo=UTC), tick=False) as clock:
        await _added(assessed_on="2026-10-01", valid_until=str(last))
        told = []
        for days in (-31, -30, -29, 0, 1, 2, 400):
            clock.move_to(datetime(2027, 9, 30, 4, tzinfo=UTC) + timedelta(days=days))
            for _ in range(2):
                async with begin(CLOCK) as unit:
                    told.append(await remind_of_ends(unit))
    assert told == [0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert await _told() == ["ASSESSMENT_WAITS", "ASSESSMENT_DUE", "ASSESSMENT_DUE"]


async def test_one_that_nobody_was_told_of_in_time_is_told_once(database: Database) -> None:
    with time_machine.travel(datetime(2026, 10, 1, 4, tzinfo=UTC), tick=False) as clock:
        await _added(assessed_on="2026-10-01", valid_until="2026-10-02")
        clock.shift(timedelta(days=100))
        for expected in (1, 0):
            async with begin(CLOCK) as unit:
                assert await remind_of_ends(unit) == expected


async def test_the_page_adds_keeps_what_was_typed_and_shows_what_is_due(database: Database) -> None:
    async with visiting("adam") as adam:
        assert "No assessment is in the register." in (await adam.get("/assessments")).text
        wrong = await adam.post("/assessments", data={**GIVEN, "valid_until": ""})
        assert (wrong.status_code, "连续照护" in wrong.text) == (422, True)
        assert (await adam.post("/assessments", data=GIVEN)).status_code == 303
        page = (await adam.get("/assessments")).text
        assert ("Waits for review" in page, "another administrator has to look at it" in page) == (True, True)
        made = (await stored(ImpactAssessment))[0].id
        assert (await adam.post(f"/assessments/{made}/review")).status_code == 422


async def test_the_api_adds_and_reads_the_same(database: Database) -> None:
    add = """mutation ($input: AddImpactAssessmentInput!) { addImpactAssessment(input: $input) {
        ... on ImpactAssessmentKept { assessmentId } ... on Rejected { problems { code } } } }"""
    given = {"".join([w if not n else w.title() for n, w in enumerate(k.split("_"))]): v for k, v in GIVEN.items()}
    async with asking_as(cast.adam) as api:
        made = (await api.data(add, input=given))["addImpactAssessment"]["assessmentId"]
        assert (await api.data("{ impactAssessments { id title state } }"))["impactAssessments"] == [
            {"id": made, "title": GIVEN["title"], "state": "TO_REVIEW"}
        ]
        review = (
            "mutation ($id: ID!) { reviewImpactAssessment(assessment: $id) { ... on Rejected { problems { code } } } }"
        )
        said = (await api.data(review, id=made))["reviewImpactAssessment"]
    assert said == {"problems": [{"code": "ASSESSMENT_SECOND_PERSON"}]}
