"""What people send to sign in, and what an administrator sends to let them."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from coord.access import TokenScope
from coord.access.roles import Role
from coord.identity.networks import as_network
from coord.kernel.inputs import Blank, Day, Input, Line, Whole, refuse

MAX_TOKEN_DAYS = 365
MAX_TOKEN_NETWORKS = 20
_LONGEST_NETWORK = 50
MIN_PASSWORD, MAX_PASSWORD, MAX_PASSWORD_BYTES = 12, 200, 1024
MAX_ANSWER = 8192
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


class EnrolFactor(ProveFactor):
    """The first six digits of an authenticator, with the secret that the form carries."""

    sealed: Annotated[str, Field(max_length=500, pattern="^[A-Za-z0-9_=-]*$")] = ""


class ShowPasskey(Input):
    """What a browser answers for a passkey, as JSON of the Web Authentication standard."""

    answer: Annotated[str, Field(min_length=1, max_length=MAX_ANSWER)]


class SignInByPasskey(ShowPasskey):
    """An answer alone; where it comes from is said by the door."""

    ticket: Annotated[str, Field(max_length=200)]
    device: Annotated[Line, Field(max_length=200)] = ""
    address: Annotated[str, Field(max_length=100)] = ""
    known_device: Annotated[str, Field(max_length=200)] = ""


class NamePasskey(Input):
    """What a person calls one of their passkeys."""

    name: Annotated[Line, Field(min_length=1, max_length=100)]


class EnrolPasskey(ShowPasskey, NamePasskey):
    """A new passkey and what its owner calls it."""


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


class Confirm(Input):
    """The password again, and a code of those who have a second factor."""

    password: Password
    code: Annotated[Annotated[Line, Field(max_length=20)] | None, Blank] = None


def _split(value: Any) -> Any:
    """Networks as people type them: in lines, with commas, with spaces."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, (list, tuple)) or not all(isinstance(part, str) for part in given):
        return given
    return [word for part in given for word in part.replace(",", " ").replace("，", " ").split()]


def _networks(value: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    for text in value:
        try:
            found.append(as_network(text))
        except ValueError:
            raise refuse("NOT_A_NETWORK", text=text[:_LONGEST_NETWORK]) from None
    return tuple(dict.fromkeys(found))


def _reads_what_it_writes(value: tuple[TokenScope, ...]) -> tuple[TokenScope, ...]:
    # The answer to a change shows the row: a token that may only write could do nothing.
    if TokenScope.READ not in value:
        raise refuse("WRITE_NEEDS_READ")
    return tuple(sorted(set(value)))


Scopes = Annotated[tuple[TokenScope, ...], Field(min_length=1), AfterValidator(_reads_what_it_writes)]
Networks = Annotated[
    tuple[str, ...], BeforeValidator(_split), Field(max_length=MAX_TOKEN_NETWORKS), AfterValidator(_networks)
]


class CreateToken(Input):
    """A token of the caller's own rights, or of those to read, for at most a year; with networks it works only there."""

    name: Annotated[Line, Field(min_length=1, max_length=100)]
    days: Whole = Field(default=90, ge=1, le=MAX_TOKEN_DAYS)
    scopes: Scopes = (TokenScope.READ,)
    networks: Networks = ()


class Preferences(Input):
    """How the pages look and speak to one person."""

    language: Language
    theme: Theme
