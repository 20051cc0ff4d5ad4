"""kill -9 of a serving process while names are read: what somebody was shown is on the trail, never more than that."""

import http.client
import json
import threading
import urllib.request
from functools import partial
from pathlib import Path

import anyio
import pytest
from sqlmodel import col
from typing_extensions import override

from coord.audit.tables import AuditEntry
from coord.kernel.sql import select
from coord.work import begin
from tests.databases import used
from tests.workers.processes import Running, free_port, listens, until
from tests.workers.test_kill import LOOKER, token, url

_ = url  # the fixture
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
QUERY = "{ clients(first: 1) { edges { node { identity { name } } } } }"
ENOUGH = 40


class Reader(threading.Thread):
    """Reads one name again and again, and counts the answers that arrived whole."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(daemon=True)
        self.port, self.token, self.served, self.stopped = port, token, 0, False

    @override
    def run(self) -> None:
        """Until told to stop; a server that is gone is asked again."""
        body = json.dumps({"query": QUERY}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        while not self.stopped:
            request = urllib.request.Request(f"http://127.0.0.1:{self.port}/graphql", body, headers)
            try:
                with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310 - our own server
                    answer = json.load(response)
            except (OSError, ValueError, http.client.HTTPException):
                continue
            (edge,) = answer["data"]["clients"]["edges"]
            self.served += bool(edge["node"]["identity"]["name"])


def has_served(readers: list[Reader], enough: int) -> bool:
    """Whether so many names were served in all."""
    return sum(reader.served for reader in readers) >= enough


async def entries(url: str) -> int:
    """How many readings are on the trail."""
    async with used(url), begin(LOOKER, read_only=True) as unit:
        return await unit.count(select(AuditEntry.seq).where(col(AuditEntry.verb) == "client.read_identity"))


def test_kill_9_while_names_are_read_shows_nothing_that_is_not_on_the_trail(url: str, tmp_path: Path) -> None:
    port = free_port()
    settings = {"database_url": url, "data_dir": str(tmp_path / "data"), "redis_url": "", "env": "development"}
    serving = ["-m", "uvicorn", "web.asgi:app", "--port", str(port), "--log-level", "critical"]
    secret = anyio.run(token, url)
    readers = [Reader(port, secret) for _ in range(4)]
    for enough in (ENOUGH, 2 * ENOUGH):
        web = Running(serving, settings)
        until(lambda: listens(port), "the API answers")
        for reader in readers:
            if not reader.is_alive():
                reader.start()
        until(partial(has_served, readers, enough), "names are read", seconds=120)
        web.kill_all()
    for reader in readers:
        reader.stopped = True
    for reader in readers:
        reader.join(30)
    served, audited = sum(reader.served for reader in readers), anyio.run(entries, url)
    assert 2 * ENOUGH <= served <= audited <= served + 2 * len(readers)
