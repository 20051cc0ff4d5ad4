"""What people send to sign in, and what an administrator sends to let them."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, SecretStr, model_validator

from coord.access.roles import Role
from coord.kernel.inputs import Blank, Day, Input, Line, Whole, refuse

MAX_TOKEN_DAYS = 365
MIN_PASSWORD, MAX_PASSWORD, MAX_PASSWORD_BYTES = 12, 200, 1024
Language = Literal["zh-CN", "en", "ko"]
Theme = Literal["auto", "light", "dark"]


def _address(value: str) -> str:
    local, at, domain = value.rpartition("@")
    if not (local and at and "." in domain) or " " in value:
        raise refuse("NOT_AN_EMAIL")
    return value.lower()


Email = Annotated[Line, Field(max_length=254), AfterValidator(_address)]


def _in_bytes(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value().encode("utf-8", "surrogatepass")) > MAX_PASSWORD_BYTES:
        raise refuse("TOO_LONG", limit=MAX_PASSWORD)
    return value


Password = Annotated[SecretStr, Field(min_length=1, max_length=MAX_PASSWORD), AfterValidator(_in_bytes)]
NewPassword = Annotated[SecretStr, Field(min_length=MIN_PASSWORD, max_length=MAX_PASSWORD), AfterValidator(_in_bytes)]


class SignIn(Input):
    """An address and a password; from where they come is said by the door, not by the form."""

    email: Email
    password: Password
    device: Annotated[Line, Field(max_length=200)] = ""
    address: Annotated[str, Field(max_length=100)] = ""
    known_device: Annotated[str, Field(max_length=200)] = ""


class ChangePassword(Input):
    """A new password, and the present one as proof."""

    current: Password
    password: NewPassword


class ProveFactor(Input):
    """Six digits of an authenticator, or a recovery code."""

    code: Annotated[Line, Field(min_length=6, max_length=20)]


class CreateUser(Input):
    """A new person with one role at one organization (given by its code)."""

    email: Email
    name: Annotated[Line, Field(min_length=1, max_length=100)]
    password: NewPassword
    language: Language = "zh-CN"
    organization_id: UUID | None = None
    role: Role | None = None
    starts_on: Annotated[Day | None, Blank] = None

    @model_validator(mode="after")
    def _role_with_its_organization(self) -> Self:
        if (self.role is None) != (self.organization_id is None):
            raise refuse("ROLE_WITHOUT_ORGANIZATION")
        return self


class CreateToken(Input):
    """A token of the caller's own rights for at most a year."""

    name: Annotated[Line, Field(min_length=1, max_length=100)]
    days: Whole = Field(default=90, ge=1, le=MAX_TOKEN_DAYS)


class Preferences(Input):
    """How the pages look and speak to one person."""

    language: Language
    theme: Theme
