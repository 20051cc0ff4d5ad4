"""Facts of service: the contact, who was present, who else worked, who hosted."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, column
from sqlmodel import Field, UniqueConstraint

from coord.clients.codes import CareStage
from coord.contacts.codes import (
    AdjustmentKind,
    AttendanceStatus,
    ContactStatus,
    CorrectionReason,
    FlagKind,
    FlagState,
    GroupKind,
    ImportKind,
    ImportState,
    ServiceCode,
    ServiceTarget,
    Setting,
    Source,
    VisitPhase,
)
from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field


class ServiceGroup(Row, table=True):
    """A group (CR-4): one series of sessions with its members."""

    __tablename__ = "service_group"

    program_id: UUID = Field(foreign_key="program.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    agency_id: UUID | None = Field(default=None, foreign_key="organization.id")
    name: str = Field(max_length=80)
    room: str | None = Field(default=None, max_length=80)
    planned_sessions: int = 6
    duration_minutes: int = 60
    target: ServiceTarget = enum_field(ServiceTarget, "target", default=ServiceTarget.PATIENT)
    kind: GroupKind = enum_field(GroupKind, "kind", default=GroupKind.SUPPORT)
    stage: CareStage | None = enum_field(CareStage, "stage", default=None)
    aim: str | None = Field(default=None, max_length=400)
    theory: str | None = Field(default=None, max_length=200)
    recruitment: str | None = Field(default=None, max_length=400)
    planned_members: int | None = None
    closed_on: date | None = None
    summary: str | None = Field(default=None, max_length=2000)
    created_at: datetime = Field(default_factory=now)


class PlannedSession(Row, table=True):
    """A day on which a group means to meet, and what it means to do then; the number is its place in the plan."""

    __tablename__ = "planned_session"
    __table_args__ = (UniqueConstraint("group_id", "number"),)

    group_id: UUID = Field(foreign_key="service_group.id")
    number: int
    planned_on: date
    plan: str | None = Field(default=None, max_length=2000)


class GroupMember(Row, table=True):
    """A client who belongs to a group; the roll call starts from these."""

    __tablename__ = "group_member"
    __table_args__ = (UniqueConstraint("group_id", "client_id"),)

    group_id: UUID = Field(foreign_key="service_group.id")
    client_id: UUID = Field(foreign_key="client.id", index=True)


class NoteKey(Row, table=True):
    """A key of notes, wrapped: of one client at one organization, or of an organization for notes about nobody alone."""

    __tablename__ = "note_key"

    client_id: UUID | None = Field(default=None, foreign_key="client.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    wrapped: bytes = Field(sa_type=LargeBinary)


_WAITS = column("status") == "SUBMITTED"
_CERTIFIED = column("certificates").is_not(None)


class ServiceContact(Row, table=True):
    """One service: a contact, a session, an event or an attempt.

    Only facts are stored. ``heads_present`` is how many people were there, whoever they are; which of
    them count is decided in ``coord.measures``.
    """

    __tablename__ = "service_contact"
    __table_args__ = (
        CheckConstraint("duration_minutes >= 0", name="duration"),
        CheckConstraint("heads_present >= 0 AND anonymous_count >= 0 AND family_present >= 0", name="heads"),
        UniqueConstraint("hospital_id", "import_key"),
        Index("ix_service_contact_hospital", "hospital_id", "occurred_on", "id"),
        Index("ix_service_contact_program", "program_id", "occurred_on", "id"),
        Index("ix_service_contact_client", "client_id", "occurred_on", "id"),
        Index("ix_service_contact_worker", "worker_id", "occurred_on", "id"),
        Index("ix_service_contact_agency", "agency_id", "occurred_on", "id"),
        Index("ix_service_contact_recorded", "worker_id", "recorded_at"),
        Index("ix_service_contact_latest", "hospital_id", "recorded_at"),
        Index(
            "ix_service_contact_certificates",
            "program_id",
            "occurred_on",
            sqlite_where=_CERTIFIED,
            postgresql_where=_CERTIFIED,
        ),
        Index(
            "ix_service_contact_waiting",
            "hospital_id",
            "occurred_on",
            "id",
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
    )

    program_id: UUID = Field(foreign_key="program.id")
    hospital_id: UUID = Field(foreign_key="organization.id")
    agency_id: UUID | None = Field(default=None, foreign_key="organization.id")
    worker_id: UUID = Field(foreign_key="worker.id")
    client_id: UUID | None = Field(default=None, foreign_key="client.id")
    group_id: UUID | None = Field(default=None, foreign_key="service_group.id", index=True)
    session_number: int | None = None
    service_code: ServiceCode = enum_field(ServiceCode, "service_code")
    setting: Setting | None = enum_field(Setting, "setting", default=None)
    stage: CareStage | None = enum_field(CareStage, "stage", default=None)
    phase: VisitPhase | None = enum_field(VisitPhase, "phase", default=None)
    target: ServiceTarget = enum_field(ServiceTarget, "target")
    issues: list[str] = Field(default_factory=list, sa_type=JSON)
    occurred_on: date
    started_at: datetime | None = None
    duration_minutes: int
    attendance: AttendanceStatus = enum_field(AttendanceStatus, "attendance", default=AttendanceStatus.ATTENDED)
    is_collateral: bool = False
    anonymous_count: int = 0
    family_present: int = 0
    heads_present: int = 0
    co_worker_count: int = 0
    certificates: int | None = None
    """How many supporters a training gave a certificate."""
    note: bytes | None = Field(default=None, sa_type=LargeBinary)
    note_key_id: UUID | None = Field(default=None, foreign_key="note_key.id")
    note_hash: bytes | None = Field(default=None, sa_type=LargeBinary)
    """By which the same words of one worker are found again; empty for a short note."""
    status: ContactStatus = enum_field(ContactStatus, "status", default=ContactStatus.SUBMITTED)
    source: Source = enum_field(Source, "source", default=Source.PAGE)
    import_key: str | None = Field(default=None, max_length=64)
    recorded_at: datetime = Field(default_factory=now)
    recorded_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    return_reason: str | None = Field(default=None, max_length=400)
    withdrawn_at: datetime | None = None


class Adjustment(Row, table=True):
    """A correction of a locked month, booked in a month that is open; its note stands beside the figures."""

    __table_args__ = (
        UniqueConstraint("contact_id", "kind"),
        Index("ix_adjustment_refers", "hospital_id", "refers_to"),
        Index("ix_adjustment_booked", "hospital_id", "booked_in"),
    )

    program_id: UUID = Field(foreign_key="program.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    contact_id: UUID = Field(foreign_key="service_contact.id")
    refers_to: str = Field(max_length=7)
    booked_in: str = Field(max_length=7)
    kind: AdjustmentKind = enum_field(AdjustmentKind, "kind")
    reason: CorrectionReason = enum_field(CorrectionReason, "reason")
    note: str = Field(max_length=400)
    made_at: datetime = Field(default_factory=now)
    made_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")


class Presence(Row, table=True):
    """Who was present: one row per known person, one row for all anonymous heads of a target.

    The dimensions of the contact stand here again, so that distinct persons are counted from one
    table; they are written with the contact and never change.
    """

    __table_args__ = (
        CheckConstraint("heads > 0", name="heads"),
        Index("ix_presence_program", "program_id", "occurred_on"),
        Index("ix_presence_hospital", "hospital_id", "occurred_on"),
        Index("ix_presence_agency", "agency_id", "occurred_on"),
    )

    contact_id: UUID = Field(foreign_key="service_contact.id", index=True)
    program_id: UUID = Field(foreign_key="program.id")
    hospital_id: UUID = Field(foreign_key="organization.id")
    agency_id: UUID | None = Field(default=None, foreign_key="organization.id")
    occurred_on: date
    service_code: ServiceCode = enum_field(ServiceCode, "service_code")
    stage: CareStage | None = enum_field(CareStage, "stage", default=None)
    phase: VisitPhase | None = enum_field(VisitPhase, "phase", default=None)
    target: ServiceTarget = enum_field(ServiceTarget, "target")
    client_id: UUID | None = Field(default=None, foreign_key="client.id", index=True)
    person_id: UUID | None = Field(default=None, index=True)
    heads: int = 1


class CoWorker(Row, table=True):
    """A second worker in one contact (CR-9): hours count for each, people once."""

    __tablename__ = "co_worker"
    __table_args__ = (UniqueConstraint("contact_id", "worker_id"),)

    contact_id: UUID = Field(foreign_key="service_contact.id")
    worker_id: UUID = Field(foreign_key="worker.id", index=True)


class EventHost(Row, table=True):
    """A joint host of an event (CR-5): it sees the one shared record."""

    __tablename__ = "event_host"
    __table_args__ = (UniqueConstraint("contact_id", "organization_id"),)

    contact_id: UUID = Field(foreign_key="service_contact.id")
    organization_id: UUID = Field(foreign_key="organization.id", index=True)


class Absence(Row, table=True):
    """A group member who did not come to a session."""

    __table_args__ = (UniqueConstraint("contact_id", "client_id"),)

    contact_id: UUID = Field(foreign_key="service_contact.id")
    client_id: UUID = Field(foreign_key="client.id", index=True)


class QualityFlag(Row, table=True):
    """A reason to look at a contact again. Accepting it needs a justification."""

    __tablename__ = "quality_flag"
    __table_args__ = (UniqueConstraint("contact_id", "kind"),)

    contact_id: UUID = Field(foreign_key="service_contact.id")
    kind: FlagKind = enum_field(FlagKind, "kind")
    state: FlagState = enum_field(FlagState, "state", default=FlagState.OPEN)
    raised_at: datetime = Field(default_factory=now, index=True)
    justification: str | None = Field(default=None, max_length=400)
    reviewed_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    reviewed_at: datetime | None = None


class ServiceName(Row, table=True):
    """A foundation's own word for a service, as it stands in spreadsheets; edited by people."""

    __tablename__ = "service_name"
    __table_args__ = (UniqueConstraint("foundation_id", "name"),)

    foundation_id: UUID = Field(foreign_key="organization.id")
    name: str = Field(max_length=60)
    service_code: ServiceCode = enum_field(ServiceCode, "service_code")


class ContactImport(Row, table=True):
    """One uploaded workbook and what became of its rows (``outcome``: counts and refusals, no names)."""

    __tablename__ = "contact_import"

    program_id: UUID = Field(foreign_key="program.id")
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    requested_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    kind: ImportKind = enum_field(ImportKind, "kind", default=ImportKind.CONTACTS)
    file_name: str = Field(max_length=200)
    month: str | None = Field(default=None, max_length=7)
    dry_run: bool = False
    state: ImportState = enum_field(ImportState, "state", default=ImportState.WAITING)
    rows_total: int = 0
    rows_done: int = 0
    outcome: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    created_at: datetime = Field(default_factory=now)
    finished_at: datetime | None = None
    undone_at: datetime | None = None
    """Since when the people whom it registered, and of whom nothing else is known, are being taken out again."""


class ImportFile(Row, table=True):
    """The bytes of an uploaded workbook; its id is the import's id. Deleted after seven days."""

    __tablename__ = "import_file"

    id: UUID = Field(primary_key=True, foreign_key="contact_import.id")
    content: bytes
    created_at: datetime = Field(default_factory=now)
