"""The second factor: required where people's records are seen, each code good once, no way around."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from coord.access import Actor
from coord.audit.tables import AuditEntry
from coord.identity import SignIn, actor_by_session, sign_in
from coord.identity.factor import (
    EnrolFactor,
    ProveFactor,
    confirm_enrolment,
    drop_factor,
    new_recovery,
    prove_factor,
    reset_factor,
    security_of,
    start_enrolment,
)
from coord.identity.factor.codes import code_at
from coord.identity.factor.enrolling import Enrolment
from coord.identity.reads import StepMissing
from coord.identity.rules import Step
from coord.identity.tables import RecoveryCode, SecondFactor
from coord.kernel.clock import now
from coord.kernel.errors import Conflict, Invalid, NotConfirmed, Unauthenticated
from coord.settings import settings
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.world import PASSWORD, cast, fixed
from workers.commands.common import OPERATOR

pytestmark = pytest.mark.anyio
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def required(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The rule of production."""
    monkeypatch.setenv("COORD_SECOND_FACTOR", "true")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


async def _password(name: str = "sam") -> str:
    return (await sign_in(SignIn.parse({"email": f"{name}@demo.example", "password": PASSWORD}))).session


async def _enrolled() -> tuple[str, str, list[str]]:
    """Sam's shared secret, complete session, and recovery codes."""
    secret = await _password()
    begun = await start_enrolment(secret)
    with time_machine.travel(now(), tick=False):
        enrolled = await confirm_enrolment(secret, _first(begun))
    return begun.secret, enrolled.session, list(enrolled.recovery_codes)


def _first(begun: Enrolment) -> EnrolFactor:
    return EnrolFactor(code=code_at(begun.secret, now()), sealed=begun.sealed)


def _code(shared: str) -> ProveFactor:
    return ProveFactor(code=code_at(shared, now()))


async def _missing(secret: str) -> Step:
    with pytest.raises(StepMissing) as missing:
        await actor_by_session(secret)
    return missing.value.step


async def test_where_it_is_required_a_password_alone_opens_nothing(database: Database, required: None) -> None:
    assert await _missing(await _password()) is Step.ENROL


@pytest.mark.parametrize("name", ["fatima", "petra"])
async def test_those_who_see_no_records_need_none(database: Database, required: None, name: str) -> None:
    assert (await actor_by_session(await _password(name))).actor.user_id == fixed(f"user/{name}")


async def test_in_a_demo_nobody_must_and_anybody_may(database: Database) -> None:
    assert (await actor_by_session(await _password())).actor == cast.sam
    _, session, _ = await _enrolled()
    assert (await actor_by_session(session)).actor == cast.sam
    assert await _missing(await _password()) is Step.CODE


async def test_enrolling_completes_the_session_under_a_new_value(database: Database, required: None) -> None:
    secret = await _password()
    begun = await start_enrolment(secret)
    assert await stored(SecondFactor) == []
    assert (await start_enrolment(secret, begun.sealed)).secret == begun.secret
    enrolled = await confirm_enrolment(secret, _first(begun))
    assert (await actor_by_session(enrolled.session)).actor == cast.sam
    with pytest.raises(Unauthenticated):
        await actor_by_session(secret)
    assert [entry.verb for entry in await stored(AuditEntry)] == [
        "identity.sign_in",
        "identity.enrol_factor",
        "identity.prove_factor",
    ]


async def test_the_secret_is_sealed_and_codes_are_hashed(database: Database) -> None:
    shared, _, codes = await _enrolled()
    (factor,) = await stored(SecondFactor)
    kept = await stored(RecoveryCode)
    assert shared.encode() not in factor.sealed
    assert not {code.code_hash for code in kept} & set(codes)
    assert (len(kept), len(set(codes))) == (10, 10)
    told = str([entry.model_dump() for entry in await stored(AuditEntry)])
    assert shared not in told
    assert not any(code in told for code in codes)


