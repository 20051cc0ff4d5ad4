"""A worker's and a supervisor's whole month in Chinese on a phone, under a clock that goes with it."""

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.moved_clock import VARIABLE
from tests.browser.taps import budget
from tests.browser.walking import Walk, choose, follow, said, with_coordinator, write
from tests.serving import serving
from tests.world import LIN, NORTH, NORTH_GROUP, PROGRAM

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
OCTOBER = f"/months/{NORTH}/2026-10?program={PROGRAM}"


@pytest.fixture
async def walk(chromium: Browser, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Walk]:
    """The cast's world on a server of its own, on the morning of October 9th."""
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'world.sqlite')}"
    clock = tmp_path / "clock"
    await with_coordinator(url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(clock))
        made = Walk(chromium, "", url, clock)
        made.now_is("2026-10-09 09:00")
        with serving(url, app="tests.browser.moved_clock:app") as made.address:
            yield made


async def _in_chinese(walk: Walk, name: str) -> None:
    """Choose the language on the page of one's own account."""
    async with walk.person(name) as page:
        await page.goto("/me")
        await choose(page, language="zh-CN")
        await page.tap("form:has([name='language']) button[type=submit]")
        await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


async def _registers(walk: Walk, page: Page) -> str:
    """A new person, with consent on paper; her address."""
    await walk.look(page, "today")
    await page.goto("/clients")
    await walk.look(page, "clients")
    await follow(page, "a[href^='/clients/new']", "**/clients/new*")
    await write(page, name="周雅琴", birth_date="1991-04-05", district="海淀区", bed="3-12", phone="13900001234")
    await page.select_option("#source", "RECOMMENDED")
    await choose(page, gender="FEMALE", stage="TREATMENT", consent="GIVEN")
    await walk.look(page, "register")
    await page.tap(".sheet button.primary")
    await page.wait_for_url(re.compile(r"/clients/[0-9a-f-]{36}$"))
    await walk.look(page, "person")
    return "/clients/" + page.url.rpartition("/")[2]


async def _opens_a_case(walk: Walk, page: Page) -> str:
    """Intake and assessment, handed to the supervisor; the address of the case."""
    await follow(page, "a[href$='/case']", "**/case")
    await choose(page, source="RECOMMENDED", urgency="ROUTINE", risk="NONE_SEEN", decision="OPEN")
    await write(page, presenting_issue="情绪低落两个月，睡眠差", self_stated_needs="想尽快回去上班")
    await walk.look(page, "intake")
    await page.tap("button[value='SUBMIT_INTAKE']")
    await page.wait_for_url("**/cases/*")
    case = "/cases/" + page.url.rpartition("/")[2]
    await follow(page, "button[value='TAKE']", f"**{case}")
    await follow(page, f"a[href='{case}/assessment']", "**/assessment")
    await write(page, needs="睡眠、复工、家人支持", mood="低落，兴趣减退", family="与丈夫同住", suicide_risk="无计划")
    await walk.look(page, "assessment")
    await page.tap("button[value='SUBMIT_OPENING']")
    await page.wait_for_url(f"**{case}")
    await walk.look(page, "case-waits")
    return case


async def _decides(walk: Walk, case: str, event: str, picture: str) -> None:
    """The supervisor finds the case on the work list and decides."""
    async with walk.person("sun") as sun:
        await sun.goto("/work")
        await walk.look(sun, f"{picture}-list")
        await follow(sun, f"a[href='{case}']", f"**{case}")
        await walk.look(sun, picture)
        await follow(sun, f"button[value='{event}']", f"**{case}")


