"""Changing what an administrator said about an organization; its code and its kind stay."""

from uuid import UUID

from coord import audit
from coord.kernel.errors import NotFound
from coord.kernel.text import search_keys
from coord.organizations.inputs import ChangeOrganization
from coord.organizations.tables import Organization
from coord.work import Unit, action, read


@read("organization.manage")
async def own_organization(unit: Unit, organization_id: UUID) -> Organization:
    """An organization of a directory that the actor administers. Raises ``NotFound`` for others."""
    row = await unit.find(Organization, organization_id)
    if not unit.actor.unscoped and row.foundation_id not in unit.actor.administers():
        raise NotFound
    return row


@action("organization.manage")
async def change_organization(unit: Unit, given: ChangeOrganization) -> Organization:
    """Say anew what an organization is called and where it is. Raises ``NotFound`` for those of other directories.

    Where it keeps its data in another country than before, what is shared across the border that this draws ends
    unless a consent allows it: a job looks, because no administrator sees consents.
    """
    row = await own_organization(unit, given.organization)
    before, moved = audit.facts(row), row.region != given.region
    for name, value in given.model_dump(exclude={"organization"}).items():
        setattr(row, name, value)
    row.search_text = search_text(row.code, row.name)
    audit.record(unit, "organization.change", row, before=before)
    if moved:
        unit.later("referrals.borders", organization=row.id, after="")
    return row


def search_text(code: str, name: str) -> str:
    """The keys under which an organization is found: its code, the readings of its name."""
    return " ".join((code.lower(), *search_keys(name)))[:600]
