"""What a worker, an API client or a spreadsheet row says about one service."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.clients.codes import CareStage
from coord.contacts.codes import (
    AttendanceStatus,
    ContactStatus,
    CorrectionReason,
    GroupKind,
    Issue,
    ServiceCode,
    ServiceTarget,
    Setting,
    VisitPhase,
)
from coord.contacts.process.inputs import ProcessFacts
from coord.kernel.inputs import Blank, Day, Input, Instant, Line, Prose, Whole

MAX_NOTE = 4000
MAX_MINUTES = 1440
MAX_HEADS = 100_000
MAX_FAMILY = 20
MAX_ROSTER = 500
MAX_BATCH = 200
MAX_CORRECTION = 400

Note = Annotated[str, Prose, Field(max_length=MAX_NOTE)]
Code = Annotated[Line, Field(min_length=1, max_length=32)]
Correction = Annotated[str, Prose, Field(min_length=5, max_length=MAX_CORRECTION)]
Roster = Annotated[tuple[UUID, ...], Field(max_length=MAX_ROSTER)]


class LogContact(ProcessFacts):
    """One service. Which fields belong together is checked by ``rules.check_contact``.

    ``client`` is the person of a single contact, ``attendees`` the known people of a session or event,
    ``family_present`` relatives with the client, ``anonymous_count`` everybody else. ``collateral``:
    work about the client without the client (CR-8). ``hospital`` is needed only by workers with posts
    at several hospitals. ``certificates``: how many supporters a training gave one. ``unsigned``: the service counts, the record waits to be finished. ``correction_reason`` and ``correction_note`` make it an adjustment of a locked month.
    """

    idempotency_key: UUID
    program: Code
    hospital: Annotated[UUID | None, Blank] = None
    client: Annotated[UUID | None, Blank] = None
    group: Annotated[UUID | None, Blank] = None
    attendees: Roster = ()
    absentees: Roster = ()
    co_workers: Annotated[tuple[UUID, ...], Field(max_length=10)] = ()
    hosts: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()
    service_code: ServiceCode
    setting: Annotated[Setting | None, Blank] = None
    stage: Annotated[CareStage | None, Blank] = None
    phase: Annotated[VisitPhase | None, Blank] = None
    target: Annotated[ServiceTarget | None, Blank] = None
    issues: Annotated[tuple[Issue, ...], Field(max_length=10)] = ()
    occurred_on: Day
    started_at: Annotated[Instant | None, Blank] = None
    duration_minutes: Whole = Field(ge=0, le=MAX_MINUTES)
    attendance: AttendanceStatus = AttendanceStatus.ATTENDED
    collateral: bool = False
    anonymous_count: Whole = Field(default=0, ge=0, le=MAX_HEADS)
    family_present: Whole = Field(default=0, ge=0, le=MAX_FAMILY)
    certificates: Annotated[Annotated[Whole, Field(ge=0, le=MAX_HEADS)] | None, Blank] = None
    note: Annotated[Note | None, Blank] = None
    unsigned: bool = False
    correction_reason: Annotated[CorrectionReason | None, Blank] = None
    correction_note: Annotated[Correction | None, Blank] = None


class TakeBack(Input):
    """A contact of a locked month that should not have counted, with the reason and the note beside the figures."""

    contact: UUID
    correction_reason: CorrectionReason
    correction_note: Correction


class CreateGroup(Input):
    """A series of sessions with its plan and its members; from the first day on it meets weekly."""

    idempotency_key: UUID
    program: Code
    hospital: Annotated[UUID | None, Blank] = None
    name: Annotated[Line, Field(min_length=1, max_length=80)]
    room: Annotated[Annotated[Line, Field(max_length=80)] | None, Blank] = None
    planned_sessions: Whole = Field(default=6, ge=2, le=100)
    duration_minutes: Whole = Field(default=60, ge=1, le=MAX_MINUTES)
    target: ServiceTarget = ServiceTarget.PATIENT
    kind: GroupKind = GroupKind.SUPPORT
    stage: Annotated[CareStage | None, Blank] = None
    aim: Annotated[Annotated[str, Prose, Field(max_length=400)] | None, Blank] = None
    theory: Annotated[Annotated[Line, Field(max_length=200)] | None, Blank] = None
    recruitment: Annotated[Annotated[str, Prose, Field(max_length=400)] | None, Blank] = None
    planned_members: Annotated[Annotated[Whole, Field(ge=1, le=MAX_ROSTER)] | None, Blank] = None
    first_session_on: Annotated[Day | None, Blank] = None
    members: Roster = ()


class PlanSessions(Input):
    """The sessions of a group that were not held yet, weekly from a day on."""

    group: UUID
    first_session_on: Day


class WriteSessionPlan(Input):
    """What a group means to do at a session that is still to come; the day is needed where none was planned."""

    group: UUID
    number: Whole = Field(ge=1, le=100)
    planned_on: Annotated[Day | None, Blank] = None
    plan: Annotated[str, Prose, Field(min_length=1, max_length=2000)]


class CloseGroup(Input):
    """A group has come to its end, with what became of it."""

    group: UUID
    closed_on: Day
    summary: Annotated[str, Prose, Field(min_length=1, max_length=2000)]


class ContactFilter(Input):
    """Which contacts to list; every field narrows. ``with_client`` also finds sessions the client came to."""

    program: Annotated[Code | None, Blank] = None
    hospital: Annotated[UUID | None, Blank] = None
    worker: Annotated[UUID | None, Blank] = None
    client: Annotated[UUID | None, Blank] = None
    with_client: Annotated[UUID | None, Blank] = None
    group: Annotated[UUID | None, Blank] = None
    service_code: tuple[ServiceCode, ...] = ()
    from_day: Annotated[Day | None, Blank] = None
    to_day: Annotated[Day | None, Blank] = None
    flagged: bool = False
    status: tuple[ContactStatus, ...] = ()