async def _plans(walk: Walk, page: Page, case: str) -> None:
    await page.goto(case)
    await follow(page, f"a[href='{case}/plan']", "**/plan")
    await write(page, review_on="2026-10-28", planned_sessions="4", interventions="每周个案面谈，家属沟通")
    goal = {
        "statement": "每晚睡够六小时",
        "indicator": "睡眠日记",
        "baseline": "四小时",
        "target": "六小时",
        "due_on": "2026-10-30",
    }
    await write(page, **{f"goal_{part}_1": text for part, text in goal.items()})
    await page.check("[name='client_agrees']")
    await walk.look(page, "plan")
    await page.tap("button[value='SUBMIT_PLAN']")
    await page.wait_for_url(f"**{case}")


async def _logs(page: Page, client: str, *, minutes: str) -> None:
    """A contact from the start page, the person being among those seen lately."""
    page = await page.context.new_page()  # a count of its own
    await page.goto("/today")
    async with budget(page, taps=4) as effort:
        await page.tap(f"#recent a[href*='{client.rpartition('/')[2]}']")
        await choose(page, service_code="BEDSIDE_VISIT", duration_minutes=minutes)
        await page.tap("button[value='done']")
        await said(page, "已保存")
    assert effort.taps == 4


async def _answers_a_scale(walk: Walk, page: Page, client: str) -> None:
    """A PHQ-9 whose last item says danger: the step of safety stands before everything else."""
    await page.goto(f"{client}/scales/PHQ9")
    for item in range(1, 10):
        await page.tap(f".item_{item} .chip:has([value='{2 if item < 9 else 1}'])")
    await walk.look(page, "phq9")
    await page.tap(".sheet button")
    await page.wait_for_url("**/alerts/*")
    await walk.look(page, "safety-step")
    await page.tap(".chip:has([name='plan']) >> nth=0")
    await write(page, note="已与主管医生和家属沟通")
    await follow(page, "form[action$='/take'] button.primary", "**/alerts/*")
    await expect(page.locator("form[action$='/take']")).to_have_count(0)
    await walk.look(page, "safety-taken")


async def _holds_a_group(walk: Walk, page: Page) -> None:
    await page.goto("/today")
    async with budget(page, taps=3) as effort:
        await page.tap(f"#groups a[href*='{NORTH_GROUP}']")
        await page.tap(".sheet button.primary")
        await said(page, "已保存")
    assert effort.taps == 2
    await page.goto(f"/groups/{NORTH_GROUP}")
    await walk.look(page, "group")


async def _discharges(walk: Walk, page: Page, client: str) -> None:
    await page.goto(client)
    await follow(page, f"a[href='{client}/discharges']", "**/discharges")
    await write(page, day="2026-10-19", time="10:30")
    await follow(page, "form.card button.primary", "**/discharges")
    await walk.look(page, "discharge")


async def _follows_up(walk: Walk, page: Page) -> None:
    """What the work list says is due is one tap away from its form."""
    await page.goto("/work?kind=FOLLOW_UP")
    await walk.look(page, "work-list")
    await follow(page, "#work a.who >> nth=0", "**/log*")
    await choose(page, service_code="HOTLINE", duration_minutes="20")
    await walk.look(page, "log")
    await page.tap("button[value='done']")
    await said(page, "已保存")
    await page.goto("/work?kind=FOLLOW_UP")
    await expect(page.locator("#work")).to_have_count(0)


async def _reviews(walk: Walk, sun: Page) -> None:
    """What is odd goes back with its reason, the rest of the queue is approved."""
    await sun.goto("/review")
    await walk.look(sun, "review-queue")
    await follow(sun, "#queue .row:has(.tag.warn) a.who", "**/review/*")
    await choose(sun, kind="WRONG_TIME")
    await write(sun, reason="请核对时长，是否多写了一个零")
    await walk.look(sun, "review-record")
    await sun.tap("form[action$='/return'] button")
    await said(sun, "退回")


