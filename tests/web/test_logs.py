"""What stands in logs and metrics after a day's work: who did what, and nothing that anybody typed."""

import io
import json
import logging
import uuid
from collections.abc import Iterator

import pytest
import structlog
from starlette.types import Message

from coord.access import Actor
from coord.kernel.logs import set_up_logs
from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.importing.running import row, sheet
from tests.coord.making import DEMANDED
from tests.schema.api import token_of
from tests.schema.test_line import LOG, contact
from tests.web.test_imports import done
from tests.web.visit import fields_of, search, visiting, visitor
from tests.world import LIN, cast
from web.asgi import build

pytestmark = pytest.mark.anyio

NAME, PHONE, TEXT, SECRET = "卡娜丽鸟", "13900001234", "canary-in-a-note", "canary-password-1"
CANARIES = (NAME, PHONE, "canary", "kanali", "\\u5361\\u5a1c", "sam@demo.example", "sid=", "Bearer", "%E5%8D%A1")


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that a server would write."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    set_up_logs(stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


async def _pages() -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get("/clients/new"), "/clients/new")
        made = await sam.post(
            "/clients/new", data=form | {"name": [NAME], "phone": [PHONE], "code": ["CANARY-1"], **DEMANDED}
        )
        assert made.status_code == 303, made.text
        assert NAME in (await search(sam, "/clients", NAME)).text
        form = fields_of(await sam.get(f"/log?client={LIN}"), "/log")
        assert (await sam.post("/log", data=form | {"note": [TEXT]})).status_code == 303
        assert (await sam.post("/log", data=form | {"note": [f"{TEXT}\x1b[31m"]})).status_code == 422
        assert (await sam.get(f"/clients/{uuid.uuid4()}", params={"name": NAME})).status_code == 404
        await done(sam, sheet(row(姓名=NAME, 备注=TEXT), row(姓名=NAME, 服务日期=TEXT)))
    async with visitor() as nobody:
        wrong = {"email": "canary@demo.example", "password": SECRET}
        assert (await nobody.post("/sign-in", data=wrong)).status_code == 422
        assert (await nobody.request("CANARY", f"/canary?name={NAME}")).status_code in {404, 405}


async def _api(token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "X-Request-ID": f'{NAME}\n{{"level": "error"}}'.encode().hex()}
    async with visitor() as http:
        for query in (
            f'{{ clients(search: "{NAME}") {{ canary }} }}',
            f'{{ clients(search: "{NAME}',
            f'{{ program(code: "{NAME}") {{ name }} }}',
            f'{{ canary: node(id: "{global_id("Client", LIN)}") {{ ... on Client {{ identity {{ name }} }} }} }}',
        ):
            await http.post("/graphql", json={"query": query}, headers=headers)
        await http.post("/graphql", json={"query": LOG, "variables": {"input": contact(note=TEXT)}}, headers=headers)
        await http.post("/graphql", content=TEXT.encode(), headers=headers)


async def test_a_days_work_leaves_no_value_in_logs_and_metrics(
    database: Database, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await token_of(cast.sam)
    await _pages()
    await _api(token)

    def fail(self: Actor, permission: str) -> None:
        raise RuntimeError(NAME) from KeyError(PHONE)

    monkeypatch.setattr(Actor, "require", fail)
    async with visiting("sam") as sam:
        assert (await sam.post("/imports", data={"place": NAME})).status_code == 500
        metrics = (await sam.get("/metrics")).text
    await _api(token)
    lines = logged.getvalue().splitlines()
    assert len(lines) > 20
    assert {canary for canary in CANARIES if canary in logged.getvalue() + metrics} == set()
    assert token not in logged.getvalue()
    events = [json.loads(line) for line in lines]
    assert {"request", "failed", "graphql_failed", "graphql_refused"} <= {event["event"] for event in events}
    assert all({"level", "timestamp"} <= event.keys() for event in events)
    assert str(cast.sam.user_id) in {event.get("actor") for event in events}
    (broken,) = [event for event in events if event["event"] == "failed"]
    assert broken["exceptions"] == ["builtins.RuntimeError", "builtins.KeyError"]
    assert any(frame.endswith(" fail") for frame in broken["frames"])


def test_lines_of_libraries_have_the_same_form_and_keep_their_fixed_part(logged: io.StringIO) -> None:
    logging.getLogger("somebody").warning("could not read %s", NAME)
    logging.getLogger("somebody").info("too quiet to be heard")
    (line,) = logged.getvalue().splitlines()
    told = json.loads(line)
    assert (told["event"], told["logger"], told["says"], told["level"]) == (
        "library", "somebody", "could not read %s", "warning",
    )  # fmt: skip


def test_line_feeds_escapes_and_turned_text_are_escaped(logged: io.StringIO) -> None:
    odd = 'a\nb\x1b[31mc\u202ed\u2028e\x9bf"'
    structlog.get_logger("test").warning("odd", value=odd)
    line = logged.getvalue().removesuffix("\n")
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["value"] == odd


async def test_who_goes_away_while_sending_is_no_failure(database: Database, logged: io.StringIO) -> None:
    told: list[Message] = []
    parts: Iterator[Message] = iter([{"type": "http.request", "body": b"email=s", "more_body": True}])

    async def receive() -> Message:
        return next(parts, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        told.append(message)

    form = (b"content-type", b"application/x-www-form-urlencoded")
    headers = [(b"host", b"127.0.0.1"), (b"sec-fetch-site", b"same-origin"), form]
    scope = {"type": "http", "method": "POST", "path": "/sign-in", "raw_path": b"/sign-in", "query_string": b"",
             "headers": headers, "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1)}  # fmt: skip
    await build()(scope, receive, send)
    said = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert [event for event in said if event["level"] in {"error", "critical"}] == []
    assert ("client_gone" in {event["event"] for event in said}, told) == (True, [])
