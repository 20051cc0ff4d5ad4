"""Passkeys: who has one proves with it that they are there; everything that only looks like it is refused."""

import json
from collections.abc import Awaitable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from coord.audit.tables import AuditEntry
from coord.identity import actor_by_session
from coord.identity.factor import ProveFactor, confirmation_of, new_recovery, prove_factor, security_of
from coord.identity.passkeys import (
    EnrolPasskey,
    NamePasskey,
    Purpose,
    ShowPasskey,
    SignInByPasskey,
    ask_again,
    ask_anybody,
    ask_for_new,
    confirm_by_passkey,
    enrol_passkey,
    name_passkey,
    prove_by_passkey,
    remove_passkey,
    sign_in_by_passkey,
)
from coord.identity.passkeys.party import party_of
from coord.identity.reads import AUTHENTICATOR, StepMissing
from coord.identity.rules import FRESH_FOR, Step, new_secret
from coord.identity.signing_in import start_session
from coord.identity.tables import Passkey, PasskeyChallenge, RecoveryCode, User
from coord.kernel.errors import Invalid, NotConfirmed, NotFound, Unauthenticated
from coord.settings import settings
from coord.work import begin
from coord.work.engine import Database
from tests.authenticator import Device
from tests.coord.making import stored
from tests.world import BUILDER, cast, fixed

