"""Links that open one referral to whoever holds them; of the secret only a hash is kept."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field
from coord.referrals.links.codes import LinkAction


class ReferralLink(Row, table=True):
    """One link to one referral, for one round of sending."""

    __tablename__ = "referral_link"

    referral_id: UUID = Field(foreign_key="referral.id", index=True)
    round: int
    """A referral that is completed and sent again asks for a new link."""
    token_hash: str = Field(max_length=64, unique=True)
    created_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    created_at: datetime = Field(default_factory=now)
    expires_at: datetime
    revoked_at: datetime | None = None
    revoked_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")


class ReferralLinkUse(Row, table=True):
    """A link was used for something; for each thing once."""

    __tablename__ = "referral_link_use"
    __table_args__ = (UniqueConstraint("link_id", "action"),)

    link_id: UUID = Field(foreign_key="referral_link.id")
    referral_id: UUID = Field(foreign_key="referral.id", index=True)
    action: LinkAction = enum_field(LinkAction, "action")
    at: datetime = Field(default_factory=now)
