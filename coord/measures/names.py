"""Who takes part in a program as one value, so that whoever laid out rows under these names sees at once whether they hold.

Neither codes nor names hold characters of control: whatever is typed or brought in a file is refused with them.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, func
from sqlalchemy.orm import Mapped
from sqlmodel import col

from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.programs.tables import Participation, Program

Names = Mapping[UUID, tuple[str, str]]
"""Codes and names of organizations by their ids."""
_BETWEEN_PARTS, _BETWEEN_NAMES = "\x1f", "\x1e"


def taking_part(program_id: Mapped[UUID]) -> Any:
    """Id, code and name of everybody who takes part in a program of the statement around this and may be seen, in one text.

    Nothing where nobody does.
    """
    parts = cast(Organization.id, String) + _BETWEEN_PARTS + Organization.code + _BETWEEN_PARTS + Organization.name
    members = select(Participation.organization_id).where(Participation.program_id == program_id).correlate(Program)
    names = select(func.aggregate_strings(parts, _BETWEEN_NAMES)).where(col(Organization.id).in_(members))
    return names.scalar_subquery().label("taking_part")


def names_in(text: str | None) -> Names:
    """The names of such a text."""
    parts = [one.split(_BETWEEN_PARTS) for one in text.split(_BETWEEN_NAMES)] if text else []
    return {UUID(key): (code, name) for key, code, name in parts}
