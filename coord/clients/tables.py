"""People served: a pseudonym here, the identity in a vault of its own."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, column
from sqlmodel import Field, UniqueConstraint

from coord.clients.codes import (
    CareStage,
    EmergencyReason,
    EmergencyVerdict,
    ErasureBasis,
    Gender,
    RestrictionCause,
)
from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field


class Client(Row, table=True):
    """A pseudonym within one hospital. Nothing here names the person."""

    __table_args__ = (UniqueConstraint("hospital_id", "code"), Index("ix_client_hospital_id_id", "hospital_id", "id"))

    program_id: UUID = Field(foreign_key="program.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    code: str = Field(max_length=40)
    gender: Gender = enum_field(Gender, "gender", default=Gender.UNKNOWN)
    birth_year: int | None = None
    district: str | None = Field(default=None, max_length=40)
    stage: CareStage | None = enum_field(CareStage, "stage", default=None)
    bed: str | None = Field(default=None, max_length=40)
    registered_at: datetime = Field(default_factory=now)
    merged_into_id: UUID | None = Field(default=None, foreign_key="client.id")
    """The file that this one was found to be a double of."""
    erased_on: date | None = None
    """A tombstone since that day: the row stays for the figures, and says nothing about anybody."""
    erasure_basis: ErasureBasis | None = enum_field(ErasureBasis, "erasure_basis", default=None)


class ClientKey(Row, table=True):
    """The key of one client's values in the vault, wrapped. Its id is the client's id."""

    __tablename__ = "client_key"

    id: UUID = Field(primary_key=True, foreign_key="client.id")
    wrapped: bytes = Field(sa_type=LargeBinary)


class ClientIdentity(Row, table=True):
    """The vault: who the person behind a pseudonym is, sealed with the client's key. Its id is the client's id."""

    __tablename__ = "client_identity"

    id: UUID = Field(primary_key=True, foreign_key="client.id")
    name: bytes = Field(sa_type=LargeBinary)
    phone: bytes | None = Field(default=None, sa_type=LargeBinary)


class ClientSearchKey(Row, table=True):
    """A keyed hash of one beginning of a client's name, of its pinyin or of its initials."""

    __tablename__ = "client_search_key"
    __table_args__ = (Index("ix_client_search_key_lookup", "hash", "hospital_id"),)

    client_id: UUID = Field(foreign_key="client.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    hash: bytes = Field(sa_type=LargeBinary)


class ClientShare(Row, table=True):
    """Another organization sees a client, from one moment to another, as far as consent reaches.

    The sharing side writes it, the receiving side opens it by accepting; withdrawing the consent ends it. What a
    receiving organization writes about the client is its own and stays.
    """

    __tablename__ = "client_share"
    __table_args__ = (
        UniqueConstraint("origin_id"),
        Index("ix_client_share_organization", "organization_id", "client_id"),
    )

    client_id: UUID = Field(foreign_key="client.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    """Whose client it is."""
    organization_id: UUID = Field(foreign_key="organization.id")
    """Who may see it."""
    origin_id: UUID
    """What the share came of: a referral."""
    consent_id: UUID | None = Field(default=None, index=True)
    with_identity: bool = False
    """Whether name and phone are shared as well."""
    from_at: datetime | None = None
    """Empty until the receiving side has accepted."""
    until_at: datetime | None = None
    ended_at: datetime | None = None


_LIVE = column("lifted_at").is_(None)


class ClientRestriction(Row, table=True):
    """A client whom nobody but the legal role sees, from one moment on; lifted by a second act with a reason of its own."""

    __tablename__ = "client_restriction"
    __table_args__ = (
        Index("uq_client_restriction_live", "client_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    client_id: UUID = Field(foreign_key="client.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    reason: bytes = Field(sa_type=LargeBinary)
    restricted_at: datetime
    restricted_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    restricted_by_name: str = Field(max_length=100)
    cause: RestrictionCause = enum_field(RestrictionCause, "restriction_cause", default=RestrictionCause.REASON)
    """With ``ERASURE`` the sealed reason is the code of the request's ground."""
    lifted_at: datetime | None = None
    lifted_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    lifted_by_name: str | None = Field(default=None, max_length=100)
    lift_reason: bytes | None = Field(default=None, sa_type=LargeBinary)


class EmergencyAccess(Row, table=True):
    """One client open to one person outside the care team for an hour at most, and what its review found."""

    __tablename__ = "emergency_access"
    __table_args__ = (Index("ix_emergency_access_user", "user_id", "until_at"),)

    client_id: UUID = Field(foreign_key="client.id", index=True)
    client_code: str = Field(max_length=40)
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    organization_id: UUID = Field(foreign_key="organization.id")
    foundation_id: UUID = Field(foreign_key="organization.id", index=True)
    user_id: UUID = Field(foreign_key="app_user.id")
    user_name: str = Field(max_length=120)
    reason: EmergencyReason = enum_field(EmergencyReason, "reason")
    explanation: str = Field(max_length=500)
    opened_at: datetime
    until_at: datetime
    ended_at: datetime | None = None
    escalated_at: datetime | None = None
    """When it was told again because nobody had reviewed it in time."""
    reviewed_at: datetime | None = None
    reviewed_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    reviewer_name: str | None = Field(default=None, max_length=120)
    verdict: EmergencyVerdict | None = enum_field(EmergencyVerdict, "verdict", default=None)
    remark: str | None = Field(default=None, max_length=500)


class Discharge(Row, table=True):
    """A client left the hospital; the newest one decides which follow-ups are due."""

    __table_args__ = (
        UniqueConstraint("client_id", "discharged_at"),
        Index("ix_discharge_hospital", "hospital_id", "discharged_at"),
    )

    program_id: UUID = Field(foreign_key="program.id")
    hospital_id: UUID = Field(foreign_key="organization.id")
    client_id: UUID = Field(foreign_key="client.id", index=True)
    discharged_at: datetime
    readmitted_on: date | None = None
    recorded_at: datetime = Field(default_factory=now)
    recorded_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")


class ClientMatchKey(Row, table=True):
    """A keyed hash by which a likely double is found: of name, birth year and phone, or of the end of the phone."""

    __tablename__ = "client_match_key"
    __table_args__ = (Index("ix_client_match_key_hash", "hash", "hospital_id"),)

    client_id: UUID = Field(foreign_key="client.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    program_id: UUID = Field(foreign_key="program.id")
    hash: bytes = Field(sa_type=LargeBinary)


class ClientMatchAsk(Row, table=True):
    """Somebody asked whether other organizations know a person: counted, so that nobody tries names."""

    __tablename__ = "client_match_ask"
    __table_args__ = (Index("ix_client_match_ask_user_id_at", "user_id", "at"),)

    user_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    at: datetime


class ClientMerge(Row, table=True):
    """Two files that became one: which rows were moved, so that it can be undone."""

    __tablename__ = "client_merge"

    kept_id: UUID = Field(foreign_key="client.id", index=True)
    merged_id: UUID = Field(foreign_key="client.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    moved: list[list[str]] = Field(sa_type=JSON)
    """Table, column, row, and the client that the row named before."""
    at: datetime
    by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    undone_at: datetime | None = None


class ClientApart(Row, table=True):
    """Two people who look alike and are not the same: never to be merged."""

    __tablename__ = "client_apart"
    __table_args__ = (UniqueConstraint("first_id", "second_id"),)

    first_id: UUID = Field(foreign_key="client.id")
    second_id: UUID = Field(foreign_key="client.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
