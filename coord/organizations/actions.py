"""Adding organizations."""

from sqlalchemy.exc import IntegrityError

from coord import audit
from coord.kernel.errors import Conflict, Problem
from coord.kernel.text import search_keys
from coord.organizations.inputs import AddOrganization
from coord.organizations.tables import Organization
from coord.work import Unit, action


def organization_row(given: AddOrganization) -> Organization:
    """The row with the pinyin keys under which its name is found."""
    keys = " ".join((given.code.lower(), *search_keys(given.name)))
    return Organization(**given.model_dump(), search_text=keys[:600])


@action("organization.manage")
async def add_organization(unit: Unit, given: AddOrganization) -> Organization:
    """Add an organization to the directory. Raises ``Conflict`` when the code is taken."""
    row = organization_row(given)
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("code", "CODE_TAKEN")) from None
    audit.record(unit, "organization.add", row)
    return row
