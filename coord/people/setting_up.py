"""The first hour of an installation: a foundation and its first administrator, once, by whoever runs the server."""

import hashlib
import hmac
from typing import Annotated

from pydantic import Field
from sqlmodel import col

from coord import audit
from coord.access import system
from coord.access.roles import Role
from coord.identity.attempts import Guessed, count_guess
from coord.identity.inputs import Email, Language, NewPassword
from coord.identity.new_passwords import check_new_password
from coord.identity.passwords import hash_password
from coord.identity.reads import HOME_ZONE
from coord.identity.rules import hashed
from coord.identity.tables import GuessCount, Membership, User
from coord.identity.telling import trying
from coord.kernel.clock import local_date
from coord.kernel.errors import Invalid, NotFound, Problem
from coord.kernel.inputs import Input, Line
from coord.kernel.sql import select
from coord.organizations.actions import add_organization
from coord.organizations.inputs import AddOrganization
from coord.organizations.tables import OrganizationKind
from coord.settings import settings
from coord.work import Unit, action, begin, read
from coord.work.inserting import locked_row

INSTALLER = system(
    "set-up", "there is nobody yet who could act", "identity.authenticate", "organization.manage", "user.create"
)
_CODE_LENGTH = 20
_SET_UP = Guessed(hashed("set-up"))


class SetUp(Input):
    """The foundation, its first administrator, and the code that the server printed."""

    setup_code: Annotated[Line, Field(min_length=1, max_length=40)]
    code: Annotated[Line, Field(min_length=1, max_length=32)]
    foundation: Annotated[Line, Field(min_length=1, max_length=120)]
    name: Annotated[Line, Field(min_length=1, max_length=100)]
    email: Email
    password: NewPassword
    language: Language = "zh-CN"


def setup_code() -> str:
    """What only those know who can read the server's output or its settings."""
    key = settings().secret_key.get_secret_value().encode()
    return hmac.new(key, b"first set-up", hashlib.sha256).hexdigest()[:_CODE_LENGTH]


@read("identity.authenticate")
async def _is_empty(unit: Unit) -> bool:
    return await unit.scalar(select(User.id).order_by(col(User.id)).limit(1)) is None


async def needs_setup() -> bool:
    """Whether nobody can sign in yet."""
    async with begin(INSTALLER, read_only=True) as unit:
        return await _is_empty(unit)


async def set_up(given: SetUp) -> None:
    """Make the foundation and its first administrator.

    Raises ``NotFound`` once there is an account, ``Invalid`` for a wrong code or an easy password.
    """
    if not await needs_setup():
        raise NotFound
    with trying("set-up", "nobody yet"):
        await count_guess("setup_code", [_SET_UP])
        if not hmac.compare_digest(given.setup_code.encode(), setup_code().encode()):
            raise Invalid(Problem("setup_code", "WRONG_SETUP_CODE"))
    password = given.password.get_secret_value()
    await check_new_password(password, (given.name, given.email, given.foundation))
    made = await hash_password(password)
    async with begin(INSTALLER) as unit:
        await _make(unit, given, made)


@action("user.create")
async def _make(unit: Unit, given: SetUp, password_hash: str) -> None:
    # Of two at one moment the second waits here for the first, and then finds an account.
    await locked_row(unit, GuessCount(key=_SET_UP.key), col(GuessCount.key) == _SET_UP.key)
    if not await _is_empty(unit):
        raise NotFound
    place = await add_organization(
        unit, AddOrganization(code=given.code, name=given.foundation, kind=OrganizationKind.FOUNDATION)
    )
    user = User(email=given.email, name=given.name, language=given.language, password_hash=password_hash)
    unit.add(user)
    await unit.session.flush()
    member = Membership(
        user_id=user.id,
        organization_id=place.id,
        role=Role.ADMINISTRATOR,
        starts_on=local_date(unit.started_at, HOME_ZONE),
    )
    unit.add(member)
    await unit.session.flush()
    audit.record(unit, "user.create", user)
    audit.record(unit, "membership.create", member)
