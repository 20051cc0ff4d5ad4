"""Mails through a real server: at least once, again after trouble, and never without somebody hearing of it."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage

import pytest
from pydantic import ValidationError

from coord.notices import NoticeKind, tell
from coord.notices.tables import OutgoingMail
from coord.settings import Mail, Settings, settings
from coord.work import begin
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from tests.coord.making import stored
from tests.world import LIN, NORTH, cast, fixed
from workers.commands.doctor import findings
from workers.run import run_waiting

pytestmark = pytest.mark.anyio
STRONG = "a-random-value-of-production-"


class MailServer:
    """As much of SMTP (RFC 5321) as a mail needs; ``refusing`` says no to so many mails first."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refusing = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        writer.write(b"220 test\r\n")
        while line := (await reader.readline()).decode().strip().upper():
            if line == "DATA" and self.refusing:
                self.refusing -= 1
                writer.write(b"451 later\r\n")
            elif line == "DATA":
                writer.write(b"354 go on\r\n")
                text = await reader.readuntil(b"\r\n.\r\n")
                self.taken.append(email.message_from_bytes(text[:-5], policy=email.policy.default))
                writer.write(b"250 taken\r\n")
            else:
                writer.write(b"221 bye\r\n" if line == "QUIT" else b"250 fine\r\n")
        writer.close()


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[MailServer, int]]:
    server = MailServer()
    async with await asyncio.start_server(server.talk, "127.0.0.1", 0) as listening:
        yield server, listening.sockets[0].getsockname()[1]


@pytest.fixture
async def post(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MailServer]:
    """A mail server that the settings name."""
    async with serving() as (server, port):
        monkeypatch.setenv("COORD_SMTP_URL", f"smtp://127.0.0.1:{port}")
        monkeypatch.setenv("COORD_MAIL_FROM", "coord@lantern.example")
        settings.cache_clear()
        yield server
    monkeypatch.undo()
    settings.cache_clear()


async def test_a_mail_goes_out_once_it_is_taken_and_again_while_it_is_refused(
    database: Database, post: MailServer
) -> None:
    post.refusing = 1
    async with begin(cast.ola) as unit:
        tell(unit, [fixed("user/sam")], NoticeKind.SAFETY_ALERT, "client", LIN, organization=NORTH)
    assert (await run_waiting(), post.taken) == (0, [])
    (job,) = await stored(OutboxJob)
    assert (job.last_error, job.attempts) == ("SMTPDataError", 1)
    assert await run_waiting(hurry=10**9) == 1
    (mail,) = post.taken
    (row,) = await stored(OutgoingMail)
    assert (mail["To"], mail["From"], mail["Message-ID"]) == (
        "sam@demo.example",
        "coord@lantern.example",
        f"<{row.id}@lantern.example>",
    )
    assert mail["Subject"] == "[coord] A safety alert is waiting for you"
    assert "NORTH" not in mail.as_string()
    assert row.sent_at is not None
    assert await run_waiting(hurry=10**9) == 0


async def test_the_doctor_says_where_mails_go(database: Database, post: MailServer) -> None:
    said = {key: arguments for _, key, arguments in findings()}
    assert said["doctor.mail"]["sender"] == "coord@lantern.example"


def test_in_production_without_a_server_mail_is_off_and_the_doctor_complains(monkeypatch: pytest.MonkeyPatch) -> None:
    production = {
        "COORD_ENV": "production", "COORD_BASE_URL": "https://coord.example", "COORD_SECRET_KEY": STRONG + "0" * 9,
        "COORD_SEALING_KEYS": STRONG + "1" * 9, "COORD_VAULT_KEYS": STRONG + "2" * 9,
        "COORD_SEARCH_KEY": STRONG + "3" * 9, "COORD_CHECKPOINT_KEYS": STRONG + "4" * 9,
    }  # fmt: skip
    for name, value in production.items():
        monkeypatch.setenv(name, value)
    assert Settings().mail is Mail.OFF


@pytest.mark.parametrize(
    "given",
    [
        {"COORD_SMTP_URL": "smtp://mail.example"},
        {"COORD_SMTP_URL": "http://mail.example", "COORD_MAIL_FROM": "a@b.example"},
        {"COORD_MAIL_FROM": "nobody"},
    ],
)
def test_half_a_mail_setting_is_refused(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()
