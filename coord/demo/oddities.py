"""What goes wrong in real programs, planted on purpose: every screen has something to find.

Late reporting and the empty post are part of the groundwork; here are the month that was sent twice,
the contacts that were taken back, and the records that deserve a second look.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from coord import audit
from coord.access import system
from coord.audit.tables import AuditEntry
from coord.cases.tables import CaseFile
from coord.clients.consents.tables import Consent
from coord.contacts.codes import ROSTER_CODES, AttendanceStatus, FlagState, ServiceCode, Source
from coord.contacts.inputs import LogContact
from coord.contacts.quality_rules import Entry, own_doubts
from coord.contacts.tables import Presence, QualityFlag, ServiceContact
from coord.demo.caseload import early
from coord.demo.diary import Diary
from coord.demo.groundwork import month_start
from coord.demo.harvest import Harvest, ordered_id
from coord.kernel.ids import person_key

_DEMO = system("demo", "invents what went wrong", "job.run")
_DOUBLED_BACK, _CORRECTED_BACK = 5, 4
_TAKEN_BACK = 12
_BURST = 24
_COPIED = "与患者及家属沟通病情，患者情绪稳定，配合治疗，继续关注。"
_CASE_TALK = ServiceCode.CASE_CONTACT
Contact = dict[str, Any]
_FLAGGED_DAYS = 60
_BY_OTHERS = {"is_typed", "note_hash"}
_LOOKED_AT = tuple(name for name in Entry.__dataclass_fields__ if name not in _BY_OTHERS)
ZONE = "Asia/Shanghai"


def _month_of(today: date, back: int) -> tuple[date, date]:
    """The first day of the month ``back`` months ago and of the one after it."""
    return month_start(today, back + 1), month_start(today, back)


def double_a_month(diary: Diary, kept: Sequence[LogContact], today: date) -> int:
    """The hospital typed a month in and sent it as a workbook as well; returns how many it added."""
    first, following = _month_of(today, _DOUBLED_BACK)
    doubled = [
        given
        for given in kept
        if first <= given.occurred_on < following and given.client and given.service_code not in ROSTER_CODES
    ]
    for number, given in enumerate(doubled):
        again = given.model_copy(update={"started_at": None})
        diary.write(again, early(following) + timedelta(seconds=number), source=Source.IMPORT,
                    import_key=f"doubled-{first:%Y-%m}-{number}")  # fmt: skip
    return len(doubled)


def take_some_back(harvest: Harvest, today: date) -> int:
    """Visits that were logged for the wrong hospital and withdrawn four days later: a negative correction."""
    first, following = _month_of(today, _CORRECTED_BACK)
    visits = [
        contact
        for contact in harvest.rows[ServiceContact]
        if first <= contact["occurred_on"] < following and contact["service_code"] is ServiceCode.BEDSIDE_VISIT
    ][:_TAKEN_BACK]
    gone: set[UUID] = set()
    for contact in visits:
        contact["withdrawn_at"] = contact["recorded_at"] + timedelta(days=4)
        gone.add(contact["id"])
        harvest.add(
            AuditEntry,
            **audit.entry(_DEMO, contact["withdrawn_at"], "contact.withdraw", "service_contact", contact["id"]),
        )  # fmt: skip
    harvest.rows[Presence] = [row for row in harvest.rows[Presence] if row["contact_id"] not in gone]
    return len(gone)


def plant_doubts(harvest: Harvest, worker: UUID, colleague: UUID, today: date) -> list[UUID]:
    """Make some recent records of a worker worth a second look; returns their ids."""
    recent = [c for c in harvest.rows[ServiceContact] if c["occurred_on"] >= today - timedelta(days=30)]
    visits = [c for c in recent if c["worker_id"] == worker and c["service_code"] is ServiceCode.BEDSIDE_VISIT]
    others = [c for c in recent if c["worker_id"] == colleague and c["service_code"] is ServiceCode.BEDSIDE_VISIT]
    touched: list[Contact] = []
    steps: Sequence[Callable[[list[Contact]], Iterable[Contact]]] = (
        _lengthen, _copy_notes, _overlap, _backdate, _shorten, _at_night,
    )  # fmt: skip
    for step in steps:
        touched += step(visits)
    touched += _same_client(harvest, visits, others)
    own = [c for c in recent if c["worker_id"] == worker and c not in touched]
    touched += _before_consent(harvest, own)
    touched += _after_closure(harvest, own)
    touched += _burst([c for c in own if c not in touched])
    return [contact["id"] for contact in touched]


def flag_by_themselves(harvest: Harvest, at: datetime, rng: random.Random) -> None:
    """The flags that the job would have raised for records of the last two months, each looked at alone."""
    for contact in harvest.rows[ServiceContact]:
        if contact["recorded_at"] >= at - timedelta(days=_FLAGGED_DAYS) and contact.get("withdrawn_at") is None:
            facts = {name: contact[name] for name in _LOOKED_AT}
            entry = Entry(**facts, note_hash=None, is_typed=contact["source"] is Source.PAGE)
            for doubt in own_doubts(entry, ZONE):
                raised = contact["recorded_at"]
                harvest.add(QualityFlag, id=ordered_id(raised, rng), contact_id=doubt.contact_id, kind=doubt.kind,
                            state=FlagState.OPEN, raised_at=raised)  # fmt: skip


def _lengthen(visits: list[Contact]) -> Iterable[Contact]:
    for contact in visits[:1]:
        contact["duration_minutes"] = 400
        contact["started_at"] = None
        yield contact


def _copy_notes(visits: list[Contact]) -> Iterable[Contact]:
    for contact in visits[1:4]:
        contact["note"] = _COPIED
        yield contact


def _overlap(visits: list[Contact]) -> Iterable[Contact]:
    """Two visits of one day whose hours run into each other."""
    timed = [contact for contact in visits[4:] if contact["started_at"] is not None]
    pairs = [(a, b) for a, b in pairwise(timed) if a["occurred_on"] == b["occurred_on"]]
    for contact, other in pairs[:1]:
        other["started_at"] = contact["started_at"] + timedelta(minutes=5)
        yield from (contact, other)


def _backdate(visits: list[Contact]) -> Iterable[Contact]:
    """Written down ten days after the visit."""
    long_ago = max(contact["occurred_on"] for contact in visits) - timedelta(days=14)
    for contact in [c for c in visits[4:] if c["occurred_on"] < long_ago][:2]:
        contact["recorded_at"] = early(contact["occurred_on"]) + timedelta(days=10)
        yield contact


def _shorten(visits: list[Contact]) -> Iterable[Contact]:
    """A visit that was over before it began: two minutes."""
    for contact in visits[-1:]:
        contact["duration_minutes"] = 2
        yield contact


def _at_night(visits: list[Contact]) -> Iterable[Contact]:
    """Half past ten in the evening, typed for half past ten in the morning."""
    for contact in visits[-2:-1]:
        contact["started_at"] = early(contact["occurred_on"]) + timedelta(hours=14)
        contact["recorded_at"] = contact["started_at"] + timedelta(minutes=contact["duration_minutes"] + 5)
        yield contact


def _before_consent(harvest: Harvest, own: list[Contact]) -> Iterable[Contact]:
    """The form was signed the day after the first service."""
    consents = {row["client_id"]: row for row in harvest.rows[Consent]}
    for contact in own:
        consent = consents.get(contact["client_id"])
        if consent and consent["given_on"] == contact["occurred_on"] and contact["service_code"] is _CASE_TALK:
            consent["given_on"] += timedelta(days=1)
            consent["recorded_at"] = early(consent["given_on"])
            yield contact
            return


def _after_closure(harvest: Harvest, own: list[Contact]) -> Iterable[Contact]:
    """The closing report names the day before the last talk."""
    talks = {c["client_id"]: c for c in own if c["service_code"] is _CASE_TALK and _took_place(c)}
    for case in harvest.rows[CaseFile]:
        talk = talks.get(case["client_id"])
        if talk and case["closed_on"] and case["opened_on"] < talk["occurred_on"] <= case["closed_on"]:
            case["closed_on"] = talk["occurred_on"] - timedelta(days=1)
            yield talk
            return


def _took_place(contact: Contact) -> bool:
    return contact["attendance"] is AttendanceStatus.ATTENDED


def _same_client(harvest: Harvest, visits: list[Contact], others: list[Contact]) -> Iterable[Contact]:
    """A colleague saw the same client on the same day."""
    pairs = ((a, b) for a in visits[10:] for b in others if a["occurred_on"] == b["occurred_on"])
    for own, other in list(pairs)[:1]:
        other["client_id"] = own["client_id"]
        for row in harvest.rows[Presence]:
            if row["contact_id"] == other["id"]:
                row["client_id"], row["person_id"] = own["client_id"], person_key(own["client_id"], 0)
        yield from (own, other)


def _burst(contacts: list[Contact]) -> Iterable[Contact]:
    """A week's records written down within four minutes of one evening."""
    week = contacts[-_BURST:]
    evening: datetime = max(c["recorded_at"] for c in week)
    for number, contact in enumerate(week):
        contact["recorded_at"] = evening - timedelta(seconds=10 * number)
        yield contact
