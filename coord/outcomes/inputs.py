"""What is said about a scale that was filled, and about an alert."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.kernel.inputs import Blank, Day, Input, Prose, Whole
from coord.outcomes.codes import AlertOutcome, AlertUrgency, Band, PlanStep, ScaleCode

_Text = Annotated[Annotated[str, Prose, Field(max_length=2000)] | None, Blank]
_Item = Annotated[Annotated[Whole, Field(ge=0, le=5)] | None, Blank]
MOST_ITEMS = 14


class RecordScale(Input):
    """A scale that somebody filled. ``items`` in their order, empty where nobody answered.

    ``raised_to``: a person's own, higher reading of the screener's triage, with its reason.
    """

    idempotency_key: UUID
    client: UUID
    contact: Annotated[UUID | None, Blank] = None
    scale: ScaleCode
    taken_on: Day
    items: Annotated[tuple[_Item, ...], Field(max_length=MOST_ITEMS)] = ()
    raised_to: Annotated[Band | None, Blank] = None
    raise_reason: _Text = None
    note: _Text = None


class RaiseAlert(Input):
    """Somebody sees danger, with or without any score."""

    idempotency_key: UUID
    client: UUID
    urgency: AlertUrgency = AlertUrgency.SAME_DAY
    note: _Text = None


class TakeAlert(Input):
    """A named person takes an alert on and says what they are doing."""

    alert: UUID
    plan: Annotated[tuple[PlanStep, ...], Field(min_length=1, max_length=len(PlanStep))] = ()
    note: _Text = None


class RaiseUrgency(Input):
    """The danger is nearer than the rule thought."""

    alert: UUID
    reason: _Text = None


class CloseAlert(Input):
    """What an alert came to."""

    alert: UUID
    outcome: AlertOutcome
    note: _Text = None