async def test_a_code_completes_a_sign_in_once(database: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        shared, _, _ = await _enrolled()
        clock.shift(timedelta(seconds=30))
        first, second = await _password(), await _password()
        complete = await prove_factor(first, _code(shared))
        assert (await actor_by_session(complete)).actor == cast.sam
        with pytest.raises(Invalid):
            await prove_factor(second, _code(shared))
        assert await _missing(second) is Step.CODE
        clock.shift(timedelta(seconds=30))
        await prove_factor(second, _code(shared))


@pytest.mark.parametrize("seconds", [-30, 30])
async def test_codes_of_neighboring_steps_do_not_count(database: Database, seconds: int) -> None:
    with time_machine.travel(START, tick=False) as clock:
        shared, _, _ = await _enrolled()
        clock.shift(timedelta(minutes=5))
        secret = await _password()
        with pytest.raises(Invalid):
            await prove_factor(secret, ProveFactor(code=code_at(shared, now() + timedelta(seconds=seconds))))


async def test_a_recovery_code_works_once(database: Database) -> None:
    _, _, codes = await _enrolled()
    await prove_factor(await _password(), ProveFactor(code=codes[3].upper()))
    secret = await _password()
    with pytest.raises(Invalid):
        await prove_factor(secret, ProveFactor(code=codes[3]))
    async with begin(cast.sam, read_only=True) as unit:
        assert (await security_of(unit)).recovery_codes == 9


async def test_recovery_codes_of_somebody_else_are_worth_nothing(database: Database) -> None:
    _, _, codes = await _enrolled()
    secret = await _password("nia")
    await confirm_enrolment(secret, _first(await start_enrolment(secret)))
    with pytest.raises(Invalid):
        await prove_factor(await _password("nia"), ProveFactor(code=codes[0]))


async def test_wrong_codes_have_to_wait(database: Database) -> None:
    shared, _, _ = await _enrolled()
    secret = await _password()
    with time_machine.travel(START + timedelta(days=365), tick=False):
        secret = await _password()
        codes = []
        for _ in range(7):
            with pytest.raises(Invalid) as refused:
                await prove_factor(secret, ProveFactor(code="000000"))
            codes.append(refused.value.problems[0].code)
        assert codes == ["WRONG_CODE"] * 5 + ["TRY_LATER"] * 2
        with pytest.raises(Invalid):
            await prove_factor(secret, _code(shared))


async def test_enrolling_ends_the_other_sessions(database: Database) -> None:
    other = await _password()
    await _enrolled()
    with pytest.raises(Unauthenticated):
        await actor_by_session(other)


async def test_an_offered_secret_is_good_in_its_own_session_only(database: Database) -> None:
    of_nia = await start_enrolment(await _password("nia"))
    of_another_browser = await start_enrolment(await _password())
    secret = await _password()
    spoiled = EnrolFactor(code=code_at(of_nia.secret, now()), sealed=of_nia.sealed[:-6])
    for given in (_first(of_nia), _first(of_another_browser), spoiled, EnrolFactor(code="123456")):
        with pytest.raises(Invalid):
            await confirm_enrolment(secret, given)
    assert await stored(SecondFactor) == []


async def test_an_authenticator_cannot_be_put_over_another(database: Database) -> None:
    """Whoever knows only the password must not bring a phone of their own."""
    await _enrolled()
    secret = await _password()
    with pytest.raises(Conflict):
        await start_enrolment(secret)


async def test_taking_another_phone_needs_a_code_of_the_old_one(database: Database) -> None:
    _, session, codes = await _enrolled()
    with pytest.raises(Invalid):
        await drop_factor(session, ProveFactor(code="000000"))
    await drop_factor(session, ProveFactor(code=codes[0]))
    assert await stored(SecondFactor) == []
    assert await stored(RecoveryCode) == []
    assert (await start_enrolment(session)).secret


async def test_half_signed_in_nobody_gets_rid_of_the_factor(database: Database) -> None:
    await _enrolled()
    half = await _password()
    with pytest.raises(Invalid):
        await drop_factor(half, ProveFactor(code="000000"))
    with pytest.raises(NotConfirmed):
        await new_recovery(half)


async def test_new_recovery_codes_make_the_old_ones_void(database: Database) -> None:
    _, session, codes = await _enrolled()
    fresh = await new_recovery(session)
    assert not set(fresh) & set(codes)
    with pytest.raises(Invalid):
        await prove_factor(await _password(), ProveFactor(code=codes[1]))
    await prove_factor(await _password(), ProveFactor(code=fresh[1]))


async def test_a_lost_phone_is_reset_by_the_operator_with_a_reason(database: Database) -> None:
    _, session, _ = await _enrolled()
    async with begin(OPERATOR) as unit:
        await reset_factor(unit, "sam@demo.example", "phone lost, called back")
    with pytest.raises(Unauthenticated):
        await actor_by_session(session)
    assert (await actor_by_session(await _password())).actor == cast.sam
    reasons = [entry.reason for entry in await stored(AuditEntry) if entry.verb == "identity.reset_factor"]
    assert reasons == ["phone lost, called back"]


async def test_nobody_sees_the_protection_of_others(database: Database) -> None:
    await _enrolled()

    async def seen_by(actor: Actor) -> tuple[bool, int]:
        async with begin(actor, read_only=True) as unit:
            found = await security_of(unit)
            return found.factor_since is not None, found.recovery_codes

    assert await seen_by(cast.sam) == (True, 10)
    assert await seen_by(cast.adam) == (False, 0)
