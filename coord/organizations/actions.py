"""Adding organizations."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord import audit
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.ids import uuid7
from coord.kernel.sql import select
from coord.organizations.changing import search_text
from coord.organizations.inputs import AddOrganization
from coord.organizations.tables import Organization, OrganizationKind
from coord.work import Unit, action


def organization_row(given: AddOrganization, row_id: UUID | None = None) -> Organization:
    """The row with the pinyin keys under which its name is found; without a foundation, in its own directory."""
    row_id = row_id or uuid7()
    facts = given.model_dump() | {"foundation_id": given.foundation_id or row_id}
    return Organization(id=row_id, **facts, search_text=search_text(given.code, given.name))


async def _check_directory(unit: Unit, given: AddOrganization) -> None:
    """People write into directories that they administer; only the operator opens a new one."""
    actor, foundation = unit.actor, given.foundation_id
    if actor.unscoped:
        opens_one = foundation is None and given.kind is OrganizationKind.FOUNDATION
        exists = foundation is not None and await unit.session.get(Organization, foundation) is not None
        fits = opens_one or exists
    else:
        fits = foundation in actor.administers()
    if not fits:
        raise Invalid(Problem("foundation_id", "NO_SUCH_ORGANIZATION"))
    if foundation is None and await _has_directory(unit, given.code):
        raise Conflict(Problem("code", "CODE_TAKEN"))


async def _has_directory(unit: Unit, code: str) -> bool:
    """Whether a foundation with this code has a directory: the operator must be able to tell them apart."""
    same = select(Organization.id).where(col(Organization.code) == code)
    own = same.where(col(Organization.foundation_id) == col(Organization.id))
    return await unit.scalar(own) is not None


@action("organization.manage")
async def add_organization(unit: Unit, given: AddOrganization) -> Organization:
    """Add an organization to a directory.

    Raises ``Conflict`` when the code is taken there or by another directory, ``Invalid`` for a directory that is not the actor's.
    """
    await _check_directory(unit, given)
    row = organization_row(given)
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("code", "CODE_TAKEN")) from None
    audit.record(unit, "organization.add", row)
    return row
