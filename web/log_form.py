"""The form of one service: which choices it offers, how it starts, what it sends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import uuid4

from coord.clients import ClientCard, cards
from coord.clients.codes import CareStage
from coord.contacts import LogContact, last_contact
from coord.contacts.codes import (
    AttendanceStatus,
    CorrectionReason,
    Issue,
    ServiceCode,
    ServiceTarget,
    Setting,
    VisitPhase,
)
from coord.contacts.process.codes import ContactMethod, RiskChange
from coord.contacts.process.inputs import PROCESS_FIELDS
from coord.kernel.errors import NotFound
from coord.placements import filter_choices
from coord.programs import Part, participants
from coord.work import Unit
from web.desk import Desk, Options, about, day_options, id_of, options
from web.forms import Form
from web.words import t

MINUTES = ("10", "20", "30", "45", "60")
USUAL_MINUTES = "30"
CARRIED = ("service_code", "duration_minutes", "setting")
_FOLDED = ("setting", "stage", "phase", "target", "collateral", "co_workers")


class Kind(StrEnum):
    """Whom a service was for decides which form it gets."""

    PERSON = "person"
    ANONYMOUS = "anonymous"
    EVENT = "event"
    WORK = "work"


USUAL: Sequence[ServiceCode] = (
    ServiceCode.CASE_CONTACT,
    ServiceCode.BEDSIDE_VISIT,
    ServiceCode.HOTLINE,
    ServiceCode.RESOURCE_LINK,
    ServiceCode.CRISIS,
    ServiceCode.DISCHARGE_PLAN,
)
SERVICES: Mapping[Kind, Sequence[ServiceCode]] = {
    Kind.PERSON: (
        *USUAL,
        ServiceCode.HOME_VISIT,
        ServiceCode.CONSULTATION,
        ServiceCode.PATIENT_AID,
        ServiceCode.DOCTOR_PATIENT_COMM,
        ServiceCode.MDT,
    ),
    Kind.ANONYMOUS: (ServiceCode.CONSULTATION, ServiceCode.HOTLINE, ServiceCode.CRISIS),
    Kind.EVENT: (ServiceCode.COMMUNITY_EVENT, ServiceCode.SUPPORTER_TRAINING),
    Kind.WORK: (
        ServiceCode.ADMIN,
        ServiceCode.MDT,
        ServiceCode.RESOURCE_LINK,
        ServiceCode.DOCTOR_PATIENT_COMM,
        ServiceCode.VOLUNTEER_MGMT,
        ServiceCode.STAFF_SUPPORT,
        ServiceCode.SUPERVISION_RECEIVED,
    ),
}


@dataclass(frozen=True)
class Choices:
    """Everything that may be chosen, in the reader's words."""

    services: Options
    more_services: Options
    minutes: Options
    days: Options
    issues: Options
    settings: Options
    stages: Options
    phases: Options
    targets: Options
    attendances: Options
    colleagues: Options
    hosts: Options
    corrections: Options
    methods: Options
    risks: Options


def kind_of(form: Form) -> Kind:
    """The kind of form that is open; a service with a client is about a person."""
    asked = form.value("kind")
    return Kind(asked) if asked in set(Kind) else Kind.PERSON


async def choices(unit: Unit, desk: Desk, kind: Kind) -> Choices:
    """The choices of a form at a desk."""
    known = await filter_choices(unit, desk.post.program_code, hospital=desk.post.hospital_id)
    return Choices(
        services=options("service_code", SERVICES[kind][: len(USUAL)]),
        more_services=options("service_code", SERVICES[kind][len(USUAL) :]),
        minutes=minute_options(),
        days=day_options(desk.today),
        issues=options("issue", Issue),
        settings=_or_none("setting", Setting),
        stages=_or_none("stage", CareStage),
        phases=_or_none("phase", VisitPhase),
        targets=_or_none("target", ServiceTarget),
        attendances=options("attendance", AttendanceStatus),
        colleagues=[(str(w.id), w.name) for w in known.workers if w.id != desk.post.worker_id],
        hosts=await _hosts(unit, desk) if kind is Kind.EVENT else [],
        corrections=options("correction", CorrectionReason),
        methods=_or_none("contact_method", ContactMethod),
        risks=_or_none("risk_change", RiskChange),
    )


