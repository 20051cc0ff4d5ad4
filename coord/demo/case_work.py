"""Case work of the demo: plans and goals, what waits for the supervisor, supervision, reviews, one safety alert.

Each step is the real action of the real person, so that trail, notices and lists are what they would be.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col

from coord.access import Actor, system
from coord.cases import advance_case, assess_case, decide_case, start_case, submit_closing, write_plan
from coord.cases.codes import OVER, CaseStatus
from coord.cases.inputs import AssessCase, MoveCase, StartCase, SubmitClosing, WritePlan
from coord.cases.tables import CaseFile
from coord.clients.tables import Client
from coord.contacts.codes import ContactStatus
from coord.contacts.reviews import ApproveContacts, ReturnContact, approve_contacts, return_contact
from coord.contacts.reviews.sampling import SAMPLER, draw_recent
from coord.contacts.tables import QualityFlag, ServiceContact
from coord.demo import places
from coord.demo.groundwork import fixed
from coord.demo.referrals import person
from coord.kernel.sql import select
from coord.outcomes import RecordScale, record_scale
from coord.supervision import RecordSupervision, record_supervision
from coord.work import begin
from coord.workforce.tables import Worker

CASE_WORK = system("demo case work", "chooses whose cases the demo's people work on", "job.run")
_GOALS = (
    ("情绪稳定，能说出自己的预警信号", "能说出的预警信号", "0 个", "3 个"),
    ("按时服药并复诊", "按时复诊次数", "0 次", "3 次"),
)
_INTAKE = {
    "source": "FOUND_BY_WORKER", "urgency": "PRIORITY", "risk": "NONE_SEEN", "decision": "OPEN",
    "presenting_issue": "出院后担心复发，希望有人定期联系", "self_stated_needs": "想知道怎样和家人谈自己的病",
}  # fmt: skip
_SESSIONS: Sequence[tuple[int, int, Sequence[str], str]] = (
    (1, 60, ("CASES", "SUPPORT"), "两周内一起回看安全计划"),
    (6, 90, ("METHODS", "COOPERATION"), "下次带一份小组记录来讨论"),
    (20, 60, ("RISK",), "危机个案当天向督导报告"),
)
_ALARMING = (2, 2, 3, 2, 1, 2, 2, 1, 1)
_PLANS, _RETURNED, _APPROVED = 3, 2, 3


async def lay_case_work(today: date) -> None:
    """Some of everything that a worker and a supervisor see on their pages."""
    async with begin(SAMPLER) as unit:
        await draw_recent(unit)
    sam, sun = await person("sam"), await person("sun")
    worker, live, free = await _ground()
    for number, case in enumerate(live[:_PLANS]):
        await _planned(sam, sun, case, today, is_approved=number > 0)
    for case in live[_PLANS:]:
        await _closing(sam, case, today)
    for client in free[:1]:
        await _opening(sam, client, today)
    await _reviewed(sun, worker, today)
    await _supervised(sun, worker, today)
    for client in free[1:]:
        given = {"idempotency_key": uuid4(), "client": client, "scale": "PHQ9", "taken_on": today, "items": _ALARMING}
        async with begin(sam) as unit:
            await record_scale(unit, RecordScale.parse(given))


async def _ground() -> tuple[UUID, Sequence[UUID], Sequence[UUID]]:
    """North's worker, the cases they are working on, and people of North without one."""
    north = fixed(places.NORTH)
    async with begin(CASE_WORK, read_only=True) as unit:
        worker = await unit.scalar(select(Worker.id).where(col(Worker.user_id) == fixed("user/sam")))
        going_on = select(CaseFile.client_id).where(col(CaseFile.status).not_in(OVER))
        live = (
            select(CaseFile.id)
            .where(col(CaseFile.worker_id) == worker, col(CaseFile.status) == CaseStatus.INTERVENING)
            .order_by(col(CaseFile.id).desc())
            .limit(_PLANS + 1)
        )
        free = (
            select(Client.id)
            .where(col(Client.hospital_id) == north, col(Client.id).not_in(going_on))
            .order_by(col(Client.id).desc())
            .limit(2)
        )
        return worker, list(await unit.scalars(live)), list(await unit.scalars(free))


