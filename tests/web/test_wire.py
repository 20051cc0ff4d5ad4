"""The real server on the wire: where a request ends is never in doubt, and nobody says for themselves where they are."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from coord.work.engine import Database
from tests.coord.making import token_for
from tests.serving import free_port, wait_for
from tests.world import cast

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
_TAIL = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Request-ID: smuggled-request\r\n\r\n"
_HEAD = b"POST /language HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n"
_CHUNKS = b"0\r\n\r\n"
# Requests whose end two servers could see in different places, each followed by what would be smuggled.
REFUSED = {
    "two lengths": _HEAD + b"Content-Length: 0\r\nContent-Length: 70\r\n\r\n",
    "two lengths in a line": _HEAD + b"Content-Length: 0, 70\r\n\r\n",
    "a length with a sign": _HEAD + b"Content-Length: +0\r\n\r\n",
    "a length that is no number": _HEAD + b"Content-Length: 0x0\r\n\r\n",
    "a length below zero": _HEAD + b"Content-Length: -1\r\n\r\n",
    "a space before the colon": _HEAD + b"Transfer-Encoding : chunked\r\n\r\n" + _CHUNKS,
    "an unknown coding": _HEAD + b"Transfer-Encoding: xchunked\r\n\r\n" + _CHUNKS,
    "chunked before another coding": _HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n" + _CHUNKS,
    "a chunk size that is no number": _HEAD + b"Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n" + _CHUNKS,
    "a chunk longer than it says": _HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n" + _CHUNKS,
    "a line end in a header": _HEAD + b"X-A: a\rb\r\nContent-Length: 0\r\n\r\n",
    "a NUL in a header": _HEAD + b"X-A: a\x00b\r\nContent-Length: 0\r\n\r\n",
    "no name before the colon": _HEAD + b": a\r\nContent-Length: 0\r\n\r\n",
    "two hosts": _HEAD + b"Host: evil.example\r\nContent-Length: 0\r\n\r\n",
    "no protocol": b"POST /language\r\n\r\n",
}


@contextmanager
def server(database_url: str, log: Path, *options: str) -> Iterator[int]:
    """The port of a server with options of its own."""
    port = free_port()
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 -- our own interpreter and arguments
            [sys.executable, "-m", "uvicorn", "web.asgi:app", "--port", str(port), "--log-level", "critical", *options],
            env={**os.environ, "COORD_DATABASE_URL": database_url, "COORD_BASE_URL": f"http://127.0.0.1:{port}"},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}", process)
            yield port
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture(scope="module", params=["httptools", "h11"])
def port(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """A server with each of the two parsers that uvicorn has."""
    log = tmp_path_factory.mktemp("wire") / "log"
    with server(f"sqlite:///{sqlite_template}", log, "--http", request.param) as found:
        yield found


def exchanged(port: int, sent: bytes) -> bytes:
    """Everything that the server says before it closes, or is silent for a second."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(sent)
        wire.settimeout(1.5)
        parts = []
        try:
            while part := wire.recv(65536):
                parts.append(part)
        except (TimeoutError, ConnectionResetError):
            pass
    return b"".join(parts)


@pytest.mark.parametrize("name", REFUSED)
def test_a_request_whose_end_is_in_doubt_is_refused_and_nothing_behind_it_is_read(port: int, name: str) -> None:
    answer = exchanged(port, REFUSED[name] + _TAIL)
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400")) or answer == b""
    assert b"smuggled-request" not in answer or name == "two hosts"
    assert answer.count(b"HTTP/1.1 200") <= (name == "two hosts")


def test_with_a_length_and_chunks_the_chunks_decide_or_it_is_refused(port: int) -> None:
    """RFC 9112, 6.3: never the length. The tail stands inside the length and behind the last chunk."""
    both = _HEAD + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % (len(_CHUNKS) + len(_TAIL)) + _CHUNKS
    answer = exchanged(port, both + _TAIL)
    is_refused = answer.startswith(b"HTTP/1.1 400") and answer.count(b"HTTP/1.1") == 1
    assert is_refused or answer.count(b"HTTP/1.1") == 2


def test_a_length_covers_what_looks_like_a_request(port: int) -> None:
    inside = _HEAD + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(_TAIL)
    answer = exchanged(port, inside + _TAIL)
    assert (answer.count(b"HTTP/1.1"), b"smuggled-request" in answer) == (1, False)


def test_two_whole_requests_are_two_answers(port: int) -> None:
    assert exchanged(port, _TAIL + _TAIL).count(b"HTTP/1.1 200") == 2


# Who asks, as the connection's end knows it: this machine. Which proxies count, what is claimed, whether it is believed.
CLAIMS = [
    ("10.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, False),
    ("10.0.0.1", {"X-Real-IP": "203.0.113.7", "Forwarded": "for=203.0.113.7", "Client-IP": "203.0.113.7"}, False),
    ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, True),
    # The proxy adds whom it saw at the end; what its client claimed stands before.
    ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7, 198.51.100.9"}, False),
    ("127.0.0.1", {"X-Real-IP": "203.0.113.7"}, False),
]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_nobody_says_for_themselves_from_where_they_come(database: Database, tmp_path: Path) -> None:
    token = await token_for(cast.sam, networks=["203.0.113.0/24"])
    ask = {"query": "{ viewer { name } }"}
    for trusted in ("10.0.0.1", "127.0.0.1"):
        with server(str(database.url), tmp_path / "log", "--forwarded-allow-ips", trusted) as port:
            for proxies, claim, is_believed in CLAIMS:
                if proxies == trusted:
                    headers = {"Authorization": f"Bearer {token}", **claim}
                    answer = httpx2.post(f"http://127.0.0.1:{port}/graphql", json=ask, headers=headers)
                    assert (answer.status_code == 200) is is_believed, (claim, answer.text)
            spoofed = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil", "X-Original-URL": "/me"}
            page = httpx2.get(f"http://127.0.0.1:{port}/today", headers=spoofed)
            assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=%2Ftoday")
