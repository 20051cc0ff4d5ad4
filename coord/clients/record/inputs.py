"""What the file of a client asks for beyond the name and the phone; everything may be filled in later."""

from typing import Annotated

from pydantic import Field

from coord.clients.codes import CaseSource, HouseholdType, IdType, InsuranceType
from coord.kernel.inputs import Blank, Day, Input, Line

_Short = Annotated[Annotated[Line, Field(max_length=40)] | None, Blank]
_Long = Annotated[Annotated[Line, Field(max_length=100)] | None, Blank]
_Day = Annotated[Day | None, Blank]


class RecordFacts(Input):
    """The record of a client. ``id_number`` is not kept: its end is, and a hash that finds it again."""

    alias: _Short = None
    birth_date: _Day = None
    id_type: Annotated[IdType | None, Blank] = None
    id_number: _Short = None
    mrn: _Short = None
    insurance_type: Annotated[InsuranceType | None, Blank] = None
    household_type: Annotated[HouseholdType | None, Blank] = None
    diagnosis: _Long = None
    first_diagnosed_on: _Day = None
    guardian: _Long = None
    emergency_contact: _Long = None
    source: Annotated[CaseSource | None, Blank] = None
    source_org: _Long = None


RECORD_FIELDS = tuple(RecordFacts.model_fields)
