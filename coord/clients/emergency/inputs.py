"""What is said when a client is opened in an emergency, and when that is reviewed."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.clients.codes import EmergencyReason, EmergencyVerdict
from coord.clients.inputs import ClientCode
from coord.kernel.inputs import Blank, Input, Line

LONGEST, SHORTEST = 500, 10
_Explanation = Annotated[Line, Field(min_length=SHORTEST, max_length=LONGEST)]


class OpenEmergency(Input):
    """One client of a hospital, by the code that the hospital uses, and why."""

    hospital: UUID
    code: ClientCode
    reason: EmergencyReason
    explanation: _Explanation


class ReviewEmergency(Input):
    """What another person thinks of it."""

    verdict: EmergencyVerdict
    remark: Annotated[Annotated[Line, Field(max_length=LONGEST)] | None, Blank] = None
