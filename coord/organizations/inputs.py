"""What an administrator says about an organization."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.kernel.inputs import Blank, Input, Line
from coord.organizations.tables import OrganizationKind

_Place = Annotated[Annotated[Line, Field(max_length=40)] | None, Blank]
_Region = Annotated[Annotated[str, Field(pattern="^[A-Z]{2}$")] | None, Blank]


class AddOrganization(Input):
    """A new organization in a foundation's directory; a foundation may open its own by naming none."""

    code: Annotated[Line, Field(min_length=1, max_length=32)]
    name: Annotated[Line, Field(min_length=1, max_length=120)]
    kind: OrganizationKind
    foundation_id: Annotated[UUID | None, Blank] = None
    province: _Place = None
    city: _Place = None
    district: _Place = None
    region: _Region = None
    """Two letters of ISO 3166-1; none: where the deployment is."""
    fictional: bool = False


class ChangeOrganization(Input):
    """What an organization is called and where it is, all of it: what is left out is nothing from now on."""

    organization: UUID
    name: Annotated[Line, Field(min_length=1, max_length=120)]
    province: _Place = None
    city: _Place = None
    district: _Place = None
    region: _Region = None
