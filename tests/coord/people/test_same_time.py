"""What may happen once, asked for by several at the same moment, on databases that really commit."""

import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from coord.access import Actor, Role
from coord.clients.emergency import OpenEmergency, open_emergency
from coord.clients.tables import EmergencyAccess
from coord.identity import SignIn, sign_in
from coord.identity.attempts import by_account, count_guess
from coord.identity.factor import EnrolFactor, ProveFactor, confirm_enrolment, prove_factor, start_enrolment
from coord.identity.factor.codes import code_at
from coord.identity.guessing import FREE_GUESSES
from coord.identity.inputs import ChangePassword
from coord.identity.reads import actor_by_session
from coord.identity.sessions import change_password
from coord.identity.tables import Membership, SecondFactor, User, WebSession
from coord.kernel.clock import now
from coord.kernel.errors import Invalid, NotAllowed, NotFound, Unauthenticated
from coord.notices.mailing import mailbox
from coord.organizations.tables import Organization
from coord.people import Invite, accept_invitation, end_membership, invite
from coord.people.accounts import close_account
from coord.people.inputs import AskReset, ResetPassword
from coord.people.resetting import ask_for_reset, reset_password
from coord.people.setting_up import SetUp, set_up, setup_code
from coord.rights import ask_for_hold
from coord.rights.inputs import HoldExport
from coord.rights.tables import ExportHold
from coord.work import begin
from coord.work.engine import Database
from tests.conftest import DATABASES
from tests.coord.clients.test_emergency import PETRA, WHY, code_of
from tests.coord.making import session_for, signed_in, stored
from tests.coord.racing import race
from tests.databases import empty_database
from tests.world import BUILDER, CHEN, FOUNDATION, LIN, NORTH, PASSWORD, STARTS, cast, fixed

pytestmark = pytest.mark.anyio
NEW = "lantern umbrella seventeen"
EVE = fixed("user/eve")
AT = datetime(2026, 9, 3, 8, 0, 5, tzinfo=UTC)
Act = Callable[[], Awaitable[object]]


async def _session(name: str = "sam") -> str:
    return (await sign_in(SignIn.parse({"email": f"{name}@demo.example", "password": PASSWORD}))).session


async def _raced(*acts: Act) -> int:
    """How many of those that start together get through; the others are refused."""

    def refused(act: Act) -> Act:
        async def attempt() -> object:
            try:
                return await act()
            except NotAllowed:
                raise NotFound from None

        return attempt

    return await race([refused(act) for act in acts])


async def test_one_link_makes_one_person_with_one_role(real_database: Database) -> None:
    given = {"email": "lin@example.org", "organization": str(NORTH), "role": "HOSPITAL_COORDINATOR"}
    async with begin(cast.adam) as unit:
        secret = await invite(unit, Invite.parse(given))
    answer = {"name": "林晓", "password": NEW}
    assert await _raced(*[lambda: accept_invitation(secret, answer)] * 6) == 1
    (user,) = await stored(User, User.email == "lin@example.org")
    assert len(await stored(Membership, Membership.user_id == user.id)) == 1


async def test_an_account_that_was_just_made_is_joined_by_its_password_only(real_database: Database) -> None:
    """Two links for one address, opened by different hands at one moment: the second hand knows no password."""
    links = []
    for role in ("HOSPITAL_COORDINATOR", "SOCIAL_WORKER"):
        async with begin(cast.adam) as unit:
            given = {"email": "lin@example.org", "organization": str(NORTH), "role": role}
            links.append(await invite(unit, Invite.parse(given)))
    first, second = ({"name": name, "password": f"{NEW} {name}"} for name in ("one", "two"))
    won = await _raced(lambda: accept_invitation(links[0], first), lambda: accept_invitation(links[1], second))
    (user,) = await stored(User, User.email == "lin@example.org")
    assert won == len(await stored(Membership, Membership.user_id == user.id)) == 1


@contextmanager
def _moment() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


async def _second_administrator() -> Actor:
    async with begin(BUILDER) as unit:
        unit.add(User(id=EVE, email="eve@demo.example", name="Eve", password_hash="-", language="en"))
        await unit.session.flush()
        unit.add(Membership(user_id=EVE, organization_id=FOUNDATION, role=Role.ADMINISTRATOR, starts_on=STARTS))
    return await signed_in("eve")


async def _role_of(user: uuid.UUID | None) -> uuid.UUID:
    (row,) = await stored(Membership, Membership.user_id == user, Membership.role == Role.ADMINISTRATOR)
    found: uuid.UUID = row.id
    return found


def _ending(actor: Actor, membership: uuid.UUID) -> Act:
    async def act() -> None:
        async with begin(actor) as unit:
            await end_membership(unit, membership)

    return act


async def _in_charge() -> int:
    """How many administrators the directory has tomorrow."""
    found = 0
    for name in ("adam", "eve"):
        (user,) = await stored(User, User.email == f"{name}@demo.example")
        found += user.is_active and any(grant.role is Role.ADMINISTRATOR for grant in (await signed_in(name)).grants)
    return found


