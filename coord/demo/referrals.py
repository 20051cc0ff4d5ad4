"""Referrals of the demo: North's worker sends people to the community center, which answers as such centers do.

Each step is the real action of the real person, so that clocks, trail and notices are what they would be.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlmodel import col

from coord.access import Actor, system
from coord.clients.consents import RecordConsent, record_consent
from coord.clients.tables import Client
from coord.contacts import LogContact, log_contact
from coord.demo import places
from coord.demo.groundwork import fixed
from coord.identity.reads import AUTHENTICATOR, load_user
from coord.kernel.sql import select
from coord.placements.tables import Placement
from coord.programs.tables import Program
from coord.referrals import MoveReferral, SendReferral, move_as_source, move_as_target, record_contact, send_referral
from coord.referrals.codes import ReferralEventKind
from coord.referrals.inputs import RecordContact, SendFeedback
from coord.referrals.responding import send_feedback
from coord.work import begin
from coord.workforce.tables import Worker

REFERRALS = system("demo referrals", "gives the community center a worker, and chooses whom to refer", "job.run")
_E = ReferralEventKind
_STORIES: Sequence[tuple[str, str, Sequence[ReferralEventKind]]] = (
    ("URGENT", "出院后希望尽快参加社区康复活动", ()),
    ("ROUTINE", "需要同伴支持，愿意参加小组", (_E.RECEIVE,)),
    ("ROUTINE", "希望得到就业支持", (_E.RETURN,)),
    ("ROUTINE", "家庭支持不足，需要社区跟进", (_E.DECLINE,)),
    ("ROUTINE", "出院后的社区康复", (_E.ACCEPT,)),
    ("URGENT", "复诊间隔长，需要社区陪伴", (_E.ACCEPT, _E.RECORD_CONTACT)),
    ("ROUTINE", "社区康复与家属支持", (_E.ACCEPT, _E.RECORD_CONTACT, _E.SEND_FEEDBACK)),
    ("ROUTINE", "回归工作前的过渡支持", (_E.ACCEPT, _E.RECORD_CONTACT, _E.SEND_FEEDBACK, _E.ACKNOWLEDGE)),
)  # fmt: skip
_WHY = {_E.RETURN: "MISSING_INFORMATION", _E.DECLINE: "NO_CAPACITY"}


async def lay_referrals(today: date) -> None:
    """Some referrals from North to the center, one at each stage."""
    clients, center = await _ground(today)
    sam = await person("sam")
    for client, (urgency, reason, steps) in zip(clients, _STORIES, strict=False):
        referral = await _sent(sam, client, center, urgency, reason, today)
        for step in steps:
            # Loaded for each step, as at each request: whom others share is known from then on.
            actor = sam if step is _E.ACKNOWLEDGE else await person("cai")
            await _step(actor, referral, client, step, today)


async def _ground(today: date) -> tuple[Sequence[UUID], UUID]:
    """A post for the center's worker; the newest people of North; the center."""
    north, center = fixed(places.NORTH), fixed(places.CENTER)
    worker = Worker(code="W-CAI", display_name="蔡宁", employer_id=center, user_id=fixed("user/cai"))
    async with begin(REFERRALS) as unit:
        program = await unit.find(Program, fixed("program"))
        unit.add(worker)
        await unit.session.flush()
        starts_on = max(program.starts_on, today - timedelta(days=365))
        unit.add(
            Placement(
                program_id=program.id,
                hospital_id=center,
                employer_id=center,
                worker_id=worker.id,
                starts_on=starts_on,
                trained_on=starts_on - timedelta(days=10),
            )
        )
        newest = select(Client.id).where(col(Client.hospital_id) == north).order_by(col(Client.id).desc())
        return list(await unit.scalars(newest.limit(len(_STORIES)))), center


async def person(name: str) -> Actor:
    """One of the demo's people, as they sign in."""
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        return (await load_user(unit, fixed(f"user/{name}"))).actor


async def _sent(actor: Actor, client: UUID, center: UUID, urgency: str, reason: str, today: date) -> UUID:
    agreed = RecordConsent.parse(
        {
            "idempotency_key": uuid4(), "client": client, "purpose": "INFORMATION_SHARING", "recipients": [center],
            "categories": ["BASIC_FILE", "SOCIAL_SITUATION"], "signer": "GUARDIAN", "relation": "SPOUSE",
            "guardian": "家属", "channel": "PAPER", "language": "zh-CN", "given_on": today,
            "expires_on": today + timedelta(days=180),
        }
    )  # fmt: skip
    given = SendReferral.parse(
        {
            "idempotency_key": uuid4(), "program": places.PROGRAM, "client": client, "target": center,
            "direction": "DOWN", "urgency": urgency, "reason": reason, "social_situation": "与家人同住，白天独自在家。",
        }
    )  # fmt: skip
    async with begin(actor) as unit:
        await record_consent(unit, agreed)
    async with begin(actor) as unit:
        return (await send_referral(unit, given)).referral_id


async def _step(actor: Actor, referral: UUID, client: UUID, step: ReferralEventKind, today: date) -> None:
    about = {"idempotency_key": uuid4(), "referral": referral}
    if step is _E.RECORD_CONTACT:
        met = LogContact.parse(
            {
                "idempotency_key": uuid4(), "program": places.PROGRAM, "client": client, "service_code": "CASE_CONTACT",
                "occurred_on": today, "duration_minutes": 40,
            }
        )  # fmt: skip
        async with begin(actor) as unit:
            logged = await log_contact(unit, met)
        async with begin(actor) as unit:
            await record_contact(unit, RecordContact.parse({**about, "service_contact": logged.contact_id}))
        return
    async with begin(actor) as unit:
        if step is _E.SEND_FEEDBACK:
            await send_feedback(
                unit, SendFeedback.parse({**about, "outcome": "COMPLETED", "note": "已参加三次小组，情况稳定。"})
            )
        else:
            move = MoveReferral.parse({**about, "event": step, "reason_code": _WHY.get(step)})
            await (move_as_source if step is _E.ACKNOWLEDGE else move_as_target)(unit, move)
