"""What an organization says about itself, and what somebody looks for."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from coord.kernel.inputs import Blank, Input, Line, Printable, refuse
from coord.kernel.text import narrow
from coord.referrals.codes import ReferralNeed
from coord.referrals.directory.codes import Capacity

_MOST_DISTRICTS, _LONGEST_DISTRICT = 20, 40
_BETWEEN = "、，,;；\n"


def _parted(value: object) -> object:
    """One line with separators as well as a list: people type 江岸区、武昌区."""
    if not isinstance(value, str):
        return value
    for separator in _BETWEEN:
        value = value.replace(separator, " ")
    return value.split()


def _named_once(value: tuple[str, ...]) -> tuple[str, ...]:
    # A district's name holds no space: between spaces it is kept and found.
    found = tuple(dict.fromkeys("".join(narrow(one).split()) for one in value))
    if len(found) > _MOST_DISTRICTS:
        raise refuse("TOO_MANY", limit=_MOST_DISTRICTS)
    if any(len(one) > _LONGEST_DISTRICT for one in found):
        raise refuse("TOO_LONG", limit=_LONGEST_DISTRICT)
    return tuple(one for one in found if one)


_District = Annotated[str, Printable]
Districts = Annotated[tuple[_District, ...], BeforeValidator(_parted), AfterValidator(_named_once)]
_Eligibility = Annotated[Annotated[str, Printable, Field(max_length=400)] | None, Blank]
_Hours = Annotated[Annotated[Line, Field(max_length=200)] | None, Blank]
_Phone = Annotated[Annotated[Line, Field(max_length=60)] | None, Blank]
_Phones = Annotated[Annotated[Line, Field(max_length=120)] | None, Blank]
_Role = Annotated[Annotated[Line, Field(max_length=80)] | None, Blank]


class DescribeReceiver(Input):
    """One organization's whole entry: what is left out is taken out."""

    organization: UUID
    services: Annotated[tuple[ReferralNeed, ...], Field(min_length=1, max_length=len(ReferralNeed))]
    districts: Districts = ()
    eligibility: _Eligibility = None
    capacity: Capacity
    opening_hours: _Hours = None
    phone: _Phone = None
    phones_day_and_night: _Phones = None
    contact_role: _Role = None
    answers_by_link: bool | None = None
    """Whether it answers by signed links; left out, as it was. Only the foundation's officers say so."""


class DirectoryFilter(Input):
    """Whom to look for. ``search`` takes a name, pinyin, initials, a code or a district."""

    search: Annotated[Annotated[Line, Field(max_length=200)] | None, Blank] = None
    need: Annotated[ReferralNeed | None, Blank] = None
    district: Annotated[Annotated[Line, Field(max_length=_LONGEST_DISTRICT)] | None, Blank] = None
    capacity: Annotated[Capacity | None, Blank] = None
