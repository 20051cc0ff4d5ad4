"""kill -9 of web, worker and queue in the middle: nothing is lost, nothing is done twice."""

import json
import shutil
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import anyio
import pytest
from sqlalchemy.engine import make_url
from sqlmodel import col
from typing_extensions import override

from coord.access import TokenScope, system
from coord.audit.tables import AuditEntry
from coord.contacts.codes import FlagKind
from coord.contacts.tables import ServiceContact
from coord.identity import CreateToken, issue_token
from coord.kernel.clock import today
from coord.kernel.sql import select
from coord.work import begin
from coord.work.tables import OutboxJob
from schema.ids import global_id
from tests.databases import new_postgres, used
from tests.turns import enough
from tests.workers.processes import Running, free_port, kill, listens, until
from tests.world import LIN, PROGRAM
from workers.commands.common import OPERATOR

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
LOOKER = system("test looker", "looks at everything in a test", "job.run")
CONTACTS = enough(36, whole=90)
MUTATION = """mutation ($input: LogServiceContactInput!) {
  logServiceContact(input: $input) { __typename ... on ServiceContactLogged { replayed }
    ... on Rejected { problems { field code } } }
}"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The cast's world in a database that processes share."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "world.sqlite")
        yield f"sqlite:///{tmp_path / 'world.sqlite'}"
    else:
        with new_postgres(request.getfixturevalue("postgres_template")) as made:
            yield make_url(made).render_as_string(hide_password=False)


class House:
    """Web, worker and queue as an installation runs them."""

    def __init__(self, url: str, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self._settings = {"database_url": url, "data_dir": str(folder), "redis_url": "", "env": "development"}

    def start(self) -> None:
        serving = ["-m", "uvicorn", "web.asgi:app", "--port", str(self.port), "--log-level", "critical"]
        self.web = Running(serving, self._settings)
        self.work = Running(["-m", "workers", "work"], self._settings)
        until(lambda: listens(self.port), "the pages answer")
        until(lambda: len(self.work.family()) == 3, "queue, worker and dispatcher run")

    def kill_queue_and_worker(self) -> None:
        """Their keeper stays alive and starts them again."""
        for pid in self.work.family():
            kill(pid)

    def kill_everything_and_lose_the_queue(self) -> None:
        self.web.kill_all()
        self.work.kill_all()
        shutil.rmtree(self.folder / "queue")

    def stop(self) -> None:
        self.web.stop()
        self.work.stop()


@pytest.fixture
def house(url: str, tmp_path: Path) -> Iterator[House]:
    """A running installation on the world's database."""
    running = House(url, tmp_path / "data")
    try:
        running.start()
        yield running
    finally:
        running.stop()


class Phone(threading.Thread):
    """Sends contacts one by one; an answer that does not come is asked for again with the same key."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(daemon=True)
        self.port, self.token, self.sent, self.repeated = port, token, 0, 0
        self.refusals: list[object] = []

    @override
    def run(self) -> None:
        """Send them all."""
        for _ in range(CONTACTS):
            key = str(uuid.uuid4())
            while not self._send(key):
                self.repeated += 1
                time.sleep(0.1)
            self.sent += 1

    def _send(self, key: str) -> bool:
        given = {"idempotencyKey": key, "program": PROGRAM, "client": global_id("Client", LIN), "serviceCode": "CASE_CONTACT",
                 "occurredOn": str(today("Asia/Shanghai") - timedelta(days=1)), "durationMinutes": 400}  # fmt: skip
        body = json.dumps({"query": MUTATION, "variables": {"input": given}}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/graphql", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310 - our own server
                answer = json.load(response)
        except (urllib.error.URLError, OSError):
            return False
        if answer.get("data", {}).get("logServiceContact", {}).get("__typename") != "ServiceContactLogged":
            self.refusals.append(answer)
        return True


async def token(url: str) -> str:
    async with used(url), begin(OPERATOR) as unit:
        return await issue_token(
            unit, "sam@demo.example", CreateToken(name="phone", scopes=(TokenScope.READ, TokenScope.WRITE))
        )


async def state(url: str) -> dict[str, int]:
    """How many contacts there are, how many jobs, how many of them done, how often one was flagged as too long."""
    async with used(url), begin(LOOKER, read_only=True) as unit:
        # Beside these stand jobs that time asks for.
        flagging = select(OutboxJob.id).where(col(OutboxJob.job) == "contacts.flag_quality")
        flagged = await unit.scalars(select(AuditEntry).where(AuditEntry.verb == "contact.flag"))
        return {
            "contacts": await unit.count(select(ServiceContact.id)),
            "jobs": await unit.count(flagging),
            "done": await unit.count(flagging.where(col(OutboxJob.done_at).is_not(None))),
            "flagged": sum(entry.after["kind"] == FlagKind.TOO_LONG for entry in flagged),
        }


def test_kill_9_of_everything_in_the_middle_loses_nothing_and_does_nothing_twice(url: str, house: House) -> None:
    phone = Phone(house.port, anyio.run(token, url))
    phone.start()
    until(lambda: phone.sent >= CONTACTS // 3, "a third is sent")
    house.kill_queue_and_worker()
    until(lambda: phone.sent >= CONTACTS * 2 // 3, "two thirds are sent")
    house.kill_everything_and_lose_the_queue()
    house.start()
    until(lambda: phone.sent == CONTACTS, "all are sent")
    assert phone.refusals == []
    until(lambda: anyio.run(state, url)["done"] >= CONTACTS, "all jobs are done", seconds=120)
    assert anyio.run(state, url) == {"contacts": CONTACTS, "jobs": CONTACTS, "done": CONTACTS, "flagged": CONTACTS}
    assert (phone.refusals, phone.repeated > 0) == ([], True)


def test_sigterm_ends_the_worker_with_its_queue_and_leaves_nobody_behind(house: House) -> None:
    family = house.work.family()
    assert house.work.stop() == 0
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family), "queue and worker are gone")


def test_children_die_with_their_killed_keeper(house: House) -> None:
    family = house.work.family()
    kill(house.work.pid)
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family), "queue and worker are gone", seconds=20)
