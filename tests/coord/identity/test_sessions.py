"""One's own browsers and password."""

from datetime import timedelta

import pytest
import time_machine

from coord.identity import SignIn, actor_by_session, sign_in
from coord.identity.inputs import ChangePassword
from coord.identity.rules import SESSION_ABSOLUTE
from coord.identity.sessions import change_password, end_other_sessions, end_session, list_sessions
from coord.identity.tables import WebSession
from coord.kernel.clock import now
from coord.kernel.errors import Invalid, NotFound, Unauthenticated
from coord.settings import settings
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.world import PASSWORD, cast

pytestmark = pytest.mark.anyio
NEW = "lantern umbrella seventeen"


async def _session(password: str = PASSWORD, device: str = "") -> str:
    return (await sign_in(SignIn.parse({"email": "sam@demo.example", "password": password, "device": device}))).session


async def test_people_see_their_own_browsers_only_and_end_them(database: Database) -> None:
    phone, desk = await _session(device="phone"), await _session(device="desk")
    async with begin(cast.nia, read_only=True) as unit:
        assert list(await list_sessions(unit)) == []
    async with begin(cast.sam) as unit:
        found = {row.device: row.id for row in await list_sessions(unit)}
        await end_session(unit, found["phone"])
    assert set(found) == {"phone", "desk"}
    with pytest.raises(Unauthenticated):
        await actor_by_session(phone)
    assert (await actor_by_session(desk)).actor == cast.sam


async def test_a_foreign_session_cannot_be_ended(database: Database) -> None:
    secret = await _session()
    (session,) = await stored(WebSession)
    with pytest.raises(NotFound):
        async with begin(cast.nia) as unit:
            await end_session(unit, session.id)
    assert (await actor_by_session(secret)).actor == cast.sam


async def test_all_other_browsers_are_signed_out_at_once(database: Database) -> None:
    first, here = await _session(), await _session()
    keep = (await actor_by_session(here)).session_id
    assert keep is not None
    async with begin(cast.sam) as unit:
        await end_other_sessions(unit, keep)
    assert (await actor_by_session(here)).actor == cast.sam
    with pytest.raises(Unauthenticated):
        await actor_by_session(first)


async def test_a_new_password_needs_the_present_one_and_ends_the_other_sessions(database: Database) -> None:
    other, here = await _session(), await _session()
    keep = (await actor_by_session(here)).session_id
    assert keep is not None
    with pytest.raises(Invalid) as refused:
        await change_password(cast.sam, ChangePassword.parse({"current": "not it", "password": NEW}), keep)
    assert [(p.field, p.code) for p in refused.value.problems] == [("current", "WRONG_PASSWORD")]
    await change_password(cast.sam, ChangePassword.parse({"current": PASSWORD, "password": NEW}), keep)
    assert (await actor_by_session(here)).actor == cast.sam
    with pytest.raises(Unauthenticated):
        await actor_by_session(other)
    with pytest.raises(Invalid):
        await _session(PASSWORD)
    await _session(NEW)


@pytest.mark.parametrize(
    "password", ["password1234", "qwertyuiop12", "aaaaaaaaaaaa", "sam@demo.example", "hospitalcoord", "123456789012"]
)
async def test_easy_passwords_are_refused(database: Database, password: str) -> None:
    await _session()
    (session,) = await stored(WebSession)
    with pytest.raises(Invalid) as refused:
        await change_password(cast.sam, ChangePassword.parse({"current": PASSWORD, "password": password}), session.id)
    assert [(p.field, p.code) for p in refused.value.problems] == [("password", "EASY_PASSWORD")]


@pytest.mark.parametrize("password", ["长城内外惟余莽莽大河上下" * 5 + "顿失滔滔", NEW, "  spaces count  too  "])
async def test_long_and_chinese_passwords_are_taken_exactly_as_typed(database: Database, password: str) -> None:
    here = await _session()
    keep = (await actor_by_session(here)).session_id
    assert keep is not None
    await change_password(cast.sam, ChangePassword.parse({"current": PASSWORD, "password": password}), keep)
    await _session(password)


@pytest.mark.parametrize(
    ("password", "code"), [("short", "TOO_SHORT"), ("長" * 201, "TOO_LONG"), ("🌲" * 260, "TOO_LONG")]
)
def test_passwords_have_limits(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        ChangePassword.parse({"current": PASSWORD, "password": password})
    assert [(p.field, p.code) for p in refused.value.problems] == [("password", code)]


async def test_in_production_fifteen_idle_minutes_end_a_session(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COORD_SESSION_IDLE_MINUTES", "15")
    settings.cache_clear()
    start = now()
    with time_machine.travel(start, tick=False):
        kept, lost = await _session(), await _session()
    with time_machine.travel(start + timedelta(minutes=15, seconds=-1), tick=False):
        await actor_by_session(kept)
    with time_machine.travel(start + timedelta(minutes=15, seconds=1), tick=False):
        await actor_by_session(kept)
        with pytest.raises(Unauthenticated):
            await actor_by_session(lost)
    monkeypatch.undo()
    settings.cache_clear()


async def test_twelve_hours_end_every_session(database: Database) -> None:
    start = now()
    with time_machine.travel(start, tick=False):
        secret = await _session()
    for hours in range(2, 12, 2):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            await actor_by_session(secret)
    with time_machine.travel(start + SESSION_ABSOLUTE - timedelta(seconds=1), tick=False):
        await actor_by_session(secret)
    with time_machine.travel(start + SESSION_ABSOLUTE, tick=False), pytest.raises(Unauthenticated):
        await actor_by_session(secret)
