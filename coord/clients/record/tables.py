"""The rest of a client's file: what the form of the record asks for beyond the name and the phone."""

from datetime import date
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlmodel import Field

from coord.clients.codes import CaseSource, HouseholdType, IdType, InsuranceType
from coord.kernel.table import Row, enum_field


class ClientRecord(Row, table=True):
    """Facts about one client, the sensitive ones sealed with the client's key. Its id is the client's id.

    Of the number of a document the end alone is kept, and a keyed hash by which the same number is found again.
    """

    __tablename__ = "client_record"

    id: UUID = Field(primary_key=True, foreign_key="client.id")
    alias: bytes | None = Field(default=None, sa_type=LargeBinary)
    birth_date: bytes | None = Field(default=None, sa_type=LargeBinary)
    id_type: IdType | None = enum_field(IdType, "id_type", default=None)
    id_number_end: bytes | None = Field(default=None, sa_type=LargeBinary)
    id_number_hash: bytes | None = Field(default=None, sa_type=LargeBinary)
    mrn: bytes | None = Field(default=None, sa_type=LargeBinary)
    insurance_type: InsuranceType | None = enum_field(InsuranceType, "insurance_type", default=None)
    household_type: HouseholdType | None = enum_field(HouseholdType, "household_type", default=None)
    diagnosis: bytes | None = Field(default=None, sa_type=LargeBinary)
    first_diagnosed_on: date | None = None
    guardian: bytes | None = Field(default=None, sa_type=LargeBinary)
    emergency_contact: bytes | None = Field(default=None, sa_type=LargeBinary)
    source: CaseSource | None = enum_field(CaseSource, "case_source", default=None)
    source_org: str | None = Field(default=None, max_length=100)
