"""Sums by month, persons by the month in which they were met before, and changes that are in neither yet.

A change is a row of facts as it came (``sign`` 1) or as it was before it went (-1), written by triggers of the database in
the transaction of the row itself: whoever writes facts, by whatever path, cannot forget it.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from coord.kernel.table import Row


class _Change(Row):
    """What every change says: of which row, whether it came or went, and where it counts."""

    row_id: UUID
    sign: int
    program_id: UUID
    hospital_id: UUID
    agency_id: UUID | None = None


class ContactChange(_Change, table=True):
    """A service contact that came or went, with the columns that measures look at."""

    __tablename__ = "contact_change"
    __table_args__ = (Index("ix_contact_change_program", "program_id", "id"),)

    client_id: UUID | None = None
    group_id: UUID | None = Field(default=None, index=True)
    occurred_on: date
    service_code: str = Field(max_length=32)
    stage: str | None = Field(default=None, max_length=32)
    phase: str | None = Field(default=None, max_length=32)
    target: str = Field(max_length=32)
    attendance: str = Field(max_length=32)
    duration_minutes: int
    co_worker_count: int
    recorded_at: datetime
    withdrawn_at: datetime | None = None


class PresenceChange(_Change, table=True):
    """Somebody's presence that came or went."""

    __tablename__ = "presence_change"
    __table_args__ = (Index("ix_presence_change_program", "program_id", "id"),)

    person_id: UUID | None = Field(default=None, index=True)
    occurred_on: date
    service_code: str = Field(max_length=32)
    stage: str | None = Field(default=None, max_length=32)
    phase: str | None = Field(default=None, max_length=32)
    target: str = Field(max_length=32)
    heads: int


class CaseChange(_Change, table=True):
    """A case that came or went, with the columns that measures look at."""

    __tablename__ = "case_change"
    __table_args__ = (Index("ix_case_change_program", "program_id", "id"),)

    status: str = Field(max_length=32)
    origin: str = Field(max_length=32)
    received_on: date
    opened_on: date | None = None
    closed_on: date | None = None
    closure: str | None = Field(default=None, max_length=32)
    plan_approved_on: date | None = None
    goals: int
    goals_reached: int
    satisfaction: int | None = None


class _Cell(SQLModel):
    """Whose month it is: of a hospital, along a dimension of ``rules.Along``, with its key ('' where nothing is said).

    ``place_id`` is a hospital's id, or the program's own for the whole program.
    """

    program_id: UUID = Field(primary_key=True)
    along: str = Field(primary_key=True, max_length=16)
    place_id: UUID = Field(primary_key=True)
    month: str = Field(primary_key=True, max_length=7)
    key: str = Field(primary_key=True, max_length=32)


def _sum() -> int:
    found: int = Field(default=0, sa_type=BigInteger)
    return found


class MeasureSum(_Cell, table=True):
    """The measures of a hospital's month that can be added up, each in the column of its name."""

    __tablename__ = "measure_sum"

    contacts: int = _sum()
    person_times: int = _sum()
    identified_heads: int = _sum()
    sessions: int = _sum()
    events: int = _sum()
    minutes: int = _sum()
    attempts_not_delivered: int = _sum()
    records_in_time: int = _sum()
    visits_arranged: int = _sum()
    visits_kept: int = _sum()
    cases_opened: int = _sum()
    cases_reopened: int = _sum()
    cases_taken_over: int = _sum()
    cases_closed: int = _sum()
    cases_lost: int = _sum()
    intakes_decided: int = _sum()
    intakes_opened: int = _sum()
    plans_due: int = _sum()
    plans_approved: int = _sum()
    goals_at_closure: int = _sum()
    goals_reached: int = _sum()
    satisfaction_answers: int = _sum()
    satisfaction_points: int = _sum()


class MeasurePair(_Cell, table=True):
    """How many persons (or groups) of a month were met there last in month ``previous`` ('' for never before).

    Distinct ones of any months from a to b are the sum over these months of those whose previous month lies before a.
    """

    __tablename__ = "measure_pair"

    measure: str = Field(primary_key=True, max_length=16)
    previous: str = Field(primary_key=True, max_length=7)
    number: int = Field(sa_type=BigInteger)


class MeasureState(SQLModel, table=True):
    """Of a program: by which definitions its rollups were made, and when they were compared with the rows last.

    ``version`` is another one after every transaction that changed a sum or a pair.
    """

    __tablename__ = "measure_state"

    program_id: UUID = Field(primary_key=True)
    digest: str = Field(default="", max_length=64)
    version: UUID | None = None
    folded_at: datetime | None = None
    checked_at: datetime | None = None
