"""What an administrator offers, and what the invited person answers."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.access.roles import Role
from coord.identity.inputs import Email, Language, NewPassword, Password
from coord.kernel.inputs import Blank, Day, Input, Line

MOST_ROLES = 500


class Invite(Input):
    """A role at an organization, from a day (today if none is given) to another or without end."""

    email: Email
    organization: UUID
    role: Role
    starts_on: Annotated[Day | None, Blank] = None
    ends_on: Annotated[Day | None, Blank] = None


class AskReset(Input):
    """Whose password is forgotten; from where it is asked is said by the door."""

    email: Email
    address: Annotated[str, Field(max_length=100)] = ""


class ResetPassword(Input):
    """The new password, by whoever holds the link."""

    password: NewPassword


class TakeFactor(Input):
    """Why somebody's second factor is taken away, and how they proved who they are: both stand on the trail."""

    reason: Annotated[Line, Field(min_length=5, max_length=200)]
    proof: Annotated[Line, Field(min_length=5, max_length=200)]


class Accept(Input):
    """A new person: how pages call them, and the password that they chose."""

    name: Annotated[Line, Field(min_length=1, max_length=100)]
    password: NewPassword
    language: Language = "zh-CN"


class AcceptAgain(Input):
    """Somebody who has an account already: the password of it."""

    password: Password


_Roles = Annotated[tuple[UUID, ...], Field(max_length=MOST_ROLES)]


class ReviewRoles(Input):
    """Roles that go on, and roles that end at once; those that are named in neither stay open."""

    keep: _Roles = ()
    end: _Roles = ()
