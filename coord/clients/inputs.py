"""What is said about a person served."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from coord.clients.codes import CareStage, ConsentState, Gender
from coord.clients.record.inputs import RecordFacts
from coord.kernel.inputs import Blank, Day, Input, Line, Whole, refuse

ClientCode = Annotated[Line, Field(min_length=1, max_length=40)]
PersonName = Annotated[Line, Field(min_length=1, max_length=100)]
ShortLine = Annotated[Annotated[Line, Field(max_length=40)] | None, Blank]
BirthYear = Annotated[Annotated[Whole, Field(ge=1900, le=2100)] | None, Blank]


def _on_paper_or_not_yet(state: ConsentState) -> ConsentState:
    if state not in {ConsentState.GIVEN, ConsentState.NOT_RECORDED}:
        raise refuse("NOT_A_CHOICE")
    return state


class RegisterClient(RecordFacts):
    """A new client of the hospital where the actor works; without a code the next free one is taken.

    Gender, birth date, district and source must be said (``rules.check_demanded``); UNKNOWN says that the gender is
    not known yet. ``consent`` GIVEN: the person has signed the form for the service on paper.
    """

    idempotency_key: UUID
    program: Annotated[Line, Field(min_length=1, max_length=32)]
    hospital: Annotated[UUID | None, Blank] = None
    code: Annotated[ClientCode | None, Blank] = None
    name: PersonName
    phone: ShortLine = None
    gender: Annotated[Gender | None, Blank] = None
    birth_year: BirthYear = None
    district: ShortLine = None
    bed: ShortLine = None
    stage: Annotated[CareStage | None, Blank] = None
    consent: Annotated[ConsentState, AfterValidator(_on_paper_or_not_yet)] = ConsentState.NOT_RECORDED


class SheetClient(RecordFacts):
    """A client as a hospital's spreadsheet knows one, perhaps without a code; consent is on no sheet."""

    code: Annotated[ClientCode | None, Blank] = None
    name: Annotated[PersonName | None, Blank] = None
    phone: ShortLine = None
    gender: Gender = Gender.UNKNOWN
    birth_year: BirthYear = None
    district: ShortLine = None


class Likeness(Input):
    """What is known of somebody before they are registered."""

    name: PersonName
    phone: ShortLine = None
    birth_year: BirthYear = None
    birth_date: Annotated[Day | None, Blank] = None
    id_number: ShortLine = None

    @property
    def year(self) -> int | None:
        """The year of birth: of the day where that was said."""
        return self.birth_date.year if self.birth_date else self.birth_year


class ClientPair(Input):
    """Two files: the one that stays, and the other."""

    client: UUID
    other: UUID
