"""Programs and who takes part in them."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field


class Part(StrEnum):
    """As what an organization takes part."""

    FOUNDATION = "FOUNDATION"
    HOSPITAL = "HOSPITAL"
    AGENCY = "AGENCY"
    SPONSOR = "SPONSOR"
    ASSOCIATION = "ASSOCIATION"
    COMMUNITY = "COMMUNITY"


class Program(Row, table=True):
    """A depression-intervention program. Its time zone decides every service date."""

    __table_args__ = (UniqueConstraint("foundation_id", "code"),)

    code: str = Field(max_length=32)
    name: str = Field(max_length=120)
    foundation_id: UUID = Field(foreign_key="organization.id", index=True)
    time_zone: str = Field(default="Asia/Shanghai", max_length=40)
    starts_on: date
    ends_on: date | None = None
    fictional: bool = False


class Participation(Row, table=True):
    """An organization takes part in a program from one date to another (the last day included)."""

    __table_args__ = (UniqueConstraint("program_id", "organization_id", "part"),)

    program_id: UUID = Field(foreign_key="program.id", index=True)
    organization_id: UUID = Field(foreign_key="organization.id", index=True)
    part: Part = enum_field(Part, "part")
    starts_on: date
    ends_on: date | None = None


class Setting(StrEnum):
    """A number that a program sets for itself, from a day on."""

    QUIET_DAYS = "QUIET_DAYS"
    SUBMIT_DAY = "SUBMIT_DAY"
    REVIEW_DAY = "REVIEW_DAY"
    LOCK_DAY = "LOCK_DAY"
    BACKDATE_DAYS = "BACKDATE_DAYS"
    CASELOAD = "CASELOAD"
    SUPERVISION_MINUTES = "SUPERVISION_MINUTES"
    SUPERVISION_MINUTES_NEW = "SUPERVISION_MINUTES_NEW"
    READMISSION_DAYS = "READMISSION_DAYS"
    # The terms of care and of referrals, T1 to T10; those of urgent referrals and of emergencies stand after them.
    ACKNOWLEDGE_DAYS = "ACKNOWLEDGE_DAYS"
    DECIDE_DAYS = "DECIDE_DAYS"
    ASSIGN_DAYS = "ASSIGN_DAYS"
    AFTER_DISCHARGE_HOURS = "AFTER_DISCHARGE_HOURS"
    FIRST_CONTACT_DAYS = "FIRST_CONTACT_DAYS"
    SCHEDULE_DAY_1 = "SCHEDULE_DAY_1"
    SCHEDULE_DAY_2 = "SCHEDULE_DAY_2"
    SCHEDULE_DAY_3 = "SCHEDULE_DAY_3"
    SCHEDULE_DAY_4 = "SCHEDULE_DAY_4"
    SCHEDULE_DAY_5 = "SCHEDULE_DAY_5"
    SCHEDULE_DAY_6 = "SCHEDULE_DAY_6"
    NEXT_CONTACT_DAYS = "NEXT_CONTACT_DAYS"
    RESPONSE_REVIEW_WEEKS = "RESPONSE_REVIEW_WEEKS"
    RESPONSE_REVIEW_LAST_WEEKS = "RESPONSE_REVIEW_LAST_WEEKS"
    FEEDBACK_DAYS = "FEEDBACK_DAYS"
    FEEDBACK_AGAIN_DAYS = "FEEDBACK_AGAIN_DAYS"
    REACH_ATTEMPTS = "REACH_ATTEMPTS"
    REACH_DAYS = "REACH_DAYS"
    LOST_DAYS = "LOST_DAYS"
    ALERT_MINUTES = "ALERT_MINUTES"
    IMMINENT_ALERT_MINUTES = "IMMINENT_ALERT_MINUTES"
    SILENT_DAYS = "SILENT_DAYS"
    URGENT_DECIDE_DAYS = "URGENT_DECIDE_DAYS"
    URGENT_ASSIGN_DAYS = "URGENT_ASSIGN_DAYS"
    URGENT_FIRST_CONTACT_HOURS = "URGENT_FIRST_CONTACT_HOURS"
    EMERGENCY_ACKNOWLEDGE_HOURS = "EMERGENCY_ACKNOWLEDGE_HOURS"
    EMERGENCY_DECIDE_HOURS = "EMERGENCY_DECIDE_HOURS"
    EMERGENCY_ASSIGN_HOURS = "EMERGENCY_ASSIGN_HOURS"
    EMERGENCY_FIRST_CONTACT_HOURS = "EMERGENCY_FIRST_CONTACT_HOURS"
    TRANCHE_SPENT_PERCENT = "TRANCHE_SPENT_PERCENT"


class ProgramSetting(Row, table=True):
    """A program's own value of a setting, from a day on; the default holds where there is none."""

    __tablename__ = "program_setting"
    __table_args__ = (UniqueConstraint("program_id", "setting", "valid_from"),)

    program_id: UUID = Field(foreign_key="program.id", index=True)
    setting: Setting = enum_field(Setting, "setting")
    value: int
    valid_from: date


class MonthLock(Row, table=True):
    """A month of a hospital that is closed for good: nothing is written into it any more.

    It stands below every area that writes: each asks here, none asks the area that closes months.
    """

    __tablename__ = "month_lock"
    __table_args__ = (UniqueConstraint("hospital_id", "program_id", "month"),)

    program_id: UUID = Field(foreign_key="program.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    month: str = Field(max_length=7)
    locked_at: datetime = Field(default_factory=now)
