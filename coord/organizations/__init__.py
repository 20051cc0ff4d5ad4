"""Stakeholders: foundations, hospitals, agencies, sponsors and others."""

from coord.organizations import access as _access
from coord.organizations.actions import add_organization
from coord.organizations.changing import change_organization, own_organization
from coord.organizations.inputs import AddOrganization, ChangeOrganization
from coord.organizations.reads import ORGANIZATIONS, organization_by_code, organizations
from coord.organizations.tables import OrganizationKind

__all__ = [
    "ORGANIZATIONS",
    "AddOrganization",
    "ChangeOrganization",
    "OrganizationKind",
    "add_organization",
    "change_organization",
    "organization_by_code",
    "organizations",
    "own_organization",
]
_ = _access
