"""Stakeholders: foundations, hospitals, agencies, sponsors and others."""

from coord.organizations import access as _access
from coord.organizations.actions import add_organization
from coord.organizations.inputs import AddOrganization
from coord.organizations.reads import ORGANIZATIONS, organization_by_code, organizations
from coord.organizations.tables import OrganizationKind

__all__ = [
    "ORGANIZATIONS",
    "AddOrganization",
    "OrganizationKind",
    "add_organization",
    "organization_by_code",
    "organizations",
]
_ = _access
