"""GraphQL over HTTP: methods, media types, status codes, who may come in."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
import time_machine

from coord.access import Actor
from coord.identity import SignIn, list_tokens, revoke_token, sign_in
from coord.kernel.clock import now
from coord.work import begin, engine
from coord.work.engine import Database
from schema.asgi import graphql_app
from schema.budget import Budget
from schema.http import MAX_BODY, MAX_DOCUMENT
from tests.queries import counting
from tests.schema.api import GRAPHQL, JSON, asking_as, door, token_of
from tests.world import PASSWORD, cast

pytestmark = pytest.mark.anyio

ME = "{ viewer { name } }"
SAM = {"viewer": {"name": "Sam"}}


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (GRAPHQL, GRAPHQL),
        (JSON, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{JSON};q=0.1, {GRAPHQL};q=0.9", GRAPHQL),
        (f"text/html;q=1, {JSON};q=0.5", JSON),
    ],
)
async def test_the_answer_has_the_media_type_asked_for(database: Database, accept: str, kind: str) -> None:
    async with asking_as(cast.sam) as api:
        answer = await api.post({"query": ME}, Accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"{kind}; charset=utf-8")
    assert answer.json()["data"] == SAM
    assert "Accept" in answer.headers["vary"]


async def test_a_media_type_that_we_do_not_have_is_406(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        answer = await api.post({"query": ME}, Accept="application/xml")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    "query", ["{ viewer { name }", "{ nothing }", "query ($n: Int!) { clients(first: $n) { totalCount } }"]
)
async def test_what_never_ran_is_400_for_new_clients_and_200_for_old_ones_without_data(
    database: Database, query: str
) -> None:
    async with asking_as(cast.sam) as api:
        new = await api.post({"query": query}, Accept=GRAPHQL)
        old = await api.post({"query": query}, Accept=JSON)
    assert (new.status_code, old.status_code) == (400, 200)
    assert new.json() == old.json()
    assert list(new.json()) == ["errors"]


async def test_a_field_that_failed_is_200_with_data_and_errors(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        answer = await api.post({"query": '{ viewer { name } program(code: "NONE") { name } }'}, Accept=GRAPHQL)
    assert answer.status_code == 200
    assert answer.json()["data"] == {**SAM, "program": None}
    assert answer.json()["errors"][0]["extensions"] == {"code": "NOT_FOUND"}


@pytest.mark.parametrize(
    "body",
    [
        [{"query": ME}],
        {"query": None},
        {"query": 3},
        {"query": " "},
        {},
        "text",
        {"query": ME, "variables": [1]},
        {"query": ME, "variables": "{}"},
        {"query": ME, "operationName": 1},
        {"query": ME, "extensions": "x"},
    ],
)
async def test_a_body_that_is_no_request_is_400(database: Database, body: Any) -> None:
    async with asking_as(cast.sam) as api:
        answer = await api.post(body)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")


async def test_broken_json_and_lone_surrogates_are_400(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        headers = {**api.headers, "Content-Type": JSON}
        broken = await api.http.post("/graphql", content=b'{"query": ', headers=headers)
        surrogate = await api.http.post(
            "/graphql", content=b'{"query": "{ viewer { name } } # \\ud800"}', headers=headers
        )
    assert (broken.status_code, surrogate.status_code) == (400, 400)


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/json; charset=gbk",
    ],
)
async def test_other_bodies_are_415(database: Database, kind: str) -> None:
    async with asking_as(cast.sam) as api:
        answer = await api.http.post("/graphql", content=b"query=x", headers={**api.headers, "Content-Type": kind})
    assert answer.status_code == 415


async def test_a_body_over_a_megabyte_or_a_document_over_100_000_characters_is_413(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        body = await api.post({"query": ME, "variables": {"filler": "#" * MAX_BODY}})
        document = await api.post({"query": ME + "#" * (MAX_DOCUMENT - len(ME) + 1)})
        longest = await api.post({"query": ME + "#" * (MAX_DOCUMENT - len(ME))})
    assert [answer.status_code for answer in (body, document, longest)] == [413, 413, 200]
    assert "Hand over long values as variables" in document.text


async def test_queries_come_by_get_mutations_do_not(database: Database) -> None:
    mutation = "mutation { __typename }"
    async with asking_as(cast.sam) as api:
        query = await api.http.get("/graphql", params={"query": ME}, headers=api.headers)
        named = {
            "query": "query A($s: String) { organizations(search: $s) { totalCount } }",
            "variables": '{"s": "north"}',
        }
        with_variables = await api.http.get("/graphql", params=named, headers=api.headers)
        change = await api.http.get("/graphql", params={"query": mutation}, headers=api.headers)
    assert (query.status_code, query.json()["data"]) == (200, SAM)
    assert with_variables.json()["data"] == {"organizations": {"totalCount": 1}}
    assert (change.status_code, change.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("name", ["batch", "mutation by GET", "form", "too long", "wrong method", "nobody"])
async def test_what_is_no_question_is_refused_without_reading_anything(database: Database, name: str) -> None:
    document = "mutation { logServiceContact(input: {}) { __typename } }"
    async with asking_as(cast.sam) as api:
        await api.ask("{ __typename }")
        with counting() as who:
            await api.ask("{ __typename }")
        with counting() as sent:
            if name == "batch":
                answer = await api.post([{"query": ME}] * 11)
            elif name == "mutation by GET":
                answer = await api.http.get(
                    "/graphql", params={"query": "mutation { __typename }"}, headers=api.headers
                )
            elif name == "form":
                answer = await api.http.post("/graphql", data={"query": document}, headers=api.headers)
            elif name == "too long":
                answer = await api.post({"query": ME + "#" * MAX_BODY})
            elif name == "wrong method":
                answer = await api.http.put("/graphql", json={"query": document}, headers=api.headers)
            else:
                answer = await api.http.post("/graphql", json={"query": document})
    expected = {"batch": 400, "mutation by GET": 405, "form": 415, "too long": 413, "wrong method": 405, "nobody": 401}
    assert answer.status_code == expected[name]
    # Who it is must be known before the document is looked at, and only then.
    assert len(sent) == (len(who) if name in {"batch", "mutation by GET"} else 0)


CHECKS = [
    ("too long", {"Content-Length": str(MAX_BODY + 1)}, "PUT", 413),
    ("method", {"Content-Type": "text/plain"}, "PUT", 405),
    ("media type", {"Content-Type": "text/plain", "Authorization": "Bearer wrong"}, "POST", 415),
    ("who", {"Content-Type": JSON, "Authorization": "Bearer wrong"}, "POST", 401),
]


@pytest.mark.parametrize(("name", "headers", "method", "status"), CHECKS)
async def test_the_checks_come_in_their_order(
    database: Database, name: str, headers: dict[str, str], method: str, status: int
) -> None:
    async with door() as client:
        answer = await client.request(method, "/graphql", content=b"{", headers=headers)
    assert answer.status_code == status


async def test_an_overdrawn_budget_is_told_before_a_document_is_read(database: Database) -> None:
    async with asking_as(cast.sam, Budget(2, clock=lambda: 0.0)) as api:
        broken = [await api.post({"query": "{ this is"}, Accept=GRAPHQL) for _ in range(3)]
    assert [answer.status_code for answer in broken] == [400, 400, 429]
    assert int(broken[-1].headers["retry-after"]) > 0


async def test_a_body_that_hides_its_length_is_counted_while_it_comes(database: Database) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b" " * 100_000

    async with asking_as(cast.sam) as api:
        # The transport of the tests reads a body before it hands it on: ours is handed on by hand.
        answered = await unmeasured(endless(), api.token)
    assert (answered, taken) == (413, 11)


async def unmeasured(body: AsyncIterator[bytes], token: str) -> int:
    """The status of a request whose body comes in pieces."""
    found: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": await anext(body), "more_body": True}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            found.append(message["status"])

    headers = [(b"content-type", b"application/json"), (b"authorization", f"Bearer {token}".encode())]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    await graphql_app(Budget())(scope, receive, send)
    return found[0]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_other_methods_are_405(database: Database, method: str) -> None:
    async with asking_as(cast.sam) as api:
        answer = await api.http.request(method, "/graphql", json={"query": ME}, headers=api.headers)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


async def test_chinese_is_sent_as_itself(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        answer = await api.post({"query": '{ organizations(search: "H001") { edges { node { name } } } }'})
    assert "北岸医院" in answer.content.decode()
    assert orjson.loads(answer.content)["data"]["organizations"]["edges"][0]["node"]["name"] == "北岸医院 North"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic c2FtOnNhbQ=="},
        {"Authorization": b"Bearer \xff\xfe"},
        {"Cookie": "sid=wrong"},
    ],
)
async def test_nobody_gets_401_before_the_document_is_read(database: Database, headers: dict[str, Any]) -> None:
    async with door() as client:
        answer = await client.post("/graphql", json={"query": "{ this is { no document"}, headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="coord"')
    assert [error["extensions"] for error in answer.json()["errors"]] == [{"code": "UNAUTHENTICATED"}]


async def test_a_wrong_token_is_401_even_with_a_good_cookie(database: Database) -> None:
    cookie = (await sign_in(SignIn.parse({"email": "sam@demo.example", "password": PASSWORD}))).session
    async with door() as client:
        good = await client.post("/graphql", json={"query": ME}, headers={"Cookie": f"sid={cookie}"})
        bad = await client.post(
            "/graphql", json={"query": ME}, headers={"Cookie": f"sid={cookie}", "Authorization": "Bearer coord_x"}
        )
    assert (good.status_code, good.json()["data"], bad.status_code) == (200, SAM, 401)


async def test_a_revoked_token_stops_working_with_the_next_request(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        before = await api.post({"query": ME})
        async with begin(cast.sam) as unit:
            for token in await list_tokens(unit):
                await revoke_token(unit, token.id)
        after = await api.post({"query": ME})
    assert (before.status_code, after.status_code) == (200, 401)


async def test_an_expired_token_is_401(database: Database) -> None:
    token = await token_of(cast.sam, days=1)
    async with door() as client:
        with time_machine.travel(now() + timedelta(days=1, minutes=1), tick=True):
            answer = await client.post("/graphql", json={"query": ME}, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


async def test_a_refusal_speaks_the_language_of_the_visitor(database: Database) -> None:
    said = {}
    async with door() as client:
        for asked in ("zh-CN,zh;q=0.9", "en-US", "ko", "fr"):
            answer = await client.post("/graphql", json={"query": ME}, headers={"Accept-Language": asked})
            said[asked] = answer.json()["errors"][0]["message"]
    assert said["zh-CN,zh;q=0.9"].startswith("请先登录")
    assert said["en-US"].startswith("Sign in")
    assert said["ko"].startswith("로그인")
    assert said["fr"] == said["zh-CN,zh;q=0.9"]


async def test_the_schema_file_is_public_and_sent_once(database: Database) -> None:
    async with door() as client:
        first = await client.get("/api/schema.graphql")
        again = await client.get("/api/schema.graphql", headers={"If-None-Match": first.headers["etag"]})
        other = await client.get("/api/schema.graphql", headers={"If-None-Match": '"other"'})
    assert (first.status_code, again.status_code, again.content, other.status_code) == (200, 304, b"", 200)
    assert "type Query {" in first.text


async def test_an_unexpected_failure_is_masked_and_named_by_a_request_id(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Actor, permission: str) -> None:
        raise RuntimeError("secret of the server")

    async with asking_as(cast.sam) as api:
        token = await token_of(cast.ola)
        monkeypatch.setattr(Actor, "require", fail)
        answer = await api.post({"query": "{ organizations { totalCount } }"}, Authorization=f"Bearer {token}")
    error = answer.json()["errors"][0]
    assert error["extensions"]["code"] == "INTERNAL"
    assert error["extensions"]["requestId"] in error["message"]
    assert "secret" not in answer.text


async def test_without_a_database_the_answer_is_503_and_says_when_to_try_again() -> None:
    engine.use(engine.Database("postgresql://nobody@127.0.0.1:1/none", pooled=False))
    try:
        async with door() as client:
            answer = await client.post("/graphql", json={"query": ME}, headers={"Authorization": "Bearer coord_x"})
    finally:
        await engine.database().dispose()
        engine.use(None)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert [error["extensions"] for error in answer.json()["errors"]] == [{"code": "UNAVAILABLE"}]
