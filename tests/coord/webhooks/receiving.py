"""A real receiver on this machine, and endpoints that point at it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import orjson
from typing_extensions import override

from coord.access import Actor, system
from coord.webhooks import AddEndpoint, add_endpoint
from coord.work import begin
from tests.world import CENTER, cast

LOOKER = system("test looker", "looks at everything in a test", "job.run")


async def quiet_lease(_: UUID) -> None:
    """In place of a lease that is renewed beside its job: the one connection of a test serves one of them at a time."""


@dataclass
class Receiver:
    """What came in, and what to answer: one status after the other, the last for ever."""

    port: int = 0
    answers: list[int] = field(default_factory=lambda: [204])
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    on_arrival: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?x=1"

    @property
    def ids(self) -> Sequence[str]:
        return [headers["webhook-id"] for headers, _ in self.came]

    @property
    def bodies(self) -> Sequence[dict[str, Any]]:
        return [orjson.loads(body) for _, body in self.came]


@contextmanager
def receiver(*answers: int) -> Iterator[Receiver]:
    """A receiver that runs until the block ends."""
    known = Receiver(answers=list(answers) or [204])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            known.on_arrival()
            status = known.answers.pop(0) if len(known.answers) > 1 else known.answers[0]
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def added(url: str, organization: UUID = CENTER, actor: Actor = cast.adam, **more: Any) -> tuple[UUID, str]:
    async with begin(actor) as unit:
        return await add_endpoint(unit, AddEndpoint.parse({"organization": organization, "url": url, **more}))
