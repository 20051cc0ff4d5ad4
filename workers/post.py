"""Handing a mail to the server of the settings; ten seconds at most for any one answer of it."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import SplitResult, unquote, urlsplit

from coord.notices.mailing import Addressed
from coord.settings import Settings, settings

PATIENCE = 10.0
_PORTS = {"smtp": 587, "smtps": 465}
_OWN = {"127.0.0.1", "::1", "localhost"}


def _address(given: Settings) -> SplitResult:
    return urlsplit(given.smtp_url.get_secret_value())


def server_of(given: Settings) -> str:
    """The host and port that mails go to, without the password."""
    url = _address(given)
    return f"{url.hostname}:{url.port or _PORTS[url.scheme]}"


def message_of(mail: Addressed, sender: str) -> EmailMessage:
    """The mail as it goes out. Its id stays the same when it is sent again, so that mailboxes show it once."""
    message = EmailMessage()
    message["From"], message["To"] = sender, mail.to
    message["Subject"] = mail.letter.subject
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.letter.body)
    return message


def _connect(url: SplitResult) -> smtplib.SMTP:
    """A connection that nobody else can read; only a server on this machine may do without encryption."""
    host, port, tls = str(url.hostname), url.port or _PORTS[url.scheme], ssl.create_default_context()
    if url.scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=tls)
    server = smtplib.SMTP(host, port, timeout=PATIENCE)
    if host not in _OWN:
        server.starttls(context=tls)
    return server


def send(mail: Addressed) -> None:
    """Hand over one mail. Raises ``OSError`` (``SMTPException`` is one) when the server does not take it."""
    url = _address(settings())
    with _connect(url) as server:
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message_of(mail, settings().mail_from))
