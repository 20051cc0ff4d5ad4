"""Gifts and agreements: who gives what to whom, its versions, and what the law wants published of it.

Amounts are whole minor units of the agreement's one currency.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field, UniqueConstraint

from coord.agreements.codes import AgreementState, DisclosureKind, GiftKind
from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field


class Gift(Row, table=True):
    """What a sponsor gives a program: money for a purpose, or goods and hours with their stated worth."""

    __tablename__ = "sponsor_gift"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(kind = 'IN_KIND') = (goods IS NOT NULL)", name="goods"),
    )

    program_id: UUID = Field(foreign_key="program.id", index=True)
    sponsor_id: UUID = Field(foreign_key="organization.id", index=True)
    kind: GiftKind = enum_field(GiftKind, "kind")
    title: str = Field(max_length=200)
    purpose: str = Field(max_length=500)
    goods: str | None = Field(default=None, max_length=500)
    amount: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    received_on: date
    related_party: bool = False
    fictional: bool = False
    recorded_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    recorded_at: datetime = Field(default_factory=now)


class Agreement(Row, table=True):
    """Who funds whom. What was agreed stands in its versions; ``version`` is the one that holds."""

    __table_args__ = (
        UniqueConstraint("program_id", "reference"),
        CheckConstraint("funder_id <> grantee_id", name="two_parties"),
        CheckConstraint("signed_by_id IS NULL OR signed_by_id <> submitted_by_id", name="two_people"),
    )

    program_id: UUID = Field(foreign_key="program.id")
    gift_id: UUID | None = Field(default=None, foreign_key="sponsor_gift.id", index=True)
    funder_id: UUID = Field(foreign_key="organization.id", index=True)
    grantee_id: UUID = Field(foreign_key="organization.id", index=True)
    reference: str = Field(max_length=40)
    currency: str = Field(max_length=3)
    state: AgreementState = enum_field(AgreementState, "state", default=AgreementState.DRAFT)
    version: int = 1
    related_party: bool = False
    fictional: bool = False
    created_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    created_at: datetime = Field(default_factory=now)
    submitted_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    signed_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    reason: str | None = Field(default=None, max_length=400)


class AgreementVersion(Row, table=True):
    """What was agreed: the first version, or an amendment with its reason. Once approved it never changes."""

    __tablename__ = "agreement_version"
    __table_args__ = (
        UniqueConstraint("agreement_id", "version"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("committed > 0", name="committed"),
        CheckConstraint("starts_on < ends_on", name="days"),
        CheckConstraint("(version = 1) = (reason IS NULL)", name="reason"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> proposed_by_id", name="two_people"),
    )

    agreement_id: UUID = Field(foreign_key="agreement.id")
    version: int = 1
    title: str = Field(max_length=200)
    purpose: str = Field(max_length=1000)
    committed: int = Field(sa_type=BigInteger)
    starts_on: date
    ends_on: date
    reason: str | None = Field(default=None, max_length=400)
    proposed_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    proposed_at: datetime = Field(default_factory=now)
    approved_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    approved_at: datetime | None = None
    signed_on: date | None = None


class Disclosure(Row, table=True):
    """That something was published as the law wants it: what, for which due day, when and where."""

    __table_args__ = (
        Index("ix_disclosure_of", "program_id", "kind", "due_on"),
        CheckConstraint("agreement_id IS NULL OR gift_id IS NULL", name="subject"),
    )

    program_id: UUID = Field(foreign_key="program.id")
    kind: DisclosureKind = enum_field(DisclosureKind, "kind")
    agreement_id: UUID | None = Field(default=None, foreign_key="agreement.id", index=True)
    gift_id: UUID | None = Field(default=None, foreign_key="sponsor_gift.id", index=True)
    due_on: date
    published_on: date
    link: str = Field(max_length=300)
    recorded_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    recorded_at: datetime = Field(default_factory=now)
