"""Cases on pages: a whole way from the intake to the plan, what is refused in place, and who sees what."""

import re

import pytest

from coord.cases import cases_of_client
from coord.cases.codes import CaseEvent, CaseStatus
from coord.work import begin
from coord.work.engine import Database
from tests.coord.cases.making import SOON, act, case_in
from tests.web.visit import HTMX, fields_of, visiting
from tests.world import CHEN, LIN, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio


async def status_of_chen() -> CaseStatus:
    async with begin(cast.sam, read_only=True) as unit:
        return (await cases_of_client(unit, CHEN))[0].status


async def test_a_case_is_taken_in_assessed_approved_and_planned_on_pages(database: Database) -> None:
    async with visiting("sam") as sam, visiting("sun") as sun:
        path = f"/clients/{CHEN}/case"
        fields = fields_of(await sam.get(path), path)
        told = {"source": ["COMMUNITY"], "urgency": ["ROUTINE"], "risk": ["NONE_SEEN"], "decision": ["OPEN"],
                "presenting_issue": ["失眠 NORTH"], "then": ["SUBMIT_INTAKE"]}  # fmt: skip
        case = (await sam.post(path, data=fields | told)).headers["location"]
        assert "待分派" in (await sam.get(case)).text or "waiting for a worker" in (await sam.get(case)).text
        await sam.post(f"{case}/move", data={"event": "TAKE"})
        fields = fields_of(await sam.get(f"{case}/assessment"), f"{case}/assessment")
        await sam.post(f"{case}/assessment", data=fields | {"needs": ["睡眠"], "then": ["SUBMIT_OPENING"]})
        assert await status_of_chen() is CaseStatus.OPENING_REVIEW
        refused = await sun.post(f"{case}/move", data={"event": "RETURN", "reason": " "})
        assert refused.status_code == 422
        await sun.post(f"{case}/move", data={"event": "APPROVE_OPENING"})
        plan = {"review_on": [str(SOON)], "client_agrees": ["true"], "goal_statement": ["每天散步", "", ""],
                "goal_indicator": ["步数", "", ""], "goal_baseline": ["0", "", ""], "goal_target": ["3000", "", ""],
                "goal_due_on": [str(SOON), "", ""], "then": ["SUBMIT_PLAN"]}  # fmt: skip
        await sam.post(f"{case}/plan", data=plan)
        await sun.post(f"{case}/move", data={"event": "APPROVE_PLAN"})
        page = (await sam.get(case)).text
    assert await status_of_chen() is CaseStatus.INTERVENING
    assert {word for word in ("每天散步", "失眠 NORTH", "睡眠", "3000") if word in page} == {
        "每天散步", "失眠 NORTH", "睡眠", "3000",
    }  # fmt: skip


async def test_what_was_typed_stays_when_a_form_is_refused(database: Database) -> None:
    case = await case_in(CaseStatus.OPEN)
    async with visiting("sam") as sam:
        answer = await sam.post(f"/cases/{case}/plan", headers=HTMX, data={
            "review_on": ["yesterday"], "goal_statement": ["每天散步"], "goal_indicator": [""], "goal_target": ["3000"],
            "goal_due_on": [""], "goal_baseline": [""]})  # fmt: skip
        more = await sam.post(f"/cases/{case}/plan", data={"goal_statement": ["一", "二", "三"], "more": ["1"]})
    assert answer.status_code == 422
    assert 'value="每天散步"' in answer.text
    assert len(re.findall('name="goal_statement"', more.text)) == 4


async def test_goals_are_rated_and_a_follow_up_is_recorded_on_pages(database: Database) -> None:
    case = await case_in(CaseStatus.INTERVENING)
    async with visiting("sam") as sam, visiting("sun") as sun:
        path = f"/cases/{case}/goals"
        fields = fields_of(await sam.get(path), path)
        half = await sam.post(path, data=fields)
        await sam.post(path, data=fields | {"rating_attainment": ["90"], "rating_comment": ["做到了"]})
        path = f"/cases/{case}/closing"
        fields = fields_of(await sam.get(path), path)
        await sam.post(path, data=fields | {"closure": ["GOALS_REACHED"], "summary": ["完成"]})
        await sun.post(f"/cases/{case}/move", data={"event": "APPROVE_CLOSING"})
        looked = re.findall(rf"/cases/{case}/follow-ups/[0-9a-f-]+", (await sam.get(f"/cases/{case}")).text)
        fields = fields_of(await sam.get(looked[0]), looked[0])
        await sam.post(looked[0], data=fields | {"needs": ["一切安好"]})
        page = (await sam.get(f"/cases/{case}")).text
        again = fields_of(await sam.get(looked[0]), looked[0])
    assert half.status_code == 422
    assert (again["status"], again["needs"], ">Correct<" in page) == (["REACHED"], ["一切安好"], True)
    assert (len(looked), "做到了" in page, "一切安好" in page) == (3, True, True)
    assert await status_of_chen() is CaseStatus.FOLLOW_UP


async def test_lists_show_ones_own_and_refuse_who_has_no_part(database: Database) -> None:
    await case_in(CaseStatus.OPENING_REVIEW)
    async with visiting("sam") as sam, visiting("sun") as sun, visiting("ola") as ola, visiting("nia") as nia:
        mine, theirs = (await sam.get("/cases")).text, (await sun.get("/cases?show=review")).text
        assert (mine.count('class="row"'), theirs.count('class="row"')) == (2, 1)
        assert [(await visitor.get("/cases")).status_code for visitor in (ola, nia)] == [403, 200]
        assert "NORTH" not in (await nia.get("/cases?of=all")).text


async def test_a_case_of_another_hospital_does_not_exist(database: Database) -> None:
    case = await case_in(CaseStatus.DRAFT)
    async with visiting("nia") as nia, visiting("sam") as sam:
        for path in (f"/cases/{case}", f"/cases/{case}/intake", f"/clients/{CHEN}/case"):
            assert (await nia.get(path)).status_code == 404
        assert (await nia.post(f"/cases/{case}/move", data={"event": "SUBMIT_INTAKE"})).status_code == 404
        assert (
            await sam.post(f"/clients/{SOUTH_ZHAO}/case", data={"received_on": "2026-09-01", "source": "OTHER"})
        ).status_code == 404
        second = await sam.post(f"/clients/{LIN}/case", data={"received_on": "2026-09-01", "source": "OTHER"})
        wrong = await sam.get(f"/cases/{case}/nothing")
        later = await sam.get(f"/cases/{case}/closing")
    assert (second.status_code, wrong.status_code, later.status_code) == (409, 404, 303)


async def test_a_decision_made_twice_says_that_it_was_made(database: Database) -> None:
    case = await case_in(CaseStatus.OPENING_REVIEW)
    await act(CaseEvent.APPROVE_OPENING, case)
    async with visiting("sun") as sun:
        again = await sun.post(f"/cases/{case}/move", data={"event": "APPROVE_OPENING"})
        nonsense = await sun.post(f"/cases/{case}/move", data={"event": "EXPLODE"})
    assert (again.status_code, nonsense.status_code) == (409, 422)