pytestmark = pytest.mark.anyio
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_localhost(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COORD_BASE_URL", "http://localhost")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


async def _password(name: str = "sam") -> str:
    """A session as the right password begins it."""
    async with begin(AUTHENTICATOR) as unit:
        return await start_session(unit, fixed(f"user/{name}"), "test")


async def _enrolled(name: str = "sam", **device: Any) -> tuple[Device, str]:
    """A passkey of somebody, and their complete session."""
    made, secret = Device(**device), await _password(name)
    answer = made.create(await ask_for_new(secret))
    return made, (await enrol_passkey(secret, EnrolPasskey(answer=answer, name="Phone"))).session


async def _step(device: Device, secret: str, **client: Any) -> str:
    return await prove_by_passkey(secret, _shown(device, await ask_again(secret, Purpose.PROVE), **client))


def _shown(device: Device, options: str, **client: Any) -> ShowPasskey:
    return ShowPasskey(answer=device.get(options, **client))


async def _refused(asked: Awaitable[object]) -> str:
    with pytest.raises(Invalid) as refused:
        await asked
    return refused.value.problems[0].code


async def _whole(device: Device) -> str:
    ticket = new_secret()
    answer = device.get(await ask_anybody(ticket))
    return (await sign_in_by_passkey(SignInByPasskey(answer=answer, ticket=ticket, address="192.0.2.1"))).session


async def test_the_first_passkey_comes_with_recovery_codes_and_the_next_without(database: Database) -> None:
    secret = await _password()
    first = await enrol_passkey(secret, EnrolPasskey(answer=Device().create(await ask_for_new(secret)), name="Phone"))
    again = first.session
    second = await enrol_passkey(again, EnrolPasskey(answer=Device().create(await ask_for_new(again)), name="Key"))
    assert (len(first.recovery_codes), len(second.recovery_codes)) == (10, 0)
    async with begin(cast.sam, read_only=True) as unit:
        found = await security_of(unit)
    assert [key.name for key in found.passkeys] == ["Phone", "Key"]
    assert (found.factor_since, found.recovery_codes) == (None, 10)
    async with begin(cast.adam, read_only=True) as unit:
        assert (await security_of(unit)).passkeys == []


async def test_who_has_one_shows_it_after_the_password(database: Database) -> None:
    device, _ = await _enrolled()
    secret = await _password()
    with pytest.raises(StepMissing) as missing:
        await actor_by_session(secret)
    assert missing.value.step is Step.CODE
    complete = await _step(device, secret)
    assert (await actor_by_session(complete)).actor == cast.sam
    with pytest.raises(Unauthenticated):
        await actor_by_session(secret)
    (key,) = await stored(Passkey)
    assert (key.sign_count, key.last_used_at is not None) == (1, True)
    told = str([entry.model_dump() for entry in await stored(AuditEntry)])
    assert key.credential_id not in told


async def test_a_recovery_code_stands_in_for_a_lost_passkey(database: Database) -> None:
    secret = await _password()
    made = await enrol_passkey(secret, EnrolPasskey(answer=Device().create(await ask_for_new(secret)), name="Phone"))
    code = ProveFactor(code=made.recovery_codes[0])
    assert (await actor_by_session(await prove_factor(await _password(), code))).actor == cast.sam
    assert await _refused(prove_factor(await _password(), ProveFactor(code="123456"))) == "WRONG_CODE"


async def test_alone_it_is_a_whole_sign_in_when_the_device_asks_who_holds_it(database: Database) -> None:
    device, _ = await _enrolled()
    complete = await _whole(device)
    assert (await actor_by_session(complete)).actor == cast.sam
    assert len(await new_recovery(complete)) == 10
    device.verifies = False
    assert await _refused(_whole(device)) == "PASSKEY_REFUSED"


async def test_alone_it_must_name_its_owner_whose_account_is_open(database: Database) -> None:
    device, _ = await _enrolled()
    owner, device.handle = device.handle, None
    assert await _refused(_whole(device)) == "PASSKEY_REFUSED"
    device.handle = owner
    async with begin(BUILDER) as unit:
        (await unit.find(User, fixed("user/sam"))).is_active = False
    assert await _refused(_whole(device)) == "PASSKEY_REFUSED"


@pytest.mark.parametrize(
    "client",
    [{"origin": "http://localhost.example"}, {"challenge": "AAAA"}, {"type": "webauthn.create"}],
    ids=["another site's page", "another question", "another kind of answer"],
)
async def test_an_answer_to_something_else_proves_nothing(database: Database, client: dict[str, str]) -> None:
    device, _ = await _enrolled()
    secret = await _password()
    assert await _refused(_step(device, secret, **client)) == "PASSKEY_REFUSED"
    with pytest.raises(StepMissing):
        await actor_by_session(secret)


async def test_each_question_is_answered_once_also_wrongly(database: Database) -> None:
    device, _ = await _enrolled()
    secret = await _password()
    options = await ask_again(secret, Purpose.PROVE)
    good = _shown(device, options)
    assert await _refused(prove_by_passkey(secret, _shown(device, options, origin="http://other"))) == "PASSKEY_REFUSED"
    assert await _refused(prove_by_passkey(secret, good)) == "PASSKEY_REFUSED"
    assert await stored(PasskeyChallenge) == []


async def test_a_question_belongs_to_one_browser_one_purpose_and_five_minutes(database: Database) -> None:
    device, _ = await _enrolled()
    with time_machine.travel(START, tick=False) as clock:
        here, there = await _password(), await _password()
        of_here = _shown(device, await ask_again(here, Purpose.PROVE))
        assert await _refused(prove_by_passkey(there, of_here)) == "PASSKEY_REFUSED"
        to_confirm = _shown(device, await ask_again(here, Purpose.CONFIRM))
        assert await _refused(prove_by_passkey(here, to_confirm)) == "PASSKEY_REFUSED"
        late = _shown(device, await ask_again(here, Purpose.PROVE))
        clock.shift(timedelta(minutes=5))
        assert await _refused(prove_by_passkey(here, late)) == "PASSKEY_REFUSED"
        assert await _step(device, here)


async def test_the_passkey_of_somebody_else_opens_nothing(database: Database) -> None:
    await _enrolled()
    of_nia, _ = await _enrolled("nia")
    secret = await _password()
    assert await _refused(_step(of_nia, secret)) == "PASSKEY_REFUSED"
    of_nia.handle = None
    assert await _refused(_step(of_nia, secret)) == "PASSKEY_REFUSED"


async def test_a_passkey_belongs_to_one_person(database: Database) -> None:
    device, _ = await _enrolled()
    secret = await _password("nia")
    answer = device.create(await ask_for_new(secret))
    assert await _refused(enrol_passkey(secret, EnrolPasskey(answer=answer, name="Mine"))) == "PASSKEY_REFUSED"


async def test_a_device_that_counts_backwards_was_copied_and_is_refused_for_good(database: Database) -> None:
    device, _ = await _enrolled()
    await _step(device, await _password())
    device.count = 0
    assert await _refused(_step(device, await _password())) == "PASSKEY_COPIED"
    device.count = 50
    secret = await _password()
    assert (await actor_by_session(secret)).actor == cast.sam, "nothing good is left: as if there were none"
    assert await _refused(_step(device, secret)) == "PASSKEY_REFUSED"
    assert "identity.refuse_passkey" in [entry.verb for entry in await stored(AuditEntry)]


async def test_a_device_that_never_counts_is_taken(database: Database) -> None:
    device, _ = await _enrolled(counts=False)
    await _step(device, await _password())
    assert (await actor_by_session(await _step(device, await _password()))).actor == cast.sam


@pytest.mark.parametrize("forge", [{"host": "other.example"}, {"origin": "https://other.example"}])
async def test_a_passkey_made_for_others_is_not_kept(database: Database, forge: dict[str, str]) -> None:
    secret = await _password()
    answer = Device(**forge).create(await ask_for_new(secret))  # type: ignore[arg-type]
    assert await _refused(enrol_passkey(secret, EnrolPasskey(answer=answer, name="Phone"))) == "PASSKEY_REFUSED"
    assert await stored(Passkey) == []


async def test_with_an_old_proof_none_is_made_or_taken_away(database: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        device, secret = await _enrolled()
        (key,) = await stored(Passkey)
        clock.shift(FRESH_FOR)
        with pytest.raises(NotConfirmed):
            await ask_for_new(secret)
        with pytest.raises(NotConfirmed):
            await remove_passkey(secret, key.id)
        assert (await confirmation_of(secret)).wants_code
        options = await ask_again(secret, Purpose.CONFIRM)
        fresh = await confirm_by_passkey(secret, _shown(device, options))
        await remove_passkey(fresh, key.id)
    assert await stored(Passkey) == []
    assert await stored(RecoveryCode) == []


async def test_half_signed_in_nobody_touches_passkeys(database: Database) -> None:
    await _enrolled()
    (key,) = await stored(Passkey)
    half = await _password()
    for attempt in (ask_for_new(half), remove_passkey(half, key.id), name_passkey(half, key.id, NamePasskey(name="x"))):
        with pytest.raises(NotConfirmed):
            await attempt
    assert [found.name for found in await stored(Passkey)] == ["Phone"]


async def test_passkeys_of_others_are_not_there(database: Database) -> None:
    await _enrolled()
    (key,) = await stored(Passkey)
    _, nia = await _enrolled("nia")
    for attempt in (remove_passkey(nia, key.id), name_passkey(nia, key.id, NamePasskey(name="x"))):
        with pytest.raises(NotFound):
            await attempt


async def test_making_one_and_taking_it_away_end_the_other_sessions(database: Database) -> None:
    other = await _password()
    _, secret = await _enrolled()
    with pytest.raises(Unauthenticated):
        await actor_by_session(other)
    (key,) = await stored(Passkey)
    await name_passkey(secret, key.id, NamePasskey(name="Old phone"))
    assert [found.name for found in await stored(Passkey)] == ["Old phone"]


def _spoiled(answer: str) -> list[str]:
    given = json.loads(answer)
    strange = given["response"] | {"authenticatorData": "8J-YgA", "signature": ""}
    return [
        answer[: len(answer) // 2],
        json.dumps(given | {"response": {}}),
        json.dumps(given | {"response": strange}),
        "[]",
        "null",
        "\ud800",
    ]


async def test_whatever_cannot_be_read_is_refused(database: Database) -> None:
    device, _ = await _enrolled()
    secret = await _password()
    for bad in _spoiled(device.get(await ask_again(secret, Purpose.PROVE))):
        assert await _refused(prove_by_passkey(secret, ShowPasskey.model_construct(answer=bad))) == "PASSKEY_REFUSED"
    for bad in _spoiled(Device().create(await ask_for_new((await _enrolled("nia"))[1]))):
        given = EnrolPasskey.model_construct(answer=bad, name="x")
        assert await _refused(enrol_passkey(secret, given)) == "PASSKEY_REFUSED"


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://coord.example.org", "https://coord.example.org"),
        ("https://coord.example.org:443", "https://coord.example.org"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000", None),
        ("http://[::1]:8000", None),
    ],
)
def test_passkeys_belong_to_a_named_host(address: str, origin: str | None) -> None:
    found = party_of(address)
    assert (found.origin if found else None) == origin
