"""Which numbers are wanted."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from coord.clients.codes import CareStage
from coord.contacts.codes import ServiceCode, ServiceTarget, VisitPhase
from coord.kernel.errors import Invalid, Problem
from coord.kernel.inputs import Day, Input, Line, refuse
from coord.kernel.text import has_control_characters, narrow
from coord.measures.dimensions import NOT_GIVEN, Dimension
from coord.referrals.codes import ReferralReason

MAX_DIMENSIONS = 4


class MeasureQuery(Input):
    """Numbers of a program between two days (both included), grouped, for some hospitals or all."""

    program: Annotated[Line, Field(min_length=1, max_length=32)]
    from_day: Day
    to_day: Day
    group_by: Annotated[tuple[Dimension, ...], Field(max_length=MAX_DIMENSIONS)] = ()
    hospitals: Annotated[tuple[UUID, ...], Field(max_length=500)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_day < self.from_day:
            raise refuse("ENDS_BEFORE_START")
        if len(set(self.group_by)) != len(self.group_by):
            raise refuse("NAMED_TWICE")
        return self


Cell = dict[Dimension, str]
"""One cell of a table: the key of each dimension that it is grouped by."""
_KEYS: Mapping[Dimension, type[StrEnum]] = {
    Dimension.SERVICE_CODE: ServiceCode,
    Dimension.STAGE: CareStage,
    Dimension.PHASE: VisitPhase,
    Dimension.TARGET: ServiceTarget,
    Dimension.REASON_CODE: ReferralReason,
}
_LONGEST_KEY = 40


def cell_of(raw: Mapping[str, str]) -> Cell:
    """The cell that an address names: the dimensions among its names. Raises ``Invalid`` for a key that is none."""
    cell = {dimension: narrow(raw[dimension]) for dimension in Dimension if raw.get(dimension)}
    wrong = [Problem(dimension, "NOT_A_CHOICE") for dimension, key in cell.items() if not _is_key(dimension, key)]
    if wrong:
        raise Invalid(*wrong)
    return cell


def _is_key(dimension: Dimension, key: str) -> bool:
    known = _KEYS.get(dimension)
    if known is not None and key != NOT_GIVEN:
        return key in set(known)
    return 0 < len(key) <= _LONGEST_KEY and not has_control_characters(key)
