"""A forgotten password and a lost factor: neither lets anybody in who did not prove who they are."""

from datetime import timedelta

import pytest
import time_machine

from coord.audit.tables import AuditEntry
from coord.identity import SignIn, actor_by_session, sign_in
from coord.identity.attempts import by_account, count_guess
from coord.identity.factor import EnrolFactor, confirm_enrolment, start_enrolment
from coord.identity.factor.codes import code_at
from coord.identity.guessing import FREE_GUESSES
from coord.identity.reads import AUTHENTICATOR, StepMissing
from coord.identity.rules import FRESH_FOR, Step
from coord.identity.signing_in import start_session
from coord.identity.tables import GuessCount, KnownDevice, PasskeyChallenge, RecoveryCode, SecondFactor, WebSession
from coord.kernel.clock import now
from coord.kernel.errors import Conflict, Invalid, NotConfirmed, NotFound, Unauthenticated
from coord.notices.mailing import mailbox
from coord.people.accounts import take_factor
from coord.people.inputs import AskReset, ResetPassword, TakeFactor
from coord.people.resetting import RESET_HOLDS, ask_for_reset, check_reset, reset_password
from coord.people.tables import PasswordReset
from coord.people.tidying import JANITOR, tidy_accounts
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import session_for, stored
from tests.world import cast, fixed

pytestmark = pytest.mark.anyio
SAM = "sam@demo.example"
NEW = ResetPassword.parse({"password": "lantern umbrella seventeen"})
LOST = TakeFactor(reason="phone stolen", proof="seen with identity card")


async def _asked(email: str = SAM) -> str:
    """The secret of the link that was mailed."""
    await ask_for_reset(AskReset(email=email, address="192.0.2.9"))
    return (await mailbox(cast.adam))[0].letter.body.partition("/reset/")[2].partition("\n")[0]


async def _enrolled() -> str:
    async with begin(AUTHENTICATOR) as unit:
        secret = await start_session(unit, fixed("user/sam"), "test")
    begun = await start_enrolment(secret)
    with time_machine.travel(now(), tick=False):
        given = EnrolFactor(code=code_at(begun.secret, now()), sealed=begun.sealed)
        return (await confirm_enrolment(secret, given)).session


async def test_a_new_password_never_takes_the_place_of_the_second_factor(database: Database) -> None:
    session = await _enrolled()
    await reset_password(await _asked(), NEW)
    with pytest.raises(Unauthenticated):
        await actor_by_session(session)
    given = SignIn.parse({"email": SAM, "password": NEW.password.get_secret_value()})
    with pytest.raises(StepMissing) as missing:
        await actor_by_session((await sign_in(given)).session)
    assert missing.value.step is Step.CODE
    assert (await mailbox(cast.adam))[0].letter.subject.startswith("[coord]")
    verbs = [entry.verb for entry in await stored(AuditEntry)]
    assert {"identity.ask_reset", "identity.reset_password"} <= set(verbs)


async def test_a_link_is_good_once_and_for_half_an_hour(database: Database) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        first = await _asked()
        clock.shift(timedelta(seconds=1))
        second = await _asked()
        with pytest.raises(NotFound):
            await check_reset(first)
        easy = ResetPassword.parse({"password": "password1234"})
        with pytest.raises(Invalid):
            await reset_password(second, easy)
        await reset_password(second, NEW)
        with pytest.raises(NotFound):
            await reset_password(second, NEW)
        clock.shift(timedelta(seconds=1))
        late = await _asked()
        assert late not in str([row.model_dump() for row in await stored(PasswordReset)])
        clock.shift(RESET_HOLDS)
        with pytest.raises(NotFound):
            await reset_password(late, NEW)


async def test_for_an_unknown_address_nothing_happens_and_nothing_tells_so(database: Database) -> None:
    await ask_for_reset(AskReset(email="nobody@demo.example", address="192.0.2.9"))
    assert await mailbox(cast.adam) == []
    assert await stored(PasswordReset) == []


@pytest.mark.parametrize("email", [SAM, "nobody@demo.example"])
async def test_too_many_requests_have_to_wait(database: Database, email: str) -> None:
    with time_machine.travel(now(), tick=False):
        for _ in range(FREE_GUESSES):
            await ask_for_reset(AskReset(email=email, address="192.0.2.9"))
        with pytest.raises(Invalid) as refused:
            await ask_for_reset(AskReset(email=email, address="192.0.2.9"))
    assert refused.value.problems[0].code == "TRY_LATER"


async def test_a_lost_factor_is_taken_away_by_the_administrator_and_its_owner_told(database: Database) -> None:
    session = await _enrolled()
    await take_factor(cast.adam, await session_for(cast.adam), fixed("user/sam"), LOST)
    with pytest.raises(Unauthenticated):
        await actor_by_session(session)
    assert await stored(SecondFactor) == []
    assert await stored(RecoveryCode) == []
    assert (await mailbox(cast.adam))[0].to == SAM
    kept = [entry for entry in await stored(AuditEntry) if entry.verb == "account.take_factor"]
    assert [entry.reason for entry in kept] == ["phone stolen · seen with identity card"]


async def test_who_takes_a_factor_away_has_just_shown_who_they_are_and_takes_nobody_elses(database: Database) -> None:
    await _enrolled()
    with time_machine.travel(now(), tick=False) as clock:
        session = await session_for(cast.adam)
        with pytest.raises(Conflict):
            await take_factor(cast.adam, session, fixed("user/adam"), LOST)
        clock.shift(FRESH_FOR)
        with pytest.raises(NotConfirmed):
            await take_factor(cast.adam, session, fixed("user/sam"), LOST)
    assert len(await stored(SecondFactor)) == 1


async def test_what_is_over_is_forgotten_and_nothing_else(database: Database) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        await count_guess("password", [by_account("old@demo.example")])
        await _asked()
        async with begin(AUTHENTICATOR) as unit:
            unit.add(PasskeyChallenge(key="x" * 64, expires_at=now() + timedelta(minutes=5)))
            unit.add(KnownDevice(user_id=fixed("user/sam"), token_hash="y" * 64))
        clock.shift(timedelta(hours=23))
        await count_guess("password", [by_account("new@demo.example")])
        await session_for(cast.sam)
        clock.shift(timedelta(hours=2))
        async with begin(JANITOR) as unit:
            await tidy_accounts(unit)
        left = [len(await stored(model)) for model in (GuessCount, PasswordReset, PasskeyChallenge, KnownDevice)]
        assert left == [1, 0, 0, 1]
        assert len(await stored(WebSession)) == 1
        clock.shift(timedelta(days=365))
        async with begin(JANITOR) as unit:
            await tidy_accounts(unit)
        assert await stored(KnownDevice) == []