async def _hosts(unit: Unit, desk: Desk) -> Options:
    """Who may have held an event jointly with this hospital."""
    partners = await participants(unit, desk.post.program_id, (Part.HOSPITAL, Part.AGENCY, Part.COMMUNITY))
    return [(str(partner), name) for partner, name in partners if partner != desk.post.hospital_id]


def _or_none(prefix: str, values: type[StrEnum]) -> Options:
    """Radio buttons cannot be taken back: not given is a choice of its own."""
    return [("", t("choice.none")), *options(prefix, values)]


def minute_options() -> Options:
    """Usual lengths, and another one."""
    return [*((m, t("minutes.chip", n=int(m))) for m in MINUTES), ("", t("minutes.other"))]


async def first_form(unit: Unit, desk: Desk, asked: Form) -> Form:
    """A new form: from the last contact with this person, then what "save and next" carries on."""
    kind = kind_of(asked)
    start: dict[str, Any] = {
        "idempotency_key": str(uuid4()),
        "kind": kind.value,
        "program": desk.post.program_code,
        "hospital": str(desk.post.hospital_id),
        "occurred_on": desk.today.isoformat(),
        "attendance": AttendanceStatus.ATTENDED.value,
        "service_code": SERVICES[kind][0].value,
        "duration_minutes": USUAL_MINUTES,
        "anonymous_count": {Kind.ANONYMOUS: "1", Kind.EVENT: "20"}.get(kind, "0"),
    }
    if client := asked.value("client"):
        start["client"] = client
        start |= await _as_last_time(unit, desk, client)
    start |= {name: asked.value(name) for name in CARRIED if asked.value(name)}
    return Form.of(**_own_length(start))


def _own_length(start: dict[str, Any]) -> dict[str, Any]:
    length = str(start["duration_minutes"])
    if length in MINUTES:
        return start
    return {**start, "duration_minutes": "", "duration_other": length}


async def _as_last_time(unit: Unit, desk: Desk, client: str) -> dict[str, Any]:
    last = await last_contact(unit, desk.post.worker_id, id_of(client))
    if last is None:
        return {}
    kept = {name: last[name].value for name in ("setting", "stage", "phase") if last[name] is not None}
    if last["service_code"] in SERVICES[Kind.PERSON]:
        kept["service_code"] = last["service_code"].value
    if last["duration_minutes"]:
        kept["duration_minutes"] = str(last["duration_minutes"])
    return {**kept, "issues": list(last["issues"])}


def raw_contact(form: Form) -> dict[str, Any]:
    """What the input is parsed from: "other" fields stand in for chips that say so."""
    raw = form.raw(LogContact)
    for name, other in (("duration_minutes", "duration_other"), ("occurred_on", "day_other")):
        if not raw.get(name):
            raw[name] = form.value(other)
    return raw


async def context(unit: Unit, desk: Desk, form: Form) -> dict[str, Any]:
    """What the form's template needs. A client who is not there any more leaves the card empty."""
    kind = kind_of(form)
    card = await _card(unit, form.value("client"))
    return {
        "desk": desk,
        "form": form,
        "kind": kind.value,
        "card": card,
        "about": about(card, desk.today) if card else "",
        "choices": await choices(unit, desk, kind),
        "process_open": any(form.value(name) for name in PROCESS_FIELDS),
        "unfolded": any(form.value(name) for name in _FOLDED) or form.value("attendance") != AttendanceStatus.ATTENDED,
    }


async def _card(unit: Unit, client: str) -> ClientCard | None:
    try:
        known = id_of(client)
    except NotFound:
        return None
    return (await cards(unit, [known])).get(known)