async def test_two_administrators_who_send_each_other_away_leave_one(real_database: Database) -> None:
    adam, eve = await signed_in("adam"), await _second_administrator()
    of_adam, of_eve = await _role_of(adam.user_id), await _role_of(EVE)
    assert await _raced(_ending(adam, of_eve), _ending(eve, of_adam)) == 1
    assert await _in_charge() == 1


async def test_nor_do_they_close_each_others_account(real_database: Database) -> None:
    adam, eve = await signed_in("adam"), await _second_administrator()
    assert adam.user_id is not None
    mine: uuid.UUID = adam.user_id
    assert await _raced(lambda: close_account(adam, EVE), lambda: close_account(eve, mine)) == 1
    assert len(await stored(User, User.id.in_([mine, EVE]), User.is_active)) == 1  # type: ignore[attr-defined]


async def test_one_ends_a_role_while_the_other_closes_an_account(real_database: Database) -> None:
    adam, eve = await signed_in("adam"), await _second_administrator()
    of_eve = await _role_of(EVE)
    assert adam.user_id is not None
    mine: uuid.UUID = adam.user_id
    assert await _raced(_ending(adam, of_eve), lambda: close_account(eve, mine)) == 1


@pytest.mark.parametrize("kind", DATABASES)
async def test_an_installation_is_set_up_once(kind: str, tmp_path: Path) -> None:
    async with empty_database(kind, tmp_path):
        given = {"setup_code": setup_code(), "foundation": "明灯", "name": "何敏", "password": NEW}
        forms = [SetUp.parse({**given, "code": f"F{n}", "email": f"min{n}@example.org"}) for n in range(4)]
        assert await _raced(*[lambda form=form: set_up(form) for form in forms]) == 1
        assert (len(await stored(User)), len(await stored(Organization))) == (1, 1)


async def _enrolled() -> tuple[str, list[str]]:
    secret = await _session()
    begun = await start_enrolment(secret)
    given = EnrolFactor(code=code_at(begun.secret, now()), sealed=begun.sealed)
    return begun.secret, list((await confirm_enrolment(secret, given)).recovery_codes)


async def test_one_authenticator_is_kept_of_those_that_are_offered_at_once(real_database: Database) -> None:
    with _moment():
        sessions = [await _session() for _ in range(4)]
        begun = [await start_enrolment(one) for one in sessions]
        given = [EnrolFactor(code=code_at(one.secret, now()), sealed=one.sealed) for one in begun]

        def enrolling(place: int) -> Act:
            async def act() -> None:
                try:
                    await confirm_enrolment(sessions[place], given[place])
                except Unauthenticated:  # the others' sessions end with the first
                    raise NotFound from None

            return act

        assert await _raced(*map(enrolling, range(4))) == 1
    assert len(await stored(SecondFactor)) == 1


@pytest.mark.parametrize("kind", ["code", "recovery"])
async def test_one_code_completes_one_sign_in(real_database: Database, kind: str) -> None:
    with time_machine.travel(AT, tick=False) as clock:
        shared, codes = await _enrolled()
        clock.shift(60)
        sessions = [await _session() for _ in range(4)]
        code = code_at(shared, now()) if kind == "code" else codes[0]
        assert await _raced(*[lambda one=one: prove_factor(one, ProveFactor(code=code)) for one in sessions]) == 1
    assert len(await stored(WebSession, WebSession.proved_at.is_not(None))) == 2  # type: ignore[union-attr]


async def test_one_link_sets_one_password(real_database: Database) -> None:
    await ask_for_reset(AskReset(email="sam@demo.example", address="192.0.2.9"))
    secret = (await mailbox(cast.adam))[0].letter.body.partition("/reset/")[2].partition("\n")[0]
    wanted = [ResetPassword.parse({"password": f"{NEW} {n}"}) for n in range(4)]
    assert await _raced(*[lambda one=one: reset_password(secret, one) for one in wanted]) == 1


async def test_one_client_is_opened_in_an_emergency(real_database: Database) -> None:
    session = await session_for(PETRA)
    given = [
        OpenEmergency.parse(
            {"hospital": NORTH, "code": await code_of(key), "reason": "DANGER_TO_LIFE", "explanation": WHY}
        )
        for key in (LIN, CHEN)
    ]
    assert await _raced(*[lambda one=one: open_emergency(PETRA, session, one) for one in given]) == 1
    assert len(await stored(EmergencyAccess)) == 1


async def test_one_hold_is_asked_for(real_database: Database) -> None:
    def asking(actor: Actor) -> Act:
        async def act() -> None:
            async with begin(actor) as unit:
                await ask_for_hold(unit, HoldExport(client=LIN, reason="读到诊断会加重病情", days=10))

        return act

    assert await _raced(asking(cast.sam), asking(cast.sun), asking(cast.sam)) == 1
    assert len(await stored(ExportHold)) == 1


async def test_strangers_who_guess_keep_nobody_from_changing_the_password(real_database: Database) -> None:
    session = (await actor_by_session(await _session())).session_id
    assert session is not None
    for _ in range(FREE_GUESSES):
        await count_guess("password", [by_account("sam@demo.example")])
    with pytest.raises(Invalid):
        await count_guess("password", [by_account("sam@demo.example")])
    await change_password(cast.sam, ChangePassword.parse({"current": PASSWORD, "password": NEW}), session)
