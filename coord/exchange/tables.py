"""By which identifiers partners' systems know a referral."""

from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from coord.kernel.table import Row

LONGEST = 200


class ReferralIdentifier(Row, table=True):
    """A partner's own identifier of a referral: what came once under it does not come twice."""

    __tablename__ = "referral_identifier"
    __table_args__ = (UniqueConstraint("source_id", "system", "value"),)

    referral_id: UUID = Field(foreign_key="referral.id", index=True)
    source_id: UUID = Field(foreign_key="organization.id")
    system: str = Field(max_length=LONGEST)
    value: str = Field(max_length=LONGEST)
