"""People who sign in, the roles they hold, and the proofs they carry."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field, SQLModel, UniqueConstraint

from coord.access.roles import Role
from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field


class User(Row, table=True):
    """A person who may sign in."""

    __tablename__ = "app_user"

    email: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=100)
    password_hash: str = Field(max_length=200)
    language: str = Field(default="zh-CN", max_length=8)
    theme: str = Field(default="auto", max_length=8)
    is_active: bool = True
    created_at: datetime = Field(default_factory=now)
    last_signed_in_at: datetime | None = None
    signed_out_at: datetime | None = None
    """Browsers that signed in before this moment are signed out."""


class Membership(Row, table=True):
    """A role held at an organization from one date to another (the last day included)."""

    __table_args__ = (UniqueConstraint("user_id", "organization_id", "role"),)

    user_id: UUID = Field(foreign_key="app_user.id", index=True)
    organization_id: UUID = Field(foreign_key="organization.id", index=True)
    role: Role = enum_field(Role, "role")
    starts_on: date
    ends_on: date | None = None


class WebSession(Row, table=True):
    """A signed-in browser. Only the hash of the cookie's value is kept."""

    __tablename__ = "web_session"

    token_hash: str = Field(max_length=64, unique=True)
    user_id: UUID = Field(foreign_key="app_user.id", index=True)
    created_at: datetime = Field(default_factory=now)
    seen_at: datetime = Field(default_factory=now)
    expires_at: datetime
    device: str = Field(default="", max_length=200)
    password_at: datetime = Field(default_factory=now)
    """When the password was last given in this browser."""
    proved_at: datetime | None = None
    """When the second factor was shown in this browser."""


class ApiToken(Row, table=True):
    """A bearer token, shown once; only its hash is kept. It works from the networks named, from anywhere without one."""

    __tablename__ = "api_token"

    user_id: UUID = Field(foreign_key="app_user.id", index=True)
    name: str = Field(max_length=100)
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(default_factory=now)
    expires_at: datetime
    scopes: list[str] = Field(default_factory=list, sa_type=JSON)
    networks: list[str] = Field(default_factory=list, sa_type=JSON)
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class GuessCount(Row, table=True):
    """How often something was guessed at, under the hash of what it was."""

    __tablename__ = "guess_count"

    key: str = Field(max_length=64, unique=True)
    guesses: int = 0
    last_at: datetime = Field(default_factory=now)


class KnownDevice(Row, table=True):
    """A browser with which a person has signed in before; strangers' guesses do not keep it waiting."""

    __tablename__ = "known_device"

    user_id: UUID = Field(foreign_key="app_user.id", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(default_factory=now)


class SecondFactor(SQLModel, table=True):
    """A person's authenticator app: its secret is sealed, each step of it is good once. Its id is the person's."""

    __tablename__ = "second_factor"

    id: UUID = Field(primary_key=True, foreign_key="app_user.id")
    sealed: bytes
    confirmed_at: datetime = Field(default_factory=now)
    last_step: int = Field(default=0, sa_type=BigInteger)


class RecoveryCode(Row, table=True):
    """One code for the day the phone is gone; only its hash is kept, and it goes when it is used."""

    __tablename__ = "recovery_code"

    user_id: UUID = Field(foreign_key="app_user.id", index=True)
    code_hash: str = Field(max_length=64, unique=True)


class Passkey(Row, table=True):
    """A key that never leaves the person's device; we keep its public half, and how often the device says it was used."""

    user_id: UUID = Field(foreign_key="app_user.id", index=True)
    credential_id: str = Field(max_length=1400, unique=True)
    public_key: bytes
    sign_count: int = Field(default=0, sa_type=BigInteger)
    transports: list[str] = Field(default_factory=list, sa_type=JSON)
    aaguid: str = Field(default="", max_length=36)
    name: str = Field(max_length=100)
    verifies_user: bool
    """Whether the device asked for a finger, a face or a PIN when the key was made."""
    created_at: datetime = Field(default_factory=now)
    last_used_at: datetime | None = None
    refused_at: datetime | None = None
    """When the device counted backwards: there is a copy of it, and the key is good for nothing any more."""


class PasskeyChallenge(Row, table=True):
    """A question to a passkey that waits for its answer, as the hash of it and of whom it was put to."""

    __tablename__ = "passkey_challenge"

    key: str = Field(max_length=64, unique=True)
    expires_at: datetime