async def _supervises(walk: Walk, sun: Page) -> None:
    await sun.goto("/supervision")
    await follow(sun, "a[href^='/supervision/new'] >> nth=0", "**/supervision/new*")
    await sun.tap(".chip:has([name='workers']) >> nth=0")
    await sun.tap(".chip:has([name='minutes'][value='60'])")
    await choose(sun, topics="RISK")
    await write(sun, agreed="每周核对一次时长")
    await walk.look(sun, "supervision-new")
    await follow(sun, "form.stack button.primary", "**/supervision?*")
    await walk.look(sun, "supervision")
    await sun.goto("/caseload")
    await walk.look(sun, "caseload")


async def _corrects(walk: Walk, page: Page) -> None:
    """The returned record waits on the work list and opens with the reason."""
    await page.goto("/work?kind=RETURNED_RECORD")
    await follow(page, "#work a.who", "**/amend")
    await expect(page.locator("main")).to_contain_text("是否多写了一个零")
    await choose(page, duration_minutes="30")
    await walk.look(page, "amend")
    await page.tap("button[value='done']")
    await page.wait_for_url("**/records")
    await walk.look(page, "records")


async def _closes(walk: Walk, page: Page, case: str) -> None:
    await page.goto(case)
    await follow(page, f"a[href='{case}/goals']", "**/goals")
    await write(page, attainment_1="80")
    await walk.look(page, "goals")
    await page.tap(".sheet button.primary")
    await page.wait_for_url(f"**{case}")
    await follow(page, f"a[href='{case}/closing']", "**/closing")
    await choose(page, closure="GOALS_REACHED")
    await write(page, summary="睡眠恢复，已复工", follow_up_plan="一个月后电话随访")
    await walk.look(page, "closing")
    await page.tap(".sheet button.primary")
    await page.wait_for_url(f"**{case}")


async def _keeps_words(walk: Walk, page: Page) -> None:
    """The page to close a month: the gaps are listed and lead to where they are filled; the words are kept."""
    await page.goto("/months")
    await walk.look(page, "months")
    await page.goto(OCTOBER)
    await expect(page.locator("#gaps li").first).to_be_visible()
    await write(page, words="本月新接个案一例", plan="下月继续小组")
    await walk.look(page, "month-open")
    await page.tap("button[value='KEEP']")
    await expect(page.locator("#toasts")).not_to_be_empty()


async def _moves(walk: Walk, name: str, step: str, state: str, note: str = "") -> None:
    """One pair of hands of the month."""
    async with walk.person(name) as page:
        await page.goto(OCTOBER)
        if note:
            await write(page, note=note)
        await walk.look(page, f"month-{step.lower()}-{name}")
        await page.tap(f"button[name='move'][value='{step}']")
        await expect(page.locator(".head")).to_contain_text(state)


async def _takes_back(walk: Walk, page: Page) -> None:
    """A record of the locked month that should not have counted: an adjustment of the open month."""
    await page.goto("/records?to_day=2026-10-31")
    await follow(page, "a[href$='/correct'] >> nth=0", "**/correct")
    await page.select_option("#correction_reason", "ENTERED_TWICE")
    await write(page, correction_note="与前一条重复")
    await walk.look(page, "correct")
    await follow(page, "button.danger", "**/records")
    await page.goto(OCTOBER)
    await expect(page.locator("main")).to_contain_text("与前一条重复")
    await walk.look(page, "month-corrected")
    await page.goto(OCTOBER.replace("2026-10", "2026-11"))
    await expect(page.locator("main")).to_contain_text("与前一条重复")


async def _logs_too_long(page: Page) -> None:
    """A slip of the finger: 450 minutes with Lin."""
    await page.goto(f"/log?client={LIN}")
    await page.tap(".chip:has([name='duration_minutes'][value=''])")
    await write(page, duration_other="450", note="谈了复工的打算")
    await page.tap("button[value='done']")
    await said(page, "已保存")


