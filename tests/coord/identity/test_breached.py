"""Passwords that became public elsewhere: those of the list that comes along, and those of the operator's file."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from coord.identity import CreateUser, SignIn, actor_by_session, create_user, sign_in
from coord.identity.breached import is_breached
from coord.identity.inputs import MIN_PASSWORD, ChangePassword
from coord.identity.password_rules import is_easy
from coord.identity.sessions import change_password
from coord.kernel.errors import Invalid, Unavailable
from coord.notices.mailing import mailbox
from coord.people import Invite, accept_invitation, invite
from coord.people.inputs import AskReset, ResetPassword
from coord.people.resetting import ask_for_reset, reset_password
from coord.settings import settings
from coord.work import begin
from coord.work.engine import Database
from tests.world import NORTH, PASSWORD, cast

pytestmark = pytest.mark.anyio
LOST = "lantern umbrella seventeen"
OTHERS = [f"somebody else {number}" for number in range(999)]


def _line(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def _file(path: Path, lines: list[str], end: str = "\n") -> Path:
    path.write_bytes("".join(f"{line}{end}" for line in lines).encode())
    return path


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The operator's file, which knows one good password."""
    path = _file(tmp_path / "breached.txt", sorted(_line(one) for one in [LOST, *OTHERS]))
    monkeypatch.setenv("COORD_BREACHED_PASSWORDS", str(path))
    settings.cache_clear()
    assert settings().breached_passwords == path
    yield path
    monkeypatch.undo()
    settings.cache_clear()


def test_every_public_password_of_the_list_that_comes_along_is_refused() -> None:
    long = [password for password in FREQUENCY_LISTS["passwords"] if len(password) >= MIN_PASSWORD]
    assert len(long) > 200
    assert [password for password in long if not is_easy(password, ())] == []


@pytest.mark.parametrize(("count", "end"), [("", "\n"), (":17", "\n"), (":3", "\r\n")])
def test_each_of_a_thousand_is_found_wherever_it_stands_and_no_other(tmp_path: Path, count: str, end: str) -> None:
    known = OTHERS[::2]
    path = _file(tmp_path / "list", sorted(_line(one) + count for one in known), end)
    assert [one for one in OTHERS if is_breached(path, one)] == known


def test_small_letters_a_missing_last_line_end_and_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text(_line(LOST).lower())
    assert is_breached(path, LOST)
    assert not is_breached(path, "another")
    path.write_text("")
    assert not is_breached(path, LOST)


def _why(refused: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in refused.value.problems]


async def _here() -> str:
    return (await sign_in(SignIn.parse({"email": "sam@demo.example", "password": PASSWORD}))).session


async def _change() -> None:
    session = (await actor_by_session(await _here())).session_id
    assert session is not None
    await change_password(cast.sam, ChangePassword.parse({"current": PASSWORD, "password": LOST}), session)


async def _reset() -> None:
    await ask_for_reset(AskReset(email="sam@demo.example", address="192.0.2.9"))
    secret = (await mailbox(cast.adam))[0].letter.body.partition("/reset/")[2].partition("\n")[0]
    await reset_password(secret, ResetPassword.parse({"password": LOST}))


async def _accept() -> None:
    given = {"email": "lin@example.org", "organization": str(NORTH), "role": "HOSPITAL_COORDINATOR"}
    async with begin(cast.adam) as unit:
        secret = await invite(unit, Invite.parse(given))
    await accept_invitation(secret, {"name": "林晓", "password": LOST})


async def _create() -> None:
    given = {"email": "new@example.org", "name": "New", "password": LOST}
    async with begin(cast.adam) as unit:
        await create_user(unit, CreateUser.parse(given))


@pytest.mark.parametrize("way", [_change, _reset, _accept, _create])
async def test_a_password_of_the_operators_file_is_refused_on_every_way(
    database: Database, listed: Path, way: object
) -> None:
    assert callable(way)
    with pytest.raises(Invalid) as refused:
        await way()
    assert _why(refused) == [("password", "BREACHED_PASSWORD")]


async def test_another_password_is_taken(database: Database, listed: Path) -> None:
    session = (await actor_by_session(await _here())).session_id
    assert session is not None
    given = {"current": PASSWORD, "password": "violet cupboard eleven rivers"}
    await change_password(cast.sam, ChangePassword.parse(given), session)


async def test_without_the_file_nothing_is_taken_unlooked_at(database: Database, listed: Path) -> None:
    listed.unlink()  # noqa: ASYNC240 - a small file
    with pytest.raises(Unavailable):
        await _change()