async def _move(actor: Actor, verb: Any, case: UUID, event: str) -> None:
    async with begin(actor) as unit:
        await verb(unit, MoveCase.parse({"case": case, "event": event}))


async def _planned(sam: Actor, sun: Actor, case: UUID, today: date, *, is_approved: bool) -> None:
    """A plan with its goals, approved or waiting for the supervisor."""
    due = today + timedelta(days=60)
    goals = [
        {"statement": what, "indicator": by, "baseline": now, "target": to, "due_on": due}
        for what, by, now, to in _GOALS
    ]
    given = {"case": case, "review_on": today + timedelta(days=30), "client_agrees": True, "goals": goals,
             "planned_sessions": 8, "interventions": "个别会谈、家属会谈", "frequency": "每周一次"}  # fmt: skip
    async with begin(sam) as unit:
        await write_plan(unit, WritePlan.parse(given))
    await _move(sam, advance_case, case, "SUBMIT_PLAN")
    if is_approved:
        await _move(sun, decide_case, case, "APPROVE_PLAN")


async def _closing(sam: Actor, case: UUID, today: date) -> None:
    """A closing report that waits."""
    given = {"case": case, "closure": "MOVED_OR_REASSIGNED", "ends_on": today, "summary": "服务对象迁居外地，已告知当地资源",
             "reaction": "POSITIVE"}  # fmt: skip
    async with begin(sam) as unit:
        await submit_closing(unit, SubmitClosing.parse(given))


async def _opening(sam: Actor, client: UUID, today: date) -> None:
    """Somebody new, assessed, whose opening waits."""
    async with begin(sam) as unit:
        case = await start_case(unit, StartCase.parse({"client": client, "received_on": today, **_INTAKE}))
    for event in ("SUBMIT_INTAKE", "TAKE"):
        await _move(sam, advance_case, case, event)
    async with begin(sam) as unit:
        said = {
            "case": case,
            "assessed_on": today,
            "needs": "情绪支持；家庭沟通",
            "mood": "情绪低落，睡眠差",
            "family": "与母亲同住",
        }
        await assess_case(unit, AssessCase.parse(said))
    await _move(sam, advance_case, case, "SUBMIT_OPENING")


async def _reviewed(sun: Actor, worker: UUID, today: date) -> None:
    """Some records of this month approved, two sent back."""
    flagged = select(QualityFlag.contact_id)
    statement = (
        select(ServiceContact.id)
        .where(
            col(ServiceContact.worker_id) == worker,
            col(ServiceContact.status) == ContactStatus.SUBMITTED,
            col(ServiceContact.occurred_on) >= today - timedelta(days=20),
            col(ServiceContact.id).not_in(flagged),
        )
        .order_by(col(ServiceContact.occurred_on).desc(), col(ServiceContact.id))
        .limit(_RETURNED + _APPROVED)
    )
    async with begin(CASE_WORK, read_only=True) as unit:
        records = list(await unit.scalars(statement))
    for record in records[:_RETURNED]:
        async with begin(sun) as unit:
            said = {"contact": record, "kind": "TOO_LITTLE_SAID", "reason": "请补充服务对象的反应和下一步计划"}
            await return_contact(unit, ReturnContact.parse(said))
    if records[_RETURNED:]:
        async with begin(sun) as unit:
            await approve_contacts(unit, ApproveContacts.parse({"contacts": records[_RETURNED:]}))


async def _supervised(sun: Actor, worker: UUID, today: date) -> None:
    """Sessions of the last three weeks."""
    for days, minutes, topics, agreed in _SESSIONS:
        given = {"idempotency_key": uuid4(), "program": places.PROGRAM, "kind": "INDIVIDUAL", "minutes": minutes,
                 "held_on": today - timedelta(days=days), "workers": [worker], "topics": topics,
                 "agreed": agreed}  # fmt: skip
        async with begin(sun) as unit:
            await record_supervision(unit, RecordSupervision.parse(given))