async def _approves_all(walk: Walk, sun: Page) -> None:
    await sun.goto("/review")
    for box in await sun.locator("#queue input[name='contacts']").all():
        await box.check()
    await write(sun, justification="时长已由社工更正，核对无误")
    await sun.tap(".actions button.primary")
    await said(sun, "通过")
    await sun.goto("/review")
    await walk.look(sun, "review-empty")
    await expect(sun.locator("#queue")).to_have_count(0)


async def _looks_after(walk: Walk, page: Page, case: str) -> None:
    """A month after the closure somebody asks how she fares."""
    await page.goto("/work?kind=CASE_FOLLOW_UP")
    await follow(page, f"a[href='{case}']", f"**{case}")
    await follow(page, f"a[href^='{case}/follow-ups/'] >> nth=0", "**/follow-ups/*")
    await choose(page, status="REACHED", method="PHONE")
    await walk.look(page, "follow-up")
    await page.tap(".sheet button.primary")
    await page.wait_for_url(f"**{case}")
    await walk.look(page, "case-over")


async def _begins(walk: Walk) -> tuple[str, str]:
    """The first days: a new person, her case, plan and services; the addresses of both."""
    async with walk.person("sam") as sam:
        client = await _registers(walk, sam)
        case = await _opens_a_case(walk, sam)
    await _decides(walk, case, "APPROVE_OPENING", "opening")
    walk.now_is("2026-10-12 10:00")
    async with walk.person("sam") as sam:
        await _plans(walk, sam, case)
        await sam.goto(f"/log?client={client.rpartition('/')[2]}")
        await sam.tap("button[value='done']")
        await said(sam, "已保存")
        await _answers_a_scale(walk, sam, client)
        await _holds_a_group(walk, sam)
        await _logs(sam, client, minutes="45")
        await _logs_too_long(sam)
    await walk.jobs_done()
    await _decides(walk, case, "APPROVE_PLAN", "plan-waits")
    return client, case


async def _goes_on(walk: Walk, client: str, case: str) -> None:
    """The second half: review, correction, follow-up, the end of the case."""
    walk.now_is("2026-10-19 17:00")
    async with walk.person("sun") as sun:
        await _reviews(walk, sun)
        await _supervises(walk, sun)
    async with walk.person("sam") as sam:
        await _corrects(walk, sam)
        await _discharges(walk, sam, client)
    walk.now_is("2026-10-21 09:00")
    async with walk.person("sam") as sam:
        await _follows_up(walk, sam)
    await walk.jobs_done()
    async with walk.person("sun") as sun:
        await _approves_all(walk, sun)
    walk.now_is("2026-10-30 16:00")
    async with walk.person("sam") as sam:
        await _closes(walk, sam, case)
    await _decides(walk, case, "APPROVE_CLOSING", "closing-waits")


async def _is_handed_in(walk: Walk) -> None:
    """The month goes through four pairs of hands and comes back once."""
    walk.now_is("2026-11-02 09:00")
    async with walk.person("sam") as sam:
        await _keeps_words(walk, sam)
    await _moves(walk, "petra", "SUBMIT", "已提交")
    await _moves(walk, "sun", "RETURN", "已退回", "请补充下月计划")
    await _moves(walk, "petra", "SUBMIT", "已提交")
    await _moves(walk, "sun", "APPROVE", "已审核")
    walk.now_is("2026-11-08 09:00")
    await _moves(walk, "ola", "LOCK", "已锁定")


@pytest.mark.timeout(600)
async def test_a_month_of_a_worker_and_a_supervisor(walk: Walk) -> None:
    for name in ("sam", "sun", "petra", "ola"):
        await _in_chinese(walk, name)
    client, case = await _begins(walk)
    await _goes_on(walk, client, case)
    await _is_handed_in(walk)
    walk.now_is("2026-11-10 09:00")
    async with walk.person("sam") as sam:
        await _takes_back(walk, sam)
    walk.now_is("2026-12-01 09:00")
    async with walk.person("sam") as sam:
        await _looks_after(walk, sam, case)
    assert walk.faults == {}
    assert walk.seen > 40
