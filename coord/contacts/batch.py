"""Several contacts at once: each row stands for itself, with a key of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from coord.contacts.actions import log_contact
from coord.contacts.codes import Source
from coord.contacts.inputs import MAX_BATCH, LogContact
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.work import Unit, action


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row: a contact, new or known already, or what is wrong with it."""

    contact_id: UUID | None
    replayed: bool
    problems: Sequence[Problem]


@action("contact.log")
async def log_contacts(
    unit: Unit, rows: Sequence[Mapping[str, Any]], *, source: Source = Source.PAGE
) -> Sequence[RowOutcome]:
    """Log services, one a row, in the order given; a row that is refused does not lose the others.

    Raises ``Invalid`` for more rows than one batch takes. Sent again, it adds nothing.
    """
    if len(rows) > MAX_BATCH:
        raise Invalid(Problem("rows", "TOO_MANY", {"limit": MAX_BATCH}))
    return [await _log_row(unit, row, source) for row in rows]


async def _log_row(unit: Unit, row: Mapping[str, Any], source: Source) -> RowOutcome:
    try:
        logged = await log_contact(unit, LogContact.parse(row), source=source)
    except (Invalid, Conflict) as refused:
        return RowOutcome(None, replayed=False, problems=tuple(refused.problems))
    return RowOutcome(logged.contact_id, logged.replayed, ())
