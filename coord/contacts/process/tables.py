"""The process record beside a contact: seldom written, so the contact's own row stays narrow."""

from datetime import date
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlmodel import Field

from coord.contacts.process.codes import ContactMethod, RiskChange
from coord.kernel.table import Row, enum_field


class ProcessRecord(Row, table=True):
    """How one service was done and what comes next. Its id is the contact's id; its words are sealed as the note is."""

    __tablename__ = "process_record"

    id: UUID = Field(primary_key=True, foreign_key="service_contact.id")
    client_id: UUID | None = Field(default=None, foreign_key="client.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    note_key_id: UUID | None = Field(default=None, foreign_key="note_key.id")
    method: ContactMethod | None = enum_field(ContactMethod, "method", default=None)
    risk_change: RiskChange | None = enum_field(RiskChange, "risk_change", default=None)
    next_on: date | None = Field(default=None, index=True)
    travel_minutes: int | None = None
    record_minutes: int | None = None
    volunteers: int | None = None
    budget_used: int | None = None
    satisfaction: int | None = None
    words: bytes | None = Field(default=None, sa_type=LargeBinary)
