"""Lines about security: who came in or did not, what was refused to whom; accounts by id or keyed hash, no words."""

import io
import json
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
import time_machine

from coord.identity.guessing import FREE_GUESSES
from coord.identity.telling import pseudonym
from coord.work import pace
from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.identity.test_second_factor import START, _enrolled
from tests.coord.releases.making import published, seen
from tests.schema.api import asking_as, token_of
from tests.web.test_logs import logged as logged  # noqa: PLC0414 -- a fixture
from tests.web.visit import search, visiting, visitor
from tests.world import CENTER, PASSWORD, SOUTH, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio
Lines = list[Mapping[str, Any]]
SAM = "sam@demo.example"


def events(stream: io.StringIO, *wanted: str) -> Lines:
    """The security lines of some events."""
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [line for line in lines if line.get("security") and line["event"] in wanted]


async def test_each_try_to_sign_in_has_a_line_of_its_own(database: Database, logged: io.StringIO) -> None:
    async with visitor() as http:
        for email, password in ((SAM, "wrong words 1"), ("nobody@demo.example", PASSWORD), (SAM, PASSWORD)):
            await http.post("/sign-in", data={"email": email, "password": password})
    told = events(logged, "proof_refused", "proof_accepted", "session_started")
    assert [(line["event"], line.get("who"), line.get("reason")) for line in told] == [
        ("proof_refused", pseudonym(SAM), "SIGN_IN_FAILED"),
        ("proof_refused", pseudonym("nobody@demo.example"), "SIGN_IN_FAILED"),
        ("session_started", None, None),
        ("proof_accepted", pseudonym(SAM), None),
    ]
    assert told[2]["account"] == str(cast.sam.user_id)
    assert all(line["timestamp"] and line["request_id"] for line in told)
    assert "demo.example" not in logged.getvalue()


async def test_guesses_that_wait_wrong_codes_and_dead_proofs_are_told(database: Database, logged: io.StringIO) -> None:
    async with visitor() as http:
        with time_machine.travel(START, tick=False):
            for n in range(FREE_GUESSES + 1):
                await http.post("/sign-in", data={"email": SAM, "password": f"wrong words {n}"})
        http.cookies.set("sid", "no-such-session")
        await http.get("/today")
        http.cookies.clear()
        dead = {"Authorization": "Bearer coord_no-such-token"}
        await http.post("/graphql", json={"query": "{ viewer { name } }"}, headers=dead)
    told = events(logged, "proof_refused")
    assert [(line["way"], line["reason"]) for line in told[-3:]] == [
        ("password", "TRY_LATER"), ("session", "Unauthenticated"), ("token", "Unauthenticated"),
    ]  # fmt: skip
    assert "no-such" not in logged.getvalue()


async def test_a_wrong_code_is_told_with_its_account(database: Database, logged: io.StringIO) -> None:
    await _enrolled()
    async with visitor() as http:
        await http.post("/sign-in", data={"email": SAM, "password": PASSWORD})
        await http.post("/sign-in/code", data={"code": "000000"})
    (line,) = events(logged, "proof_refused")
    assert (line["way"], line["who"], line["reason"]) == ("code", str(cast.sam.user_id), "WRONG_CODE")


async def test_a_refused_row_and_a_refused_verb_have_one_line_each(database: Database, logged: io.StringIO) -> None:
    async with visiting("sam") as sam:
        assert (await sam.get(f"/clients/{SOUTH_ZHAO}")).status_code == 404
        assert (await sam.get(f"/clients/{uuid.uuid4()}")).status_code == 404
        assert (await sam.get("/administration")).status_code == 403
    headers = {"Authorization": f"Bearer {await token_of(cast.sam)}"}
    async with visitor() as http:
        await http.post("/graphql", json={"query": '{ program(code: "NONE") { name } }'}, headers=headers)
    told = events(logged, "refused")
    assert [(line["reason"], line["actor"]) for line in told] == [
        ("NotFound", str(cast.sam.user_id)),
        ("NotFound", str(cast.sam.user_id)),
        ("NotAllowed", str(cast.sam.user_id)),
        ("NotFound", str(cast.sam.user_id)),
    ]
    assert told[2]["permission"] == "emergency.review"
    assert str(SOUTH_ZHAO) not in logged.getvalue()


async def test_a_refused_limit_another_host_and_another_site_are_told(
    database: Database, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "limit_of", lambda _: 1)
    async with visiting("sam") as sam:
        for _ in range(2):
            await search(sam, "/clients", "nobody")
        await sam.post("/me/preferences", headers={"Sec-Fetch-Site": "cross-site"})
        await sam.get("/me", headers={"Host": "evil.example"})
    told = events(logged, "refused")
    assert [line["reason"] for line in told] == ["TOO_MANY_SEARCHES", "CROSS_SITE", "WRONG_HOST"]
    assert (told[0]["actor"], told[0]["level"]) == (str(cast.sam.user_id), "warning")
    assert "evil" not in logged.getvalue()


async def test_line_ends_that_somebody_sends_make_no_line(database: Database, logged: io.StringIO) -> None:
    """Every place of a request that a stranger fills: path, query, headers, form, JSON, names of operations."""
    forged = '\n{"event": "proof_accepted", "security": true}\r\n\u2028\x85x'
    token = await token_of(cast.sam)
    async with visiting("sam") as sam:
        await search(sam, "/clients", forged)
        await sam.get("/clients", params={"q": forged, forged: forged})
        await sam.get(f"/nowhere/{forged.encode().hex()}%0A%0D{{}}")
        await sam.post("/sign-in", data={"email": forged, "password": forged})
        await sam.get("/me", headers={b"X-Request-ID": b"abcdefgh\x0bij", b"User-Agent": b"a\x85b"})
    async with visitor() as http:
        asked = {"query": "{ viewer { name } }", "operationName": forged, "variables": {forged: forged}}
        await http.post("/graphql", json=asked, headers={"Authorization": f"Bearer {token}"})
        await http.request("GETNE", "/sign-in", params={"next": forged})
    lines = logged.getvalue().removesuffix("\n").split("\n")
    assert len(lines) > 5
    assert all(json.loads(line)["event"] for line in lines)
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert events(logged, "proof_accepted") == []


async def test_each_question_for_published_figures_has_a_line_in_one_form(
    database: Database, logged: io.StringIO
) -> None:
    await seen()
    release = str(await published())
    asked = (
        f'period: "2026Q3", hospitals: ["{global_id("Organization", SOUTH)}", "{global_id("Organization", CENTER)}"]'
    )
    async with asking_as(cast.fatima) as fatima, visitor() as anybody:
        await fatima.data(f'{{ impactReport(program: "DIP", {asked}, groupBy: [QUARTER, HOSPITAL]) {{ releaseId }} }}')
        await fatima.data('{ impactReport(program: "DIP", period: "LATEST") { releaseId } }')
        await fatima.data('{ impactReport(program: "DIP", period: "2026Q1") { releaseId } }')
        await anybody.get("/impact/DIP")
    told = events(logged, "report_read")
    assert [(line["period"], line["by"], line["hospitals"], line["release"]) for line in told] == [
        ("2026Q3", "HOSPITAL,QUARTER", "H002+1", release), ("2026Q3", "", "all", release),
    ]  # fmt: skip
    assert {line["actor"] for line in told} == {str(cast.fatima.user_id)}
